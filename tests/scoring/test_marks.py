"""The marks under a score: which score earns which, and how each is drawn."""

import numpy as np
import pytest

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
    assert marks.earned(score) == mark


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
