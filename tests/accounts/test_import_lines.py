"""Lines of an imported file: what is read of them, and what is skipped for which reason."""

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.transfer.importing.lines import read_line
from accounts.transfer.importing.values import Skipped
from ml.ink import MAX_LINE_POINTS, MAX_LINE_STROKES, WritingError
from tests.support.exports import INK

REMARK = {"code": "too_large", "characters": [1]}


def character(**fields: Any) -> dict[str, Any]:
    return {
        "read_as": "口",
        "alone": "ロ",
        "alone_confidence": 0.5,
        "alone_also": ["ロ"],
        "confidence": 0.9,
        "decided": "word",
        "word": "口",
        **fields,
    }


def row(**fields: Any) -> dict[str, Any]:
    return {
        "id": "0197a3c4-0000-7000-8000-000000000000",
        "kind": "own",
        "text": "口",
        "before": "",
        "after": "",
        "direction": "vertical",
        "saw_reference": False,
        "pen_width": None,
        "written_at": "2026-01-02T03:04:05+00:00",
        "status": "scored",
        "failure": "",
        "characters": [character()],
        "remarks": [REMARK],
        "ink": None,
        "model": "theirs",
        **fields,
    }


def with_character(**fields: Any) -> dict[str, Any]:
    return row(characters=[character(**fields)])


def ink(strokes: int, points: int = 1) -> dict[str, Any]:
    """Ink with as many strokes, each with as many points."""
    return {"width": 300, "height": 300, "strokes": [[[1, 2, 0]] * points] * strokes}


def reason_of(line: Any) -> str:
    try:
        read_line(line, 7)
    except Skipped as skipped:
        return skipped.reason
    except WritingError as error:
        return error.code
    return "read"


def test_all_of_a_line_is_read():
    written = row(before="入", after="ｱ", saw_reference=True, pen_width=4.5)
    line = read_line(written, 7)
    assert (str(line.pk), line.user_id, line.kind, line.direction) == (written["id"], 7, "own", "vertical")
    assert (line.before, line.text, line.after) == ("入", "口", "ア")
    assert (line.saw_reference, line.pen_width, line.ink) == (True, 4.5, None)
    assert line.written_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (line.status, line.failure, line.model_version) == ("scored", "", "theirs")
    assert (line.characters, line.remarks) == ([character()], [REMARK])
    assert line._state.adding


def test_other_keys_of_a_character_are_left_out():
    assert read_line(with_character(secret=1), 7).characters == [character()]


def test_the_places_of_the_characters_in_a_photograph_are_read():
    assert read_line(with_character(box=[0.1, 0, 0.5, 1]), 7).characters == [character(box=[0.1, 0, 0.5, 1])]


@pytest.mark.parametrize(
    "parts",
    [
        {"characters": [], "remarks": []},
        {"characters": [], "remarks": [], "ink": INK},
        {"ink": INK},
    ],
)
def test_a_line_that_was_never_read_has_failed_and_is_not_queued(parts):
    line = read_line(row(**parts), 7)
    assert (line.status, line.failure) == ("failed", "not_scored")


def test_the_ink_of_a_line_that_was_never_read_is_kept():
    assert read_line(row(characters=[], remarks=[], ink={**INK, "secret": 1}), 7).ink == INK


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
def test_a_line_that_was_never_read_keeps_the_code_of_its_failure(failure, stored):
    line = read_line(row(characters=[], remarks=[], failure=failure), 7)
    assert (line.status, line.failure) == ("failed", stored)


def test_a_line_that_was_read_has_no_failure():
    line = read_line(row(failure="worker_lost"), 7)
    assert (line.status, line.failure) == ("scored", "")


@pytest.mark.parametrize(
    "written",
    [
        row(text=""),
        row(text="口" * 32),
        row(before="口" * 32, after="口" * 32),
        row(pen_width=0),
        row(pen_width=1000),
        row(model=""),
        row(model="A9_.+-" + "b" * 34),
        row(characters=[character()] * MAX_LINE_STROKES),
        row(remarks=[REMARK] * 10),
        row(ink=ink(MAX_LINE_STROKES)),
        row(ink=ink(64, points=MAX_LINE_POINTS // 64)),
        with_character(alone_confidence=0, confidence=0),
        with_character(alone_confidence=1, confidence=1),
        with_character(alone_also=[]),
        with_character(alone_also=["ロ"] * 10),
        with_character(decided=""),
        with_character(word=""),
        with_character(word="口" * 32),
        with_character(box=[0, 0, 1, 1]),
    ],
)
def test_values_at_their_limits_are_read(written):
    line = read_line(written, 7)
    names = ["text", "before", "after", "pen_width", "ink", "characters", "remarks"]
    assert {name: getattr(line, name) for name in names} == {name: written[name] for name in names}
    assert line.model_version == written["model"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (None, "malformed"),
        ([], "malformed"),
        (row(id="x"), "malformed"),
        (row(kind="poem"), "malformed"),
        (row(text="人々"), "malformed"),
        (row(text=None), "malformed"),
        (row(text="口" * 33), "malformed"),
        (row(before=None), "malformed"),
        (row(before="口" * 33), "malformed"),
        (row(after=None), "malformed"),
        (row(after="口" * 33), "malformed"),
        (row(direction="up"), "malformed"),
        (row(saw_reference=None), "malformed"),
        (row(pen_width=-0.1), "malformed"),
        (row(pen_width=1000.1), "malformed"),
        (row(pen_width="4"), "malformed"),
        (row(written_at=None), "malformed"),
        (row(written_at="2126-01-02T03:04:05+00:00"), "in_the_future"),
        (row(ink={"width": 1}), "malformed"),
        (row(ink=ink(MAX_LINE_STROKES + 1)), "too_many_strokes"),
        (row(ink=ink(1, points=MAX_LINE_POINTS + 1)), "too_many_points"),
        (row(model=None), "malformed"),
        (row(model="<script>"), "malformed"),
        (row(model="a" * 41), "malformed"),
        (row(characters=None), "malformed"),
        (row(characters=[1]), "malformed"),
        (row(characters=[character()] * (MAX_LINE_STROKES + 1)), "malformed"),
        (row(remarks=None), "malformed"),
        (row(remarks=[REMARK] * 11), "malformed"),
        (row(remarks=[{**REMARK, "code": "made_up"}]), "malformed"),
        (row(remarks=[{**REMARK, "code": []}]), "malformed"),
        (row(remarks=[{**REMARK, "characters": [2]}]), "malformed"),
        (row(remarks=[{**REMARK, "characters": []}]), "malformed"),
        (row(remarks=[REMARK, {"code": "made_up"}]), "malformed"),
    ],
)
def test_a_malformed_line_is_skipped(bad, reason):
    assert reason_of(bad) == reason


@pytest.mark.parametrize(
    "bad",
    [
        {"read_as": "々"},
        {"read_as": None},
        {"alone": 1},
        {"alone_also": "ロ"},
        {"alone_also": ["々"]},
        {"alone_also": ["ロ"] * 11},
        {"confidence": -0.1},
        {"confidence": 1.1},
        {"alone_confidence": -0.1},
        {"alone_confidence": 1.1},
        {"alone_confidence": None},
        {"decided": "fate"},
        {"word": None},
        {"word": "口" * 33},
        {"box": [0, 0, 1]},
        {"box": [0, 0, 1, 1, 1]},
        {"box": [0, 0, 1, 1.5]},
        {"box": [0, 0, 1, -0.1]},
        {"box": [0, 0, 1, "1"]},
        {"box": {}},
    ],
)
def test_a_line_with_a_malformed_character_is_skipped(bad):
    assert reason_of(with_character(**bad)) == "malformed"
