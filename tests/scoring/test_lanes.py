"""The two lanes of the queue: people who wait for a score come first, and owners of bulk attempts take turns."""

import json
import uuid
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from lettersai.celery import app
from scoring import judging
from scoring.judging import BULK_BATCH, BulkLane
from scoring.models import Attempt
from scoring.tasks import score_attempt, score_waiting
from tests.support.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_worker")]

INK = ink_of("口")
GUESTS = [uuid.UUID(int=2**100 + number) for number in range(3)]


@pytest.fixture
def lane() -> BulkLane:
    """The bulk lane of a worker that has just started."""
    return BulkLane()


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    """The names of the tasks that requests enqueue."""
    names: list[str] = []
    for task in (score_attempt, score_waiting):
        monkeypatch.setattr(task, "delay", lambda *_, name=task.name: names.append(name.rpartition(".")[2]))
    return names


def write(count: int = 1, guest: uuid.UUID = GUESTS[0], **fields: Any) -> list[Attempt]:
    return [Attempt.objects.write(guest=guest, ink=INK, **fields) for _ in range(count)]


def write_bulk(count: int = 1, guest: uuid.UUID = GUESTS[0], **fields: Any) -> list[Attempt]:
    return write(count, guest, is_bulk=True, **fields)


def waiting() -> list[Attempt]:
    return list(Attempt.objects.filter(status="queued"))


def test_people_are_scored_before_bulk_attempts_that_came_earlier(fake_scorer):
    bulk, people = write_bulk(20), write(2)
    judging.score_waiting()
    assert {attempt.pk for attempt in waiting()} == {attempt.pk for attempt in bulk}
    assert [len(batch) for batch in fake_scorer.batches] == [len(people)]


def test_the_task_of_somebody_who_waits_takes_no_bulk_attempts_along(fake_scorer):
    bulk, [attempt] = write_bulk(3), write()
    score_attempt(str(attempt.pk))
    assert {attempt.pk for attempt in waiting()} == {attempt.pk for attempt in bulk}


def test_somebody_who_writes_waits_for_one_small_batch_at_most(fake_scorer):
    write_bulk(50)
    judging.score_waiting()
    assert len(waiting()) == 50 - BULK_BATCH


def test_the_task_of_the_bulk_lane_is_sent_again_until_nothing_waits(fake_scorer, sent):
    write_bulk(2 * BULK_BATCH)
    for tasks in (1, 2, 2):
        score_waiting()
        assert sent == ["score_waiting"] * tasks
    assert not waiting()


def test_owners_take_turns(lane):
    for guest, count in zip(GUESTS, (100, 20, 20), strict=True):
        write_bulk(count, guest)
    turns = [{attempt.bulk_owner for attempt in lane.claim()} for _ in range(6)]
    assert turns == [{guest} for guest in GUESTS * 2]


def test_an_owner_with_few_attempts_leaves_room_for_the_next(lane):
    for guest, count in zip(GUESTS, (2, 3, 100), strict=True):
        write_bulk(count, guest)
    assert Counter(attempt.bulk_owner for attempt in lane.claim()) == dict(zip(GUESTS, (2, 3, 3), strict=True))


def test_a_late_owner_with_few_attempts_does_not_wait_for_all_of_an_earlier_one(lane):
    write_bulk(1000, GUESTS[1])
    lane.claim()
    late = write_bulk(1, GUESTS[0])
    assert late[0] in lane.claim()


def test_each_owners_attempts_are_claimed_oldest_first(lane):
    write_bulk(3 * BULK_BATCH)
    claimed = [min(attempt.queued_at for attempt in lane.claim()) for _ in range(3)]
    assert all(earlier < later for earlier, later in pairwise(claimed))


def test_a_learner_and_a_guest_take_turns(lane):
    alice = User.objects.create(email="alice@example.org")
    write_bulk(20)
    for _ in range(20):
        Attempt.objects.write(user=alice, ink=INK, is_bulk=True)
    turns = [{attempt.user_id for attempt in lane.claim()} for _ in range(4)]
    assert turns == [{alice.pk}, {None}] * 2


def test_an_abandoned_bulk_attempt_is_left_to_a_task_of_its_own(lane, fake_scorer):
    [abandoned] = write_bulk()
    lane.claim()  # by a worker that is killed
    Attempt.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert lane.claim() == []
    score_attempt(str(abandoned.pk))
    assert not waiting()


@pytest.mark.parametrize(
    ("prefer", "task", "is_bulk"),
    [("wait=0", "score_attempt", False), ("respond-async", "score_waiting", True)],
)
def test_only_a_caller_who_does_not_wait_uses_the_bulk_lane(client_of, post, sent, prefer, task, is_bulk):
    answer = post(client_of("alice"), {"ink": INK}, Prefer=prefer)
    assert answer.status_code == 202
    assert sent == [task]
    attempt = Attempt.objects.get()
    assert (attempt.bulk_owner == attempt.owner_id) is is_bulk


def test_a_batch_uses_the_bulk_lane_with_one_task(client_of, sent):
    body = json.dumps({"attempts": [{"ink": INK}] * 5})
    client_of("alice").post("/api/v1/attempts/batch/", body, "application/json", headers={"Prefer": "wait=0"})
    assert sent == ["score_waiting"]
    assert {attempt.bulk_owner for attempt in waiting()} == {Attempt.objects.all()[0].owner_id}


@pytest.mark.parametrize(("prefer", "task"), [("wait=0", "score_attempt"), ("respond-async", "score_waiting")])
def test_a_bulk_attempt_gets_the_lane_of_the_request_that_sets_its_target(client_of, post, sent, prefer, task):
    url = f"/api/v1/attempts/{post(client_of('alice'), {'ink': INK}, Prefer='respond-async').json()['id']}/"
    sent.clear()
    client_of("alice").patch(url, json.dumps({"target": "口"}), "application/json", headers={"Prefer": prefer})
    assert sent == [task]
    assert (Attempt.objects.get().bulk_owner is None) == (task == "score_attempt")


def test_attempts_that_an_operator_requeues_wait_in_the_bulk_lane(fake_scorer):
    write(3)
    Attempt.objects.update(status="failed", failure="scoring_failed")
    Attempt.objects.requeue_failed(timezone.now() - timedelta(days=1))
    person = write()
    judging.score_waiting()
    assert len(waiting()) == 3
    assert person[0] not in waiting()


@pytest.mark.parametrize("name", ["score_waiting", "rescore"])
def test_bulk_tasks_come_after_those_of_people(name):
    router = app.amqp.router
    assert router.route({}, f"scoring.tasks.{name}")["priority"] == 9
    assert router.route({"priority": 0}, f"scoring.tasks.{name}")["priority"] == 0
    assert router.route({}, "scoring.tasks.score_attempt").get("priority", 0) == 0
