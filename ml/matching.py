"""Matching: which written strokes stand for which strokes of the reference.

Strokes are compared after scaling the longer side of the box around all of them to -1 to 1, each as `_POINTS` points at
equal distances.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from ml.strokes import Strokes, resample

#: Strokes (strokes, _POINTS, 2), and one of them (_POINTS, 2).
Sampled = NDArray[np.float64]
Line = NDArray[np.float64]

_POINTS = 16

# Costs of pairs, as mean distances of points; found on drawings of `tomoe` with strokes removed, joined or split.
#: Cost of a stroke without a counterpart.
_UNPAIRED = 0.5
#: Cost, beyond the distance, of each pen lift that is missing or superfluous.
_LIFT = 0.06
#: A stroke stands for one of several, not for all, if its difference from that one is less than this fraction of its
#: difference from all together; smaller for the pieces of a split stroke, each of which resembles the whole.
#: Higher finds more missing and extra strokes, and fewer joined and split ones.
_ALONE, _ALONE_OF_PIECES = 0.62, 0.35
#: When one stroke is distinguished from several: weight of the distance left when both are centred, beside the
#: distance as they lie, since a stroke may keep its shape in a wrong place; and weight of the difference in length,
#: since a stroke may end close to where the next one would, and yet be too short to stand for both.
_SHAPE, _LENGTH = 0.5, 0.1
#: Least saving at which another order is chosen over the right one: in all if the numbers of strokes differ, else per
#: stroke.
_OTHER_ORDER, _EXCHANGED = 0.4, 0.15
#: Numbers of consecutive strokes, written and of the reference, that may form a pair: plain, joined or split.
_RUNS = [(1, 1), (1, 2), (1, 3), (2, 1), (3, 1)]


@dataclass(frozen=True)
class Pair:
    """Written strokes that stand for one of the reference's, or one that stands for several; indexes from 0."""

    strokes: tuple[int, ...]
    reference: tuple[int, ...]

    @property
    def is_plain(self) -> bool:
        """True for one stroke and one of the reference's."""
        return len(self.strokes) == len(self.reference) == 1


def sampled(strokes: Strokes) -> Sampled:
    """`strokes` resampled, moved so that their box is centred at 0, and scaled so that its longer side is -1 to 1."""
    points = np.stack([resample(np.asarray(stroke, np.float32), _POINTS) for stroke in strokes]).astype(np.float64)
    low, high = points.min(axis=(0, 1)), points.max(axis=(0, 1))
    return (points - (low + high) / 2) / max(float((high - low).max()) / 2, 1e-6)


def joined(strokes: Sampled, indexes: Sequence[int]) -> Line:
    """The strokes at `indexes` as one line, as if the pen hadn't been lifted."""
    if len(indexes) == 1:
        return strokes[indexes[0]]
    return resample(np.concatenate(strokes[list(indexes)]).astype(np.float32), _POINTS).astype(np.float64)


def distances(written: Sampled, reference: Sampled) -> NDArray[np.float64]:
    """(written, reference): the mean distance of the points of each two strokes, in the nearer direction."""
    return np.minimum(apart(written[:, None], reference), apart(written[:, None, ::-1], reference))


def apart(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> NDArray[np.float64]:
    """(…) the mean distance of corresponding points of `ours` and `theirs`, (…, points, 2), which may broadcast."""
    apart: NDArray[np.float64] = np.sqrt(np.square(ours - theirs).sum(axis=-1)).mean(axis=-1)
    return apart


def lengths(strokes: Sampled) -> NDArray[np.float64]:
    """(strokes,) the length of each stroke."""
    found: NDArray[np.float64] = np.sqrt(np.square(np.diff(strokes, axis=1)).sum(axis=2)).sum(axis=1)
    return found


# ── Pairs ───────────────────────────────────────────────────


def match(written: Sampled, reference: Sampled) -> tuple[Sampled, list[Pair]]:
    """The written strokes aligned with the reference's, and the pairs of both.

    Two rounds: the pairs of the first align the strokes for the second.
    """
    pairs: list[Pair] = []
    for _ in range(2):
        cost, pairs = _assigned(written, reference)
        if len(written) != len(reference):
            cost_in_order, in_order = _aligned(written, reference)
            if cost_in_order < cost + _OTHER_ORDER:
                pairs = in_order
        if pairs:
            written = _overlaid(written, reference, pairs)
    return written, pairs


def _assigned(written: Sampled, reference: Sampled) -> tuple[float, list[Pair]]:
    """Cost and pairs of the cheapest assignment, one to one in any order, without exchanges that gain little."""
    cost = distances(written, reference)
    along = np.linspace(0, 1, len(written))[:, None] - np.linspace(0, 1, len(reference))
    assigned = dict(zip(*map(np.ndarray.tolist, linear_sum_assignment(cost + 0.02 * abs(along))), strict=True))
    if len(written) == len(reference):
        for exchanged in list(_cycles(assigned)):
            if np.mean([cost[i, i] - cost[i, assigned[i]] for i in exchanged]) < _EXCHANGED:
                assigned.update((i, i) for i in exchanged)
    near = {i: j for i, j in assigned.items() if cost[i, j] < 2 * _UNPAIRED}
    unpaired = len(written) + len(reference) - 2 * len(near)
    return sum(cost[i, j] for i, j in near.items()) + _UNPAIRED * unpaired, [Pair((i,), (j,)) for i, j in near.items()]


def _cycles(assigned: dict[int, int]) -> Iterator[list[int]]:
    """The cycles of the permutation `assigned`, without its fixed points."""
    moved = {i for i, j in assigned.items() if i != j}
    while moved:
        cycle = [min(moved)]
        while (following := assigned[cycle[-1]]) != cycle[0]:
            cycle.append(following)
        moved -= set(cycle)
        yield cycle


def _aligned(written: Sampled, reference: Sampled) -> tuple[float, list[Pair]]:
    """Cost and pairs of the cheapest alignment in order, with strokes missing, extra, joined and split.

    Source: Needleman and Wunsch 1970.
    """
    costs = {run: _run_costs(written, reference, *run) for run in _RUNS}
    best = np.zeros((len(written) + 1, len(reference) + 1))
    step: dict[tuple[int, int], tuple[int, int]] = {}
    for i, j in np.ndindex(best.shape):
        ways = [(best[i - a, j - b] + costs[a, b][i - a, j - b], a, b) for a, b in _RUNS if a <= i and b <= j]
        ways += [(best[i - 1, j] + _UNPAIRED, 1, 0)] if i else []
        ways += [(best[i, j - 1] + _UNPAIRED, 0, 1)] if j else []
        if ways:
            best[i, j], *chosen = min(ways)
            step[i, j] = chosen[0], chosen[1]
    pairs = []
    i, j = len(written), len(reference)
    while i or j:
        a, b = step[i, j]
        if a and b:
            pairs.append(Pair(tuple(range(i - a, i)), tuple(range(j - b, j))))
        i, j = i - a, j - b
    return float(best[-1, -1]), pairs[::-1]


def _run_costs(written: Sampled, reference: Sampled, a: int, b: int) -> NDArray[np.float64]:
    """The cost of pairing `a` written strokes with `b` of the reference, by the index of the first of each."""
    if len(written) < a or len(reference) < b:
        return np.empty((0, 0))
    ours = np.stack([joined(written, range(i, i + a)) for i in range(len(written) - a + 1)])
    theirs = np.stack([joined(reference, range(j, j + b)) for j in range(len(reference) - b + 1)])
    count = max(a, b)
    cost = count * (distances(ours, theirs) + _LIFT * (count - 1))
    # A stroke that is much more like one of several than like all of them: the others are missing or extra.
    alone = _ALONE if b > 1 else _ALONE_OF_PIECES
    single, (rows, columns) = _differences(written, reference), cost.shape
    likest = np.min([single[k : k + rows, m : m + columns] for k in range(a) for m in range(b)], axis=0)
    return cost + _UNPAIRED * (count - 1) * (likest < alone * _differences(ours, theirs))


def _differences(ours: Sampled, theirs: Sampled) -> NDArray[np.float64]:
    """(ours, theirs): how much each two strokes differ in place, shape and length; 0 for the same stroke."""
    shape = distances(_centred(ours), _centred(theirs))
    length = abs(lengths(ours)[:, None] - lengths(theirs))
    return (1 - _SHAPE) * distances(ours, theirs) + _SHAPE * shape + _LENGTH * length


def _centred(strokes: Sampled) -> Sampled:
    """Each stroke moved so that the mean of its points is 0."""
    centred: Sampled = strokes - strokes.mean(axis=1, keepdims=True)
    return centred


def _overlaid(written: Sampled, reference: Sampled, pairs: list[Pair]) -> Sampled:
    """`written`, moved and scaled by up to 1.6 along each axis for the best fit of the pairs."""
    ours = np.concatenate([joined(written, pair.strokes) for pair in pairs])
    theirs = np.concatenate([joined(reference, pair.reference) for pair in pairs])
    spread = ours.std(axis=0)
    ratio = theirs.std(axis=0) / np.maximum(spread, 1e-6)
    scale = np.where(spread > 0.15, ratio.clip(1 / 1.6, 1.6), 1)  # the breadth of a line is noise
    overlaid: Sampled = (written - ours.mean(axis=0)) * scale + theirs.mean(axis=0)
    return overlaid
