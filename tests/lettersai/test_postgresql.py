"""Runs tests/lettersai/on_postgresql.py on a PostgreSQL server of its own."""

import os
import subprocess
import sys

import pytest

from tests.support.postgresql import postgresql, prepared_data
from tests.support.site import ROOT


@pytest.mark.timeout(600)
def test_the_tests_that_need_postgresql_pass():
    with postgresql(prepared_data()) as url:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--create-db", "tests/lettersai/on_postgresql.py"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url, "DATABASE_TEMPLATE": "lettersai"},
            capture_output=True,
            text=True,
        )
    assert run.returncode == 0, run.stdout
