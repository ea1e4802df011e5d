import numpy as np
import pytest

from ml import outsiders
from ml.datasets import kanjivg
from ml.strokes import references
from ml.synthesis import POINTS, shape

BOOK = [shape(references()[character]) for character in "永森欝あア7語曜"]


def test_invented_outsiders_fill_their_square_and_differ_from_each_other():
    rng = np.random.default_rng(0)
    shapes = [outsiders.invented(BOOK, rng)[0] for _ in range(60)]
    for invented in shapes:
        assert invented.shape[1:] == (POINTS, 2)
        assert np.abs(invented).max() == pytest.approx(1, abs=1e-5)
    assert len({invented.tobytes() for invented in shapes}) > 40


def test_an_outsider_that_looks_like_a_catalogue_character_is_left_out():
    strange = {"曰": [shape(references()["日"])], "龠": [shape(kanjivg.strokes("龠"))]}
    assert set(outsiders.without_likes(strange, [shape(references()["日"])])) == {"龠"}


def test_the_references_are_kanjivgs_drawings():
    for drawn, reference in zip(kanjivg.strokes("口"), references()["口"], strict=True):
        assert np.abs(drawn - reference).max() <= 0.5


def test_kanjivg_draws_far_more_kanji_than_the_catalogue_has():
    assert len([c for c in kanjivg.characters() if c >= "一" and c not in references()]) > 3000


def test_a_squat_letter_is_left_out_as_the_letter_itself_would_be():
    squat = shape(references()["U"]) * np.array([1, 0.5], np.float32)
    assert outsiders.without_likes({"ᑌ": [squat]}, [shape(references()["U"])]) == {}


def test_some_invented_outsiders_are_of_few_strokes_and_some_are_dots():
    rng = np.random.default_rng(1)
    shapes = [outsiders.invented(BOOK, rng)[0] for _ in range(300)]
    assert sum(len(invented) <= 4 for invented in shapes) > 30
    lengths = [np.abs(np.diff(invented, axis=1)).sum(axis=(1, 2)).max() for invented in shapes]
    assert any(length < 0.3 for length in lengths)
