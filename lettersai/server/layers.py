"""Layers around Django's WSGI application, for requests that Django itself misreads."""

import json
import logging
import tempfile
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

from django.core.exceptions import SuspiciousOperation

from lettersai.middleware.requests import LONGEST_BODY

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

#: Bytes of a body that are kept in memory; longer bodies are kept on disk.
_IN_MEMORY = 1024 * 1024
_PORTION = 64 * 1024

logger = logging.getLogger(__name__)


def with_length(application: Application) -> Application:
    """`application`, called with the length of a chunked body in CONTENT_LENGTH.

    gunicorn delivers chunked bodies, but Django takes a body without a length for empty. The body is cut off one byte
    after LONGEST_BODY, so that every view refuses it.
    """

    def wrapped(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if "HTTP_TRANSFER_ENCODING" not in environ or "CONTENT_LENGTH" in environ:
            return application(environ, start_response)
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as body:
            environ["CONTENT_LENGTH"] = str(_copy(environ["wsgi.input"], body, LONGEST_BODY + 1))
            environ["wsgi.input"] = body
            body.seek(0)
            return application(environ, start_response)

    return wrapped


def _copy(source: BinaryIO, target: Any, most: int) -> int:
    """Copy at most `most` bytes. Returns how many were copied."""
    copied = 0
    while copied < most and (portion := source.read(min(_PORTION, most - copied))):
        target.write(portion)
        copied += len(portion)
    return copied


def with_refusals(application: Application) -> Application:
    """`application`, with the answer 400 where Django fails to create its request object.

    That happens before Django handles exceptions. Causes are too many fields in the query, and an encoding such as
    rot13, which Python knows but which is no encoding of text.
    """

    def wrapped(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            return application(environ, start_response)
        except (SuspiciousOperation, LookupError, ValueError) as error:
            logger.warning("Refused a malformed request: %s", type(error).__name__)
            body = json.dumps({"detail": "The request is malformed.", "code": "bad_request"}).encode()
            headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
            start_response("400 Bad Request", headers)
            return [body]

    return wrapped
