"""What a thread writes to a client is kept until the client takes it, within limits."""

import socket
import time
from collections.abc import Iterator
from threading import Semaphore, Thread

import pytest

from lettersai.server import outgoing
from lettersai.server.outgoing import Outgoing
from tests.support.echo import content

KEPT = 300_000


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[socket.socket]]:
    """The server's end of a connection, and the client's."""
    monkeypatch.setattr(outgoing, "MAX_KEPT", KEPT)
    monkeypatch.setattr(outgoing, "_SECONDS", 0.5)
    monkeypatch.setattr(outgoing, "_SLOWEST", 10_000_000)
    pair = list(socket.socketpair())
    for end in pair:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    yield pair
    for end in pair:
        end.close()


@pytest.fixture
def client(ends: list[socket.socket]) -> socket.socket:
    return ends[1]


@pytest.fixture
def threads() -> Semaphore:
    """One thread may wait."""
    return Semaphore(1)


@pytest.fixture
def answer(ends: list[socket.socket], threads: Semaphore) -> Iterator[Outgoing]:
    made = Outgoing(ends[0], threads)
    yield made
    made.close()


def receive(client: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        received += client.recv(65536)
    return received


def test_what_the_client_does_not_take_is_kept_and_sent_in_order(answer, client):
    for start in range(0, KEPT, 1000):
        answer.sendall(content(KEPT)[start : start + 1000])
    taken = b""
    assert answer.kept > KEPT / 2
    while not answer.send_kept():
        taken += client.recv(65536)
    answer.sendall(b"the end")
    assert taken + receive(client, KEPT + 7 - len(taken)) == content(KEPT) + b"the end"


def test_a_thread_waits_for_a_client_that_takes_a_long_answer(answer, client):
    taken: list[bytes] = []
    reader = Thread(target=lambda: taken.append(receive(client, 3 * KEPT)))
    reader.start()
    answer.sendall(content(3 * KEPT))
    answer.send_kept()
    reader.join()
    assert taken == [content(3 * KEPT)]


def test_a_client_that_takes_a_long_answer_too_slowly_is_given_up(answer, client, threads):
    begun = time.monotonic()
    with pytest.raises(BrokenPipeError):
        answer.sendall(content(2 * KEPT))
    assert time.monotonic() - begun > 0.5
    assert threads.acquire(blocking=False)


def test_a_client_of_a_long_answer_is_given_up_at_once_if_no_thread_may_wait(answer, client, threads):
    threads.acquire()
    with pytest.raises(BrokenPipeError):
        answer.sendall(content(2 * KEPT))


def test_a_view_that_limits_the_time_itself_waits(answer, client):
    answer.settimeout(0.1)
    with pytest.raises(TimeoutError):
        answer.sendall(content(KEPT))
    assert answer.kept == 0


def test_an_answer_to_a_client_that_is_gone_is_refused(answer, client):
    client.close()
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        answer.sendall(content(KEPT))
