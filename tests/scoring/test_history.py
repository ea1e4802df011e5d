"""A learner's history through the API: filters and pages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters.models import Character
from scoring.models import Attempt
from tests.support.errors import error_at
from tests.support.plans import lookups, only_sqlite

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
INK = {"width": 300, "height": 300, "strokes": [[[30, 150, 0], [270, 150, 200]]]}


@pytest.fixture
def alice(client_of):
    """Alice's client; she has six scored attempts, a day apart, and one without a target."""
    client = client_of("alice")
    user = client.session["_auth_user_id"]
    for days, (literal, score) in enumerate([("永", 96), ("食", 40), ("口", 80), ("シ", 59), ("a", 60), ("永", 12)]):
        target = Character.objects.get(literal=literal)
        scored(user, target, NOON + timedelta(days=days), score)
    scored(user, None, NOON, None)
    return client


def scored(user, target, written_at, *scores) -> None:
    attempt = Attempt.objects.create(user_id=int(user), target=target, ink=INK, written_at=written_at, status="scored")
    for number, score in enumerate(scores):
        attempt.record(model_version=str(number), legibility=score, known=True, candidates=[], misread_as=[])


def found(client, query: str) -> list[tuple[str | None, int | None]]:
    results = client.get(f"/api/v1/attempts/?{query}").json()["results"]
    return [(row["target"], row["score"] and row["score"]["legibility"]) for row in results]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("character=永", [("永", 12), ("永", 96)]),
        ("character=水", []),
        ("script=katakana&script=latin", [("a", 60), ("シ", 59)]),
        ("grade=2", [("食", 40)]),
        ("grade=1&grade=5", [("永", 12), ("口", 80), ("永", 96)]),
        ("score=60-80", [("a", 60), ("口", 80)]),
        ("score=-59", [("永", 12), ("シ", 59), ("食", 40)]),
        ("after=2026-11-23T12:00Z", [("永", 12), ("a", 60), ("シ", 59)]),
        ("before=2026-11-21T12:00:00Z&score=0-", [("永", 96)]),
        ("script=kanji&score=90-", [("永", 96)]),
    ],
)
def test_filters_keep_only_matching_attempts(alice, query, expected):
    assert found(alice, query) == expected


@only_sqlite
@pytest.mark.parametrize("page", ["/api/v1/attempts/", "/api/v1/attempts/?score=0-", "/history/"])
def test_a_page_is_looked_up_by_its_keys_and_not_searched_among_all(alice, page):
    mouth = Character.objects.get(literal="口")
    for days in range(20):
        scored(alice.session["_auth_user_id"], mouth, NOON - timedelta(days=days), 50)
    with CaptureQueriesContext(connection) as queries:
        assert alice.get(page).status_code == 200
    [lookup] = lookups(queries)
    assert lookup.endswith("(id=?)"), lookup


def test_the_newest_score_of_an_attempt_is_filtered_by(alice):
    scored(alice.session["_auth_user_id"], Character.objects.get(literal="水"), NOON, 20, 90)
    assert ("水", 90) in found(alice, "score=85-")
    assert found(alice, "score=20") == []


@pytest.mark.parametrize("query", ["script=greek", "grade=7", "score=high", "after=yesterday"])
def test_an_invalid_filter_is_400_with_a_code(alice, query):
    answer = alice.get(f"/api/v1/attempts/?{query}")
    assert error_at(answer, query.split("=")[0])["detail"]


def test_filters_never_show_attempts_of_others(alice, client_of):
    assert found(client_of("bob"), "score=0-") == []


def test_the_number_of_queries_does_not_grow_with_the_history(alice, django_assert_num_queries):
    user = alice.session["_auth_user_id"]
    # Session, user, the page's ids, attempts, scores; with a script, also its characters.
    costs = {"": 5, "script=kanji&score=0-": 6}
    for query, queries in costs.items():
        with django_assert_num_queries(queries):
            alice.get(f"/api/v1/attempts/?{query}")
    eternity = Character.objects.get(literal="永")
    for hours in range(60):
        scored(user, eternity, NOON - timedelta(hours=hours), 70)
    for query, queries in costs.items():
        with django_assert_num_queries(queries):
            alice.get(f"/api/v1/attempts/?{query}")
