"""The marks that a Japanese teacher puts under a character, drawn as by hand: 花まる and the three below it.

The front end has the same drawings in frontend/src/marks.generated.ts, and the thresholds in limits.generated.ts.
"""

import math
from functools import cache

from characters.drawing import Bezier, along
from ml import legibility

#: Side of the square that the marks are drawn in.
SIDE = 120
#: The mark of each band.
OF_BAND = {
    "textbook": "flower",
    "clear": "double",
    "readable": "circle",
    "doubtful": "triangle",
    "misread": "triangle",
}

Line = list[tuple[float, float]]
Curve = list[Bezier]


def thresholds() -> dict[str, int]:
    """Each mark with the lowest legibility that earns it, best mark first."""
    return {OF_BAND[band]: score for score, band in legibility.BANDS}


def ranges() -> dict[str, tuple[int, int]]:
    """Each mark with the lowest and the highest legibility that earns it, best mark first."""
    highest, found = 100, {}
    for mark, lowest in thresholds().items():
        found[mark] = lowest, highest
        highest = lowest - 1
    return found


@cache
def curves(mark: str) -> list[Curve]:
    """The mark's strokes, each as connected Bézier curves in a square `SIDE` wide."""
    return {
        "flower": [_flower()],
        "double": [_ring(50, 0), _ring(31, 0.3)],
        "circle": [_ring(48, 0)],
        "triangle": [_triangle()],
    }[mark]


def lines(mark: str) -> list[Line]:
    """The same strokes as points, close enough together to be joined by straight lines."""
    return [[curve[0][0], *(point for part in curve for point in along(part)[1:])] for curve in curves(mark)]


def paths(mark: str) -> list[str]:
    """The SVG path data (`d`) of each stroke; viewBox="0 0 120 120"."""
    return [f"M{_points([curve[0][0]])}" + "".join(f"C{_points(part[1:])}" for part in curve) for curve in curves(mark)]


def _points(points: tuple[tuple[float, float], ...] | Line) -> str:
    return " ".join(f"{length:.1f}".removesuffix(".0") for point in points for length in point)


def _ring(radius: float, tilt: float) -> Curve:
    """A ring that starts at the lower left and closes a little past its start, as one drawn by hand does."""
    return _spiral(2.2 + tilt, 1.06, radius, radius * 0.955)


def _flower() -> Curve:
    """One stroke: a spiral from the middle outwards, then eight petals around it, of three sizes."""
    curve = _spiral(2.6, 2.5, 4, 33)
    angle, step = 2.6 + 2.5 * 2 * math.pi, 2 * math.pi * 1.02 / 8
    for petal in range(8):
        reach = 63 + petal * 5 % 3 * 1.5
        handles = _at(angle - step * 0.04, reach), _at(angle + step * 1.04, reach)
        angle += step
        curve.append((curve[-1][3], *handles, _at(angle, 36)))
    return curve


def _triangle() -> Curve:
    top, left, right = (61, 14), (14, 101), (107, 100)
    return [
        (top, (50, 36), (32, 72), left),
        (left, (42, 97.5), (80, 97), right),
        (right, (94, 76), (75, 41), (59, 17)),
    ]


def _spiral(start: float, turns: float, radius: float, end: float) -> Curve:
    """A spiral from angle `start` (radians), whose radius changes steadily from `radius` to `end`."""
    pieces = math.ceil(turns * 6)
    step = turns * 2 * math.pi / pieces
    growth = (end - radius) / pieces / step
    #: Length of a handle per unit of speed, as for an arc of a circle.
    handle = 4 / 3 * math.tan(step / 4)
    curve = []
    for piece in range(pieces):
        a, b = start + piece * step, start + (piece + 1) * step
        r, s = radius + growth * piece * step, radius + growth * (piece + 1) * step
        (ax, ay), (bx, by) = _at(a, r), _at(b, s)
        (au, av), (bu, bv) = _speed(a, r, growth), _speed(b, s, growth)
        curve.append(((ax, ay), (ax + au * handle, ay + av * handle), (bx - bu * handle, by - bv * handle), (bx, by)))
    return curve


#: The marks are a little wider than high.
_FLATTENED = 0.97


def _at(angle: float, radius: float) -> tuple[float, float]:
    return SIDE / 2 + radius * math.cos(angle), SIDE / 2 + radius * math.sin(angle) * _FLATTENED


def _speed(angle: float, radius: float, growth: float) -> tuple[float, float]:
    """The derivative of `_at` by the angle, where the radius grows by `growth` per radian."""
    along_x = growth * math.cos(angle) - radius * math.sin(angle)
    along_y = growth * math.sin(angle) + radius * math.cos(angle)
    return along_x, along_y * _FLATTENED
