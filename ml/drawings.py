"""What a network is trained on: which characters, from which shapes, how often; and the process that draws them."""

import argparse
import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from multiprocessing.queues import Queue
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml import outsiders
from ml.datasets import fonts, images, ink, shapes
from ml.strokes import Strokes, references, resample
from ml.synthesis import POINTS, Shape, Share, Source, Synthesizer, bend, shape
from ml.variants import variants

#: A drawing that spreads less than this across its direction, as a share of its spread along it, is a straight line.
_STRAIGHT = 0.08
#: Images of a character that are taken from the operator's datasets at most.
_IMAGES = 300
#: Images (n, SIDE, SIDE, 1) and labels (n,).
Batch = tuple[NDArray[np.uint8], NDArray[np.int32]]


def synthesizer(args: argparse.Namespace) -> Synthesizer:
    """The stream of drawings that `args` ask for."""
    labels = {character: label for label, character in enumerate(references())}
    book = {character: [shape(strokes)] for character, strokes in references().items()}
    hands = {c: [shape(variant.strokes) for variant in found] for c, found in variants().items()}
    traced, printed, strange = shapes.read(keep_traced(args))
    real: dict[str, dict[str, list[Shape]]] = defaultdict(lambda: defaultdict(list))
    for path in args.ink:
        for drawing in ink.read(path):
            if (
                drawing.character in labels
                and not ink.is_held_out(drawing, args.held_out)
                and not is_fragment(drawing.character, drawing.strokes)
            ):
                real[drawing.source.split("/")[0]][drawing.character].append(shape(drawing.strokes))

    kanji = [c for c in labels if c >= "一"]
    # These compete with kana and letters: 一 with I on its side, 千 with チ, 十 with t.
    simple_kanji = [c for c in kanji if len(references()[c]) <= 3]
    hiragana = [c for c in labels if "ぁ" <= c <= "ん"]
    katakana = [c for c in labels if "ァ" <= c <= "ン"]
    letters = [c for c in labels if c.isascii() and not c.isdigit()]
    digits = [c for c in labels if c.isdigit()]
    scanned_hands = _shapes(images.strokes_by_character(args.images, labels, _IMAGES))
    kanji_book = {c: [*book[c], *hands.get(c, [])] for c in kanji}

    def hand(name: str, scanned: float = 0.1) -> Source:
        return Source(real[name], 0.1, 1.0, ticked=0.05, scanned=scanned, mixed=0.5)

    careful = Source(kanji_book, 0.3, 1.35, ticked=0.03)
    # Augmented more strongly, シ and ツ, ソ and ン become each other.
    kana = Source(book, 0.2, 1.4, ticked=0.2)
    kana_sources = [
        (0.30, kana),
        (0.15, Source(hands, 0.2, 1.2, ticked=0.05)),
        (0.14, Source(traced, 0.3, 1.5, loose=0.3, ticked=0.1)),
        (0.12, Source(printed, 0.3, 1.5, loose=0.3, ticked=0.2)),
        (0.06, hand("tomoe")),
        (0.23, hand("omniglot")),
        (0.23, Source(scanned_hands, 0.1, 0.9, loose=0.3)),
    ]

    def letter_sources(scanned: float) -> list[tuple[float, Source]]:
        return [
            (0.10, Source(book, 0.3, 1.8, ticked=0.2, scanned=scanned)),
            (0.06, Source(hands, 0.2, 1.2, scanned=scanned)),
            (0.12, Source(traced, 0.3, 1.5, loose=0.3, ticked=0.1, scanned=scanned)),
            (0.12, Source(printed, 0.3, 1.5, loose=0.3, ticked=0.2, scanned=scanned)),
            (0.32, hand("unipen", scanned)),
            (0.16, hand("chars74k", scanned)),
            (0.12, hand("omniglot", scanned)),
            (0.12, Source(scanned_hands, 0.1, 0.8, loose=0.3, scanned=scanned)),
        ]

    simple_sources = [
        (0.62, Source(kanji_book, 0.3, 1.8, ticked=0.2)),
        (0.25, Source(traced, 0.3, 1.5, loose=0.3, ticked=0.1)),
        (0.13, hand("tomoe")),
    ]
    kanji_sources = [(0.80, careful), (0.12, Source(traced, 0.3, 1.5, loose=0.3, ticked=0.1)), (0.08, hand("tomoe"))]
    inside = [found for (found,) in book.values()]
    return Synthesizer(
        [
            Share(1 - args.simple, kanji, kanji_sources),
            Share(args.simple * 0.07, simple_kanji, simple_sources),
            Share(args.simple * 0.22, hiragana, kana_sources),
            Share(args.simple * 0.30, katakana, kana_sources),
            Share(args.simple * 0.31, letters, letter_sources(0.1)),
            Share(args.simple * 0.10, digits, letter_sources(0.4)),
        ],
        labels,
        args.outside,
        Source(strange, 0.1, 1.2),
        Source(_shapes(outsiders.real(args.outside_ink)), 0.1, 0.9, mixed=0.5),
        lambda rng: outsiders.invented(inside, rng),
        args.seed,
    )


def keep_traced(args: argparse.Namespace) -> Path:
    """The file with the shapes that take minutes to trace, made if it isn't in the run's folder yet.

    They are those of the fonts, of the fonts of print, and of what isn't in the catalogue and doesn't look so.
    """
    file: Path = args.checkpoint / "shapes.npz"
    if not file.exists():
        kana_and_letters = [character for character in references() if character < "一"]
        traced = _shapes(fonts.skeletons(references(), args.fonts))
        printed = _shapes(fonts.skeletons(kana_and_letters, args.fonts, fonts.PRINT))
        inside = [shape(strokes) for strokes in references().values()]
        alike = [found for character in kana_and_letters for found in [*traced[character], *printed[character]]]
        strange = outsiders.without_likes(outsiders.shapes(args.fonts, held_out=False), [*inside, *alike])
        shapes.write(file, [traced, printed, strange])
    return file


def held_out_outsiders(args: argparse.Namespace) -> list[Strokes]:
    """Drawings of what isn't in the catalogue, of rare kanji and letters that training leaves out and invented ones."""
    rng = np.random.default_rng(args.seed + 1)
    inside = [shape(strokes) for strokes in references().values()]
    strange = outsiders.without_likes(outsiders.shapes(args.fonts, held_out=True), inside)
    invented = [outsiders.invented(inside, rng) for _ in strange]
    return [
        *(bend(found, rng.uniform(0.1, 1.2), rng) for one in strange.values() for found in one),
        *(bend(found, rng.uniform(0.1, 1.2), rng, loose=loose) for found, loose in invented),
    ]


def _shapes(skeletons: Mapping[str, Sequence[Strokes]]) -> dict[str, list[Shape]]:
    return {character: [shape(strokes) for strokes in found] for character, found in skeletons.items()}


def is_fragment(character: str, strokes: Strokes) -> bool:
    """Whether only a straight line of a letter or digit was recorded, which would teach that a line is an H.

    True for a straight drawing unless it is upright and the character may be written so.
    """
    points = np.concatenate([resample(stroke, POINTS) for stroke in strokes])
    _, (along, across), directions = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    upright = abs(directions[0, 1]) > abs(directions[0, 0])
    return character.isascii() and bool(across < _STRAIGHT * along) and not (upright and character in "1Iijl")


def draw_batches(args: argparse.Namespace, first: int, batches: "Queue[Batch]") -> None:
    """Fill `batches` with that of step `first` and of every so many steps, as there are painters: a painter's body."""
    cv2.setNumThreads(1)
    stream = synthesizer(args)
    for step in itertools.count(first, args.painters):
        batches.put(stream.batch(step, args.batch))
