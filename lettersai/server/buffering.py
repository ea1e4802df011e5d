"""A gunicorn worker for a site without a proxy: slow senders and readers occupy connections, not threads."""

import re
import socket
import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from copy import copy
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE
from tempfile import SpooledTemporaryFile
from threading import Semaphore
from typing import Any

from gunicorn.http.parser import RequestParser
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn

from lettersai.server.outgoing import Outgoing
from lettersai.server.worker import WebWorker, refusal

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
#: Maximum number of connections that may be taking the rest of an answer at a time.
_MAX_TAKING = 256
#: One in this many threads may receive a body, and one in this many may wait for readers.
_THREADS_PER_RECEIVER = 4
#: Seconds that a client has to close a connection after the last answer.
_LEAVES_WITHIN = 2
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
        """The next bytes of the request; none at its end, or if the client pauses for too long."""
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


def _received(conn: TConn) -> bytes | None:
    """The bytes that have arrived from the client: empty if it closed the connection, None if there are none yet."""
    try:
        data: bytes = conn.sock.recv(64 * 1024)
    except BlockingIOError:
        return None
    except OSError:
        return b""
    return data


class BufferingWorker(WebWorker):
    """Keeps slow clients from its threads: the loop receives requests, and sends what is left of their answers.

    A thread gets a request when all of it has arrived, and sends as much of the answer as the client takes at once.
    Threads also receive bodies that are long or of unknown length, and send the rest of very long answers; at most a
    quarter of the threads do the one, and a quarter the other, at a time.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Connections that are sending, the one that began first first.
        self._sending: dict[TConn, Arrival] = {}
        self._receivers: set[TConn] = set()
        #: Connections that wait for one of those threads.
        self._lined_up: deque[TConn] = deque()
        #: Connections that take the rest of an answer, the one that began first first: the moment of time.monotonic()
        #: by which each must have taken it, and what its thread returned.
        self._taking: dict[TConn, tuple[float, Future[Any]]] = {}
        #: Connections whose clients have got the last answer, and the moment at which they are closed.
        self._leaving: dict[TConn, float] = {}
        self._may_wait = Semaphore(max(1, self.cfg.threads // _THREADS_PER_RECEIVER))

    def enqueue_req(self, conn: TConn) -> None:
        """Receive the request of a connection that is new or can be read, then hand it to a thread."""
        if conn.parser is None:
            conn.parser = RequestParser(self.cfg, conn.sock, conn.client)
            conn.parser.unreader = Arrival(conn.sock)
            conn.outgoing = Outgoing(conn.sock, self._may_wait)
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
        data = _received(conn)
        if data:
            self._add(conn, data)
        elif data is not None:
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

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """Answer a request in a thread. The answer goes to `Outgoing`."""
        seen = copy(conn)
        seen.sock = conn.outgoing
        try:
            return bool(super().handle_request(req, seen))
        except BaseException:
            conn.outgoing.close()  # what is kept of it is no whole answer
            raise

    def finish_request(self, conn: TConn, fs: "Future[Any]") -> None:
        arrival: Arrival = conn.parser.unreader
        # The base class looks into this buffer for the beginning of the next request.
        arrival.unread(arrival.surplus())
        self._receivers.discard(conn)
        if conn.outgoing.kept:
            self._taking[conn] = time.monotonic() + conn.outgoing.patience(), fs
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, EVENT_WRITE, partial(self._send, conn))
            if len(self._taking) > _MAX_TAKING:
                self._give_up(next(iter(self._taking)))
        else:
            self._finish(conn, fs)
        self._advance()

    def _send(self, conn: TConn, _: object) -> None:
        try:
            if not conn.outgoing.send_kept():
                return
        except OSError:
            self._give_up(conn)
            return
        _deadline, fs = self._taking.pop(conn)
        self.poller.unregister(conn.sock)
        self._finish(conn, fs)

    def _finish(self, conn: TConn, fs: "Future[Any]") -> None:
        """Wait for the next request on the connection, or for the client to close it after the last answer.

        The base class would wait for that in the loop.
        """
        if not fs.cancelled() and fs.exception() is None and fs.result():
            super().finish_request(conn, fs)
            return
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, EVENT_READ, partial(self._see_off, conn))
        except (OSError, ValueError):  # it is closed already
            self.nr_conns -= 1
            conn.close()
            self._forget(conn)
        else:
            self._leaving[conn] = time.monotonic() + _LEAVES_WITHIN

    def _see_off(self, conn: TConn, _: object) -> None:
        """Ignore what the client sends after the last answer: closing at once could lose it the answer."""
        if _received(conn) == b"":
            del self._leaving[conn]
            self._close(conn)

    def _give_up(self, conn: TConn) -> None:
        """Close the connection of a client that takes its answer too slowly, or is gone."""
        del self._taking[conn]
        self._close(conn)

    def murder_pending(self) -> None:
        """Close the connections whose requests should have arrived. The base class calls it about once a second."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [conn for conn, arrival in self._sending.items() if now > arrival.deadline]:
            self._drop(conn)
        for conn in [conn for conn, (deadline, _fs) in self._taking.items() if now > deadline]:
            self._give_up(conn)
        for conn in [conn for conn, deadline in self._leaving.items() if now > deadline]:
            del self._leaving[conn]
            self._close(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """Let the stopping worker wait for no request and for no reader after `deadline`."""
        super()._cap_keepalive(deadline)
        for arrival in self._sending.values():
            arrival.deadline = min(arrival.deadline, deadline)
        self._taking = {conn: (min(until, deadline), fs) for conn, (until, fs) in self._taking.items()}

    def _drop(self, conn: TConn) -> None:
        """Close the connection of a client that sends too slowly, or is gone."""
        del self._sending[conn]
        self._close(conn)

    def _close(self, conn: TConn) -> None:
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()
        self._forget(conn)

    def _forget(self, conn: TConn) -> None:
        """Delete the files of a closed connection."""
        conn.parser.unreader.close()
        conn.outgoing.close()
