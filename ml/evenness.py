"""Whether a line is written evenly: size, place across the line, and spacing of its characters."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.context.alphabet import SHAPES, SMALL, shapes
from ml.strokes import REFERENCE_SIDE, Strokes, references

#: Most remarks on one line.
MOST = 3
#: Ratio of a character's size to the line's, or the inverse, that earns a remark; higher is more lenient.
#: A careful hand's characters differ by up to 1.25 from their references (`ml.assemble_words`).
_SIZE = 1.4
#: Distance from the line's middle, in sides of the line's square, that earns a remark; higher is more lenient.
_PLACE = 0.2
#: Ratio of the distance of two neighbours to the line's usual one, or the inverse; higher is more lenient.
_SPACING = 1.4
#: Fewest characters whose middle may slope, and fewest distances that have a usual one.
_SLOPE, _DISTANCES = 4, 3
#: A small kana, as a fraction of the large one of the same shape.
_SMALL = 0.6


@dataclass(frozen=True)
class LineRemark:
    """A remark on some characters of a line."""

    #: too_large, too_small; too_high, too_low, too_left, too_right; too_close, too_far.
    code: str
    #: Their positions, from 1.
    characters: list[int]


def remarks(text: str, cells: Sequence[Strokes], *, is_vertical: bool, is_one_surface: bool) -> list[LineRemark]:
    """At most `MOST` remarks on the line that says `text`, the most striking first.

    `cells`: the strokes of each character, all in one unit. `is_one_surface`: whether all were written on one surface;
    otherwise each has its own square, the distances between characters are unknown, and none is judged.
    """
    if len(cells) < 2:
        return []
    boxes = np.array([_box(strokes) for strokes in cells])
    expected = np.array([_reference_box(character) for character in text])
    sizes = np.ptp(boxes, axis=1).max(axis=1) / np.ptp(expected, axis=1).max(axis=1)
    side = float(np.median(sizes))
    if side <= 0:
        return []
    # (n, 2) the middle of the square in which each character stands.
    middles = boxes.mean(axis=1) - (expected.mean(axis=1) - 0.5) * side
    along = int(is_vertical)
    found = [*_sizes(sizes / side), *_places(middles[:, 1 - along] / side, is_vertical)]
    if is_one_surface and not any(character.isascii() for character in text):
        found += _distances(np.diff(middles[:, along]))
    return [remark for _, remark in sorted(found, key=lambda one: -one[0])[:MOST]]


def is_vertical(first: Strokes, last: Strokes) -> bool:
    """Whether a line with these characters at its ends runs downwards."""
    across, down = np.abs(_box(last).mean(axis=0) - _box(first).mean(axis=0))
    return bool(down > across)


def _box(strokes: Strokes) -> NDArray[np.floating]:
    """(2, 2) the lowest and the highest x and y."""
    points = np.concatenate(strokes)
    return np.stack([points.min(axis=0), points.max(axis=0)])


def _reference_box(character: str) -> NDArray[np.floating]:
    """(2, 2) the box of a character of a line, in a square of side 1."""
    box = _box(references()[shapes(character)[0]]) / REFERENCE_SIDE
    return 0.5 + (box - 0.5) * _SMALL if character in SMALL and character in SHAPES else box


#: How striking a remark is, 1 at its threshold, and the remark.
_Found = list[tuple[float, LineRemark]]


def _sizes(ratios: NDArray[np.floating]) -> _Found:
    return [
        (max(ratio, 1 / ratio) / _SIZE, LineRemark("too_large" if ratio > 1 else "too_small", [position]))
        for position, ratio in enumerate(map(float, np.maximum(ratios, 1e-3)), 1)
        if max(ratio, 1 / ratio) > _SIZE
    ]


def _places(across: NDArray[np.floating], is_vertical: bool) -> _Found:
    """`across`: where each character's middle is across the line, in sides."""
    numbers = np.arange(len(across))
    if len(across) >= _SLOPE:
        off = across - np.polyval(np.polyfit(numbers, across, 1), numbers)
    else:
        off = across - np.median(across)
    before, after = ("too_left", "too_right") if is_vertical else ("too_high", "too_low")
    return [
        (abs(distance) / _PLACE, LineRemark(before if distance < 0 else after, [position]))
        for position, distance in enumerate(map(float, off), 1)
        if abs(distance) > _PLACE
    ]


def _distances(steps: NDArray[np.floating]) -> _Found:
    """`steps`: from each character's middle to the next one's, along the line."""
    usual = float(np.median(steps))
    if len(steps) < _DISTANCES or usual <= 0:
        return []
    ratios = [max(float(step) / usual, 1e-3) for step in steps]
    return [
        (max(ratio, 1 / ratio) / _SPACING, LineRemark("too_far" if ratio > 1 else "too_close", [nth, nth + 1]))
        for nth, ratio in enumerate(ratios, 1)
        if max(ratio, 1 / ratio) > _SPACING
    ]
