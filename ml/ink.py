"""Ink, one list of [x, y, t] per stroke, and the check of ink that comes from outside."""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import numpy as np

from ml.strokes import Strokes

MAX_STROKES = 64
MAX_POINTS = 4096
#: The same of a free line, of several characters.
MAX_LINE_STROKES, MAX_LINE_POINTS = 200, 16_384
#: Largest side of the writing area, and largest distance of a coordinate from 0, CSS pixels.
MAX_COORDINATE = 100_000
#: Largest time of a point: a day.
MAX_MILLISECONDS = 24 * 60 * 60 * 1000
#: Longest time that counts as spent on one attempt, milliseconds.
_LONGEST = 5 * 60 * 1000


class Refusal(StrEnum):
    """Why ink or an image is refused."""

    MALFORMED = "malformed"
    NOT_FINITE = "not_finite"
    OUT_OF_RANGE = "out_of_range"
    NOTHING_WRITTEN = "nothing_written"
    TOO_MANY_STROKES = "too_many_strokes"
    TOO_MANY_POINTS = "too_many_points"
    UNKNOWN_IMAGE_FORMAT = "unknown_image_format"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PIXELS_FOR_FORMAT = "too_many_pixels_for_format"
    SEVERAL_CHARACTERS = "several_characters"
    UNREADABLE_IMAGE = "unreadable_image"


class WritingError(ValueError):
    """Ink or an image that is refused. `code`, the value of a Refusal, is for programs; the message is for people.

    `positions`, of an image: left, top, width and height of each character that was found, fractions of the image's
    width and height.
    """

    def __init__(self, code: str, message: str, positions: Sequence[Sequence[float]] = ()) -> None:
        super().__init__(message)
        self.code = Refusal(code)
        self.positions = [list(box) for box in positions]


def check(ink: Any, max_strokes: int = MAX_STROKES, max_points: int = MAX_POINTS) -> None:
    """Raise WritingError unless `ink` is {"width", "height", "strokes": [[[x, y, t], …], …]} within the limits.

    The width and height of the writing area, x and y are in CSS pixels; t in milliseconds from the first point.
    Codes: malformed, not_finite, out_of_range, nothing_written, too_many_strokes, too_many_points.
    """
    if not isinstance(ink, dict):
        raise WritingError("malformed", "Ink is an object with width, height and strokes.")
    for side in ("width", "height"):
        if not _is_number(ink.get(side)):
            raise WritingError("malformed", f"The ink's {side} is a number.")
        if not 0 < ink[side] <= MAX_COORDINATE:
            raise WritingError("out_of_range", f"The ink's {side} is more than 0 and at most {MAX_COORDINATE}.")
    strokes = ink.get("strokes")
    if not isinstance(strokes, list):
        raise WritingError("malformed", "The ink's strokes are a list of lists of points.")
    if len(strokes) > max_strokes:
        raise WritingError("too_many_strokes", f"Ink has at most {max_strokes} strokes.")
    if not all(isinstance(stroke, list) for stroke in strokes):
        raise WritingError("malformed", "The ink's strokes are a list of lists of points.")
    if not any(strokes):
        raise WritingError("nothing_written", "Nothing was written.")
    if not all(strokes):
        raise WritingError("malformed", "Each stroke has at least one point.")
    if sum(map(len, strokes)) > max_points:
        raise WritingError("too_many_points", f"Ink has at most {max_points} points.")
    for stroke in strokes:
        for point in stroke:
            _check_point(point)


def _check_point(point: Any) -> None:
    if not (isinstance(point, list) and len(point) == 3 and all(map(_is_number, point))):
        raise WritingError("malformed", "Each point is three numbers: x, y, t.")
    if not all(isinstance(number, int) or math.isfinite(number) for number in point):
        raise WritingError("not_finite", "Each point is three finite numbers.")
    if max(abs(point[0]), abs(point[1])) > MAX_COORDINATE or abs(point[2]) > MAX_MILLISECONDS:
        raise WritingError("out_of_range", f"Each x and y is at most {MAX_COORDINATE} from 0, each t at most a day.")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def strokes(ink: dict[str, Any]) -> Strokes:
    """The strokes of checked `ink` as arrays (points, 2), without times."""
    return [np.array(stroke, dtype=np.float32)[:, :2] for stroke in ink["strokes"]]


def duration(ink: Any) -> int:
    """Milliseconds from the first point of checked `ink` to its last, at most 5 minutes; 0 without ink."""
    times = [point[2] for stroke in ink["strokes"] for point in stroke] if ink else [0]
    return int(min(max(times) - min(times), _LONGEST))
