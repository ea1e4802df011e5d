"""A worker that wakes a request tells it the score: the answer is what reading the attempt would give."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from characters.models import Character
from scoring import tasks
from scoring.api import AttemptViewSet
from scoring.models import Attempt
from scoring.serializers import AttemptSerializer, InkSerializer, ScoreSerializer
from tests.support.drawings import ink_of, png_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

URL = "/api/v1/attempts/"
INK = ink_of("口")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Attempt]:
    """The attempts that requests have read from the database because no worker's message contained the score."""
    found: list[Attempt] = []
    find = AttemptViewSet.find

    def noted(self: AttemptViewSet, attempt: Attempt) -> Attempt | None:
        found.append(attempt)
        return find(self, attempt)

    monkeypatch.setattr(AttemptViewSet, "find", noted)
    return found


@pytest.mark.usefixtures("wakeups")
@pytest.mark.parametrize("who", ["visitor", "alice"])
@pytest.mark.parametrize(
    "body",
    [
        {"ink": INK},
        {"ink": INK, "target": "口"},
        {"ink": INK, "target": "日", "saw_reference": True},  # misread, with a reason
        {"ink": INK, "target": "口", "scripts": ["kanji"], "before": "人", "age": 1000},
        {"ink": {**INK, "width": 300.5}, "scripts": ["hiragana"]},
    ],
)
def test_an_answer_that_a_worker_told_is_the_one_that_is_read_later(client_of, post, reads, who, body):
    answer = post(client_of(who), body)
    assert (answer.status_code, reads) == (201, [])
    assert answer.json() == client_of(who).get(answer["Location"]).json()


@pytest.mark.usefixtures("wakeups")
def test_an_image_that_a_worker_has_read_is_answered_without_reading_it(client_of, reads):
    visitor = client_of("visitor")
    image = SimpleUploadedFile("a.png", png_of("口"))
    answer = visitor.post(URL, {"image": image, "target": "口"}, headers={"Prefer": "wait=1"})
    assert (answer.status_code, reads) == (201, [])
    assert answer.json() == visitor.get(answer["Location"]).json()


@pytest.mark.usefixtures("wakeups")
def test_an_attempt_that_became_an_example_meanwhile_is_read(client_of, post, reads, monkeypatch):
    monkeypatch.setattr("accounts.access.consents._OFFERED_BAND", "clear")
    alice = client_of("alice")
    User.objects.update(shows_examples=True)
    answer = post(alice, {"ink": INK, "target": "口"})
    assert (answer.json()["exemplar"], len(reads)) == ("offered", 1)


@pytest.mark.usefixtures("wakeups")
def test_a_failure_is_read(client_of, post, reads, monkeypatch):
    monkeypatch.setattr("scoring.models.AttemptQuerySet.MAX_TRIES", 0)
    answer = post(client_of("visitor"), {"ink": INK})
    assert (answer.json()["failure"], len(reads)) == ("scoring_failed", 1)


@pytest.mark.parametrize("message", ["1", "null", '{"another_release": 1}', '{"target_id": 0, "legibility": 1}'])
def test_a_wake_up_that_tells_nothing_of_the_attempt_makes_the_request_read_it(
    client_of, post, wakeups, reads, monkeypatch, message
):
    monkeypatch.setattr("scoring.wakeup.wait", lambda name, seconds: message if wakeups.pop(name, None) else None)
    answer = post(client_of("visitor"), {"ink": INK, "target": "口"})
    assert (answer.status_code, answer.json()["score"]["legibility"], len(reads)) == (201, 93, 1)


@pytest.mark.usefixtures("no_worker")
def test_a_wake_up_for_the_former_target_is_not_taken_for_the_new_one(client_of, post, wakeups):
    alice = client_of("alice")
    pk = post(alice, {"ink": INK, "target": "口"}).json()["id"]
    tasks.score_attempt(pk)  # nobody takes this wake-up
    [message] = wakeups.values()
    late = Attempt.objects.get(pk=pk)
    assert late.set_target(Character.objects.get(literal="日"))
    assert not late.take(json.loads(message))
    assert (late.status, late.legibility) == ("queued", None)


def test_a_second_score_is_read(client_of, post, wakeups):
    """Only the database knows which of several scores counts."""
    attempt = Attempt.objects.get(pk=post(client_of("alice"), {"ink": INK, "target": "口"}).json()["id"])
    assert not attempt.take({"target_id": attempt.target_id, "legibility": 1, "known": True, "candidates": []})
    assert attempt.legibility == 93


@pytest.mark.parametrize("kind", [AttemptSerializer, ScoreSerializer, InkSerializer])
def test_serializers_share_no_field_that_knows_its_serializer(kind):
    first, second = kind(), kind()
    assert list(first.fields) == list(second.fields)
    for name, field in first.fields.items():
        assert (field.parent, second.fields[name].parent) == (first, second)
    assert repr(first) == repr(second)
