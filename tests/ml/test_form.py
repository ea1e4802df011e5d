"""Form: the score for how the strokes were written, and the remarks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from ml.form import Form, Remark, counterparts, has_form, judge, parts
from ml.matching import sampled
from ml.strokes import REFERENCE_SIDE, references, resample
from scoring import remarks as remark_texts


def strokes(character: str) -> list[Any]:
    return [stroke.copy() for stroke in references()[character]]


def form_of(written, character: str, **known) -> Form:
    form = judge(written, character, **known)
    assert form is not None
    return form


#: The writing area in which the references are written.
AREA = (REFERENCE_SIDE, REFERENCE_SIDE)
MIDDLE = np.array(AREA) / 2


def extents(written) -> Any:
    """Width and height of the box around the strokes."""
    return np.ptp(np.concatenate(written), axis=0)


def filling(fraction: float, character: str) -> list[Any]:
    """The reference, in its place in AREA, with the longer side of its box as this fraction of the area's side."""
    written = strokes(character)
    return scaled(written, fraction * REFERENCE_SIDE / extents(written).max())


def scaled(written, by: float | tuple[float, float]) -> list[Any]:
    """The strokes, enlarged or shrunk around the middle of AREA."""
    return [(stroke - MIDDLE) * np.array(by) + MIDDLE for stroke in written]


def remarks(written, character: str, **known) -> list[tuple[str, list[int], list[int]]]:
    return [(r.code, r.strokes, r.reference) for r in form_of(written, character, **known).remarks]


@pytest.mark.parametrize("character", [c for c in references() if has_form(c)][::7])
def test_the_reference_itself_has_perfect_form(character):
    form = form_of(strokes(character), character)
    assert (form.score, form.remarks) == (100, [])


@pytest.mark.parametrize("character", ["a", "Q", "7"])
def test_letters_and_digits_have_no_form(character):
    assert judge(strokes(character), character) is None


def test_strokes_that_do_not_resemble_the_reference_have_no_form():
    assert judge([np.array([[0, 0], [10, 10]], np.float32)] * 3, "欝") is None


@pytest.mark.parametrize(
    ("fault", "score"),
    [
        (lambda s: s[:8] + s[9:], 75),  # a stroke is missing
        (lambda s: [*s[:3], np.concatenate(s[3:5]), *s[5:]], 92),  # two are joined
        (lambda s: [*s[:4], s[5], s[4], *s[6:]], 90),  # two are exchanged
        (lambda s: [*s[:1], s[1][::-1], *s[2:]], 92),  # one is reversed
    ],
)
def test_each_fault_lowers_the_form_score(fault, score):
    assert form_of(fault(strokes("語")), "語").score == score


def test_a_missing_stroke_is_named():
    written = strokes("語")
    del written[8]
    assert remarks(written, "語") == [("missing", [], [9])]


def test_an_extra_stroke_is_named():
    written = strokes("永")
    written.insert(2, np.array([[800, 900], [1000, 700]], np.float32))
    assert remarks(written, "永") == [("extra", [3], [])]


def test_strokes_written_without_lifting_the_pen_are_joined():
    written = strokes("口")
    written[1:] = [np.concatenate(written[1:])]
    assert remarks(written, "口") == [("joined", [2], [2, 3])]


def test_a_stroke_written_in_two_is_split():
    written = strokes("口")
    corner = len(written[1]) // 2
    written[1:2] = [written[1][: corner + 1], written[1][corner:]]
    assert remarks(written, "口") == [("split", [2, 3], [2])]


def test_a_stroke_out_of_order_is_named_once():
    written = strokes("川")
    assert remarks([written[2], written[0], written[1]], "川") == [("order", [1], [3])]


def test_a_stroke_order_added_by_a_curator_is_accepted():
    written = strokes("必")
    order = [2, 3, 1, 4, 5]
    assert remarks([written[n - 1] for n in order], "必") != []
    assert remarks([written[n - 1] for n in order], "必", orders=[order]) == []


def test_misplaced_strokes_that_resemble_each_other_are_not_out_of_order():
    written = strokes("三")
    moved = [stroke + np.array([0, shift]) for stroke, shift in zip(written, (90, -60, 60), strict=True)]
    assert "order" not in [code for code, *_ in remarks(moved, "三")]


@pytest.mark.parametrize("character", "言車")
def test_strokes_that_resemble_each_other_keep_their_turn_beside_a_missing_one(character):
    upper, lower = (2, 3) if character == "言" else (3, 4)
    written = strokes(character)[:6]
    beyond = (written[lower].mean(axis=0) - written[upper].mean(axis=0)) * [0, 0.5] + [0, 20]
    written[upper], written[lower] = written[upper] + beyond, written[lower] - beyond
    assert remarks(written, character) == [("missing", [], [7])]


def test_a_reversed_stroke_is_named_with_its_right_direction():
    written = strokes("十")
    written[1] = written[1][::-1]
    form = form_of(written, "十")
    [remark] = form.remarks
    assert (remark.code, remark.strokes, remark.where) == ("direction", [2], "down")


def test_a_part_that_is_too_narrow_is_named():
    written = strokes("語")
    right = parts()["語"]["right"]
    middle = np.concatenate([written[i] for i in right]).mean(axis=0)
    for i in right:
        written[i] = (written[i] - middle) * 0.5 + middle
    [remark, *_] = form_of(written, "語").remarks
    assert (remark.code, remark.where) in {("part_small", "right"), ("part_large", "left")}


@pytest.mark.parametrize(
    ("character", "part", "away", "code"),
    [
        ("林", "left", 0.25, "parts_apart"),
        ("明", "right", 0.25, "parts_apart"),
        ("花", "top", 0.25, "parts_apart"),
        ("岩", "bottom", 0.25, "parts_apart"),
        ("林", "left", -0.2, "parts_close"),
        ("花", "top", -0.2, "parts_close"),
        ("林", "left", 0.1, None),
        ("花", "bottom", 0.1, None),
        ("林", "left", -0.1, None),
        ("林", "left", 0.195, "parts_apart"),
        ("林", "left", 0.19, None),
        ("林", "left", -0.185, "parts_close"),
        ("林", "left", -0.18, None),
        ("花", "top", 0.19, "parts_apart"),
        ("花", "top", 0.18, None),
        ("花", "top", -0.18, "parts_close"),
        ("花", "top", -0.17, None),
        ("二", "top", 0.25, None),  # parts of one stroke
    ],
)
def test_the_gap_between_the_parts_is_judged(character, part, away, code):
    written = strokes(character)
    axis = 0 if part in ("left", "right") else 1
    step = (away if part in ("right", "bottom") else -away) * max(np.ptp(np.concatenate(written), axis=0))
    for index in parts()[character].get(part, []):
        written[index][:, axis] += step
    remarks = form_of(written, character).remarks
    expected = [(code, list(range(1, len(written) + 1)))] if code else []
    assert [(r.code, r.strokes) for r in remarks] == expected
    assert all(r.strokes == r.reference for r in remarks)


def test_a_misplaced_stroke_is_named():
    written = strokes("犬")
    written[3] = written[3] + np.array([-220, 180])
    assert ("place", [4], [4]) in remarks(written, "犬")


def test_a_stroke_of_another_shape_is_named_with_its_reference():
    written = strokes("犬")
    written[3] = written[3] + np.array([-560, 300])
    assert remarks(written, "犬") == [("shape", [4], [4])]


def test_a_stroke_that_is_too_short_is_named():
    written = strokes("年")
    middle = written[5].mean(axis=0)
    written[5] = (written[5] - middle) * 0.3 + middle
    assert ("short", [6], [6]) in remarks(written, "年")


@pytest.mark.parametrize(("character", "fraction", "code"), [("っ", 0.8, "too_large"), ("つ", 0.2, "too_small")])
def test_kana_that_differ_only_in_size_get_remarks_on_their_size(character, fraction, code):
    written = filling(fraction, character)
    assert form_of(written, character, area=AREA).remarks == [Remark(code)]
    assert form_of(written, character).remarks == []


def test_a_slight_slant_gets_no_remark_and_size_and_place_only_in_a_known_area():
    slanted = [stroke @ np.array([[0.4, 0.02], [0.03, 0.3]]) + [70, 20] for stroke in strokes("語")]
    assert remarks(slanted, "語") == []


def test_the_form_score_falls_with_distortion():
    rng = np.random.default_rng(0)
    scores = []
    for strength in (0, 40, 80, 120):
        forms = [form_of([s + rng.normal(0, strength, 2) for s in strokes(c)], c) for c in "永語雨町森"]
        scores.append(np.mean([form.score for form in forms]))
    assert scores == sorted(scores, reverse=True)


#: Code, numbers of the written strokes and of the reference's, and direction or part of a remark.
Row = tuple[str, list[int], list[int], str]


def judged(written, character: str, **known) -> tuple[int, list[Row]] | None:
    """The score and the remarks; None if the form isn't judged."""
    form = judge(written, character, **known)
    return (form.score, [(r.code, r.strokes, r.reference, r.where) for r in form.remarks]) if form else None


def moved(character: str, stroke: int, by: tuple[float, float]) -> list[Any]:
    """The reference with one stroke, from 1, moved by this much of a writing area of 1,090."""
    written = strokes(character)
    written[stroke - 1] = written[stroke - 1] + np.array(by)
    return written


def resized(character: str, chosen: Sequence[int], by: float | tuple[float, float]) -> list[Any]:
    """The reference with these strokes, from 1, enlarged or shrunk around their common middle."""
    written = strokes(character)
    middle = np.concatenate([written[i - 1] for i in chosen]).mean(axis=0)
    for i in chosen:
        written[i - 1] = (written[i - 1] - middle) * np.array(by) + middle
    return written


@pytest.mark.parametrize("scale", [1e-4, 1, 1e4])
def test_samples_fill_a_box_of_minus_one_to_one(scale):
    lines = [np.array([[10, 20], [30, 20]]) * scale, np.array([[10, 60], [30, 60]]) * scale]
    low, high = (-0.5, -1), (0.5, 1)
    found = sampled(lines)
    assert found.shape == (2, 16, 2)
    assert found.min(axis=(0, 1)) == pytest.approx(low, abs=1e-5)
    assert found.max(axis=(0, 1)) == pytest.approx(high, abs=1e-5)


def test_a_single_point_is_sampled_as_zeros():
    assert (sampled([np.array([[5, 7]])]) == 0).all()


@pytest.mark.parametrize(("character", "is_judged"), [("ぁ", True), ("一", True), ("z", False), ("9", False)])
def test_kana_and_kanji_have_a_form(character, is_judged):
    assert has_form(character) is is_judged


@pytest.mark.parametrize(
    ("character", "stroke", "where", "score"),
    [
        ("千", 1, "left", 83),
        ("千", 2, "right", 83),
        ("千", 3, "down", 83),
        ("汁", 3, "up", 88),  # one of four strokes, since the direction of the second, a dot, isn't judged
        ("己", 3, "right", 83),
        ("日", 2, "down", 88),
        ("語", 2, "right", 92),
        ("ふ", 1, "down", 88),  # its last point is on the other side of the diagonal
        ("イ", 1, "down", 75),  # so is its first
    ],
)
def test_a_reversed_stroke_is_named_with_each_direction(character, stroke, where, score):
    written = strokes(character)
    written[stroke - 1] = written[stroke - 1][::-1]
    assert judged(written, character) == (score, [("direction", [stroke], [stroke], where)])


@pytest.mark.parametrize(("character", "stroke", "fraction"), [("三", 2, 0.47), ("語", 3, 0.51), ("日", 3, 0.47)])
def test_a_reversed_stroke_is_recognised_by_the_half_of_its_length(character, stroke, fraction):
    for by, is_reversed in ((fraction + 0.02, True), (fraction - 0.02, False)):
        found = remarks(resized(character, [stroke], -by), character)
        assert found == [("direction", [stroke], [stroke])] * is_reversed


@pytest.mark.parametrize(("character", "dot"), [("ジ", 4), ("バ", 3), ("汗", 2)])
def test_the_direction_of_a_dot_is_not_judged(character, dot):
    written = strokes(character)
    written[dot - 1] = written[dot - 1][::-1]
    assert judged(written, character) == (100, [])


@pytest.mark.parametrize(
    ("character", "stroke", "by", "score", "where"),
    [
        ("三", 2, (300, 0), 62, "right"),
        ("三", 2, (-300, 0), 63, "left"),
        ("犬", 4, (0, 250), 66, "down"),
        ("太", 2, (0, -300), 71, "up"),
        ("永", 5, (-50, -400), 56, "up"),
    ],
)
def test_a_stroke_out_of_place_is_named_with_each_direction(character, stroke, by, score, where):
    assert judged(moved(character, stroke, by), character) == (score, [("place", [stroke], [stroke], where)])


@pytest.mark.parametrize(("by", "score"), [((250, 0), 82), ((0, -250), 86)])
def test_a_stroke_a_little_out_of_place_lowers_the_score_only(by, score):
    assert judged(moved("犬", 4, by), "犬") == (score, [])


@pytest.mark.parametrize("by", [(-560, 300), (-650, 500), (-750, 100)])
def test_a_stroke_far_away_is_another_stroke(by):
    assert judged(moved("犬", 4, by), "犬") == (75, [("shape", [4], [4], "")])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("character", "stroke", "by", "score", "code"),
    [
        ("犬", 1, 0.3, 84, "short"),
        ("三", 2, 0.3, 88, "short"),
        ("三", 2, 0, 81, "short"),
        ("三", 2, 2.5, 77, "long"),
        ("犬", 1, 0.42, 92, None),
        ("川", 2, 2, 83, None),
    ],
)
def test_strokes_of_another_length_get_a_remark(character, stroke, by, score, code):
    expected = [(code, [stroke], [stroke], "")] if code else []
    assert judged(resized(character, [stroke], by), character) == (score, expected)


@pytest.mark.parametrize(
    ("character", "stroke", "by", "score", "code"), [("十", 1, 0.3, 51, "short"), ("川", 2, 2.5, 45, "long")]
)
def test_a_stroke_of_another_length_can_make_the_whole_character_narrow(character, stroke, by, score, code):
    expected = [("narrow", [], [], ""), (code, [stroke], [stroke], "")]
    assert judged(resized(character, [stroke], by), character) == (score, expected)


@pytest.mark.parametrize(
    ("character", "part", "by", "score", "code"),
    [
        ("林", "left", 0.5, 87, "part_small"),
        ("林", "right", 0.5, 84, "part_small"),
        ("明", "left", 0.5, 84, "part_small"),
        ("花", "top", 0.5, 85, "part_small"),
        ("花", "bottom", 0.5, 72, "part_small"),
        ("花", "bottom", 2, 67, "part_large"),
        ("雪", "top", 1.8, 79, "part_large"),
        ("雲", "top", 2, 74, "part_large"),
        ("雪", "bottom", 0.5, 90, "part_small"),
        ("休", "left", 0.5, 88, "part_small"),
        ("休", "left", 2, 81, "part_large"),
        ("林", "left", 1.5, 95, None),
        ("花", "top", 1.5, 93, None),
    ],
)
def test_parts_of_another_size_get_a_remark(character, part, by, score, code):
    numbers = [i + 1 for i in parts()[character][part]]
    expected = [(code, numbers, numbers, part)] if code else []
    assert judged(resized(character, numbers, by), character) == (score, expected)


def test_the_worse_of_two_parts_of_another_size_is_named():
    written = resized("林", [1, 2, 3, 4], 0.5)
    written[4:] = resized("林", [5, 6, 7, 8], 1.7)[4:]
    assert judged(written, "林") == (71, [("part_small", [1, 2, 3, 4], [1, 2, 3, 4], "left"), ("short", [2], [2], "")])


def test_a_stroke_is_no_part():
    written = resized("札", [5], 0.5)
    assert parts()["札"]["right"] == range(4, 5)
    assert [code for code, *_ in remarks(written, "札")] == []


def test_the_numbers_of_a_part_are_those_of_the_written_and_of_the_reference():
    numbers = [i + 1 for i in parts()["林"]["right"]]
    written = resized("林", numbers, 0.5)
    form = form_of(written[4:] + written[:4], "林", orders=[[5, 6, 7, 8, 1, 2, 3, 4]])
    assert form.remarks == [Remark("part_small", [1, 2, 3, 4], [5, 6, 7, 8], "right")]


@pytest.mark.parametrize("character", "語十")
@pytest.mark.parametrize("by", [(0.65, 1), (1, 0.65)])
def test_a_narrow_or_flat_character_has_perfect_form(character, by):
    assert judged([stroke * np.array(by) for stroke in strokes(character)], character) == (100, [])


@pytest.mark.parametrize(
    ("character", "by", "score", "code"),
    [
        ("語", (0.25, 1), 23, "narrow"),
        ("語", (1, 0.25), 27, "flat"),
        ("心", (1, 3), 75, "narrow"),
        ("心", (1, 5), 59, "narrow"),
    ],
)
def test_a_much_narrower_or_flatter_character_loses_points(character, by, score, code):
    form = form_of([stroke * np.array(by) for stroke in strokes(character)], character)
    assert (form.score, form.remarks[0]) == (score, Remark(code))


@pytest.mark.parametrize(("slope", "score"), [(0.1, 100), (0.2, 92), (0.3, 83)])
def test_a_slanted_line_loses_points(slope, score):
    [line] = strokes("一")
    assert judged([line @ np.array([[1, slope], [0, 1]])], "一") == (score, [])


@pytest.mark.parametrize(
    ("character", "part", "by", "score", "is_named"),
    [
        ("林", "left", (0.5, 1), 96, True),
        ("林", "left", (1, 0.5), 95, False),
        ("林", "right", (0.5, 1), 94, True),
        ("林", "right", (1, 0.5), 94, False),
        ("花", "top", (0.5, 1), 91, False),
        ("花", "top", (1, 0.5), 96, True),
        ("花", "bottom", (0.5, 1), 83, False),
        ("花", "bottom", (1, 0.5), 87, True),
    ],
)
def test_left_and_right_parts_have_a_width_and_others_a_height(character, part, by, score, is_named):
    numbers = [i + 1 for i in parts()[character][part]]
    expected = [("part_small", numbers, numbers, part)] if is_named else []
    assert judged(resized(character, numbers, by), character) == (score, expected)


def test_several_joined_strokes_are_named_in_turn():
    s = strokes("田")
    written = [s[0], np.concatenate(s[1:3]), np.concatenate(s[3:5])]
    assert judged(written, "田") == (84, [("joined", [2], [2, 3], ""), ("joined", [3], [4, 5], "")])


def test_three_strokes_can_be_one():
    assert judged([np.concatenate(strokes("口"))], "口") == (92, [("joined", [1], [1, 2, 3], "")])


def test_one_stroke_can_be_three():
    written = strokes("三")
    written[2:] = [written[2][i : i + 2] for i in (0, 2, 4)]
    [(code, numbers, reference, _)] = judged(written, "三")[1]  # type: ignore[index]
    assert (code, numbers, reference) == ("split", [3, 4, 5], [3])


@pytest.mark.parametrize(
    ("character", "written", "is_judged"), [("王", 2, True), ("王", 1, False), ("目", 3, True), ("目", 2, False)]
)
def test_half_of_the_strokes_are_enough(character, written, is_judged):
    found = judged(strokes(character)[:written], character)
    left_out = range(written + 1, len(strokes(character)) + 1)
    assert found == ((50, [("missing", [], [stroke], "") for stroke in left_out]) if is_judged else None)


EXTRA = np.array([[500, 100], [700, 900]])


@pytest.mark.parametrize("place", [0, 1, 14])
def test_extra_strokes_are_named_anywhere(place):
    s = strokes("語")
    first: Row = ("extra", [place + 1], [], "")
    assert judged([*s[:place], EXTRA, *s[place:]], "語") == (75, [first])
    second: Row = ("extra", [place + 2], [], "")
    assert judged([*s[:place], EXTRA, EXTRA + 60, *s[place:]], "語") == (50, [first, second])


@pytest.mark.parametrize("place", [0, 5, 12])
def test_missing_strokes_are_named_anywhere(place):
    s = strokes("語")
    first: Row = ("missing", [], [place + 1], "")
    assert judged(s[:place] + s[place + 1 :], "語") == (75, [first])
    second: Row = ("missing", [], [place + 2], "")
    assert judged(s[:place] + s[place + 2 :], "語") == (50, [first, second])


@pytest.mark.parametrize("character", ["小", "か", "あ", "シ"])
def test_three_strokes_in_reverse_order_get_one_remark(character):
    form = form_of(strokes(character)[::-1], character)
    assert (form.score, [remark.code for remark in form.remarks]) == (50, ["order_of_many"])


def test_both_strokes_of_two_reversed_get_one_remark():
    form = form_of([stroke[::-1] for stroke in strokes("カ")], "カ")
    assert (form.score, [remark.code for remark in form.remarks]) == (50, ["direction_of_many"])


@pytest.mark.parametrize(
    ("character", "left_out", "score", "missing", "order"),
    [
        ("三", 1, 25, 1, ("order", [2], [2], "")),
        ("三", 3, 17, 2, ("order", [2], [1], "")),
        ("王", 4, 25, 4, ("order_of_many", [2, 3], [2, 1], "")),
        ("王", 1, 25, 1, ("order_of_many", [2, 3], [3, 2], "")),
        ("川", 1, 9, 3, ("order", [2], [1], "")),
    ],
)
def test_a_character_written_backwards_without_one_stroke_gets_both_remarks(character, left_out, score, missing, order):
    s = strokes(character)
    written = [*s[: left_out - 1], *s[left_out:]][::-1]
    found = [("missing", [], [missing], ""), order]
    assert judged(written, character) == (score, found)


def test_many_strokes_out_of_order_beside_a_missing_one_are_two_remarks():
    found = [("missing", [], [5], ""), ("order_of_many", [2, 3, 4], [3, 2, 1], "")]
    assert judged(strokes("目")[3::-1], "目") == (25, found)


@pytest.mark.parametrize(
    ("order", "score", "misplaced"),
    [
        ([3, 2, 1, 4], 67, [([2], [2]), ([3], [1])]),
        ([2, 3, 4, 1], 83, [([4], [1])]),
        ([4, 1, 2, 3], 83, [([1], [4])]),
        ([2, 1, 4, 3], 67, [([2], [1]), ([4], [3])]),
        ([1, 2, 4, 3], 83, [([4], [3])]),
    ],
)
def test_the_fewest_strokes_are_out_of_order(order, score, misplaced):
    s = strokes("王")
    found = [("order", *numbers, "") for numbers in misplaced]
    assert judged([s[i - 1] for i in order], "王") == (score, found)


def test_the_accepted_order_that_is_nearest_counts():
    s = strokes("王")
    written = [s[i - 1] for i in (4, 1, 2, 3)]
    for orders in ([[4, 3, 2, 1], [4, 1, 3, 2]], [[4, 1, 3, 2], [4, 3, 2, 1]]):
        assert len(form_of(written, "王", orders=orders).remarks) == 1


@pytest.mark.parametrize(
    ("character", "fraction", "codes"),
    [
        ("っ", 0.66, ["too_large"]),
        ("っ", 0.64, []),
        ("っ", 0.21, []),
        ("っ", 0.19, ["small"]),
        ("つ", 0.29, ["too_small"]),
        ("つ", 0.31, ["small"]),
        ("つ", 0.33, ["small"]),
        ("つ", 0.34, []),
        ("つ", 0.9, []),
        ("よ", 0.29, ["too_small"]),
        ("か", 0.9, []),
        ("か", 0.34, []),
        ("か", 0.33, ["small"]),
        ("か", 0.2, ["small"]),
        ("食", 0.34, []),
        ("食", 0.33, ["small"]),
    ],
)
def test_the_size_of_a_character_is_judged_at_its_limits(character, fraction, codes):
    form = form_of(filling(fraction, character), character, area=AREA)
    assert [remark.code for remark in form.remarks] == codes
    assert form.score == 100 - 25 * len(codes)


def test_the_size_does_not_depend_on_the_place():
    written = [stroke + np.array([5 * REFERENCE_SIDE, 0]) for stroke in filling(0.2, "つ")]
    assert form_of(written, "つ", area=AREA).remarks == [Remark("too_small")]


@pytest.mark.parametrize("by", [0.2, 2.5])
@pytest.mark.parametrize(("character", "dot"), [("犬", 4), ("玉", 5)])
def test_the_size_of_a_dot_is_not_judged(character, dot, by):
    assert judged(resized(character, [dot], by), character) == (100, [])


def test_the_order_with_the_fewest_strokes_out_of_place_counts():
    s = strokes("王")
    written = [s[i - 1] for i in (2, 1, 4, 3)]
    assert judged(written, "王", orders=[[2, 1, 3, 4]]) == (83, [("order", [4], [3], "")])


def test_a_remark_on_size_names_no_strokes():
    assert form_of(strokes("つ"), "つ", area=(1e6, 1e6)).remarks == [Remark("too_small")]
    assert form_of(strokes("っ"), "っ", area=(1, 1)).remarks == [Remark("too_large")]


#: The values of `where` in remarks with these codes.
WHERE = dict.fromkeys(("direction", "place", "off_centre"), ("left", "right", "up", "down"))
WHERE |= dict.fromkeys(("part_small", "part_large"), ("left", "right", "top", "bottom"))
CODES = [
    *(*WHERE, "missing", "extra", "shape", "joined", "split", "order", "order_of_many", "direction_of_many"),
    *("parts_apart", "parts_close", "long", "short", "small", "narrow", "flat", "too_large", "too_small"),
]


@pytest.mark.parametrize(("code", "where"), [(code, where) for code in CODES for where in WHERE.get(code, [""])])
def test_every_remark_is_one_sentence(code, where):
    sentence = remark_texts.text({"code": code, "strokes": [2], "reference": [3, 4], "where": where})
    assert sentence.endswith(".")
    assert "%" not in sentence


def test_counterparts_pair_written_strokes_with_those_of_the_reference():
    written = strokes("口")
    assert counterparts(written, "口") == [(1, 1), (2, 2), (3, 3)]
    joined = [written[0], np.concatenate(written[1:])]
    assert counterparts(joined, "口") == [(1, 1), (2, 2), (2, 3)]
    assert counterparts(strokes("犬"), "大") == [(1, 1), (2, 2), (3, 3)]


def in_pieces(character: str, stroke: int, first: float, by: tuple[float, float]) -> list[Any]:
    """The reference with one stroke in two pieces: this fraction of it, and the rest moved by `by`."""
    written = strokes(character)
    points, cut = resample(written[stroke - 1], 48), int(48 * first)
    written[stroke - 1 : stroke] = [points[:cut], points[cut:] + np.array(by)]
    return written


@pytest.mark.parametrize(
    ("character", "stroke", "first", "by"), [("犬", 4, 0.7, (-150, -150)), ("下", 3, 0.5, (-150, -150))]
)
def test_a_piece_far_from_the_other_belongs_to_the_same_stroke(character, stroke, first, by):
    found = counterparts(in_pieces(character, stroke, first, by), character)
    assert found[-2:] == [(stroke, stroke), (stroke + 1, stroke)]


@pytest.mark.parametrize(
    ("character", "stroke", "first", "by"), [("犬", 4, 0.6, (-150, 80)), ("下", 3, 0.7, (80, -150))]
)
def test_a_piece_that_does_not_continue_the_stroke_is_extra(character, stroke, first, by):
    found = counterparts(in_pieces(character, stroke, first, by), character)
    assert found == [(i, i) for i in range(1, stroke + 1)]


@pytest.mark.parametrize(("character", "stroke", "by"), [("水", 3, (-150, -150)), ("目", 4, (150, -150))])
def test_a_stroke_joined_to_one_out_of_place_stands_for_both(character, stroke, by):
    written = strokes(character)
    written[stroke - 1 : stroke + 1] = [np.concatenate([written[stroke - 1], written[stroke] + np.array(by)])]
    assert counterparts(written, character)[-2:] == [(stroke, stroke), (stroke, stroke + 1)]


def test_remarks_contain_the_numbers_of_the_strokes():
    found = {"code": "order", "strokes": [2], "reference": [3], "where": ""}
    assert remark_texts.text(found) == "Stroke order: stroke 2 should be stroke 3."
    found = {"code": "joined", "strokes": [2], "reference": [2, 3, 4], "where": ""}
    assert remark_texts.text(found) == "Lift the pen between strokes 2 and 4."


def test_there_are_at_most_three_remarks():
    written = strokes("語")
    written[1:3] = [written[1][::-1], written[2][::-1]]
    written[4:6] = written[5], written[4]
    assert [code for code, *_ in remarks(written, "語")] == ["order", "direction", "direction"]
    assert [code for code, *_ in remarks(written[:-1], "語")] == ["missing", "order", "direction"]


def test_the_score_does_not_fall_below_zero():
    assert form_of(strokes("語")[::-1], "語").score == 0


def test_a_split_stroke_loses_as_much_as_a_joined_one():
    first, second, third = strokes("口")
    corner = len(second) // 2
    assert form_of([first, second[: corner + 1], second[corner:], third], "口").score == 92


def test_a_kana_can_be_too_large_and_have_another_fault():
    written = resized("ょ", [1], 0.2)
    side = extents(written).max()
    assert [code for code, *_ in remarks(written, "ょ")] == ["short"]
    assert [code for code, *_ in remarks(written, "ょ", area=(side, side))] == ["too_large", "short"]


# ── What an attempt with perfect strokes can lack, and faults that are the worst of their kind ──

#: Kanji and kana of four strokes and more, each with only straight strokes or with curved ones too.
SAMPLE = "食語永国飛水きなホ"


@pytest.mark.parametrize("character", SAMPLE)
def test_the_reverse_order_leaves_less_than_60_and_one_remark(character):
    count = len(strokes(character))
    score, [remark] = judged(strokes(character)[::-1], character, area=AREA) or (100, [])
    assert score < 60
    assert remark == ("order_of_many", [*range(2, count + 1)], [*range(count - 1, 0, -1)], "")


@pytest.mark.parametrize("character", SAMPLE)
def test_all_strokes_in_the_wrong_direction_leave_less_than_60_and_one_remark(character):
    score, [(code, numbers, reference, _)] = judged([s[::-1] for s in strokes(character)], character) or (100, [])
    assert score < 60
    assert code == "direction_of_many"
    assert numbers == reference


@pytest.mark.parametrize(
    ("character", "stroke"),
    [(character, n + 1) for character in f"{SAMPLE}小火あかカシ" for n in range(len(strokes(character)))],
)
def test_each_missing_stroke_leaves_less_than_80_and_is_named(character, stroke):
    written = strokes(character)
    del written[stroke - 1]
    score, found = judged(written, character, area=AREA) or (100, [])
    assert score < 80
    assert found == [("missing", [], [stroke], "")]


@pytest.mark.parametrize("character", f"{SAMPLE}小火あかカシ")
def test_a_character_smaller_than_a_third_of_the_square_leaves_less_than_80_and_one_remark(character):
    assert judged(filling(0.32, character), character, area=AREA) == (75, [("small", [], [], "")])
    assert judged(filling(0.35, character), character, area=AREA) == (100, [])


@pytest.mark.parametrize("character", SAMPLE)
@pytest.mark.parametrize("corner", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_a_character_in_a_corner_of_the_square_leaves_less_than_80_and_one_remark(character, corner):
    written = filling(0.4, character)
    points = np.concatenate(written)
    low, high = points.min(axis=0), points.max(axis=0)
    to = np.where(corner, np.array(AREA) - high, -low)
    score, [(code, *_)] = judged([stroke + to for stroke in written], character, area=AREA) or (100, [])
    assert score == 75
    assert code == "off_centre"


@pytest.mark.parametrize("character", f"{SAMPLE}小火あかカシ")
@pytest.mark.parametrize(("by", "code"), [((0.5, 1), "narrow"), ((1, 0.5), "flat")])
def test_a_character_squeezed_to_half_its_width_or_height_leaves_less_than_80_and_one_remark(character, by, code):
    score, found = judged(scaled(strokes(character), by), character, area=AREA) or (100, [])
    assert score < 80
    assert found == [(code, [], [], "")]


@pytest.mark.parametrize(
    ("by", "where"), [((-1, 0.5), "left"), ((1, -0.5), "right"), ((0.5, -1), "up"), ((-0.5, 1), "down")]
)
@pytest.mark.parametrize("character", "食う")
def test_a_character_is_off_centre_from_a_fifth_of_the_side_on(character, by, where):
    limits: list[tuple[float, list[Row]]] = [(0.19, []), (0.21, [("off_centre", [], [], where)])]
    for fraction, found in limits:
        move = np.array(by) * fraction * REFERENCE_SIDE
        written = [stroke + move for stroke in filling(0.5, character)]
        assert judged(written, character, area=AREA) == (100 - 25 * len(found), found)


@pytest.mark.parametrize("by", [(-300, -300), (300, 300)])
@pytest.mark.parametrize("character", "っゃゅょ")
def test_a_small_kana_may_stand_anywhere(character, by):
    written = [stroke + np.array(by) for stroke in filling(0.4, character)]
    assert judged(written, character, area=AREA) == (100, [])


@pytest.mark.parametrize("fraction", [1, 0.01])
def test_the_size_and_the_place_are_relative_to_the_area(fraction):
    area = (REFERENCE_SIDE * fraction, REFERENCE_SIDE * fraction)
    for written, found in ((filling(0.3, "食"), ["small"]), (filling(0.4, "食"), [])):
        assert [code for code, *_ in remarks([s * fraction for s in written], "食", area=area)] == found


@pytest.mark.parametrize(
    ("longer", "is_square"), [(1.0, True), (1.24, True), (1.25, True), (1.26, False), (3.0, False)]
)
@pytest.mark.parametrize("is_wide", [True, False])
def test_size_and_place_are_judged_in_areas_that_are_almost_square(longer, is_square, is_wide):
    area = (1000 * longer, 1000) if is_wide else (1000, 1000 * longer)
    to_middle = np.array(area) / 2 - MIDDLE
    small = [stroke + to_middle for stroke in filling(0.3, "食")]
    assert remarks(small, "食", area=area) == [("small", [], [])] * is_square
    in_the_middle = [stroke + to_middle for stroke in filling(0.5, "食")]
    assert remarks(in_the_middle, "食", area=area) == []
    off_centre = [stroke - np.array([250, 0]) for stroke in in_the_middle]
    assert [code for code, *_ in remarks(off_centre, "食", area=area)] == (["off_centre"] if is_square else [])


def test_the_aspect_is_judged_in_every_area():
    narrow = scaled(strokes("食"), (0.5, 1))
    for area in (None, AREA, (1000, 3000)):
        assert remarks(narrow, "食", area=area) == [("narrow", [], [])]


@pytest.mark.parametrize("character", "食口う")
@pytest.mark.parametrize(("axis", "code"), [(0, "narrow"), (1, "flat")])
def test_the_aspect_is_judged_at_its_limits(character, axis, code):
    for ratio, is_beyond in ((1.59, False), (1.61, True)):
        by = (1 / ratio, 1) if axis == 0 else (1, 1 / ratio)
        assert remarks(scaled(strokes(character), by), character) == [(code, [], [])] * is_beyond


@pytest.mark.parametrize(("character", "has_aspect"), [("ト", True), ("卜", False), ("く", False), ("一", False)])
def test_a_character_that_is_almost_a_line_has_no_aspect(character, has_aspect):
    shorter = extents(strokes(character)).argmin()
    thinner = scaled(strokes(character), (0.6, 1) if shorter == 0 else (1, 0.6))
    codes = {code for code, *_ in remarks(thinner, character)}
    assert bool(codes & {"narrow", "flat"}) == has_aspect


def test_the_whole_gets_one_remark_and_the_size_comes_before_the_place_and_the_aspect():
    narrow = scaled(strokes("食"), (0.5, 1))
    displaced = [stroke * 0.5 for stroke in narrow]
    tiny = [stroke * 0.3 for stroke in narrow]
    found = [judged(written, "食", area=AREA) for written in (narrow, displaced, tiny)]
    assert [each and each[1][0][0] for each in found] == ["narrow", "off_centre", "small"]
    assert [each and (each[0], len(each[1])) for each in found] == [(75, 1)] * 3


@pytest.mark.parametrize("character", "食国")
def test_the_whole_is_not_judged_while_a_stroke_is_missing_or_extra(character):
    missing = [stroke * 0.2 for stroke in strokes(character)[:-1]]
    assert [code for code, *_ in remarks(missing, character, area=AREA)] == ["missing"]
    extra = [stroke * 0.2 for stroke in [*strokes(character), EXTRA]]
    assert [code for code, *_ in remarks(extra, character, area=AREA)] == ["extra"]


@pytest.mark.parametrize(
    ("count", "score", "codes"), [(1, 92, ["direction"]), (2, 84, ["direction"] * 2), (3, 76, None)]
)
def test_three_reversed_strokes_are_one_remark(count, score, codes):
    written = [s[::-1] if 1 <= i <= count else s for i, s in enumerate(strokes("語"))]
    form = form_of(written, "語")
    assert form.score == score
    assert [remark.code for remark in form.remarks] == (codes or ["direction_of_many"])
    assert [n for remark in form.remarks for n in remark.strokes] == [2, 3, 4][:count]


@pytest.mark.parametrize(
    ("count", "score", "codes"), [(1, 90, ["order"]), (2, 80, ["order"] * 2), (3, 70, ["order_of_many"])]
)
def test_three_strokes_out_of_order_are_one_remark(count, score, codes):
    written = strokes("語")
    written[: count + 1] = written[count::-1]
    form = form_of(written, "語")
    assert form.score == score
    assert [remark.code for remark in form.remarks] == codes
    assert [n for remark in form.remarks for n in remark.reference] == [*range(count, 0, -1)]


@pytest.mark.parametrize(
    ("character", "score"), [("川", 75), ("王", 83), ("永", 88), ("目", 88), ("年", 90), ("語", 90)]
)
def test_a_stroke_out_of_order_costs_more_the_fewer_strokes_there_are(character, score):
    second, first, *rest = strokes(character)
    assert form_of([first, second, *rest], character).score == score


@pytest.mark.parametrize(("character", "score"), [("川", 83), ("王", 88), ("目", 90), ("年", 92), ("語", 92)])
def test_a_reversed_stroke_costs_more_the_fewer_strokes_with_a_direction_there_are(character, score):
    written = strokes(character)
    longest = int(np.argmax([np.hypot(*(s[-1] - s[0])) for s in written[:3]]))
    written[longest] = written[longest][::-1]
    assert form_of(written, character).score == score


@pytest.mark.parametrize(("character", "stroke"), [("笑", 2), ("紡", 3), ("バ", 4), ("懇", 2)])
def test_a_stroke_missing_beside_a_longer_one_is_not_joined_to_it(character, stroke):
    written = strokes(character)
    del written[stroke - 1]
    assert judged(written, character) == (75, [("missing", [], [stroke], "")])


@pytest.mark.parametrize(("character", "stroke"), [("納", 10), ("懇", 3), ("串", 4), ("食", 6), ("き", 2)])
def test_a_stroke_written_twice_is_extra_and_not_split(character, stroke):
    written = strokes(character)
    written.insert(stroke, written[stroke - 1] + 30)
    assert judged(written, character) == (75, [("extra", [stroke + 1], [], "")])


@pytest.mark.parametrize(("character", "stroke"), [("国", 3), ("国", 4), ("食", 1), ("納", 9)])
def test_a_stroke_written_in_two_pieces_that_do_not_meet_is_split(character, stroke):
    written = strokes(character)
    points = resample(written[stroke - 1], 17)
    written[stroke - 1 : stroke] = [points[:13], points[12:] + 80]
    assert remarks(written, character) == [("split", [stroke, stroke + 1], [stroke])]
