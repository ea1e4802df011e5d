"""Measure how words are read: python -m ml.evaluate_words --words FILE.jsonl.gz --json OUT.json

Each line of the file is an object with the `text` and its ink: `cells`, a list with the strokes of each character, or
`line`, the strokes of a free line. Strokes are as in `ml.evaluate`. `ml.assemble_words` writes such files.

`strict` figures are fractions of characters, right only if read as themselves, without pooled lookalikes; `exact` ones
are fractions of words. `lookalikes` are the characters that have a lookalike group. `segmentation_exact` is the
fraction of free lines that are split into as many characters as the text has; the characters of the others all count as
wrong. `ms_per_character` is the time beside the network's. Figures for which the file has nothing are null.
"""

import argparse
import gzip
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import legibility
from ml.bundle import SHIPPED
from ml.context.reader import LineReader
from ml.metrics import calibration_error
from ml.strokes import Strokes


@dataclass(frozen=True)
class Word:
    """One line of the file: its `cells`, or the strokes of a free `line`."""

    text: str
    cells: list[Strokes] | None
    line: Strokes | None


def read(path: Path) -> Iterator[Word]:
    """The words of a `.jsonl.gz` file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            cells = [_strokes(cell) for cell in row["cells"]] if "cells" in row else None
            yield Word(row["text"], cells, _strokes(row["line"]) if cells is None else None)


def _strokes(rows: Sequence[Any]) -> Strokes:
    return [np.array(stroke, dtype=np.float32)[:, :2] for stroke in rows]


class _TimedReader(LineReader):
    """Adds up the seconds that the network takes."""

    seconds = 0.0

    def probabilities(self, cells: Sequence[Strokes]) -> NDArray[np.float64]:
        began = time.perf_counter()
        probabilities = super().probabilities(cells)
        self.seconds += time.perf_counter() - began
        return probabilities


@dataclass(frozen=True)
class _Outcome:
    """How one word was read; the lists have an entry for each character of its text."""

    is_right_alone: list[bool]
    is_right: list[bool]
    #: Probabilities in context of the characters read; empty unless the line was split into as many as the text has.
    confidence: list[float]


def _outcome(word: Word, reader: LineReader) -> _Outcome:
    cells = reader.read_line(word.line) if word.line is not None else reader.read_cells(word.cells or [])
    if len(cells) != len(word.text):
        wrong = [False] * len(word.text)
        return _Outcome(wrong, wrong, [])
    pairs = list(zip(cells, word.text, strict=True))
    return _Outcome(
        [cell.alone == character for cell, character in pairs],
        [cell.in_context.character == character for cell, character in pairs],
        [cell.in_context.probabilities[cell.in_context.character] for cell in cells],
    )


def figures(words: Sequence[Word], folder: Path) -> dict[str, Any]:
    """The figures of `words`, read by the bundle in `folder`, as the module describes them. Raises BundleError."""
    reader = _TimedReader.load(folder)
    began = time.perf_counter()
    outcomes = [_outcome(word, reader) for word in words]
    seconds = time.perf_counter() - began - reader.seconds
    groups = legibility.default_groups()
    has_lookalikes = np.array([character in groups for word in words for character in word.text], bool)
    alone = np.array([value for outcome in outcomes for value in outcome.is_right_alone], bool)
    context = np.array([value for outcome in outcomes for value in outcome.is_right], bool)
    split = [outcome for outcome in outcomes if outcome.confidence]
    confidence = np.array([value for outcome in split for value in outcome.confidence])
    is_right = np.array([value for outcome in split for value in outcome.is_right])
    return {
        "n": len(words),
        "characters": len(context),
        "strict_alone": _fraction(alone),
        "strict_context": _fraction(context),
        "words_exact_alone": _fraction([all(outcome.is_right_alone) for outcome in outcomes]),
        "words_exact_context": _fraction([all(outcome.is_right) for outcome in outcomes]),
        "lookalikes_alone": _fraction(alone[has_lookalikes]),
        "lookalikes_context": _fraction(context[has_lookalikes]),
        "segmentation_exact": _fraction(
            [bool(outcome.confidence) for word, outcome in zip(words, outcomes, strict=True) if word.line is not None]
        ),
        "ms_per_character": 1000 * seconds / len(context),
        "ece_context": calibration_error(confidence, is_right) if len(is_right) else None,
    }


def _fraction(values: Sequence[bool] | NDArray[np.bool_]) -> float | None:
    return float(np.mean(values)) if len(values) else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, default=SHIPPED)
    parser.add_argument("--words", type=Path, required=True, help="words as cells or lines (.jsonl.gz)")
    parser.add_argument("--json", type=Path, help="file for the figures; without it they are printed")
    args = parser.parse_args()
    report = json.dumps(figures(list(read(args.words)), args.bundle), ensure_ascii=False, indent=2) + "\n"
    if args.json:
        args.json.write_text(report, encoding="utf-8")
    else:
        print(report, end="")


if __name__ == "__main__":
    main()
