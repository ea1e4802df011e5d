"""From a good writing to an example for others, and back."""

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
def written(client_of, post) -> str:
    """Alice's good 口."""
    return post(client_of("alice"), {"ink": ink_of("口"), "target": "口"}).json()["id"]


def test_a_writing_becomes_an_example_once_a_curator_approves_it(client_of, written, curator):
    alice = client_of("alice")
    assert state(alice, written) is None
    answer = offer(alice, written)
    assert (answer.status_code, answer.json()["exemplar"]) == (201, "offered")
    assert shown() == []
    Exemplar.objects.waiting().approve(by=curator)
    assert state(alice, written) == "approved"
    assert [row["legibility"] for row in shown()] == [93]


def test_a_guest_may_offer_too(client_of, post):
    visitor = client_of("visitor")
    written = post(visitor, {"ink": ink_of("口"), "target": "口"}).json()["id"]
    assert offer(visitor, written).status_code == 201
    assert withdraw(visitor, written).status_code == 204


def test_offering_twice_makes_one_exemplar(client_of, written):
    assert offer(client_of("alice"), written).status_code == 201
    assert offer(client_of("alice"), written).status_code == 200
    assert Exemplar.objects.count() == 1


def test_taken_back_it_is_gone_at_once(client_of, written, curator, client):
    offer(client_of("alice"), written)
    Exemplar.objects.all().approve(by=curator)
    seen = client.get(SHOWN)
    assert len(seen.json()["results"]) == 1
    assert withdraw(client_of("alice"), written).status_code == 204
    assert not Exemplar.objects.exists()
    assert state(client_of("alice"), written) is None
    kept = {
        "If-None-Match": seen["ETag"],
        "If-Modified-Since": seen.get("Last-Modified", "Tue, 01 Jan 2030 00:00:00 GMT"),
    }
    assert client.get(SHOWN, headers=kept).json()["results"] == []
    assert client.get(SHOWN, headers={"If-Modified-Since": kept["If-Modified-Since"]}).json()["results"] == []


def test_taking_back_twice_harms_nothing_and_it_can_be_offered_again(client_of, written):
    offer(client_of("alice"), written)
    assert [withdraw(client_of("alice"), written).status_code for _ in range(2)] == [204, 204]
    assert offer(client_of("alice"), written).status_code == 201


def test_an_approval_is_seen_at_once(client_of, written, curator, client):
    offer(client_of("alice"), written)
    before = client.get(SHOWN)
    Exemplar.objects.all().approve(by=curator)
    after = client.get(SHOWN, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    Exemplar.objects.all().refuse(by=curator, reason="Not so good")
    assert client.get(SHOWN, headers={"If-None-Match": after["ETag"]}).json()["results"] == []


def test_a_refused_one_is_not_offered_again(client_of, written, curator):
    alice = client_of("alice")
    offer(alice, written)
    Exemplar.objects.all().refuse(by=curator, reason="Not so good")
    assert state(alice, written) == "refused"
    for answer in offer(alice, written), withdraw(alice, written), offer(alice, written):
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


def test_what_has_no_target_is_no_example(client_of, post):
    alice = client_of("alice")
    answer = offer(alice, post(alice, {"ink": ink_of("口")}).json()["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "no_target")


def test_what_scores_low_is_no_example(client_of, post):
    alice = client_of("alice")
    answer = offer(alice, post(alice, {"ink": ink_of("口"), "target": "日"}).json()["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "score_too_low")


def test_an_image_is_no_example(client_of):
    alice = client_of("alice")
    written = alice.post("/api/v1/attempts/", {"image": photo(), "target": "口"}).json()["id"]
    answer = offer(alice, written)
    assert (answer.status_code, answer.json()["code"]) == (409, "no_ink")


@pytest.mark.usefixtures("no_worker")
def test_what_is_not_scored_yet_is_no_example(client_of, post):
    alice = client_of("alice")
    answer = offer(alice, post(alice, {"ink": ink_of("口"), "target": "口"}).json()["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "not_scored")


@pytest.mark.parametrize("who", ["visitor", "bob", "curator"])
def test_nobody_else_offers_it_or_takes_it_back(client_of, written, who):
    assert offer(client_of(who), written).status_code == 404
    offer(client_of("alice"), written)
    assert withdraw(client_of(who), written).status_code == 404
    assert Exemplar.objects.count() == 1


def test_an_exemplar_does_not_know_whose_it_is(client_of, written, curator):
    offer(client_of("alice"), written)
    Exemplar.objects.all().approve(by=curator)
    alice = User.objects.get(email="alice@example.org")
    # Nothing of the row, and no way from it, leads to the attempt or to Alice.
    assert {field.name for field in Exemplar._meta.get_fields()} == {
        *("id", "character", "ink", "legibility", "status", "reason", "is_hidden", "offered_at"),
        *("decided_by", "decided_at"),
    }
    answer = json.dumps(shown())
    assert written not in answer
    assert set(shown()[0]) == {"ink", "legibility"}
    assert set(shown()[0]["ink"]) == {"width", "height", "strokes"}
    assert alice != Exemplar.objects.get().decided_by


def test_a_forgotten_attempt_takes_its_exemplar_along(client_of, written, curator):
    offer(client_of("alice"), written)
    Exemplar.objects.all().approve(by=curator)
    assert client_of("alice").delete(f"/api/v1/attempts/{written}/").status_code == 204
    assert shown() == []
    erase()
    assert not Exemplar.objects.exists()


def test_what_its_owner_forgot_waits_for_no_curator(client_of, written, curator):
    offer(client_of("alice"), written)
    queue = "/admin/characters/exemplar/"
    assert "1 exemplar" in client_of("curator").get(queue).content.decode()
    client_of("alice").delete(f"/api/v1/attempts/{written}/")
    assert "0 exemplars" in client_of("curator").get(queue).content.decode()


def test_a_restored_attempt_brings_its_exemplar_back(client_of, written, curator):
    offer(client_of("alice"), written)
    Exemplar.objects.all().approve(by=curator)
    client_of("alice").delete(f"/api/v1/attempts/{written}/")
    client_of("alice").post(f"/api/v1/attempts/{written}/restore/")
    assert len(shown()) == 1


def erase() -> None:
    """What was forgotten is deleted for good."""
    Attempt.objects.update(forgotten_at=timezone.now() - timedelta(seconds=61))
    erase_deleted()


@pytest.mark.parametrize("rows", [lambda: User.objects.filter(email="alice@example.org"), Attempt.objects.all])
def test_nothing_is_left_when_many_attempts_go(client_of, post, rows):
    alice = client_of("alice")
    for _ in range(3):
        offer(alice, post(alice, {"ink": ink_of("口"), "target": "口"}).json()["id"])
    assert Exemplar.objects.count() == 3
    rows().delete()
    assert not Attempt.objects.exists()
    assert not Exemplar.objects.exists()


def test_a_refused_one_goes_with_its_attempt(client_of, written, curator):
    offer(client_of("alice"), written)
    Exemplar.objects.all().refuse(by=curator, reason="Not so good")
    client_of("alice").delete(f"/api/v1/attempts/{written}/")
    erase()
    assert not Exemplar.objects.exists()


def test_what_a_curator_deletes_leaves_the_attempt(client_of, written):
    offer(client_of("alice"), written)
    Exemplar.objects.all().delete()
    assert state(client_of("alice"), written) is None


def test_offering_is_throttled_as_writing_is_and_taking_back_never(client_of, written, monkeypatch):
    from scoring.api import AttemptThrottle

    monkeypatch.setattr(AttemptThrottle, "allow_request", lambda *args: False)
    monkeypatch.setattr(AttemptThrottle, "wait", lambda self: 7)
    assert offer(client_of("alice"), written).status_code == 429
    assert withdraw(client_of("alice"), written).status_code == 204
    assert client_of("alice").get(SHOWN).status_code == 200


def test_a_list_of_attempts_takes_no_query_per_exemplar(client_of, post, django_assert_max_num_queries):
    alice = client_of("alice")
    for _ in range(8):
        offer(alice, post(alice, {"ink": ink_of("口"), "target": "口"}).json()["id"])
    with django_assert_max_num_queries(5):  # session, user, the page's ids, attempts, scores
        alice.get("/api/v1/attempts/")
