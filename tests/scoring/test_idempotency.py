"""Idempotency keys: a repeated request stores nothing, and says what the first one stored."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from scoring import retention, tasks
from scoring.api import _key_of
from scoring.models import Attempt, AttemptQuerySet, IdempotencyKey
from tests.support.drawings import ink_of, png_of
from tests.support.errors import error_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

URL = "/api/v1/attempts/"
BATCH = f"{URL}batch/"
INK = ink_of("口")
BODY = {"ink": INK, "target": "口", "scripts": ["kanji"], "pen_width": 8, "saw_reference": True}
ROWS = [{"ink": INK, "target": target} for target in ("日", None, "口")]


def send(client, body, path=URL, key="k", **headers):
    headers = {"Idempotency-Key": key, "Prefer": "wait=1", **headers}
    return client.post(path, json.dumps(body), "application/json", headers=headers)


def upload(client, image: bytes, key="k", **fields):
    photo = SimpleUploadedFile("a.png", image)
    return client.post(URL, {"image": photo, **fields}, headers={"Idempotency-Key": key, "Prefer": "wait=1"})


def assert_reused(answer) -> None:
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def delete(client, attempt_id: str, is_erased: bool) -> None:
    assert client.delete(f"{URL}{attempt_id}/").status_code == 204
    if is_erased:
        Attempt.objects.exclude(forgotten_at=None).update(forgotten_at=timezone.now() - AttemptQuerySet.UNDO_KEPT)
        tasks.erase_deleted()
        assert not Attempt.objects.filter(pk=attempt_id).exists()


@pytest.mark.parametrize("who", ["visitor", "alice"])
def test_a_repeat_returns_the_first_attempt_and_is_marked(client_of, who):
    first, again = (send(client_of(who), BODY) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Location"] == first["Location"]
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert Attempt.objects.count() == 1


def test_a_key_belongs_to_its_owner(client_of):
    answers = [send(client_of(who), BODY) for who in ("visitor", "alice", "bob")]
    assert len({answer.json()["id"] for answer in answers}) == 3
    assert not any("Idempotent-Replayed" in answer for answer in answers)


@pytest.mark.parametrize(
    "change",
    [
        {"ink": ink_of("日")},
        {"ink": {**INK, "width": INK["width"] + 1}},
        {"target": "日"},
        {"target": None},
        {"scripts": ["kanji", "kana"]},
        {"pen_width": 9},
        {"saw_reference": False},
    ],
)
def test_another_body_under_a_used_key_is_422_and_stores_nothing(client_of, change):
    send(client_of("alice"), BODY)
    assert_reused(send(client_of("alice"), {**BODY, **change}))
    assert Attempt.objects.count() == 1


def test_a_body_without_a_field_is_another_body(client_of):
    send(client_of("alice"), BODY)
    assert_reused(send(client_of("alice"), {"ink": INK}))


def test_a_delayed_attempt_is_a_repeat_although_it_has_become_older(client_of):
    first = send(client_of("alice"), BODY).json()
    for age in (2_000, 90_000):
        assert send(client_of("alice"), {**BODY, "age": age}).json() == first


def test_an_image_is_a_repeat_if_its_bytes_are_the_same(client_of, settings):
    alice = client_of("alice")
    first, again = (upload(alice, png_of("口"), target="口") for _ in range(2))
    assert again.json()["id"] == first.json()["id"]
    assert_reused(upload(alice, png_of("日"), target="口"))
    assert_reused(upload(alice, png_of("口"), target="日"))
    assert_reused(send(alice, BODY))
    assert len(list(Path(settings.MEDIA_ROOT).rglob("*.png"))) == 1


def test_a_batch_is_repeated_in_its_order(client_of):
    first, again = (send(client_of("alice"), {"attempts": ROWS}, BATCH) for _ in range(2))
    assert again.json() == first.json()
    assert [row["target"] for row in again.json()] == ["日", None, "口"]
    assert len({row["id"] for row in again.json()}) == 3
    assert again["Idempotent-Replayed"] == "true"
    assert Attempt.objects.count() == 3


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (BATCH, {"attempts": ROWS[:2]}),
        (BATCH, {"attempts": [*ROWS, {"ink": INK}]}),
        (BATCH, {"attempts": ROWS[::-1]}),
        (URL, ROWS[0]),
    ],
)
def test_a_key_covers_the_whole_batch(client_of, path, body):
    send(client_of("alice"), {"attempts": ROWS}, BATCH)
    assert_reused(send(client_of("alice"), body, path))
    assert Attempt.objects.count() == 3


def test_a_batch_of_one_is_another_request_than_its_attempt(client_of):
    send(client_of("alice"), BODY)
    assert_reused(send(client_of("alice"), {"attempts": [BODY]}, BATCH))


@pytest.mark.parametrize("is_erased", [False, True])
def test_a_repeat_after_a_deletion_says_so_and_stores_nothing(client_of, is_erased):
    alice = client_of("alice")
    delete(alice, send(alice, BODY).json()["id"], is_erased)
    again = send(alice, BODY)
    assert (again.status_code, again.json()["code"]) == (410, "attempt_deleted")
    assert again["Idempotent-Replayed"] == "true"
    assert Attempt.objects.count() == (not is_erased)
    assert_reused(send(alice, {"ink": INK}))


def test_a_repeat_finds_a_restored_attempt(client_of):
    alice = client_of("alice")
    first = send(alice, BODY).json()
    delete(alice, first["id"], is_erased=False)
    alice.post(f"{URL}{first['id']}/restore/")
    assert send(alice, BODY).json() == first


@pytest.mark.parametrize("is_erased", [False, True])
def test_a_repeated_batch_says_which_of_its_attempts_have_been_deleted(client_of, is_erased):
    alice = client_of("alice")
    first = send(alice, {"attempts": ROWS}, BATCH).json()
    delete(alice, first[1]["id"], is_erased)
    again = send(alice, {"attempts": ROWS}, BATCH)
    assert (again.status_code, again.json()["code"]) == (410, "attempt_deleted")
    assert again.json()["attempts"] == [first[0], None, first[2]]


def test_an_attempt_that_is_deleted_before_its_score_is_410(client_of, monkeypatch):
    def delete_it(name, seconds):
        Attempt.objects.all().delete()

    monkeypatch.setattr(tasks.score_attempt, "delay", lambda attempt_id: None)
    monkeypatch.setattr("scoring.wakeup.wait", delete_it)
    assert send(client_of("alice"), BODY).json()["code"] == "attempt_deleted"


def test_a_guests_repeat_finds_the_attempt_that_its_writer_has_claimed(client_of):
    """It waited in the browser, since its answer was lost before the writer signed in."""
    visitor, alice = client_of("visitor"), client_of("alice")
    first = send(visitor, BODY).json()
    alice.cookies["guest"] = visitor.cookies["guest"]
    alice.post("/accounts/claim/", {"mine": "yes"})
    assert send(alice, BODY, Writer="guest").json() == first
    assert Attempt.objects.count() == 1


def test_expired_keys_are_erased_in_portions_until_the_run_is_over(client_of, monkeypatch):
    monkeypatch.setattr("scoring.models.keys._AT_ONCE", 2)
    for number in range(5):
        send(client_of("alice"), BODY, key=str(number))
    IdempotencyKey.objects.update(used_at=timezone.now() - IdempotencyKey.RETENTION)
    send(client_of("alice"), BODY, key="new")
    monkeypatch.setattr(retention, "_RUN", 0)
    tasks.clear_keys()
    assert IdempotencyKey.objects.count() == 4
    monkeypatch.setattr(retention, "_RUN", 60)
    tasks.clear_keys()
    assert [key.key for key in IdempotencyKey.objects.all()] == ["new"]


def test_two_requests_at_once_store_one_attempt(client_of, monkeypatch):
    """Neither sees the other's key at first; the database refuses the second."""
    first_use, answers = AttemptQuerySet.first_use, [None]
    first = send(client_of("alice"), BODY).json()
    monkeypatch.setattr(AttemptQuerySet, "first_use", lambda *args: answers.pop() if answers else first_use(*args))
    again = send(client_of("alice"), BODY)
    assert (again.json(), again["Idempotent-Replayed"]) == (first, "true")
    assert Attempt.objects.count() == 1


def test_an_image_that_repeats_another_request_at_once_leaves_no_file(client_of, monkeypatch, settings):
    first_use, answers = AttemptQuerySet.first_use, [None]
    first = upload(client_of("alice"), png_of("口")).json()
    monkeypatch.setattr(AttemptQuerySet, "first_use", lambda *args: answers.pop() if answers else first_use(*args))
    assert upload(client_of("alice"), png_of("口")).json()["id"] == first["id"]
    assert len(list(Path(settings.MEDIA_ROOT).rglob("*.png"))) == 1


def test_a_refused_request_uses_no_key(client_of, monkeypatch):
    alice = client_of("alice")
    assert send(alice, {"ink": {**INK, "strokes": []}}).status_code == 400
    with monkeypatch.context() as broken:
        broken.setattr("scoring.models.attempts.Attempt.image.field.storage.save", _no_space)
        assert upload(alice, png_of("口")).status_code == 503
    assert send(alice, BODY).status_code == 201


def _no_space(*args, **kwargs):
    raise OSError("no space left")


def test_a_repeat_finds_what_the_previous_release_stored(client_of):
    """It kept keys only at attempts, and runs beside this one during a release."""
    alice = client_of("alice")
    single = send(alice, BODY, key="single").json()
    batch = send(alice, {"attempts": ROWS}, BATCH, key="batch").json()
    IdempotencyKey.objects.all().delete()
    assert send(alice, BODY, key="single").json() == single
    assert send(alice, {"attempts": ROWS}, BATCH, key="batch").json() == batch
    assert Attempt.objects.count() == 4


def test_the_previous_release_finds_what_this_one_stored(client_of):
    send(client_of("alice"), BODY, key="single")
    send(client_of("alice"), {"attempts": ROWS[:2]}, BATCH, key="batch")
    copies = Attempt.objects.order_by("pk").values_list("idempotency_key", flat=True)
    assert list(copies) == ["single", _key_of("batch", 0), _key_of("batch", 1)]


@pytest.mark.parametrize("key", ["", "x" * 65, "é", "a b"])
def test_a_malformed_key_is_400_and_stores_nothing(key):
    answer = send(Client(), BODY, key=key)
    assert error_at(answer, "Idempotency-Key")["code"] == "malformed"
    assert not Attempt.objects.exists()
