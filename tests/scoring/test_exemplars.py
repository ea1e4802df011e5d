"""Exemplars: offering an attempt as an example, curating it, and withdrawing it."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.models import User
from characters.models import Exemplar
from scoring.models import Attempt
from scoring.tasks import erase_deleted
from tests.support.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

SHOWN = "/api/v1/characters/口/exemplars/"


def offer(client: Client, attempt: str) -> Any:
    return client.put(f"/api/v1/attempts/{attempt}/exemplar/")


def withdraw(client: Client, attempt: str) -> Any:
    return client.delete(f"/api/v1/attempts/{attempt}/exemplar/")


def state(client: Client, attempt: str) -> str | None:
    return client.get(f"/api/v1/attempts/{attempt}/").json()["exemplar"]


def shown() -> list[dict[str, Any]]:
    return Client().get(SHOWN).json()["results"]


@pytest.fixture
def curator(client_of) -> User:
    client_of("curator")
    return User.objects.get(email="curator@example.org")


@pytest.fixture
def attempt(client_of, post) -> str:
    """The id of Alice's attempt at 口, which scores 93."""
    return post(client_of("alice"), {"ink": ink_of("口"), "target": "口"}).json()["id"]


def test_an_offered_attempt_is_shown_once_a_curator_approves_it(client_of, attempt, curator):
    alice = client_of("alice")
    assert state(alice, attempt) is None
    answer = offer(alice, attempt)
    assert (answer.status_code, answer.json()["exemplar"]) == (201, "offered")
    assert shown() == []
    Exemplar.objects.waiting().approve(by=curator)
    assert state(alice, attempt) == "approved"
    assert [row["legibility"] for row in shown()] == [93]


def test_a_guest_can_offer_and_withdraw(client_of, post):
    visitor = client_of("visitor")
    attempt = post(visitor, {"ink": ink_of("口"), "target": "口"}).json()["id"]
    assert offer(visitor, attempt).status_code == 201
    assert withdraw(visitor, attempt).status_code == 204


def test_offering_twice_makes_one_exemplar(client_of, attempt):
    assert offer(client_of("alice"), attempt).status_code == 201
    assert offer(client_of("alice"), attempt).status_code == 200
    assert Exemplar.objects.count() == 1


def test_a_withdrawn_exemplar_disappears_at_once_also_for_caches(client_of, attempt, curator, client):
    offer(client_of("alice"), attempt)
    Exemplar.objects.all().approve(by=curator)
    seen = client.get(SHOWN)
    assert len(seen.json()["results"]) == 1
    assert withdraw(client_of("alice"), attempt).status_code == 204
    assert not Exemplar.objects.exists()
    assert state(client_of("alice"), attempt) is None
    kept = {
        "If-None-Match": seen["ETag"],
        "If-Modified-Since": seen.get("Last-Modified", "Tue, 01 Jan 2030 00:00:00 GMT"),
    }
    assert client.get(SHOWN, headers=kept).json()["results"] == []
    assert client.get(SHOWN, headers={"If-Modified-Since": kept["If-Modified-Since"]}).json()["results"] == []


def test_an_exemplar_can_be_withdrawn_twice_and_offered_again(client_of, attempt):
    offer(client_of("alice"), attempt)
    assert [withdraw(client_of("alice"), attempt).status_code for _ in range(2)] == [204, 204]
    assert offer(client_of("alice"), attempt).status_code == 201


def test_approvals_and_refusals_take_effect_at_once_also_for_caches(client_of, attempt, curator, client):
    offer(client_of("alice"), attempt)
    before = client.get(SHOWN)
    Exemplar.objects.all().approve(by=curator)
    after = client.get(SHOWN, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    Exemplar.objects.all().refuse(by=curator, reason="Not so good")
    assert client.get(SHOWN, headers={"If-None-Match": after["ETag"]}).json()["results"] == []


def test_a_refused_exemplar_can_be_neither_offered_again_nor_withdrawn(client_of, attempt, curator):
    alice = client_of("alice")
    offer(alice, attempt)
    Exemplar.objects.all().refuse(by=curator, reason="Not so good")
    assert state(alice, attempt) == "refused"
    for answer in offer(alice, attempt), withdraw(alice, attempt), offer(alice, attempt):
        assert (answer.status_code, answer.json()["code"]) == (409, "refused")
    assert shown() == []


def photo() -> io.BytesIO:
    image = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(image).rectangle((50, 50, 150, 150), outline=0, width=8)
    file = io.BytesIO()
    image.save(file, "PNG")
    file.seek(0)
    file.name = "kuchi.png"
    return file


def test_an_attempt_without_a_target_cannot_be_offered(client_of, post):
    alice = client_of("alice")
    answer = offer(alice, post(alice, {"ink": ink_of("口")}).json()["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "no_target")


def test_an_attempt_with_a_low_score_cannot_be_offered(client_of, post):
    alice = client_of("alice")
    answer = offer(alice, post(alice, {"ink": ink_of("口"), "target": "日"}).json()["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "score_too_low")


def without_a_stroke(character: str) -> dict[str, Any]:
    ink = ink_of(character)
    return {**ink, "strokes": ink["strokes"][:-1]}


def test_an_attempt_without_one_of_the_strokes_cannot_be_offered(client_of, post):
    alice = client_of("alice")
    attempt = post(alice, {"ink": without_a_stroke("口"), "target": "口"}).json()
    assert (attempt["score"]["legibility"], attempt["score"]["form"]) == (93, 75)
    answer = offer(alice, attempt["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "form_too_low")
    assert "all strokes" in answer.json()["detail"]
    assert not Exemplar.objects.exists()


def test_an_illegible_attempt_without_one_of_the_strokes_is_refused_for_its_score(client_of, post):
    alice = client_of("alice")
    answer = offer(alice, post(alice, {"ink": without_a_stroke("日"), "target": "日"}).json()["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "score_too_low")


def test_an_image_cannot_be_offered(client_of):
    alice = client_of("alice")
    attempt = alice.post("/api/v1/attempts/", {"image": photo(), "target": "口"}).json()["id"]
    answer = offer(alice, attempt)
    assert (answer.status_code, answer.json()["code"]) == (409, "no_ink")


@pytest.mark.usefixtures("no_worker")
def test_an_attempt_without_a_score_cannot_be_offered(client_of, post):
    alice = client_of("alice")
    answer = offer(alice, post(alice, {"ink": ink_of("口"), "target": "口"}).json()["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "not_scored")


@pytest.mark.parametrize("who", ["visitor", "bob", "curator"])
def test_others_can_neither_offer_nor_withdraw_an_attempt(client_of, attempt, who):
    assert offer(client_of(who), attempt).status_code == 404
    offer(client_of("alice"), attempt)
    assert withdraw(client_of(who), attempt).status_code == 404
    assert Exemplar.objects.count() == 1


def test_an_exemplar_does_not_lead_to_its_owner(client_of, attempt, curator):
    offer(client_of("alice"), attempt)
    Exemplar.objects.all().approve(by=curator)
    # No column and no relation of the row leads to the attempt or to Alice.
    assert {field.name for field in Exemplar._meta.get_fields()} == {
        *("id", "character", "ink", "legibility", "status", "reason", "is_hidden", "offered_at"),
        *("decided_by", "decided_at"),
    }
    answer = json.dumps(shown())
    assert attempt not in answer
    assert set(shown()[0]) == {"ink", "legibility"}
    assert set(shown()[0]["ink"]) == {"width", "height", "strokes"}


def test_deleting_an_attempt_hides_and_later_erases_its_exemplar(client_of, attempt, curator):
    offer(client_of("alice"), attempt)
    Exemplar.objects.all().approve(by=curator)
    assert client_of("alice").delete(f"/api/v1/attempts/{attempt}/").status_code == 204
    assert shown() == []
    erase()
    assert not Exemplar.objects.exists()


def test_the_exemplar_of_a_deleted_attempt_leaves_the_curators_queue(client_of, attempt, curator):
    offer(client_of("alice"), attempt)
    queue = "/admin/characters/exemplar/"
    assert "1 example" in client_of("curator").get(queue).content.decode()
    client_of("alice").delete(f"/api/v1/attempts/{attempt}/")
    assert "0 examples" in client_of("curator").get(queue).content.decode()


def test_restoring_an_attempt_shows_its_exemplar_again(client_of, attempt, curator):
    offer(client_of("alice"), attempt)
    Exemplar.objects.all().approve(by=curator)
    client_of("alice").delete(f"/api/v1/attempts/{attempt}/")
    client_of("alice").post(f"/api/v1/attempts/{attempt}/restore/")
    assert len(shown()) == 1


def erase() -> None:
    """Let undo expire, and erase deleted attempts."""
    Attempt.objects.update(forgotten_at=timezone.now() - timedelta(seconds=61))
    erase_deleted()


@pytest.mark.parametrize("rows", [lambda: User.objects.filter(email="alice@example.org"), Attempt.objects.all])
def test_deleting_many_attempts_deletes_their_exemplars(client_of, post, rows):
    alice = client_of("alice")
    for _ in range(3):
        offer(alice, post(alice, {"ink": ink_of("口"), "target": "口"}).json()["id"])
    assert Exemplar.objects.count() == 3
    rows().delete()
    assert not Attempt.objects.exists()
    assert not Exemplar.objects.exists()


def test_a_refused_exemplar_is_erased_with_its_attempt(client_of, attempt, curator):
    offer(client_of("alice"), attempt)
    Exemplar.objects.all().refuse(by=curator, reason="Not so good")
    client_of("alice").delete(f"/api/v1/attempts/{attempt}/")
    erase()
    assert not Exemplar.objects.exists()


def test_an_attempt_survives_the_deletion_of_its_exemplar(client_of, attempt):
    offer(client_of("alice"), attempt)
    Exemplar.objects.all().delete()
    assert state(client_of("alice"), attempt) is None


def test_offering_is_throttled_and_withdrawing_is_not(client_of, attempt, monkeypatch):
    from scoring.accepting import AttemptThrottle

    monkeypatch.setattr(AttemptThrottle, "allow_request", lambda *args: False)
    monkeypatch.setattr(AttemptThrottle, "wait", lambda self: 7)
    assert offer(client_of("alice"), attempt).status_code == 429
    assert withdraw(client_of("alice"), attempt).status_code == 204
    assert client_of("alice").get(SHOWN).status_code == 200


def test_a_list_of_attempts_takes_no_query_per_exemplar(client_of, post, django_assert_max_num_queries):
    alice = client_of("alice")
    for _ in range(8):
        offer(alice, post(alice, {"ink": ink_of("口"), "target": "口"}).json()["id"])
    with django_assert_max_num_queries(5):  # session, user, the page's ids, attempts, scores
        alice.get("/api/v1/attempts/")
