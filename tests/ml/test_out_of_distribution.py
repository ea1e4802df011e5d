import numpy as np
import pytest

from ml import out_of_distribution
from ml.datasets import kanjivg
from ml.strokes import references
from ml.synthesis import POINTS, shape

BOOK = [shape(references()[character]) for character in "永森欝あア7語曜"]


def test_invented_shapes_fill_their_square_and_differ_from_each_other():
    rng = np.random.default_rng(0)
    shapes = [out_of_distribution.invented(BOOK, rng)[0] for _ in range(60)]
    for invented in shapes:
        assert invented.shape[1:] == (POINTS, 2)
        assert np.abs(invented).max() == pytest.approx(1, abs=1e-5)
    assert len({invented.tobytes() for invented in shapes}) > 40


def test_shapes_that_look_like_a_catalogue_character_are_left_out():
    unknown = {"曰": [shape(references()["日"])], "龠": [shape(kanjivg.strokes("龠"))]}
    assert set(out_of_distribution.without_lookalikes(unknown, [shape(references()["日"])])) == {"龠"}


def test_rare_kanji_need_look_less_like_a_catalogue_kanji_to_be_left_out():
    alike = [shape(kanjivg.strokes("愽"))]
    found = out_of_distribution.without_lookalikes({"愽": alike, "ꡁ": alike, "가": alike}, [shape(references()["博"])])
    assert set(found) == {"ꡁ", "가"}


def test_references_equal_the_strokes_of_kanjivg():
    for drawn, reference in zip(kanjivg.strokes("口"), references()["口"], strict=True):
        assert np.abs(drawn - reference).max() <= 0.5


def test_kanjivg_has_far_more_kanji_than_the_catalogue():
    assert len([c for c in kanjivg.characters() if c >= "一" and c not in references()]) > 3000


def test_a_squat_letter_is_left_out_like_the_letter_itself():
    squat = shape(references()["U"]) * np.array([1, 0.5], np.float32)
    assert out_of_distribution.without_lookalikes({"ᑌ": [squat]}, [shape(references()["U"])]) == {}


def test_some_invented_shapes_have_few_strokes_and_some_are_dots():
    rng = np.random.default_rng(1)
    shapes = [out_of_distribution.invented(BOOK, rng)[0] for _ in range(300)]
    assert sum(len(invented) <= 4 for invented in shapes) > 30
    lengths = [np.abs(np.diff(invented, axis=1)).sum(axis=(1, 2)).max() for invented in shapes]
    assert any(length < 0.3 for length in lengths)
