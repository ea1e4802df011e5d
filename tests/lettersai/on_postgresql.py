"""Tests that need PostgreSQL. test_postgresql.py runs them with DATABASE_URL set to a server of its own."""

import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements
from django_migration_linter.sql_analyser.postgresql import PostgresqlAnalyser

from accounts.models import Day, Progress, Review, User
from accounts.transfer.tasks import delete_accounts
from characters.models import Character
from scoring import judging
from scoring.models import Attempt, Score
from scoring.tasks import erase_deleted
from tests.support.site import ROOT

#: Attempts of the first learner and of each other learner, and the number of other learners.
MANY, FEW, OTHERS = 12_000, 100, 50
#: Most rows of attempts that may be read for one page; index-only reads don't count.
ROWS = 1000
FILTERS = {
    "no filter": "",
    "a character": "character=永",
    "a script": "script=kanji",
    "a script seldom written": "script=katakana",
    "a script never written": "script=latin",
    "a grade": "grade=6",
    "grades": "grade=1&grade=8",
    "high scores": "score=95-",
    "low scores": "score=-15",
    "old": "before=2026-01-01",
    "days long ago": "after=2025-06-01&before=2025-06-08",
    "several": "script=kanji&score=-15&after=2025-01-01",
}


@pytest.fixture(scope="module")
def _full(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        call_command("seed_attempts", learners=OTHERS + 1, attempts=MANY + FEW * OTHERS, most=MANY, verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


@pytest.fixture
def most(_full: None, db: None) -> User:
    return User.objects.get(email="learner1@seed.example")


@pytest.fixture
def least(_full: None, db: None) -> User:
    return User.objects.get(email="learner2@seed.example")


def rows_read(statements: list[str], table: str) -> int:
    """The number of rows that the statements read from the table itself. Fails if they read it without an index."""
    rows = 0
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
            plan = cursor.fetchone()[0]
            for node in nodes((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]):
                if node.get("Relation Name") == table and node["Node Type"] != "ModifyTable":
                    assert "Index" in node["Node Type"] or "Bitmap" in node["Node Type"], (statement, node)
                    if node["Node Type"] == "Index Only Scan":
                        rows += node["Heap Fetches"]
                    else:
                        rows += (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    return round(rows)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


def selects(user: User, url: str) -> list[str]:
    """The SELECT statements of a request for `url`."""
    client = Client()
    client.force_login(user)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in queries if query["sql"].startswith("SELECT")]


@pytest.mark.parametrize("page", ["/history/", "/api/v1/attempts/"])
@pytest.mark.parametrize("query", FILTERS.values(), ids=FILTERS.keys())
def test_a_page_reads_no_more_rows_of_a_long_history(most, least, page, query):
    for_most, for_least = selects(most, f"{page}?{query}"), selects(least, f"{page}?{query}")
    # The session, the user, the filter's characters, the attempts' ids, the attempts, their scores, and the lookalike
    # groups if one was misread.
    assert len(for_most) <= 7
    assert len(for_least) <= 7
    assert rows_read(for_least, "scoring_attempt") <= 2 * FEW
    assert rows_read(for_most, "scoring_attempt") <= ROWS


def test_a_page_deep_in_the_history_reads_no_more_rows(most):
    client = Client()
    client.force_login(most)
    older = f"/api/v1/attempts/?before={(timezone.now() - timedelta(days=400)).date()}"
    for _ in range(3):
        statements = selects(most, older)
        assert rows_read(statements, "scoring_attempt") <= ROWS
        older = client.get(older).json()["next"]


def test_due_reviews_are_found_with_an_index(most):
    with CaptureQueriesContext(connection) as queries:
        assert len(Review.objects.due(most)[:20]) == 20
    assert rows_read([queries[0]["sql"]], "accounts_review") <= 20


def test_a_long_history_is_deleted_restored_and_erased(most):
    mine = Attempt.objects.filter(user=most)
    assert mine.hide(timezone.now()) == MANY
    assert not Day.objects.filter(user=most).exists()
    assert Attempt.objects.hidden_by(most, None).restore() == MANY
    assert sum(Progress.objects.filter(user=most).values_list("attempts", flat=True)) == MANY
    mine.hide(timezone.now() - timedelta(seconds=61))
    erase_deleted()
    assert mine.count() < MANY


@pytest.mark.django_db(transaction=True)
def test_concurrent_scores_are_all_counted():
    user = User.objects.create_user("alice@example.org")
    facts = {"position": 1, "script": "kanji", "stroke_count": 3}
    target, _ = Character.objects.get_or_create(literal="口", defaults=facts)  # another test may have emptied them
    ink = {"width": 9, "height": 9, "strokes": [[[1, 1, 0]]]}
    attempts = [Attempt.objects.create(user=user, target=target, ink=ink) for _ in range(40)]

    def judge(attempt: Attempt) -> None:
        try:
            attempt.record(model_version="1", known=True, candidates=[], legibility=90)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(judge, attempts))
    assert Score.objects.filter(attempt__user=user).count() == 40
    progress, day = Progress.objects.get(user=user), Day.objects.get(user=user)
    assert (progress.attempts, progress.total, progress.in_a_row, day.attempts) == (40, 3600, 40, 40)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lane", ["interactive", "bulk"])
def test_concurrent_claims_share_the_attempts_among_them(lane):
    ink = {"width": 9, "height": 9, "strokes": [[[1, 1, 0]]]}
    written = [Attempt.objects.write(guest=uuid.uuid4(), ink=ink, is_bulk=lane == "bulk") for _ in range(200)]
    claimed: list[uuid.UUID] = []

    def claim() -> None:
        try:
            while some := Attempt.objects.claim_interactive(8) or judging.BulkLane().claim():
                assert len(some) <= 8
                claimed.extend(attempt.pk for attempt in some)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(claim) for _ in range(4)]:
            done.result()
    assert sorted(claimed) == sorted(attempt.pk for attempt in written)


@pytest.mark.django_db
def test_a_claim_of_the_next_attempts_reads_few_of_those_that_wait():
    """However many wait: PostgreSQL finds them in an index, in their order."""
    ink = {"width": 9, "height": 9, "strokes": [[[1, 1, 0]]]}
    owners = [None, uuid.UUID(int=1), uuid.UUID(int=2)]
    guest = uuid.uuid4()
    Attempt.objects.bulk_create(Attempt(guest=guest, ink=ink, bulk_owner=owners[n % 3]) for n in range(3000))
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as captured:
        cursor.execute("ANALYZE scoring_attempt")
        assert Attempt.objects.claim_interactive(8)
        assert Attempt.objects.claim_bulk(8, uuid.UUID(int=1))[0].bulk_owner == uuid.UUID(int=2)
        claims = [query["sql"] for query in captured.captured_queries if query["sql"].startswith("WITH")]
    assert len(claims) == 2
    assert rows_read(claims, "scoring_attempt") < 100


@pytest.mark.django_db(transaction=True)
def test_a_learner_whom_another_transaction_locks_costs_the_others_of_a_batch_one_wait_more():
    facts = {"position": 1, "script": "kanji", "stroke_count": 3}
    target, _ = Character.objects.get_or_create(literal="口", defaults=facts)
    alice, bob = (User.objects.create_user(f"{name}@example.org") for name in ("alice", "bob"))
    ink = {"width": 9, "height": 9, "strokes": [[[1, 1, 0]]]}
    for user in [*[alice] * 5, bob]:
        Attempt.objects.create(user=user, target=target, ink=ink)
    claimed = Attempt.objects.claim_batch(Attempt.objects.filter(user=alice)[0].pk, 32)
    judgements = [(one, {"model_version": "1", "known": True, "candidates": [], "legibility": 90}) for one in claimed]
    assert len(claimed) == 6
    begun = time.monotonic()
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("select from accounts_user where id = %s for no key update", [alice.pk])
        with connection.cursor() as cursor:
            cursor.execute("set lock_timeout = '1s'")
        try:
            recorded = judging.record(judgements)
        finally:
            connection.close()
    assert 2 < time.monotonic() - begun < 5  # once with all, once alone; each alone would be six seconds
    assert [attempt.user for attempt in recorded] == [bob]
    # This try doesn't count: it wasn't the attempts' fault.
    assert {one.tries for one in Attempt.objects.filter(user=alice, status="queued")} == {0}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_worker")
def test_a_batch_that_is_posted_eight_times_at_once_is_stored_once():
    user = User.objects.create_user("alice@example.org")
    ink = {"width": 9, "height": 9, "strokes": [[[1, 1, 0]]]}
    body = json.dumps({"attempts": [{"ink": ink, "pen_width": number} for number in range(3)]})
    headers = {"Idempotency-Key": "k", "Prefer": "respond-async"}
    together = Barrier(8)

    def post(_number: int) -> tuple[int, bool, list[str]]:
        try:
            client = Client()
            client.force_login(user)
            together.wait(30)
            answer = client.post("/api/v1/attempts/batch/", body, "application/json", headers=headers)
            return answer.status_code, "Idempotent-Replayed" in answer, [row["id"] for row in answer.json()]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        statuses, repeats, ids = zip(*threads.map(post, range(8)), strict=True)
    assert set(statuses) == {202}
    assert sorted(repeats) == [False] + [True] * 7
    assert all(each == ids[0] for each in ids)
    assert list(Attempt.objects.order_by("pen_width").values_list("pk", flat=True)) == [uuid.UUID(pk) for pk in ids[0]]


@pytest.mark.django_db(transaction=True)
def test_two_workers_erase_a_deleted_account_without_waiting_for_each_other():
    user = User.objects.create_user("leaver@example.org")
    ink = {"width": 9, "height": 9, "strokes": [[[1, 1, 0]]]}
    attempts = [Attempt.objects.create(user=user, ink=ink, status="scored") for _ in range(3)]
    user.schedule_deletion()

    def erase() -> None:
        try:
            delete_accounts()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other, transaction.atomic():
        Attempt.objects.filter(pk=attempts[0].pk).erase()
        other.submit(erase).result(60)
    assert not Attempt.objects.filter(user=user).exists()
    delete_accounts()
    assert not User.objects.filter(pk=user.pk).exists()


def python(code: str, timeout: int = 1) -> str:
    """Run `code` with a statement timeout, seconds; returns the last line of its output or error."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "lettersai.settings", "DATABASE_TIMEOUT": str(timeout)}
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    return (run.stdout + run.stderr).strip().splitlines()[-1]


SLEEP = "from django.db import connection; connection.cursor().execute('select pg_sleep(1.5)'); print('done')"

WEB = "import lettersai.wsgi"
WORKER = "import django, celery; django.setup(); celery.signals.celeryd_init.send(None)"
COMMAND = "import django; django.setup()"
SHOW = """
from django.db import connection
cursor = connection.cursor()
def show(name):
    cursor.execute(f"show {name}")
    return cursor.fetchone()[0]
print(*map(show, ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "tcp_keepalives_idle",
                  "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout"]))
"""
VANISHED = "10 5 3 20000"


def test_the_statement_timeout_applies_to_the_web_server_but_not_to_commands():
    assert "due to statement timeout" in python(f"{WEB}; {SLEEP}")
    assert python(f"{COMMAND}; {SLEEP}") == "done"


@pytest.mark.parametrize(("process", "limits"), [(WEB, "1s 0 10s"), (WORKER, "0 3s 10s"), (COMMAND, "0 0 0")])
def test_postgresql_limits_what_the_locks_of_each_process_cost_others(process, limits):
    """And it soon notices a client whose machine has vanished."""
    assert python(f"{process}\n{SHOW}") == f"{limits} {VANISHED}"


def test_a_timeout_in_the_url_overrides_the_sites(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", os.environ["DATABASE_URL"] + "?options=-c%20lock_timeout%3D7s")
    assert python(f"{WORKER}\n{SHOW}") == f"0 7s 10s {VANISHED}"


def test_health_checks_wait_for_a_slow_database_for_their_own_time_only():
    code = """
import time
from django.db import OperationalError
from lettersai.database.timeouts import outage, time_limit
begun = time.monotonic()
try:
    with time_limit(0.3):
        connection.cursor().execute("select pg_sleep(6)")
except OperationalError:
    print(time.monotonic() - begun < 4, outage.is_known)
"""
    begin = f"{WEB}\nfrom django.db import connection\nconnection.ensure_connection()"
    assert python(f"{begin}\n{code}", timeout=8) == "True False"


def test_a_connection_to_a_server_that_has_vanished_times_out(db):
    connection.ensure_connection()
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as used:
        assert used.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert used.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 20_000


#: The last migrations before the first release: no earlier release had to work during them.
FIRST = {"accounts": 9, "characters": 6, "scoring": 10}
#: A unique constraint on columns that the same migration adds, which the previous release leaves empty, and one that
#: only lists the same columns in another order.
HARMLESS = ["0023_lines", "0017_term_index_by_kind"]


@pytest.mark.django_db
def test_the_previous_release_works_during_migrations():
    """Migrations keep what it reads, and accept what it inserts; see docs/runbook.md, Releasing."""
    loader = MigrationLoader(None)
    first = [name for app, name in loader.disk_migrations if app in FIRST and int(name[:4]) <= FIRST[app]]
    linter = MigrationLinter(
        str(ROOT), include_apps=list(FIRST), ignore_name=[*first, *HARMLESS], no_cache=True, quiet=["ok", "ignore"]
    )
    linter.lint_all_migrations()
    assert not linter.has_errors
    assert linter.nb_ignored >= len(first)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE scoring_attempt DROP COLUMN ink",
        "ALTER TABLE scoring_attempt RENAME COLUMN ink TO strokes",
        "ALTER TABLE scoring_attempt ADD COLUMN mood integer NOT NULL",
    ],
)
def test_the_linter_finds_statements_that_break_the_previous_release(statement):
    errors, _, _ = analyse_sql_statements(PostgresqlAnalyser, [statement])
    assert errors
