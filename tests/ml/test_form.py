"""Form: the score for how the strokes were written, and the remarks."""

from typing import Any

import numpy as np
import pytest

from ml.form import Form, has_form, judge, parts
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


#: The values of `where` in remarks with these codes.
WHERE = {"direction": ("left", "right", "up", "down"), "place": ("left", "right", "up", "down")}
WHERE |= dict.fromkeys(("part_small", "part_large"), ("left", "right", "top", "bottom"))
CODES = [*WHERE, "missing", "extra", "shape", "joined", "split", "order", "long", "short", "too_large", "too_small"]


@pytest.mark.parametrize(("code", "where"), [(code, where) for code in CODES for where in WHERE.get(code, [""])])
def test_every_remark_is_one_sentence(code, where):
    sentence = remark_texts.text({"code": code, "strokes": [2], "reference": [3, 4], "where": where})
    assert sentence.endswith(".")
    assert "%" not in sentence


def test_remarks_contain_the_numbers_of_the_strokes():
    found = {"code": "order", "strokes": [2], "reference": [3], "where": ""}
    assert remark_texts.text(found) == "Stroke order: stroke 2 should be stroke 3."
    found = {"code": "joined", "strokes": [2], "reference": [2, 3, 4], "where": ""}
    assert remark_texts.text(found) == "Lift the pen between strokes 2 and 4."


def test_there_are_at_most_three_remarks():
    written = strokes("語")[::-1]
    assert len(remarks(written, "語")) == 3
