"""Ink in the formats of other programs: the member that has the strokes, in place of `strokes`, names the format."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scoring.ink_formats import inkml, paths, points

#: The member of ink in the site's own format.
OWN = "strokes"


class Format(NamedTuple):
    #: Returns the strokes of the member; takes the largest number of points too. Raises WritingError.
    read: Callable[[Any, int], list[list[list[Any]]]]
    #: About how many strokes a member has that isn't checked yet.
    count: Callable[[Any], int]
    #: What the member must be.
    rule: str | Promise


def _length(member: Any) -> int:
    return len(member) if isinstance(member, list) else 0


FORMATS = {
    "points": Format(
        points.from_points,
        _length,
        _("“points” must be a list of strokes: lists of points {x, y} or [x, y], all with a time or none."),
    ),
    "columns": Format(
        points.from_columns,
        _length,
        _("“columns” must be a list of strokes: [[x, …], [y, …]] or [[x, …], [y, …], [t, …]], with as many of each."),
    ),
    "paths": Format(
        paths.from_paths,
        paths.count,
        _("“paths” must be a list of SVG path data with the commands M, L, H, V, C, S, Q, T and Z."),
    ),
    "inkml": Format(
        inkml.from_inkml,
        inkml.count,
        _("“inkml” must be an InkML document with one trace format, which has X and Y, and no document type."),
    ),
}


def formats_of(ink: Any) -> list[str]:
    """The members of `ink` that have strokes; ink that isn't checked yet may have none or several."""
    return [name for name in (OWN, *FORMATS) if name in ink] if isinstance(ink, dict) else []


def count(ink: Any) -> int:
    """About how many strokes ink has that isn't checked yet, in whatever format."""
    return sum(_length(ink[name]) if name == OWN else FORMATS[name].count(ink[name]) for name in formats_of(ink))
