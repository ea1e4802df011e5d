"""What scoring costs the database, and that storing scores together loses and counts nothing twice."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Day, Progress, User
from accounts.progress.consistency import findings
from characters.models import Character, LookalikeGroup
from scoring import judging
from scoring.judging import BATCH, Catalogue
from scoring.models import Attempt, Score
from tests.support.drawings import ink_of

pytestmark = pytest.mark.django_db

#: Statements that begin and end transactions. Tests run in one, where each further transaction is a savepoint.
CONTROL = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


@pytest.fixture
def kept_catalogue(monkeypatch) -> None:
    """The catalogue has just been read, and a worker keeps it as long as outside tests."""
    judging.catalogue.read_if_older(-1)
    monkeypatch.setattr(Catalogue, "STALE", 60.0)


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice@example.org")


@pytest.fixture
def target() -> Character:
    return Character.objects.get(literal="口")


@pytest.fixture
def write(no_worker, target) -> Callable[..., Attempt]:
    def written(**fields: Any) -> Attempt:
        return Attempt.objects.write(**{"ink": ink_of("口"), "target": target, **fields})

    return written


def run(captured: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(CONTROL)]


@pytest.mark.usefixtures("wakeups")
@pytest.mark.parametrize(("who", "statements", "transactions"), [("visitor", 4, 1), ("alice", 13, 1)])
def test_a_score_takes_a_known_number_of_statements(
    client_of, post, fake_scorer, kept_catalogue, who, statements, transactions
):
    body = {"ink": ink_of("口"), "target": "口"}
    assert post(client_of(who), body).status_code == 201  # the first of the day creates rows
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert post(client_of(who), body).json()["score"]["legibility"] == 93
    assert len(run(captured)) == statements, "\n".join(run(captured))
    assert sum(query["sql"].startswith("SAVEPOINT") for query in captured.captured_queries) == transactions


def test_a_batch_of_guests_takes_three_statements(fake_scorer, kept_catalogue, write):
    attempts = [write(guest=uuid.uuid4()) for _ in range(BATCH)]
    judging.catalogue.set_targets(attempts)
    with CaptureQueriesContext(connection) as captured:
        judging.score(attempts[0].pk)
    assert len(run(captured)) == 3, "\n".join(run(captured))
    assert Score.objects.count() == BATCH


def test_scores_of_a_batch_are_copied_to_their_own_attempts(fake_scorer, write, alice):
    literals = ["口", "日", "口", "永"]
    attempts = [write(user=alice, target=Character.objects.get(literal=literal)) for literal in literals]
    judging.score(attempts[0].pk)
    copied = [Attempt.objects.values_list("legibility", "misread_as").get(pk=attempt.pk) for attempt in attempts]
    assert copied == [(93, ""), (12, "口"), (93, ""), (0, "")]
    assert list(findings()) == []
    assert sum(Progress.objects.values_list("attempts", flat=True)) == 4


def hide(attempt: Attempt) -> None:
    Attempt.objects.filter(pk=attempt.pk).hide(timezone.now())


def claim_for_a_learner(attempt: Attempt) -> None:
    Attempt.objects.filter(pk=attempt.pk).give_to(User.objects.create_user("bob@example.org"))


def set_another_target(attempt: Attempt) -> None:
    attempt.set_target(Character.objects.get(literal="日"))


def let_another_worker_score_it(attempt: Attempt) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    judging.score(attempt.pk)


@pytest.mark.parametrize("change", [hide, claim_for_a_learner, set_another_target, let_another_worker_score_it])
def test_attempts_that_change_during_scoring_are_scored_and_counted_once(fake_scorer, write, change):
    attempts = [write(guest=uuid.uuid4()) for _ in range(3)]
    claimed = Attempt.objects.claim_batch(attempts[0].pk, BATCH)
    judgements = judging.judge_claimed(claimed)
    change(Attempt.objects.get(pk=attempts[1].pk))
    judging.record(judgements)
    assert [attempt.scores.count() for attempt in attempts] == [1, 1, 1]
    while waiting := Attempt.objects.waiting().first():
        judging.score(waiting.pk)
    assert set(Attempt.objects.values_list("status", flat=True)) == {"scored"}
    assert list(findings()) == []


def test_a_score_that_a_learner_hides_meanwhile_is_not_counted(fake_scorer, write, alice):
    attempt = write(user=alice)
    [claimed] = Attempt.objects.claim_batch(attempt.pk, BATCH)
    judgements = judging.judge_claimed([claimed])
    hide(attempt)
    judging.record(judgements)
    assert not Day.objects.exists()
    Attempt.objects.filter(pk=attempt.pk).restore()
    assert list(findings()) == []


def test_curators_changes_reach_a_busy_worker_within_seconds(fake_scorer, kept_catalogue, write, monkeypatch):
    def pools() -> bool:
        judging.score(write(guest=uuid.uuid4()).pk)
        return "ロ" in fake_scorer.groups[-1]

    LookalikeGroup.objects.of("ロ").delete()
    assert pools()  # as it was read before
    monkeypatch.setattr(Catalogue, "FRESH", -1.0)
    assert pools()  # and is read again afterwards
    assert not pools()


def test_a_worker_that_scores_seldom_reads_the_catalogue_before(fake_scorer, kept_catalogue, write, monkeypatch):
    LookalikeGroup.objects.of("ロ").delete()
    monkeypatch.setattr(judging.catalogue, "_read_at", judging.catalogue._read_at - 61)
    judging.score(write(guest=uuid.uuid4()).pk)
    assert "ロ" not in fake_scorer.groups[-1]
