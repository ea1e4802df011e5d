"""The files in docker/, tested without Docker."""

import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from compose_spec import PyCompose
from django.core.management import get_commands

from lettersai.celery import app
from lettersai.management.commands.run import is_free
from scoring.accepting import MULTIPART_BYTES
from scoring.api import MAX_BATCH_BYTES
from scoring.serializers import MAX_IMAGE_BYTES
from scoring.streaming import HEARTBEAT
from tests.lettersai.test_observability import KEYS
from tests.lettersai.test_settings import documented
from tests.support.docker import COMPOSE, FOLDER, SERVICES, TARGETS, command_of, nginx, stages
from tests.support.site import ROOT, certificate, free_port, until

needs_nginx = pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")


def test_the_dockerfile_passes_hadolint():
    lint = subprocess.run(
        [Path(sys.executable).parent / "hadolint", FOLDER / "Dockerfile"], capture_output=True, text=True
    )
    assert (lint.returncode, lint.stdout) == (0, "")


def test_the_compose_file_matches_the_specification():
    """As `docker compose config` does, with every ${NAME} filled in and YAML merge keys resolved."""
    text = (FOLDER / "compose.yaml").read_text()
    filled = re.sub(r"(?<!\$)\$\{\w+(?::-([^}]*)|:\?[^}]*)?\}", lambda name: name[1] or "given", text)
    PyCompose.from_json(json.dumps(yaml.safe_load(filled))).validate()


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_a_pinned_image_and_known_networks_volumes_and_dependencies(service):
    about = SERVICES[service]
    assert "build" in about or re.fullmatch(r"[a-z/-]+:\w*[\d.]+[\w.-]*", about["image"])
    assert set(about["networks"]) <= set(COMPOSE["networks"])
    named = {volume.split(":")[0] for volume in about.get("volumes", []) if volume[0] not in ".$"}
    assert named <= set(COMPOSE["volumes"])
    for needed, condition in about.get("depends_on", {}).items():
        assert condition["condition"] in ("service_healthy", "service_completed_successfully", "service_started")
        assert needed in SERVICES


@pytest.mark.parametrize("service", TARGETS)
def test_our_images_run_without_root_on_a_read_only_filesystem(service):
    about = SERVICES[service]
    assert (about["read_only"], about["cap_drop"]) == (True, ["ALL"])
    assert about["security_opt"] == ["no-new-privileges:true"]
    stage = stages()[TARGETS[service]]
    assert re.findall(r"^USER (.*)$", stage, re.MULTILINE) == ["10001"]
    assert "HEALTHCHECK" in stage


@pytest.mark.parametrize("service", TARGETS)
def test_temporary_files_are_on_a_volume_and_every_tmpfs_has_a_limit(service):
    about = SERVICES[service]
    volumes = [volume.split(":")[1] for volume in about["volumes"]]
    assert str(Path(about["environment"]["TMPDIR"]).parent) in volumes
    assert all("size=" in place for place in about["tmpfs"])


@pytest.mark.parametrize("service", SERVICES)
def test_the_log_of_a_container_cannot_fill_the_disk(service):
    options = SERVICES[service]["logging"]["options"]
    assert SERVICES[service]["logging"]["driver"] == "json-file"
    assert re.fullmatch(r"\d{1,2}m", options["max-size"])
    assert int(options["max-file"]) <= 10


def test_the_web_image_has_no_model_libraries_and_the_worker_no_internet_access():
    assert "web.txt" in stages()["web-served"]
    assert "--from=web-served" in stages()["web"]
    locked = (ROOT / "requirements" / "web.txt").read_text()
    assert not re.search(r"^(keras|openvino|tensorflow.*)==", locked, re.MULTILINE)
    assert SERVICES["worker"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_services_that_send_mail_have_internet_access():
    def queue(service: str) -> str:
        command = command_of(service)
        return command[command.index("--queues") + 1]

    assert "outside" in SERVICES["mailer"]["networks"]
    assert (queue("worker"), queue("mailer")) == ("celery", "mail")


def test_a_worker_without_queues_serves_all_queues():
    assert set(app.amqp.queues.consume_from) == {"celery", "mail"}


def test_only_the_proxy_publishes_ports():
    open_to = {name: about["ports"] for name, about in SERVICES.items() if "ports" in about}
    assert [name for name, ports in open_to.items() if not all(p.startswith("127.0.0.1:") for p in ports)] == ["nginx"]


def test_nginx_can_read_only_files_of_root_and_the_documentation_gives_it_the_key():
    assert "DAC_OVERRIDE" not in SERVICES["nginx"]["cap_add"]
    assert "chown -R root: tls" in (ROOT / "docs/configuration.md").read_text()


def test_a_service_with_an_environment_secret_has_a_writable_root():
    for about in SERVICES.values():
        assert not (about.get("read_only") and about.get("secrets"))


def test_the_files_that_the_images_copy_exist_and_are_not_ignored():
    allowed = {line[1:] for line in (FOLDER / "Dockerfile.dockerignore").read_text().splitlines() if line[0] == "!"}
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", (FOLDER / "Dockerfile").read_text(), re.MULTILINE)
    for name in " ".join(copied).split():
        assert (ROOT / name).exists()
        assert name.split("/")[0] in allowed


def test_the_example_environment_matches_the_documentation():
    given = set(re.findall(r"^#? ?([A-Z_]+)=", (FOLDER / "example.env").read_text(), re.MULTILINE))
    for service in TARGETS:
        given |= set(SERVICES[service]["environment"])
    of_other_images = {"COMPOSE_PROJECT_NAME", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "GRAFANA_PASSWORD", "BACKUPS"}
    assert given - of_other_images <= documented()
    used = set(re.findall(r"\$\{([A-Z_]+)", (FOLDER / "compose.yaml").read_text()))
    assert used <= given


@pytest.mark.parametrize("service", sorted(SERVICES.keys() - {"migrate", "minio", "prometheus", "grafana", "beat"}))
def test_every_service_that_serves_has_a_memory_limit(service):
    assert re.fullmatch(r"\d+[mg]", SERVICES[service]["mem_limit"])


def test_postgresql_accepts_the_connections_of_twice_the_web_servers_and_keeps_the_measured_buffers():
    options = dict(option.split("=") for option in SERVICES["postgres"]["command"][2::2])
    per_web = 24 * 2  # DATABASE_POOL and the processes of docker/gunicorn.conf.py
    assert int(options["max_connections"]) >= 2 * 2 * per_web + 20
    assert options["shared_buffers"] == "1GB"
    assert "PostgreSQL with 1 GB of shared buffers" in (ROOT / "docs/scaling.md").read_text()


def test_backups_are_not_on_a_volume_of_the_site():
    [place] = [volume for volume in SERVICES["backup"]["volumes"] if volume.endswith(":/backups")]
    assert place.startswith("${BACKUPS:?")
    assert not [name for name in SERVICES if name != "backup" and "/backups" in str(SERVICES[name].get("volumes"))]


DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_documents_name_commands_that_exist_and_one_working_folder(document):
    text = " ".join(document.read_text().split())
    assert "docker/compose.yaml up" not in text
    assert "--file docker/" not in text
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= get_commands().keys()
    for script in re.findall(r"(?<!\w)\./(\w+\.sh)", text):
        assert os.access(FOLDER / script, os.X_OK), script
    words = r"(?: --?[\w-]+(?:[ =](?:80:80|\d+|acme|monitoring|worker=4|/\S+|root|old))?)*"
    used = re.findall(rf"docker compose{words} (?:up|run|exec|logs|restart|stop|ps){words} ([a-z]+)", text)
    assert set(used) <= SERVICES.keys()


@pytest.mark.parametrize("service", TARGETS)
def test_every_command_exists_in_its_image(service):
    program = command_of(service)[0]
    assert program == "sh" or (Path(sys.executable).parent / program).exists()


@needs_nginx
def test_nginx_accepts_its_configuration(tmp_path):
    command = nginx(tmp_path, *certificate(tmp_path), free_port(), free_port())
    checked = subprocess.run([*command[:-2], "-t", "-q"], capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")


SIZE = 30_000_000
EVENTS = free_port()


class Web(BaseHTTPRequestHandler):
    """Stands in for the site: serves an export, and empty pages."""

    #: Number of responses sent.
    sent = 0

    def do_GET(self) -> None:
        size = SIZE if self.path.endswith("/export/file/") else 0
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(bytes(size))
        Web.sent += 1

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def web():
    Web.sent = 0
    with ThreadingHTTPServer(("127.0.0.1", 0), Web) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def ask(tmp_path, web):
    """Returns a function that sends nginx a request over a new connection, from which the test reads the answer."""
    made, key = certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=made)
    port = free_port()
    process = subprocess.Popen(nginx(tmp_path, made, key, port, web, events=EVENTS))
    until(lambda: not is_free(port))

    with ExitStack() as stack:

        def send(request: str) -> ssl.SSLSocket:
            connection = trusting.wrap_socket(
                socket.create_connection(("127.0.0.1", port)), server_hostname="localhost"
            )
            stack.enter_context(connection)
            connection.sendall(request.replace("\n", "\r\n").encode())
            return connection

        yield send
    process.terminate()
    process.wait()


@needs_nginx
def test_a_slow_download_of_an_export_occupies_no_thread(ask):
    download = "GET /api/v1/me/export/file/ HTTP/1.1\nHost: localhost\n\n"
    slow = [ask(download) for _ in range(2)]
    assert [reader.recv(12) for reader in slow] == [b"HTTP/1.1 200"] * 2
    until(lambda: Web.sent == 2, 10)
    assert ask(download).recv(12) == b"HTTP/1.1 429"


@needs_nginx
def test_events_reach_a_listener_at_once_from_the_process_that_serves_streams(tmp_path, web, ask):
    class Stream(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            self.wfile.write(b"event: attempts\n\n")
            self.wfile.flush()
            done.wait(20)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    done = threading.Event()
    with ThreadingHTTPServer(("127.0.0.1", EVENTS), Stream) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            reader = ask("GET /api/v1/events/himitsu/ HTTP/1.1\nHost: localhost\nAccept-Encoding: gzip\n\n")
            reader.settimeout(10)
            got = b""
            while b"event: attempts" not in got:
                got += reader.recv(4096)
        finally:
            done.set()
            server.shutdown()
    assert answer_of(ask("GET /api/v1/events/ HTTP/1.1\nHost: localhost\n\n"))[0] == 200
    until(lambda: Web.sent == 1, 10)


def test_nginx_waits_longer_for_an_idle_stream_than_it_takes_to_send_a_comment():
    text = (FOLDER / "nginx" / "nginx.conf").read_text()
    [seconds] = re.findall(r"^        proxy_read_timeout (\d+)s;", text, re.MULTILINE)
    assert int(seconds) >= 2 * HEARTBEAT


@needs_nginx
def test_slow_imports_are_limited_to_two_connections(ask):
    upload = f"POST %s HTTP/1.1\nHost: localhost\nContent-Length: {SIZE}\nExpect: 100-continue\n\n"
    assert [ask(upload % "/accounts/data/").recv(12) for _ in range(2)] == [b"HTTP/1.1 100"] * 2
    assert ask(upload % "/api/v1/me/import/").recv(12) == b"HTTP/1.1 429"
    assert ask("GET /accounts/data/ HTTP/1.1\nHost: localhost\n\n").recv(12) == b"HTTP/1.1 200"


@needs_nginx
def test_the_proxy_logs_every_path_except_secret_keys(ask, tmp_path):
    for path in [*KEYS, "/nowhere/"]:
        ask(f"GET {path} HTTP/1.1\nHost: localhost\nConnection: close\n\n").recv(12)
    lines = until(lambda: (found := (tmp_path / "nginx-access.log").read_text().splitlines())[len(KEYS) :] and found)
    written = {json.loads(line)["path"] for line in lines}
    assert "/nowhere/" in written
    assert not [path for path in written if "himitsu" in path]


def answer_of(connection: ssl.SSLSocket) -> tuple[int, dict[str, str], str]:
    """The status, the headers and the body of the answer."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read().decode()


#: Requests that nginx itself refuses, with the status and the code.
REFUSED = {
    "a body that is too large": ("POST %s HTTP/1.1\nHost: localhost\nContent-Length: 600000000\n\n", 413, "too_large"),
    "an address that is too long": (f"GET %s?{'q' * 9000} HTTP/1.1\nHost: localhost\n\n", 414, "uri_too_long"),
    "a header that is too long": (f"GET %s HTTP/1.1\nHost: localhost\nX-A: {'a' * 9000}\n\n", 400, "bad_request"),
    "no host": ("GET %s HTTP/1.1\n\n", 400, "bad_request"),
    "a forbidden method": ("TRACE %s HTTP/1.1\nHost: localhost\n\n", 405, "method_not_allowed"),
}


@needs_nginx
@pytest.mark.parametrize(("request_text", "status", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_nginx_refuses_with_json_under_api_and_a_page_elsewhere(ask, request_text, status, code):
    api_status, headers, body = answer_of(ask(request_text % "/api/v1/attempts/"))
    assert (api_status, headers["content-type"]) == (status, "application/json")
    assert json.loads(body)["code"] == code
    assert json.loads(body)["detail"]
    assert re.fullmatch("[0-9a-f]{32}", headers["x-request-id"])
    page_status, headers, body = answer_of(ask(request_text % "/characters/"))
    assert (page_status, headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert "<h1>Letters-AI</h1>" in body


@needs_nginx
@pytest.mark.parametrize(
    ("language", "start"), [("fr-CA,fr;q=0.9", "Trop de"), ("ja", "操作が多すぎます"), ("de", "Too many")]
)
def test_nginx_says_in_three_languages_that_there_are_too_many_requests(ask, language, start):
    download = f"GET /api/v1/me/export/file/ HTTP/1.1\nHost: localhost\nAccept-Language: {language}\n\n"
    slow = [ask(download) for _ in range(2)]
    assert [reader.recv(12) for reader in slow] == [b"HTTP/1.1 200"] * 2
    status, headers, body = answer_of(ask(download))
    assert (status, headers["retry-after"], json.loads(body)["code"]) == (429, "1", "throttled")
    assert json.loads(body)["detail"].startswith(start)


@needs_nginx
@pytest.mark.parametrize(("path", "content_type"), [("/api/v1/x/", "application/json"), ("/", "text/html")])
def test_without_the_site_nginx_answers_502_with_retry_after(ask, web, path, content_type, monkeypatch):
    monkeypatch.setattr(Web, "do_GET", lambda _: None)  # the connection closes
    status, headers, body = answer_of(ask(f"GET {path} HTTP/1.1\nHost: localhost\n\n"))
    assert (status, headers["retry-after"]) == (502, "2")
    assert headers["content-type"].startswith(content_type)
    assert "The site is busy" in body


@needs_nginx
def test_errors_of_the_site_pass_through_nginx_unchanged(ask, web, monkeypatch):
    def refuse(request: Web) -> None:
        request.send_response(404)
        request.send_header("Content-Length", "4")
        request.end_headers()
        request.wfile.write(b"mine")

    monkeypatch.setattr(Web, "do_GET", refuse)
    assert answer_of(ask("GET /api/v1/x/ HTTP/1.1\nHost: localhost\n\n"))[::2] == (404, "mine")


@needs_nginx
@pytest.mark.parametrize("call", ["attempts", "lines", "recognitions"])
def test_nginx_passes_the_largest_image_to_each_call_that_takes_one(ask, call):
    length = MAX_IMAGE_BYTES + MULTIPART_BYTES
    upload = f"POST /api/v1/{call}/ HTTP/1.1\nHost: localhost\nContent-Length: {length}\nExpect: 100-continue\n\n"
    assert ask(upload).recv(12) == b"HTTP/1.1 100"


def test_nginx_passes_batches_that_the_site_accepts_and_addresses_that_gunicorn_accepts():
    text = (FOLDER / "nginx" / "nginx.conf").read_text()
    [megabytes] = re.findall(r"batch/\?\$ \{\n\s+client_max_body_size (\d+)m;", text)
    assert int(megabytes) * 1024 * 1024 > MAX_BATCH_BYTES
    [kilobytes] = re.findall(r"large_client_header_buffers \d+ (\d+)k;", text)
    [line] = re.findall(r"^limit_request_line = (\d+)", (FOLDER / "gunicorn.conf.py").read_text(), re.MULTILINE)
    assert int(kilobytes) * 1024 == int(line) + 2  # the line's end
