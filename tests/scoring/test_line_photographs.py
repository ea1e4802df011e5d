"""Photographs of lines through the API: read as a line, cut into the images of its characters."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.utils import timezone
from PIL import Image

from accounts.models import User
from accounts.transfer.tasks import delete_accounts
from scoring import serving
from scoring.models import Attempt, Line, LineQuerySet
from scoring.serializers import MAX_IMAGE_BYTES
from scoring.tasks import erase_deleted, erase_unclaimed, read_line
from tests.support.drawings import line_of, png
from tests.support.errors import error_at
from tests.support.scorers import scorer_that_sees

pytestmark = pytest.mark.django_db

URL = "/api/v1/lines/"
PHOTO = png(line_of("入口", 2))


@pytest.fixture(autouse=True)
def _network(monkeypatch):
    scorer = scorer_that_sees("入口ロ明日月永")
    monkeypatch.setattr(serving, "scorer", lambda: scorer)


@pytest.fixture
def alice(client_of):
    return client_of("alice")


def upload(client: Any, image: bytes = PHOTO, *, key: str | None = None, prefer: str = "wait=8", **fields: Any) -> Any:
    headers = {"Prefer": prefer, **({"Idempotency-Key": key} if key else {})}
    form = {"kind": "free", "image": SimpleUploadedFile("a.png", image, "image/png"), **fields}
    return client.post(URL, form, headers=headers)


def files(settings: Any) -> list[Path]:
    return sorted(path.relative_to(settings.MEDIA_ROOT) for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())


@pytest.mark.parametrize("chosen", ["horizontal", "vertical"])
def test_a_photographed_line_has_the_direction_in_which_it_stands(alice, chosen):
    body = upload(alice, direction=chosen).json()
    assert (body["direction"], body["remarks"]) == ("horizontal", [])


def test_a_photographed_line_is_read_and_each_character_gets_an_image_and_a_place(alice, settings):
    answer = upload(alice)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["status"], body["read_as"], body["is_right"]) == ("scored", "入口", None)
    first, second = body["characters"]
    assert (first["attempt"]["ink"], first["attempt"]["target"], first["attempt"]["before"]) == (None, None, "")
    left, top, width, height = first["box"]
    assert 0 <= left < left + width <= 0.5 <= second["box"][0]
    assert 0 <= top < top + height <= 1
    image = Image.open(io.BytesIO(b"".join(alice.get(second["attempt"]["image"]))))
    assert image.size == (128, 128)
    assert (
        alice.patch(f"/api/v1/attempts/{second['attempt']['id']}/", '{"target": "口"}', "application/json").json()[
            "score"
        ]["legibility"]
        >= 80
    )
    assert [path.parent.name for path in files(settings)] == ["attempts", "attempts"]


def test_the_text_asked_for_decides_into_how_many_characters_a_line_is_split(alice):
    body = upload(alice, png(line_of("明日", 2)), kind="own", text="明日").json()
    assert (body["read_as"], body["is_right"]) == ("明日", True)
    assert [one["attempt"]["target"] for one in body["characters"]] == ["明", "日"]
    assert all(one["attempt"]["score"]["form"] is None for one in body["characters"])
    assert body["legibility"] >= 80


def test_the_characters_of_ink_have_no_place_in_a_photograph(alice):
    body = alice.post(URL, {"kind": "free", "line": LINE}, "application/json").json()
    assert [one["box"] for one in body["characters"]] == [None]


LINE = {"width": 100, "height": 50, "strokes": [[[10, 10, 0], [40, 40, 90]]]}


def test_a_page_of_text_is_no_line_and_its_photograph_is_discarded(alice, settings):
    body = upload(alice, png(line_of("永" * 60, 10))).json()
    assert (body["status"], body["failure"], body["characters"]) == ("failed", "not_a_line", [])
    assert files(settings) == []
    assert Line.objects.get().image == ""


@pytest.mark.parametrize(
    ("image", "fields", "place", "code"),
    [
        (b"GIF89a", {}, "/image", "unknown_image_format"),
        (PHOTO[:200], {}, "/image", "unreadable_image"),
        (png(Image.new("RGB", (400, 200), "white")), {}, "/image", "nothing_written"),
        (PHOTO, {"kind": "poem"}, "/kind", "invalid_choice"),
        (PHOTO, {"kind": "own"}, "/text", "required"),
        (PHOTO, {"kind": "own", "text": "人々"}, "/text", "unreadable_characters"),
        (PHOTO, {"before": "口" * 33}, "/before", "max_length"),
    ],
)
def test_an_unusable_photograph_is_400_with_a_code_and_stores_nothing(alice, settings, image, fields, place, code):
    answer = upload(alice, image, **fields)
    assert error_at(answer, place)["code"] == code
    assert not Line.objects.exists()
    assert files(settings) == []


def test_a_form_without_an_image_is_400(alice):
    assert error_at(alice.post(URL, {"kind": "free"}), "/image")["code"] == "required"


def test_a_file_over_the_limit_is_413(alice):
    answer = upload(alice, b"\x89PNG" + b"\0" * MAX_IMAGE_BYTES)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_photograph_counts_as_fifty_attempts_even_if_it_is_damaged(alice, rate_of):
    rate_of("149/min")
    answers = [upload(alice, image) for image in (PHOTO, PHOTO[:200], PHOTO)]
    assert [answer.status_code for answer in answers] == [201, 400, 429]


def test_a_repeated_photograph_stores_nothing_and_a_different_one_is_422(alice):
    first, again = (upload(alice, key="a") for _ in range(2))
    assert again["Idempotent-Replayed"] == "true"
    assert again.json()["id"] == first.json()["id"]
    assert Line.objects.count() == 1
    assert upload(alice, png(line_of("口口", 2)), key="a").status_code == 422


def test_a_photograph_whose_line_cannot_be_stored_leaves_no_file(alice, settings, monkeypatch):
    def full(*_args: Any, **_options: Any) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(Line, "save", full)
    assert upload(alice).status_code == 503
    assert files(settings) == []


def test_a_photograph_that_the_storage_refuses_is_503(alice, monkeypatch):
    def refuse(*_args: Any, **_options: Any) -> str:
        raise OSError("no space left")

    monkeypatch.setattr(Line.image.field.storage, "save", refuse)
    answer = upload(alice)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert not Line.objects.exists()


@pytest.mark.usefixtures("no_worker")
def test_a_photograph_waits_in_the_lane_of_its_request(alice):
    answer = upload(alice, prefer="respond-async")
    assert answer.status_code == 202
    assert Line.objects.get().is_bulk
    read_line(answer.json()["id"])
    assert set(Attempt.objects.values_list("bulk_owner", flat=True)) != {None}


@pytest.mark.usefixtures("no_worker")
def test_a_photograph_whose_file_is_gone_fails(alice):
    line = Line.objects.get(pk=upload(alice, prefer="wait=0").json()["id"])
    line.image.storage.delete(str(line.image))
    read_line(str(line.pk))
    assert alice.get(f"{URL}{line.pk}/").json()["failure"] == "image_missing"


@pytest.mark.usefixtures("no_worker")
def test_a_photograph_that_the_storage_cannot_deliver_is_read_later(alice, monkeypatch):
    pk = upload(alice, prefer="wait=0").json()["id"]
    with monkeypatch.context() as broken:
        broken.setattr(Line.image.field.storage, "open", lambda *_: (_ for _ in ()).throw(OSError("unreachable")))
        read_line(pk)
    assert (Line.objects.get().status, Line.objects.get().tries) == ("queued", 0)
    Line.objects.update(leased_until=None)
    read_line(pk)
    assert Line.objects.get().read_as == "入口"


@pytest.mark.usefixtures("no_worker")
def test_a_deleted_photograph_is_erased_before_it_is_read(alice, settings):
    pk = upload(alice, prefer="wait=0").json()["id"]
    assert [str(path) for path in files(settings)] == [f"lines/{pk}.png"]
    alice.delete(f"{URL}{pk}/")
    Line.objects.update(forgotten_at=timezone.now() - 2 * LineQuerySet.UNDO_KEPT)
    erase_deleted()
    assert not Line.objects.exists()
    assert files(settings) == []


@pytest.mark.usefixtures("no_worker")
def test_deleting_an_account_erases_photographs_that_are_not_read_yet(alice, settings):
    upload(alice, prefer="wait=0")
    User.objects.get().schedule_deletion()
    delete_accounts()
    assert files(settings) == []
    assert not User.objects.exists()


def test_a_photograph_that_was_refused_leaves_a_row_that_can_be_deleted(alice):
    pk = upload(alice, png(line_of("永" * 60, 10))).json()["id"]
    alice.delete(f"{URL}{pk}/")
    Line.objects.update(forgotten_at=timezone.now() - 2 * LineQuerySet.UNDO_KEPT)
    erase_deleted()
    assert not Line.objects.exists()


def test_a_guests_refused_photograph_expires(client_of):
    upload(client_of("visitor"), png(line_of("永" * 60, 10)))
    erase_unclaimed()
    assert Line.objects.exists()
    Line.objects.update(written_at=timezone.now() - LineQuerySet.GUEST_RETENTION - timedelta(days=1))
    erase_unclaimed()
    assert not Line.objects.exists()


def test_deleting_a_line_erases_the_images_of_its_characters(alice, settings):
    alice.delete(f"{URL}{upload(alice).json()['id']}/")
    Attempt.objects.update(forgotten_at=timezone.now() - 2 * LineQuerySet.UNDO_KEPT)
    erase_deleted()
    assert files(settings) == []
    assert not Line.objects.exists()
