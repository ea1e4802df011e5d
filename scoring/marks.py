"""The signs that a Japanese teacher puts under a writing, drawn as a hand draws them: never a cross.

The writing page draws the same ones: frontend/src/components/Mark.tsx.
"""

import math
from functools import cache

#: Side of the square that the marks are drawn in.
SIDE = 120

Line = list[tuple[float, float]]


def earned(legibility: int) -> str:
    """What a score of 0 to 100 earns."""
    if legibility >= 95:
        return "flower"
    if legibility >= 80:
        return "double"
    return "circle" if legibility >= 60 else "triangle"


@cache
def lines(mark: str) -> list[Line]:
    """The mark's strokes as points in a square `SIDE` wide, close enough together to be joined straight."""
    return {
        "flower": [_spiral(2.6, 2.5, 4, 33) + _petals(2.6 + 5 * math.pi, 36, 8)],
        "double": [_ring(50, 0), _ring(31, 0.3)],
        "circle": [_ring(48, 0)],
        "triangle": [
            _bent([(61, 14), (50, 36), (32, 72), (14, 101)])
            + _bent([(14, 101), (42, 97.5), (80, 97), (107, 100)])
            + _bent([(107, 100), (94, 76), (75, 41), (59, 17)])
        ],
    }[mark]


def paths(mark: str) -> list[str]:
    """The `d` of every stroke; viewBox="0 0 120 120"."""
    return ["M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line) for line in lines(mark)]


def _ring(radius: float, tilt: float) -> Line:
    """It starts at the lower left and closes a little past its start, as with a brush in the hand."""
    return _spiral(2.2 + tilt, 1.06, radius, radius * 0.955)


def _spiral(start: float, turns: float, radius: float, end: float) -> Line:
    """A round line whose radius changes on the way."""
    steps = math.ceil(turns * 40)
    return [
        _at(start + part * turns * 2 * math.pi, radius + (end - radius) * part)
        for part in (step / steps for step in range(steps + 1))
    ]


def _petals(start: float, valley: float, count: int) -> Line:
    """Bulges all around, from valley to valley; no two quite alike."""
    step = 2 * math.pi * 1.02 / count
    line: Line = []
    for petal in range(count):
        angle, reach = start + petal * step, 63 + petal * 5 % 3 * 1.5
        around = [(angle, valley), (angle - step * 0.04, reach), (angle + step * 1.04, reach), (angle + step, valley)]
        line += _bent([_at(*corner) for corner in around])
    return line


def _bent(control: Line) -> Line:
    """A cubic Bézier curve."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = control
    return [
        (
            ax * (1 - t) ** 3 + 3 * bx * t * (1 - t) ** 2 + 3 * cx * t * t * (1 - t) + dx * t**3,
            ay * (1 - t) ** 3 + 3 * by * t * (1 - t) ** 2 + 3 * cy * t * t * (1 - t) + dy * t**3,
        )
        for t in (step / 16 for step in range(17))
    ]


def _at(angle: float, radius: float) -> tuple[float, float]:
    return 60 + radius * math.cos(angle), 60 + radius * math.sin(angle) * 0.97
