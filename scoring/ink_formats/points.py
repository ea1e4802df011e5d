"""Strokes as canvases and handwriting services have them: a list of points, or a list of each coordinate."""

from typing import Any

from ml.ink import WritingError

#: Largest time, ms: clocks count from 1970.
_LATEST = 1e16


def from_points(strokes: Any, max_points: int) -> list[list[list[Any]]]:
    """Strokes [x, y, t] of lists of {"x", "y", "time" or "t"} or [x, y, t], whose times may be missing.

    A stroke may also be an object with such a list as `points`, as signature_pad's toData() returns it.
    """
    if not isinstance(strokes, list):
        raise _malformed()
    listed: list[Any] = [stroke.get("points") if isinstance(stroke, dict) else stroke for stroke in strokes]
    if not all(isinstance(stroke, list) for stroke in listed):
        raise _malformed()
    if sum(map(len, listed)) > max_points:
        raise WritingError("too_many_points", f"Ink has at most {max_points} points.")
    return from_first([[_point(point) for point in stroke] for stroke in listed])


def from_columns(strokes: Any, max_points: int) -> list[list[list[Any]]]:
    """Strokes [x, y, t] of [[x, …], [y, …]] or [[x, …], [y, …], [t, …]]."""
    if not isinstance(strokes, list):
        raise _malformed()
    found: list[list[list[Any]]] = []
    left = max_points
    for columns in strokes:
        if not (isinstance(columns, list) and len(columns) in (2, 3) and all(isinstance(c, list) for c in columns)):
            raise _malformed()
        if len({len(column) for column in columns}) > 1:
            raise _malformed()
        left -= len(columns[0])
        if left < 0:
            raise WritingError("too_many_points", f"Ink has at most {max_points} points.")
        times = columns[2] if len(columns) == 3 else [None] * len(columns[0])
        found.append([list(point) for point in zip(columns[0], columns[1], times, strict=True)])
    return from_first(found)


def from_first(strokes: list[list[list[Any]]]) -> list[list[list[Any]]]:
    """The strokes with their times counted from the first point; 0 if no point has one."""
    points = [point for stroke in strokes for point in stroke]
    times = [point[2] for point in points]
    if all(time is None for time in times):
        times = [0] * len(points)
    elif not all(type(time) in (int, float) for time in times):
        raise _malformed()
    elif not all(abs(time) <= _LATEST for time in times):
        raise WritingError("out_of_range", "Each t is at most a day.")
    for point, time in zip(points, times, strict=True):
        point[2] = time - times[0]
    return strokes


def _point(point: Any) -> list[Any]:
    if isinstance(point, dict) and not {"time", "t"} <= point.keys():
        return [point.get("x"), point.get("y"), point.get("time", point.get("t"))]
    if isinstance(point, list) and len(point) in (2, 3):
        return [*point, None][:3]
    raise _malformed()


def _malformed() -> WritingError:
    return WritingError("malformed", "The strokes are lists of points.")
