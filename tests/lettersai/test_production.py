"""The commands of the containers with production settings, PostgreSQL, TLS to Redis, a bucket and nginx."""

import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.lettersai.test_settings import SECRET
from tests.support.docker import command_of, healthcheck_of, nginx
from tests.support.drawings import ink_of, png_of
from tests.support.postgresql import postgresql
from tests.support.site import ROOT, Browser, RedisServer, TlsProxy, certificate, free_port, until

HOST = "letters.example.org"
SEND_REMINDERS = "from accounts.practice.tasks import send_reminders; send_reminders.delay()"


class Production:
    """The processes of the containers; `folder` contains their logs, by name."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.made, self.key = certificate(folder)
        self.port, self.metrics_port, self.tls_port = free_port(), free_port(), free_port()
        database = stack.enter_context(postgresql())  # empty: the fixture migrates it as the container does
        broker = RedisServer(folder, "pass%word")
        stack.callback(broker.stop)
        tls = TlsProxy(broker.port, self.made, self.key)
        stack.callback(tls.stop)
        self.s3 = s3 = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
        s3.start()
        stack.callback(s3.stop)
        keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
        endpoint = f"http://127.0.0.1:{s3.get_host_and_port()[1]}"
        session = boto3.Session("key", "secret", region_name="us-east-1")
        self.bucket = session.resource("s3", endpoint_url=endpoint).Bucket("letters")
        self.bucket.create()
        for name in ("metrics-of-web", "metrics-of-worker", "data"):
            (folder / name).mkdir()
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PRODUCTION": "1",
            "SECRET_KEY": SECRET,
            "ALLOWED_HOSTS": HOST,
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": database,
            "REDIS_URL": f"rediss://:pass%25word@localhost:{tls.port}/0?ssl_ca_certs={self.made}",
            "STORAGE_URL": f"s3://letters?endpoint={endpoint}",
            "EMAIL_URL": f"file://{folder}/mail",
            "EMAIL_FROM": "Letters-AI <hello@letters.example.org>",
            "SITE_URL": f"https://{HOST}",
            "TRUSTED_PROXIES": "1",
            "METRICS_TOKEN": "token",
            "RELEASE": "v1",
            "PORT": str(self.port),
            **keys,
        }
        self.of_web = {"PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics-of-web")}
        self.of_worker = {
            "METRICS_PORT": str(self.metrics_port),
            "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics-of-worker"),
        }
        self.mailer_port, self.events_port = free_port(), free_port()
        self.of_mailer = {
            "METRICS_PORT": str(self.mailer_port),
            "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics-of-mailer"),
        }
        self.of_events = {
            "PORT": str(self.events_port),
            "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics-of-events"),
        }

    def run(self, command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=ROOT, env={**self.environment, **environment}, capture_output=True, text=True, timeout=120
        )

    @contextmanager
    def started(self, name: str, command: list[str], **environment: str) -> Any:
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env={**self.environment, **environment}, stdout=log, stderr=log
            )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(60)
        assert code in (0, -signal.SIGTERM), self.log(name)

    def log(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / f"{name}.log").read_text().splitlines()]

    def ask(self, path: str, port: int | None = None, **headers: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": HOST, **headers})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return 0, ""
        finally:
            connection.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with ExitStack() as stack:
        production = Production(tmp_path_factory.mktemp("production"), stack)
        migrated = production.run(command_of("migrate"))
        assert migrated.returncode == 0, migrated.stderr
        stack.enter_context(production.started("web", command_of("web"), **production.of_web))
        stack.enter_context(production.started("worker", command_of("worker"), **production.of_worker))
        stack.enter_context(production.started("mailer", command_of("mailer"), **production.of_mailer))
        stack.enter_context(production.started("beat", command_of("beat")))
        serve = [*command_of("events")[:-1], str(production.events_port)]
        stack.enter_context(production.started("events", serve, **production.of_events))
        keys = (production.made, production.key)
        proxy = nginx(production.folder, *keys, production.tls_port, production.port, events=production.events_port)
        stack.enter_context(production.started("nginx", proxy))
        until(lambda: production.ask("/health/ready")[0] == 200, 120)
        yield production


@pytest.fixture
def browser(site):
    return TlsBrowser(site)


class TlsBrowser(Browser):
    """An API client that connects to nginx."""

    def __init__(self, site: Production) -> None:
        super().__init__(site.tls_port)
        trusting = ssl.create_default_context(cafile=site.made)
        self._connection = http.client.HTTPSConnection("localhost", site.tls_port, timeout=30, context=trusting)

    def request(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        return super().request(method, path, body, {"Host": HOST, **(headers or {})})


def test_the_site_is_ready_and_names_release_and_model(site):
    assert json.loads(site.ask("/health/ready")[1]) == dict.fromkeys(
        ("database", "migrations", "broker", "worker", "beat", "scores"), True
    )
    assert json.loads(site.ask("/health/version")[1])["release"] == "v1"


def test_an_attempt_is_scored_through_the_whole_deployment(browser):
    status, attempt = browser.post_ink(ink_of("永"), target="永")
    assert (status, attempt["score"]["legibility"] >= 90) == (201, True)


def test_an_image_is_stored_in_the_bucket(site, browser):
    status, attempt = browser.post_png(png_of("永"))
    assert (status, attempt["candidates"][0]["character"]) == (201, "永")
    assert [item.key for item in site.bucket.objects.all()] == [f"attempts/{attempt['id']}.png"]
    assert browser.request("GET", attempt["image"]) == (200, png_of("永"))


def test_while_the_bucket_is_down_images_are_refused_and_ink_is_scored(site):
    def write(_: int) -> set[tuple[int, str]]:
        """Post three images and three attempts in ink; returns HTTP statuses with error codes or attempt statuses."""
        client = TlsBrowser(site)
        answers = [
            answer for _ in range(3) for answer in (client.post_png(png_of("口")), client.post_ink(ink_of("口")))
        ]
        return {(status, body.get("code", body.get("status"))) for status, body in answers}

    before = {item.key for item in site.bucket.objects.all()}
    site.s3.stop()
    with ThreadPoolExecutor(4) as clients:
        answers = set().union(*clients.map(write, range(4)))
    site.s3.start()
    assert answers == {(503, "storage_unavailable"), (201, "scored")}
    assert {item.key for item in site.bucket.objects.all()} == before
    assert write(0) == {(201, "scored")}


def test_web_worker_and_proxy_log_the_same_request_id(site, browser):
    _, attempt = browser.post_ink(ink_of("口"))
    [scored] = [line for line in site.log("worker") if line.get("attempt") == attempt["id"]]
    [answered] = until(lambda: [line for line in site.log("web") if line.get("attempt") == attempt["id"]])
    assert (scored["event"], answered["event"]) == ("scored", "answered")
    assert scored["request"] == answered["request"]
    until(lambda: answered["request"] in (site.folder / "nginx-access.log").read_text())


def test_web_and_worker_serve_metrics(site, browser):
    browser.post_ink(ink_of("口"), target="口")
    _, of_worker = site.ask("/metrics", site.metrics_port)
    assert 'lettersai_scores_total{model="2026-' in of_worker
    assert 'lettersai_task_seconds_count{state="SUCCESS",task="scoring.tasks.score_attempt"}' in of_worker
    _, of_web = site.ask("/metrics", Authorization="Bearer token")
    assert "lettersai_queue_length 0.0" in of_web
    assert 'route="api/v1/attempts/"' in of_web
    assert browser.request("GET", "/metrics", headers={"Authorization": "Bearer token"})[0] == 404


def test_only_the_mailer_sends_reminders(site):
    def has_sent(port: int) -> bool:
        succeeded = 'lettersai_task_seconds_count{state="SUCCESS",task="accounts.practice.tasks.send_reminders"}'
        return succeeded in site.ask("/metrics", port)[1]

    sent = site.run([sys.executable, "manage.py", "shell", "--command", SEND_REMINDERS])
    assert sent.returncode == 0, sent.stderr
    until(lambda: has_sent(site.mailer_port))
    assert not has_sent(site.metrics_port)


def test_tasks_that_succeed_leave_no_lines(site):
    tasks = "lettersai_task_seconds_count"
    until(lambda: tasks in site.ask("/metrics", site.metrics_port)[1])
    assert [line for line in site.log("worker") if line["logger"] == "celery.app.trace"] == []


def test_a_listener_hears_of_an_attempt_through_the_whole_deployment(site, browser):
    browser.post_ink(ink_of("口"))  # gets the cookie
    address = urlsplit(browser.redirected("/api/v1/events/", HOST))
    assert (address.scheme, address.netloc) == ("https", HOST)
    trusting = ssl.create_default_context(cafile=site.made)
    stream = http.client.HTTPSConnection("localhost", site.tls_port, timeout=30, context=trusting)
    stream.request("GET", address.path, headers={"Host": HOST})
    answer = stream.getresponse()
    assert answer.status == 200
    _, written = browser.post_ink(ink_of("永"))
    told = next(line for line in answer if line.startswith(b"data: "))
    assert json.loads(told.removeprefix(b"data: "))["attempts"][0]["id"] == written["id"]
    _, metrics = site.ask("/metrics", site.events_port, Authorization="Bearer token")
    assert "\nlettersai_streams 1.0\n" in metrics
    stream.close()


@pytest.mark.parametrize("part", ["web", "worker", "events"])
def test_the_health_checks_of_the_containers_pass(site, part):
    checked = site.run(healthcheck_of(part), **{"worker": site.of_worker, "events": site.of_events}.get(part, {}))
    assert checked.returncode == 0, checked.stderr


def test_http_redirects_to_https(site):
    assert site.ask("/")[0] == 301


def test_the_site_refuses_other_host_names(site):
    secure = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
    assert site.ask("/", **secure)[0] == 200
    assert site.ask("/", **secure, Host="evil.example")[0] == 400


def test_the_proxy_refuses_requests_that_are_too_large(browser):
    status, _ = browser.request("POST", "/api/v1/attempts/", b"x" * 2_300_000)
    assert status == 413


def test_the_proxy_passes_imports_as_large_as_an_export(browser):
    """The site refuses them, since nobody is signed in."""
    export = b"x" * 30_000_000
    assert browser.request("POST", "/api/v1/me/import/", export)[0] == 401
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert browser.request("POST", "/accounts/data/", export, form)[0] == 403


def test_the_proxy_caches_static_files(site, browser):
    assert [browser.request("GET", "/static/favicon.svg")[0] for _ in range(2)] == [200, 200]
    assert list((site.folder / "static").rglob("*"))


def test_the_site_is_consistent_afterwards(site):
    checked = site.run([sys.executable, "manage.py", "check_consistency"])
    assert (checked.returncode, checked.stdout) == (0, "No contradictions found.\n")
