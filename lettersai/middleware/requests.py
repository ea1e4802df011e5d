"""The middleware around every request: its id, log line, metrics and encoding, and the rest of its body."""

import codecs
import logging
import re
import time
import uuid
from collections.abc import Callable
from contextlib import suppress

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils.translation import gettext_lazy as _
from prometheus_client import Histogram
from structlog.contextvars import bind_contextvars, clear_contextvars

from lettersai.monitoring.logs import route_of

HEADER = "X-Request-ID"
_ID = re.compile(r"[\w.-]{8,64}", re.ASCII)

#: Longest body that is read, bytes, whether or not a view wants it: a little more than nginx passes on (an import).
LONGEST_BODY = 502 * 1024 * 1024
_PORTION = 1024 * 1024

#: The encodings of a request, by Python's names.
_ENCODINGS = {"utf-8", "utf-16", "ascii", "iso8859-1", "cp1252", "shift_jis", "cp932", "euc_jp"}

logger = logging.getLogger(__name__)

SECONDS = Histogram(
    "lettersai_request_seconds",
    "Time from request to answer",
    ["route", "method", "status"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class RequestMiddleware:
    """Gives each request an id for its log lines, its tasks and its answer.

    The id is the proxy's X-Request-ID if that is valid, otherwise a new one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        request_id = given if _ID.fullmatch(given) else uuid.uuid4().hex
        begun = time.perf_counter()
        clear_contextvars()  # left by the thread's previous request
        bind_contextvars(request=request_id)
        response = self.get_response(request)
        seconds = time.perf_counter() - begun
        method = request.method if request.method in _METHODS else "other"
        route = route_of(request)
        SECONDS.labels(route, method, str(response.status_code)).observe(seconds)
        # No user and no URL: a path may contain a secret key, and a query contains what somebody searched.
        fields = {"method": method, "route": route, "status": response.status_code}
        logger.info("answered", extra={**fields, "ms": round(seconds * 1000, 1)})
        response[HEADER] = request_id
        return response


class EncodingMiddleware:
    """Refuses requests in an unusual encoding.

    Python knows some that are no encodings of text, such as rot13, and some that take quadratic time, such as punycode.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.encoding and codecs.lookup(request.encoding).name not in _ENCODINGS:
            raise BadRequest(_("The encoding of the request is unknown. Use UTF-8."))
        return self.get_response(request)


class UnreadBodyMiddleware:
    """Reads what a view left unread of the request's body.

    gunicorn closes a connection with more than 64 kB unread. Then a client that is still sending, such as nginx, may
    lose the answer: clients got 502 instead of 401.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) <= LONGEST_BODY:
            with suppress(UnreadablePostError):  # the client is gone
                while request.read(_PORTION):
                    pass
        return response
