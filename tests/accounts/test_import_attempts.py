"""Attempts of an imported file: what is read of them, and what is skipped for which reason."""

import io
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zipfile import ZipExtFile, ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.transfer.importing.attempts import AttemptReader
from accounts.transfer.importing.values import Skipped
from ml.ink import MAX_LINE_STROKES, WritingError
from ml.sandbox import MAX_BYTES
from scoring.models import Attempt
from tests.support.drawings import png_of
from tests.support.exports import CANDIDATE, INK, attempt_row, zipped

CHARACTERS = {"口": 1, "日": 2, "永": 3}


def reader(**files: Any) -> AttemptReader:
    return AttemptReader(ZipFile(io.BytesIO(zipped(**files))), 7, CHARACTERS)


def reason_of(row: Any) -> str:
    try:
        reader().read(row)
    except Skipped as skipped:
        return skipped.reason
    except WritingError as error:
        return error.code
    return "read"


def score_row(**fields: Any) -> dict[str, Any]:
    return {**attempt_row()["scores"][0], **fields}


def with_score(**fields: Any) -> dict[str, Any]:
    return attempt_row(scores=[score_row(**fields)])


def with_candidate(**fields: Any) -> dict[str, Any]:
    return with_score(candidates=[{**CANDIDATE, **fields}])


def without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


REMARK = {"code": "extra", "strokes": [2], "reference": [], "where": ""}
LINE = "0197a3c4-0000-7000-8000-000000000000"
NOTE = {"code": "end_hook", "strokes": [1], "reference": [1], "where": ""}


def test_all_of_an_attempt_is_read():
    about = {"pen_width": 4.5, "saw_reference": True, "before": "入", "after": "ｱ"}
    row = attempt_row(scripts=["kana", "口"], ink={**INK, "secret": 1}, **about)
    attempt, scores, image = reader().read(row)
    assert (str(attempt.pk), attempt.user_id, attempt.target_id) == (row["id"], 7, 1)
    assert attempt.ink == INK
    assert (attempt.scripts, attempt.pen_width, attempt.duration) == (["kana", "口"], 4.5, 612)
    assert attempt.saw_reference is True
    assert (attempt.before, attempt.after) == ("入", "ア")
    assert attempt.written_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (attempt.status, attempt.failure) == ("scored", "")
    assert (attempt.legibility, attempt.misread_as) == (99, "")
    assert len(scores) == 1
    assert image is None


def test_all_of_a_score_is_read():
    candidates = [CANDIDATE, {**CANDIDATE, "character": "日", "alone": 0.25, "lookalikes": ["口"]}]
    row = with_score(
        candidates=candidates,
        misread_as=["日"],
        excluded=CANDIDATE,
        form=70,
        remarks=[REMARK],
        notes=[NOTE],
        counterparts=[[1, 2], [3, 1]],
        known=False,
        legibility=49,
    )
    attempt, [score], _ = reader().read(row)
    assert score.attempt is attempt
    assert (score.target_id, score.model_version, score.legibility, score.known) == (1, "theirs", 49, False)
    assert (score.candidates, score.misread_as, score.excluded) == (candidates, ["日"], CANDIDATE)
    assert (score.form, score.remarks, score.notes, score.imported) == (70, [REMARK], [NOTE], True)
    assert score.counterparts == [[1, 2], [3, 1]]
    assert score.scored_at == datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC)
    assert (attempt.legibility, attempt.misread_as) == (49, "日")


def test_a_score_of_an_older_export_has_no_notes_no_counterparts_and_nothing_excluded():
    older = {key: value for key, value in score_row().items() if key not in ("notes", "counterparts", "excluded")}
    _, [score], _ = reader().read(attempt_row(scores=[older]))
    assert (score.notes, score.counterparts, score.excluded) == ([], [], None)


def test_an_attempt_without_a_target_has_scores_without_legibility():
    attempt, [score], _ = reader().read(attempt_row(target=None, scores=[score_row(target=None, legibility=None)]))
    assert (attempt.target_id, attempt.legibility, attempt.status) == (None, None, "scored")
    assert (score.target_id, score.legibility) == (None, None)


def test_other_keys_of_a_candidate_are_left_out():
    _, [score], _ = reader().read(with_candidate(secret=1))
    assert score.candidates == [CANDIDATE]


def test_the_legibility_is_that_of_the_last_score_for_the_target():
    scores = [
        score_row(model="a", legibility=10, misread_as=["日"]),
        score_row(model="b", legibility=20, misread_as=["永"]),
        score_row(model="b", target="日", legibility=90),
    ]
    attempt, read, _ = reader().read(attempt_row(scores=scores))
    assert (attempt.legibility, attempt.misread_as) == (20, "永")
    assert [score.legibility for score in read] == [10, 20, 90]


def test_an_attempt_that_was_scored_for_other_targets_only_has_no_legibility():
    attempt, _, _ = reader().read(attempt_row(scores=[score_row(target="日")]))
    assert (attempt.legibility, attempt.status) == (None, "scored")


def test_the_last_of_a_models_scores_for_a_target_is_read():
    scores = [
        score_row(model="a", legibility=10),
        score_row(model="b", legibility=20),
        score_row(model="a", target="日", legibility=30),
        score_row(model="a", legibility=40),
    ]
    _, read, _ = reader().read(attempt_row(scores=scores))
    assert [(s.model_version, s.target_id, s.legibility) for s in read] == [("a", 1, 40), ("b", 1, 20), ("a", 2, 30)]


@pytest.mark.parametrize(
    ("failure", "stored"),
    [
        ("worker_lost", "worker_lost"),
        ("a" * 32, "a" * 32),
        ("a" * 33, "not_scored"),
        ("", "not_scored"),
        ("Lost!", "not_scored"),
        (7, "not_scored"),
        (None, "not_scored"),
    ],
)
def test_an_attempt_without_scores_has_failed_and_is_not_queued(failure, stored):
    attempt, scores, _ = reader().read(attempt_row(scores=[], failure=failure))
    assert (attempt.status, attempt.failure, scores) == ("failed", stored, [])


@pytest.mark.parametrize("position", [1, MAX_LINE_STROKES])
def test_an_attempts_place_in_a_line_is_read(position):
    attempt, _, _ = reader().read(attempt_row(line=LINE, position=position))
    assert (str(attempt.line_id), attempt.position) == (LINE, position)


def test_an_attempt_has_ink_or_an_image():
    attempt, _, image = reader().read(attempt_row(ink=None, image="images/a.png"))
    assert (attempt.ink, attempt.duration, image) == (None, 0, "images/a.png")
    assert reason_of(attempt_row(image="images/a.png")) == "malformed"
    assert reason_of(attempt_row(ink=None)) == "malformed"
    assert reason_of(attempt_row(ink=None, image=7)) == "malformed"


def test_an_attempt_of_an_older_export_was_written_without_the_reference_and_without_text_around_it():
    attempt, _scores, _image = reader().read(attempt_row())
    assert attempt.saw_reference is False
    assert (attempt.before, attempt.after) == ("", "")


@pytest.mark.parametrize(
    "row",
    [
        attempt_row(scripts=["kana"] * 100),
        attempt_row(pen_width=0),
        attempt_row(pen_width=1000),
        attempt_row(scores=[score_row(model=str(number)) for number in range(100)]),
        with_score(model="a"),
        with_score(model="A9_.+-" + "b" * 34),
        with_score(legibility=0, form=0),
        with_score(legibility=100, form=100),
        with_score(candidates=[CANDIDATE] * 20),
        with_score(misread_as=["口"] * 20),
        with_score(remarks=[REMARK] * 20),
        with_score(notes=[NOTE] * 20),
        with_score(counterparts=[[1, 64]] * 128),
        with_candidate(confidence=0, legibility=0),
        with_candidate(confidence=1, legibility=100, lookalikes=["日"] * 20),
        with_candidate(alone=0),
        with_candidate(alone=1),
    ],
)
def test_values_at_their_limits_are_read(row):
    attempt, scores, _ = reader().read(row)
    assert (attempt.scripts, attempt.pen_width) == (row["scripts"], row["pen_width"])
    for score, written in zip(scores, row["scores"], strict=True):
        names = ["legibility", "form", "candidates", "misread_as", "remarks", "notes", "counterparts"]
        assert {name: getattr(score, name) for name in names} == {name: written[name] for name in names}
        assert score.model_version == written["model"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ([], "malformed"),
        (None, "malformed"),
        (attempt_row(id="x"), "malformed"),
        (without(attempt_row(), "id"), "malformed"),
        (attempt_row(ink={**INK, "width": -1}), "out_of_range"),
        (attempt_row(ink=7), "malformed"),
        (attempt_row(scripts=["kana"] * 101), "malformed"),
        (attempt_row(scripts=["runes"]), "malformed"),
        (attempt_row(scripts="kana"), "malformed"),
        (attempt_row(scripts=None), "malformed"),
        (attempt_row(pen_width=-0.1), "malformed"),
        (attempt_row(pen_width=1000.1), "malformed"),
        (attempt_row(pen_width="4"), "malformed"),
        (attempt_row(saw_reference=None), "malformed"),
        (attempt_row(before=None), "malformed"),
        (attempt_row(after="口" * 33), "malformed"),
        (attempt_row(after="\0"), "malformed"),
        (attempt_row(after="\ud800"), "malformed"),
        (attempt_row(saw_reference=1), "malformed"),
        (attempt_row(line=LINE), "malformed"),
        (attempt_row(line=LINE, position=0), "malformed"),
        (attempt_row(line=LINE, position=MAX_LINE_STROKES + 1), "malformed"),
        (attempt_row(line=LINE, position=True), "malformed"),
        (attempt_row(line="x", position=1), "malformed"),
        (attempt_row(position=1), "malformed"),
        (attempt_row(target="鬱"), "unknown_character"),
        (attempt_row(written_at="2999-01-01T00:00:00Z"), "in_the_future"),
        (attempt_row(written_at=None), "malformed"),
        (attempt_row(scores=None), "malformed"),
        (attempt_row(scores={}), "malformed"),
        (attempt_row(scores=[7]), "malformed"),
        (attempt_row(scores=[score_row(model=str(number)) for number in range(101)]), "malformed"),
    ],
)
def test_an_invalid_attempt_is_skipped(row, reason):
    assert reason_of(row) == reason


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (with_score(model=None), "malformed"),
        (with_score(model="-a"), "malformed"),
        (with_score(model="a" * 41), "malformed"),
        (with_score(known=None), "malformed"),
        (with_score(known=1), "malformed"),
        (with_score(legibility=None), "malformed"),
        (with_score(target=None), "malformed"),
        (with_score(target="鬱"), "unknown_character"),
        (with_score(legibility=101), "malformed"),
        (with_score(form=101), "malformed"),
        (with_score(form=-1), "malformed"),
        (with_score(remarks=None), "malformed"),
        (with_score(remarks=[REMARK] * 21), "malformed"),
        (with_score(remarks=[REMARK, {"code": "x"}]), "malformed"),
        (with_score(notes=None), "malformed"),
        (with_score(notes=[NOTE] * 21), "malformed"),
        (with_score(notes=[NOTE, {"code": "x"}]), "malformed"),
        (with_score(counterparts=None), "malformed"),
        (with_score(counterparts=[7]), "malformed"),
        (with_score(counterparts=[[1]]), "malformed"),
        (with_score(counterparts=[[1, 2, 3]]), "malformed"),
        (with_score(counterparts=[[0, 1]]), "malformed"),
        (with_score(counterparts=[[1, 65]]), "malformed"),
        (with_score(counterparts=[[1, 1]] * 129), "malformed"),
        (with_score(excluded=7), "malformed"),
        (with_score(excluded={**CANDIDATE, "character": "鬱"}), "unknown_character"),
        (with_score(scored_at=None), "malformed"),
        (with_score(candidates=None), "malformed"),
        (with_score(candidates=[7]), "malformed"),
        (with_score(candidates=[CANDIDATE] * 21), "malformed"),
        (with_score(misread_as=None), "malformed"),
        (with_score(misread_as="日"), "malformed"),
        (with_score(misread_as=["口"] * 21), "malformed"),
        (with_score(misread_as=[None]), "malformed"),
    ],
)
def test_an_attempt_with_an_invalid_score_is_skipped(row, reason):
    assert reason_of(row) == reason


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (with_candidate(confidence=1.1), "malformed"),
        (with_candidate(confidence=-0.1), "malformed"),
        (with_candidate(confidence=None), "malformed"),
        (with_candidate(alone=1.1), "malformed"),
        (with_candidate(alone=None), "malformed"),
        (with_candidate(legibility=101), "malformed"),
        (with_candidate(legibility=None), "malformed"),
        (with_candidate(character=None), "malformed"),
        (with_candidate(character="鬱"), "unknown_character"),
        (with_candidate(lookalikes=None), "malformed"),
        (with_candidate(lookalikes=["鬱"]), "unknown_character"),
        (with_candidate(lookalikes=["日"] * 21), "malformed"),
    ],
)
def test_an_attempt_with_an_invalid_candidate_is_skipped(row, reason):
    assert reason_of(row) == reason


# ── Images ─────────────────────────────────────────────────

PNG = png_of("口")


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The images that the sandbox is asked to read."""
    images: list[bytes] = []
    monkeypatch.setattr("ml.sandbox.read", images.append)
    return images


@pytest.fixture
def store() -> Callable[..., tuple[AttemptReader, Attempt]]:
    """Store an image of a zip file that has these."""

    def stored(name: str, **files: Any) -> tuple[AttemptReader, Attempt]:
        found, attempt = reader(**files), Attempt(pk=uuid.UUID(int=5))
        found.store_image(attempt, name)
        return found, attempt

    return stored


NAME = f"attempts/{uuid.UUID(int=5)}.png"


def test_an_image_is_stored_under_the_attempts_id(seen, store):
    found, attempt = store("images/a.png", **{"images/a.png": PNG})
    assert attempt.image.name == NAME
    assert default_storage.open(NAME).read() == PNG
    assert (found.images, seen) == ([NAME], [PNG])
    assert attempt._state.adding


@pytest.mark.usefixtures("seen")
def test_an_image_that_a_killed_worker_left_is_replaced(store):
    default_storage.save(NAME, ContentFile(b"part"))
    _, attempt = store("images/a.png", **{"images/a.png": PNG})
    assert attempt.image.name == NAME
    assert default_storage.open(NAME).read() == PNG


def test_the_size_of_an_image_is_limited(seen, store):
    largest = PNG + bytes(MAX_BYTES - len(PNG))
    store("a.png", **{"a.png": largest})
    assert seen == [largest]
    with pytest.raises(Skipped) as caught:
        store("a.png", **{"a.png": largest + b"\0"})
    assert caught.value.reason == "too_large"
    assert len(seen) == 1


@pytest.mark.usefixtures("seen")
def test_only_the_beginning_of_an_image_that_is_too_large_is_unpacked(store, monkeypatch):
    asked, read = [], ZipExtFile.read

    def recorded(file: ZipExtFile, size: int | None = -1) -> bytes:
        asked.append(size)
        return read(file, size)

    monkeypatch.setattr(ZipExtFile, "read", recorded)
    store("a.png", **{"a.png": PNG})
    assert asked == [MAX_BYTES + 1]


def test_an_image_that_is_missing_or_damaged_is_skipped(seen):
    with pytest.raises(Skipped) as caught:
        reader().store_image(Attempt(), "images/a.png")
    assert caught.value.reason == "image_missing"
    data = bytearray(zipped(**{"images/a.png": PNG}))
    start = data.index(b"images/a.png") + len("images/a.png")
    data[start : start + len(PNG) // 4] = bytes(len(PNG) // 4)
    with pytest.raises(Skipped) as caught:
        AttemptReader(ZipFile(io.BytesIO(data)), 7, CHARACTERS).store_image(Attempt(), "images/a.png")
    assert caught.value.reason == "unreadable_image"
    assert seen == []
