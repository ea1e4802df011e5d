"""Starts Python programs as `subprocess.run` does, but as copies of a process that has loaded the libraries already.

Loading them takes most of the processor time of a start. The site's own modules each copy loads itself, with its own
environment. Run as a program, this module is the process that is copied.
"""

import gc
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
#: What the site's programs load, and what reads neither Django's settings nor the environment while it is loaded.
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
            original.kill()
            _original.cache_clear()
            raise
        output, errors = ((Path(folder) / name).read_text() for name in ("stdout", "stderr"))
        return subprocess.CompletedProcess([sys.executable, *arguments], code, output, errors)


@cache
def _original() -> subprocess.Popen[str]:
    """The process that is copied. It ends with this one."""
    command = [sys.executable, "-m", __name__]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


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
