"""Runs Python code with Django set up, each piece in a fork: python -m tests.support.shell

A line of standard input is a JSON list: the code, its arguments, and the files for its output and its errors. The
answer on standard output is its exit code.
"""

import json
import multiprocessing
import os
import sys

import django


def execute(code: str, arguments: list[str], *files: str) -> None:
    for number, file in enumerate(files, 1):
        os.dup2(os.open(file, os.O_WRONLY), number)
    sys.argv = ["-c", *arguments]
    exec(code, {"__name__": "__main__"})  # noqa: S102


if __name__ == "__main__":
    django.setup()
    for line in sys.stdin:
        fork = multiprocessing.get_context("fork").Process(target=execute, args=json.loads(line))
        fork.start()
        fork.join()
        print(fork.exitcode, flush=True)  # noqa: T201
