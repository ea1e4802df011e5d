"""SVG paths of reference strokes and of ink."""

import math
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.strokes import REFERENCE_SIDE, Strokes, parse, references

#: Side of the square around reference paths: viewBox="0 0 109 109", as in KanjiVG.
SIDE = REFERENCE_SIDE / 10
#: A cubic Bézier curve: start, two control points, end.
Bezier = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
#: Number of straight segments that approximate a curve.
_SEGMENTS = 12
#: Least distance between the numbers of two strokes.
_APART = 9
#: Degrees. A stroke that turns by more than this at a point has a corner there; smaller turns are smoothed.
_CORNER = 50


@cache
def reference_paths(literal: str) -> tuple[str, ...]:
    """The `d` attribute of each reference stroke, in writing order, in a square with side `SIDE`.

    Raises KeyError for a character outside the catalogue.
    """
    return _paths(references()[literal])


@cache
def variant_paths(strokes: str) -> tuple[str, ...]:
    """The `d` attribute of each of a variant's `strokes`, text as in `ml.strokes`, in the same square."""
    return _paths(parse(strokes))


def _paths(strokes: Strokes) -> tuple[str, ...]:
    return tuple(_smooth_path(_in_square(stroke)) for stroke in strokes)


@cache
def reference_lines(literal: str) -> tuple[list[tuple[float, float]], ...]:
    """The reference strokes as points (x, y) in the same square, close enough to join with straight lines."""
    strokes = map(_in_square, references()[literal])
    return tuple(points[:1] + [point for curve in _curves(points) for point in along(curve)[1:]] for points in strokes)


def along(curve: Bezier) -> list[tuple[float, float]]:
    """Points of `curve` from its start to its end, both included."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = curve
    parts = [(1 - t, t) for t in (segment / _SEGMENTS for segment in range(_SEGMENTS + 1))]
    weights = [(s**3, 3 * s * s * t, 3 * s * t * t, t**3) for s, t in parts]
    return [(ax * a + bx * b + cx * c + dx * d, ay * a + by * b + cy * c + dy * d) for a, b, c, d in weights]


@cache
def stroke_starts(literal: str) -> tuple[tuple[float, float], ...]:
    """The first point (x, y) of each reference stroke in the same square, for the stroke numbers."""
    return _starts(references()[literal])


@cache
def variant_starts(strokes: str) -> tuple[tuple[float, float], ...]:
    """The first point of each of a variant's `strokes`, text as in `ml.strokes`, in the same square."""
    return _starts(parse(strokes))


def _starts(strokes: Strokes) -> tuple[tuple[float, float], ...]:
    return tuple((round(float(x) / 10, 1), round(float(y) / 10, 1)) for x, y in (stroke[0] for stroke in strokes))


@cache
def variant_lines(strokes: str) -> tuple[list[tuple[float, float]], ...]:
    """A variant's `strokes`, text as in `ml.strokes`, as points (x, y) in the same square."""
    return tuple(map(_in_square, parse(strokes)))


def number_points(lines: Sequence[Sequence[tuple[float, float]]]) -> list[tuple[float, float]]:
    """Positions of the strokes' numbers: each at the start of its stroke, or farther along if another one is near."""
    placed: list[tuple[float, float]] = []
    for line in lines:
        options = [_point_at(line, distance) for distance in (0, 6, 12, 18)]
        free = (point for point in options if all(math.dist(point, other) >= _APART for other in placed))
        placed.append(next(free, options[0]))
    return placed


def _point_at(line: Sequence[tuple[float, float]], distance: float) -> tuple[float, float]:
    """The point of `line` that is `distance` along it; its end if it is shorter."""
    for start, end in pairwise(line):
        step = math.dist(start, end)
        if step > distance:
            (x, y), (u, v) = start, end
            return (x + (u - x) * distance / step, y + (v - y) * distance / step)
        distance -= step
    return line[-1]


def _in_square(stroke: NDArray[np.float32]) -> list[tuple[float, float]]:
    return [(x / 10, y / 10) for x, y in stroke.tolist()]


def ink_paths(ink: dict[str, Any]) -> list[str]:
    """The `d` attribute of each stroke of `ink`, in CSS pixels of its writing area."""
    return [_line([(x, y) for x, y, *_ in stroke]) for stroke in ink["strokes"]]


def _line(points: Sequence[tuple[float, float]]) -> str:
    """A path through `points`. A single point becomes a line of length 0, which a round cap makes visible."""
    ends = points if len(points) > 1 else [*points, *points]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ends)


def _smooth_path(points: list[tuple[float, float]]) -> str:
    if len(points) < 2:  # a dot: a line of length 0, which a round cap makes visible
        return _line(points)
    path = "M{:.1f} {:.1f}".format(*points[0])
    for _, out, back, end in _curves(points):
        path += "C" + " ".join(f"{x:.1f} {y:.1f}" for x, y in (out, back, end))
    return path


def _curves(points: list[tuple[float, float]]) -> Iterator[Bezier]:
    """Curves through two or more `points`, with the tangents of Catmull and Rom (1974) except at corners."""
    steps = [(x - u, y - v) for (u, v), (x, y) in pairwise(points)]
    lengths = [math.hypot(*step) for step in steps]
    directions = [(x / length, y / length) for (x, y), length in zip(steps, lengths, strict=True)]
    tangents = [_bisector(before, after) for before, after in pairwise(directions)]
    for index, ((u, v), (x, y)) in enumerate(pairwise(points)):
        reach = lengths[index] / 3
        out = (index and tangents[index - 1]) or directions[index]
        end = (index < len(tangents) and tangents[index]) or directions[index]
        yield (u, v), (u + out[0] * reach, v + out[1] * reach), (x - end[0] * reach, y - end[1] * reach), (x, y)


def _bisector(before: tuple[float, float], after: tuple[float, float]) -> tuple[float, float] | None:
    """The unit vector halfway between two unit vectors; None if they form a corner."""
    x, y = before[0] + after[0], before[1] + after[1]
    length = math.hypot(x, y)  # 2 cos(turn / 2)
    return (x / length, y / length) if length > 2 * math.cos(math.radians(_CORNER / 2)) else None
