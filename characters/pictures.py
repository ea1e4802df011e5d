"""Pictures for the pages: a character's glyph, its strokes step by step, and ink.

Numbers are formatted here, since a template would format them in the page's language, such as 0,5 in French.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from django.utils.safestring import SafeString, mark_safe

from characters.drawing import (
    ink_paths,
    number_points,
    reference_lines,
    reference_paths,
    variant_lines,
    variant_paths,
)

#: Fraction of the longer side of the writing area. Thumbnails drop points that are closer to the one before.
_FINEST = 1 / 150
#: Pen width as a fraction of the longer side of the writing area.
PEN = 0.035


@cache
def glyph(literal: str) -> SafeString:
    """The `d` attribute of all reference strokes together; empty for a character without a reference."""
    try:
        return mark_safe("".join(reference_paths(literal)))  # noqa: S308 - only numbers
    except KeyError:
        return SafeString("")


@dataclass(frozen=True)
class Step:
    """One stroke: its number from 1 and where to put it, its path, the path of all earlier strokes, and its start."""

    number: int
    path: SafeString
    before: SafeString
    start: tuple[str, str]
    label: tuple[str, str]


def steps(literal: str, order: Sequence[str] = ()) -> list[Step]:
    """The strokes of `literal` in `order`, a sequence of stroke numbers from 1; by default in the reference's order."""
    return list(_steps(literal, tuple(order)))


@cache
def _steps(literal: str, order: tuple[str, ...]) -> tuple[Step, ...]:
    return _steps_of(reference_paths(literal), reference_lines(literal), order)


def variant_steps(strokes: str) -> tuple[Step, ...]:
    """A variant's `strokes`, text as in `ml.strokes`."""
    return _steps_of(variant_paths(strokes), variant_lines(strokes))


def _steps_of(
    paths: Sequence[str], lines: Sequence[Sequence[tuple[float, float]]], order: Sequence[str] = ()
) -> tuple[Step, ...]:
    indices = [int(number) - 1 for number in order] or list(range(len(paths)))
    in_order = [paths[index] for index in indices]
    labels = number_points([lines[index] for index in indices])
    return tuple(
        Step(
            number + 1,
            SafeString(in_order[number]),
            SafeString("".join(in_order[:number])),
            _text(lines[index][0]),
            _text(labels[number]),
        )
        for number, index in enumerate(indices)
    )


def _text(point: tuple[float, float]) -> tuple[str, str]:
    x, y = point
    return str(round(x, 1)), str(round(y, 1))


@dataclass(frozen=True)
class Picture:
    """Ink as one SVG path, with its viewBox and its stroke width."""

    path: SafeString
    box: str
    pen: str

    @classmethod
    def of_ink(cls, ink: dict[str, Any]) -> Self:
        width, height = ink["width"], ink["height"]
        strokes = [_thin(stroke, _FINEST * max(width, height)) for stroke in ink["strokes"]]
        path = "".join(ink_paths({"strokes": strokes}))
        return cls(SafeString(path), f"0 0 {width} {height}", f"{PEN * max(width, height):.1f}")


def _thin(stroke: list[Any], distance: float) -> list[Any]:
    """`stroke` without points that lie within `distance` of the one before; keeps both ends."""
    kept = stroke[:1]
    for point in stroke[1:-1]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= distance:
            kept.append(point)
    return kept + stroke[1:][-1:]
