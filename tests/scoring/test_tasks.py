"""Tasks as functions: what redelivery, killed workers and lost messages do to an attempt."""

import io
import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from characters.models import Character, LookalikeGroup
from lettersai.celery import app
from ml import sandbox
from scoring import judging, retention
from scoring.judging import BATCH
from scoring.models import Attempt, AttemptQuerySet, Score
from scoring.tasks import clear_keys, erase_deleted, erase_unclaimed, requeue_attempts, score_attempt
from tests.support.drawings import ink_of, png_of

pytestmark = pytest.mark.django_db

GUEST = uuid.uuid4()


@pytest.fixture
def write(no_worker):
    def written(**fields) -> Attempt:
        given: dict[str, Any] = {"guest": GUEST, "ink": ink_of("口")} | fields
        return Attempt.objects.write(**given)

    return written


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    """The attempts whose tasks were sent again."""
    ids: list[str] = []

    def send(arguments: tuple[str], expires: float) -> None:
        assert 5 < expires <= 60  # later than the next run, so that none is lost; soon, so that they don't pile up
        ids.extend(arguments)

    monkeypatch.setattr(score_attempt, "apply_async", send)
    return ids


def later(attempt: Attempt, **fields) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(**fields)


def expire() -> None:
    """All leases run out, as after a worker's death."""
    Attempt.objects.filter(status="queued", lease__isnull=False).update(
        leased_until=timezone.now() - timedelta(seconds=1)
    )


def states(attempts: list[Attempt]) -> list[str]:
    return [Attempt.objects.get(pk=attempt.pk).status for attempt in attempts]


def test_every_task_of_the_schedule_is_one_that_workers_know():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert len(scheduled) == len(app.conf.beat_schedule)
    assert scheduled - app.tasks.keys() == set()


def test_what_is_sent_every_minute_or_more_often_does_not_pile_up():
    """What a worker finds of them that comes back after a day."""
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


def test_a_task_whose_attempt_is_gone_does_nothing(fake_scorer, write):
    score_attempt(str(uuid.uuid4()))
    assert not Score.objects.exists()


def test_attempts_that_wait_are_scored_in_one_call(fake_scorer, write):
    attempts = [write() for _ in range(BATCH + 3)]
    score_attempt(str(attempts[-1].pk))
    assert [len(batch) for batch in fake_scorer.batches] == [BATCH]
    assert Attempt.objects.filter(status="queued").count() == 3
    assert Attempt.objects.get(pk=attempts[-1].pk).status == "scored"
    score_attempt(str(attempts[0].pk))
    assert len(fake_scorer.batches) == 1  # its own task found nothing left to do


def test_one_score_that_cannot_be_recorded_costs_no_others_theirs(fake_scorer, write, monkeypatch):
    attempts = [write() for _ in range(4)]
    record = Attempt.record

    def fails(attempt: Attempt, **said: Any) -> Score:
        if attempt.pk == attempts[2].pk:
            raise IntegrityError
        return record(attempt, **said)

    monkeypatch.setattr(Attempt, "record", fails)
    score_attempt(str(attempts[0].pk))
    assert [Attempt.objects.get(pk=attempt.pk).status for attempt in attempts] == [
        "scored",
        "scored",
        "queued",
        "scored",
    ]
    monkeypatch.setattr(Attempt, "record", record)
    later(attempts[2], leased_until=timezone.now() - timedelta(seconds=1))
    score_attempt(str(attempts[2].pk))
    assert Score.objects.count() == 4


def test_one_drawing_that_raises_costs_no_others_their_scores(fake_scorer, write, monkeypatch):
    attempts = [write(target=Character.objects.get(literal="口")) for _ in range(4)]
    form_of = judging.form_of

    def raises(attempt: Attempt, orders: Any) -> Any:
        if attempt.pk == attempts[2].pk:
            raise FloatingPointError
        return form_of(attempt, orders)

    monkeypatch.setattr(judging, "form_of", raises)
    score_attempt(str(attempts[0].pk))
    assert states(attempts) == ["scored", "scored", "queued", "scored"]
    expire()
    attempts.append(write())
    with pytest.raises(FloatingPointError):  # alone: so its task is seen to fail
        score_attempt(str(attempts[2].pk))
    assert states(attempts) == ["scored", "scored", "queued", "scored", "queued"]


def test_a_long_task_goes_on_where_the_writing_in_between_raises(fake_scorer, write, monkeypatch):
    write()
    monkeypatch.setattr(judging, "judge_claimed", lambda attempts: 1 / 0)
    judging.score_waiting()
    assert Attempt.objects.get().status == "queued"


def test_what_kills_its_worker_takes_no_others_along(fake_scorer, write):
    attempts = [write() for _ in range(8)]
    deadly = attempts[3]
    for _ in range(AttemptQuerySet.MAX_TRIES + 1):
        for attempt in attempts:
            if deadly not in (claimed := Attempt.objects.claim_batch(attempt.pk, BATCH)):
                judging.record(judging.judge_claimed(claimed))
        expire()  # of whom it killed
    assert states(attempts) == [*["scored"] * 3, "failed", *["scored"] * 4]


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


def test_a_clock_that_was_set_back_holds_nothing_up(fake_scorer, write, sent):
    before = timezone.now() + timedelta(hours=1)
    leased, queued = write(), write()
    later(leased, queued_at=before, leased_until=before + AttemptQuerySet.LEASE)
    later(queued, queued_at=before)
    requeue_attempts()
    assert set(sent) == {str(leased.pk), str(queued.pk)}
    score_attempt(str(leased.pk))
    leased.refresh_from_db()
    assert leased.status == "scored"


def test_a_clock_that_was_set_forward_scores_nothing_twice(fake_scorer, write):
    attempt = write()
    [claimed] = Attempt.objects.claim_batch(attempt.pk, BATCH)
    later(attempt, leased_until=timezone.now() - timedelta(hours=1))  # as it looks after the jump
    score_attempt(str(attempt.pk))
    claimed.record(model_version="fake", known=True, candidates=[], legibility=None)
    assert Score.objects.count() == 1


def test_a_leased_attempt_is_left_to_its_worker_until_the_lease_runs_out(fake_scorer, write):
    attempt = write()
    Attempt.objects.claim_batch(attempt.pk, 1)  # a worker that is killed now
    score_attempt(str(attempt.pk))
    assert not Score.objects.exists()
    later(attempt, leased_until=timezone.now() - timedelta(seconds=1))
    score_attempt(str(attempt.pk))
    assert Score.objects.count() == 1


def test_an_attempt_that_kills_every_worker_is_given_up(fake_scorer, write):
    attempt = write()
    for _ in range(AttemptQuerySet.MAX_TRIES):
        assert Attempt.objects.claim_batch(attempt.pk, 1)
        later(attempt, leased_until=timezone.now() - timedelta(seconds=1))
    assert not Attempt.objects.claim_batch(attempt.pk, 1)
    assert (Attempt.objects.get().status, Attempt.objects.get().failure) == ("failed", "scoring_failed")


def test_whoever_lost_the_lease_has_scored_it_all_the_same(fake_scorer, write):
    attempt = write()
    said: dict[str, Any] = {"model_version": "fake", "known": True, "candidates": [], "legibility": None}
    [slow] = Attempt.objects.claim_batch(attempt.pk, BATCH)
    expire()
    [other] = Attempt.objects.claim_batch(attempt.pk, BATCH)
    slow.record(**said)
    assert Attempt.objects.get().status == "scored"
    expire()
    assert not Attempt.objects.claim_batch(attempt.pk, BATCH)
    other.fail("scoring_failed")
    other.record(**said)
    assert (Attempt.objects.get().status, Attempt.objects.get().failure, Score.objects.count()) == ("scored", "", 1)


def test_what_was_given_up_is_queued_again(fake_scorer, write, sent):
    old, failed, without_image, scored = (write() for _ in range(4))
    later(old, status="failed", failure="scoring_failed", written_at=timezone.now() - timedelta(days=2))
    later(failed, status="failed", failure="scoring_failed", tries=6)
    later(without_image, status="failed", failure="image_missing")
    score_attempt(str(scored.pk))
    call_command("requeue_failed", since=timezone.now() - timedelta(days=1), stdout=(said := io.StringIO()))
    assert said.getvalue() == "Attempts queued again: 1.\n"
    score_attempt(str(failed.pk))
    assert states([old, failed, without_image, scored]) == ["failed", "scored", "failed", "scored"]


def test_a_target_set_while_a_worker_scores_is_scored_too(fake_scorer, write, sent):
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


def test_lost_tasks_are_sent_again_oldest_first_and_fresh_ones_are_not(fake_scorer, write, sent):
    lost, _fresh, leased, older = write(), write(), write(), write()
    later(lost, queued_at=timezone.now() - timedelta(minutes=1))
    later(older, queued_at=timezone.now() - timedelta(minutes=2))
    later(leased, queued_at=timezone.now() - timedelta(minutes=1), leased_until=timezone.now() + timedelta(seconds=5))
    requeue_attempts()
    assert sent == [str(older.pk), str(lost.pk)]


def test_an_image_that_vanished_fails_its_attempt_alone(fake_scorer, write):
    image, ink = write(ink=None, photo=png_of("口")), write()
    image.image.storage.delete(image.image.name)
    score_attempt(str(ink.pk))
    states = {attempt.pk: (attempt.status, attempt.failure) for attempt in Attempt.objects.all()}
    assert states == {image.pk: ("failed", "image_missing"), ink.pk: ("scored", "")}


def test_an_image_waits_for_its_turn_to_be_scored(fake_scorer, write):
    image = write(ink=None, photo=png_of("口"))
    sandbox._reader._lock.acquire()
    threading.Timer(0.3, sandbox._reader._lock.release).start()
    score_attempt(str(image.pk))
    assert Attempt.objects.get().status == "scored"


def test_the_scorer_pools_by_the_groups_in_the_database(fake_scorer, write):
    score_attempt(str(write().pk))
    LookalikeGroup.objects.of("ロ").delete()
    score_attempt(str(write().pk))
    assert ["ロ" in groups for groups in fake_scorer.groups] == [True, False]


def test_the_scorer_is_told_of_each_writing_what_it_may_be(fake_scorer, write):
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
def test_the_database_refuses_an_attempt_without_owner_or_with_ink_and_image_or_neither(write, fields):
    row = {"guest": GUEST, "ink": ink_of("口"), **fields}
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(**row)


@pytest.mark.parametrize("legibility", [None, 101])
def test_the_database_refuses_a_score_without_sense(write, legibility):
    judgement = {"model_version": "x", "known": True, "candidates": [], "legibility": legibility}
    with pytest.raises(IntegrityError), transaction.atomic():
        Score.objects.create(attempt=write(), target=Character.objects.first(), **judgement)


def test_what_guests_wrote_is_forgotten_after_90_days_and_what_learners_wrote_never(write):
    alice = User.objects.create(email="keeps@example.org")
    old, new = timezone.now() - timedelta(days=91), timezone.now() - timedelta(days=89)
    written = [write(written_at=old), write(written_at=new), write(written_at=old, guest=None, user=alice)]
    image = write(ink=None, photo=png_of("口"), written_at=old).image
    erase_unclaimed()
    assert set(Attempt.objects.values_list("pk", flat=True)) == {attempt.pk for attempt in written[1:]}
    assert not image.storage.exists(image.name)


def forgotten(attempts: QuerySet[Attempt]) -> None:
    attempts.update(forgotten_at=timezone.now() - timedelta(seconds=61))


def unclaimed(attempts: QuerySet[Attempt]) -> None:
    attempts.update(written_at=timezone.now() - timedelta(days=91))


def repeated_no_more(attempts: QuerySet[Attempt]) -> None:
    long_ago = timezone.now() - timedelta(days=8)
    attempts.update(written_at=long_ago, queued_at=long_ago)


@pytest.mark.parametrize(
    ("task", "become"),
    [(erase_deleted, forgotten), (erase_unclaimed, unclaimed), (clear_keys, repeated_no_more)],
)
def test_much_that_has_had_its_time_goes_in_one_run_and_the_next(write, monkeypatch, task, become):
    monkeypatch.setattr(AttemptQuerySet, "ERASED_AT_ONCE", 2)
    monkeypatch.setattr("scoring.models.attempts._AT_ONCE", 2)
    for number in range(7):
        write(idempotency_key=str(number))
    become(Attempt.objects.all())
    kept = write(idempotency_key="kept")
    with_key = Attempt.objects.exclude(idempotency_key=None)
    monkeypatch.setattr(retention, "_RUN", 0)
    task()
    assert with_key.count() == 6
    monkeypatch.setattr(retention, "_RUN", 60)
    task()
    assert list(with_key) == [kept]
