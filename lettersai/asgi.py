"""The ASGI application that serves streams of events, its health and its metrics, and nothing else.

`lettersai.server.streams` runs it. It needs Redis only. Django's applications aren't loaded, so that the process stays
small.
"""

import logging.config
import os

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from lettersai.environment import boot_error

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lettersai.settings")

with boot_error():
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)

    # Not before the settings, which create the folder for the metrics that these define.
    from lettersai.monitoring.metric_files import is_allowed, registry
    from scoring.streaming import Message, Receive, Send, Streams

    streams = Streams(settings.REDIS_URL)


async def application(scope: Message, receive: Receive, send: Send) -> None:
    if scope["type"] == "http" and scope["path"] == "/metrics":
        await _metrics(dict(scope["headers"]).get(b"authorization", b""), send)
    else:
        await streams(scope, receive, send)


async def _metrics(authorization: bytes, send: Send) -> None:
    """The metrics; 404 without the right token."""
    may_read = is_allowed(authorization.decode("latin-1"))
    headers = [(b"content-type", CONTENT_TYPE_LATEST.encode())] if may_read else []
    await send({"type": "http.response.start", "status": 200 if may_read else 404, "headers": headers})
    await send({"type": "http.response.body", "body": generate_latest(registry()) if may_read else b""})
