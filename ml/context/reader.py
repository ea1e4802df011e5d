"""Reads lines of ink: what each character is read as alone, and in the context of the others."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
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
from ml.context.asked import NOTHING, Asked
from ml.context.decoder import Decoder, ReadCharacter, Span
from ml.context.heights import Heights
from ml.context.model import WordModel
from ml.context.segmentation import Part, is_vertical, parts
from ml.ink import WritingError
from ml.prior import NeighbourPrior, ScriptPrior
from ml.recognizer import Recognizer
from ml.result import LIKELY
from ml.strokes import Strokes

#: What a character outside the catalogue is multiplied by beside the catalogue's character of the same shape (1): where
#: nothing shows the size, it is the rarer one. Lower protects random strings, higher reads more words.
_SHAPED = 0.4
#: Size of a kana, as a fraction of the line's, at which it is as likely small as large, and how soon that changes.
_SMALL_UNTIL, _SMALL_WIDTH = 0.68, 0.06
#: Least probability that a kana is small, or large, whatever its size.
_UNSURE = 0.03
#: Least gap inside a character, as a fraction of the line's width, that no Latin letter or digit has.
_PART_FROM = 0.03
#: Added to ln of the probability of a Latin letter or digit with such a gap.
_PARTED = -4.0
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
    #: What else a reader who knows nothing of the line may read it as alone, likeliest first; each at least LIKELY.
    alone_also: list[str]
    #: What it is read as in context.
    in_context: ReadCharacter
    #: Whether there is a context: other characters, or text around the line.
    has_neighbours: bool

    def others(self, groups: Mapping[str, int]) -> list[str]:
        """The characters of other shapes that it could be alone, likeliest first, then its lookalikes in `groups`.

        `groups`: the number of the lookalike group of every character that has one.
        """
        own = shapes(self.in_context.character)
        lookalikes = [character for character, number in groups.items() if number == groups.get(own[0])]
        return [each for each in dict.fromkeys([self.alone, *self.alone_also, *lookalikes]) if each not in own]

    def decided(self, groups: Mapping[str, int]) -> str:
        """What tells this character from the others that it could be alone; `groups` as for `others`.

        `word`: the word that it belongs to; `script`: the characters around it; `size`: its size and place, of ー,
        small kana and letters like C and c. Empty if it could be nothing else, or there is no context.
        """
        if not self.has_neighbours:
            return ""
        if self.in_context.is_by_height:
            return "size"
        if self.others(groups):
            return "word" if self.in_context.is_spelt and len(self.in_context.word) > 1 else "script"
        return "size" if self.in_context.character in DEPENDENT else ""


class LineReader:
    """A bundle and its language model, ready to read lines."""

    def __init__(self, bundle: Bundle, words: WordModel) -> None:
        self._recognizer = Recognizer(bundle)
        self._characters = bundle.characters
        #: By the network's characters, and by the codes, from 1, of the language model's.
        self._prior = ScriptPrior(bundle.characters, bundle.about.prior)
        self._scripts = ScriptPrior(words.characters, bundle.about.prior)
        self._decoder = Decoder(words)
        self._heights = Heights(words.characters)
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
        codes_of = defaultdict(list)
        for code, own in enumerate(self._shapes.tolist()):
            for number in own:
                codes_of[number].append(code)
        #: The codes whose shape each character of the bundle has.
        self._codes_of = [np.array(codes_of[number], np.intp) for number in range(none)]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The reader of the bundle in `folder`. Raises BundleError."""
        return cls(bundle.read(folder), read_words(folder))

    def read_cells(
        self, cells: Sequence[Strokes], before: str = "", after: str = "", asked: Asked = NOTHING
    ) -> list[Cell]:
        """The characters of a line of which each of `cells` holds one; their sizes can't be compared.

        `before` and `after`: the text around the line. The reader of what was asked for weighs each character as that
        of an attempt with this target is weighed (`ml.prior`).
        """
        probabilities = self.probabilities(cells)
        spans = [Span(start, start + 1, *self._candidates(row)) for start, row in enumerate(probabilities)]
        asked = replace(asked, has_size=False)
        if len(asked.text) == len(cells):
            read = self._read_asked(spans, before, after, asked)
        else:
            read, asked = self._decoder.read(spans, before, after), NOTHING
        return self._cells(cells, probabilities, read, asked, bool(before or after))

    def read_line(self, strokes: Strokes, before: str = "", after: str = "", asked: Asked = NOTHING) -> list[Cell]:
        """The characters of a free line, across or down.

        If it can be split into as many characters as were asked for, it is, and read as by `read_cells`.
        """
        found = parts(strokes)
        probabilities = self.probabilities([part.strokes for part in found])
        if chain := self._split(found, probabilities, asked.text):
            found = [replace(found[index], start=start, end=start + 1, log=0) for start, index in enumerate(chain)]
            probabilities = probabilities[chain]
        spans = []
        for part, row in zip(found, probabilities, strict=True):
            codes, log = self._candidates(row, part.size)
            parted = _PARTED * (self._is_latin[codes] if part.gap > _PART_FROM else 0)
            spans.append(Span(part.start, part.end, codes, log + part.log + parted))
        drawn = [part.strokes for part in found]
        if chain:
            read = self._read_asked(spans, before, after, asked)
        else:
            read, asked = self._decoder.read(spans, before, after), NOTHING
            if not is_vertical(strokes):
                read = self._read_by_height(read, spans, drawn, before, after)
        return self._cells(drawn, probabilities, read, asked, bool(before or after))

    def read_photo(
        self, ink: NDArray[np.uint8], before: str = "", after: str = "", asked: Asked = NOTHING
    ) -> list[Cell]:
        """The characters of a photographed line; `ink` as `photo.read` returns it.

        Their strokes are traced, in its pixels. `asked`: as for `read_line`. Raises WritingError: not_a_line.
        """
        strokes = raster.photo_strokes(ink, is_line=True)
        if len(strokes) > _MOST_TRACED:
            raise WritingError("not_a_line", "The image shows more than one line of characters.")
        return self.read_line(strokes, before, after, asked)

    def _read_by_height(
        self, read: list[ReadCharacter], spans: Sequence[Span], drawn: Sequence[Strokes], before: str, after: str
    ) -> list[ReadCharacter]:
        """A horizontal line that was `read`, and once more by the heights of its letters and digits, if it has two."""
        codes = np.array([self._codes[one.character] for one in read])
        if self._heights.is_latin[codes].sum() < 2:
            return read
        own = [spans[one.span] for one in read]
        ys = [np.concatenate(drawn[one.span])[:, 1] for one in read]
        suits = self._heights.log(
            np.array([(y.min(), y.max()) for y in ys]),
            codes,
            np.array([one.probabilities[one.character] for one in read]),
            [span.codes for span in own],
        )
        again = [replace(span, log=span.log + log) for span, log in zip(own, suits, strict=True)]
        return [
            replace(one, span=first.span, is_by_height=one.character != first.character)
            for one, first in zip(self._decoder.read(again, before, after), read, strict=True)
        ]

    def _read_asked(self, spans: Sequence[Span], before: str, after: str, asked: Asked) -> list[ReadCharacter]:
        """Read the characters of a text that was asked for, each from one of `spans`.

        The reader expects each character, its script, and what is likely beside the others (`ml.prior`).
        """
        chosen, found = [], []
        characters = self._decoder.model.characters
        for position, (span, target) in enumerate(zip(spans, asked.text, strict=True)):
            code = self._codes[target]
            codes = np.union1d(span.codes, code)
            weights = self._scripts.weights(code - 1)[codes - 1]
            around = before + asked.text[:position], asked.text[position + 1 :] + after
            expected = self._decoder.expected(codes, *around)
            if expected is not None:
                neighbours = NeighbourPrior(expected, self._scripts.weight)
                weights = neighbours.weights(int(np.searchsorted(codes, code)), weights)
            shares = dict.fromkeys([target], 0.0)
            for each, log, weight in zip(
                span.codes, span.log, weights[np.searchsorted(codes, span.codes)], strict=True
            ):
                character = characters[each - 1]
                read_as = target if asked.is_alike(character, target) else character
                shares[read_as] = shares.get(read_as, 0.0) + float(np.exp(log) * weight)
            total = sum(shares.values())
            found.append({character: share / total for character, share in shares.items()})
            read_as = max(shares, key=lambda character: shares[character])
            chosen.append(replace(span, codes=np.array([self._codes[read_as]]), log=np.zeros(1)))
        read = self._decoder.read(chosen, before, after)
        return [replace(one, probabilities=found[one.span]) for one in read]

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
        """(k,) how likely each of `characters`, or what shares its shape, is between these texts; not normalised.

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
        probabilities: NDArray[np.float64],
        read: Sequence[ReadCharacter],
        asked: Asked,
        has_text_around: bool,
    ) -> list[Cell]:
        """The characters of a line, by what each of its spans shows alone and what the line was `read` as."""
        expected = self._prior.in_line(probabilities, asked.text) if asked.text else probabilities
        has_neighbours = len(read) > 1 or has_text_around
        cells = []
        for one in read:
            row, alone = probabilities[one.span], int(expected[one.span].argmax())
            also = [index for index in np.argsort(-row)[:_MOST] if row[index] >= LIKELY and index != alone]
            cells.append(
                Cell(
                    strokes[one.span],
                    self._characters[alone],
                    float(expected[one.span, alone]),
                    [self._characters[index] for index in also],
                    one,
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
