"""A client that listens to a stream of events."""

import http.client
import json
import socket
import threading
from contextlib import suppress
from queue import Empty, Queue
from urllib.parse import urlsplit


class Listener:
    """A stream, read in a thread."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=60)
        self.connection.request("GET", parts.path)
        self._socket = self.connection.sock
        self.answer = self.connection.getresponse()
        self._events: Queue[dict[str, str]] = Queue()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        event: dict[str, str] = {}
        with suppress(OSError, ValueError, http.client.HTTPException, AttributeError):
            for line in self.answer:
                name, _, value = line.decode().strip("\n").partition(": ")
                if name:
                    event[name] = value
                elif "event" in event:
                    self._events.put(event)
                    event = {}

    def next(self) -> dict[str, str]:
        return self._events.get(timeout=30)

    def outcomes(self) -> list[dict[str, str]]:
        return json.loads(self.next()["data"])["attempts"]

    def has_ended(self, seconds: float = 30) -> bool:
        self.thread.join(seconds)
        return not self.thread.is_alive()

    def heard_nothing(self) -> bool:
        with suppress(Empty):
            self._events.get_nowait()
            return False
        return True

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self._socket.close()
