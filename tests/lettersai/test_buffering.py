"""The web server of a site without a proxy understands requests however their bytes arrive."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.echo import content
from tests.support.site import ROOT, free_port, until

THREADS = 4
#: The largest body that the loop receives, bytes.
LARGEST = 17 * 1024 * 1024


class Server:
    def __init__(self) -> None:
        self.port = free_port()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "tests.support.echo", "--bind", f"127.0.0.1:{self.port}"),
                *("--worker-class", "lettersai.server.buffering.BufferingWorker", "--threads", str(THREADS)),
                *("--no-control-socket", "--log-level", "error", "--keep-alive", "15"),
            ],
            cwd=ROOT,
        )
        until(self._listens, 30)

    def _listens(self) -> bool:
        try:
            return bool(self.answers(b"GET /up HTTP/1.1\r\nConnection: close\r\n\r\n"))
        except OSError:
            return False

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def ask(self, path: str, *fields: str) -> socket.socket:
        """A connection with a small buffer that has asked for `path` and read nothing of the answer."""
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(20)
        connection.connect(("127.0.0.1", self.port))
        connection.sendall("\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", *fields, "", ""]).encode())
        return connection

    def answers(self, *parts: bytes, pause: float = 0) -> list[str]:
        """Send `parts` one after the other. Returns what was answered until the connection was closed."""
        with self.connect() as connection:
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
            return answers_on(connection)


def answers_on(connection: socket.socket) -> list[str]:
    """The bodies of the answers, or the statuses of refusals, until the connection is closed."""
    received = b""
    while data := connection.recv(65536):
        received += data
    given = received.split(b"HTTP/1.1 ")[1:]
    return [(one.partition(b"\r\n\r\n")[2] if one[:3] == b"200" else one[:3]).decode() for one in given]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.process.terminate()
    running.process.wait()


def head(path: str, *fields: str) -> bytes:
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: localhost", *fields, "", ""]).encode()


def request(path: str, body: bytes, *fields: str) -> bytes:
    return head(path, f"Content-Length: {len(body)}", *fields) + body


def echo(path: str, body: bytes) -> str:
    return f"{path} {len(body)} {hashlib.sha256(body).hexdigest()}"


CLOSE = "Connection: close"


def test_a_request_may_arrive_byte_by_byte(server):
    sent = request("/a", b"drop by drop", CLOSE)
    assert server.answers(*(bytes([byte]) for byte in sent), pause=0.001) == [echo("/a", b"drop by drop")]


def test_requests_in_one_packet_are_answered_in_their_order(server):
    sent = request("/a", b"one") + b"\r\n" + request("/b", b"") + request("/c", b"three", CLOSE)
    assert server.answers(sent) == [echo("/a", b"one"), echo("/b", b""), echo("/c", b"three")]


def test_a_request_may_begin_in_the_packet_that_ends_another(server):
    second = request("/b", b"second", CLOSE)
    answers = server.answers(request("/a", b"first") + second[:30], second[30:], pause=0.2)
    assert answers == [echo("/a", b"first"), echo("/b", b"second")]


@pytest.mark.parametrize("size", [256 * 1024, 256 * 1024 + 1, LARGEST, LARGEST + 1])
def test_a_body_of_any_size_arrives_whole(server, size):
    body = os.urandom(1024) * (size // 1024) + b"x" * (size % 1024)
    assert server.answers(request("/a", body) + request("/b", b"next", CLOSE)) == [
        echo("/a", body),
        echo("/b", b"next"),
    ]


def test_a_body_in_chunks_arrives_whole(server):
    sent = (
        head("/a", "Transfer-Encoding: chunked")
        + b"3\r\none\r\n5\r\nthree\r\n0\r\n\r\n"
        + request("/b", b"next", CLOSE)
    )
    assert server.answers(sent) == [echo("/a", b"onethree"), echo("/b", b"next")]


def test_a_client_that_asks_first_is_told_to_continue(server):
    with server.connect() as connection:
        connection.sendall(head("/a", "Content-Length: 4", "Expect: 100-continue", CLOSE))
        assert connection.recv(100).startswith(b"HTTP/1.1 100 Continue")
        connection.sendall(b"body")
        assert answers_on(connection) == [echo("/a", b"body")]


@pytest.mark.parametrize("rest", [b"x" * 10_000 + b"\r\n\r\n", b"x" * 70_000])
def test_a_head_that_is_too_large_is_refused_whether_it_ends_or_not(server, rest):
    assert server.answers(b"GET / HTTP/1.1\r\nField: " + rest) == ["431"]


@contextmanager
def unfinished(server: Server, count: int, sent: bytes) -> Iterator[list[socket.socket]]:
    connections = [server.connect() for _ in range(count)]
    try:
        for connection in connections:
            connection.sendall(sent)
        time.sleep(0.3)
        yield connections
    finally:
        for connection in connections:
            connection.close()


def test_bodies_of_unknown_length_wait_for_each_other_and_nothing_else_does(server):
    begun = head("/a", "Transfer-Encoding: chunked", CLOSE) + b"3\r\none\r\n"
    with unfinished(server, THREADS, begun) as connections:
        assert server.answers(request("/b", b"other", CLOSE)) == [echo("/b", b"other")]
        for connection in connections:
            connection.sendall(b"0\r\n\r\n")
        assert [answers_on(connection) for connection in connections] == [[echo("/a", b"one")]] * THREADS


@pytest.mark.parametrize("field", ["Transfer-Encoding: chunked", f"Content-Length: {LARGEST + 1}"])
def test_a_body_that_a_thread_receives_is_given_up_if_it_pauses_for_too_long(server, field):
    with unfinished(server, 1, head("/a", field) + b"3\r\none\r\n") as [connection]:
        begun = time.monotonic()
        answers_on(connection)
        assert 13 < time.monotonic() - begun < 20


def test_of_too_many_that_are_sending_the_first_is_closed(server):
    with unfinished(server, 256, b"GET /a HTTP/1.1\r\n") as connections, server.connect() as last:
        last.sendall(b"GET /a HTTP/1.1\r\n")
        assert connections[0].recv(1) == b""
        connections[1].settimeout(0.2)
        with pytest.raises(TimeoutError):
            connections[1].recv(1)


def test_a_request_that_is_arriving_does_not_keep_the_server_from_stopping():
    server = Server()
    with unfinished(server, 1, b"GET /a HTTP/1.1\r\n"):
        server.process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        assert server.process.wait(20) == 0
        assert time.monotonic() - begun < 5


# ── Slow readers ────────────────────────────────────────────────────────────

#: More than the kernel keeps of an answer, and less than the server keeps beside.
LONG = 3_500_000
#: More than both.
VERY_LONG = 20_000_000


def bytes_on(connection: socket.socket) -> bytes:
    """The body of the only answer on a connection that is then closed."""
    received = bytearray()
    while data := connection.recv(1 << 20):
        received += data
    return bytes(received).partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("kind", ["bytes", "file"])
def test_readers_that_take_nothing_occupy_no_thread_and_lose_nothing(server, kind):
    readers = [server.ask(f"/{kind}/{LONG}", CLOSE) for _ in range(3 * THREADS)]
    time.sleep(0.3)
    begun = time.monotonic()
    assert server.answers(request("/b", b"other", CLOSE)) == [echo("/b", b"other")]
    assert time.monotonic() - begun < 5
    assert {bytes_on(reader) == content(LONG) for reader in readers} == {True}


def test_the_next_request_of_a_slow_reader_is_answered_after_the_first(server):
    with server.ask(f"/bytes/{LONG}") as reader:
        reader.sendall(request("/b", b"next", CLOSE))
        time.sleep(0.3)
        received = bytes_on(reader)
    assert received[:LONG] == content(LONG)
    assert received.endswith(echo("/b", b"next").encode())


def test_readers_of_very_long_answers_occupy_a_quarter_of_the_threads(server):
    readers = [server.ask(f"/bytes/{VERY_LONG}", CLOSE) for _ in range(2 * THREADS)]
    time.sleep(0.5)
    assert server.answers(request("/b", b"other", CLOSE)) == [echo("/b", b"other")]
    answers = [bytes_on(reader) for reader in readers]
    assert sum(answer == content(VERY_LONG) for answer in answers) == THREADS // 4
    assert all(content(VERY_LONG).startswith(answer) for answer in answers)


@pytest.mark.parametrize("kind", ["bytes", "file"])
def test_a_quick_reader_gets_an_answer_of_any_length(server, kind):
    with server.connect() as connection:
        connection.sendall(f"GET /{kind}/{VERY_LONG} HTTP/1.1\r\nHost: localhost\r\n{CLOSE}\r\n\r\n".encode())
        assert bytes_on(connection) == content(VERY_LONG)


def test_a_client_that_keeps_a_closed_connection_open_delays_nobody(server):
    idle = [server.ask("/a", CLOSE) for _ in range(THREADS)]
    begun = time.monotonic()
    assert server.answers(request("/b", b"other", CLOSE)) == [echo("/b", b"other")]
    assert time.monotonic() - begun < 1.5
    assert [answers_on(connection) for connection in idle] == [[echo("/a", b"")]] * THREADS


def test_a_slow_reader_does_not_keep_the_server_from_stopping():
    server = Server()
    with server.ask(f"/bytes/{LONG}"):
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        assert server.process.wait(20) == 0
        assert time.monotonic() - begun < 8
