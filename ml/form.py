"""Ink against the character's reference strokes: a score for form, and what to mind in the strokes.

Form is what a teacher looks at and a reader doesn't: the strokes' number, order, direction, size and place. Latin
letters and digits know no such rules, so nothing is said of theirs. Strokes are compared where their box is -1 to 1
along its longer side, each by `_POINTS` points at equal distances.
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

#: (strokes, _POINTS, 2), and one of them, (_POINTS, 2).
Sampled = NDArray[np.float64]
Line = NDArray[np.float64]

_POINTS = 16
#: Remarks at most, the most useful first.
_MOST = 3

# What pairs cost, in mean distances. Found on drawings of `tomoe` from which strokes were taken, or joined, or split.
#: A stroke without a counterpart.
_ALONE = 0.5
#: Besides its distance, for each time the pen wasn't lifted where it should be, or was where it shouldn't.
_LIFT = 0.06
#: So much less must another order cost than the right one, in all where their number differs, per stroke where not.
_OTHER_ORDER, _EXCHANGED = 0.4, 0.15
#: Written strokes and the reference's that may be one: as they should, joined, or split.
_RUNS = [(1, 1), (1, 2), (1, 3), (2, 1), (3, 1)]

# From where on something is remarked. In 692 careful kanji (Kanji Canvas) none of the last four is reached by more than
# one in a hundred, in 1,336 quick ones (tomoe) by some three in a hundred.
#: Nothing resembles: fewer strokes than this share were found, or their mean distance is more.
_ENOUGH, _UNLIKE = 0.5, 0.4
#: Turned round: how much nearer it is the other way, as a share of its length.
_TURNED = 0.25
#: Elsewhere: distance of the middles.
_ASTRAY = 0.32
#: Longer or shorter than the reference's, quick hands shorten more than they lengthen; wider or narrower of a part.
_LONGER, _SHORTER, _PART_RATIO = 1.65, 0.42, 1.46
#: Strokes shorter than the first aren't turned, of an extent less than the second not stretched.
_DOT, _STROKE = 0.4, 0.5

#: Kana that are written small, and how large the box of such a one may be, and how small of the others, in the area.
_SMALL, _LARGE = "っゃゅょ", "つやゆよ"
_LARGEST, _SMALLEST = 0.65, 0.3


@dataclass(frozen=True)
class Remark:
    """One thing to mind. `strokes` are the writing's, `reference` the reference's, both counted from 1."""

    code: str
    strokes: list[int] = field(default_factory=list)
    reference: list[int] = field(default_factory=list)
    #: Which way a stroke should go or was moved: left, right, up, down. Which part: left, right, top, bottom.
    where: str = ""


@dataclass(frozen=True)
class Form:
    """`score` is 0 to 100."""

    score: int
    remarks: list[Remark]


@dataclass(frozen=True)
class Pair:
    """Written strokes, from 0, that are one of the reference's; or one that is several of them."""

    strokes: tuple[int, ...]
    reference: tuple[int, ...]

    @property
    def is_plain(self) -> bool:
        return len(self.strokes) == len(self.reference) == 1


def has_form(character: str) -> bool:
    """Whether there are rules for its strokes: kana and kanji."""
    return character >= "ぁ"


@cache
def parts() -> dict[str, dict[str, range]]:
    """Of characters with two parts, the reference's strokes, from 0, of each: left and right, or top and bottom."""
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
    """How the strokes of `character` were written; None where there are no rules for them, or nothing resembles.

    `strokes` as written, y downwards, in the unit of `side`, the writing area's shorter side where it is known.
    `orders`: what is accepted beside the reference's order, each its strokes from 1.
    """
    if not has_form(character):
        return None
    meant = _reference(character)
    written, pairs = match(sampled(strokes), meant)
    if sum(len(pair.reference) for pair in pairs) < _ENOUGH * len(meant):
        return None
    ours = np.stack([one(written, pair.strokes) for pair in pairs])
    theirs = np.stack([one(meant, pair.reference) for pair in pairs])
    onward, backward = _apart(ours, theirs), _apart(ours[:, ::-1], theirs)
    far = np.minimum(onward, backward).mean()
    if far > _UNLIKE:
        return None
    number = [*_without_counterpart(pairs, len(written), len(meant)), *_joined_and_split(pairs)]
    order = _out_of_order(pairs, orders)
    plain = np.array([pair.is_plain for pair in pairs])
    is_turned = plain & (_lengths(theirs) > _DOT) & (onward - backward > _TURNED * _lengths(theirs))
    turned = [
        Remark("direction", *_numbers(pairs[i]), _way(theirs[i, -1] - theirs[i, 0])) for i in np.flatnonzero(is_turned)
    ]
    proportion = _parts(written, meant, pairs, character)
    if len(pairs) > 1 and plain.any():
        proportion += [*_astray(pairs, ours, theirs, plain), *_stretched(pairs, ours, theirs, plain)]
    if side:
        proportion += _size(strokes, character, side)
    lost = 40 * np.clip((far - 0.06) / 0.24, 0, 1)
    lost += sum(8 if remark.code in ("joined", "split") else 20 for remark in number)
    lost += 10 * len(order) + 8 * len(turned) + 4 * len(proportion)
    remarks = [*number, *order, *turned, *proportion]
    return Form(max(0, round(100 - float(lost))), remarks[:_MOST])


def sampled(strokes: Strokes) -> Sampled:
    """The strokes, the middle of the box around them at 0, its longer side from -1 to 1."""
    points = np.stack([resample(np.asarray(stroke, np.float32), _POINTS) for stroke in strokes]).astype(np.float64)
    low, high = points.min(axis=(0, 1)), points.max(axis=(0, 1))
    return (points - (low + high) / 2) / max(float((high - low).max()) / 2, 1e-6)


@cache
def _reference(character: str) -> Sampled:
    return sampled(references()[character])


def one(strokes: Sampled, places: Sequence[int]) -> Line:
    """The strokes at `places` as one, as if the pen hadn't been lifted."""
    if len(places) == 1:
        return strokes[places[0]]
    return resample(np.concatenate(strokes[list(places)]).astype(np.float32), _POINTS).astype(np.float64)


def distances(written: Sampled, meant: Sampled) -> NDArray[np.float64]:
    """(written, meant): the mean distance of two strokes' points, whichever way each was written."""
    return np.minimum(_apart(written[:, None], meant), _apart(written[:, None, ::-1], meant))


def _apart(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean distance of the points, in the last two axes."""
    apart: NDArray[np.float64] = np.sqrt(np.square(ours - theirs).sum(axis=-1)).mean(axis=-1)
    return apart


# ── Which stroke is which ───────────────────────────────────────────────────


def match(written: Sampled, meant: Sampled) -> tuple[Sampled, list[Pair]]:
    """The written strokes laid over those meant, and which are which; the first of two rounds shows how to lay them."""
    pairs: list[Pair] = []
    for _ in range(2):
        cost, pairs = _assigned(written, meant)
        if len(written) != len(meant):
            cost_in_order, in_order = _aligned(written, meant)
            if cost_in_order < cost + _OTHER_ORDER:
                pairs = in_order
        if pairs:
            written = _laid_over(written, meant, pairs)
    return written, pairs


def _assigned(written: Sampled, meant: Sampled) -> tuple[float, list[Pair]]:
    """The cheapest pairs in whatever order, each one to one; but where an exchange gains little there is none."""
    cost = distances(written, meant)
    along = np.linspace(0, 1, len(written))[:, None] - np.linspace(0, 1, len(meant))
    place = dict(zip(*map(np.ndarray.tolist, linear_sum_assignment(cost + 0.02 * abs(along))), strict=True))
    if len(written) == len(meant):
        for exchanged in list(_cycles(place)):
            if np.mean([cost[i, i] - cost[i, place[i]] for i in exchanged]) < _EXCHANGED:
                place.update((i, i) for i in exchanged)
    near = {i: j for i, j in place.items() if cost[i, j] < 2 * _ALONE}
    alone = len(written) + len(meant) - 2 * len(near)
    return sum(cost[i, j] for i, j in near.items()) + _ALONE * alone, [Pair((i,), (j,)) for i, j in near.items()]


def _cycles(place: dict[int, int]) -> Iterator[list[int]]:
    """Those that `place` moves, in rounds that stay among themselves."""
    moved = {i for i, j in place.items() if i != j}
    while moved:
        cycle = [min(moved)]
        while (following := place[cycle[-1]]) != cycle[0]:
            cycle.append(following)
        moved -= set(cycle)
        yield cycle


def _aligned(written: Sampled, meant: Sampled) -> tuple[float, list[Pair]]:
    """The cheapest pairs that keep the order (Needleman and Wunsch 1970), with strokes left out, joined and split."""
    costs = {run: _run_costs(written, meant, *run) for run in _RUNS}
    best = np.zeros((len(written) + 1, len(meant) + 1))
    step: dict[tuple[int, int], tuple[int, int]] = {}
    for i, j in np.ndindex(best.shape):
        ways = [(best[i - a, j - b] + costs[a, b][i - a, j - b], a, b) for a, b in _RUNS if a <= i and b <= j]
        ways += [(best[i - 1, j] + _ALONE, 1, 0)] if i else []
        ways += [(best[i, j - 1] + _ALONE, 0, 1)] if j else []
        if ways:
            best[i, j], *chosen = min(ways)
            step[i, j] = chosen[0], chosen[1]
    pairs = []
    i, j = len(written), len(meant)
    while i or j:
        a, b = step[i, j]
        if a and b:
            pairs.append(Pair(tuple(range(i - a, i)), tuple(range(j - b, j))))
        i, j = i - a, j - b
    return float(best[-1, -1]), pairs[::-1]


def _run_costs(written: Sampled, meant: Sampled, a: int, b: int) -> NDArray[np.float64]:
    """(first written stroke, first meant): what it costs to take `a` and `b` strokes in a row for the same."""
    if len(written) < a or len(meant) < b:
        return np.empty((0, 0))
    ours = np.stack([one(written, range(i, i + a)) for i in range(len(written) - a + 1)])
    theirs = np.stack([one(meant, range(j, j + b)) for j in range(len(meant) - b + 1)])
    count = max(a, b)
    return count * (distances(ours, theirs) + _LIFT * (count - 1))


def _laid_over(written: Sampled, meant: Sampled, pairs: list[Pair]) -> Sampled:
    """`written` moved, and stretched along each axis by up to 1.6, to where its counterparts are."""
    ours = np.concatenate([one(written, pair.strokes) for pair in pairs])
    theirs = np.concatenate([one(meant, pair.reference) for pair in pairs])
    spread = ours.std(axis=0)
    ratio = theirs.std(axis=0) / np.maximum(spread, 1e-6)
    scale = np.where(spread > 0.15, ratio.clip(1 / 1.6, 1.6), 1)  # a line's breadth says nothing
    laid: Sampled = (written - ours.mean(axis=0)) * scale + theirs.mean(axis=0)
    return laid


# ── What to mind ────────────────────────────────────────────────────────────


def _without_counterpart(pairs: list[Pair], written: int, meant: int) -> list[Remark]:
    """Strokes of which nothing was found: as far as there are such on both sides, the one was to be the other."""
    had = {stroke for pair in pairs for stroke in pair.strokes}
    found = {stroke for pair in pairs for stroke in pair.reference}
    extra = [i + 1 for i in range(written) if i not in had]
    missing = [j + 1 for j in range(meant) if j not in found]
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
    """The fewest strokes whose turn would have been another, by the accepted order in which they are fewest."""
    in_turn = sorted(pairs, key=lambda pair: pair.strokes)
    accepted = [{j: j for pair in pairs for j in pair.reference}]
    accepted += [{stroke - 1: turn for turn, stroke in enumerate(order)} for order in orders]
    astray = min(([*_not_rising([turn[p.reference[0]] for p in in_turn])] for turn in accepted), key=len)
    return [Remark("order", *_numbers(in_turn[place])) for place in astray]


def _not_rising(numbers: list[int]) -> Iterator[int]:
    """Places of the fewest numbers without which the others rise."""
    longest: list[list[int]] = []
    for place, number in enumerate(numbers):
        before = [run for run in longest if numbers[run[-1]] < number]
        longest.append([*max(before, key=len, default=[]), place])
    kept = max(longest, key=len, default=[])
    yield from (place for place in range(len(numbers)) if place not in kept)


def _parts(written: Sampled, meant: Sampled, pairs: list[Pair], character: str) -> list[Remark]:
    """The part that is farthest from its share of the width or height."""
    written_as = {pair.reference[0]: pair.strokes[0] for pair in pairs if pair.is_plain}
    found = []
    for place, theirs in parts().get(character, {}).items():
        if len(theirs) > 1 and all(stroke in written_as for stroke in theirs):
            ours = [written_as[stroke] for stroke in theirs]
            axis = 0 if place in ("left", "right") else 1
            extents = [np.ptp(strokes[..., axis]) + 0.1 for strokes in (written[ours], meant[list(theirs)])]
            code = "part_large" if extents[0] > extents[1] else "part_small"
            remark = Remark(code, sorted(i + 1 for i in ours), [j + 1 for j in theirs], place)
            found.append((abs(float(np.log(extents[0] / extents[1]))), remark))
    return [remark for ratio, remark in sorted(found, key=lambda one: -one[0])[:1] if ratio > np.log(_PART_RATIO)]


def _astray(pairs: list[Pair], ours: Sampled, theirs: Sampled, plain: NDArray[np.bool_]) -> list[Remark]:
    """The stroke that is farthest from its place, if it is far."""
    moves = ours.mean(axis=1) - theirs.mean(axis=1)
    far = np.where(plain, abs(moves).max(axis=1), 0)
    worst = int(far.argmax())
    return [Remark("place", *_numbers(pairs[worst]), _way(moves[worst]))] if far[worst] > _ASTRAY else []


def _stretched(pairs: list[Pair], ours: Sampled, theirs: Sampled, plain: NDArray[np.bool_]) -> list[Remark]:
    """The stroke whose extent is farthest from what it should be beside the others, if it is far."""
    extents = _extents(theirs)
    ratios = np.where(plain & (extents > _STROKE), _extents(ours).clip(1e-3) / extents.clip(1e-3), 1)
    worst = int(abs(np.log(ratios)).argmax())
    if _SHORTER <= ratios[worst] <= _LONGER:
        return []
    return [Remark("long" if ratios[worst] > 1 else "short", *_numbers(pairs[worst]))]


def _size(strokes: Strokes, character: str, side: float) -> list[Remark]:
    """Kana that differ from others by their size alone."""
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
    """The diagonals of the boxes around them: a hook left out hardly matters."""
    extents: NDArray[np.float64] = np.hypot(*np.ptp(lines, axis=1).T)
    return extents


def _way(move: NDArray[np.float64]) -> str:
    x, y = move
    if abs(x) > abs(y):
        return "right" if x > 0 else "left"
    return "down" if y > 0 else "up"
