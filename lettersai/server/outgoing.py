"""Answers to clients that take them slowly."""

import errno
import os
import select
import socket
import time
from tempfile import SpooledTemporaryFile
from threading import Semaphore
from typing import Any, BinaryIO

#: Bytes of an answer that are kept in memory; a longer one is kept in a file.
_IN_MEMORY = 256 * 1024
#: Bytes of an answer that are kept. A thread waits until its client has taken the others.
MAX_KEPT = 4 * 1024 * 1024
#: Seconds in which a client must take what is kept, plus one for each `_SLOWEST` bytes.
_SECONDS, _SLOWEST = 15, 20_000
_PORTION = 64 * 1024


class Outgoing:
    """The socket of a connection, to which a thread writes an answer without waiting for its reader.

    It keeps what the client doesn't take at once, so that the loop can send it.
    """

    def __init__(self, sock: socket.socket, waiting: Semaphore) -> None:
        """`waiting` counts the threads that may wait for clients."""
        self._sock = sock
        self._waiting = waiting
        self._file: Any = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - `close` closes it
        self._sent = 0
        #: Bytes that are kept.
        self.kept = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def sendall(self, data: bytes) -> None:
        """Send `data`, or keep it. Raises OSError if the client is gone, or takes too much too slowly."""
        if self._sock.gettimeout() is not None:  # the view limits the time itself
            self._sock.sendall(data)
            return
        taken = 0 if self.kept else self._send(data)
        if taken < len(data):
            self._file.seek(0, os.SEEK_END)
            self._file.write(memoryview(data)[taken:])
            self.kept += len(data) - taken
            if self.kept > MAX_KEPT:
                self._wait()

    def sendfile(self, file: BinaryIO, offset: int, count: int) -> None:
        file.seek(offset)
        while count and (portion := file.read(min(_PORTION, count))):
            self.sendall(portion)
            count -= len(portion)

    def send_kept(self) -> bool:
        """Send what the client takes at once of what is kept. True if nothing is left. Raises OSError."""
        while self.kept:
            self._file.seek(self._sent)
            portion = self._file.read(_PORTION)
            taken = self._send(portion)
            self._sent += taken
            self.kept -= taken
            if taken < len(portion):
                return False
        self._sent = 0
        self._file.seek(0)
        self._file.truncate()
        return True

    def patience(self) -> float:
        """Seconds in which the client must take what is kept."""
        return _SECONDS + self.kept / _SLOWEST

    def close(self) -> None:
        """Forget what is kept. The socket stays open."""
        self._file.close()
        self.kept = 0

    def _send(self, data: bytes) -> int:
        try:
            return self._sock.send(data, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return 0

    def _wait(self) -> None:
        if not self._waiting.acquire(blocking=False):
            raise BrokenPipeError(errno.EPIPE, "Too many clients take long answers slowly.")
        try:
            until = time.monotonic() + self.patience()
            poll = select.poll()
            poll.register(self._sock, select.POLLOUT)
            while not self.send_kept():
                left = until - time.monotonic()
                if left <= 0 or not poll.poll(left * 1000):
                    raise BrokenPipeError(errno.EPIPE, "A client takes a long answer too slowly.")
        finally:
            self._waiting.release()
