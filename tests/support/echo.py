"""A WSGI application that answers with the length of the body and its hash."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    answer = f"{environ['PATH_INFO']} {len(body)} {hashlib.sha256(body).hexdigest()}".encode()
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(answer)))])
    return [answer]
