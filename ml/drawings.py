"""What a network is trained on: which characters, from which shapes, how often; and the process that draws them."""

import argparse
from collections import defaultdict
from multiprocessing.queues import Queue

import numpy as np
from numpy.typing import NDArray

from ml.datasets import fonts, ink
from ml.strokes import Strokes, references, resample
from ml.synthesis import POINTS, Shape, Share, Source, Synthesizer, shape

#: A drawing that spreads less than this across its direction, as a share of its spread along it, is a straight line.
_STRAIGHT = 0.08
#: Images (n, SIDE, SIDE, 1) and labels (n,).
Batch = tuple[NDArray[np.uint8], NDArray[np.int32]]


def synthesizer(args: argparse.Namespace) -> Synthesizer:
    """The stream of drawings that `args` ask for."""
    labels = {character: label for label, character in enumerate(references())}
    book = {character: [shape(strokes)] for character, strokes in references().items()}
    traced: dict[str, list[Shape]] = {
        character: [shape(strokes) for strokes in found]
        for character, found in fonts.skeletons(labels, args.fonts).items()
    }
    real: dict[str, list[Shape]] = defaultdict(list)
    for path in args.ink:
        for drawing in ink.read(path):
            if (
                drawing.character
                and not ink.is_held_out(drawing.writer, args.held_out)
                and not is_fragment(drawing.character, drawing.strokes)
            ):
                real[drawing.character].append(shape(drawing.strokes))

    kanji = [c for c in labels if c >= "一"]
    # These compete with kana and letters: 一 with I on its side, 千 with チ, 十 with t.
    simple_kanji = [c for c in kanji if len(references()[c]) <= 3]
    hiragana = [c for c in labels if "ぁ" <= c <= "ん"]
    katakana = [c for c in labels if "ァ" <= c <= "ン"]
    letters = [c for c in labels if c.isascii()]
    fonts_hand = Source(traced, 0.3, 1.5, loose=False, ticked=0.1)
    real_hand = Source(real, 0.1, 0.8, ticked=0.05)
    careful, free = Source(book, 0.3, 1.35, ticked=0.03), Source(book, 0.3, 1.8, ticked=0.2)
    kana_sources = [(0.55, free), (0.45, fonts_hand)]
    return Synthesizer(
        [
            Share(1 - args.simple, kanji, [(0.88, careful), (0.12, fonts_hand)]),
            Share(args.simple * 0.09, simple_kanji, [(0.75, free), (0.25, fonts_hand)]),
            Share(args.simple * 0.24, hiragana, kana_sources),
            Share(args.simple * 0.33, katakana, kana_sources),
            Share(args.simple * 0.34, letters, [(0.27, free), (0.28, fonts_hand), (0.45, real_hand)]),
        ],
        labels,
        args.seed,
    )


def is_fragment(character: str, strokes: Strokes) -> bool:
    """Whether only a straight line of `character` was recorded, which would teach that a line is an H.

    True for a straight drawing unless it is upright and the character may be written so.
    """
    points = np.concatenate([resample(stroke, POINTS) for stroke in strokes])
    _, (along, across), directions = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    upright = abs(directions[0, 1]) > abs(directions[0, 0])
    return bool(across < _STRAIGHT * along) and not (upright and character in "1Iijl")


def draw_batches(args: argparse.Namespace, first: int, batches: "Queue[Batch]") -> None:
    """Fill `batches` with those of the steps from `first` on: the body of the drawing process."""
    stream = synthesizer(args)
    for step in range(first, args.steps):
        batches.put(stream.batch(step, args.batch))
