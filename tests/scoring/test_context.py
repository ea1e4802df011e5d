"""Everything that judges an attempt judges it as a reader does who knows the target's script."""

import json
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Progress, Review, User
from characters.models import Character
from scoring import serving, tasks
from scoring.models import Attempt, ModelBundle, Rescoring
from tests.support.drawings import ink_of
from tests.support.scorers import scorer_that_reads

pytestmark = pytest.mark.django_db

#: Alone, the drawing is rather ニ. A reader who expects hiragana reads こ: 0.3 of 0.3 + 0.65 / 20 + 0.05.
IN_CONTEXT, ALONE = {"こ": 0.3, "ニ": 0.65}, {"ニ": 0.95}


@pytest.fixture
def read_as(monkeypatch):
    """A function that replaces the active model by one that reads everything with the given probabilities."""

    def replace(version: str, **probabilities: float) -> None:
        scorer = scorer_that_reads(version, **probabilities)
        monkeypatch.setattr(serving, "scorer", lambda: scorer)

    return replace


def test_an_attempt_is_scored_in_the_context_of_its_target(client_of, post, read_as):
    read_as("test", **IN_CONTEXT)
    body = post(client_of("alice"), {"target": "こ", "ink": ink_of("こ")}).json()
    assert body["score"]["legibility"] >= 60
    assert body["score"]["misread_as"] == []
    assert (body["candidates"][0]["character"], body["alone_also"]) == ("こ", ["ニ"])


def test_an_attempt_without_a_target_is_read_without_context(client_of, post, read_as):
    read_as("test", **IN_CONTEXT)
    body = post(client_of("alice"), {"ink": ink_of("こ")}).json()
    assert body["candidates"][0]["character"] == "ニ"


def test_choosing_the_target_afterwards_scores_in_its_context(client_of, post, read_as):
    read_as("test", **IN_CONTEXT)
    alice = client_of("alice")
    attempt = post(alice, {"ink": ink_of("こ")}).json()
    alice.patch(f"/api/v1/attempts/{attempt['id']}/", json.dumps({"target": "こ"}), "application/json")
    body = alice.get(f"/api/v1/attempts/{attempt['id']}/").json()
    assert body["score"]["legibility"] >= 60
    assert body["score"]["misread_as"] == []


@pytest.fixture
def misread(read_as) -> Attempt:
    """An attempt at こ that the model before read as ニ."""
    read_as("before", **ALONE)
    alice = User.objects.create_user("alice@example.org")
    attempt = Attempt.objects.write(user=alice, target=Character.objects.get(literal="こ"), ink=ink_of("こ"))
    tasks.score_attempt(str(attempt.pk))
    return attempt


def newest_score() -> Any:
    return Attempt.objects.get().score


def test_rescoring_judges_past_attempts_in_the_context_of_their_targets(misread, read_as):
    assert newest_score().legibility == 0
    read_as("next", **IN_CONTEXT)
    Rescoring.objects.begin(ModelBundle.objects.register({"version": "next"}), misread.written_at)
    tasks.rescore()
    score = newest_score()
    assert (score.model_version, score.misread_as) == ("next", [])
    assert score.legibility >= 60
    assert Progress.objects.get().best == score.legibility


def test_a_review_is_rated_by_the_score_in_context(client_of, post, read_as):
    read_as("test", **IN_CONTEXT)
    alice = client_of("alice")
    alice.post("/api/v1/reviews/", json.dumps({"character": "こ"}), "application/json")
    post(alice, {"target": "こ", "ink": ink_of("こ")})
    review: Any = Review.objects.get()
    assert (review.reviews, review.lapses) == (1, 0)
    assert review.due_on > review.reviewed_on + timedelta(days=1)
