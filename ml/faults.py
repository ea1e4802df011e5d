"""Measure form: python -m ml.faults FILE.jsonl.gz …

Prints the remarks on real drawings, by source, and how many have none. Then puts faults into those drawings whose
strokes have the right number, order and direction, and prints how often a remark names the fault.

Without files it prints only what needs none: how many accepted orders and variants get a remark, and how often the
notes on ends of strokes are right in made-up cases.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

from ml.datasets import ink
from ml.endings import corner, endings, side
from ml.form import Form, Remark, has_form, judge, parts
from ml.strokes import Strokes, dump, references, resample
from ml.variants import accepted
from ml.variants.orders import orders

#: Puts a fault into strokes. Returns them and a test, True for a remark that names the fault; None if it can't.
Fault = Callable[[Strokes, str, Generator], tuple[Strokes, Callable[[Remark], bool]] | None]


def missing(strokes: Strokes, character: str, rng: Generator) -> Any:
    if len(strokes) < 3:
        return None
    index = int(rng.integers(len(strokes)))
    return strokes[:index] + strokes[index + 1 :], lambda r: r.code == "missing" and r.reference == [index + 1]


def extra(strokes: Strokes, character: str, rng: Generator) -> Any:
    points = np.concatenate(strokes)
    index = int(rng.integers(len(strokes) + 1))
    line = rng.uniform(points.min(axis=0), points.max(axis=0), (2, 2)).astype(np.float32)
    return [*strokes[:index], line, *strokes[index:]], lambda r: r.code == "extra" and r.strokes == [index + 1]


def joined(strokes: Strokes, character: str, rng: Generator) -> Any:
    if len(strokes) < 3:
        return None
    at = int(rng.integers(len(strokes) - 1))
    both = np.concatenate(strokes[at : at + 2])
    return [*strokes[:at], both, *strokes[at + 2 :]], lambda r: r.code == "joined" and r.reference == [at + 1, at + 2]


def split(strokes: Strokes, character: str, rng: Generator) -> Any:
    index = int(rng.integers(len(strokes)))
    line = resample(strokes[index], 17)
    halves = [line[:9], line[8:]]
    return [
        *strokes[:index],
        *halves,
        *strokes[index + 1 :],
    ], lambda r: r.code == "split" and r.strokes == [index + 1, index + 2]


def swapped(strokes: Strokes, character: str, rng: Generator) -> Any:
    if len(strokes) < 2:
        return None
    at = int(rng.integers(len(strokes) - 1))
    order = [*range(1, at + 1), at + 2, at + 1, *range(at + 3, len(strokes) + 1)]
    if tuple(order) in {other.strokes for other in orders().get(character, [])}:
        return None  # no fault
    return [*strokes[:at], strokes[at + 1], strokes[at], *strokes[at + 2 :]], lambda r: r.code == "order"


def turned(strokes: Strokes, character: str, rng: Generator) -> Any:
    index = _long_one(strokes, rng)
    return [
        s[::-1] if i == index else s for i, s in enumerate(strokes)
    ], lambda r: r.code == "direction" and r.strokes == [index + 1]


def shortened(strokes: Strokes, character: str, rng: Generator) -> Any:
    if len(strokes) < 3:
        return None
    index = _long_one(strokes, rng)
    middle = strokes[index].mean(axis=0)
    small = (strokes[index] - middle) * 0.35 + middle
    return [
        small if i == index else s for i, s in enumerate(strokes)
    ], lambda r: r.code == "short" and r.strokes == [index + 1]


def part_halved(strokes: Strokes, character: str, rng: Generator) -> Any:
    if character not in parts():
        return None
    part = parts()[character][str(rng.choice(sorted(parts()[character])))]
    if len(part) < 2:
        return None
    points = np.concatenate([strokes[i] for i in part])
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    halved = [(s - middle) * 0.5 + middle if i in part else s for i, s in enumerate(strokes)]
    return halved, lambda r: r.code in ("part_small", "part_large")


def parted(strokes: Strokes, character: str, rng: Generator) -> Any:
    """Move the left or upper part away by a quarter of the character's larger side."""
    both = parts().get(character, {})
    if len(both) < 2 or any(len(part) < 2 for part in both.values()):
        return None
    axis, part = (0, both["left"]) if "left" in both else (1, both["top"])
    away = np.zeros(2, np.float32)
    away[axis] = 0.25 * side(strokes)
    return [s - away if i in part else s for i, s in enumerate(strokes)], lambda r: r.code == "parts_apart"


def _judged(strokes: Strokes, character: str) -> Form | None:
    """The form by every accepted order and variant."""
    others = [order.strokes for order in orders().get(character, [])]
    variants = [dump(variant.strokes) for variant in accepted().get(character, [])]
    return judge(strokes, character, orders=others, variants=variants)


FAULTS: list[Fault] = [missing, extra, joined, split, swapped, turned, shortened, part_halved, parted]


def _long_one(strokes: Strokes, rng: Generator) -> int:
    """The index of a random stroke; long ones are likelier."""
    lengths = [np.hypot(*np.ptp(stroke, axis=0)) for stroke in strokes]
    return int(np.argmax(lengths * rng.random(len(lengths))))


def of_drawings(drawings: Sequence[ink.Drawing]) -> dict[str, Any]:
    """For each source the numbers of drawings and of judged ones, the median score, and how many have each remark."""
    by_source = defaultdict(list)
    for drawing in drawings:
        by_source[drawing.source].append(_judged(drawing.strokes, drawing.character or ""))
    figures = {}
    for source, forms in by_source.items():
        judged = [form for form in forms if form]
        codes = Counter(code for form in judged for code in {remark.code for remark in form.remarks})
        figures[source] = {
            "n": len(forms),
            "judged": len(judged),
            "score_median": float(np.median([form.score for form in judged])),
            "without_remarks": round(np.mean([not form.remarks for form in judged]), 3),
            "remarks": dict(codes.most_common()),
        }
    return figures


def of_faults(drawings: Sequence[ink.Drawing], seed: int = 0) -> dict[str, Any]:
    """For each fault the fraction of drawings, 0 to 1, in which a remark names it."""
    rng = np.random.default_rng(seed)
    figures = {}
    for fault in FAULTS:
        made = [fault(d.strokes, d.character or "", rng) for d in drawings]
        named = [
            any(names(remark) for remark in form.remarks) if (form := _judged(strokes, d.character or "")) else False
            for d, one in zip(drawings, made, strict=True)
            if one
            for strokes, names in [one]
        ]
        figures[fault.__name__] = {"n": len(named), "named": round(float(np.mean(named)), 3)}
    return figures


def _is_right(drawing: ink.Drawing) -> bool:
    """True if number, order and direction of the strokes are those of the reference: faults number its strokes."""
    form = _judged(drawing.strokes, drawing.character or "")
    wrong = {"missing", "extra", "shape", "joined", "split", "order", "direction"}
    is_reference = len(drawing.strokes) == len(references()[drawing.character or ""])
    return form is not None and is_reference and not wrong & {remark.code for remark in form.remarks}


def of_accepted(seed: int = 0) -> dict[str, Any]:
    """Of the accepted orders and variants, each written by a steady hand: the number, and the fraction with remarks."""
    rng = np.random.default_rng(seed)
    written = {
        "orders": [
            (character, [references()[character][number - 1] for number in order.strokes])
            for character, found in orders().items()
            for order in found
        ],
        "variants": [(character, shape.strokes) for character, found in accepted().items() for shape in found],
    }
    figures = {}
    for kind, drawings in written.items():
        forms = [_judged(by_hand(strokes, rng), character) for character, strokes in drawings]
        with_remarks = [form is None or bool(form.remarks) for form in forms]
        figures[kind] = {"n": len(forms), "with_remarks": round(float(np.mean(with_remarks)), 4)}
    return figures


def by_hand(strokes: Strokes, rng: Generator) -> Strokes:
    """`strokes` as a steady hand writes them: each moved, turned and bent a little."""
    size = side(strokes)
    written = []
    for stroke in strokes:
        line = resample(stroke, 32).astype(np.float64)
        turn = rng.normal(0, np.radians(2))
        turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        middle = line.mean(axis=0)
        bend = np.sin(np.linspace(0, np.pi, len(line)))[:, None] * rng.normal(0, 0.01 * size, 2)
        line = (line - middle) @ turned.T * rng.normal(1, 0.03) + middle + rng.normal(0, 0.012 * size, 2) + bend
        written.append((line + rng.normal(0, 0.001 * size, line.shape)).astype(np.float32))
    return written


def of_endings(count: int = 200, seed: int = 0) -> dict[str, Any]:
    """Made-up cases of ends of strokes: every other one as in the school form, the rest with one stroke changed.

    `right`: the fraction of cases whose notes are exactly the change. `faults`: the number of cases in which a remark
    names the changed stroke, although nobody asked for strictness.
    """
    rng = np.random.default_rng(seed)
    kanji = [character for character, ends in endings().items() if "h" in ends and "s" in ends]
    right, faults = [], 0
    for case in range(count):
        character = str(rng.choice(kanji))
        strokes = by_hand(references()[character], rng)
        expected: list[tuple[str, list[int]]] = []
        if case % 2:
            index = int(rng.choice([n for n, letter in enumerate(endings()[character]) if letter != "-"]))
            letter = endings()[character][index]
            change = _without_hook if letter == "h" else _with_hook
            strokes[index] = change(strokes[index], side(strokes), rng)
            expected = [({"h": "end_hook", "s": "end_stop", "w": "end_sweep"}[letter], [index + 1])]
        form = _judged(strokes, character)
        right.append(form is not None and [(note.code, note.strokes) for note in form.notes] == expected)
        faults += form is None or any(stroke in remark.strokes for remark in form.remarks for _, [stroke] in expected)
    return {"n": count, "right": round(float(np.mean(right)), 3), "faults": faults}


def _without_hook(stroke: Any, size: float, rng: Generator) -> Any:
    line = resample(stroke, 48)
    return line[: corner(line, size) + 1]


def _with_hook(stroke: Any, size: float, rng: Generator) -> Any:
    """`stroke` with a hook: it goes back for some tenth of the character's side."""
    line = resample(stroke, 48)
    onward = (line[-1] - line[-6]) / max(float(np.hypot(*(line[-1] - line[-6]))), 1e-6)
    turn = np.radians(rng.uniform(100, 150))
    flick = np.array(
        [onward[0] * np.cos(turn) - onward[1] * np.sin(turn), onward[0] * np.sin(turn) + onward[1] * np.cos(turn)]
    )
    length = size * rng.uniform(0.06, 0.12)
    return np.concatenate([line, line[-1] + flick * length * np.linspace(0.2, 1, 5)[:, None]]).astype(np.float32)


def main() -> None:
    drawings = [d for path in sys.argv[1:] for d in ink.read(Path(path)) if d.character in references()]
    drawings = [d for d in drawings if has_form(d.character or "")]
    figures: dict[str, Any] = {"accepted": of_accepted(), "ends of strokes": of_endings()}
    if drawings:
        figures |= {"as they are": of_drawings(drawings), "with a fault": of_faults(list(filter(_is_right, drawings)))}
    print(json.dumps(figures, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
