"""Measure form: python -m ml.faults FILE.jsonl.gz …

Prints the remarks on real drawings, by source. Then puts faults into those drawings whose strokes have the right
number, order and direction, and prints how often a remark names the fault.
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
from ml.form import Remark, has_form, judge, parts
from ml.strokes import Strokes, references, resample

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


FAULTS: list[Fault] = [missing, extra, joined, split, swapped, turned, shortened, part_halved]


def _long_one(strokes: Strokes, rng: Generator) -> int:
    """The index of a random stroke; long ones are likelier."""
    lengths = [np.hypot(*np.ptp(stroke, axis=0)) for stroke in strokes]
    return int(np.argmax(lengths * rng.random(len(lengths))))


def of_drawings(drawings: Sequence[ink.Drawing]) -> dict[str, Any]:
    """For each source the numbers of drawings and of judged ones, the median score, and how many have each remark."""
    by_source = defaultdict(list)
    for drawing in drawings:
        by_source[drawing.source].append(judge(drawing.strokes, drawing.character or ""))
    figures = {}
    for source, forms in by_source.items():
        judged = [form for form in forms if form]
        codes = Counter(code for form in judged for code in {remark.code for remark in form.remarks})
        figures[source] = {
            "n": len(forms),
            "judged": len(judged),
            "score_median": float(np.median([form.score for form in judged])),
            "with_remarks": round(np.mean([bool(form.remarks) for form in judged]), 3),
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
            any(names(remark) for remark in form.remarks) if (form := judge(strokes, d.character or "")) else False
            for d, one in zip(drawings, made, strict=True)
            if one
            for strokes, names in [one]
        ]
        figures[fault.__name__] = {"n": len(named), "named": round(float(np.mean(named)), 3)}
    return figures


def _is_right(drawing: ink.Drawing) -> bool:
    form = judge(drawing.strokes, drawing.character or "")
    wrong = {"missing", "extra", "shape", "joined", "split", "order", "direction"}
    return form is not None and not wrong & {remark.code for remark in form.remarks}


def main() -> None:
    drawings = [d for path in sys.argv[1:] for d in ink.read(Path(path)) if d.character in references()]
    drawings = [d for d in drawings if has_form(d.character or "")]
    figures = {"as they are": of_drawings(drawings), "with a fault": of_faults(list(filter(_is_right, drawings)))}
    print(json.dumps(figures, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
