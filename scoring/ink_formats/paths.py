"""SVG path data as strokes. There are no arcs in handwriting, and none are read."""

import math
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from ml.ink import WritingError

_NUMBER = r"[-+]?(?:\d++\.?\d*+|\.\d++)(?:[eE][-+]?\d++)?+"
_NUMBERS = re.compile(_NUMBER, re.ASCII)
_COMMAND = re.compile(rf"\s*+([MLHVCSQTZ])((?:[\s,]*+{_NUMBER})*+)[\s,]*+", re.ASCII | re.IGNORECASE)
#: How many numbers each command takes, once or several times.
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "Z": 0}
#: Angle by which a curve may turn from one of its points to the next, radians; and its most parts.
_TURN, _MOST_PARTS = 0.15, 32


def from_paths(paths: Any, max_points: int) -> list[list[list[Any]]]:
    """Strokes [x, y, 0] of a list of path data; each subpath is a stroke, and curves become short lines."""
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise _malformed()
    strokes: list[list[list[Any]]] = []
    left = max_points
    for path in paths:
        for begins, point in _points(path):
            if begins:
                strokes.append([])
            strokes[-1].append([point.real, point.imag, 0])
            left -= 1
            if left < 0:
                raise WritingError("too_many_points", f"Ink has at most {max_points} points.")
    return strokes


def count(paths: Any) -> int:
    """About how many strokes: the commands that begin one."""
    return sum(path.upper().count("M") for path in paths if isinstance(path, str)) if isinstance(paths, list) else 0


def _points(path: str) -> Iterator[tuple[bool, complex]]:
    """Each point of a path, and whether a stroke begins there. Complex numbers are points: x + yj."""
    start = at = control = 0j
    last = ""
    for command, values in _commands(path):
        kind = command.upper()
        if kind != "M" and not last:
            raise _malformed()
        origin = at if command.islower() else 0j
        if kind == "M":
            start = at = origin + complex(*values)
            yield True, at
        elif kind == "Z":
            at = start
            yield False, at
        else:
            # S and T begin as the curve before them ended, if that was one of the same degree.
            mirrored = 2 * at - control if last in {"S": "CS", "T": "QT"}.get(kind, "") else at
            curve = [at, *_controls(kind, values, origin, at, mirrored)]
            for point in _flat(curve):
                yield False, point
            control, at = curve[-2], curve[-1]
        last = kind


def _commands(path: str) -> Iterator[tuple[str, list[float]]]:
    """Each command with the numbers that it takes once; repetitions are written out."""
    place = 0
    while place < len(path):
        found = _COMMAND.match(path, place)
        if not found:
            raise _malformed()
        command, place = found[1], found.end()
        takes, numbers = _TAKES[command.upper()], _NUMBERS.findall(found[2])
        if not takes and not numbers:
            yield command, []
            continue
        if not takes or not numbers or len(numbers) % takes:
            raise _malformed()
        for first in range(0, len(numbers), takes):
            values = [float(number) for number in numbers[first : first + takes]]
            if not all(map(math.isfinite, values)):
                raise WritingError("not_finite", "Each number is finite.")
            yield command, values
            command = {"M": "L", "m": "l"}.get(command, command)


def _controls(kind: str, values: list[float], origin: complex, at: complex, mirrored: complex) -> list[complex]:
    """The control points of a line or a curve after the first, which is `at`."""
    if kind == "H":
        return [complex(origin.real + values[0], at.imag)]
    if kind == "V":
        return [complex(at.real, origin.imag + values[0])]
    points = [origin + complex(x, y) for x, y in zip(values[::2], values[1::2], strict=True)]
    return [mirrored, *points] if kind in "ST" else points


def _flat(curve: list[complex]) -> Iterator[complex]:
    """Points of the Bézier curve with these control points, from the second on, close enough to show its shape."""
    legs = [b - a for a, b in pairwise(curve) if a != b]
    angles = [math.atan2(leg.imag, leg.real) for leg in legs]  # cmath.phase fails where the angle is tiny
    turn = sum(abs(math.remainder(b - a, math.tau)) for a, b in pairwise(angles))
    if math.isnan(turn):
        raise WritingError("not_finite", "The numbers are too large.")
    parts = min(max(math.ceil(turn / _TURN), 1), _MOST_PARTS)
    for part in range(1, parts):
        t, points = part / parts, curve
        while len(points) > 1:  # de Casteljau
            points = [a + (b - a) * t for a, b in pairwise(points)]
        yield points[0]
    yield curve[-1]


def _malformed() -> WritingError:
    return WritingError("malformed", "The path can't be read.")
