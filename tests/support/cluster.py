"""The site as a cluster of processes: PostgreSQL, a Redis-compatible server, gunicorn, two workers and two beats."""

import http.client
import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from tests.support import starts
from tests.support.drawings import ink_of
from tests.support.postgresql import Postgresql, prepared_data
from tests.support.site import ROOT, RedisServer, children, free_port, resident_bytes, until

#: Statuses of a POST to the attempts: those of success, and those that ask the client to retry.
ACCEPTED, RETRY = {201, 202}, {429, 503}

#: A CSRF token: Django accepts any that the cookie and the header agree on.
CSRF_TOKEN = "a" * 32

METRICS_TOKEN = "token"


#: Prints the cookies of a learner who has signed in.
SIGN_IN = f"""
from django.test import Client
from accounts.models import User
client = Client()
client.force_login(User.objects.create_user("learner@example.org"), "django.contrib.auth.backends.ModelBackend")
print(f"csrftoken={CSRF_TOKEN}; sessionid={{client.cookies['sessionid'].value}}")
"""


@dataclass
class Answers:
    """The answers to clients that post one attempt after another, each with its own idempotency key."""

    ids: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    #: Other answers than success or a retry with an error code.
    undocumented: list[tuple[int, str]] = field(default_factory=list)
    #: How often the connection was refused or lost.
    unanswered: int = 0
    seconds: list[float] = field(default_factory=list)
    #: The longest time until an answer, s.
    longest: float = 0
    #: When the fault ended; None if the test didn't say.
    mended: datetime | None = None
    #: How long a client waits between an answer and its next attempt, s.
    pause: float = 0.1

    def mend(self) -> None:
        """Note that the fault ends now."""
        self.mended = datetime.now(UTC)


class Cluster:
    """A running cluster. The tests cause faults in its processes."""

    def __init__(self, folder: Path, web_workers: int = 2) -> None:
        self.folder = folder
        self.port = free_port()
        data = prepared_data()
        self.postgresql = Postgresql(data)
        self.redis = RedisServer(folder)
        self.environment = {
            **os.environ,
            "DATA_DIR": str(folder),
            "DATABASE_URL": self.postgresql.url,
            "REDIS_URL": self.redis.url,
            "ATTEMPT_RATE": "100000/min",
            "DATABASE_TIMEOUT": "5",
            "METRICS_TOKEN": METRICS_TOKEN,
            "WEB_THREADS": "12",
        }
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.processes: dict[str, starts.Copy | subprocess.Popen[bytes]] = {}
        # As `manage.py run` does, and gunicorn in production: its processes are copies of one that has loaded the site.
        self._original = starts.Original(self.environment, "lettersai.urls", "ml.scorer")
        try:
            if data is None:
                for command in ("migrate", "load_catalogue"):
                    self.manage(command, "--verbosity", "0")
            self.session = self.manage("shell", "--verbosity", "0", "--command", SIGN_IN).strip()
            self.start_web(web_workers)
            for name in ("worker-1", "worker-2"):
                self.start_worker(name)
            for name in ("beat-1", "beat-2"):
                self.start_beat(name)
            until(self._answers, 120)
        except BaseException:
            self.stop()
            raise

    def _answers(self) -> bool:
        try:
            status, _, self.guest = self.post(ink_of("永"), wait=2)
            return status == 201
        except OSError:
            return False

    def start(self, name: str, module: str, *arguments: str, code: Path = ROOT) -> None:
        """Start a program, with another release's `code` from its beginning."""
        log = self.folder / f"{name}.log"
        if code == ROOT:
            command = ("-m", module, *arguments)
            self.processes[name] = self._original.start(*command, environment=self.environment, output=log, errors=log)
            return
        with log.open("ab") as output:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", module, *arguments], cwd=code, env=self.environment, stdout=output, stderr=output
            )

    def start_web(self, workers: int, code: Path = ROOT) -> None:
        self.start(
            "web",
            "gunicorn",
            *("lettersai.wsgi", "--bind", f"127.0.0.1:{self.port}", "--workers", str(workers), "--log-level", "error"),
            *(
                "--worker-class",
                "gthread",
                "--threads",
                self.environment["WEB_THREADS"],
                "--graceful-timeout",
                "20",
                "--no-control-socket",
            ),
            code=code,
        )

    def start_worker(self, name: str, code: Path = ROOT) -> None:
        self.start(
            name,
            "celery",
            *("-q", "-A", "lettersai", "worker", "-n", f"{name}@%h", "--loglevel", "WARNING"),
            *("--without-gossip", "--without-mingle"),
            code=code,
        )

    def start_beat(self, name: str, code: Path = ROOT) -> None:
        where = ("-s", str(self.folder / name), "--pidfile=")
        self.start(name, "celery", "-q", "-A", "lettersai", "beat", *where, code=code)

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._original.end()
        self.redis.stop()
        self.postgresql.remove()

    def restart(self, name: str, code: Path = ROOT) -> None:
        """Stop a worker as a roll-out does, after its current task, and start it again."""
        self.end(name)
        self.start_worker(name, code)

    def end(self, name: str) -> None:
        self.processes[name].terminate()
        self.processes[name].wait(60)

    def worker_child(self, name: str) -> int:
        """The worker's child process that holds the model."""
        return max(until(lambda: children(self.processes[name].pid)), key=resident_bytes)

    def manage(self, *arguments: str) -> str:
        run = self._original.run("manage.py", *arguments, environment=self.environment)
        run.check_returncode()
        return run.stdout

    def query(self, statement: str, *values: Any) -> list[Any]:
        with psycopg.connect(self.postgresql.url) as connection:
            return connection.execute(statement, values).fetchall()

    def get(self, path: str, cookie: str = "") -> tuple[int, str]:
        """GET `path`; returns the status and the text. Without `cookie`, the request is the returning guest's."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        metrics, others = {"Authorization": f"Bearer {METRICS_TOKEN}"}, {"Cookie": cookie or self.guest}
        try:
            connection.request("GET", path, headers=metrics if path == "/metrics" else others)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def ready(self) -> dict[str, bool | None]:
        """What `/health/ready` says of each dependency."""
        parts: dict[str, bool | None] = json.loads(self.get("/health/ready")[1])
        return parts

    def post(self, ink: Any, key: str = "", wait: float = 1, cookie: str = "") -> tuple[int, Any, str]:
        """POST an attempt; returns the status, the body (parsed if it is JSON) and the cookie for the next request.

        Raises OSError or HTTPException if there is no answer.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/json", "Prefer": f"wait={wait:g}", "Cookie": cookie}
        headers["X-CSRFToken"] = CSRF_TOKEN
        if key:
            headers["Idempotency-Key"] = key
        try:
            connection.request("POST", "/api/v1/attempts/", json.dumps({"ink": ink, "target": "永"}), headers)
            answer = connection.getresponse()
            text = answer.read()
            given = cookie or (answer.getheader("Set-Cookie") or "").split(";")[0]
            return answer.status, json.loads(text) if text[:1] == b"{" else text.decode(), given
        finally:
            connection.close()


class Load:
    """Clients that post attempts until the block ends and `ENOUGH` have been accepted. Each repeats an attempt with the
    same key until it is accepted.

    The first client is signed in, the others are guests.
    """

    ENOUGH = 6

    def __init__(self, cluster: Cluster, clients: int = 4, pause: float = Answers.pause) -> None:
        self._cluster = cluster
        self._ending = threading.Event()
        cookies = [cluster.session, *[""] * (clients - 1)]
        self._threads = [threading.Thread(target=self._write, args=[cookie]) for cookie in cookies]
        self.answers = Answers(pause=pause)

    def __enter__(self) -> Answers:
        for thread in self._threads:
            thread.start()
        return self.answers

    def __exit__(self, *_: object) -> None:
        try:
            until(lambda: len(self.answers.ids) >= self.ENOUGH)
        finally:
            self._ending.set()
        for thread in self._threads:
            thread.join()

    def _write(self, cookie: str) -> None:
        ink = ink_of("永")
        while not cookie:  # without a cookie, each request makes a new guest
            with suppress(OSError, http.client.HTTPException):
                cookie = self._cluster.post(ink)[2]
        while not self._ending.is_set():
            cookie = self._write_one(ink, cookie)
            time.sleep(self.answers.pause)

    def _write_one(self, ink: Any, cookie: str) -> str:
        key = str(uuid.uuid4())
        while True:
            started = time.monotonic()
            try:
                status, body, cookie = self._cluster.post(ink, key, cookie=cookie)
            except (OSError, http.client.HTTPException):
                self.answers.unanswered += 1
                time.sleep(0.2)
                continue
            self.answers.longest = max(self.answers.longest, time.monotonic() - started)
            self.answers.statuses[status] += 1
            if status in ACCEPTED:
                self.answers.ids.append(body["id"])
                self.answers.seconds.append(time.monotonic() - started)
                return cookie
            if status not in RETRY or not isinstance(body, dict) or "code" not in body:
                self.answers.undocumented.append((status, str(body)[:300]))
            time.sleep(0.2)
