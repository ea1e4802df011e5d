"""The mixture of training data, and the data worker that draws its batches."""

import argparse
import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from multiprocessing.queues import Queue
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml import out_of_distribution
from ml.datasets import fonts, images, ink, shapes
from ml.form import parts
from ml.strokes import Strokes, references, resample
from ml.synthesis import POINTS, Category, OutOfDistribution, Shape, Source, Synthesizer, augment, shape
from ml.variants import variants

#: Largest ratio of a straight line's spread across its direction to its spread along it.
_STRAIGHT = 0.08
#: Largest number of images of one character that are taken from the operator's datasets.
_IMAGES = 300
#: Images (n, SIDE, SIDE, 1) and labels (n,).
Batch = tuple[NDArray[np.uint8], NDArray[np.int32]]
#: Sources with their weights.
Weighted = list[tuple[float, Source]]


def synthesizer(args: argparse.Namespace) -> Synthesizer:
    """The stream of drawings that `args`, the options of `ml.train`, describe."""
    labels = {character: label for label, character in enumerate(references())}
    reference = {character: [shape(strokes)] for character, strokes in references().items()}
    varied = {character: [shape(variant.strokes) for variant in found] for character, found in variants().items()}
    traced, printed, unknown = shapes.read(keep_traced(args))
    scanned = _shapes(images.strokes_by_character(args.images, labels, _IMAGES))
    real = _real(args.ink, args.held_out)

    kanji = [c for c in labels if c >= "一"]
    # These compete with kana and letters: 一 with I on its side, 千 with チ, 十 with t.
    simple_kanji = [c for c in kanji if len(references()[c]) <= 3]
    hiragana = [c for c in labels if "ぁ" <= c <= "ん"]
    katakana = [c for c in labels if "ァ" <= c <= "ン"]
    letters = [c for c in labels if c.isascii() and not c.isdigit()]
    digits = [c for c in labels if c.isdigit()]
    kanji_shapes = {c: [*reference[c], *varied.get(c, [])] for c in kanji}
    kanji_parts = {c: list(found.values()) for c, found in parts().items()}

    def hand(name: str, scans: float = 0.1) -> Source:
        return Source(real[name], 0.1, 1.0, ticks=0.05, scans=scans, mixed=0.5)

    def letter_sources(scans: float) -> Weighted:
        return [
            (0.10, Source(reference, 0.3, 1.8, ticks=0.2, scans=scans)),
            (0.06, Source(varied, 0.2, 1.2, scans=scans)),
            (0.12, Source(traced, 0.3, 1.5, looseness=0.3, ticks=0.1, scans=scans)),
            (0.12, Source(printed, 0.3, 1.5, looseness=0.3, ticks=0.2, scans=scans)),
            (0.32, hand("unipen", scans)),
            (0.16, hand("chars74k", scans)),
            (0.12, hand("omniglot", scans)),
            (0.12, Source(scanned, 0.1, 0.8, looseness=0.3, scans=scans)),
        ]

    kana_sources: Weighted = [
        # Augmented more strongly, シ and ツ, ソ and ン become each other.
        (0.30, Source(reference, 0.2, 1.4, ticks=0.2)),
        (0.15, Source(varied, 0.2, 1.2, ticks=0.05)),
        (0.14, Source(traced, 0.3, 1.5, looseness=0.3, ticks=0.1)),
        (0.12, Source(printed, 0.3, 1.5, looseness=0.3, ticks=0.2)),
        (0.06, hand("tomoe")),
        (0.23, hand("omniglot")),
        (0.23, Source(scanned, 0.1, 0.9, looseness=0.3)),
    ]
    simple_kanji_sources: Weighted = [
        (0.62, Source(kanji_shapes, 0.3, 1.8, ticks=0.2)),
        (0.25, Source(traced, 0.3, 1.5, looseness=0.3, ticks=0.1)),
        (0.13, hand("tomoe")),
    ]
    kanji_sources: Weighted = [
        (0.80, Source(kanji_shapes, 0.3, 1.35, ticks=0.03, parts=kanji_parts)),
        (0.12, Source(traced, 0.3, 1.5, looseness=0.3, ticks=0.1)),
        (0.08, hand("tomoe")),
    ]
    catalogue = [found for (found,) in reference.values()]
    return Synthesizer(
        [
            Category(1 - args.simple, kanji, kanji_sources),
            Category(args.simple * 0.07, simple_kanji, simple_kanji_sources),
            Category(args.simple * 0.29, hiragana, kana_sources),
            Category(args.simple * 0.27, katakana, kana_sources),
            Category(args.simple * 0.27, letters, letter_sources(0.1)),
            Category(args.simple * 0.10, digits, letter_sources(0.4)),
        ],
        labels,
        OutOfDistribution(
            args.outside,
            Source(_shapes(out_of_distribution.real(args.outside_ink)), 0.1, 0.9, mixed=0.5),
            Source(unknown, 0.1, 1.2),
            lambda rng: out_of_distribution.invented(catalogue, rng),
        ),
        args.seed,
    )


def _real(paths: Iterable[Path], held_out: float) -> Mapping[str, Mapping[str, list[Shape]]]:
    """The shapes that real hands wrote, of writers not held out: by collection (the source up to its slash), then by
    character."""
    found: dict[str, dict[str, list[Shape]]] = defaultdict(lambda: defaultdict(list))
    for drawing in (drawing for path in paths for drawing in ink.read(path)):
        if (
            drawing.character
            and drawing.character in references()
            and not ink.is_held_out(drawing, held_out)
            and not is_fragment(drawing.character, drawing.strokes)
        ):
            found[drawing.source.split("/")[0]][drawing.character].append(shape(drawing.strokes))
    return found


def keep_traced(args: argparse.Namespace) -> Path:
    """The file `shapes.npz` in the run's folder, written if it isn't there: tracing takes minutes.

    It holds the shapes of handwriting fonts, of fonts of print, and of out-of-distribution characters that don't look
    like a catalogue character.
    """
    file: Path = args.checkpoint / "shapes.npz"
    if not file.exists():
        kana_and_letters = [character for character in references() if character < "一"]
        traced = _shapes(fonts.skeletons(references(), args.fonts))
        printed = _shapes(fonts.skeletons(kana_and_letters, args.fonts, fonts.PRINT))
        catalogue = [shape(strokes) for strokes in references().values()]
        glyphs = [found for character in kana_and_letters for found in [*traced[character], *printed[character]]]
        drawn = out_of_distribution.shapes(args.fonts, held_out=False)
        unknown = out_of_distribution.without_lookalikes(drawn, [*catalogue, *glyphs])
        shapes.write(file, [traced, printed, unknown])
    return file


def held_out_unknown(args: argparse.Namespace) -> list[Strokes]:
    """Out-of-distribution drawings that training leaves out: a tenth of rare kanji and foreign letters, and as many
    invented ones."""
    rng = np.random.default_rng(args.seed + 1)
    catalogue = [shape(strokes) for strokes in references().values()]
    drawn = out_of_distribution.shapes(args.fonts, held_out=True)
    unknown = out_of_distribution.without_lookalikes(drawn, catalogue)
    invented = [out_of_distribution.invented(catalogue, rng) for _ in unknown]
    return [
        *(augment(found, rng.uniform(0.1, 1.2), rng) for one in unknown.values() for found in one),
        *(augment(found, rng.uniform(0.1, 1.2), rng, looseness=looseness) for found, looseness in invented),
    ]


def _shapes(skeletons: Mapping[str, Sequence[Strokes]]) -> dict[str, list[Shape]]:
    return {character: [shape(strokes) for strokes in found] for character, found in skeletons.items()}


def is_fragment(character: str, strokes: Strokes) -> bool:
    """True if only a straight line of a letter or digit was recorded; it would teach the network that a line is an H.

    Upright lines count as whole where the character may be written as one (1, I, l).
    """
    points = np.concatenate([resample(stroke, POINTS) for stroke in strokes])
    _, (along, across), directions = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    upright = abs(directions[0, 1]) > abs(directions[0, 0])
    return character.isascii() and bool(across < _STRAIGHT * along) and not (upright and character in "1Iijl")


def draw_batches(args: argparse.Namespace, first: int, batches: "Queue[Batch]") -> None:
    """The body of a data worker: put the batches of the steps `first`, `first` + `args.workers`, … into `batches`."""
    cv2.setNumThreads(1)
    stream = synthesizer(args)
    for step in itertools.count(first, args.workers):
        batches.put(stream.batch(step, args.batch))
