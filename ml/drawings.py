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

#: A drawing that spreads less than this across its direction, as a share of its spread along it, is a straight line.
_STRAIGHT = 0.08
#: Images of a character that are taken from the operator's datasets at most.
_IMAGES = 200
#: Images (n, SIDE, SIDE, 1) and labels (n,).
Batch = tuple[NDArray[np.uint8], NDArray[np.int32]]


def synthesizer(args: argparse.Namespace) -> Synthesizer:
    """The stream of drawings that `args` ask for."""
    labels = {character: label for label, character in enumerate(references())}
    book = {character: [shape(strokes)] for character, strokes in references().items()}
    traced, printed, strange = shapes.read(keep_traced(args))
    real: dict[str, list[Shape]] = defaultdict(list)
    for path in args.ink:
        for drawing in ink.read(path):
            if (
                drawing.character in labels
                and not ink.is_held_out(drawing, args.held_out)
                and not is_fragment(drawing.character, drawing.strokes)
            ):
                real[drawing.character].append(shape(drawing.strokes))

    kanji = [c for c in labels if c >= "一"]
    # These compete with kana and letters: 一 with I on its side, 千 with チ, 十 with t.
    simple_kanji = [c for c in kanji if len(references()[c]) <= 3]
    hiragana = [c for c in labels if "ぁ" <= c <= "ん"]
    katakana = [c for c in labels if "ァ" <= c <= "ン"]
    letters = [c for c in labels if c.isascii()]
    scanned = _shapes(images.strokes_by_character(args.images, labels, _IMAGES))
    scanned_hand = (0.4, Source(scanned, 0.1, 0.8, loose=0.3))
    fonts_hand = Source(traced, 0.3, 1.5, loose=0.3, ticked=0.1)
    copied = Source(printed, 0.3, 1.5, loose=0.3, ticked=0.2)
    real_hand = Source(real, 0.1, 0.8, ticked=0.05)
    careful, free = Source(book, 0.3, 1.35, ticked=0.03), Source(book, 0.3, 1.8, ticked=0.2)
    # Bent more, シ and ツ, ソ and ン become each other.
    kana = Source(book, 0.2, 1.4, ticked=0.2)
    kana_sources = [(0.45, kana), (0.28, fonts_hand), (0.25, copied), (0.02, real_hand), scanned_hand]
    inside = [found for (found,) in book.values()]
    return Synthesizer(
        [
            Share(1 - args.simple, kanji, [(0.82, careful), (0.12, fonts_hand), (0.06, real_hand), scanned_hand]),
            Share(args.simple * 0.08, simple_kanji, [(0.7, free), (0.25, fonts_hand), (0.05, real_hand), scanned_hand]),
            Share(args.simple * 0.22, hiragana, kana_sources),
            Share(args.simple * 0.32, katakana, kana_sources),
            Share(
                args.simple * 0.38,
                letters,
                [(0.18, free), (0.2, fonts_hand), (0.22, copied), (0.4, real_hand), scanned_hand],
            ),
        ],
        labels,
        args.outside,
        Source(strange, 0.1, 1.2),
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
