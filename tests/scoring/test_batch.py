"""Batches: many attempts in one request, for programs."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scoring import api
from scoring.models import Attempt
from tests.support.drawings import ink_of, png_of
from tests.support.errors import error_at
from tests.support.plans import lookups, only_sqlite

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


@only_sqlite
@pytest.mark.usefixtures("no_worker")
def test_a_batch_is_looked_up_by_its_keys_and_not_searched_among_all(client_of):
    with CaptureQueriesContext(connection) as queries:
        assert post(client_of("alice"), {"attempts": [{"ink": INK}] * 20}, Prefer="respond-async").status_code == 202
    [lookup] = lookups(queries)
    assert lookup.endswith("(id=?)"), lookup


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
    assert error_at(answer, "/attempts/1/ink")["code"] == "nothing_written"
    assert not Attempt.objects.exists()


def test_a_batch_that_is_too_large_is_413(client_of, monkeypatch):
    monkeypatch.setattr(api, "MAX_BATCH_BYTES", 100)
    assert post(client_of("alice"), {"attempts": [{"ink": INK}]}).status_code == 413


def test_an_image_instead_of_a_batch_is_400(client_of):
    assert client_of("alice").post(URL, {"image": png_of("口")}).status_code == 400


@pytest.fixture
def five_a_minute(rate_of):
    rate_of("5/min")


@pytest.mark.usefixtures("five_a_minute")
def test_each_attempt_of_a_batch_counts_against_the_rate(client_of):
    answers = [post(client_of("alice"), {"attempts": [{"ink": INK}] * count}) for count in (3, 3, 2, 1)]
    assert [answer.status_code for answer in answers] == [201, 429, 201, 429]
    assert [answer["RateLimit"].split(";")[1] for answer in answers] == ["r=2", "r=2", "r=0", "r=0"]
    assert (answers[1].json()["code"], 59 <= int(answers[1]["Retry-After"]) <= 61) == ("throttled", True)
    assert Attempt.objects.count() == 5


@pytest.mark.usefixtures("five_a_minute")
def test_a_batch_larger_than_the_rate_needs_the_whole_quota(client_of):
    assert post(client_of("alice"), {"attempts": [{"ink": INK}] * 8}).status_code == 201
    refused = post(client_of("alice"), {"attempts": [{"ink": INK}] * 8})
    assert (refused.status_code, 59 <= int(refused["Retry-After"]) <= 61) == (429, True)


@pytest.mark.usefixtures("five_a_minute")
@pytest.mark.parametrize(
    ("body", "remaining"),
    [
        ({"attempts": [{"ink": "none"}] * 2}, "r=3"),
        ({"attempts": []}, "r=4"),
        ({"attempts": "x"}, "r=4"),
        ("no batch", "r=4"),
    ],
)
def test_a_batch_is_charged_before_it_is_checked(client_of, body, remaining):
    answer = post(client_of("alice"), body)
    assert (answer.status_code, answer["RateLimit"].split(";")[1]) == (400, remaining)


@pytest.mark.usefixtures("five_a_minute")
@pytest.mark.parametrize(("size", "remaining"), [(1, "r=4"), (262_143, "r=4"), (262_144, "r=3"), (800_000, "r=1")])
def test_a_batch_that_cannot_be_read_is_charged_by_its_size(client_of, size, remaining):
    answer = client_of("alice").post(URL, "x" * size, "application/json")
    assert (answer.status_code, answer["RateLimit"].split(";")[1]) == (400, remaining)


def test_a_batch_is_stored_while_redis_is_down(client_of, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    answer = post(client_of("alice"), {"attempts": [{"ink": INK}] * 2})
    assert (answer.status_code, "RateLimit" in answer) == (201, False)
    assert Attempt.objects.count() == 2
