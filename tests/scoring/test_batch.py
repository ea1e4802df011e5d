"""Batches: many attempts in one request, for programs."""

import json

import pytest

from scoring import api
from scoring.models import Attempt
from tests.support.drawings import ink_of, png_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

URL = "/api/v1/attempts/batch/"
INK = ink_of("口")


def post(client, body, **headers):
    return client.post(URL, json.dumps(body), "application/json", headers=headers)


def test_a_batch_is_scored_and_answered_in_its_order(client_of):
    targets = ["日", None, "口"]
    answer = post(client_of("alice"), {"attempts": [{"ink": INK, "target": target} for target in targets]})
    assert answer.status_code == 201
    assert [row["target"] for row in answer.json()] == targets
    assert [row["score"] and row["score"]["legibility"] for row in answer.json()] == [12, None, 93]


@pytest.mark.usefixtures("no_worker")
def test_a_batch_without_scores_is_stored_and_answered_with_202(client_of):
    answer = post(client_of("alice"), {"attempts": [{"ink": INK}] * 3}, Prefer="respond-async")
    assert (answer.status_code, answer["Retry-After"]) == (202, "1")
    assert {row["status"] for row in answer.json()} == {"queued"}
    assert Attempt.objects.count() == 3


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"attempts": []}, "empty"),
        ({}, "required"),
        ({"attempts": "x"}, "not_a_list"),
        ({"attempts": [{"ink": INK}] * 101}, "max_length"),
    ],
)
def test_an_invalid_batch_is_400_and_stores_nothing(client_of, body, code):
    answer = post(client_of("alice"), body)
    assert answer.status_code == 400
    assert f'"{code}"' in answer.content.decode()
    assert not Attempt.objects.exists()


def test_one_invalid_attempt_rejects_the_whole_batch_and_is_named(client_of):
    answer = post(client_of("alice"), {"attempts": [{"ink": INK}, {"ink": {**INK, "strokes": []}}]})
    assert answer.status_code == 400
    assert answer.json()["attempts"]["1"]["ink"][0]["code"] == "nothing_written"
    assert not Attempt.objects.exists()


def test_a_batch_that_is_too_large_is_413(client_of, monkeypatch):
    monkeypatch.setattr(api, "MAX_BATCH_BYTES", 100)
    assert post(client_of("alice"), {"attempts": [{"ink": INK}]}).status_code == 413


def test_an_image_instead_of_a_batch_is_400(client_of):
    assert client_of("alice").post(URL, {"image": png_of("口")}).status_code == 400


def test_each_attempt_of_a_batch_counts_against_the_rate(client_of, settings, monkeypatch):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    monkeypatch.setattr(api.AttemptThrottle, "THROTTLE_RATES", {"attempts": "5/min"})
    assert post(client_of("alice"), {"attempts": [{"ink": INK}] * 5}).status_code == 201
    refused = post(client_of("alice"), {"attempts": [{"ink": INK}]})
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0


def test_a_batch_larger_than_the_rate_still_leads_to_a_valid_retry_after(client_of, settings, monkeypatch):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "rate"}}
    monkeypatch.setattr(api.AttemptThrottle, "THROTTLE_RATES", {"attempts": "5/min"})
    assert post(client_of("alice"), {"attempts": [{"ink": INK}] * 8}).status_code == 201
    refused = post(client_of("alice"), {"attempts": [{"ink": INK}]})
    assert (refused.status_code, 0 < int(refused["Retry-After"]) <= 60) == (429, True)


def test_a_batch_is_stored_while_redis_is_down(client_of, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:9"}
    }
    assert post(client_of("alice"), {"attempts": [{"ink": INK}] * 2}).status_code == 201
    assert Attempt.objects.count() == 2
