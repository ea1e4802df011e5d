"""One task is enough for all attempts of the interactive lane that are enqueued before it begins."""

import uuid
from collections.abc import Iterator

import pytest
import redis

from scoring import wakeup
from scoring.models import Attempt
from scoring.queue import enqueue
from scoring.tasks import score_attempt
from scoring.wakeup import answer_call, call  # the real ones: the fixtures of all tests replace the module's
from tests.support.drawings import ink_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls(throttles: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    """Calls reach a real Redis. Returns its client."""
    monkeypatch.setattr(wakeup, "call", call)
    monkeypatch.setattr(wakeup, "answer_call", answer_call)
    wakeup._redis.cache_clear()
    yield throttles
    wakeup._redis.cache_clear()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the attempts whose tasks were sent."""
    ids: list[str] = []
    monkeypatch.setattr(score_attempt, "delay", ids.append)
    return ids


def write_and_enqueue() -> Attempt:
    attempt = Attempt.objects.write(guest=uuid.UUID(int=2**100), ink=ink_of("口"))
    enqueue(attempt)
    return attempt


def test_attempts_enqueued_before_a_task_begins_share_it(calls, sent, fake_scorer):
    attempts = [write_and_enqueue() for _ in range(3)]
    assert sent == [str(attempts[0].pk)]
    score_attempt(sent[0])
    assert {attempt.status for attempt in Attempt.objects.all()} == {"scored"}


def test_an_attempt_enqueued_after_a_task_began_gets_another(calls, sent, fake_scorer, monkeypatch):
    first = write_and_enqueue()
    claim, late = Attempt.objects.claim_batch, []

    def claim_while_another_arrives(attempt_id, limit):
        claimed = claim(attempt_id, limit)
        late.append(write_and_enqueue())
        return claimed

    monkeypatch.setattr(type(Attempt.objects), "claim_batch", lambda self, *args: claim_while_another_arrives(*args))
    score_attempt(str(first.pk))
    assert sent == [str(first.pk), str(late[0].pk)]


def test_the_call_of_a_lost_task_expires(calls, sent):
    write_and_enqueue()
    assert 0 < calls.pttl("call:interactive") <= 500


def test_each_attempt_of_the_bulk_lane_is_enqueued_without_a_call(calls, sent, monkeypatch):
    calls.set("call:interactive", 1)
    bulk: list[str] = []
    monkeypatch.setattr("scoring.tasks.score_waiting.delay", lambda: bulk.append("sent"))
    enqueue(Attempt.objects.write(guest=uuid.UUID(int=2**100), ink=ink_of("口"), is_bulk=True))
    assert (sent, bulk) == ([], ["sent"])
