"""The limits of scores and periods, each tried at the limit and just beyond it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.settings import api_settings

from scoring import tasks
from scoring.models import Attempt, IdempotencyKey
from tests.support.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

URL = "/api/v1/attempts/"
A_SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("legibility", "status"), [(80, 201), (79, 409)])
def test_an_attempt_that_scores_80_can_be_offered_as_an_example(client_of, post, legibility, status):
    alice = client_of("alice")
    attempt = post(alice, {"ink": ink_of("口"), "target": "口"}).json()["id"]
    Attempt.objects.get().record(model_version="other", legibility=legibility, known=True, candidates=[])
    assert alice.get(f"{URL}{attempt}/").json()["score"]["legibility"] == legibility
    answer = alice.put(f"{URL}{attempt}/exemplar/")
    assert answer.status_code == status
    if status == 409:
        assert answer.json()["code"] == "score_too_low"


@pytest.mark.parametrize(("form", "status"), [(None, 201), (100, 201), (80, 201), (79, 409), (0, 409)])
def test_an_attempt_with_a_form_of_80_or_without_form_can_be_offered_as_an_example(client_of, post, form, status):
    alice = client_of("alice")
    attempt = post(alice, {"ink": ink_of("口"), "target": "口"}).json()["id"]
    Attempt.objects.get().record(model_version="other", legibility=100, form=form, known=True, candidates=[])
    assert alice.get(f"{URL}{attempt}/").json()["score"]["form"] == form
    answer = alice.put(f"{URL}{attempt}/exemplar/")
    assert answer.status_code == status
    if status == 409:
        assert answer.json()["code"] == "form_too_low"


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (61, 404)])
def test_a_deleted_attempt_can_be_restored_for_a_minute(client_of, post, seconds, status):
    alice = client_of("alice")
    attempt = post(alice, {"ink": ink_of("口")}).json()["id"]
    assert alice.delete(f"{URL}{attempt}/").status_code == 204
    Attempt.objects.update(forgotten_at=timezone.now() - seconds * A_SECOND)
    tasks.erase_deleted()
    assert alice.post(f"{URL}{attempt}/restore/").status_code == status
    assert Attempt.objects.filter(forgotten_at=None).exists() == (status == 200)


@pytest.mark.parametrize(("age", "is_same"), [(timedelta(days=7) - A_SECOND * 60, True), (timedelta(days=7), False)])
def test_a_repeated_idempotency_key_finds_its_attempt_for_a_week(client_of, post, age, is_same):
    alice = client_of("alice")
    key = {"Idempotency-Key": "twice"}
    first = post(alice, {"ink": ink_of("口")}, **key).json()["id"]
    Attempt.objects.update(written_at=timezone.now() - age, queued_at=timezone.now() - age)
    IdempotencyKey.objects.update(used_at=timezone.now() - age)
    tasks.clear_keys()
    assert (post(alice, {"ink": ink_of("口")}, **key).json()["id"] == first) == is_same


@pytest.mark.parametrize(("seconds", "count"), [(4, 0), (6, 1)])
def test_an_attempt_whose_task_was_lost_is_requeued_after_five_seconds(client_of, post, monkeypatch, seconds, count):
    sent = []
    monkeypatch.setattr(tasks.score_attempt, "delay", lambda attempt_id: None)  # the broker loses it
    post(client_of("alice"), {"ink": ink_of("口")})
    Attempt.objects.update(queued_at=timezone.now() - seconds * A_SECOND)
    monkeypatch.setattr(tasks.score_waiting, "apply_async", lambda **options: sent.append(options["priority"]))
    tasks.requeue_attempts()
    assert sent == [0] * count


def test_a_forged_address_passes_no_limit(rate_of, monkeypatch):
    """nginx adds the address that it sees after those that the client has made up."""
    rate_of("1/min")
    monkeypatch.setattr(api_settings, "NUM_PROXIES", 1)

    def post_from(addresses: str) -> int:
        headers = {"X-Forwarded-For": addresses}
        return Client().post(URL, {"ink": ink_of("口")}, "application/json", headers=headers).status_code

    assert post_from("192.0.2.1, 198.51.100.1") == 201
    assert post_from("192.0.2.2, 198.51.100.1") == 429
    assert post_from("198.51.100.1, 198.51.100.2") == 201


def test_learners_behind_one_address_have_a_rate_each_and_its_visitors_share_one(client_of, post, rate_of):
    rate_of("1/min")
    writers = [client_of("alice"), client_of("bob"), Client(), Client(), client_of("alice")]
    assert [post(writer, {"ink": ink_of("口")}).status_code for writer in writers] == [201, 201, 201, 429, 429]
