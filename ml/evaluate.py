"""Measure a bundle: python -m ml.evaluate --ink FILE.jsonl.gz --json OUT.json

Reports, for all drawings and by source, accuracy with and without pooled lookalikes and context, scores and
calibration error; how well out-of-distribution drawings are rejected; how scores fall as drawings get worse, and how
little they change with size, position and pen; and how the references score.
"""

import argparse
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.stats import spearmanr

from ml import bundle, legibility, photo, raster
from ml.bundle import Bundle
from ml.datasets import ink
from ml.ink import WritingError
from ml.metrics import auroc, calibration_error, fraction, rank
from ml.prior import ScriptPrior
from ml.recognizer import Recognizer
from ml.scripts import FAMILIES, family
from ml.strokes import Strokes, references
from ml.synthesis import augment, shape

#: Strengths of distortion on the ladder, and how many drawings each of them distorts by default.
_LADDER = np.arange(0, 2.41, 0.3)
_PER_RUNG = 400
#: The network's image of a drawing or photograph.
Picture = NDArray[np.uint8]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, default=Path(__file__).with_name("bundle"))
    parser.add_argument("--ink", type=Path, nargs="*", default=[], help="drawings of catalogue characters (.jsonl.gz)")
    parser.add_argument(
        "--images", type=Path, nargs="*", default=[], help="images (n, h, w) and characters (n,) (.npz)"
    )
    parser.add_argument(
        "--writers", choices=["all", "held-out"], default="all", help="held-out: only writers that ml.train left out"
    )
    parser.add_argument("--outside", type=Path, help="out-of-distribution drawings (.jsonl.gz)")
    parser.add_argument(
        "--ladder",
        type=int,
        nargs="?",
        const=_PER_RUNG,
        metavar="DRAWINGS",
        help=f"measure scores of DRAWINGS (default {_PER_RUNG}) as they get worse, and as size and pen change",
    )
    parser.add_argument("--references", action="store_true", help="measure the reference drawings")
    parser.add_argument("--json", type=Path, help="file for the figures; without it they are printed")
    return parser.parse_args()


class Evaluation:
    """Measures one bundle, with the lookalike groups that the catalogue starts with."""

    def __init__(self, bundle: Bundle) -> None:
        self._recognizer = Recognizer(bundle)
        self._baselines = bundle.baselines
        self._known_from = bundle.about.known_from
        self._numbers = legibility.group_numbers(bundle.characters, legibility.default_groups())
        self._index = {character: index for index, character in enumerate(bundle.characters)}
        self._prior = ScriptPrior(bundle.characters, bundle.about.prior)
        self._family = np.array([FAMILIES.index(family(character)) for character in bundle.characters])

    def probabilities(self, pictures: Iterable[Picture]) -> NDArray[np.float64]:
        """(n, characters) without context."""
        return self._recognizer.probabilities(np.stack(list(pictures)))

    def accuracy(self, probabilities: NDArray[np.floating], characters: Sequence[str]) -> dict[str, float]:
        """The figures of drawings of `characters`: fractions between 0 and 1, scores (legibility) between 0 and 100.

        `probabilities` (n, characters) are without context. `top1`, `top5`, `ece`, `below_60` and `wrong_score_p99` let
        all scripts compete; `_script` means that only the target's family competes; `_context`, and all other scores,
        that a reader expects the target's script.
        """
        labels = np.array([self._index[character] for character in characters])
        target = self._numbers[labels]
        pooled = legibility.pool(probabilities, self._numbers)
        context = legibility.pool(self._prior.in_context(probabilities, labels), self._numbers)
        rows = np.arange(len(labels))
        right = pooled.argmax(axis=1) == target
        of_family = legibility.pool(probabilities * (self._family == self._family[labels][:, None]), self._numbers)
        scores = self.scores(context[rows, target], labels)
        same_script = self._wrong_scores(probabilities * self._prior.is_same_script(labels), probabilities, target)
        other_script = self._wrong_scores(probabilities * ~self._prior.is_same_script(labels), probabilities, target)
        return {
            "n": len(labels),
            "top1": fraction(probabilities.argmax(axis=1) == labels),
            "top5": fraction(rank(probabilities, labels) < 5),
            "top1_pooled": fraction(right),
            "top5_pooled": fraction(rank(pooled, target) < 5),
            "top1_pooled_script": fraction(of_family.argmax(axis=1) == target),
            "top1_pooled_context": fraction(context.argmax(axis=1) == target),
            "ece": calibration_error(pooled.max(axis=1), right),
            "score_median": float(np.median(scores)),
            "score_p05": float(np.quantile(scores, 0.05)),
            "below_60": fraction(self.scores(pooled[rows, target], labels) < 60),
            "below_60_context": fraction(scores < 60),
            "wrong_score_p99": _p99(self._wrong_scores(probabilities, probabilities, target, in_context=False)[right]),
            "wrong_score_p99_same_script": _p99(same_script[right]),
            "wrong_score_p99_other_script": _p99(other_script[right]),
        }

    def _wrong_scores(
        self,
        eligible: NDArray[np.floating],
        probabilities: NDArray[np.floating],
        target: NDArray[np.integer],
        *,
        in_context: bool = True,
    ) -> NDArray[np.float64]:
        """(n,) what each drawing would score for the likeliest of `eligible` (n, characters) outside its target's
        group.
        """
        wrong = np.where(self._numbers == target[:, None], -1, eligible).argmax(axis=1)
        seen = self._prior.in_context(probabilities, wrong) if in_context else probabilities
        own = self._numbers == self._numbers[wrong][:, None]
        return self.scores((seen * own).sum(axis=1), wrong)

    def scores(self, probability: NDArray[np.floating], labels: NDArray[np.integer]) -> NDArray[np.float64]:
        """(n,) legibility, 0 to 100, for the `probability` (n,) of each target's group; `labels` (n,): the targets."""
        return legibility.legibility(legibility.log_odds(probability), self._baselines[labels])

    def of_pictures(
        self, pictures: Sequence[Picture], characters: Sequence[str], sources: Sequence[str]
    ) -> dict[str, Any]:
        """`accuracy` for all pictures and, under "by_source", for each source. Skips what is outside the catalogue."""
        inside = [row for row, character in enumerate(characters) if character in self._index]
        probabilities = self.probabilities(pictures[row] for row in inside)
        characters = [characters[row] for row in inside]
        rows = defaultdict(list)
        for row, picture in enumerate(inside):
            rows[sources[picture]].append(row)
        by_source = {
            source: self.accuracy(probabilities[own], [characters[row] for row in own]) for source, own in rows.items()
        }
        return {**self.accuracy(probabilities, characters), "by_source": by_source}

    def of_ink(self, drawings: Sequence[ink.Drawing]) -> dict[str, Any]:
        """`of_pictures` for ink."""
        pictures = [raster.ink_image(drawing.strokes) for drawing in drawings]
        return self.of_pictures(pictures, [d.character or "" for d in drawings], [d.source for d in drawings])

    def known(self, pictures: Iterable[Picture]) -> NDArray[np.float64]:
        """(n,) probability of being any character of the catalogue."""
        return self.probabilities(pictures).sum(axis=1)

    def of_outside(self, outside: NDArray[np.floating], inside: NDArray[np.floating] | None) -> dict[str, float]:
        """How well `known` separates drawings `outside` the catalogue (n,) from those `inside` (m,).

        `rejected` and `accepted_inside` are at the bundle's threshold, `rejected_at_97` at one that accepts 97 % of
        `inside`.
        """
        figures = {"n": len(outside), "rejected": fraction(outside < self._known_from)}
        if inside is not None:
            figures["accepted_inside"] = fraction(inside >= self._known_from)
            figures["auroc"] = auroc(inside, outside)
            figures["rejected_at_97"] = fraction(outside < np.quantile(inside, 0.03))
        return figures

    def scores_for(self, pictures: Iterable[Picture], characters: Sequence[str]) -> NDArray[np.float64]:
        """(n,) the score of each picture for its target in `characters`, whose script is expected."""
        labels = np.array([self._index[character] for character in characters])
        pooled = legibility.pool(self._prior.in_context(self.probabilities(pictures), labels), self._numbers)
        return self.scores(pooled[np.arange(len(labels)), self._numbers[labels]], labels)

    def of_ladder(self, drawings: int) -> dict[str, Any]:
        """Mean scores of `drawings` augmented references by strength of distortion, and their rank correlation, -1 at
        best.
        """
        rng = np.random.default_rng(0)
        characters = list(rng.choice(list(self._index), drawings))
        book = [shape(references()[character]) for character in characters]
        means = [
            float(self.scores_for([raster.ink_image(augment(s, strength, rng)) for s in book], characters).mean())
            for strength in _LADDER
        ]
        steps = {f"{strength:.1f}": round(mean, 1) for strength, mean in zip(_LADDER, means, strict=True)}
        return {"spearman": float(spearmanr(_LADDER, means).statistic), "scores": steps}

    def of_invariance(self, drawings: Sequence[tuple[str, Strokes]]) -> dict[str, float]:
        """Largest change and 99th percentile of the change of scores, 0 to 100.

        As ink: smaller, larger, elsewhere and with more points, against the same drawing. As images: with other pens
        and sizes, against their median.
        """
        characters = [character for character, _ in drawings]
        strokes = [strokes for _, strokes in drawings]
        same = self.scores_for(map(raster.ink_image, strokes), characters)
        others = [
            [[stroke * 0.2 + 3 for stroke in drawing] for drawing in strokes],
            [[stroke * 7 - 400 for stroke in drawing] for drawing in strokes],
            [[_with_midpoints(stroke) for stroke in drawing] for drawing in strokes],
        ]
        changes = np.abs([self.scores_for(map(raster.ink_image, other), characters) - same for other in others])
        photographed = [[_photographed(drawing, side, pen) for drawing in strokes] for side, pen in _PENS]
        scores = np.stack([self.scores_for(pictures, characters) for pictures in photographed])
        image_changes = np.abs(scores - np.median(scores, axis=0))
        return {
            "largest": float(changes.max()),
            "p99": float(np.quantile(changes, 0.99)),
            "images_largest": float(image_changes.max()),
            "images_p99": float(np.quantile(image_changes, 0.99)),
        }

    def of_references(self) -> dict[str, float]:
        """How many references are read as themselves, and their scores, 0 to 100."""
        characters = list(references())
        probabilities = self.probabilities(raster.ink_image(strokes) for strokes in references().values())
        labels = np.array([self._index[character] for character in characters])
        pooled = legibility.pool(probabilities, self._numbers)
        target = self._numbers[labels]
        context = legibility.pool(self._prior.in_context(probabilities, labels), self._numbers)
        scores = self.scores(context[np.arange(len(labels)), target], labels)
        return {
            "n": len(labels),
            "own_top1_pooled": fraction(pooled.argmax(axis=1) == target),
            "score_min": float(scores.min()),
            "score_p01": float(np.quantile(scores, 0.01)),
            "score_95_or_more": fraction(np.round(scores) >= 95),
        }


#: Sides of images and widths of pens, pixels.
_PENS = [(160, 5), (320, 10), (320, 20), (640, 16)]


def _p99(scores: NDArray[np.floating]) -> float:
    return float(np.quantile(scores, 0.99)) if len(scores) else 0.0


def _with_midpoints(stroke: NDArray[np.float32]) -> NDArray[np.float32]:
    """`stroke` (n, 2) with a point added between every two, as from a pen with twice the sampling rate."""
    return np.insert(stroke, range(1, len(stroke)), (stroke[1:] + stroke[:-1]) / 2, axis=0)


def _photographed(strokes: Strokes, side: int, pen: int) -> Picture:
    """The network's image of `strokes` drawn with a pen of `pen` pixels on a white square of `side`."""
    return raster.photo_image(photo.read(_png(255 - raster.written(raster.fit(strokes), side, pen))))


def _read(image: NDArray[np.uint8]) -> Picture:
    """The network's image of a photograph (height, width); an empty one, which counts as misread, if it is refused."""
    try:
        return raster.photo_image(photo.read(_png(image)))
    except WritingError:
        return np.zeros((raster.SIDE, raster.SIDE), np.uint8)


def _png(image: NDArray[np.uint8]) -> bytes:
    data = io.BytesIO()
    Image.fromarray(image).save(data, "PNG")
    return data.getvalue()


def main() -> None:
    args = arguments()
    loaded = bundle.read(args.bundle)
    evaluation = Evaluation(loaded)
    figures: dict[str, Any] = {"model": loaded.about.version}
    drawings = [drawing for path in args.ink for drawing in ink.read(path)]
    if args.writers == "held-out":
        held_out = loaded.about.made_with["held_out"]
        drawings = [drawing for drawing in drawings if ink.is_held_out(drawing, held_out)]
    pictures = [raster.ink_image(drawing.strokes) for drawing in drawings]
    characters = [drawing.character or "" for drawing in drawings]
    sources = [drawing.source for drawing in drawings]
    for path in args.images:
        with np.load(path, allow_pickle=False) as images:
            pictures += [_read(image) for image in images["images"]]
            characters += [str(character) for character in images["characters"]]
            sources += [f"images/{path.stem}"] * len(images["characters"])
    inside = None
    if pictures:
        figures |= evaluation.of_pictures(pictures, characters, sources)
        inside = evaluation.known(pictures)
    if args.outside:
        outside = evaluation.known(raster.ink_image(drawing.strokes) for drawing in ink.read(args.outside))
        figures["outside"] = evaluation.of_outside(outside, inside)
    if args.ladder:
        figures["ladder"] = evaluation.of_ladder(args.ladder)
        every = -(-len(references()) // max(1, args.ladder // 2))  # each is drawn and photographed several times
        figures["invariance"] = evaluation.of_invariance(list(references().items())[::every])
    if args.references:
        figures["references"] = evaluation.of_references()
    text = json.dumps(figures, ensure_ascii=False, indent=2)
    if args.json:
        args.json.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
