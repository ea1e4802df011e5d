"""The middleware around every request: its id, its log line, its metrics, and the rest of its body."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextlib import suppress

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from prometheus_client import Histogram
from structlog.contextvars import bind_contextvars, clear_contextvars

from lettersai.logs import route_of

HEADER = "X-Request-ID"
_ID = re.compile(r"[\w.-]{8,64}", re.ASCII)

#: Longest body that is read although no view wants it, bytes: a little more than nginx passes on (an import).
_LONGEST_UNWANTED = 502 * 1024 * 1024
_PORTION = 1024 * 1024

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


class UnreadBodyMiddleware:
    """Reads what a view left unread of the request's body.

    gunicorn closes a connection with more than 64 kB unread. Then whoever is still sending, such as nginx, may lose the
    answer: clients got 502 instead of 401.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) <= _LONGEST_UNWANTED:
            with suppress(UnreadablePostError):  # the client is gone
                while request.read(_PORTION):
                    pass
        return response
