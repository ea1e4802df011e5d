"""The limits of ink, each tested at the limit and just beyond it, and the functions of ink."""

import numpy as np
import pytest

from ml import ink

DOT = [1, 2, 0]


def check(width: float = 300, height: float = 300, strokes: object = ((DOT,),)) -> None:
    listed = [list(stroke) for stroke in strokes]  # type: ignore[attr-defined]
    ink.check({"width": width, "height": height, "strokes": listed})


@pytest.mark.parametrize("side", ["width", "height"])
@pytest.mark.parametrize("length", [0.5, 1, 100_000])
def test_a_side_of_the_writing_area_within_the_limits_is_accepted(side, length):
    check(**{side: length})


@pytest.mark.parametrize("side", ["width", "height"])
@pytest.mark.parametrize("length", [0, -1, 100_001])
def test_a_side_of_the_writing_area_beyond_the_limits_is_refused(side, length):
    with pytest.raises(ink.WritingError, match=f"^The ink's {side} is more than 0 and at most 100000.$") as error:
        check(**{side: length})
    assert error.value.code == "out_of_range"


@pytest.mark.parametrize("point", [[100_000, 0, 0], [0, -100_000, 0], [0, 0, 86_400_000], [0, 0, -86_400_000]])
def test_points_at_the_limits_are_accepted(point):
    check(strokes=[[DOT, point]])


@pytest.mark.parametrize("point", [[100_001, 0, 0], [-100_001, 0, 0], [0, 100_001, 0], [0, 0, 86_400_001]])
def test_points_beyond_the_limits_are_refused(point):
    with pytest.raises(ink.WritingError) as error:
        check(strokes=[[DOT, point]])
    assert error.value.code == "out_of_range"


@pytest.mark.parametrize(("strokes", "points"), [(64, 64), (1, 4096)])
def test_the_most_strokes_and_points_are_accepted(strokes, points):
    check(strokes=[[DOT] * (points // strokes)] * strokes)


@pytest.mark.parametrize(("strokes", "points", "code"), [(65, 1, "too_many_strokes"), (1, 4097, "too_many_points")])
def test_one_stroke_or_point_too_many_is_refused(strokes, points, code):
    with pytest.raises(ink.WritingError) as error:
        check(strokes=[[DOT] * points] * strokes)
    assert error.value.code == code


@pytest.mark.parametrize(
    "refused", [None, {"width": 9, "height": 9, "strokes": 1}, {"width": 9, "height": 9, "strokes": []}]
)
def test_the_message_is_a_sentence(refused):
    with pytest.raises(ink.WritingError, match=r"^[A-Z][a-z].*\.$"):
        ink.check(refused)


@pytest.mark.parametrize("strokes", [[[[1, 2]]], [[[1, float("nan"), 0]]], [[DOT], []]])
def test_the_message_about_strokes_is_a_sentence(strokes):
    with pytest.raises(ink.WritingError, match=r"^[A-Z][a-z].*\.$"):
        check(strokes=strokes)


def test_an_error_keeps_the_positions_of_the_characters_that_were_found():
    assert ink.WritingError("several_characters", "Two.", [(0, 0.5, 1, 0.25)]).positions == [[0, 0.5, 1, 0.25]]
    assert ink.WritingError("several_characters", "Two.").positions == []


def test_strokes_are_points_without_their_times():
    first, second = ink.strokes({"strokes": [[[1, 2.5, 0], [3, 4, 9]], [[5, 6, 20]]]})
    assert first.dtype == np.float32
    assert first.tolist() == [[1, 2.5], [3, 4]]
    assert second.tolist() == [[5, 6]]


@pytest.mark.parametrize(
    ("last", "milliseconds"), [(7.9, 7), (300_000, 300_000), (299_999, 299_999), (300_001, 300_000)]
)
def test_the_duration_is_the_time_from_the_first_point_to_the_last_and_at_most_five_minutes(last, milliseconds):
    assert ink.duration({"strokes": [[[0, 0, 0], [1, 1, last]], [[2, 2, 3]]]}) == milliseconds


def test_the_duration_counts_from_the_earliest_time():
    assert ink.duration({"strokes": [[[0, 0, 50]], [[1, 1, 20], [1, 1, 90]]]}) == 70
    assert ink.duration(None) == 0
