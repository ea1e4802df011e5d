"""Accepted shapes of characters besides their references: people write several where KanjiVG draws one.

`hands.txt` was drawn for this project: kana, letters and digits as people write them. `kanji.txt` comes from KanjiVG's
variant files (`python -m ml.variants.kanji`): written and printed forms, with and without an optional dot. Each line
holds a character, a note on where the shape is used, and its strokes, separated by tabs. Voiced kana (が, ぱ) take the
shapes of their plain kana and the marks of their reference; small kana (ゃ) take the shapes of the large one.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.strokes import Strokes, parse, references, resample

_FOLDER = Path(__file__).parent
#: Points from one control point of a curve to the next.
_POINTS_PER_CURVE = 8
#: Units of the references in one unit of KanjiVG.
_UNIT = 10
#: Least distance between a voiced kana's marks and its other strokes, and the step in which marks move away from these.
_CLEAR, _STEP = 45, 20
#: Points of a stroke between which distances are measured.
_SAMPLES = 24
#: The shapes in `hands.txt` that form accepts, by their notes. The others are legible, but no teacher would show them.
_ACCEPTED_BY_FORM = {
    "き": ["handwriting, last strokes joined", "print, curve closed to the left"],
    "こ": ["handwriting, two lines"],
    "さ": ["handwriting, last strokes joined"],
    "し": ["handwriting, narrow", "school book, wide curve", "handwriting, flat foot"],
    "そ": [
        "two strokes, tick apart",
        "two strokes, tick apart, upright",
        "two strokes, line above",
        "one stroke, angular",
    ],
    "に": ["right part as two lines"],
    "り": ["print, hook to the right", "handwriting like リ"],
    "る": ["angular", "angular throughout"],
    "ろ": ["angular", "angular throughout"],
    "ヲ": ["written in two strokes"],
}
#: Small kana of the catalogue and the large ones with the same shape.
_LARGE = {"っ": "つ", "ゃ": "や", "ゅ": "ゆ", "ょ": "よ"}


@dataclass(frozen=True)
class Variant:
    """One accepted shape of `character`; `strokes` in the unit and the writing order of the references."""

    character: str
    #: The people who write this shape, or the print that has it; in English.
    note: str
    strokes: Strokes

    @property
    def stroke_count(self) -> int:
        return len(self.strokes)


@cache
def variants() -> dict[str, list[Variant]]:
    """Every character that has variants, with these: those of the files in their order, then the derived ones."""
    found: dict[str, list[Variant]] = {}
    for name, read in (("hands.txt", _curves), ("kanji.txt", parse)):
        for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines():
            character, note, strokes = line.split("\t")
            found.setdefault(character, []).append(Variant(character, note, read(strokes)))
    for character in references():
        if derived := list(_derived(character, found)):
            found[character] = found.get(character, []) + derived
    return found


@cache
def accepted() -> dict[str, list[Variant]]:
    """The variants that form accepts: those of kanji, and of kana the first of each note in `_ACCEPTED_BY_FORM`."""
    found: dict[str, list[Variant]] = {}
    for character, shapes in variants().items():
        plain = _LARGE.get(character, unicodedata.normalize("NFD", character)[0])
        notes = [shape.note for shape in shapes] if character >= "一" else _ACCEPTED_BY_FORM.get(plain, [])
        first = {shape.note: shape for shape in reversed(shapes)}
        if shown := [replace(first[note], note=note.removeprefix("handwriting, ")) for note in notes]:
            found[character] = shown
    return found


def _derived(character: str, found: dict[str, list[Variant]]) -> Iterator[Variant]:
    """The variants that `character` has from its plain or large kana."""
    for variant in found.get(_LARGE.get(character, ""), []):
        yield replace(variant, character=character)
    decomposed = unicodedata.normalize("NFD", character)
    if len(decomposed) > 1:  # a kana and its sound mark
        yield from (_voiced(variant, character) for variant in found.get(decomposed[0], []))


def _voiced(plain: Variant, character: str) -> Variant:
    """`plain`, moved to where the plain kana stands in the reference of `character`, with that reference's marks.

    The marks move to the right where a stroke of `plain` would touch them.
    """
    whole, body = references()[character], references()[plain.character]
    old_low, old_high = _box(body)
    low, high = _box(whole[: len(body)])
    scale = (high - low) / np.maximum(old_high - old_low, 1)
    moved = [((stroke - old_low) * scale + low).astype(np.float32) for stroke in plain.strokes]
    marks = whole[len(body) :]
    while _distance(moved, marks) < _CLEAR:
        marks = [mark + np.array([_STEP, 0], np.float32) for mark in marks]
    return Variant(character, plain.note, [*moved, *marks])


def _distance(some: Strokes, others: Strokes) -> float:
    """The smallest distance between a stroke of `some` and one of `others`."""
    one, other = (np.concatenate([resample(stroke, _SAMPLES) for stroke in strokes]) for strokes in (some, others))
    return float(np.linalg.norm(one[:, None] - other[None], axis=-1).min())


def _box(strokes: Strokes) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    points = np.concatenate(strokes)
    return points.min(axis=0), points.max(axis=0)


def _curves(text: str) -> Strokes:
    """Strokes from control points `x,y` in KanjiVG's unit; a curve ends and another begins at a corner, marked `!`."""
    return [_curve(stroke.split()) for stroke in text.split(";")]


def _curve(points: list[str]) -> NDArray[np.float32]:
    corners = [0, *(n for n, point in enumerate(points[1:-1], 1) if point.endswith("!")), len(points) - 1]
    control = _UNIT * np.array([point.rstrip("!").split(",") for point in points], dtype=np.float32)
    pieces = [_spline(control[first : last + 1]) for first, last in pairwise(corners)]
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
