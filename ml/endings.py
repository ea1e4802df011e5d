"""How strokes end: とめ (stop), はね (hook) and はらい (sweep), as notes beside the remarks.

The school form of a kanji says how each stroke ends. The 2016 guideline of the Agency for Cultural Affairs
(常用漢字表の字体・字形に関する指針) lets most strokes end either way: a different end is worth a note and is no fault.
`endings.txt` has the ends of the references' strokes; `manage.py build_catalogue` writes it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.strokes import Strokes, resample

ENDINGS = Path(__file__).with_name("endings.txt")

#: Ends of a stroke, and how `endings.txt` abbreviates them; `-` for strokes that may end either way.
_ENDS = {"h": "hook", "s": "stop", "w": "sweep"}
#: The signs of Unicode's CJK strokes, as KanjiVG uses them, by the end of the stroke. Left out: dots, which are often
#: flicked towards the next stroke, and folds, whose last part looks like a long hook.
_SIGNS = {"h": "㇁㇂㇃㇆㇈㇉㇙㇚㇟㇡", "s": "㇐㇑", "w": "㇀㇏㇒㇓"}

_POINTS = 48
#: Points before the last corner from which the stroke's direction is taken.
_BEFORE = 6
#: Least length of a hook, as a fraction of the character's longer side.
_SHORTEST = 0.035
#: Greatest length of a hook, as a fraction of the stroke's.
_LONGEST = 0.33
#: Smallest turn of a hook, and turn below which a short end is plain, in degrees; in between it may be either.
_HOOKED, _PLAIN = 75, 50
#: The same for the hooks of references, some of which are round.
_HOOKED_IN_REFERENCE = 55
#: Largest ratio of a hook's length to the distance of its ends: hooks are straight.
_STRAIGHT = 1.2


@dataclass(frozen=True)
class Ending:
    """A stroke that ends differently from the school form; numbers from 0."""

    #: How it should end: hook, stop or sweep.
    code: str
    stroke: int
    reference: int


@cache
def endings() -> dict[str, str]:
    """For each kanji a letter for each stroke of its reference: h, s, w or -."""
    lines = ENDINGS.read_text(encoding="utf-8").splitlines()
    return {line[0]: line[2:] for line in lines}


def letters(types: Sequence[str], strokes: Strokes) -> str:
    """The ends of strokes with KanjiVG's `types`, as in `endings.txt`; - where type and drawing disagree."""
    turns = last_turns(strokes, side(strokes))
    return "".join(_letter(kind, turn) for kind, turn in zip(types, turns, strict=True))


def _letter(kind: str, turn: float) -> str:
    signs = [part[:1] for part in kind.split("/")]
    found = {letter for letter, known in _SIGNS.items() for sign in signs if sign and sign in known}
    if len(found) != 1 or not all(signs):
        return "-"
    [letter] = found
    fits = turn >= _HOOKED_IN_REFERENCE if letter == "h" else turn < _PLAIN
    return letter if fits else "-"


def differing(strokes: Strokes, character: str, pairs: Iterable[tuple[int, int]]) -> Iterator[Ending]:
    """The strokes that end differently from the school form of `character`, in writing order.

    `pairs`: a stroke and the reference's stroke that it stands for, as indexes. Strokes that might be either are left
    out, and so is what only pen timing would tell: whether a stroke without a hook stops or sweeps.
    """
    expected = endings().get(character, "")
    judged = [(written, reference, expected[reference]) for written, reference in sorted(pairs) if expected]
    judged = [each for each in judged if each[2] != "-"]
    turns = last_turns([strokes[written] for written, *_ in judged], side(strokes))
    for (written, reference, letter), turn in zip(judged, turns, strict=True):
        if turn < _PLAIN if letter == "h" else turn >= _HOOKED:
            yield Ending(_ENDS[letter], written, reference)


def side(strokes: Strokes) -> float:
    """The longer side of the box around all `strokes`."""
    points = np.concatenate(strokes)
    return max(float(np.ptp(points, axis=0).max()), 1e-6)


def last_turns(strokes: Strokes, size: float) -> list[float]:
    """Degrees, 0 to 180, by which each stroke turns into a short, straight last part; 0 for one that has none.

    `size`: the character's longer side, in the unit of `strokes`.
    """
    if not strokes:
        return []
    turns: list[float] = _turns(np.stack([resample(stroke, _POINTS) for stroke in strokes]), size).max(axis=1).tolist()
    return turns


def corner(stroke: NDArray[np.float32], size: float) -> int:
    """The index of the point of `stroke` at which its last part begins; `stroke` has `_POINTS` equidistant points."""
    return int(_turns(stroke[None], size).argmax())


def _turns(lines: NDArray[np.float32], size: float) -> NDArray[np.float64]:
    """(lines, points) the turn in degrees at each of the equidistant points; 0 where no last part can begin."""
    lines = lines.astype(np.float64)
    turns = np.zeros(lines.shape[:2])
    corners = np.arange(int((1 - _LONGEST) * _POINTS), _POINTS - 1)
    before = lines[:, corners] - lines[:, corners - _BEFORE]
    after = lines[:, -1:] - lines[:, corners]
    chord = np.hypot(after[..., 0], after[..., 1])
    length = np.hypot(*np.moveaxis(np.diff(lines, axis=1), -1, 0)).sum(axis=1, keepdims=True)
    tail = length * (_POINTS - 1 - corners) / (_POINTS - 1)
    fits = (length >= 3 * _SHORTEST * size) & (tail >= _SHORTEST * size)
    fits &= (tail <= _LONGEST * length) & (tail <= _STRAIGHT * chord)
    cosine = (before * after).sum(axis=-1) / np.maximum(np.hypot(before[..., 0], before[..., 1]) * chord, 1e-9)
    turns[:, corners] = np.where(fits, np.degrees(np.arccos(np.clip(cosine, -1, 1))), 0)
    return turns
