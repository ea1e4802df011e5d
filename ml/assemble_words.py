"""Put words together from real drawings: python -m ml.assemble_words --words WORDS.txt --ink FILE.jsonl.gz --out OUT

For `ml.evaluate_words`. Takes drawings of writers, or of a single writer's characters, that training left out, and
writes each word as cells of one character or as a free line. Words with characters that nobody drew are left out.
"""

import argparse
import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ml.context.alphabet import SHAPES, SMALL, shapes
from ml.datasets import ink
from ml.strokes import REFERENCE_SIDE, Strokes, references

#: Gaps between characters of a free line, fractions of their square; Latin letters and digits stand closer.
_GAPS = (0.08, 0.3)
#: Sizes of characters as multiples of the reference's, and how far they leave its place, fractions of the square.
_SIZES, _SHIFT = (0.88, 1.12), 0.04
#: Size of a small kana as a multiple of the large one's.
_SMALL = 0.6


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--words", type=Path, help="one word a line; without it, random strings of the drawn characters"
    )
    parser.add_argument("--ink", type=Path, nargs="+", required=True)
    parser.add_argument(
        "--sources", nargs="*", default=[""], help="only drawings whose source begins like one of these"
    )
    parser.add_argument("--held-out", type=float, default=0.15, help="fraction of writers that training left out")
    parser.add_argument("--most", type=int, default=500, help="words")
    parser.add_argument("--lines", action="store_true", help="free lines instead of cells")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def drawings(paths: Iterable[Path], sources: Sequence[str], held_out: float) -> dict[str, list[Strokes]]:
    """{character: its drawings} by the writers whom training left out (`ml.datasets.ink.is_held_out`).

    Characters of SHAPES have the drawings of the character that shares their shape.
    """
    drawn: dict[str, list[Strokes]] = defaultdict(list)
    for path in paths:
        for drawing in ink.read(path):
            if drawing.character and drawing.source.startswith(tuple(sources)) and ink.is_held_out(drawing, held_out):
                drawn[drawing.character].append(drawing.strokes)
    return dict(drawn) | {c: drawn[shapes(c)[0]] for c in SHAPES if shapes(c)[0] in drawn}


def random_strings(drawn: Mapping[str, Any], count: int, rng: np.random.Generator) -> list[str]:
    """`count` strings of two to five of the catalogue characters in `drawn`."""
    characters = sorted(drawn.keys() - SHAPES.keys())
    return ["".join(rng.choice(characters, rng.integers(2, 6))) for _ in range(count)]


def line(text: str, cells: Sequence[Strokes], rng: np.random.Generator, *, in_squares: bool = False) -> Strokes:
    """The cells written side by side, from left to right, in the sizes of their references.

    `in_squares`: each in the middle of its own square, of side 1.
    """
    edge = 0.0
    strokes = []
    for number, (character, cell) in enumerate(zip(text, cells, strict=True)):
        placed = _placed(character, cell, rng)
        if in_squares:
            strokes += [stroke + np.array([number, 0], np.float32) for stroke in placed]
            continue
        low, high = (edge_of(np.concatenate(placed), axis=0)[0] for edge_of in (np.min, np.max))
        strokes += [stroke + np.array([edge - low, 0], np.float32) for stroke in placed]
        gap = rng.uniform(*_GAPS) * (0.6 if character.isascii() else 1)
        edge += high - low + gap
    return strokes


def _placed(character: str, cell: Strokes, rng: np.random.Generator) -> Strokes:
    """`cell` in a square of side 1, as large as the reference and where that is, nearly."""
    reference = np.concatenate(references()[shapes(character)[0]]) / REFERENCE_SIDE
    if character in SMALL and character in SHAPES:
        reference = reference * _SMALL + [0.2, 0.35]
    points = np.concatenate(cell)
    scale = np.ptp(reference, axis=0).max() / max(np.ptp(points, axis=0).max(), 1e-6) * rng.uniform(*_SIZES)
    middles = [(p.min(axis=0) + p.max(axis=0)) / 2 for p in (reference, points)]
    shift = rng.uniform(-_SHIFT, _SHIFT, 2)
    return [((stroke - middles[1]) * scale + middles[0] + shift).astype(np.float32) for stroke in cell]


def assemble(
    words: Iterable[str], drawn: Mapping[str, Sequence[Strokes]], *, in_lines: bool, rng: np.random.Generator
) -> Iterator[dict[str, Any]]:
    """One object of the file for each word that can be written."""
    for text in words:
        if all(drawn.get(character) for character in text):
            cells = [drawn[character][int(rng.integers(len(drawn[character])))] for character in text]
            yield {"text": text} | (
                {"line": _plain(line(text, cells, rng))} if in_lines else {"cells": [_plain(cell) for cell in cells]}
            )


def _plain(strokes: Strokes) -> list[list[list[float]]]:
    """Strokes as in the files of drawings, with times of 0."""
    return [[[round(float(x), 4), round(float(y), 4), 0] for x, y in stroke] for stroke in strokes]


def main() -> None:
    args = arguments()
    rng = np.random.default_rng(args.seed)
    drawn = drawings(args.ink, args.sources, args.held_out)
    if args.words:
        words = [
            text for text in dict.fromkeys(args.words.read_text(encoding="utf-8").split()) if drawn.keys() >= set(text)
        ]
        words = [words[index] for index in rng.permutation(len(words))[: args.most]]
    else:
        words = random_strings(drawn, args.most, rng)
    with gzip.open(args.out, "wt", encoding="utf-8") as file:
        for row in assemble(words, drawn, in_lines=args.lines, rng=rng):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(f"{len(words)} words")


if __name__ == "__main__":
    main()
