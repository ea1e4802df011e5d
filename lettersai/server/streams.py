"""The server of streams: python -m lettersai.server.streams HOST PORT"""

import asyncio
import socket
import sys
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from lettersai.asgi import application, streams

#: Seconds for which a listener may take nothing of what was sent, before the connection is cut off.
_UNREAD = 30


class Connection(H11Protocol):
    """Cut off by the kernel when its listener reads nothing, or has vanished. uvicorn would wait for ever."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if sys.platform == "linux":
            sock = transport.get_extra_info("socket")
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNREAD * 1000)


class Server(uvicorn.Server):
    """Ends its streams when it stops. uvicorn would break them off."""

    async def shutdown(self, sockets: Any = None) -> None:
        streams.end()
        await super().shutdown(sockets)


def main(host: str, port: str) -> None:
    config = uvicorn.Config(
        application,
        host=host,
        port=int(port),
        http=Connection,
        ws="none",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    Server(config).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
