"""Unusual requests, as gunicorn and the layers around Django answer them. They need no database."""

import http.client
import io
import json
import os
import socket
import subprocess
import sys
from typing import Any

import pytest

from lettersai.management.commands.run import is_free
from lettersai.server import layers
from lettersai.server.layers import with_length
from tests.support.site import ROOT, free_port, until

ATTEMPTS = "/api/v1/attempts/"


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    """The port of a web server with the configuration of its container, and the file that it logs to."""
    folder, port = tmp_path_factory.mktemp("web"), free_port()
    environment = {**os.environ, "DATA_DIR": str(folder), "PORT": str(port), "PYTHONWARNINGS": "ignore"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "gunicorn", "--config", "docker/gunicorn.conf.py", "lettersai.wsgi"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        until(lambda: not is_free(port), 60)
        yield port, folder / "log"
    finally:
        process.terminate()
        process.wait(30)


def test_a_web_server_has_read_what_its_first_requests_share():
    """Forty first requests at once, each of which read it for itself, kept everybody waiting for four seconds."""
    code = """
import lettersai.wsgi
from django.urls import get_resolver
from accounts.models.users import time_zones
from ml.strokes import references
print("en" in get_resolver()._reverse_dict)
print(references.cache_info().currsize, time_zones.cache_info().currsize)
"""
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["True", "1", "1"]


def answer_to(port: int, request: bytes) -> tuple[int, str, Any]:
    """The status, the content type and the JSON of the answer."""
    with socket.create_connection(("localhost", port), 30) as connection:
        connection.sendall(request)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.getheader("Content-Type") or "", json.loads(answer.read())


def chunked(body: bytes, path: str = ATTEMPTS, size: int = 1000) -> bytes:
    chunks = b"".join(
        b"%x\r\n%s\r\n" % (len(part), part)
        for start in range(0, len(body), size)
        if (part := body[start : start + size])
    )
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked"
    return f"{head}\r\n\r\n".encode() + chunks + b"0\r\n\r\n"


def test_a_chunked_body_keeps_its_content(web):
    status, _, answer = answer_to(web[0], chunked(json.dumps({"ink": 7, "pad": "x" * 5_000}).encode()))
    assert (status, answer["errors"][0]["code"]) == (400, "malformed")


def test_a_chunked_body_that_is_too_large_is_413(web):
    status, _, answer = answer_to(web[0], chunked(b" " * (256 * 1024 + 1), size=65_536))
    assert (status, answer["code"]) == (413, "too_large")


#: Requests that gunicorn or Django refuses while it parses them.
MALFORMED = {
    "an address that is too long": (f"GET /api/v1/?{'q' * 9000} HTTP/1.1\r\n\r\n", 414, "uri_too_long"),
    "a header that is too long": (f"GET /api/v1/ HTTP/1.1\r\nX-A: {'secret' * 2000}\r\n\r\n", 431, "bad_request"),
    "a request line without a version": ("GET /api/v1/?secret\r\n\r\n", 400, "bad_request"),
    "a malformed header": ("GET /api/v1/ HTTP/1.1\r\nsecret\r\n\r\n", 400, "bad_request"),
    "a chunk without a size": (
        "POST /api/v1/attempts/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nsecret\r\n",
        400,
        "bad_request",
    ),
    "no encoding of text": (
        "GET /api/v1/characters/?q=a HTTP/1.1\r\nHost: localhost\r\nContent-Type: a/b; charset=rot13\r\n\r\n",
        400,
        "bad_request",
    ),
    "too many fields in the query": (
        f"GET /api/v1/?{'a&' * 1001} HTTP/1.1\r\nHost: localhost\r\nContent-Type: a/b; charset=utf-8\r\n\r\n",
        400,
        "bad_request",
    ),
}


@pytest.mark.parametrize(("request_text", "status", "code"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_request_that_cannot_be_parsed_gets_json_and_is_not_logged(web, request_text, status, code):
    port, log = web
    before = log.stat().st_size
    refused, content_type, answer = answer_to(port, request_text.encode())
    assert (refused, content_type, answer["code"]) == (status, "application/json", code)
    assert log.stat().st_size - before < 2_000
    assert "secret" not in log.read_text()


def environ(**more: Any) -> dict[str, Any]:
    return {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "SERVER_NAME": "localhost", "SERVER_PORT": "80", **more}


def received(**more: Any) -> tuple[str | None, bytes]:
    """The length and the body that the application gets."""
    seen: list[tuple[str | None, bytes]] = []

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.append((environ.get("CONTENT_LENGTH"), environ["wsgi.input"].read()))
        return []

    with_length(application)(environ(**more), lambda *_: None)
    return seen[0]


@pytest.mark.parametrize("size", [0, 1, 65_536, 1_048_576, 3_000_000])
def test_the_application_gets_a_chunked_body_with_its_length(size):
    body = os.urandom(size)
    assert received(HTTP_TRANSFER_ENCODING="chunked", **{"wsgi.input": io.BytesIO(body)}) == (str(size), body)


def test_a_body_with_a_length_is_passed_on_as_it_is():
    body = io.BytesIO(b"abc")
    assert received(CONTENT_LENGTH="3", **{"wsgi.input": body}) == ("3", b"abc")


def test_a_chunked_body_is_cut_off_one_byte_after_the_limit(monkeypatch):
    monkeypatch.setattr(layers, "LONGEST_BODY", 100_000)
    length, body = received(HTTP_TRANSFER_ENCODING="chunked", **{"wsgi.input": io.BytesIO(bytes(300_000))})
    assert (length, len(body)) == ("100001", 100_001)
