"""A WSGI application that stands in for the site: each request takes 20 ms."""

import time
from collections.abc import Callable
from typing import Any


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    time.sleep(0.02)
    start_response("200 OK", [("Content-Length", "0")])
    return []
