"""Accepted shapes of characters besides their references: hands have several where KanjiVG draws one.

`hands.txt` was drawn for this project: kana, letters and digits as people write them. `kanji.txt` comes from KanjiVG's
variant files (`python -m ml.variants.kanji`): written and printed forms, with and without an optional dot. Each line
holds the character, a note on where the shape is used, and its strokes, separated by tabs.
"""

import itertools
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.strokes import Strokes, parse

_FOLDER = Path(__file__).parent
#: Points between two control points of a curve.
_POINTS_PER_CURVE = 8
#: Tenths of KanjiVG's unit, in which references are given.
_UNIT = 10


@dataclass(frozen=True)
class Variant:
    """One accepted shape of `character`; `strokes` in the unit and order of the references."""

    character: str
    note: str
    strokes: Strokes


@cache
def variants() -> dict[str, list[Variant]]:
    """The variants of every character that has some, in the files' order."""
    found: dict[str, list[Variant]] = {}
    for name, read in (("hands.txt", _curves), ("kanji.txt", parse)):
        for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines():
            character, note, strokes = line.split("\t")
            found.setdefault(character, []).append(Variant(character, note, read(strokes)))
    return found


def _curves(text: str) -> Strokes:
    """Strokes from control points `x,y` in units of the 109-wide square; `!` marks a corner, at which a new curve
    begins.
    """
    return [_curve(stroke.split()) for stroke in text.split(";")]


def _curve(points: list[str]) -> NDArray[np.float32]:
    corners = [0, *(n for n, point in enumerate(points[1:-1], 1) if point.endswith("!")), len(points) - 1]
    control = _UNIT * np.array([point.rstrip("!").split(",") for point in points], dtype=np.float32)
    pieces = [_spline(control[first : last + 1]) for first, last in itertools.pairwise(corners)]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def _spline(control: NDArray[np.float32]) -> NDArray[np.float32]:
    """A Catmull-Rom spline through the control points (n, 2), n ≥ 2 (Catmull and Rom 1974)."""
    if len(control) == 2:
        return control
    padded = np.concatenate([[2 * control[0] - control[1]], control, [2 * control[-1] - control[-2]]])
    t = np.linspace(0, 1, _POINTS_PER_CURVE, endpoint=False, dtype=np.float32)[:, None]
    spans = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False)
    ]
    return np.concatenate([*spans, control[-1:]]).astype(np.float32)
