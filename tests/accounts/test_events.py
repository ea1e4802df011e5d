"""Streams of events: who hears what, and when a stream ends. The process that serves them is a real one."""

import asyncio
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
import redis
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.models import Token, User
from ml.ink import Refusal
from scoring import events, streaming
from scoring.events import KEPT, MAX_STREAMS, add
from scoring.models import Attempt
from scoring.streaming import Stream, Streams
from tests.support.docker import healthcheck_of
from tests.support.drawings import ink_of
from tests.support.listener import Listener
from tests.support.site import ROOT, RedisServer, free_port, until

pytestmark = pytest.mark.django_db

EVENTS, TOKEN = "/api/v1/events/", "token"


class Server:
    """The process that serves streams, and its Redis."""

    def __init__(self, folder: Path, code: str = "") -> None:
        """Start both; the process runs `code` before it serves."""
        self.redis, self.port, self.log = RedisServer(folder), free_port(), folder / "streams.log"
        environment = {**os.environ, "DATA_DIR": str(folder), "REDIS_URL": self.redis.url, "METRICS_TOKEN": TOKEN}
        serve = f"from lettersai.server import streams; {code or 'pass'}; streams.main('127.0.0.1', '{self.port}')"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([sys.executable, "-c", serve], cwd=ROOT, env=environment, stderr=log)
        until(lambda: self.status("/health/ready") == 200)

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """The status and the body of an answer; (0, "") if there is none."""
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        return 0, ""

    def status(self, path: str) -> int:
        return self.get(path)[0]

    def metric(self, name: str) -> float:
        """The value of a metric, named with its labels."""
        _, text = self.get("/metrics", Authorization=f"Bearer {TOKEN}")
        [value] = [line.rsplit(" ", 1)[1] for line in text.splitlines() if line.startswith(f"{name} ")] or ["0"]
        return float(value)

    def threads(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/task"))

    def files(self) -> int:
        """How many files and connections are open."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def stop(self) -> int:
        """Stop both. Returns the exit code."""
        self.process.terminate()
        code = self.process.wait(30)
        self.redis.stop()
        return code


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("streams"))
    yield running
    running.stop()


@pytest.fixture
def live(server: Server, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The site tells the server of streams what happens. No stream is open."""
    settings.REDIS_URL, settings.EVENTS_PORT = server.redis.url, server.port
    monkeypatch.setattr(events, "add", add)
    with redis.Redis.from_url(server.redis.url) as client:
        for key in client.keys("streams:*"):
            client.delete(key)
    return server


@pytest.fixture
def listen(live: Server) -> Iterator[Callable[..., Listener]]:
    """Opens a client's stream."""
    opened = []

    def listener(client: Client, **headers: str) -> Listener:
        answer = client.get(EVENTS, headers=headers)
        assert answer.status_code == 307, answer.content
        opened.append(Listener(answer["Location"]))
        return opened[-1]

    yield listener
    for one in opened:
        one.close()


def program(client: Client, *scopes: str, **fields: Any) -> tuple[Client, Token]:
    """A client with a token of the signed-in client's user."""
    user = User.objects.get(pk=client.session["_auth_user_id"])
    token, secret = Token.objects.issue(user, "Program", scopes, **fields)
    return Client(headers={"Authorization": f"Bearer {secret}"}), token


@pytest.mark.usefixtures("fake_scorer")
def test_a_stream_tells_its_owner_of_each_scored_attempt_and_nobody_else(client_of, post, listen):
    visitor, alice, bob = (client_of(who) for who in ("visitor", "alice", "bob"))
    of = {who: listen(who) for who in (visitor, alice, bob)}
    headers = {"Content-Type": "text/event-stream", "X-Accel-Buffering": "no", "Access-Control-Allow-Origin": "*"}
    assert {name: of[alice].answer.getheader(name) for name in headers} == headers
    token = listen(program(alice, "read:history")[0])
    for who in (alice, bob, visitor):
        written = post(who, {"ink": ink_of("口")}).json()["id"]
        heard = [of[who], *([token] if who is alice else [])]
        assert [one.outcomes() for one in heard] == [[{"id": written, "status": "scored", "failure": ""}]] * len(heard)
    assert all(one.heard_nothing() for one in of.values())


@pytest.mark.usefixtures("no_worker")
def test_a_stream_tells_that_an_attempt_failed_and_why(client_of, post, listen):
    alice = client_of("alice")
    stream = listen(alice)
    written = post(alice, {"ink": ink_of("口")}).json()["id"]
    Attempt.objects.get().fail(Refusal.UNREADABLE_IMAGE)
    assert stream.outcomes() == [{"id": written, "status": "failed", "failure": "unreadable_image"}]


def revoke(client: Client, token: Token) -> None:
    assert client.delete(f"/api/v1/tokens/{token.pk}/").status_code == 204


def close_account(client: Client, token: Token) -> None:
    token.user.schedule_deletion()


@pytest.mark.parametrize("end", [revoke, close_account])
def test_the_stream_of_a_token_ends_with_the_token_and_with_the_account(client_of, listen, end):
    alice = client_of("alice")
    browser, (tool, token) = listen(alice), program(alice, "read:history")
    stream, other = listen(tool), listen(program(alice, "read:history")[0])
    end(alice, token)
    assert stream.has_ended()
    assert tool.get(EVENTS).status_code == 401
    if end is revoke:
        assert not browser.has_ended(0.2)
        assert not other.has_ended(0)


def sign_out(client: Client) -> None:
    client.post("/accounts/logout/")


def change_password(client: Client) -> None:
    user = User.objects.get(email="alice@example.org")
    user.set_password("correct horse")
    user.save()
    client.force_login(user)
    new = {"oldpassword": "correct horse", "password1": "battery staple", "password2": "battery staple"}
    assert client.post("/accounts/password/change/", new).status_code == 302


@pytest.mark.parametrize("end", [sign_out, change_password])
def test_the_stream_of_a_session_ends_with_the_session_and_with_the_password(client_of, listen, end):
    alice = client_of("alice")
    stream = listen(alice)
    end(alice)
    assert stream.has_ended()


@pytest.mark.parametrize("kind", ["token", "session"])
def test_a_stream_ends_when_its_token_or_session_expires(client_of, listen, kind):
    alice, soon = client_of("alice"), timezone.now() + timedelta(seconds=3)
    listener = alice if kind == "session" else program(alice, "read:history", expires_at=soon)[0]
    Session.objects.update(expire_date=soon)
    assert listen(listener).has_ended()
    assert timezone.now() >= soon


def test_a_stream_ends_after_some_minutes_so_that_its_listener_asks_again(client_of, listen, monkeypatch):
    monkeypatch.setattr(events, "LONGEST", 1)
    tool, _ = program(client_of("alice"), "read:history", expires_at=timezone.now() + timedelta(days=1))
    assert listen(tool).has_ended()
    assert tool.get(EVENTS).status_code == 307


def test_a_token_needs_the_scope(client_of, live):
    tool, _ = program(client_of("alice"), "write:attempts", "read:lists")
    assert tool.get(EVENTS).json()["code"] == "insufficient_scope"


@pytest.mark.usefixtures("fake_scorer")
def test_a_stream_goes_on_after_the_last_event_that_the_listener_has(client_of, post, listen):
    alice = client_of("alice")
    first = listen(alice)
    post(alice, {"ink": ink_of("口")})
    known = first.next()["id"]
    first.close()
    missed = post(alice, {"ink": ink_of("口")}).json()["id"]
    post(client_of("bob"), {"ink": ink_of("口")})
    second = listen(alice, **{"Last-Event-ID": known})
    assert [one["id"] for one in second.outcomes()] == [missed]
    assert second.heard_nothing()


@pytest.mark.parametrize("given", ["x", "1", "1-", "-1", "1-1-1", "１-１", "1" * 16 + "-1"])
def test_an_id_that_no_event_has_is_refused(client_of, live, given):
    answer = client_of("alice").get(EVENTS, headers={"Last-Event-ID": given})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["header"] == "Last-Event-ID"


@pytest.mark.parametrize(("oldest", "events_told"), [("5-0", [b"missed"]), ("4-0", [b"5-1"])])
def test_a_listener_learns_that_events_may_be_missing(oldest, events_told):
    streams = Streams("")
    streams._recent.extend([(oldest, "somebody", "{}"), ("5-1", "me", "{}")])
    streams._recent.extend([("5-2", "somebody", "{}")] * (KEPT - 2))
    missed = streams._missed("me", "4-0")
    assert len(missed) == 1
    assert events_told[0] in missed[0]


def test_a_listener_who_missed_more_than_can_wait_is_told_so():
    streams = Streams("")
    streams._recent.extend((f"5-{number}", "me", "{}") for number in range(streaming._MAX_WAITING + 2))
    assert len(streams._missed("me", "5-1")) == streaming._MAX_WAITING
    assert streams._missed("me", "5-0") == [b"event: missed\ndata: {}\n\n"]


def test_a_ticket_is_good_for_one_stream(client_of, live):
    address = client_of("alice").get(EVENTS)["Location"]
    first, second = Listener(address), Listener(address)
    assert (first.answer.status, second.answer.status) == (200, 404)
    first.close()


def test_a_ticket_expires(client_of, live):
    address = client_of("alice").get(EVENTS)["Location"]
    ticket = f"ticket:{address.rstrip('/').rpartition('/')[2]}"
    with redis.Redis.from_url(live.redis.url) as client:
        assert 0 < client.ttl(ticket) <= events.TICKET_VALID <= 60
        client.pexpire(ticket, 1)
        until(lambda: not client.exists(ticket))
    assert Listener(address).answer.status == 404


def test_the_streams_of_an_account_are_limited_and_closing_one_makes_room(client_of, listen):
    alice = client_of("alice")
    opened = [listen(alice) for _ in range(MAX_STREAMS)]
    refused = alice.get(EVENTS)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_streams")
    assert int(refused["Retry-After"]) > 0
    assert client_of("bob").get(EVENTS).status_code == 307
    opened[0].close()
    until(lambda: alice.get(EVENTS).status_code == 307)


def test_guests_are_counted_by_their_address(client_of, live):
    answers = [Client().get(EVENTS).status_code for _ in range(MAX_STREAMS + 1)]
    assert answers == [307] * MAX_STREAMS + [429]


def test_listeners_cost_no_threads(client_of, listen, live):
    before = live.threads()
    for who in ("alice", "bob", "curator", "operator"):
        for _ in range(MAX_STREAMS):
            listen(client_of(who))
    assert live.threads() == before


def test_the_server_of_streams_loads_no_models_and_so_uses_no_database(tmp_path):
    code = "import lettersai.asgi; from django.apps import apps; print(apps.ready)"
    known = {**os.environ, "DATA_DIR": str(tmp_path)}
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=known, capture_output=True, text=True)
    assert ended.stdout == "False\n", ended.stderr


@pytest.mark.usefixtures("fake_scorer")
def test_without_redis_streams_end_and_listeners_are_asked_to_come_back(client_of, post, listen, live):
    alice = client_of("alice")
    stream = listen(alice)
    live.redis.stop()
    try:
        assert stream.has_ended()
        assert post(alice, {"ink": ink_of("口")}).status_code == 201
        refused = alice.get(EVENTS)
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
        assert refused["Retry-After"]
        assert (live.status("/health/live"), live.status("/health/ready")) == (200, 503)
    finally:
        live.redis.start()
    until(lambda: live.status("/health/ready") == 200)
    again = listen(alice)
    written = post(alice, {"ink": ink_of("口")}).json()["id"]
    assert [one["id"] for one in again.outcomes()] == [written]


@pytest.mark.parametrize(
    ("method", "opened", "status", "header"),
    [
        ("OPTIONS", 0, 200, "access-control-allow-headers"),
        ("POST", 0, 405, "access-control-allow-origin"),
        ("GET", streaming.MAX_STREAMS, 503, "retry-after"),
    ],
)
def test_the_server_of_streams_answers_what_opens_no_stream(method, opened, status, header):
    streams, sent = Streams(""), []
    streams._open, streams._follows = opened, True

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        pytest.fail("the body was read")

    asyncio.run(streams({"type": "http", "method": method, "path": f"{EVENTS}ticket/"}, receive, send))
    assert sent[0]["status"] == status
    assert header in {name.decode() for name, _value in sent[0]["headers"]}


def test_an_idle_stream_sends_comments_and_one_that_is_not_read_is_cut_off(monkeypatch):
    monkeypatch.setattr(streaming, "HEARTBEAT", 0.01)

    async def idle() -> list[bytes]:
        sent: list[bytes] = []

        async def send(message: Any) -> None:
            sent.append(message["body"])

        stream = Stream()
        stream.task = asyncio.create_task(stream.send(send))
        while len(sent) < 3:
            await asyncio.sleep(0.01)
        stream.end()
        return sent

    async def unread() -> bool:
        async def send(message: Any) -> None:
            await asyncio.sleep(60)

        stream = Stream()
        stream.task = asyncio.create_task(stream.send(send))
        await asyncio.sleep(0)
        for _ in range(streaming._MAX_WAITING + 1):
            assert not stream.task.cancelling()
            stream.tell(b"")
        return bool(stream.task.cancelling())

    assert asyncio.run(idle())[1:3] == [b":\n\n"] * 2
    assert asyncio.run(unread())


@pytest.mark.usefixtures("fake_scorer")
def test_the_metrics_count_open_streams_events_and_refusals(client_of, post, listen, live):
    names = ("lettersai_streams", "lettersai_stream_events_total", 'lettersai_streams_refused_total{code="not_found"}')
    before = [live.metric(name) for name in names]
    alice = client_of("alice")
    stream = listen(alice)
    post(alice, {"ink": ink_of("口")})
    stream.next()
    assert live.status(f"{EVENTS}none/") == 404
    assert [live.metric(name) - value for name, value in zip(names, before, strict=True)] == [1, 1, 1]
    stream.close()
    until(lambda: live.metric(names[0]) == before[0])
    assert time.time() - live.metric("lettersai_event_log_read_timestamp_seconds") < 60


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer tokens", "Bearer \xe9"])
def test_the_metrics_of_the_server_of_streams_need_the_token(server, authorization):
    assert server.get("/metrics", Authorization=authorization) == (404, "")


def test_the_health_check_of_the_container_asks_the_server_of_streams(server):
    known = {**os.environ, "PORT": str(server.port), "ALLOWED_HOSTS": "letters.example.org"}
    check = [sys.executable, *healthcheck_of("events")[1:]]
    assert subprocess.run(check, cwd=ROOT, env=known, capture_output=True).returncode == 0
    ended = subprocess.run(check, cwd=ROOT, env={**known, "PORT": str(free_port())}, capture_output=True)
    assert ended.returncode == 1


def test_listeners_are_refused_while_all_streams_are_taken():
    streams, sent = Streams(""), []
    streams._open = streaming.MAX_STREAMS

    async def send(message: Any) -> None:
        sent.append(message)

    refused = streaming._REFUSED.labels("overloaded")._value.get
    before = refused()
    asyncio.run(streams({"type": "http", "method": "GET", "path": f"{EVENTS}ticket/"}, cast(Any, None), send))
    assert (sent[0]["status"], json.loads(sent[1]["body"])["code"]) == (503, "overloaded")
    assert (b"retry-after", b"2") in sent[0]["headers"]
    assert refused() == before + 1


@pytest.fixture
def own_server(tmp_path, settings):
    """Returns a function that starts a server of streams for one test."""
    started: list[Server] = []

    def start(code: str = "") -> Server:
        started.append(Server(tmp_path, code))
        settings.REDIS_URL, settings.EVENTS_PORT = started[0].redis.url, started[0].port
        return started[0]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()
        one.redis.stop()


def ticket(owner: UUID) -> str:
    return events.admit(owner, counted_as=str(owner), ends_with=[], seconds=events.LONGEST, after="")


def test_streams_end_properly_when_the_server_stops(own_server):
    live = own_server()
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=30)
    connection.request("GET", f"{EVENTS}{ticket(uuid4())}/")
    answer = connection.getresponse()
    begun = time.monotonic()
    live.process.terminate()
    assert answer.read() == b"retry: 2000\n\n"  # http.client raises IncompleteRead if the stream is broken off
    assert live.process.wait(30) == -signal.SIGTERM  # as uvicorn ends
    assert time.monotonic() - begun < 10
    assert live.log.read_text() == ""


#: As long as a word of four characters has.
LONG = json.dumps({"attempts": [{"id": str(uuid4()), "status": "scored", "failure": ""} for _ in range(4)]})


def test_a_listener_that_reads_nothing_holds_nobody_up_and_loses_its_connection(own_server):
    live = own_server("streams._UNREAD = 1")
    owner = uuid4()
    reader = Listener(f"http://127.0.0.1:{live.port}{EVENTS}{ticket(owner)}/")
    before = live.files()
    stuck = socket.socket()
    stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stuck.connect(("127.0.0.1", live.port))
    with stuck:
        stuck.sendall(f"GET {EVENTS}{ticket(owner)}/ HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        until(lambda: live.metric("lettersai_streams") == 2)
        for number in range(200):
            add([{"to": f"owner:{owner}", "data": LONG}] * 100)
            for _ in range(100):
                assert reader.next()["data"] == LONG, number
        until(lambda: live.metric("lettersai_streams") == 1)
        until(lambda: live.files() == before)
    reader.close()


def test_a_frozen_redis_ends_streams_and_they_come_back_with_it(own_server):
    live = own_server("import scoring.streaming as s; s._PATIENCE = 1; s._SILENCE = 1")
    stream = Listener(f"http://127.0.0.1:{live.port}{EVENTS}{ticket(uuid4())}/")
    live.redis.process.send_signal(signal.SIGSTOP)
    try:
        assert stream.has_ended()
        assert live.status("/health/ready") == 503
    finally:
        live.redis.process.send_signal(signal.SIGCONT)
    until(lambda: live.status("/health/ready") == 200)
    assert live.status(f"{EVENTS}{ticket(uuid4())}x/") == 404
