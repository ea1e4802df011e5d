"""More requests than the site allows or can score, and clients that send slowly: others are still answered."""

import http.client
import json
import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.drawings import ink_of
from tests.support.site import Site, until

#: Threads of the site's web server: so many that the requests of only one test are an overload.
THREADS = 64

#: Connections of slow senders: more than the web server has threads.
SLOW = 70

#: Requests that wait for scores: more than half of the threads, and fewer than the three quarters that are an overload.
WAITING = 40

INK = json.dumps({"ink": ink_of("永"), "target": "永"}).encode()

pytestmark = pytest.mark.timeout(200)


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    seconds: float


def send(
    site: Site, method: str = "POST", path: str = "/api/v1/attempts/", body: bytes = INK, **headers: str
) -> Answer:
    """Send one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    begun = time.monotonic()
    try:
        connection.request(method, path, body, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        answer.read()
        return Answer(answer.status, answer.headers, time.monotonic() - begun)
    finally:
        connection.close()


def together(clients: int, act: Callable[[], Any], results: list[Any] | None = None) -> list[Any]:
    """Let `clients` threads call `act` at once. Returns what they return, and adds it to `results` meanwhile."""
    results = [] if results is None else results
    threads = [threading.Thread(target=lambda: results.append(act())) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == clients
    return results


def is_alive(site: Site) -> bool:
    return send(site, "GET", "/health/live", b"").status == 200


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that other modules don't use: this one leaves attempts waiting. No rate limits it."""
    running = Site(tmp_path_factory.mktemp("var"), ATTEMPT_RATE="1000000/min", WEB_THREADS=str(THREADS))
    yield running
    running.stop()


# ── The rate limit ──────────────────────────────────────────────────────────


@pytest.fixture
def limited_site(tmp_path: Any) -> Iterator[Site]:
    running = Site(tmp_path, ATTEMPT_RATE="100/min", WEB_THREADS=str(THREADS))
    yield running
    running.stop()


def test_24_connections_pass_no_more_attempts_than_the_rate_allows(limited_site):
    def post() -> list[Answer]:
        """Send attempts until three are refused."""
        answers: list[Answer] = []
        while sum(answer.status == 429 for answer in answers) < 3:
            answers.append(send(limited_site, Prefer="respond-async"))
        return answers

    answers = [answer for given in together(24, post) for answer in given]
    passed = [answer for answer in answers if answer.status in (201, 202)]
    refused = [answer for answer in answers if answer.status == 429]
    assert (len(passed), len(passed) + len(refused)) == (100, len(answers))
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"attempts";q=100;w=60'}
    assert all(answer.headers["RateLimit"].startswith('"attempts";r=0;t=') for answer in refused)
    assert all(0 < int(answer.headers["Retry-After"]) <= 61 for answer in refused)
    assert limited_site.query("select count(*) from scoring_attempt") == [(100,)]


# ── Waiting for scores ──────────────────────────────────────────────────────


@contextmanager
def nothing_is_scored(site: Site) -> Iterator[None]:
    """Freeze the worker's main process, which hands out the tasks, until the block ends."""
    pid = site.child("worker")
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_half_of_the_threads_wait_for_scores_and_other_requests_are_answered_at_once(site):
    answers: list[Answer] = []
    at_once = WAITING - THREADS // 2
    with nothing_is_scored(site):
        waiting = threading.Thread(target=together, args=(WAITING, lambda: send(site, Prefer="wait=10"), answers))
        waiting.start()
        until(lambda: len(answers) == at_once, 9)
        assert is_alive(site)
        assert len(answers) == at_once  # the others wait still
        waiting.join()
    assert len(answers) == WAITING
    assert {answer.status for answer in answers} == {202}
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in answers)
    assert sum(answer.seconds > 9.9 for answer in answers) == THREADS // 2


# ── Slow senders ────────────────────────────────────────────────────────────

HEAD = b"POST /api/v1/attempts/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
LIVE = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"

#: The bytes that a slow sender sends before it stops.
PARTS = {
    "nothing": b"",
    "half a header": HEAD[:60],
    "half a body": HEAD + b"Content-Length: 1000\r\n\r\n" + b'{"ink": ',
    "half an import": HEAD + b"Content-Length: 400000000\r\n\r\n" + bytes(100_000),
    "half a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n1000\r\n" + b'{"ink": ',
    "one request and half of the next": LIVE + HEAD[:60],
}


@contextmanager
def slow_senders(site: Site, part: bytes) -> Iterator[list[socket.socket]]:
    """Connections that have sent `part` and send nothing more."""
    connections = [socket.create_connection(("127.0.0.1", site.port), timeout=20) for _ in range(SLOW)]
    try:
        for connection in connections:
            connection.sendall(part)
        time.sleep(0.5)
        yield connections
    finally:
        for connection in connections:
            connection.close()


def is_open(connection: socket.socket) -> bool:
    """Whether the site hasn't closed the connection. Skips what it has sent."""
    while select.select([connection], [], [], 0)[0]:
        if not connection.recv(65536):
            return False
    return True


@pytest.mark.parametrize("part", PARTS)
def test_slow_senders_do_not_stop_the_site(site, part):
    with slow_senders(site, PARTS[part]) as connections:
        assert is_alive(site)
        assert all(map(is_open, connections))
        assert send(site).status in (201, 202)


def test_the_site_closes_the_connection_of_a_sender_that_stops_in_a_header(site):
    with slow_senders(site, PARTS["half a header"]) as connections:
        begun = time.monotonic()
        assert [connection.recv(1000) for connection in connections] == [b""] * SLOW
        assert 5 < time.monotonic() - begun < 15


# ── More than can be scored ─────────────────────────────────────────────────


def write_for_5_seconds(site: Site, does_wait: bool) -> list[Answer]:
    """The answers to 200 clients that write one attempt after another, and wait for `Retry-After` or don't."""
    end = time.monotonic() + 5

    def post() -> list[Answer]:
        answers = []
        while time.monotonic() < end:
            answers.append(send(site))
            if does_wait:
                time.sleep(float(answers[-1].headers["Retry-After"] or 0))
        return answers

    return [answer for given in together(200, post) for answer in given]


def test_200_clients_at_once_are_asked_to_come_back_instead_of_being_kept_waiting(site):
    answers = write_for_5_seconds(site, does_wait=True)
    seconds = sorted(answer.seconds for answer in answers)
    assert {answer.status for answer in answers} <= {201, 202, 503}
    assert all(answer.headers["Retry-After"] for answer in answers if answer.status != 201)
    # Each thread may wait 5 s for a score: kept waiting, the last of 200 clients would have its answer after 15 s.
    assert seconds[-1] < 10
    assert seconds[len(seconds) // 2] < 4


def test_clients_that_do_not_wait_are_refused_until_the_site_has_caught_up(site):
    answers = write_for_5_seconds(site, does_wait=False)
    refused = [answer for answer in answers if answer.status == 503]
    assert {answer.status for answer in answers} <= {201, 202, 503}
    assert len(refused) > 20
    assert all(answer.headers["Retry-After"] == "3" for answer in refused)
    until(lambda: send(site).status in (201, 202), 30)


# ── Slow readers ────────────────────────────────────────────────────────────

#: A long answer.
LONG = "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js"

#: Requests at once on a connection: their answers are longer than what the kernel keeps for a client.
REQUESTS = 8


@contextmanager
def slow_readers(site: Site) -> Iterator[None]:
    """Connections that have asked for a long answer several times and read nothing."""
    connections = [socket.socket() for _ in range(SLOW)]
    try:
        for connection in connections:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(("127.0.0.1", site.port))
            connection.sendall(f"GET {LONG} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() * REQUESTS)
        yield
    finally:
        for connection in connections:
            connection.close()


def test_slow_readers_do_not_stop_the_site(site):
    assert send(site, "GET", LONG, b"").status == 200
    with slow_readers(site):
        assert is_alive(site)
        assert send(site).status in (201, 202)
