"""gunicorn's worker for the site."""

import json
import socket
from typing import Any

from gunicorn.http import errors
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

#: The status, the code and the sentence for requests that gunicorn refuses; the first that fits.
_REFUSALS: list[tuple[type[Exception], str, str, str]] = [
    (errors.LimitRequestLine, "414 URI Too Long", "uri_too_long", "The address is too long."),
    (errors.LimitRequestHeaders, "431 Request Header Fields Too Large", "bad_request", "The headers are too long."),
    (errors.ParseException, "400 Bad Request", "bad_request", "The request can’t be processed."),
]


def refusal(status: str, code: str, detail: str) -> bytes:
    """The answer to a request that never reaches the site. The connection closes after it."""
    body = json.dumps({"detail": detail, "code": code}).encode()
    head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return f"{head}\r\n\r\n".encode() + body


class WebWorker(ThreadWorker):
    """gunicorn's threaded worker, except that requests that it can't parse get JSON and are not quoted in the log."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        answer = next((rest for kind, *rest in _REFUSALS if isinstance(exc, kind)), None)
        if answer is None or isinstance(exc, errors.InvalidResponseHeader | errors.InvalidResponseHeaderName):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("Refused a malformed request: %s", type(exc).__name__)
        try:
            write_nonblock(client, refusal(*answer))
        except OSError:
            self.log.debug("The client is gone.")
