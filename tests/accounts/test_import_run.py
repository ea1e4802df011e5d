"""The course of an import: chunks, progress, what is skipped, and how it ends."""

import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import Day, Import, LeaseLost, Progress, User
from accounts.transfer import importing
from accounts.transfer.importing import Rejected, archive, check, run
from characters.models import Character
from ml.ink import WritingError
from scoring.models import Attempt, Score
from tests.support.drawings import png_of
from tests.support.exports import INK, attempt_row, zipped

pytestmark = pytest.mark.django_db

PNG = png_of("口")


@pytest.fixture(autouse=True)
def scored(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of stored attempts at which other writers' attempts had their turn."""
    turns: list[int] = []
    monkeypatch.setattr(importing, "score_waiting", lambda: turns.append(Attempt.objects.count()))
    monkeypatch.setattr("ml.sandbox.read", lambda data: None)
    return turns


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice@example.org")


@pytest.fixture
def started(alice) -> Callable[[bytes], Import]:
    """An import of alice's that a worker has leased."""

    def start(data: bytes) -> Import:
        job, _ = Import.objects.begin(alice, ContentFile(data))
        leased = Import.objects.start(job.pk)
        assert leased
        return leased

    return start


def finished(job: Import) -> Import:
    """The import after it has run, as stored."""
    run(job)
    stored = Import.objects.get(pk=job.pk)
    assert not default_storage.exists(job.path)
    assert (stored.lease, stored.leased_until) == (None, None)
    assert job.skipped == stored.skipped
    return stored


def image_row(**fields: Any) -> dict[str, Any]:
    return attempt_row(ink=None, image="images/a.png", **fields)


def test_check_accepts_exports_only():
    check(io.BytesIO(zipped()))
    with pytest.raises(Rejected):
        check(io.BytesIO(zipped(account={"format": 2})))
    with pytest.raises(Rejected):
        check(io.BytesIO(b"no zip"))


def test_an_import_counts_what_it_adds_and_skips(started):
    row = attempt_row()
    invalid = [attempt_row(id="x"), "[", attempt_row(target="鬱"), attempt_row(ink={**row["ink"], "width": -1})]
    repeated = [row, row, attempt_row(id=row["id"])]
    job = finished(started(zipped([*invalid, *repeated, attempt_row()], lists=[7])))
    assert (job.status, job.failure) == ("done", "")
    assert (job.done, job.total, job.added) == (8, 8, 2)
    assert job.skipped == {
        "malformed": 3,
        "unknown_character": 1,
        "out_of_range": 1,
        "already_here": 2,
    }
    assert Attempt.objects.count() == Score.objects.count() == 2


def test_each_reason_is_counted_as_often_as_it_occurs(started, monkeypatch):
    def refuse(data: bytes) -> None:
        raise WritingError("unreadable_image", "The image is damaged.")

    monkeypatch.setattr("ml.sandbox.read", refuse)
    bad_ink = {"width": 1, "height": 1, "strokes": []}
    files = {"images/a.png": PNG}
    rows = [
        *[attempt_row(ink=bad_ink) for _ in range(2)],
        *[attempt_row(target="鬱") for _ in range(2)],
        *[image_row() for _ in range(2)],
        *[{**image_row(), "image": "images/b.png"} for _ in range(2)],
        attempt_row(),
    ]
    job = finished(started(zipped(rows, **files)))
    assert job.skipped == {
        "nothing_written": 2,
        "unknown_character": 2,
        "unreadable_image": 2,
        "image_missing": 2,
    }
    assert job.added == Attempt.objects.count() == 1


def test_progress_is_recounted_at_the_end(started, alice):
    finished(started(zipped([attempt_row(), attempt_row()])))
    assert Progress.objects.get(user=alice, character__literal="口").attempts == 2
    assert Day.objects.get(user=alice).attempts == 2


def test_the_account_is_imported_too(started, alice):
    review = {"character": "日", "begun_on": "2026-01-01", "due_on": "2026-01-01", "reviews": 0, "lapses": 0}
    files = {"lists": [{"name": "Mine", "characters": "口"}], "reviews": [review]}
    finished(started(zipped(account={"format": 1, "language": "ja"}, **files)))
    alice.refresh_from_db()
    assert alice.language == "ja"
    assert alice.lists.get().characters == "口"
    assert alice.reviews.get().character.literal == "日"


def test_other_writers_have_their_turn_after_each_chunk(started, scored, monkeypatch):
    monkeypatch.setattr(archive, "CHUNK", 2)
    job = finished(started(zipped([attempt_row() for _ in range(5)])))
    assert scored == [2, 4, 5]
    assert (job.done, job.added) == (5, 5)


def test_progress_is_saved_with_each_chunk(started, monkeypatch):
    monkeypatch.setattr(archive, "CHUNK", 2)
    seen = []
    save = Import.save_progress

    def observed(job: Import, **fields: Any) -> None:
        save(job, **fields)
        stored = Import.objects.get(pk=job.pk)
        seen.append((stored.done, stored.total, stored.added, dict(stored.skipped), Attempt.objects.count()))

    monkeypatch.setattr(Import, "save_progress", observed)
    finished(started(zipped([attempt_row(), "[", "[", attempt_row()])))
    assert seen == [(0, 4, 0, {}, 0), (2, 4, 1, {"malformed": 1}, 1), (4, 4, 2, {"malformed": 2}, 2)]


def test_an_interrupted_import_continues_behind_what_it_has_done(started, monkeypatch):
    monkeypatch.setattr(archive, "CHUNK", 2)
    rows = [attempt_row() for _ in range(5)]
    job = started(zipped(rows))
    Import.objects.filter(pk=job.pk).update(done=3, added=2, total=99, skipped={"malformed": 1})
    job.refresh_from_db()
    job = finished(job)
    assert {str(pk) for pk in Attempt.objects.values_list("pk", flat=True)} == {row["id"] for row in rows[3:]}
    assert (job.done, job.added, job.total, job.skipped) == (5, 4, 99, {"malformed": 1})


def test_attempts_of_another_user_get_new_ids(started, alice):
    bob = User.objects.create_user("bob@example.org")
    rows = [attempt_row(scores=[{**attempt_row()["scores"][0], "legibility": n}]) for n in (10, 20)]
    Attempt.objects.create(pk=rows[0]["id"], user=bob, ink=INK)
    hers = Attempt.objects.create(pk=rows[1]["id"], user=alice, ink=INK)
    job = finished(started(zipped(rows)))
    assert (job.added, job.skipped) == (1, {"already_here": 1})
    added = Attempt.objects.filter(user=alice).exclude(pk=hers.pk).get()
    assert added.pk == uuid.uuid5(uuid.UUID(rows[0]["id"]), str(alice.pk))
    assert added.scores.get().legibility == 10
    assert not Score.objects.filter(attempt__user=bob).exists()


def test_an_attempt_that_is_skipped_for_its_image_does_not_end_the_chunk(started):
    rows = [image_row(), {**image_row(), "image": "missing.png"}, image_row(), attempt_row()]
    job = finished(started(zipped(rows, **{"images/a.png": PNG})))
    assert (job.added, job.skipped) == (3, {"image_missing": 1})
    assert len(default_storage.listdir("attempts")[1]) == 2


def test_images_of_a_chunk_that_fails_are_deleted(started, monkeypatch):
    monkeypatch.setattr(archive, "CHUNK", 1)
    job = started(zipped([image_row(), image_row(), attempt_row()], **{"images/a.png": PNG}))
    create = Attempt.objects.bulk_create

    def full(attempts: Any) -> Any:
        if Attempt.objects.exists():
            raise OSError("The disk is full.")
        return create(attempts)

    monkeypatch.setattr(Attempt.objects, "bulk_create", full)
    with pytest.raises(OSError, match="disk"):
        run(job)
    stored = Attempt.objects.get()
    assert default_storage.listdir("attempts")[1] == [f"{stored.pk}.png"]
    assert default_storage.exists(job.path)
    assert Import.objects.get().status == "running"


def test_an_import_that_another_worker_has_taken_over_stores_nothing(started):
    job = started(zipped([attempt_row()], lists=[{"name": "Mine", "characters": "口"}]))
    Import.objects.update(lease=uuid.uuid4(), leased_until=timezone.now() + timedelta(minutes=1), total=1)
    job.total = 1
    with pytest.raises(LeaseLost):
        run(job)
    assert not Attempt.objects.exists()
    assert default_storage.exists(job.path)


def test_an_import_without_its_file_fails(started):
    job = started(zipped())
    default_storage.delete(job.path)
    job = finished(job)
    assert (job.status, job.failure) == ("failed", "file_missing")


@pytest.mark.parametrize(
    ("data", "failure"), [(b"no zip", "not_an_export"), (zipped(account="x" * (8 * 1024 * 1024 + 1)), "too_large")]
)
def test_an_import_of_a_rejected_file_fails_with_its_code(started, data, failure):
    job = finished(started(data))
    assert (job.status, job.failure) == ("failed", failure)


def test_characters_are_those_of_the_catalogue(started):
    last = Character.objects.order_by("-pk").first()
    assert last
    finished(started(zipped([attempt_row(target=last.literal, scores=[])])))
    assert Attempt.objects.get().target == last
