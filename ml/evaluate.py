"""How good is a bundle: python -m ml.evaluate --ink FILE.jsonl.gz --json OUT.json

Accuracy over all drawings and by source, strict and with lookalikes pooled; what the scores look like; how well
confidence is calibrated; whether drawings from outside the catalogue are told apart; how the references score.
"""

import argparse
import json
import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import bundle, legibility, raster
from ml.bundle import Bundle
from ml.datasets import ink
from ml.metrics import auroc, calibration_error, rank, share
from ml.recognizer import Recognizer
from ml.strokes import references


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, default=Path(__file__).with_name("bundle"))
    parser.add_argument("--ink", type=Path, nargs="*", default=[], help="drawings of catalogue characters (.jsonl.gz)")
    parser.add_argument(
        "--writers", choices=["all", "held-out"], default="all", help="held-out: those ml.train left out"
    )
    parser.add_argument("--outside", type=Path, help="drawings of what isn't in the catalogue (.jsonl.gz)")
    parser.add_argument("--references", action="store_true", help="the reference drawings themselves")
    parser.add_argument("--json", type=Path, help="file to write the figures to; printed without it")
    return parser.parse_args()


class Evaluation:
    """One bundle, its lookalikes those that the catalogue starts with."""

    def __init__(self, bundle: Bundle) -> None:
        self._recognizer = Recognizer(bundle)
        self._baselines = bundle.baselines
        self._known_from = bundle.about.known_from
        self._numbers = legibility.group_numbers(bundle.characters, legibility.default_groups())
        self._place = {character: place for place, character in enumerate(bundle.characters)}

    def probabilities(self, images: Iterable[NDArray[np.uint8]]) -> NDArray[np.float64]:
        """(n, characters) for images (SIDE, SIDE)."""
        return self._recognizer.probabilities(np.stack(list(images))[..., None])

    def accuracy(self, probabilities: NDArray[np.floating], characters: list[str]) -> dict[str, float]:
        """The figures of drawings of `characters`, shares between 0 and 1 and scores between 0 and 100."""
        labels = np.array([self._place[character] for character in characters])
        meant = self._numbers[labels]
        pooled = legibility.pool(probabilities, self._numbers)
        rows = np.arange(len(labels))
        right = pooled.argmax(axis=1) == meant
        scores = self.scores(pooled[rows, meant], labels)
        wrong = pooled.copy()
        wrong[rows, meant] = -1
        wrong_groups = wrong.argmax(axis=1)
        # The baseline of any member of the wrong group: they share their probability, and nearly their baseline.
        member = np.array([np.flatnonzero(self._numbers == group)[0] for group in wrong_groups])
        wrong_scores = self.scores(wrong[rows, wrong_groups], member)
        return {
            "n": len(labels),
            "top1": share(probabilities.argmax(axis=1) == labels),
            "top5": share(rank(probabilities, labels) < 5),
            "top1_pooled": share(right),
            "top5_pooled": share(rank(pooled, meant) < 5),
            "ece": calibration_error(pooled.max(axis=1), right),
            "score_median": float(np.median(scores)),
            "score_p05": float(np.quantile(scores, 0.05)),
            "wrong_score_p99": float(np.quantile(wrong_scores[right], 0.99)) if right.any() else 0.0,
        }

    def scores(self, probability: NDArray[np.floating], places: NDArray[np.integer]) -> NDArray[np.float64]:
        return legibility.legibility(legibility.log_odds(probability), self._baselines[places])

    def of_ink(self, drawings: list[ink.Drawing]) -> dict[str, Any]:
        """`accuracy` over all drawings and, under by_source, of each source."""
        drawings = [drawing for drawing in drawings if drawing.character in self._place]
        probabilities = self.probabilities(raster.ink_image(drawing.strokes) for drawing in drawings)
        characters = [drawing.character or "" for drawing in drawings]
        rows = defaultdict(list)
        for row, drawing in enumerate(drawings):
            rows[drawing.source].append(row)
        by_source = {
            source: self.accuracy(probabilities[own], [characters[row] for row in own]) for source, own in rows.items()
        }
        return {**self.accuracy(probabilities, characters), "by_source": by_source}

    def confidence(self, drawings: Iterable[ink.Drawing]) -> NDArray[np.float64]:
        """(n,) the pooled probability of the likeliest group."""
        probabilities = self.probabilities(raster.ink_image(drawing.strokes) for drawing in drawings)
        return legibility.pool(probabilities, self._numbers).max(axis=1)

    def of_outside(self, outside: NDArray[np.floating], inside: NDArray[np.floating] | None) -> dict[str, float]:
        """How well the confidence of drawings outside the catalogue differs from that of drawings inside it."""
        figures = {"n": len(outside), "rejected": share(outside < self._known_from)}
        if inside is not None:
            figures["accepted_inside"] = share(inside >= self._known_from)
            figures["auroc"] = auroc(inside, outside)
        return figures

    def of_references(self) -> dict[str, float]:
        probabilities = self.probabilities(raster.ink_image(strokes) for strokes in references().values())
        places = np.array([self._place[character] for character in references()])
        pooled = legibility.pool(probabilities, self._numbers)
        meant = self._numbers[places]
        scores = self.scores(pooled[np.arange(len(places)), meant], places)
        return {
            "n": len(places),
            "own_top1_pooled": share(pooled.argmax(axis=1) == meant),
            "score_min": float(scores.min()),
            "score_p01": float(np.quantile(scores, 0.01)),
            "score_90_or_more": share(scores >= 90),
        }


def main() -> None:
    args = arguments()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    loaded = bundle.read(args.bundle)
    evaluation = Evaluation(loaded)
    figures: dict[str, Any] = {"model": loaded.about.version}
    inside = None
    if args.ink:
        drawings = [drawing for path in args.ink for drawing in ink.read(path)]
        if args.writers == "held-out":
            kept = loaded.about.made_with["held_out"]
            drawings = [drawing for drawing in drawings if ink.is_held_out(drawing.writer, kept)]
        figures |= evaluation.of_ink(drawings)
        inside = evaluation.confidence(drawings)
    if args.outside:
        figures["outside"] = evaluation.of_outside(evaluation.confidence(ink.read(args.outside)), inside)
    if args.references:
        figures["references"] = evaluation.of_references()
    text = json.dumps(figures, ensure_ascii=False, indent=2)
    if args.json:
        args.json.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
