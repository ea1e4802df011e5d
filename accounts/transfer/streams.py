"""Downloads of any length in constant memory, which a slow reader can't keep for ever."""

import time
import weakref
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException

from scoring.errors import Overloaded

#: Bytes that are sent at a time, and the seconds that the reader has for them.
PIECE, PIECE_SECONDS = 64 * 1024, 30
#: Seconds after which a download is cut off. The reader can go on where it stopped.
LONGEST = 3600
#: Downloads at a time in one process: the threads that send them do nothing else.
MOST = max(1, settings.WEB_THREADS // 4)

_readers: set[int] = set()
_lock = Lock()


class AnotherDownload(APIException):
    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_detail = _("Another download of your data is still running. Wait until it ends, or cancel it.")
    default_code = "another_download"
    wait = 10  # seconds


class StreamCutError(ConnectionResetError):
    """Ends the connection, so that the reader notices that rows are missing."""


class Stream:
    """The rows of a download in pieces. It occupies one of `MOST` places until it is closed.

    Raises AnotherDownload if the user has a stream in this process already, and Overloaded if all places are taken.
    """

    def __init__(self, request: HttpRequest, user: int, rows: Iterable[str]) -> None:
        with _lock:
            if user in _readers:
                raise AnotherDownload
            if len(_readers) >= MOST:
                raise Overloaded
            _readers.add(user)
        self._rows = rows
        self._give_back = weakref.finalize(self, _give_back, user)
        self._socket: Any = request.META.get("gunicorn.socket")

    def __iter__(self) -> Iterator[bytes]:
        """The rows in pieces of `PIECE` bytes. A reader that takes longer than `PIECE_SECONDS` for one is cut off."""
        until = time.monotonic() + LONGEST
        if self._socket:
            self._socket.settimeout(PIECE_SECONDS)  # of each piece as a whole
        for piece in _pieces(self._rows):
            if time.monotonic() > until:
                raise StreamCutError
            yield piece
        self._give_back()  # before the reader knows the end, and may ask for the next download

    def close(self) -> None:
        """Give the place back. Django calls it when the response ends, however that happens."""
        self._give_back()
        if self._socket and self._socket.fileno() >= 0:
            self._socket.settimeout(None)


def _give_back(user: int) -> None:
    with _lock:
        _readers.discard(user)


def _pieces(rows: Iterable[str]) -> Iterator[bytes]:
    waiting = bytearray()
    for row in rows:
        waiting += row.encode()
        while len(waiting) >= PIECE:
            yield bytes(waiting[:PIECE])
            del waiting[:PIECE]
    if waiting:
        yield bytes(waiting)
