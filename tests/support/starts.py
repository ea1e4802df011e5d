"""Starts Python programs as `subprocess` does, but as copies of a process that has loaded what they import.

Importing takes most of a start's processor time. A copy has the umask and the limits of the process that it is a copy
of, which is this module as a program.
"""

import gc
import json
import os
import runpy
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
#: Libraries of the site's programs. Importing them reads no settings and none of the site's variables.
_LIBRARIES = [
    "celery.app.base",
    "celery.schedules",
    "django.core.handlers.wsgi",
    "django.core.mail",
    "django.core.management",
    "django.core.serializers.json",
    "django.db.backends.postgresql.base",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.executor",
    "django.db.models",
    "django.forms",
    "django.template.loader",
    "django.urls",
    "kombu.transport.redis",
    "numpy",
    "redis",
    "structlog",
]


class Original:
    """A process that is copied. It ends with this one, while its copies go on."""

    def __init__(self, environment: Mapping[str, str] | None = None, *modules: str) -> None:
        """It has loaded libraries; with `modules`, the project in `environment` and these modules too."""
        command = [sys.executable, "-m", __name__, *modules]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start(self, *arguments: str, environment: Mapping[str, str], output: Path, errors: Path) -> "Copy":
        """Start Python with these arguments, as on a command line, in the project's folder. Both files are added to."""
        return Copy(self, self.ask(arguments, dict(environment), str(output), str(errors)))

    def run(self, *arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Start Python likewise, and wait for its end."""
        with TemporaryDirectory() as folder:
            output, errors = Path(folder, "stdout"), Path(folder, "stderr")
            copy = self.start(*arguments, environment=environment, output=output, errors=errors)
            try:
                code = copy.wait()
            except BaseException:  # such as a test that times out
                copy.kill()
                raise
            return subprocess.CompletedProcess(
                [sys.executable, *arguments], code, output.read_text(), errors.read_text()
            )

    def ask(self, *request: Any) -> int:
        """The process's answer to a request of `_requested`."""
        assert self._process.stdout
        try:
            print(json.dumps(request), file=self._process.stdin, flush=True)
            return int(self._process.stdout.readline())
        except BaseException:  # such as a test that times out: what it asked must not be answered to the next
            self._process.kill()
            libraries.cache_clear()
            raise

    def end(self) -> None:
        self._process.communicate()


class Copy:
    """A program that runs; its methods are those of `subprocess.Popen`."""

    def __init__(self, original: Original, pid: int) -> None:
        self.pid = pid
        self._original = original
        self._handle = os.pidfd_open(pid)
        self._code: int | None = None

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return code

    def _ended(self, timeout: float | None) -> int | None:
        """The exit code, or None if the program still runs after `timeout` seconds."""
        if self._code is None and select.select([self._handle], [], [], timeout)[0]:
            self._code = self._original.ask(self.pid)
            os.close(self._handle)
        return self._code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


#: The process that has loaded libraries only, which all tests share.
libraries = cache(Original)


def run(*arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run Python with these arguments, as on a command line, in the project's folder."""
    return libraries().run(*arguments, environment=environment)


def _requested() -> list[str]:
    """Answer requests until one is for a copy and this process is the copy. Returns its arguments.

    Arguments, an environment and two files ask for a copy's id, an id for the exit code of the copy that has ended.
    """
    for request in sys.stdin:
        match json.loads(request):
            case [int(pid)]:
                answer = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            case [arguments, environment, *files]:
                if not (answer := os.fork()):
                    break
        print(answer, flush=True)  # noqa: T201
    else:
        sys.exit()
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    for number, name in enumerate((os.devnull, *files)):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_APPEND), number)
    return list(arguments)


def _start(kind: str, *arguments: str) -> None:
    if kind == "-c":
        code, *sys.argv = arguments[0], kind, *arguments[1:]
        exec(code, {"__name__": "__main__"})  # noqa: S102
    elif kind == "-m":
        sys.argv = list(arguments)
        runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = [kind, *arguments]
        runpy.run_path(kind, run_name="__main__")


def _load(modules: list[str]) -> None:
    for library in _LIBRARIES:
        import_module(library)
    if modules:
        import django

        os.environ["DJANGO_SETTINGS_MODULE"] = "lettersai.settings"
        django.setup()
    for module in modules:
        import_module(module)
    gc.freeze()


if __name__ == "__main__":
    _load(sys.argv[1:])
    _start(*_requested())
