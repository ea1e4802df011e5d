"""Tasks called as functions: redelivery, killed workers and lost messages."""

import io
import threading
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from accounts.models import User
from characters.models import Character, LookalikeGroup
from lettersai.celery import app
from ml import sandbox
from scoring import judging, retention
from scoring.judging import BATCH
from scoring.models import Attempt, AttemptQuerySet, Failure, Score
from scoring.tasks import (
    clear_keys,
    erase_deleted,
    erase_unclaimed,
    requeue_attempts,
    score_attempt,
    score_waiting,
)
from tests.support.drawings import ink_of, png_of

pytestmark = pytest.mark.django_db

GUEST = uuid.uuid4()


@pytest.fixture
def write(no_worker):
    def written(**fields) -> Attempt:
        given: dict[str, Any] = {"guest": GUEST, "ink": ink_of("口")} | fields
        return Attempt.objects.write(**given)

    return written


#: In `sent`: the task that scores whatever waits.
WHATEVER_WAITS = "whatever waits"


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    """The tasks that were sent again: ids of attempts, or `WHATEVER_WAITS`."""
    tasks: list[str] = []

    def send(arguments: Sequence[str] = (WHATEVER_WAITS,), expires: float = 0, priority: int = 0) -> None:
        assert 5 < expires <= 60  # after the next run, so that none is lost; soon, so that they don't pile up
        tasks.extend(arguments)

    for task in (score_attempt, score_waiting):
        monkeypatch.setattr(task, "apply_async", send)
    return tasks


def change(attempt: Attempt, **fields) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(**fields)


def expire() -> None:
    """Let all leases expire, as after a worker's death."""
    Attempt.objects.filter(status="queued", lease__isnull=False).update(
        leased_until=timezone.now() - timedelta(seconds=1)
    )


def statuses(attempts: list[Attempt]) -> list[str]:
    return [Attempt.objects.get(pk=attempt.pk).status for attempt in attempts]


def test_tasks_scheduled_every_minute_or_more_often_expire_within_a_minute():
    often = {
        name: entry.get("options", {}).get("expires")
        for name, entry in app.conf.beat_schedule.items()
        if isinstance(entry["schedule"], float) and entry["schedule"] <= 60
    }
    assert len(often) > 5
    assert {name: expires for name, expires in often.items() if not expires or expires > 60} == {}


def test_a_redelivered_task_leaves_one_score(fake_scorer, write):
    attempt = write()
    score_attempt(str(attempt.pk))
    score_attempt(str(attempt.pk))
    assert attempt.scores.count() == 1
    assert Attempt.objects.get().status == "scored"


def test_a_task_whose_attempt_is_gone_scores_the_others_that_wait(fake_scorer, write):
    score_attempt(str(uuid.uuid4()))
    assert not Score.objects.exists()
    waits = write()
    score_attempt(str(uuid.uuid4()))
    assert waits.scores.count() == 1


@pytest.mark.parametrize(("waiting", "is_sent_again"), [(BATCH - 2, False), (BATCH - 1, True)])
def test_a_task_that_claimed_a_full_batch_is_sent_again(fake_scorer, write, monkeypatch, waiting, is_sent_again):
    sent: list[str] = []
    monkeypatch.setattr(score_attempt, "delay", sent.append)
    for _ in range(waiting):
        write()
    gone = str(uuid.uuid4())
    score_attempt(gone)
    assert sent == [gone] * is_sent_again


def test_waiting_attempts_are_scored_in_one_batch(fake_scorer, write, monkeypatch):
    monkeypatch.setattr(score_attempt, "delay", lambda attempt_id: None)
    attempts = [write() for _ in range(BATCH + 3)]
    score_attempt(str(attempts[-1].pk))
    assert [len(batch) for batch in fake_scorer.batches] == [BATCH]
    assert Attempt.objects.filter(status="queued").count() == 3
    assert Attempt.objects.get(pk=attempts[-1].pk).status == "scored"
    score_attempt(str(attempts[0].pk))
    assert [len(batch) for batch in fake_scorer.batches] == [BATCH, 3]  # though its own attempt has its score


def test_the_other_scores_of_a_batch_are_recorded_when_one_cannot_be(fake_scorer, write, monkeypatch):
    attempts = [write() for _ in range(4)]
    record = Attempt.record

    def fails(attempt: Attempt, **judgement: Any) -> Score:
        if attempt.pk == attempts[2].pk:
            raise IntegrityError
        return record(attempt, **judgement)

    def all_fail(*_: Any) -> None:
        raise IntegrityError

    announced: list[Any] = []
    monkeypatch.setattr("scoring.wakeup.announce", lambda *names, **messages: announced.extend(names))
    monkeypatch.setattr(AttemptQuerySet, "record_all", all_fail)
    monkeypatch.setattr(Attempt, "record", fails)
    score_attempt(str(attempts[0].pk))
    assert set(announced) == {attempt.pk for attempt in attempts} - {attempts[2].pk}
    assert [Attempt.objects.get(pk=attempt.pk).status for attempt in attempts] == [
        "scored",
        "scored",
        "queued",
        "scored",
    ]
    monkeypatch.setattr(Attempt, "record", record)
    change(attempts[2], leased_until=timezone.now() - timedelta(seconds=1))
    score_attempt(str(attempts[2].pk))
    assert Score.objects.count() == 4


def test_a_learner_whom_another_transaction_locks_is_waited_for_once_and_loses_no_try(fake_scorer, write, monkeypatch):
    alice = User.objects.create_user("alice@example.org")
    attempts = [write(user=alice, guest=None), write(user=alice, guest=None), write()]
    record, tried = Attempt.record, []

    def locked(attempt: Attempt, **judgement: Any) -> Score:
        tried.append(attempt.user_id)
        if attempt.user_id:
            raise OperationalError from LockNotAvailable()
        return record(attempt, **judgement)

    def all_fail(*_: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(AttemptQuerySet, "record_all", all_fail)
    monkeypatch.setattr(Attempt, "record", locked)
    score_attempt(str(attempts[0].pk))
    assert sorted(tried, key=str) == [alice.pk, None]
    assert statuses(attempts) == ["queued", "queued", "scored"]
    assert set(alice.attempts.values_list("tries", flat=True)) == {0}


def test_the_other_attempts_of_a_batch_are_scored_when_judging_one_raises(fake_scorer, write, monkeypatch):
    attempts = [write(target=Character.objects.get(literal="口")) for _ in range(4)]
    form_of = judging.form_of

    def raises(attempt: Attempt, rules: Any) -> Any:
        if attempt.pk == attempts[2].pk:
            raise FloatingPointError
        return form_of(attempt, rules)

    monkeypatch.setattr(judging, "form_of", raises)
    score_attempt(str(attempts[0].pk))
    assert statuses(attempts) == ["scored", "scored", "queued", "scored"]
    expire()
    attempts.append(write())
    with pytest.raises(FloatingPointError):  # retried on its own: its task fails
        score_attempt(str(attempts[2].pk))
    assert statuses(attempts) == ["scored", "scored", "queued", "scored", "queued"]


def test_score_waiting_survives_an_attempt_that_cannot_be_judged(fake_scorer, write, monkeypatch):
    write()
    monkeypatch.setattr(judging, "judge_claimed", lambda attempts: 1 / 0)
    judging.score_waiting()
    assert Attempt.objects.get().status == "queued"


def test_an_attempt_that_kills_its_worker_fails_without_the_others(fake_scorer, write):
    attempts = [write() for _ in range(8)]
    deadly = attempts[3]
    for _ in range(AttemptQuerySet.MAX_TRIES + 1):
        for attempt in attempts:
            if deadly not in (claimed := Attempt.objects.claim_batch(attempt.pk, BATCH)):
                judging.record(judging.judge_claimed(claimed))
        expire()  # the leases of the killed worker
    assert statuses(attempts) == [*["scored"] * 3, "failed", *["scored"] * 4]


def test_a_slow_batch_keeps_its_leases(fake_scorer, write, monkeypatch):
    for _ in range(3):
        write()
    network_image, waiting = judging.network_image, []

    def slow(attempt: Attempt) -> Any:
        waiting.append(Attempt.objects.waiting().count())
        expire()
        return network_image(attempt)

    monkeypatch.setattr(judging, "network_image", slow)
    monkeypatch.setattr(judging, "_RENEW_AFTER", -1)
    judging.score_waiting()
    assert waiting == [0, 0, 0]


def test_attempts_are_scored_after_the_clock_was_set_back(fake_scorer, write, sent):
    before = timezone.now() + timedelta(hours=1)
    leased, queued = write(), write()
    change(leased, queued_at=before, leased_until=before + AttemptQuerySet.LEASE)
    change(queued, queued_at=before)
    requeue_attempts()
    assert sent == [WHATEVER_WAITS]
    score_waiting()
    assert statuses([leased, queued]) == ["scored", "scored"]


def test_an_attempt_keeps_one_score_after_the_clock_was_set_forward(fake_scorer, write):
    attempt = write()
    [claimed] = Attempt.objects.claim_batch(attempt.pk, BATCH)
    change(attempt, leased_until=timezone.now() - timedelta(hours=1))  # what the row looks like after the jump
    score_attempt(str(attempt.pk))
    claimed.record(model_version="fake", known=True, candidates=[], legibility=None)
    assert Score.objects.count() == 1


def test_a_leased_attempt_is_left_to_its_worker_until_the_lease_expires(fake_scorer, write):
    attempt = write()
    Attempt.objects.claim_batch(attempt.pk, 1)  # a worker that is killed now
    score_attempt(str(attempt.pk))
    assert not Score.objects.exists()
    change(attempt, leased_until=timezone.now() - timedelta(seconds=1))
    score_attempt(str(attempt.pk))
    assert Score.objects.count() == 1


def test_an_attempt_that_kills_every_worker_is_given_up(fake_scorer, write):
    attempt = write()
    for _ in range(AttemptQuerySet.MAX_TRIES):
        assert Attempt.objects.claim_batch(attempt.pk, 1)
        change(attempt, leased_until=timezone.now() - timedelta(seconds=1))
    assert not Attempt.objects.claim_batch(attempt.pk, 1)
    assert (Attempt.objects.get().status, Attempt.objects.get().failure) == ("failed", "scoring_failed")


def test_a_failure_counts_only_while_its_worker_has_the_lease(fake_scorer, write):
    attempt = write()
    [slow] = Attempt.objects.claim_batch(attempt.pk, BATCH)
    expire()
    [other] = Attempt.objects.claim_batch(attempt.pk, BATCH)
    slow.fail(Failure.IMAGE_MISSING)
    assert Attempt.objects.get().status == "queued"
    other.fail(Failure.IMAGE_MISSING)
    assert Attempt.objects.get().status == "failed"


def test_a_score_counts_even_if_its_worker_has_lost_the_lease(fake_scorer, write):
    attempt = write()
    judgement: dict[str, Any] = {"model_version": "fake", "known": True, "candidates": [], "legibility": None}
    [slow] = Attempt.objects.claim_batch(attempt.pk, BATCH)
    expire()
    [other] = Attempt.objects.claim_batch(attempt.pk, BATCH)
    slow.record(**judgement)
    assert Attempt.objects.get().status == "scored"
    expire()
    assert not Attempt.objects.claim_batch(attempt.pk, BATCH)
    other.fail(Failure.SCORING_FAILED)
    other.record(**judgement)
    assert (Attempt.objects.get().status, Attempt.objects.get().failure, Score.objects.count()) == ("scored", "", 1)


def test_requeue_failed_queues_recent_attempts_that_could_not_be_scored(fake_scorer, write, sent):
    old, failed, without_image, scored = (write() for _ in range(4))
    change(old, status="failed", failure="scoring_failed", written_at=timezone.now() - timedelta(days=2))
    change(failed, status="failed", failure="scoring_failed", tries=6)
    change(without_image, status="failed", failure="image_missing")
    score_attempt(str(scored.pk))
    call_command("requeue_failed", since=timezone.now() - timedelta(days=1), stdout=(output := io.StringIO()))
    assert output.getvalue() == "Attempts queued again: 1.\n"
    score_attempt(str(failed.pk))
    assert statuses([old, failed, without_image, scored]) == ["failed", "scored", "failed", "scored"]


def test_a_target_set_during_scoring_gets_a_score_of_its_own(fake_scorer, write, sent):
    attempt = write()
    [claimed] = Attempt.objects.claim_batch(attempt.pk, 1)
    target = Character.objects.get(literal="日")
    assert attempt.set_target(target)
    claimed.record(model_version="fake", known=True, candidates=[], legibility=None, misread_as=[])
    assert Attempt.objects.get().status == "queued"
    score_attempt(str(attempt.pk))
    attempt = Attempt.objects.get()
    assert (attempt.status, attempt.scores.count()) == ("scored", 2)
    assert attempt.score
    assert attempt.score.legibility == 12


def test_a_task_is_sent_for_each_attempt_that_a_worker_had_claimed_oldest_first(fake_scorer, write, sent):
    abandoned, _fresh, leased, older = write(), write(), write(), write()
    change(abandoned, queued_at=timezone.now() - timedelta(minutes=1), tries=1)
    change(older, queued_at=timezone.now() - timedelta(minutes=2), tries=2)
    soon = timezone.now() + timedelta(seconds=5)
    change(leased, queued_at=timezone.now() - timedelta(minutes=1), tries=1, leased_until=soon)
    requeue_attempts()
    assert sent == [str(older.pk), str(abandoned.pk), WHATEVER_WAITS]


def test_one_task_is_sent_however_many_attempts_wait(fake_scorer, write, sent):
    attempts = [write(is_bulk=number % 2) for number in range(10)]
    requeue_attempts()
    assert sent == []
    change(attempts[3], queued_at=timezone.now() - timedelta(minutes=1))
    requeue_attempts()
    assert sent == [WHATEVER_WAITS]


def test_a_missing_image_fails_only_its_own_attempt(fake_scorer, write):
    image, ink = write(ink=None, photo=png_of("口")), write()
    image.image.storage.delete(image.image.name)
    score_attempt(str(ink.pk))
    statuses = {attempt.pk: (attempt.status, attempt.failure) for attempt in Attempt.objects.all()}
    assert statuses == {image.pk: ("failed", "image_missing"), ink.pk: ("scored", "")}


def test_an_image_waits_for_the_sandbox_to_be_scored(fake_scorer, write):
    image = write(ink=None, photo=png_of("口"))
    sandbox._reader._lock.acquire()
    threading.Timer(0.3, sandbox._reader._lock.release).start()
    score_attempt(str(image.pk))
    assert Attempt.objects.get().status == "scored"


def test_scores_are_pooled_by_the_lookalike_groups_in_the_database(fake_scorer, write):
    score_attempt(str(write().pk))
    LookalikeGroup.objects.of("ロ").delete()
    score_attempt(str(write().pk))
    assert ["ロ" in groups for groups in fake_scorer.groups] == [True, False]


def test_the_scorer_gets_the_scripts_of_each_attempt(fake_scorer, write):
    write(scripts=["kana"])
    write(scripts=["未", "末"])
    score_attempt(str(write().pk))
    assert sorted(fake_scorer.scripts) == [[], ["kana"], ["未", "末"]]


@pytest.mark.parametrize(
    "fields",
    [
        {"ink": None},
        {"guest": None},
        {"image": "a.png"},
    ],
)
def test_the_database_refuses_an_attempt_without_an_owner_or_with_both_ink_and_image_or_neither(write, fields):
    row = {"guest": GUEST, "ink": ink_of("口"), **fields}
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(**row)


@pytest.mark.parametrize("legibility", [None, 101])
def test_the_database_refuses_a_score_for_a_target_without_a_valid_legibility(write, legibility):
    judgement = {"model_version": "x", "known": True, "candidates": [], "legibility": legibility}
    with pytest.raises(IntegrityError), transaction.atomic():
        Score.objects.create(attempt=write(), target=Character.objects.first(), **judgement)


def test_attempts_of_guests_are_erased_after_90_days_and_those_of_learners_never(write):
    alice = User.objects.create(email="keeps@example.org")
    old, new = timezone.now() - timedelta(days=91), timezone.now() - timedelta(days=89)
    written = [write(written_at=old), write(written_at=new), write(written_at=old, guest=None, user=alice)]
    image = write(ink=None, photo=png_of("口"), written_at=old).image
    erase_unclaimed()
    assert set(Attempt.objects.values_list("pk", flat=True)) == {attempt.pk for attempt in written[1:]}
    assert not image.storage.exists(image.name)


def delete_long_ago(attempts: QuerySet[Attempt]) -> None:
    attempts.update(forgotten_at=timezone.now() - timedelta(seconds=61))


def outlive_retention(attempts: QuerySet[Attempt]) -> None:
    attempts.update(written_at=timezone.now() - timedelta(days=91))


def outlive_key_retention(attempts: QuerySet[Attempt]) -> None:
    long_ago = timezone.now() - timedelta(days=8)
    attempts.update(written_at=long_ago, queued_at=long_ago)


@pytest.mark.parametrize(
    ("task", "let_expire"),
    [(erase_deleted, delete_long_ago), (erase_unclaimed, outlive_retention), (clear_keys, outlive_key_retention)],
)
def test_expired_rows_are_cleared_in_portions_until_the_run_is_over(write, monkeypatch, task, let_expire):
    monkeypatch.setattr(AttemptQuerySet, "ERASED_AT_ONCE", 2)
    monkeypatch.setattr("scoring.models.attempt_queries._AT_ONCE", 2)
    for number in range(7):
        write(idempotency_key=str(number))
    let_expire(Attempt.objects.all())
    kept = write(idempotency_key="kept")
    with_key = Attempt.objects.exclude(idempotency_key=None)
    monkeypatch.setattr(retention, "_RUN", 0)
    task()
    assert with_key.count() == 6
    monkeypatch.setattr(retention, "_RUN", 60)
    task()
    assert list(with_key) == [kept]
