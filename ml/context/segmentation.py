"""Splits a free line of ink into what may be its characters.

Strokes that overlap along the line belong to one piece, whatever their order in time. A character is one piece or some
neighbouring ones (い, 川, 明): which, the decoder decides together with the reading.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_expit

from ml.strokes import Strokes

#: Strokes belong together if they overlap along the line by more than this fraction of the shorter one.
_OVERLAP = 0.35
#: Most pieces of a character, and its greatest length along the line as a multiple of the line's width.
_MOST_PIECES, _LONGEST = 7, 1.5
#: The odds that a gap between two pieces parts two characters: even at a gap of _EVEN line widths, times e for each
#: 1 / _SLOPE more. Fitted to lines put together from real drawings.
_EVEN, _SLOPE = -0.02, 30.0
#: Limits of the odds' logarithm: however wide the gap, it may be one inside い or 川.
_LEAST_ODDS, _MOST_ODDS = -4.0, 2.0
#: A line is vertical if it is this many times as high as wide.
_VERTICAL = 1.3


@dataclass(frozen=True)
class Part:
    """Strokes of a line that may be one character: the pieces from `start` until before `end`."""

    start: int
    end: int
    strokes: Strokes
    #: ln of the probability that the line is split at `start` and `end`, of which each counts half, and not between.
    log: float
    #: Longer side as a fraction of the line's width.
    size: float
    #: Widest gap between its pieces, as a fraction of the line's width; below 0 if they overlap or there is only one.
    gap: float


def is_vertical(strokes: Strokes) -> bool:
    """Whether the line is written from top to bottom."""
    width, height = np.ptp(np.concatenate(strokes), axis=0)
    return bool(height > _VERTICAL * width)


def parts(strokes: Strokes) -> list[Part]:
    """All that may be a character of the line `strokes`, in the order of their starts."""
    axis = int(is_vertical(strokes))
    pieces = _pieces(strokes, axis)
    low, high = (np.array([edge(np.concatenate(piece)[:, axis]) for piece in pieces]) for edge in (np.min, np.max))
    width = _width(pieces, axis)
    gaps = (low[1:] - np.maximum.accumulate(high)[:-1]) / width
    odds = np.clip(_SLOPE * (gaps - _EVEN), _LEAST_ODDS, _MOST_ODDS)
    log_split, log_joined = (np.concatenate([[0], log_expit(sign * odds), [0]]) for sign in (1, -1))
    found = []
    for start in range(len(pieces)):
        for end in range(start + 1, min(start + _MOST_PIECES, len(pieces)) + 1):
            if end > start + 1 and high[start:end].max() - low[start] > _LONGEST * width:
                break
            own = [stroke for piece in pieces[start:end] for stroke in piece]
            log = (log_split[start] + log_split[end]) / 2 + log_joined[start + 1 : end].sum()
            size = float(np.ptp(np.concatenate(own), axis=0).max() / width)
            gap = float(gaps[start : end - 1].max(initial=-1))
            found.append(Part(start, end, own, float(log), size, gap))
    return found


def _pieces(strokes: Strokes, axis: int) -> list[Strokes]:
    """The strokes that overlap along `axis`, together; in the order of the line, each in the order of writing."""
    low, high = (np.array([edge(stroke[:, axis]) for stroke in strokes]) for edge in (np.min, np.max))
    groups: list[list[int]] = []
    until = -np.inf
    for index in np.lexsort((high, low)):
        shorter = min(high[index] - low[index], np.inf if not groups else max(high[i] - low[i] for i in groups[-1]))
        if groups and until - low[index] > _OVERLAP * shorter:
            groups[-1].append(int(index))
        else:
            groups.append([int(index)])
        until = max(until, high[index])
    return [[strokes[index] for index in sorted(group)] for group in groups]


def _width(pieces: list[Strokes], axis: int) -> float:
    """The size of the line's characters: its extent across `axis`, or a piece's along it if that is more."""
    boxes = np.array([np.ptp(np.concatenate(piece), axis=0) for piece in pieces])
    points = np.concatenate([stroke for piece in pieces for stroke in piece])
    return float(max(np.ptp(points[:, 1 - axis]), boxes[:, axis].max(), 1e-6))
