"""From the network's images to results: candidates, legibility and likely misreadings."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ml import bundle, legibility, raster
from ml.bundle import Bundle
from ml.context.model import WordModel
from ml.context.reader import LineReader, read_words
from ml.prior import NeighbourPrior, ScriptPrior, renormalise
from ml.recognizer import Recognizer
from ml.result import LIKELY, Candidate, Result
from ml.scripts import characters_of

#: Most candidates in a result; each is a lookalike group.
CANDIDATES = 10
#: Least probability, 0 to 1, without the caller's scripts, of a character that they exclude and the result names.
_EXCLUDED = 0.5
#: Least legibility, 0 to 100, of an attempt that is known whatever the network's probability of "no character I know".
_LEGIBLE = 80
#: Characters, the likeliest ones, that the text around an attempt can make more or less likely.
_WEIGHED = 24


class Scorer:
    """A bundle ready to score."""

    def __init__(self, bundle: Bundle, words: WordModel) -> None:
        self.version = bundle.about.version
        #: Reads lines with the same network.
        self.reader = LineReader(bundle, words)
        self._recognizer = Recognizer(bundle)
        self._characters = bundle.characters
        self._index = {character: index for index, character in enumerate(bundle.characters)}
        self._prior = ScriptPrior(bundle.characters, bundle.about.prior)
        self._baselines = bundle.baselines
        self._known_from = bundle.about.known_from
        self._groups: Mapping[str, int] = {}
        self._group_of = legibility.group_numbers(bundle.characters, {})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The scorer of the bundle in `folder`, warmed up. Raises BundleError."""
        scorer = cls(bundle.read(folder), read_words(folder))
        for count in (1, 2):  # compiled at its first call, and once more for a changing batch size
            scorer.score([raster.ink_image([np.zeros((1, 2), np.float32)])] * count, [None] * count, {}, [()] * count)
        return scorer

    def score(
        self,
        images: Sequence[NDArray[np.uint8]],
        targets: Sequence[str | None],
        groups: Mapping[str, int],
        scripts: Sequence[Sequence[str]],
        around: Sequence[tuple[str, str]] = (),
    ) -> list[Result]:
        """One result for each of `images` (SIDE, SIDE) uint8, ink 255 on 0, from one call of the network.

        `targets`: the intended character of each, or None. A reader who knows it expects its script (`ml.prior`).
        `groups`: the number of the lookalike group of every character that has one.
        `scripts`: for each image, names as in `ml.scripts`: only their characters compete, and no script is expected.
        Empty if all may compete.
        `around`: the text before and after each image, or nothing if none has any. Its reader expects what these make
        likely, too (`ml.prior`).
        """
        group_of = self._group_numbers(groups)
        probabilities = self._recognizer.probabilities(np.stack(images))
        return [
            self._result(row, group_of, target, tuple(names), *text)
            for row, target, names, text in zip(
                probabilities, targets, scripts, around or [("", "")] * len(images), strict=True
            )
        ]

    def score_for(
        self,
        image: NDArray[np.uint8],
        targets: Sequence[str | None],
        groups: Mapping[str, int],
        scripts: Sequence[str],
        around: tuple[str, str],
    ) -> list[Result]:
        """The results of one image for each of `targets`, from one call of the network; see `score`."""
        group_of = self._group_numbers(groups)
        [row] = self._recognizer.probabilities(image[None])
        return [self._result(row, group_of, target, tuple(scripts), *around) for target in targets]

    def _group_numbers(self, groups: Mapping[str, int]) -> NDArray[np.intp]:
        """(characters,) group numbers; kept until `groups` change, since they take longer than the rest of a result."""
        if groups != self._groups:
            self._groups, self._group_of = dict(groups), legibility.group_numbers(self._characters, groups)
        return self._group_of

    def _result(
        self,
        probabilities: NDArray[np.floating],
        group_of: NDArray[np.intp],
        target: str | None,
        scripts: tuple[str, ...],
        before: str,
        after: str,
    ) -> Result:
        """The result of one image: its `probabilities` and the group numbers are (characters,)."""
        is_allowed = self._is_allowed(scripts)
        index = None if target is None else self._index[target]
        readers = self._readers(probabilities, group_of, is_allowed if scripts else None, index, before, after)
        alone = readers.alone
        in_context = readers.guessing() if index is None else readers.expecting(index)
        ranks = readers.ranks if index is None or scripts else readers.ranks * self._prior.weights(index)
        members = {
            group: self._ordered(np.flatnonzero((group_of == group) & is_allowed), ranks, index)
            for group in _likeliest(in_context, alone)
        }
        members = {group: indexes for group, indexes in members.items() if indexes}
        scores = [self._legibility(readers, group, indexes[0]) for group, indexes in members.items()]
        candidates = [
            Candidate(
                self._characters[first],
                round(float(in_context[group]), 4),
                score,
                [self._characters[other] for other in others],
                round(float(alone[group]), 4),
            )
            for (group, (first, *others)), score in zip(members.items(), scores, strict=True)
        ]
        excluded = self._excluded(probabilities, group_of, is_allowed) if scripts else None
        is_known = bool(probabilities.sum() >= self._known_from)
        if index is None:
            is_known = is_known or max(scores, default=0) >= _LEGIBLE
            return Result(self.version, is_known, candidates, excluded=excluded)
        score = self._legibility(readers, group_of[index], index)
        misread_as = [
            candidate.character
            for candidate, group in zip(candidates, members, strict=True)
            if group != group_of[index] and candidate.confidence >= LIKELY
        ]
        is_known = is_known or max(score, *scores) >= _LEGIBLE
        return Result(self.version, is_known, candidates, score, misread_as, excluded)

    def _readers(
        self,
        probabilities: NDArray[np.floating],
        group_of: NDArray[np.intp],
        is_allowed: NDArray[np.bool_] | None,
        target: int | None,
        before: str,
        after: str,
    ) -> "_Readers":
        """The readers of one image. If only some characters are allowed, no script is expected."""
        if is_allowed is not None:
            probabilities = renormalise(probabilities[None], is_allowed)[0]
        if before or after:
            likeliest = np.argsort(-probabilities, kind="stable")[:_WEIGHED]
            weighed = np.union1d(likeliest, [] if target is None else [target]).astype(int)
            expected = self.reader.expected(weighed, before, after)
            if expected is not None:
                everywhere = np.zeros(len(probabilities))
                everywhere[weighed] = expected
                neighbours = NeighbourPrior(everywhere, self._prior.weight)
                return _InText(probabilities, group_of, neighbours, self._prior if is_allowed is None else None)
        if is_allowed is not None:
            return _Readers(probabilities, group_of)
        return _InScript(probabilities, group_of, self._prior)

    def _excluded(
        self, probabilities: NDArray[np.floating], group_of: NDArray[np.intp], is_allowed: NDArray[np.bool_]
    ) -> Candidate | None:
        """The likeliest character, if it is likely and no character of its group is allowed; arrays (characters,)."""
        readers = _InScript(probabilities, group_of, self._prior)
        alone = readers.alone
        group = int(alone.argmax())
        members = np.flatnonzero(group_of == group)
        if alone[group] < _EXCLUDED or is_allowed[members].any():
            return None
        first, *others = self._ordered(members, probabilities, None)
        probability = round(float(alone[group]), 4)
        score = self._legibility(readers, group, first)
        lookalikes = [self._characters[other] for other in others]
        return Candidate(self._characters[first], probability, score, lookalikes, probability)

    def _is_allowed(self, scripts: tuple[str, ...]) -> NDArray[np.bool_]:
        """(characters,) True for those that `scripts` name; for all if it is empty."""
        if not scripts:
            return np.ones(len(self._characters), bool)
        characters = characters_of(scripts)
        return np.array([character in characters for character in self._characters])

    def _ordered(self, indexes: NDArray[np.intp], probabilities: NDArray[np.floating], target: int | None) -> list[int]:
        """The indexes of a group's characters: the target first, then the likeliest."""
        return sorted(map(int, indexes), key=lambda index: (index != target, -probabilities[index]))

    def _legibility(self, readers: "_Readers", group: int, index: int) -> int:
        """Legibility, 0 to 100, if the character of `index`, which is of `group`, were the target."""
        odds = legibility.log_odds(readers.expecting(index)[group])
        return round(float(legibility.legibility(odds, self._baselines[index])))


class _Readers:
    """What readers without context see in one image: the probabilities (groups,) of its lookalike groups."""

    def __init__(self, probabilities: NDArray[np.floating], group_of: NDArray[np.intp]) -> None:
        """`probabilities` and `group_of`, the group numbers, are (characters,)."""
        self._probabilities, self._group_of = probabilities, group_of
        [self.alone] = legibility.pool(probabilities[None], group_of)
        #: (characters,) which of a group they would rather read; more is likelier.
        self.ranks = probabilities

    def guessing(self) -> NDArray[np.float64]:
        """(groups,) probabilities for a reader who doesn't know the target."""
        return self.alone

    def expecting(self, index: int) -> NDArray[np.float64]:
        """(groups,) probabilities for a reader who expects the character of `index`."""
        return self.alone


class _InScript(_Readers):
    """Readers who expect the target's script."""

    def __init__(self, probabilities: NDArray[np.floating], group_of: NDArray[np.intp], prior: ScriptPrior) -> None:
        super().__init__(probabilities, group_of)
        self._scripts = prior.scripts
        self._in_each = legibility.pool(prior.in_each_script(probabilities), group_of)

    def expecting(self, index: int) -> NDArray[np.float64]:
        return self._in_each[self._scripts[index]]


class _InText(_Readers):
    """Readers who know the text around the image, and expect the target's script unless the caller names scripts."""

    def __init__(
        self,
        probabilities: NDArray[np.floating],
        group_of: NDArray[np.intp],
        neighbours: NeighbourPrior,
        scripts: ScriptPrior | None,
    ) -> None:
        super().__init__(probabilities, group_of)
        self._neighbours, self._scripts = neighbours, scripts
        self.ranks = neighbours.read(probabilities)

    def guessing(self) -> NDArray[np.float64]:
        [pooled] = legibility.pool(self.ranks[None], self._group_of)
        return pooled

    def expecting(self, index: int) -> NDArray[np.float64]:
        most = self._scripts.weights(index) if self._scripts else 1
        [pooled] = legibility.pool(self._neighbours.in_context(self._probabilities, index, most)[None], self._group_of)
        return pooled


def _likeliest(in_context: NDArray[np.floating], alone: NDArray[np.floating]) -> list[int]:
    """The groups that a result lists, by their probabilities (groups,) in context, likeliest first.

    A group that is likely without context is listed too, however unlikely the context makes it.
    """
    rank = np.maximum(in_context, np.where(alone >= LIKELY, alone, 0))
    listed = np.argsort(-rank, stable=True)[:CANDIDATES]
    return [int(group) for group in listed[np.argsort(-in_context[listed], stable=True)]]
