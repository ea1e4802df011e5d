"""Reads lines of ink: what each character is read as alone, and in the context of the others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from ml import bundle, raster
from ml.bundle import Bundle
from ml.context.alphabet import DEPENDENT, SHAPES, SMALL, shapes
from ml.context.decoder import Decoder, Reading, Span
from ml.context.model import WordModel
from ml.context.segmentation import Part, parts
from ml.ink import WritingError
from ml.prior import ScriptPrior
from ml.recognizer import Recognizer
from ml.result import LIKELY
from ml.strokes import Strokes

#: How well a character outside the catalogue explains its shape, beside the catalogue's character: where nothing shows
#: its size, it is written less often. Lower protects random strings, higher reads more words.
_SHAPED = 0.4
#: Size of a kana, as a fraction of the line's, at which it is as likely small as large, and how soon that changes.
_SMALL_UNTIL, _SMALL_WIDTH = 0.68, 0.06
#: Least probability that a kana is small, or large, whatever its size.
_UNSURE = 0.03
#: Gap inside a character, as a fraction of the line's width, that no Latin letter and digit has, and ln of what remains
#: of their probability with it.
_PART_FROM, _PARTED = 0.03, -4.0
#: Most strokes traced in a photograph of a line: a page of text has more, and each costs a dozen images.
_MOST_TRACED = 200
#: Candidates of a character: the most, and the least probability.
_MOST, _LEAST = 24, 1e-5


def read_words(folder: Path) -> WordModel:
    """The language model of the bundle in `folder`. Raises BundleError."""
    try:
        return WordModel.load(bundle.words_of(folder))
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise bundle.BundleError(f"The words of the model bundle {folder} can't be read: {error}") from error


@dataclass(frozen=True)
class Cell:
    """One character of a line."""

    strokes: Strokes
    #: What it is read as alone, by a reader who knows the scripts asked for, if any, and the probability, 0 to 1.
    alone: str
    alone_probability: float
    #: What else others may read alone, likeliest first, with probabilities of at least LIKELY.
    alone_also: list[str]
    #: What it is read as in context.
    reading: Reading
    #: Whether there is a context: other characters, or text around the line.
    has_neighbours: bool

    @property
    def decided(self) -> str:
        """What decided how it is read.

        Empty if it is alone, or reads the same alone and hardly anything else; `size`, of ー and small kana: size and
        place; `word`: the word that it belongs to; `script`: what is written around it.
        """
        is_clear = self.reading.character == self.alone and self.alone_probability >= 1 - LIKELY
        if is_clear or not self.has_neighbours:
            return ""
        if self.reading.character in DEPENDENT:
            return "size"
        return "word" if self.reading.is_spelt and len(self.reading.word) > 1 else "script"


class LineReader:
    """A bundle and its language model, ready to read lines."""

    def __init__(self, bundle: Bundle, words: WordModel) -> None:
        self._recognizer = Recognizer(bundle)
        self._characters = bundle.characters
        self._prior = ScriptPrior(bundle.characters, bundle.about.prior)
        self._decoder = Decoder(words)
        index = {character: index for index, character in enumerate(bundle.characters)}
        alphabet = words.characters
        none = len(index)
        #: (codes, 2) the indexes of each code's shapes; the one after the last stands for none.
        self._shapes = np.array([[none, none], *([*(index[s] for s in shapes(c)), none][:2] for c in alphabet)])
        self._weights = np.array([0, *(_SHAPED if character in SHAPES else 1 for character in alphabet)])
        self._is_latin = np.array([False, *(character.isascii() for character in alphabet)])
        self._codes = codes = words.codes
        self._small = np.array([codes[character] for character in SMALL])
        self._large = np.array([codes[character] for character in SMALL.values()])
        #: Whether the network reads the small kana as themselves.
        self._is_read = np.array([character not in SHAPES for character in SMALL])
        #: The codes whose shape each character of the bundle has.
        self._codes_of = [np.flatnonzero((self._shapes == index).any(axis=1)) for index in range(none)]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The reader of the bundle in `folder`. Raises BundleError."""
        return cls(bundle.read(folder), read_words(folder))

    def read_cells(self, cells: Sequence[Strokes], before: str = "", after: str = "", text: str = "") -> list[Cell]:
        """The characters of a line of which each of `cells` holds one; their sizes can't be compared.

        `before` and `after`: the text around the line. `text`: what was asked for, if anything. Its reader expects
        the scripts of its characters (`ml.prior`), but none of them.
        """
        probabilities = self.probabilities(cells)
        expected = self._knowing(text, probabilities)
        spans = [Span(start, start + 1, *self._candidates(row)) for start, row in enumerate(expected)]
        readings = self._decoder.read(spans, before, after)
        return self._cells(cells, probabilities, expected, readings, before + after)

    def read_line(self, strokes: Strokes, before: str = "", after: str = "", text: str = "") -> list[Cell]:
        """The characters of a free line, across or down.

        If it was meant to read `text` and can be split into as many characters, it is, and read as by `read_cells`.
        """
        found = parts(strokes)
        expected = probabilities = self.probabilities([part.strokes for part in found])
        if chain := self._split(found, probabilities, text):
            found = [replace(found[index], start=start, end=start + 1, log=0) for start, index in enumerate(chain)]
            probabilities = probabilities[chain]
            expected = self._knowing(text, probabilities)
        spans = []
        for part, row in zip(found, expected, strict=True):
            codes, log = self._candidates(row, part.size)
            parted = _PARTED * (self._is_latin[codes] if part.gap > _PART_FROM else 0)
            spans.append(Span(part.start, part.end, codes, log + part.log + parted))
        readings = self._decoder.read(spans, before, after)
        return self._cells([part.strokes for part in found], probabilities, expected, readings, before + after)

    def read_photo(self, ink: NDArray[np.uint8], before: str = "", after: str = "", text: str = "") -> list[Cell]:
        """The characters of a photographed line; `ink` as `photo.read` returns it.

        Their strokes are traced, in its pixels. `text`: as for `read_line`. Raises WritingError: not_a_line.
        """
        strokes = raster.photo_strokes(ink, is_line=True)
        if len(strokes) > _MOST_TRACED:
            raise WritingError("not_a_line", "The image shows more than one line of characters.")
        return self.read_line(strokes, before, after, text)

    def _knowing(self, text: str, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """`probabilities` (n, characters) for a reader who knows the scripts of the n characters that were asked for.

        Unchanged if `text` has another number of characters.
        """
        return self._prior.in_line(probabilities, text) if len(text) == len(probabilities) else probabilities

    def _split(self, found: Sequence[Part], probabilities: NDArray[np.floating], text: str) -> list[int]:
        """Indexes of the parts that, one after the other, explain the characters of `text` best; empty if none do."""
        explains = np.append(probabilities, np.zeros((len(found), 1)), axis=1)
        wanted = [explains[:, self._shapes[self._codes[character]]].sum(axis=1) for character in text]
        log = [np.log(np.maximum(column, _LEAST)) for column in wanted]
        # By the position in the line and the number of characters: ln of how well these are explained, and the way.
        best: dict[tuple[int, int], tuple[float, list[int]]] = {(0, 0): (0.0, [])}
        for index, part in enumerate(found):  # in the order of their starts
            for number in range(len(text)):
                if (part.start, number) in best:
                    so_far, way = best[part.start, number]
                    total, reached = so_far + part.log + log[number][index], (part.end, number + 1)
                    if reached not in best or total > best[reached][0]:
                        best[reached] = (total, [*way, index])
        return best.get((max(part.end for part in found), len(text)), (0.0, []))[1]

    def expected(self, characters: NDArray[np.intp], before: str, after: str) -> NDArray[np.float64] | None:
        """(k,) how likely each of `characters`, or what shares its shape, is between these texts, in proportion.

        `characters`: indexes in the bundle. None if neither text has a character next to it that a line can contain.
        """
        codes = [self._codes_of[index] for index in characters]
        found = self._decoder.expected(np.unique(np.concatenate(codes)), before, after)
        if found is None:
            return None
        weighted = np.zeros(len(self._weights))
        weighted[np.unique(np.concatenate(codes))] = found
        weighted *= self._weights
        return np.array([weighted[own].sum() for own in codes])

    def probabilities(self, cells: Sequence[Strokes]) -> NDArray[np.float64]:
        """(n, characters) of each of `cells` alone."""
        return self._recognizer.probabilities(np.stack([raster.ink_image(strokes) for strokes in cells]))

    def _cells(
        self,
        strokes: Sequence[Strokes],
        probabilities: NDArray[np.floating],
        expected: NDArray[np.floating],
        readings: Sequence[Reading],
        around: str,
    ) -> list[Cell]:
        """The characters of a line with the text `around` it; `expected`: the `probabilities` for its reader."""
        has_neighbours = len(readings) > 1 or bool(around)
        cells = []
        for reading in readings:
            row, alone = probabilities[reading.span], int(expected[reading.span].argmax())
            also = [index for index in np.argsort(-row)[:_MOST] if row[index] >= LIKELY and index != alone]
            cells.append(
                Cell(
                    strokes[reading.span],
                    self._characters[alone],
                    float(expected[reading.span, alone]),
                    [self._characters[index] for index in also],
                    reading,
                    has_neighbours,
                )
            )
        return cells

    def _candidates(
        self, probabilities: NDArray[np.floating], size: float | None = None
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """The likely codes of an image, and ln of how well each explains it; `probabilities` (characters,).

        `size`: of the character, as a fraction of the line's, if known.
        """
        explains = np.append(probabilities, 0)[self._shapes].sum(axis=1) * self._weights
        if size is not None:
            both = explains[self._large] + self._is_read * explains[self._small]
            is_small = np.clip(expit((_SMALL_UNTIL - size) / _SMALL_WIDTH), _UNSURE, 1 - _UNSURE)
            explains[self._small], explains[self._large] = both * is_small, both * (1 - is_small)
        codes = np.argsort(-explains, kind="stable")[:_MOST]
        codes = codes[explains[codes] >= min(_LEAST, explains[codes[0]])]
        return codes, np.log(explains[codes])
