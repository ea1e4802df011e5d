"""nginx in front of web servers that stop, and with a certificate that is renewed."""

import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from email.message import Message
from http.client import HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest

from lettersai.management.commands.run import is_free
from tests.support.docker import FOLDER, SERVICES, nginx
from tests.support.site import ROOT, certificate, free_port, until

pytestmark = pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")


class Web(ThreadingHTTPServer):
    """Stands in for a web server. One that is `dying` reads each request and closes the connection unanswered."""

    def __init__(self, dying: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.dying = dying
        #: The method of each request that arrived.
        self.arrived: list[str] = []


class Answer(BaseHTTPRequestHandler):
    server: Web

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.arrived.append(self.command)
        if not self.server.dying:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815 - names that the base class looks for

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def serving(server: Web) -> Iterator[Web]:
    with server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield server
        finally:
            server.shutdown()


class Response(NamedTuple):
    status: int
    headers: Message
    body: str


class Proxy:
    """A running nginx."""

    def __init__(self, folder: Path, *webs: int) -> None:
        self.certificate, self.key = certificate(folder)
        self.port = free_port()
        self.command = nginx(folder, self.certificate, self.key, self.port, *webs)

    @contextmanager
    def run(self, *before: str) -> Iterator["Proxy"]:
        """Run nginx; `before` is the start of the command line, in place of the program's name."""
        process = subprocess.Popen([*(before or ["nginx"]), *self.command[1:]])
        try:
            until(lambda: not is_free(self.port))
            yield self
        finally:
            process.terminate()
            process.wait()

    def request(self, method: str, path: str, **headers: str) -> "Response":
        """Send a request over a new connection."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        with context.wrap_socket(connection, server_hostname="localhost") as secure:
            lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Content-Length: 0", "Connection: close"]
            lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
            secure.sendall("\r\n".join([*lines, "", ""]).encode())
            response = HTTPResponse(secure)
            response.begin()
            return Response(response.status, response.headers, response.read().decode())

    def serial(self) -> int:
        """The serial number of the certificate that nginx presents."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection,
            context.wrap_socket(connection) as secure,
        ):
            return hash(secure.getpeercert(binary_form=True))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_request_goes_to_another_web_server_while_one_is_stopped(tmp_path, method):
    with serving(Web()) as web, Proxy(tmp_path, free_port(), web.server_port).run() as proxy:
        assert [proxy.request(method, "/characters/").status for _ in range(6)] == [200] * 6
        assert web.arrived == [method] * 6


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST", "PATCH"])
def test_only_an_idempotent_request_is_sent_again(tmp_path, method):
    with ExitStack() as stack:
        dying, web = (stack.enter_context(serving(Web(dying))) for dying in (True, False))
        proxy = stack.enter_context(Proxy(tmp_path, dying.server_port, web.server_port).run())
        statuses = [proxy.request(method, "/characters/").status for _ in range(6)]
        if method in ("POST", "PATCH"):
            assert (statuses.count(200), statuses.count(502)) == (len(web.arrived), len(dying.arrived))
            assert len(dying.arrived) + len(web.arrived) == 6
            assert dying.arrived
        else:
            assert statuses == [200] * 6
            assert len(web.arrived) == 6


@contextmanager
def gunicorn(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A web server with the configuration of the image, and a stand-in for the site."""
    command = ["-m", "gunicorn", "--config", str(FOLDER / "gunicorn.conf.py"), "tests.support.answer"]
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env={**os.environ, "PORT": str(port)})
    try:
        until(lambda: not is_free(port))
        yield process
    finally:
        process.terminate()
        process.wait()


def test_replacing_web_servers_as_release_sh_does_costs_no_get_and_at_most_the_posts_in_flight(tmp_path):
    ports = [free_port() for _ in range(4)]
    answers: list[tuple[str, int]] = []
    done = threading.Event()
    with ExitStack() as stack:
        old = [stack.enter_context(gunicorn(port)) for port in ports[:2]]
        proxy = stack.enter_context(Proxy(tmp_path, *ports).run())

        def ask(method: str) -> None:
            while not done.is_set():
                answers.append((method, proxy.request(method, "/characters/").status))
                time.sleep(0.1)  # nginx allows 50 requests a second

        clients = [threading.Thread(target=ask, args=[method]) for method in ("GET", "GET", "POST", "POST")]
        for client in clients:
            client.start()
        try:
            for port in ports[2:]:
                stack.enter_context(gunicorn(port))
            time.sleep(1)  # until their processes accept
            for process in old:
                process.terminate()
            for process in old:
                process.wait()
            before = len(answers)
            until(lambda: len(answers) > before + 50)
        finally:
            done.set()
            for client in clients:
                client.join()
    failed = [answer for answer in answers if answer[1] != 200]
    # A connection that the kernel has accepted ends when gunicorn stops listening; nginx doesn't repeat its POST.
    assert failed in ([("POST", 502)] * number for number in range(2 * 2 + 1)), f"{failed} of {len(answers)}"


@pytest.mark.parametrize(
    ("headers", "language", "title"),
    [
        ({}, "en", "One moment"),
        ({"Accept_Language": "ja-JP,ja;q=0.9,en;q=0.8"}, "ja", "少々お待ちください"),
        ({"Accept_Language": "fr"}, "fr", "Un instant"),
        ({"Accept_Language": "de"}, "en", "One moment"),
        ({"Accept_Language": "ja", "Cookie": "language=fr"}, "fr", "Un instant"),
    ],
)
def test_without_a_web_server_nginx_shows_a_page_in_the_readers_language(tmp_path, headers, language, title):
    with Proxy(tmp_path, free_port()).run() as proxy:
        response = proxy.request("GET", "/characters/", **headers)
        assert (response.status, response.headers["Content-Type"]) == (502, "text/html")
        assert (response.headers["Retry-After"], response.headers["Cache-Control"]) == ("2", "no-store")
        assert f'<html lang="{language}">' in response.body
        assert f"<h1>{title}</h1>" in response.body


def test_nobody_can_request_the_page_itself(tmp_path):
    with serving(Web()) as web, Proxy(tmp_path, web.server_port).run() as proxy:
        assert proxy.request("GET", "/unavailable.en.html").status == 404


def install(folder: Path, chain: Path, key: Path) -> None:
    """Run certbot's hook as after obtaining the certificate `chain`; nginx reads its certificate from `folder`."""
    lineage = folder / "live"
    lineage.mkdir(exist_ok=True)
    shutil.copy(chain, lineage / "fullchain.pem")
    shutil.copy(key, lineage / "privkey.pem")
    hook = [FOLDER / "certbot" / "install.sh", folder]
    subprocess.run(["sh", *hook], env={**os.environ, "RENEWED_LINEAGE": str(lineage)}, check=True)


def test_nginx_loads_a_renewed_certificate_by_itself_and_no_damaged_one(tmp_path):
    proxy = Proxy(tmp_path, free_port())
    with proxy.run("sh", str(FOLDER / "nginx" / "start.sh"), str(tmp_path), "0.1"):
        first = proxy.serial()
        (tmp_path / "second").mkdir()
        install(tmp_path, *certificate(tmp_path / "second"))
        assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
        second = until(lambda: (found := proxy.serial()) != first and found, 10)
        good = proxy.certificate.read_bytes()
        proxy.certificate.write_text("damaged")
        assert len({proxy.serial() for _ in range(50)} | {second}) == 1
        proxy.certificate.write_bytes(good)
        assert proxy.serial() == second


def test_the_container_starts_nginx_with_the_script_that_reloads_it():
    command = SERVICES["nginx"]["command"]
    volumes = dict(volume.split(":")[1::-1] for volume in SERVICES["nginx"]["volumes"])
    inside = volumes["/etc/nginx/letters"]
    for path in (command[1], command[5]):
        assert (FOLDER / inside / Path(path).relative_to("/etc/nginx/letters")).exists()
    assert volumes[command[2]] == "./tls"
