"""Tests that need PostgreSQL. test_postgresql.py runs them with DATABASE_URL set to a server of its own."""

import json
import os
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

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
from scoring.models import Attempt, Score
from scoring.tasks import erase_deleted
from tests.support.site import ROOT

#: Attempts of the first learner and of each other learner, and the number of other learners.
MANY, FEW, OTHERS = 30_000, 100, 100
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
                if node.get("Relation Name") == table:
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
        other.submit(erase).result(5)
    assert not Attempt.objects.filter(user=user).exists()
    delete_accounts()
    assert not User.objects.filter(pk=user.pk).exists()


def python(code: str) -> str:
    """Run `code` with a statement timeout of one second; returns the last line of its output or error."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "lettersai.settings", "DATABASE_TIMEOUT": "1"}
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    return (run.stdout + run.stderr).strip().splitlines()[-1]


SLEEP = "from django.db import connection; connection.cursor().execute('select pg_sleep(1.5)'); print('done')"


def test_the_statement_timeout_applies_to_the_web_server_but_not_to_commands():
    assert "due to statement timeout" in python(f"import lettersai.wsgi; {SLEEP}")
    assert python(f"import django; django.setup(); {SLEEP}") == "done"


def test_a_connection_to_a_server_that_has_vanished_times_out(db):
    connection.ensure_connection()
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as used:
        assert used.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert used.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 20_000


#: The last migrations before the first release: no earlier release had to work during them.
FIRST = {"accounts": 9, "characters": 6, "scoring": 10}


@pytest.mark.django_db
def test_the_previous_release_works_during_migrations():
    """Migrations keep what it reads, and accept what it inserts; see docs/runbook.md, A new release."""
    loader = MigrationLoader(None)
    first = [name for app, name in loader.disk_migrations if app in FIRST and int(name[:4]) <= FIRST[app]]
    linter = MigrationLinter(
        str(ROOT), include_apps=list(FIRST), ignore_name=first, no_cache=True, quiet=["ok", "ignore"]
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
