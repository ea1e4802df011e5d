"""Form: compares ink with the character's reference strokes, for a score and remarks.

Form is what a teacher looks at and a reader doesn't: the number, order, direction, size and position of strokes. Latin
letters and digits have no such rules, and get no form. Strokes are compared after scaling the longer side of the box
around all of them to -1 to 1, each as `_POINTS` points at equal distances.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from ml.strokes import Strokes, references, resample

PARTS = Path(__file__).with_name("parts.txt")

#: Strokes (strokes, _POINTS, 2), and one of them (_POINTS, 2).
Sampled = NDArray[np.float64]
Line = NDArray[np.float64]

_POINTS = 16
#: Most remarks; the most useful come first.
_MOST = 3

# Costs of pairs, as mean distances of points; found on drawings of `tomoe` with strokes removed, joined or split.
#: Cost of a stroke without a counterpart.
_UNPAIRED = 0.5
#: Cost, beyond the distance, of each pen lift that is missing or superfluous.
_LIFT = 0.06
#: Least saving at which another order is chosen over the right one: in all if the numbers of strokes differ, else per
#: stroke.
_OTHER_ORDER, _EXCHANGED = 0.4, 0.15
#: Numbers of consecutive strokes, written and of the reference, that may form a pair: plain, joined or split.
_RUNS = [(1, 1), (1, 2), (1, 3), (2, 1), (3, 1)]

# Remark thresholds. Of 692 careful kanji (Kanji Canvas) at most one in a hundred passes each of the last four; of 1,336
# quick ones (tomoe) some three in a hundred.
#: Form isn't judged if a smaller fraction of the reference's strokes is paired; lower is more lenient.
_ENOUGH = 0.5
#: Form isn't judged if the mean distance of the pairs is larger; higher is more lenient.
_UNLIKE = 0.4
#: A stroke is reversed if it is nearer the other way round by this fraction of its length; higher is more lenient.
_REVERSED = 0.25
#: Largest distance of a stroke's centre from its place; higher is more lenient.
_ASTRAY = 0.32
#: Largest ratio of a stroke's extent to the reference's; higher is more lenient.
_LONGER = 1.65
#: Smallest such ratio; lower is more lenient. Quick hands shorten more than they lengthen.
_SHORTER = 0.42
#: Largest ratio of a part's width or height to the reference's, or the inverse; higher is more lenient.
_PART_RATIO = 1.46
#: Length of a stroke below which its direction isn't judged, and extent below which its size isn't.
_DOT, _STROKE = 0.4, 0.5

#: Kana that are written small, and the large ones of the same shape.
_SMALL, _LARGE = "っゃゅょ", "つやゆよ"
#: Largest box of a small one and smallest of a large one, as fractions of the writing area's side.
_LARGEST, _SMALLEST = 0.65, 0.3


@dataclass(frozen=True)
class Remark:
    """One fault. `strokes` are those of the attempt, `reference` those of the reference, both counted from 1."""

    code: str
    strokes: list[int] = field(default_factory=list)
    reference: list[int] = field(default_factory=list)
    #: The direction in which a stroke should go or was moved: left, right, up, down; or the part: left, right, top,
    #: bottom.
    where: str = ""


@dataclass(frozen=True)
class Form:
    """The form of an attempt: `score` 0 to 100, and at most three remarks, the most useful first."""

    score: int
    remarks: list[Remark]


@dataclass(frozen=True)
class Pair:
    """Written strokes that stand for one of the reference's, or one that stands for several; indexes from 0."""

    strokes: tuple[int, ...]
    reference: tuple[int, ...]

    @property
    def is_plain(self) -> bool:
        """True for one stroke and one of the reference's."""
        return len(self.strokes) == len(self.reference) == 1


def has_form(character: str) -> bool:
    """True for kana and kanji, whose strokes have rules."""
    return character >= "ぁ"


@cache
def parts() -> dict[str, dict[str, range]]:
    """The reference's strokes, indexes from 0, of each part (left, right, top, bottom), by character."""
    found: dict[str, dict[str, range]] = {}
    for line in PARTS.read_text(encoding="utf-8").splitlines():
        character, *places = line.split(" ")
        for place in places:
            name, first, last = place.split(":")
            found.setdefault(character, {})[name] = range(int(first) - 1, int(last))
    return found


def judge(
    strokes: Strokes, character: str, *, side: float | None = None, orders: Sequence[Sequence[int]] = ()
) -> Form | None:
    """The form of `strokes` as `character`; None if its strokes have no rules, or the strokes don't resemble it.

    `strokes`: arrays (points, 2), y downwards, in the unit of `side`.
    `side`: the writing area's shorter side, if known; without it the size of small kana isn't judged.
    `orders`: accepted stroke orders besides the reference's, each a permutation of its strokes from 1.
    """
    if not has_form(character):
        return None
    reference = _reference(character)
    written, pairs = match(sampled(strokes), reference)
    if sum(len(pair.reference) for pair in pairs) < _ENOUGH * len(reference):
        return None
    ours = np.stack([joined(written, pair.strokes) for pair in pairs])
    theirs = np.stack([joined(reference, pair.reference) for pair in pairs])
    onward, backward = _apart(ours, theirs), _apart(ours[:, ::-1], theirs)
    far = np.minimum(onward, backward).mean()
    if far > _UNLIKE:
        return None
    number = [*_without_counterpart(pairs, len(written), len(reference)), *_joined_and_split(pairs)]
    order = _out_of_order(pairs, orders)
    plain = np.array([pair.is_plain for pair in pairs])
    is_reversed = plain & (_lengths(theirs) > _DOT) & (onward - backward > _REVERSED * _lengths(theirs))
    reversals = [
        Remark("direction", *_numbers(pairs[i]), _direction(theirs[i, -1] - theirs[i, 0]))
        for i in np.flatnonzero(is_reversed)
    ]
    proportion = _parts(written, reference, pairs, character)
    if len(pairs) > 1 and plain.any():
        proportion += [*_astray(pairs, ours, theirs, plain), *_stretched(pairs, ours, theirs, plain)]
    if side:
        proportion += _size(strokes, character, side)
    lost = 40 * np.clip((far - 0.06) / 0.24, 0, 1)
    lost += sum(8 if remark.code in ("joined", "split") else 20 for remark in number)
    lost += 10 * len(order) + 8 * len(reversals) + 4 * len(proportion)
    remarks = [*number, *order, *reversals, *proportion]
    return Form(max(0, round(100 - float(lost))), remarks[:_MOST])


def sampled(strokes: Strokes) -> Sampled:
    """`strokes` resampled, moved so that their box is centred at 0, and scaled so that its longer side is -1 to 1."""
    points = np.stack([resample(np.asarray(stroke, np.float32), _POINTS) for stroke in strokes]).astype(np.float64)
    low, high = points.min(axis=(0, 1)), points.max(axis=(0, 1))
    return (points - (low + high) / 2) / max(float((high - low).max()) / 2, 1e-6)


@cache
def _reference(character: str) -> Sampled:
    return sampled(references()[character])


def joined(strokes: Sampled, indexes: Sequence[int]) -> Line:
    """The strokes at `indexes` as one line, as if the pen hadn't been lifted."""
    if len(indexes) == 1:
        return strokes[indexes[0]]
    return resample(np.concatenate(strokes[list(indexes)]).astype(np.float32), _POINTS).astype(np.float64)


def distances(written: Sampled, reference: Sampled) -> NDArray[np.float64]:
    """(written, reference): the mean distance of the points of each two strokes, in the nearer direction."""
    return np.minimum(_apart(written[:, None], reference), _apart(written[:, None, ::-1], reference))


def _apart(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean distance of corresponding points; the last two axes are points and x, y."""
    apart: NDArray[np.float64] = np.sqrt(np.square(ours - theirs).sum(axis=-1)).mean(axis=-1)
    return apart


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
    return count * (distances(ours, theirs) + _LIFT * (count - 1))


def _overlaid(written: Sampled, reference: Sampled, pairs: list[Pair]) -> Sampled:
    """`written`, moved and scaled by up to 1.6 along each axis for the best fit of the pairs."""
    ours = np.concatenate([joined(written, pair.strokes) for pair in pairs])
    theirs = np.concatenate([joined(reference, pair.reference) for pair in pairs])
    spread = ours.std(axis=0)
    ratio = theirs.std(axis=0) / np.maximum(spread, 1e-6)
    scale = np.where(spread > 0.15, ratio.clip(1 / 1.6, 1.6), 1)  # the breadth of a line is noise
    overlaid: Sampled = (written - ours.mean(axis=0)) * scale + theirs.mean(axis=0)
    return overlaid


def counterparts(strokes: Strokes, character: str) -> list[tuple[int, int]]:
    """(number of a written stroke, number of the stroke of the reference of `character` that it stands for), from 1.

    A joined stroke stands for several, and several stand for a split one. Strokes without a counterpart are left out.
    """
    _, pairs = match(sampled(strokes), _reference(character))
    return sorted((i + 1, j + 1) for pair in pairs for i in pair.strokes for j in pair.reference)


# ── Remarks ────────────────────────────────────────────────────────────


def _without_counterpart(pairs: list[Pair], written: int, reference: int) -> list[Remark]:
    """Missing and extra strokes; one of each together is a stroke of the wrong shape."""
    paired = {stroke for pair in pairs for stroke in pair.strokes}
    found = {stroke for pair in pairs for stroke in pair.reference}
    extra = [i + 1 for i in range(written) if i not in paired]
    missing = [j + 1 for j in range(reference) if j not in found]
    both = min(len(extra), len(missing))
    return [
        *(Remark("shape", [i], [j]) for i, j in zip(extra, missing, strict=False)),
        *(Remark("missing", reference=[j]) for j in missing[both:]),
        *(Remark("extra", strokes=[i]) for i in extra[both:]),
    ]


def _joined_and_split(pairs: list[Pair]) -> list[Remark]:
    return [
        Remark("joined" if len(pair.reference) > 1 else "split", *_numbers(pair)) for pair in pairs if not pair.is_plain
    ]


def _out_of_order(pairs: list[Pair], orders: Sequence[Sequence[int]]) -> list[Remark]:
    """The fewest strokes out of order, by the accepted order for which they are fewest."""
    in_turn = sorted(pairs, key=lambda pair: pair.strokes)
    accepted = [{j: j for pair in pairs for j in pair.reference}]
    accepted += [{stroke - 1: turn for turn, stroke in enumerate(order)} for order in orders]
    misplaced = min(([*_not_rising([turn[p.reference[0]] for p in in_turn])] for turn in accepted), key=len)
    return [Remark("order", *_numbers(in_turn[index])) for index in misplaced]


def _not_rising(numbers: list[int]) -> Iterator[int]:
    """Indexes of the fewest of `numbers`, at least one, without which the rest increase."""
    longest: list[list[int]] = []
    for index, number in enumerate(numbers):
        before = [run for run in longest if numbers[run[-1]] < number]
        longest.append([*max(before, key=len, default=[]), index])
    kept = max(longest, key=len)
    yield from (index for index in range(len(numbers)) if index not in kept)


def _parts(written: Sampled, reference: Sampled, pairs: list[Pair], character: str) -> list[Remark]:
    """The part whose fraction of the width or height is farthest from the reference's, if beyond the threshold."""
    written_as = {pair.reference[0]: pair.strokes[0] for pair in pairs if pair.is_plain}
    found = []
    for part, theirs in parts().get(character, {}).items():
        if len(theirs) > 1 and all(stroke in written_as for stroke in theirs):
            ours = [written_as[stroke] for stroke in theirs]
            axis = 0 if part in ("left", "right") else 1
            extents = [np.ptp(strokes[..., axis]) + 0.1 for strokes in (written[ours], reference[list(theirs)])]
            code = "part_large" if extents[0] > extents[1] else "part_small"
            remark = Remark(code, sorted(i + 1 for i in ours), [j + 1 for j in theirs], part)
            found.append((abs(float(np.log(extents[0] / extents[1]))), remark))
    return [remark for ratio, remark in sorted(found, key=lambda each: -each[0])[:1] if ratio > np.log(_PART_RATIO)]


def _astray(pairs: list[Pair], ours: Sampled, theirs: Sampled, plain: NDArray[np.bool_]) -> list[Remark]:
    """The stroke that is farthest from its place, if beyond the threshold."""
    moves = ours.mean(axis=1) - theirs.mean(axis=1)
    far = np.where(plain, abs(moves).max(axis=1), 0)
    worst = int(far.argmax())
    return [Remark("place", *_numbers(pairs[worst]), _direction(moves[worst]))] if far[worst] > _ASTRAY else []


def _stretched(pairs: list[Pair], ours: Sampled, theirs: Sampled, plain: NDArray[np.bool_]) -> list[Remark]:
    """The stroke whose extent differs most from the reference's, if beyond the threshold."""
    extents = _extents(theirs)
    ratios = np.where(plain & (extents > _STROKE), _extents(ours).clip(1e-3) / extents, 1)
    worst = int(abs(np.log(ratios)).argmax())
    if _SHORTER <= ratios[worst] <= _LONGER:
        return []
    return [Remark("long" if ratios[worst] > 1 else "short", *_numbers(pairs[worst]))]


def _size(strokes: Strokes, character: str, side: float) -> list[Remark]:
    """Kana whose size is the only difference from others, written too large or too small for `side`."""
    points = np.concatenate(strokes)
    size = float(np.ptp(points, axis=0).max()) / side
    if character in _SMALL and size > _LARGEST:
        return [Remark("too_large")]
    return [Remark("too_small")] if character in _LARGE and size < _SMALLEST else []


def _numbers(pair: Pair) -> tuple[list[int], list[int]]:
    return [i + 1 for i in pair.strokes], [j + 1 for j in pair.reference]


def _lengths(lines: Sampled) -> NDArray[np.float64]:
    lengths: NDArray[np.float64] = np.sqrt(np.square(np.diff(lines, axis=1)).sum(axis=-1)).sum(axis=-1)
    return lengths


def _extents(lines: Sampled) -> NDArray[np.float64]:
    """(lines,) the diagonal of each line's box, which a missing hook hardly changes."""
    extents: NDArray[np.float64] = np.hypot(*np.ptp(lines, axis=1).T)
    return extents


def _direction(move: NDArray[np.float64]) -> str:
    x, y = move
    if abs(x) > abs(y):
        return "right" if x > 0 else "left"
    return "down" if y > 0 else "up"
