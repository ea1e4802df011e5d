"""What the pages draw: a character's glyph, how it is written step by step, and real ink.

All numbers are in words of SVG already: a template would write them in the page's language, 0,5 in French.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from django.utils.safestring import SafeString, mark_safe

from characters.drawing import ink_paths, reference_paths, stroke_starts

#: Points of ink closer together than this part of its area are one in a thumbnail.
_FINEST = 1 / 150
#: The pen's width in a drawing of ink, as a part of its area.
_PEN = 0.035


@cache
def glyph(literal: str) -> SafeString:
    """The `d` of all strokes of the reference; empty for a character that has none."""
    try:
        return mark_safe("".join(reference_paths(literal)))  # noqa: S308 - numbers of our own
    except KeyError:
        return SafeString("")


@dataclass(frozen=True)
class Step:
    """One stroke: its number, its path, what was written before it, and where it starts."""

    number: int
    path: SafeString
    before: SafeString
    start: tuple[str, str]


def steps(literal: str, order: Sequence[str] = ()) -> list[Step]:
    """The strokes of `literal` in `order`, numbers from 1; in the reference's own unless told."""
    return list(_steps(literal, tuple(order)))


@cache
def _steps(literal: str, order: tuple[str, ...]) -> tuple[Step, ...]:
    paths, starts = reference_paths(literal), stroke_starts(literal)
    places = [int(number) - 1 for number in order] or range(len(paths))
    in_order = [paths[place] for place in places]
    return tuple(
        Step(
            number + 1,
            SafeString(in_order[number]),
            SafeString("".join(in_order[:number])),
            (str(starts[place][0]), str(starts[place][1])),
        )
        for number, place in enumerate(places)
    )


@dataclass(frozen=True)
class Picture:
    """Ink as one path in a box of its own size."""

    path: SafeString
    box: str
    pen: str

    @classmethod
    def of_ink(cls, ink: dict[str, Any]) -> Self:
        width, height = ink["width"], ink["height"]
        strokes = [_thin(stroke, _FINEST * max(width, height)) for stroke in ink["strokes"]]
        path = "".join(ink_paths({"strokes": strokes}))
        return cls(SafeString(path), f"0 0 {width} {height}", f"{_PEN * max(width, height):.1f}")


def _thin(stroke: list[Any], distance: float) -> list[Any]:
    """Without the points that lie within `distance` of the one before; both ends stay."""
    kept = stroke[:1]
    for point in stroke[1:-1]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= distance:
            kept.append(point)
    return kept + stroke[1:][-1:]
