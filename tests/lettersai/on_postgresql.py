"""Behaviour that only PostgreSQL has. test_postgresql.py runs this file with DATABASE_URL set to its own server."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
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

#: Attempts of the learner with the most, attempts of each other learner, and number of the others.
MANY, FEW, OTHERS = 90_000, 100, 100
#: Most rows of attempts that a page may read, to find its ids and to show them; an index answers the rest.
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


def cost(statements: list[str], table: str) -> int:
    """Number of rows that the statements read from the table itself. Fails if they read it without an index."""
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


def asked(user: User, url: str) -> list[str]:
    """The SQL statements of the page."""
    client = Client()
    client.force_login(user)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in queries if query["sql"].startswith("SELECT")]


@pytest.mark.parametrize("page", ["/history/", "/api/v1/attempts/"])
@pytest.mark.parametrize("query", FILTERS.values(), ids=FILTERS.keys())
def test_a_page_reads_no_more_rows_of_a_long_history(most, least, page, query):
    for_most, for_least = asked(most, f"{page}?{query}"), asked(least, f"{page}?{query}")
    # Session and user, characters of the filter, ids of the attempts, and unless there are none, attempts and scores.
    assert len(for_most) <= 6
    assert len(for_least) <= len(for_most)
    assert cost(for_least, "scoring_attempt") <= 2 * FEW
    assert cost(for_most, "scoring_attempt") <= ROWS


def test_a_page_deep_in_the_history_reads_no_more_rows(most):
    client = Client()
    client.force_login(most)
    older = f"/api/v1/attempts/?before={(timezone.now() - timedelta(days=400)).date()}"
    for _ in range(3):
        statements = asked(most, older)
        assert cost(statements, "scoring_attempt") <= ROWS
        older = client.get(older).json()["next"]


def test_what_is_due_is_found_by_an_index(most):
    with CaptureQueriesContext(connection) as queries:
        assert len(Review.objects.due(most)[:20]) == 20
    assert cost([queries[0]["sql"]], "accounts_review") <= 20


def test_a_long_history_is_forgotten_restored_and_erased(most):
    mine = Attempt.objects.filter(user=most)
    assert mine.hide(timezone.now()) == MANY
    assert not Day.objects.filter(user=most).exists()
    assert Attempt.objects.hidden_by(most, None).restore() == MANY
    assert sum(Progress.objects.filter(user=most).values_list("attempts", flat=True)) == MANY
    mine.hide(timezone.now() - timedelta(seconds=61))
    erase_deleted()
    assert mine.count() < MANY


@pytest.mark.django_db(transaction=True)
def test_scores_at_once_are_all_counted():
    user = User.objects.create_user("alice@example.org")
    facts = {"position": 1, "script": "kanji", "stroke_count": 3}
    target, _ = Character.objects.get_or_create(literal="口", defaults=facts)  # others may have emptied the tables
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
def test_two_workers_erase_who_left_and_neither_waits():
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
    """The last line that `code` prints, or of its error, with a statement limit of one second."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "lettersai.settings", "DATABASE_TIMEOUT": "1"}
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    return (run.stdout + run.stderr).strip().splitlines()[-1]


SLEEP = "from django.db import connection; connection.cursor().execute('select pg_sleep(1.5)'); print('done')"


def test_a_statement_of_the_web_server_is_ended_and_one_of_a_command_is_not():
    assert "due to statement timeout" in python(f"import lettersai.wsgi; {SLEEP}")
    assert python(f"import django; django.setup(); {SLEEP}") == "done"


def test_a_server_that_is_gone_without_a_word_is_noticed(db):
    connection.ensure_connection()
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as used:
        assert used.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert used.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 20_000


#: Migrations older than the first release, which no earlier release has to survive.
FIRST = {"accounts": 9, "characters": 6, "scoring": 10}


@pytest.mark.django_db
def test_the_last_release_can_serve_while_the_next_one_migrates():
    """Tables and columns that it reads stay, and rows that it inserts stay valid; see docs/runbook.md, Releasing."""
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
def test_what_the_last_release_could_not_serve_with_is_found(statement):
    errors, _, _ = analyse_sql_statements(PostgresqlAnalyser, [statement])
    assert errors
