"""The reference strokes of every character of the catalogue.

`references.txt` has one line per character: the character, a space, then its strokes in stroke order, separated by `;`.
A stroke is its points, separated by spaces; a point is `x,y`, in tenths of KanjiVG's unit (its square is 109 wide).
`manage.py build_catalogue` writes it.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

REFERENCES = Path(__file__).with_name("references.txt")

#: Side of the square that contains the reference coordinates.
REFERENCE_SIDE = 1090

#: One (points, 2) float32 array of x, y per stroke; y grows downwards.
Strokes = list[NDArray[np.float32]]


class References(Mapping[str, Strokes]):
    """Strokes by character, parsed when they are asked for: parsed, all of them take ten times the memory."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._unparsed = {line[0]: line[2:] for line in lines}

    def __getitem__(self, character: str) -> Strokes:
        return _parse(self._unparsed[character])

    def __contains__(self, character: object) -> bool:
        return character in self._unparsed

    def __iter__(self) -> Iterator[str]:
        return iter(self._unparsed)

    def __len__(self) -> int:
        return len(self._unparsed)


@cache
def references() -> References:
    """The reference strokes of each character, in catalogue order; coordinates 0 to `REFERENCE_SIDE`."""
    return References(REFERENCES.read_text(encoding="utf-8").splitlines())


def parse(text: str) -> Strokes:
    """The strokes in one line of `references.txt`, without its character."""
    return [np.array(stroke.replace(",", " ").split(), np.float32).reshape(-1, 2) for stroke in text.split(";")]


_parse = lru_cache(maxsize=500)(parse)


def dump(strokes: Iterable[NDArray[np.floating]]) -> str:
    """The inverse of `parse`; coordinates are rounded to whole numbers."""
    return ";".join(" ".join(f"{x:.0f},{y:.0f}" for x, y in stroke) for stroke in strokes)


def resample(stroke: NDArray[np.float32], points: int) -> NDArray[np.float32]:
    """(points, 2) points at equal distances along `stroke` (n, 2); a dot is repeated."""
    if len(stroke) == 1:
        return np.repeat(stroke, points, axis=0)
    steps = np.hypot(*np.diff(stroke, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.linspace(0, along[-1], points)
    return np.stack([np.interp(at, along, stroke[:, axis]) for axis in (0, 1)], axis=1).astype(np.float32)
