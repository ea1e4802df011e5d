"""Form: compares ink with the character's reference strokes, for a score and remarks.

Form is what a teacher looks at and a reader doesn't: the number, order, direction, size and position of strokes, and
the place of the whole in its square. Latin letters and digits have no such rules, and get no form.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ml import endings
from ml.matching import Line, Pair, Sampled, apart, joined, lengths, match, sampled
from ml.shapes import AcceptedShape
from ml.strokes import REFERENCE_SIDE, Strokes, parse, references

PARTS = Path(__file__).with_name("parts.txt")

#: Most remarks; the most useful come first.
_MOST = 3

# What faults cost. An attempt with less than `legibility.GOOD_FORM` (80) earns neither the flower nor the top word.
#: A stroke that is missing, extra or of another shape, and whatever concerns the whole character: each alone leaves
#: less than 80.
_GRAVE = 25
#: A stroke out of order; strokes joined, split or reversed; the proportion of a part or of a stroke.
_ORDER, _LIFT, _DIRECTION, _PROPORTION = 10, 8, 8, 4
#: Cost if all strokes are out of order, or all reversed. Some cost their share of it, or the sum of their single costs,
#: whichever is more.
_ALL = 50
#: A stroke that ends differently from the school form, for a learner who wants this strict.
_ENDING = 4
#: Accepted variants of the character are tried if its form, 0 to 100, is less than this or there are remarks.
_DOUBTFUL = 90
#: Least number of strokes out of order, or reversed, that share one remark. Where fewer than these could be, all of
#: them do, if at least two.
_MANY = 3

# Remark thresholds. Of 692 careful kanji (Kanji Canvas) at most one in a hundred is beyond each of `_ASTRAY`,
# `_LONGER`, `_SHORTER` and `_PART_RATIO`; of 1,336 quick ones (tomoe) some three in a hundred.
#: Form isn't judged if a smaller fraction of the reference's strokes is paired; lower is more lenient.
_ENOUGH = 0.5
#: Form isn't judged if the mean distance of the pairs is larger; higher is more lenient.
_UNLIKE = 0.4
#: A stroke is reversed if it is nearer the other way round by this fraction of the distance between the reference's
#: stroke and itself the other way round; higher is more lenient.
_REVERSED = 0.5
#: Largest distance of a stroke's centre from its place; higher is more lenient.
_ASTRAY = 0.32
#: Largest ratio of a stroke's extent to the reference's; higher is more lenient.
_LONGER = 1.65
#: Smallest such ratio; lower is more lenient. Quick hands shorten more than they lengthen.
_SHORTER = 0.42
#: Largest ratio of a part's width or height to the reference's, or the inverse; higher is more lenient.
_PART_RATIO = 1.46
#: Largest difference of the gap between two parts from the reference's, as a fraction of the parts' extents; higher is
#: more lenient. Of 559 careful kanji none exceeds it, of 1,138 quick ones one in a hundred.
_GAP = 0.17
#: Difference of the parts' sizes, as logarithms, below which the gap between them explains the size of both.
_EVENLY = 0.1
#: Length of a stroke below which its direction isn't judged, and extent below which its size isn't.
_DOT, _STROKE = 0.4, 0.5

#: Smallest size of a character, as a fraction of the writing area's side, and of a small kana; lower is more lenient.
_FILLS, _SMALL_FILLS = 1 / 3, 1 / 5
#: Largest distance of the character's middle from its place in the writing area, in sides; higher is more lenient.
_OFF_CENTRE = 0.2
#: Largest ratio of width to height to the reference's, or the inverse; higher is more lenient. Of 1,491 quick
#: characters (tomoe) 3 exceed it, of 703 careful ones none.
_ASPECT = 1.6
#: Ratio of the shorter to the longer side of the reference below which the aspect isn't judged.
_THIN = 0.35
#: Ratio of the sides of a writing area beyond which it isn't one square, and place and size aren't judged.
_SQUARE = 1.25

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
    #: The direction in which a stroke should go, or in which it or the character is displaced: left, right, up, down;
    #: or the part: left, right, top, bottom.
    where: str = ""


@dataclass(frozen=True)
class Form:
    """The form of an attempt: `score` 0 to 100, and at most three remarks, the most useful first.

    `notes`: at most three strokes that end differently from the school form, which is no fault.
    """

    score: int
    remarks: list[Remark]
    notes: list[Remark] = field(default_factory=list)


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
    strokes: Strokes,
    character: str,
    *,
    area: tuple[float, float] | None = None,
    orders: Sequence[Sequence[int]] = (),
    variants: Sequence[str] = (),
    is_strict: bool = False,
) -> Form | None:
    """The form of `strokes` as `character`; None if its strokes have no rules, or the strokes don't resemble it.

    `strokes`: arrays (points, 2), y downwards, in the unit of `area`.
    `area`: width and height of the writing area, if known; without it, size and place in the area aren't judged.
    `orders`: accepted stroke orders besides the reference's, each a permutation of its strokes from 1.
    `variants`: accepted shapes besides the reference, as in `ml.strokes`. The one that fits best counts, the reference
    if it fits as well. Remarks name the reference's strokes all the same.
    `is_strict`: True if ends of strokes get remarks instead of notes.
    """
    if not has_form(character):
        return None
    best = _judged(strokes, character, _reference(character), area, orders, is_strict)
    if best and not best.remarks and best.score >= _DOUBTFUL:
        return best
    lacks_stroke = best is not None and any(remark.code == "missing" for remark in best.remarks)
    for text in variants:
        shape = _variant(character, text)
        if lacks_stroke and len(shape.strokes) >= len(references()[character]):
            continue  # it doesn't explain the number of strokes, but may take the missing one for a joined one
        form = _judged(strokes, character, shape, area, orders, is_strict)
        if form and (best is None or form.score > best.score):
            best = form
    return best


def _judged(
    strokes: Strokes,
    character: str,
    shape: AcceptedShape,
    area: tuple[float, float] | None,
    orders: Sequence[Sequence[int]],
    is_strict: bool,
) -> Form | None:
    """The form compared with one shape; None if a remark would name strokes that the reference lacks; see `judge`."""
    reference = shape.strokes
    written, pairs = match(sampled(strokes), reference)
    if sum(len(pair.reference) for pair in pairs) < _ENOUGH * len(reference):
        return None
    ours = np.stack([joined(written, pair.strokes) for pair in pairs])
    theirs = np.stack([joined(reference, pair.reference) for pair in pairs])
    onward, backward = apart(ours, theirs), apart(ours[:, ::-1], theirs)
    far = np.minimum(onward, backward).mean()
    if far > _UNLIKE:
        return None
    plain = np.array([pair.is_plain for pair in pairs])
    unpaired = _without_counterpart(pairs, len(written), len(reference))
    lifts = _joined_and_split(pairs)
    misplaced = _out_of_order(pairs, shape.turns(orders))
    has_direction = plain & (lengths(theirs) > _DOT)
    is_reversed = has_direction & (onward - backward > _REVERSED * apart(theirs[:, ::-1], theirs))
    reversals = [
        Remark("direction", *_numbers(pairs[i]), _direction(theirs[i, -1] - theirs[i, 0]))
        for i in np.flatnonzero(is_reversed)
    ]
    # Without some of its strokes, a character has another box.
    whole = [] if unpaired else _whole(strokes, shape.drawn, character, area)
    proportion = _parts(written, reference, pairs, shape.parts(parts().get(character, {})))
    if len(pairs) > 1 and plain.any():
        proportion += [*_astray(pairs, ours, theirs, plain), *_stretched(pairs, ours, theirs, plain)]
    lost = 40 * np.clip((far - 0.06) / 0.24, 0, 1)
    lost += _GRAVE * (len(unpaired) + len(whole)) + _LIFT * len(lifts) + _PROPORTION * len(proportion)
    orders_possible, directions_possible = len(pairs) - 1, int(has_direction.sum())
    lost += _cost(_ORDER, len(misplaced), orders_possible) + _cost(_DIRECTION, len(reversals), directions_possible)
    misplaced, reversals = _together(misplaced, orders_possible), _together(reversals, directions_possible)
    remarks = [*unpaired, *lifts, *misplaced, *reversals, *whole, *proportion]
    named = [shape.in_reference(remark.reference) for remark in remarks]
    if None in named:
        return None
    remarks = [replace(remark, reference=found or []) for remark, found in zip(remarks, named, strict=True)]
    notes = _endings(strokes, character, shape, pairs, remarks)
    if is_strict:
        lost += _ENDING * len(notes)
        remarks, notes = [*remarks, *notes], []
    return Form(max(0, round(100 - float(lost))), remarks[:_MOST], notes[:_MOST])


def _cost(each: int, faults: int, possible: int) -> float:
    """The cost of some `faults` of a kind, of which there could be `possible`."""
    return max(each * faults, _ALL * faults / max(possible, 1))


def _together(remarks: list[Remark], possible: int) -> list[Remark]:
    """`remarks` of one kind, one per stroke; many, or all of several that are possible, become one."""
    if len(remarks) < min(_MANY, max(possible, 2)):
        return remarks
    strokes, reference = ([n for remark in remarks for n in getattr(remark, of)] for of in ("strokes", "reference"))
    return [Remark(f"{remarks[0].code}_of_many", strokes, reference)]


@cache
def _reference(character: str) -> AcceptedShape:
    strokes = references()[character]
    return AcceptedShape.of_reference(strokes, sampled(strokes))


@lru_cache(maxsize=512)
def _variant(character: str, text: str) -> AcceptedShape:
    """The variant with the strokes `text`, as in `ml.strokes`."""
    drawn = parse(text)
    strokes = sampled(drawn)
    _, pairs = match(strokes, _reference(character).strokes)
    return AcceptedShape.of_variant(drawn, strokes, [(pair.strokes, pair.reference) for pair in pairs])


def counterparts(strokes: Strokes, character: str) -> list[tuple[int, int]]:
    """(number of a written stroke, number of the stroke of the reference of `character` that it stands for), from 1.

    A joined stroke stands for several, and several stand for a split one. Strokes without a counterpart are left out.
    """
    _, pairs = match(sampled(strokes), _reference(character).strokes)
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


def _endings(
    strokes: Strokes, character: str, shape: AcceptedShape, pairs: list[Pair], remarks: list[Remark]
) -> list[Remark]:
    """Strokes without a remark that end differently from the school form; they name the reference's strokes."""
    remarked = {number for remark in remarks for number in remark.strokes}
    plain = [
        (pair.strokes[0], shape.counterparts[pair.reference[0]][0])
        for pair in pairs
        if pair.is_plain and pair.strokes[0] + 1 not in remarked and len(shape.counterparts[pair.reference[0]]) == 1
    ]
    found = endings.differing(strokes, character, plain)
    return [Remark(f"end_{end.code}", [end.stroke + 1], [end.reference + 1]) for end in found]


def _out_of_order(pairs: list[Pair], accepted: Sequence[Mapping[int, int]]) -> list[Remark]:
    """The fewest strokes out of order, by the order for which they are fewest: `accepted` has each stroke's turn."""
    in_turn = sorted(pairs, key=lambda pair: pair.strokes)
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


def _parts(written: Sampled, reference: Sampled, pairs: list[Pair], parts: Mapping[str, Sequence[int]]) -> list[Remark]:
    """The part whose width or height is farthest from the reference's, or parts too far apart or too close together.

    At most one remark.
    """
    written_as = {pair.reference[0]: pair.strokes[0] for pair in pairs if pair.is_plain}
    paired = {
        part: ([written_as[stroke] for stroke in theirs], list(theirs))
        for part, theirs in parts.items()
        if len(theirs) > 1 and all(stroke in written_as for stroke in theirs)
    }
    if not paired:
        return []
    # How much wider or taller each part is than the reference's: logarithms, 0 for the same.
    sizes = {}
    for part, (ours, theirs) in paired.items():
        axis = 0 if part in ("left", "right") else 1
        extents = [np.ptp(strokes[..., axis]) + 0.1 for strokes in (written[ours], reference[theirs])]
        sizes[part] = float(np.log(extents[0] / extents[1]))
    spacing = _spacing(written, reference, paired)
    # Parts that are far apart both look small, since the whole is compared at the reference's size.
    if spacing and max(sizes.values()) - min(sizes.values()) < _EVENLY:
        return spacing
    worst = max(sizes, key=lambda part: abs(sizes[part]))
    if abs(sizes[worst]) <= np.log(_PART_RATIO):
        return spacing
    return [Remark("part_large" if sizes[worst] > 0 else "part_small", *_of_parts(paired[worst]), worst)]


def _spacing(written: Sampled, reference: Sampled, paired: Mapping[str, tuple[list[int], list[int]]]) -> list[Remark]:
    """Parts that are too far apart or too close together. `paired`: the strokes of each part, ours and theirs."""
    for names, axis in ((("left", "right"), 0), (("top", "bottom"), 1)):
        if not paired.keys() >= set(names):
            continue
        first, second = (paired[name] for name in names)
        wider = _gap(written[first[0]], written[second[0]], axis) - _gap(
            reference[first[1]], reference[second[1]], axis
        )
        if abs(wider) > _GAP:
            return [Remark("parts_apart" if wider > 0 else "parts_close", *_of_parts(first, second))]
    return []


def _gap(first: Sampled, second: Sampled, axis: int) -> float:
    """The gap between two parts along an axis, as a fraction of their extents; negative if they overlap."""
    low, high = first[..., axis], second[..., axis]
    return float((high.min() - low.max()) / (np.ptp(low) + np.ptp(high) + 0.2))


def _of_parts(*parts: tuple[list[int], list[int]]) -> tuple[list[int], list[int]]:
    """Numbers, from 1, of the strokes of some parts: the attempt's and the reference's."""
    ours, theirs = (sorted(index + 1 for part in parts for index in part[of]) for of in (0, 1))
    return ours, theirs


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


def _whole(strokes: Strokes, reference: Strokes, character: str, area: tuple[float, float] | None) -> list[Remark]:
    """What is wrong with the size, place or width of the whole character: at most one remark."""
    ours, theirs = (_Box.around(some) for some in (strokes, reference))
    return [*_in_area(ours, theirs, character, area), *_aspect(ours, theirs)][:1]


class _Box(NamedTuple):
    """The box around some strokes: its middle (x, y) and its extents (width, height)."""

    middle: Line
    extents: Line

    @classmethod
    def around(cls, strokes: Strokes) -> Self:
        points = np.concatenate(strokes).astype(np.float64)
        low, high = points.min(axis=0), points.max(axis=0)
        return cls((low + high) / 2, high - low)


def _in_area(ours: _Box, theirs: _Box, character: str, area: tuple[float, float] | None) -> Iterator[Remark]:
    """Size and place in the writing area. A small kana may stand anywhere in it."""
    if not area or max(area) > _SQUARE * min(area):
        return
    side = min(area)
    size = ours.extents.max() / side
    if character in _SMALL and size > _LARGEST:
        yield Remark("too_large")
    elif character in _LARGE and size < _SMALLEST:
        yield Remark("too_small")
    elif size < (_SMALL_FILLS if character in _SMALL else _FILLS):
        yield Remark("small")
    move = (ours.middle - np.array(area) / 2) / side - (theirs.middle / REFERENCE_SIDE - 0.5)
    if character not in _SMALL and abs(move).max() > _OFF_CENTRE:
        yield Remark("off_centre", where=_direction(move))


def _aspect(ours: _Box, theirs: _Box) -> Iterator[Remark]:
    """The ratio of width to height, of characters that aren't mere lines."""
    if theirs.extents.min() < _THIN * theirs.extents.max():
        return
    width, height = ours.extents / theirs.extents
    if width * _ASPECT < height:
        yield Remark("narrow")
    elif height * _ASPECT < width:
        yield Remark("flat")


def _numbers(pair: Pair) -> tuple[list[int], list[int]]:
    return [i + 1 for i in pair.strokes], [j + 1 for j in pair.reference]


def _extents(lines: Sampled) -> NDArray[np.float64]:
    """(lines,) the diagonal of each line's box, which a missing hook hardly changes."""
    extents: NDArray[np.float64] = np.hypot(*np.ptp(lines, axis=1).T)
    return extents


def _direction(move: NDArray[np.float64]) -> str:
    x, y = move
    if abs(x) > abs(y):
        return "right" if x > 0 else "left"
    return "down" if y > 0 else "up"
