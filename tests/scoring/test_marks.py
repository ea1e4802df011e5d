"""The marks under a score: which band has which, and how each is drawn."""

import numpy as np
import pytest

from ml import legibility
from scoring import marks

NAMES = ("flower", "double", "circle", "triangle")


@pytest.mark.parametrize(
    ("score", "mark"),
    [
        (100, "flower"),
        (95, "flower"),
        (94, "double"),
        (80, "double"),
        (79, "circle"),
        (60, "circle"),
        (59, "triangle"),
        (0, "triangle"),
    ],
)
def test_a_score_earns_its_mark(score, mark):
    assert marks.OF_BAND[legibility.band(score)] == mark


@pytest.mark.parametrize(
    ("form", "mark"), [(None, "flower"), (100, "flower"), (80, "flower"), (79, "double"), (0, "double")]
)
def test_only_a_form_of_80_or_one_that_is_not_judged_earns_the_flower(form, mark):
    assert marks.OF_BAND[legibility.band(100, form)] == mark


def test_every_band_has_a_mark():
    assert list(marks.OF_BAND) == [band for _lowest, band in legibility.BANDS]
    assert set(marks.OF_BAND.values()) == set(NAMES)


def test_each_mark_has_the_lowest_legibility_that_earns_it():
    assert list(marks.thresholds().items()) == [("flower", 95), ("double", 80), ("circle", 60), ("triangle", 0)]


def radii(mark: str) -> list[np.ndarray]:
    """For each stroke, its points' distances from the middle of the square."""
    return [np.hypot(*(np.array(line) - marks.SIDE / 2).T) for line in marks.lines(mark)]


def test_the_circle_is_one_ring():
    [ring] = radii("circle")
    assert ring.min() > 40
    assert ring.max() < 50


def test_the_double_circle_is_one_ring_inside_another():
    outer, inner = radii("double")
    assert inner.min() > 25
    assert inner.max() < outer.min()
    assert outer.max() < 55


def test_the_flower_winds_out_from_the_middle_and_ends_in_petals():
    [line] = radii("flower")
    assert line[0] < 5
    bulges = (line[1:-1] > line[:-2]) & (line[1:-1] >= line[2:]) & (line[1:-1] > 45)
    assert bulges.sum() == 8


def test_the_triangle_is_one_stroke_through_its_three_corners():
    [line] = np.array(marks.lines("triangle"))
    corners = np.array([(61, 14), (14, 101), (107, 100)])
    assert np.allclose(np.hypot(*(line[:, None] - corners).T).min(axis=1), 0)
    assert np.allclose(line[0], corners[0])
    assert np.allclose(line[-1], corners[0], atol=4)


@pytest.mark.parametrize("mark", NAMES)
def test_a_mark_fits_its_square(mark):
    points = np.concatenate([np.array(line) for line in marks.lines(mark)])
    assert points.min() >= 0
    assert points.max() <= marks.SIDE
