"""Form: the score for how the strokes were written, and the remarks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from ml.form import Form, Remark, counterparts, has_form, judge, parts, sampled
from ml.strokes import references
from scoring import remarks as remark_texts


def strokes(character: str) -> list[Any]:
    return [stroke.copy() for stroke in references()[character]]


def form_of(written, character: str, **known) -> Form:
    form = judge(written, character, **known)
    assert form is not None
    return form


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
        (lambda s: s[:8] + s[9:], 80),  # a stroke is missing
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
    side = np.ptp(np.concatenate(strokes(character)), axis=0).max() / fraction
    assert [remark.code for remark in form_of(strokes(character), character, side=side).remarks] == [code]
    assert form_of(strokes(character), character).remarks == []


def test_the_size_the_position_and_a_slight_slant_of_the_whole_get_no_remark():
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
    ("character", "stroke", "where"),
    [("千", 1, "left"), ("千", 2, "right"), ("千", 3, "down"), ("汁", 3, "up"), ("己", 3, "right"), ("日", 2, "down")],
)
def test_a_reversed_stroke_in_each_direction(character, stroke, where):
    written = strokes(character)
    written[stroke - 1] = written[stroke - 1][::-1]
    assert judged(written, character) == (92, [("direction", [stroke], [stroke], where)])


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
def test_a_stroke_out_of_place_in_each_direction(character, stroke, by, score, where):
    assert judged(moved(character, stroke, by), character) == (score, [("place", [stroke], [stroke], where)])


@pytest.mark.parametrize(("by", "score"), [((250, 0), 82), ((0, -250), 86)])
def test_a_stroke_a_little_out_of_place_lowers_the_score_only(by, score):
    assert judged(moved("犬", 4, by), "犬") == (score, [])


@pytest.mark.parametrize("by", [(-560, 300), (-650, 500), (-750, 100)])
def test_a_stroke_far_away_is_another_stroke(by):
    assert judged(moved("犬", 4, by), "犬") == (80, [("shape", [4], [4], "")])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("character", "stroke", "by", "score", "code"),
    [
        ("犬", 1, 0.3, 84, "short"),
        ("十", 1, 0.3, 76, "short"),
        ("三", 2, 0.3, 88, "short"),
        ("三", 2, 0, 81, "short"),
        ("三", 2, 2.5, 77, "long"),
        ("川", 2, 2.5, 70, "long"),
        ("犬", 1, 0.42, 92, None),
        ("川", 2, 2, 83, None),
    ],
)
def test_strokes_of_another_length(character, stroke, by, score, code):
    expected = [(code, [stroke], [stroke], "")] if code else []
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
        ("雪", "top", 2, 73, "part_large"),
        ("雪", "bottom", 0.5, 90, "part_small"),
        ("休", "left", 0.5, 88, "part_small"),
        ("休", "left", 2, 81, "part_large"),
        ("林", "left", 1.5, 95, None),
        ("花", "top", 1.5, 93, None),
    ],
)
def test_parts_of_another_size(character, part, by, score, code):
    numbers = [i + 1 for i in parts()[character][part]]
    expected = [(code, numbers, numbers, part)] if code else []
    assert judged(resized(character, numbers, by), character) == (score, expected)


def test_of_two_parts_of_another_size_the_worse_is_named():
    written = resized("林", [1, 2, 3, 4], 0.5)
    written[4:] = resized("林", [5, 6, 7, 8], 2)[4:]
    assert judged(written, "林") == (66, [("part_small", [1, 2, 3, 4], [1, 2, 3, 4], "left"), ("short", [2], [2], "")])


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
    ("character", "by", "score"),
    [("語", (0.25, 1), 48), ("語", (1, 0.25), 52), ("心", (1, 3), 100), ("心", (1, 5), 84)],
)
def test_a_much_narrower_or_flatter_character_loses_points(character, by, score):
    assert form_of([stroke * np.array(by) for stroke in strokes(character)], character).score == score


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
    assert found == ((60, [("missing", [], [stroke], "") for stroke in left_out]) if is_judged else None)


EXTRA = np.array([[500, 100], [700, 900]])


@pytest.mark.parametrize("place", [0, 1, 14])
def test_extra_strokes_anywhere(place):
    s = strokes("語")
    first: Row = ("extra", [place + 1], [], "")
    assert judged([*s[:place], EXTRA, *s[place:]], "語") == (80, [first])
    second: Row = ("extra", [place + 2], [], "")
    assert judged([*s[:place], EXTRA, EXTRA + 60, *s[place:]], "語") == (60, [first, second])


@pytest.mark.parametrize("place", [0, 5, 12])
def test_missing_strokes_anywhere(place):
    s = strokes("語")
    first: Row = ("missing", [], [place + 1], "")
    assert judged(s[:place] + s[place + 1 :], "語") == (80, [first])
    second: Row = ("missing", [], [place + 2], "")
    assert judged(s[:place] + s[place + 2 :], "語") == (60, [first, second])


@pytest.mark.parametrize(
    ("character", "left_out", "score", "missing", "order"),
    [
        ("三", 1, 70, 1, [([2], [2])]),
        ("三", 3, 62, 2, [([2], [1])]),
        ("王", 4, 60, 4, [([2], [2]), ([3], [1])]),
        ("王", 1, 60, 1, [([2], [3]), ([3], [2])]),
        ("川", 1, 54, 3, [([2], [1])]),
        ("目", 5, 50, 5, [([2], [3]), ([3], [2])]),
    ],
)
def test_a_character_written_backwards_without_one_stroke(character, left_out, score, missing, order):
    s = strokes(character)
    written = [*s[: left_out - 1], *s[left_out:]][::-1]
    found = [("missing", [], [missing], ""), *(("order", *numbers, "") for numbers in order)]
    assert judged(written, character) == (score, found)


@pytest.mark.parametrize(
    ("order", "misplaced"),
    [
        ([3, 2, 1, 4], [([2], [2]), ([3], [1])]),
        ([2, 3, 4, 1], [([4], [1])]),
        ([4, 1, 2, 3], [([1], [4])]),
        ([2, 1, 4, 3], [([2], [1]), ([4], [3])]),
        ([1, 2, 4, 3], [([4], [3])]),
    ],
)
def test_the_fewest_strokes_are_out_of_order(order, misplaced):
    s = strokes("王")
    found = [("order", *numbers, "") for numbers in misplaced]
    assert judged([s[i - 1] for i in order], "王") == (100 - 10 * len(found), found)


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
        ("っ", 0.2, []),
        ("つ", 0.29, ["too_small"]),
        ("つ", 0.31, []),
        ("つ", 0.9, []),
        ("よ", 0.29, ["too_small"]),
        ("か", 0.9, []),
        ("か", 0.2, []),
    ],
)
def test_the_size_of_kana_at_its_limits(character, fraction, codes):
    side = np.ptp(np.concatenate(strokes(character)), axis=0).max() / fraction
    form = form_of(strokes(character), character, side=side)
    assert [remark.code for remark in form.remarks] == codes
    assert form.score == 100 - 4 * len(codes)


def test_the_size_does_not_depend_on_the_place():
    side = np.ptp(np.concatenate(strokes("つ")), axis=0).max() / 0.2
    written = [stroke + np.array([5 * side, 0]) for stroke in strokes("つ")]
    assert [remark.code for remark in form_of(written, "つ", side=side).remarks] == ["too_small"]


@pytest.mark.parametrize("by", [0.2, 2.5])
@pytest.mark.parametrize(("character", "dot"), [("犬", 4), ("玉", 5)])
def test_the_size_of_a_dot_is_not_judged(character, dot, by):
    assert judged(resized(character, [dot], by), character) == (100, [])


def test_the_order_with_the_fewest_strokes_out_of_place_counts():
    s = strokes("王")
    written = [s[i - 1] for i in (2, 1, 4, 3)]
    assert judged(written, "王", orders=[[2, 1, 3, 4]]) == (90, [("order", [4], [3], "")])


def test_a_remark_on_size_names_no_strokes():
    assert form_of(strokes("つ"), "つ", side=1e6).remarks == [Remark("too_small")]
    assert form_of(strokes("っ"), "っ", side=1).remarks == [Remark("too_large")]


#: The values of `where` in remarks with these codes.
WHERE = {"direction": ("left", "right", "up", "down"), "place": ("left", "right", "up", "down")}
WHERE |= dict.fromkeys(("part_small", "part_large"), ("left", "right", "top", "bottom"))
CODES = [*WHERE, "missing", "extra", "shape", "joined", "split", "order", "long", "short", "too_large", "too_small"]


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


def test_remarks_contain_the_numbers_of_the_strokes():
    found = {"code": "order", "strokes": [2], "reference": [3], "where": ""}
    assert remark_texts.text(found) == "Stroke order: stroke 2 should be stroke 3."
    found = {"code": "joined", "strokes": [2], "reference": [2, 3, 4], "where": ""}
    assert remark_texts.text(found) == "Lift the pen between strokes 2 and 4."


def test_there_are_at_most_three_remarks():
    written = strokes("語")[::-1]
    assert len(remarks(written, "語")) == 3


def test_the_score_does_not_fall_below_zero():
    assert form_of(strokes("語")[::-1], "語").score == 0


def test_a_split_stroke_loses_as_much_as_a_joined_one():
    first, second, third = strokes("口")
    corner = len(second) // 2
    assert form_of([first, second[: corner + 1], second[corner:], third], "口").score == 92


def test_a_kana_can_be_too_large_and_have_another_fault():
    written = resized("ょ", [1], 0.2)
    side = np.ptp(np.concatenate(written), axis=0).max()
    alone = [remark.code for remark in form_of(written, "ょ").remarks]
    assert alone == ["short"]
    assert [remark.code for remark in form_of(written, "ょ", side=side).remarks] == ["short", "too_large"]
