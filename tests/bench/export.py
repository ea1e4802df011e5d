"""Memory and speed of downloading all attempts: make bench-export

For SQLite and for PostgreSQL, creates 1,000,000 attempts of one learner, starts the web server and downloads them with
a token as lines of JSON with ink, without ink, and as CSV. Fails if the server's memory grows by more than LIMIT, MB,
or if a reader that pauses keeps the only connection to PostgreSQL. ATTEMPTS sets a smaller number, a multiple of 10,000
if it is larger than that; DATABASES and TABLES leave some out.
"""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from tests.support.postgresql import postgresql
from tests.support.site import ROOT, descendants, free_port, until

ATTEMPTS = int(os.environ.get("ATTEMPTS", "1000000"))
#: Most growth of the web server's memory, MB.
LIMIT = 60
DATABASES = os.environ.get("DATABASES", "sqlite postgresql").split()
#: Attempts that are made one by one; the database copies them until there are ATTEMPTS.
SEEDED = 10_000
TABLES = os.environ.get("TABLES", "attempts.jsonl attempts.jsonl?ink=false scores.csv").split()
ISSUE = """
from accounts.models import Token, User
print(Token.objects.issue(User.objects.get(email="learner1@seed.example"), "Export", ["read:history"])[1])
"""
#: An id keeps its beginning, a time and enough that is random.
COPY = """
from django.db import connection
from scoring.models import Attempt, Score
another = {{
    "postgresql": "(left(copied.{{0}}::text, 28) || lpad(to_hex(number), 8, '0'))::uuid",
    "sqlite": "substr(copied.{{0}}, 1, 24) || printf('%08x', number)",
}}[connection.vendor]
for model, key in ((Attempt, "id"), (Score, "attempt_id")):
    columns = [field.column for field in model._meta.concrete_fields if field.column == key or not field.primary_key]
    chosen = ", ".join(another.format(key) if column == key else f"copied.{{column}}" for column in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE numbers (number)"
            " AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {copies})"
            f" INSERT INTO {{table}} ({{', '.join(columns)}}) SELECT {{chosen}} FROM {{table}} copied, numbers"
        )
"""


def manage(environment: dict[str, str], *command: str) -> str:
    run = [sys.executable, "manage.py", *command]
    return subprocess.run(run, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


@contextmanager
def served(environment: dict[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "gunicorn", "--config", "docker/gunicorn.conf.py", "--workers", "1"]
    process = subprocess.Popen([*command, "lettersai.wsgi"], cwd=ROOT, env={**environment, "PORT": str(port)})
    try:
        until(lambda: listens(port), 60)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def request(port: int, path: str, secret: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers={"Authorization": f"Bearer {secret}"} if secret else {})
    return connection.getresponse()


def memory(pid: int, name: str) -> float:
    """VmRSS or VmHWM of a process, MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def measure(label: str, environment: dict[str, str], secret: str) -> bool:
    """Download the tables and print what that takes. True if it stays within the limits."""
    port, is_good = free_port(), True
    with served(environment, port) as process:
        [worker] = until(lambda: descendants(process.pid))  # the master listens before it forks
        request(port, "/api/v1/progress.csv", secret).read()  # loads what the first request loads
        for table in TABLES:
            Path(f"/proc/{worker}/clear_refs").write_text("5")
            before, begun, size, lines = memory(worker, "VmRSS"), time.perf_counter(), 0, 0
            answer = request(port, f"/api/v1/{table}", secret)
            while portion := answer.read(1 << 20):
                if not size:
                    is_good &= pause(port, label)
                size, lines = size + len(portion), lines + portion.count(b"\n")
            seconds, grown = time.perf_counter() - begun, memory(worker, "VmHWM") - before
            print(
                f"{label}, {table}: {lines:,} lines, {size / 1e6:,.0f} MB in {seconds:.0f} s, "
                f"{lines / seconds:,.0f} lines/s, memory {before:.0f} MB and {grown:+.1f} MB",
                flush=True,
            )
            is_good &= grown <= LIMIT and lines >= ATTEMPTS
    return is_good


def pause(port: int, label: str) -> bool:
    """While the reader pauses, whether the site still answers with the one connection that it has."""
    time.sleep(1)
    others = [request(port, "/api/v1/characters/?q=a", "").status for _ in range(3)]
    if others != [200] * 3:
        print(f"{label}: while a reader paused, others got {others}")
    return others == [200] * 3


def main() -> int:
    is_good = True
    for label in DATABASES:
        server: Any = postgresql() if label == "postgresql" else nullcontext()
        with server as url, tempfile.TemporaryDirectory(prefix="lettersai-bench-") as folder:
            environment = {**os.environ, "DATA_DIR": folder, "DATABASE_POOL": "1", "PYTHONWARNINGS": "ignore"}
            environment |= {"DATABASE_URL": url} if url else {}
            manage(environment, "migrate", "--verbosity", "0")
            manage(environment, "load_catalogue", "--verbosity", "0")
            amount = ["--learners", "1", "--attempts", str(min(ATTEMPTS, SEEDED)), "--verbosity", "0"]
            manage(environment, "seed_attempts", *amount)
            if (copies := ATTEMPTS // SEEDED - 1) > 0:
                manage(environment, "shell", "--verbosity", "0", "--command", COPY.format(copies=copies))
            secret = manage(environment, "shell", "--verbosity", "0", "--command", ISSUE).strip().splitlines()[-1]
            is_good &= measure(label, environment, secret)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
