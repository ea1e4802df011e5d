"""Remarks on how evenly a line is written."""

import numpy as np
import pytest

from ml.evenness import LineRemark, remarks
from ml.strokes import REFERENCE_SIDE, references


def line(text, sizes=None, across=None, along=None, *, is_vertical=False):
    """The references of `text` in a row of squares of side 1, each changed: size, and shift in sides."""
    zeros = [0.0] * len(text)
    cells = []
    for number, character in enumerate(text):
        size, off, more = (sizes or [1.0] * len(text))[number], (across or zeros)[number], (along or zeros)[number]
        place = [off, number * 1.2 + more] if is_vertical else [number * 1.2 + more, off]
        cells.append([(stroke / REFERENCE_SIDE - 0.5) * size + place for stroke in references()[character]])
    return cells


def found(text, *, is_vertical=False, is_one_surface=True, **changes):
    cells = line(text, **changes, is_vertical=is_vertical)
    return remarks(text, cells, is_vertical=is_vertical, is_one_surface=is_one_surface)


@pytest.mark.parametrize("text", ["一口山永", "つめたい水", "シヤツ", "きょうと", "ABC"])
def test_references_in_a_row_are_even(text):
    assert found(text) == []


@pytest.mark.parametrize(("size", "code"), [(1.45, "too_large"), (0.68, "too_small"), (1.35, None), (0.75, None)])
def test_a_character_of_another_size_is_remarked(size, code):
    expected = [LineRemark(code, [2])] if code else []
    assert found("日本語文", sizes=[1, size, 1, 1]) == expected


@pytest.mark.parametrize(
    ("shift", "is_vertical", "code"),
    [(0.22, False, "too_low"), (-0.22, False, "too_high"), (0.22, True, "too_right"), (-0.22, True, "too_left")],
)
def test_a_character_beside_the_line_is_remarked(shift, is_vertical, code):
    assert found("日本語", across=[0, shift, 0], is_vertical=is_vertical) == [LineRemark(code, [2])]
    assert found("日本語", across=[0, shift * 0.85, 0], is_vertical=is_vertical) == []


def test_a_line_may_slope():
    assert found("日本語文字", across=[0, 0.2, 0.4, 0.6, 0.8]) == []


def test_uneven_gaps_are_remarked_where_all_characters_share_a_surface():
    along = [0, 0, 0.6, 0.6, 0.6]
    assert found("日本語文字", along=along) == [LineRemark("too_far", [2, 3])]
    assert found("日本語文字", along=along, is_one_surface=False) == []
    assert found("日本語文字", along=[0, 0, -0.4, -0.4, -0.4]) == [LineRemark("too_close", [2, 3])]


def test_the_gaps_of_latin_letters_and_digits_may_differ():
    assert found("ABCDE", along=[0, 0, 0.6, 0.6, 0.6]) == []


def test_a_small_kana_is_measured_by_the_large_one_of_its_shape():
    cells = line("ふあいる", sizes=[1, 0.6, 1, 1])
    assert remarks("ふぁいる", cells, is_vertical=False, is_one_surface=True) == []
    assert remarks("ふあいる", cells, is_vertical=False, is_one_surface=True) == [LineRemark("too_small", [2])]


def test_the_three_most_striking_remarks_come_most_striking_first():
    sizes = [1, 2, 1, 3, 1, 2.5, 1, 0.3, 1]
    some = found("日本語文字日本語文", sizes=sizes)
    assert some == [LineRemark("too_small", [8]), LineRemark("too_large", [4]), LineRemark("too_large", [6])]


def test_one_character_is_even():
    assert found("日", sizes=[3]) == []
    assert remarks("口口", [[np.zeros((1, 2), np.float32)]] * 2, is_vertical=False, is_one_surface=True) == []
