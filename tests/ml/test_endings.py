"""How strokes end: notes on hooks, stops and sweeps, which strictness turns into remarks."""

import numpy as np
import pytest

from ml import faults
from ml.datasets import kanjivg
from ml.endings import endings, letters
from ml.form import judge
from ml.strokes import Strokes, references


def strokes(character: str) -> Strokes:
    return [stroke.copy() for stroke in references()[character]]


def without_hook(character: str, index: int) -> Strokes:
    written = strokes(character)
    written[index] = faults._without_hook(written[index], 900, np.random.default_rng(0))
    return written


def with_hook(character: str, index: int) -> Strokes:
    written = strokes(character)
    written[index] = faults._with_hook(written[index], 900, np.random.default_rng(0))
    return written


def notes(written: Strokes, character: str) -> list[tuple[str, list[int], list[int]]]:
    form = judge(written, character)
    assert form is not None
    assert form.remarks == []
    return [(note.code, note.strokes, note.reference) for note in form.notes]


@pytest.mark.parametrize(
    ("written", "character", "note"),
    [
        (without_hook("小", 0), "小", ("end_hook", [1], [1])),
        (without_hook("水", 0), "水", ("end_hook", [1], [1])),
        (with_hook("木", 1), "木", ("end_stop", [2], [2])),
        (with_hook("十", 1), "十", ("end_stop", [2], [2])),
        (with_hook("大", 1), "大", ("end_sweep", [2], [2])),
    ],
)
def test_an_end_other_than_in_the_school_form_is_a_note_and_no_remark(written, character, note):
    assert notes(written, character) == [note]


@pytest.mark.parametrize("character", list("小木水大子手心風月元"))
def test_the_school_form_gets_no_notes(character):
    assert notes(strokes(character), character) == []


def test_a_note_costs_form_only_with_strictness_and_is_a_remark_then():
    written = with_hook("木", 1)
    lenient, strict = judge(written, "木"), judge(written, "木", is_strict=True)
    school = judge(strokes("木"), "木", is_strict=True)
    assert lenient
    assert strict
    assert school
    assert (strict.score, strict.notes) == (lenient.score - 4, [])
    assert [remark.code for remark in strict.remarks] == ["end_stop"]
    assert (school.score, school.remarks, school.notes) == (100, [], [])


def test_a_remark_on_an_end_costs_as_much_beside_another():
    written = with_hook("木", 1)
    written[0] = written[0][::-1].copy()
    lenient, strict = judge(written, "木"), judge(written, "木", is_strict=True)
    assert lenient
    assert strict
    assert (lenient.score < 100, strict.score) == (True, lenient.score - 4)
    assert [remark.code for remark in strict.remarks] == ["direction", "end_stop"]


def test_a_stroke_with_a_remark_gets_no_note():
    written = without_hook("小", 0)
    written[0] = written[0][::-1].copy()
    form = judge(written, "小")
    assert form is not None
    assert ([remark.code for remark in form.remarks], form.notes) == (["direction"], [])


def test_there_are_at_most_three_notes():
    written = [faults._with_hook(stroke, 900, np.random.default_rng(0)) for stroke in strokes("田")]
    form = judge(written, "田")
    assert form is not None
    assert len(form.notes) <= 3


def test_notes_on_two_hundred_made_up_cases_are_right_in_nine_of_ten_and_never_faults():
    figures = faults.of_endings()
    assert figures["n"] == 200
    assert figures["right"] >= 0.9
    assert figures["faults"] == 0


@pytest.mark.parametrize("character", "小木永")
def test_the_stored_ends_equal_those_built_from_kanjivg(character):
    assert endings()[character] == letters(kanjivg.stroke_types(character), references()[character])


def test_every_kanji_has_as_many_ends_as_strokes():
    kanji = [character for character in references() if character >= "一"]
    assert list(endings()) == kanji
    assert all(len(endings()[character]) == len(references()[character]) for character in kanji)
