"""Starts Python programs as `subprocess.run` does, but as copies of a process that has loaded the libraries already.

Importing them takes most of a start's processor time. Each copy imports the site's own modules itself, in its own
environment. A copy has the umask and the limits of the process that it is a copy of, which is this module as a program.
"""

import gc
import json
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

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


def run(*arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run Python with these arguments, as on a command line, in the project's folder."""
    with TemporaryDirectory() as folder:
        original = _original()
        assert original.stdout
        try:
            print(json.dumps([arguments, dict(environment), folder]), file=original.stdin, flush=True)
            code = int(original.stdout.readline())
        except BaseException:  # a test that times out must not leave its answer to the next
            with suppress(ProcessLookupError):
                os.killpg(original.pid, signal.SIGKILL)  # with its copy
            original.wait()
            _original.cache_clear()
            raise
        output, errors = ((Path(folder) / name).read_text() for name in ("stdout", "stderr"))
        return subprocess.CompletedProcess([sys.executable, *arguments], code, output, errors)


@cache
def _original() -> subprocess.Popen[str]:
    """The process that is copied. It ends with this one."""
    command = [sys.executable, "-m", __name__]
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def _requested() -> list[str]:
    """Copy this process at each request, and answer with the copy's exit code. Returns the arguments in the copy."""
    for request in sys.stdin:
        arguments, environment, folder = json.loads(request)
        if pid := os.fork():
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)  # noqa: T201
            continue
        os.environ.clear()
        os.environ.update(environment)
        for number, name in enumerate((os.devnull, f"{folder}/stdout", f"{folder}/stderr")):
            os.dup2(os.open(name, os.O_RDWR | os.O_CREAT), number)
        return arguments
    sys.exit()


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


if __name__ == "__main__":
    for library in _LIBRARIES:
        import_module(library)
    gc.freeze()
    _start(*_requested())
