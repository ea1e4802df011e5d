"""A gunicorn worker for a site without a proxy: a slow sender occupies a connection, not a thread."""

import re
import socket
import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from tempfile import SpooledTemporaryFile
from typing import Any

from gunicorn.http.parser import RequestParser
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn

from lettersai.web_worker import WebWorker, refusal

#: Maximum size of a request's head, bytes.
_MAX_HEAD = 64 * 1024
#: Maximum size of a body that the loop receives, bytes: a photograph of 16 MB and its multipart headers.
_MAX_BODY = 17 * 1024 * 1024
#: Bytes of a request that are kept in memory; a longer one is kept in a file.
_IN_MEMORY = 256 * 1024
#: Maximum number of connections that may be sending at a time.
_MAX_SENDING = 256
#: Seconds in which a head must arrive.
_HEAD_SECONDS = 10
#: Seconds in which a body must arrive, plus one for each `_SLOWEST` bytes.
_BODY_SECONDS, _SLOWEST = 15, 20_000
#: One in this many threads may receive a body.
_THREADS_PER_RECEIVER = 4
#: Seconds that a thread waits for the next bytes of a body, and for all of them.
_PAUSE, _WHOLE_BODY = 15, 600

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
#: Headers of a body of unknown length, or of one that the client sends once it has been asked to.
_OPEN_ENDED = re.compile(rb"\r\n(transfer-encoding|expect):", re.IGNORECASE)
_HEAD_TOO_LARGE = refusal("431 Request Header Fields Too Large", "bad_request", "The headers are too long.")


class HeadTooLargeError(Exception):
    pass


class Arrival(SocketUnreader):
    """What gunicorn's parser reads: the bytes that the loop has received, then those that still come.

    While the loop receives, `add` says when a thread may have the request.
    """

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self._received: Any = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - `close` closes it
        self._until = 0.0

    def begin(self) -> None:
        """Expect a request."""
        self._head: bytearray | None = bytearray()
        self._missing = 0
        #: Moment of time.monotonic() by which the request must arrive.
        self.deadline = time.monotonic() + _HEAD_SECONDS
        #: A thread has to receive the body.
        self.is_open_ended = False
        self._received.seek(0)
        self._received.truncate()

    def add(self, data: bytes) -> bool:
        """Keep `data`. True once everything that the loop receives of the request has arrived.

        Raises HeadTooLargeError.
        """
        self._received.write(data)
        if self._head is None:
            self._missing -= len(data)
            return self._missing <= 0
        self._head += data
        begins = len(self._head) - len(self._head.lstrip(b"\r\n"))  # a parser skips empty lines before a request
        ends = self._head.find(b"\r\n\r\n", begins) + 4
        if ends < 4:
            if len(self._head) > _MAX_HEAD:
                raise HeadTooLargeError
            return False
        self._expect_body(bytes(self._head[:ends]), len(self._head) - ends)
        self._head = None
        return self.is_open_ended or self._missing <= 0

    def _expect_body(self, head: bytes, arrived: int) -> None:
        length = int(match[1]) if (match := _LENGTH.search(head)) else 0
        self.is_open_ended = length > _MAX_BODY or bool(_OPEN_ENDED.search(head))
        self._missing = length - arrived
        self.deadline = time.monotonic() + _BODY_SECONDS + length / _SLOWEST

    def end(self) -> None:
        """From now on a thread reads the request."""
        self._received.seek(0)
        self._until = time.monotonic() + _WHOLE_BODY

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next bytes. None are left of a sender that pauses for too long."""
        if received := self._received.read(size_hint or self.mxchunk):
            return bytes(received)
        if self.sock.gettimeout() is not None:  # gunicorn reads what is left of a body, and limits the time itself
            return bytes(super().chunk(size_hint))
        self.sock.settimeout(max(0.001, min(_PAUSE, self._until - time.monotonic())))
        try:
            return bytes(super().chunk(size_hint))
        except TimeoutError:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RD)  # the connection can't be used again
            return b""
        finally:
            self.sock.settimeout(None)

    def surplus(self) -> bytes:
        """The bytes that arrived after the request that was read."""
        return bytes(self.take_buffered() + self._received.read())

    def close(self) -> None:
        self._received.close()


class BufferingWorker(WebWorker):
    """Receives requests in its loop; a thread gets a request that has arrived.

    Threads receive the bodies that are long or of unknown length: at most a quarter of them at a time.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Connections that are sending, the one that began first first.
        self._sending: dict[TConn, Arrival] = {}
        self._receivers: set[TConn] = set()
        #: Connections that wait for one of those threads.
        self._lined_up: deque[TConn] = deque()

    def enqueue_req(self, conn: TConn) -> None:
        """Receive the request of a connection that is new or can be read, then hand it to a thread."""
        if conn.parser is None:
            conn.parser = RequestParser(self.cfg, conn.sock, conn.client)
            conn.parser.unreader = Arrival(conn.sock)
            conn.data_ready = True
        arrival: Arrival = conn.parser.unreader
        surplus = arrival.surplus()
        arrival.begin()
        conn.sock.setblocking(False)
        self._sending[conn] = arrival
        self.poller.register(conn.sock, EVENT_READ, partial(self._receive, conn))
        if surplus:
            self._add(conn, surplus)
        if len(self._sending) > _MAX_SENDING:
            self._drop(next(iter(self._sending)))

    def _receive(self, conn: TConn, _: object) -> None:
        try:
            data = conn.sock.recv(64 * 1024)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._add(conn, data)
        else:
            self._drop(conn)

    def _add(self, conn: TConn, data: bytes) -> None:
        try:
            has_arrived = self._sending[conn].add(data)
        except HeadTooLargeError:
            with suppress(OSError):
                conn.sock.send(_HEAD_TOO_LARGE)
            self._drop(conn)
        except OSError as error:
            self.log.error("A request can't be received: %s", error)  # the disk is full
            self._drop(conn)
        else:
            if has_arrived:
                self._hand_over(conn)

    def _hand_over(self, conn: TConn) -> None:
        self.poller.unregister(conn.sock)
        arrival = self._sending.pop(conn)
        arrival.end()
        if arrival.is_open_ended:
            self._lined_up.append(conn)
            self._advance()
        else:
            super().enqueue_req(conn)

    def _advance(self) -> None:
        """Hand over open-ended requests while they have threads."""
        while self._lined_up and len(self._receivers) < max(1, self.cfg.threads // _THREADS_PER_RECEIVER):
            conn = self._lined_up.popleft()
            self._receivers.add(conn)
            super().enqueue_req(conn)

    def finish_request(self, conn: TConn, fs: "Future[Any]") -> None:
        arrival: Arrival = conn.parser.unreader
        # The base class looks into this buffer for the beginning of the next request.
        arrival.unread(arrival.surplus())
        self._receivers.discard(conn)
        super().finish_request(conn, fs)
        if conn.sock.fileno() < 0:
            arrival.close()
        self._advance()

    def murder_pending(self) -> None:
        """Close the connections whose requests should have arrived. The base class calls it about once a second."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [conn for conn, arrival in self._sending.items() if now > arrival.deadline]:
            self._drop(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """Let the stopping worker wait for no request after `deadline`."""
        super()._cap_keepalive(deadline)
        for arrival in self._sending.values():
            arrival.deadline = min(arrival.deadline, deadline)

    def _drop(self, conn: TConn) -> None:
        self._sending.pop(conn).close()
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()
