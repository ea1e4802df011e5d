"""Starts processes that share what they have loaded."""

import ctypes
import multiprocessing
import os
import runpy
import signal
import sys
from multiprocessing.context import ForkServerProcess

_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15


def start(name: str, command: list[str]) -> ForkServerProcess:
    """Start a process called `name`, with the environment of the first call. Raises OSError or EOFError.

    `command` is a program with its arguments. A module of Python, `sys.executable -m …`, finds the project loaded.
    """
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["lettersai.server.nursery"])
    process = server.Process(target=_become, args=(name, command))
    process.start()
    return process


def _become(name: str, command: list[str]) -> None:
    os.setsid()  # so that its own children can be killed with it
    end_with_parent()
    if command[:2] != [sys.executable, "-m"]:
        os.execvp(command[0], command)  # noqa: S606 - there is no shell
    _prctl(_PR_SET_NAME, name.encode())
    sys.argv = command[2:]
    try:
        runpy.run_module(command[2], run_name="__main__", alter_sys=True)
    except Exception as error:  # multiprocessing would print it without the hook, which knows refusals
        sys.excepthook(type(error), error, error.__traceback__)
        sys.exit(1)


def end_with_parent() -> None:
    """Let this process stop when its parent dies. Works on Linux only."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _prctl(option: int, value: int | bytes) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value)
