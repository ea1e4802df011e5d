"""The signs that a Japanese teacher puts under a writing, drawn as a hand draws them: never a cross.

The writing page draws the same: frontend/src/marks.ts.
"""

import math
from functools import cache

from characters.drawing import along

#: Side of the square that the marks are drawn in.
SIDE = 120

Line = list[tuple[float, float]]


def earned(legibility: int) -> str:
    """The mark for a score of 0 to 100."""
    if legibility >= 95:
        return "flower"
    if legibility >= 80:
        return "double"
    return "circle" if legibility >= 60 else "triangle"


@cache
def lines(mark: str) -> list[Line]:
    """The mark's strokes as points in a square `SIDE` wide, close enough together to be joined straight."""
    return {"flower": [_flower()], "double": [_ring(50, 0), _ring(31, 0.3)], "circle": [_ring(48, 0)]}.get(
        mark, [_triangle()]
    )


def paths(mark: str) -> list[str]:
    """The `d` of every stroke; viewBox="0 0 120 120"."""
    return ["M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line) for line in lines(mark)]


def _ring(radius: float, tilt: float) -> Line:
    """It starts at the lower left and closes a little past its start, as with a brush in the hand."""
    return _spiral(2.2 + tilt, 1.06, radius, radius * 0.955)


def _flower() -> Line:
    """In one go: from the middle outwards, then petal after petal around, no two quite alike."""
    line = _spiral(2.6, 2.5, 4, 33)
    angle, step = 2.6 + 2.5 * 2 * math.pi, 2 * math.pi * 1.02 / 8
    for petal in range(8):
        reach = 63 + petal * 5 % 3 * 1.5
        out, back = _at(angle - step * 0.04, reach), _at(angle + step * 1.04, reach)
        angle += step
        line += along((line[-1], out, back, _at(angle, 36)))
    return line


def _triangle() -> Line:
    top, left, right = (61, 14), (14, 101), (107, 100)
    return (
        along((top, (50, 36), (32, 72), left))
        + along((left, (42, 97.5), (80, 97), right))
        + along((right, (94, 76), (75, 41), (59, 17)))
    )


def _spiral(start: float, turns: float, radius: float, end: float) -> Line:
    """A round line whose radius changes on the way."""
    steps = math.ceil(turns * 40)
    parts = (step / steps for step in range(steps + 1))
    return [_at(start + part * turns * 2 * math.pi, radius + (end - radius) * part) for part in parts]


def _at(angle: float, radius: float) -> tuple[float, float]:
    return 60 + radius * math.cos(angle), 60 + radius * math.sin(angle) * 0.97
