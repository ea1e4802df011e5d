"""Strokes as SVG paths: the reference's, and those of real ink."""

import math
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from ml.strokes import REFERENCE_SIDE, references

#: Side of the square that reference paths live in: viewBox="0 0 109 109", as KanjiVG's.
SIDE = REFERENCE_SIDE / 10
#: A cubic Bézier curve: where it starts, its two handles, where it ends.
Bend = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
#: Straight pieces that a bend is made of where it isn't drawn as a curve.
_PIECES = 12
#: A line that turns more at a point, in degrees, has a corner there; others are drawn round.
_CORNER = 50


@cache
def reference_paths(literal: str) -> tuple[str, ...]:
    """The `d` of every stroke of the character's reference, in writing order; the square is `SIDE` wide.

    Raises KeyError when the catalogue doesn't have it.
    """
    return tuple(_curve([(x / 10, y / 10) for x, y in stroke.tolist()]) for stroke in references()[literal])


@cache
def reference_lines(literal: str) -> tuple[list[tuple[float, float]], ...]:
    """The same strokes as points, close enough together to be joined straight."""
    strokes = ([(x / 10, y / 10) for x, y in stroke.tolist()] for stroke in references()[literal])
    return tuple(points[:1] + [point for bend in _bends(points) for point in along(bend)[1:]] for points in strokes)


def along(bend: Bend) -> list[tuple[float, float]]:
    """Points of the curve from its start to its end."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = bend
    parts = [(1 - t, t) for t in (piece / _PIECES for piece in range(_PIECES + 1))]
    weights = [(s**3, 3 * s * s * t, 3 * s * t * t, t**3) for s, t in parts]
    return [(ax * a + bx * b + cx * c + dx * d, ay * a + by * b + cy * c + dy * d) for a, b, c, d in weights]


@cache
def stroke_starts(literal: str) -> tuple[tuple[float, float], ...]:
    """Where every stroke of the reference begins, in the same square: numbers stand there."""
    return tuple((round(float(x) / 10, 1), round(float(y) / 10, 1)) for x, y in (s[0] for s in references()[literal]))


def ink_paths(ink: dict[str, Any]) -> list[str]:
    """The `d` of every stroke of an attempt's or exemplar's ink; viewBox="0 0 width height" of the ink."""
    return [_line([(x, y) for x, y, *_ in stroke]) for stroke in ink["strokes"]]


def _line(points: Sequence[tuple[float, float]]) -> str:
    """A dot is a line to itself: with a round cap that shows."""
    shown = points if len(points) > 1 else [*points, *points]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shown)


def _curve(points: list[tuple[float, float]]) -> str:
    path = "M{:.1f} {:.1f}".format(*points[0])
    for _, out, back, end in _bends(points):
        path += "C" + " ".join(f"{x:.1f} {y:.1f}" for x, y in (out, back, end))
    return path


def _bends(points: list[tuple[float, float]]) -> Iterator[Bend]:
    """Through more than one of `points`, with Catmull and Rom's tangents of 1974 except at corners."""
    steps = [(x - u, y - v) for (u, v), (x, y) in pairwise(points)]
    lengths = [math.hypot(*step) for step in steps]
    ways = [(x / length, y / length) for (x, y), length in zip(steps, lengths, strict=True)]
    bends = [_bisector(before, after) for before, after in pairwise(ways)]
    for place, ((u, v), (x, y)) in enumerate(pairwise(points)):
        reach = lengths[place] / 3
        out = (place and bends[place - 1]) or ways[place]
        end = (place < len(bends) and bends[place]) or ways[place]
        yield (u, v), (u + out[0] * reach, v + out[1] * reach), (x - end[0] * reach, y - end[1] * reach), (x, y)


def _bisector(before: tuple[float, float], after: tuple[float, float]) -> tuple[float, float] | None:
    """The direction between two, each of length 1; None where they make a corner."""
    x, y = before[0] + after[0], before[1] + after[1]
    length = math.hypot(x, y)  # twice the cosine of half the turn
    return (x / length, y / length) if length > 2 * math.cos(math.radians(_CORNER / 2)) else None
