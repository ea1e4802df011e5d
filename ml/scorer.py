"""Writings to results: everything from ink or photograph to score, in order."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ml import bundle, legibility, raster
from ml.bundle import Bundle
from ml.recognizer import Recognizer, among
from ml.result import Candidate, Result
from ml.scripts import characters_of

#: Likeliest groups that a result lists.
CANDIDATES = 10
#: A group that a reader would take the writing for at least this often is worth a word.
_MISREAD_FROM = 0.1


class Scorer:
    """A bundle ready to score."""

    def __init__(self, bundle: Bundle) -> None:
        self.version = bundle.about.version
        self._recognizer = Recognizer(bundle)
        self._characters = bundle.characters
        self._place = {character: place for place, character in enumerate(bundle.characters)}
        self._baselines = bundle.baselines
        self._known_from = bundle.about.known_from

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The scorer of the bundle in `folder`, warmed up. Raises BundleError."""
        scorer = cls(bundle.read(folder))
        for count in (1, 2):  # compiled at its first call, and once more for a changing batch size
            scorer.score([raster.ink_image([np.zeros((1, 2), np.float32)])] * count, [None] * count, {}, [()] * count)
        return scorer

    def score(
        self,
        images: Sequence[NDArray[np.uint8]],
        targets: Sequence[str | None],
        groups: Mapping[str, int],
        scripts: Sequence[Sequence[str]],
    ) -> list[Result]:
        """A result for every one of `images` (SIDE, SIDE), all judged in one call of the network.

        `targets` are what was meant, where that is known; `groups` gives the lookalike group of those that have one;
        `scripts` tells for each what it may be, in the words of `ml.scripts`, nothing where it may be anything.
        """
        numbers = legibility.group_numbers(self._characters, groups)
        return [
            self._result(probabilities, numbers, target, tuple(told))
            for probabilities, target, told in zip(
                self._recognizer.probabilities(np.stack(images)), targets, scripts, strict=True
            )
        ]

    def _result(
        self, probabilities: NDArray[np.floating], numbers: NDArray[np.intp], target: str | None, told: tuple[str, ...]
    ) -> Result:
        known = bool(probabilities.sum() >= self._known_from)
        allowed = self._allowed(told)
        if told:
            probabilities = among(probabilities[None], allowed)[0]
        pooled = legibility.pool(probabilities[None], numbers)[0]
        # Of a group, only those allowed are candidates.
        members = {g: np.flatnonzero((numbers == g) & allowed) for g in np.argsort(-pooled)[:CANDIDATES]}
        likeliest = [g for g, places in members.items() if len(places)]
        ordered = [self._in_order(members[g], probabilities, target) for g in likeliest]
        scores = self._legibility(pooled[likeliest], [places[0] for places in ordered])
        candidates = [
            Candidate(
                self._characters[first], round(float(pooled[g]), 4), int(score), [self._characters[p] for p in rest]
            )
            for g, (first, *rest), score in zip(likeliest, ordered, scores, strict=True)
        ]
        if target is None:
            return Result(self.version, known, candidates)
        meant = int(numbers[self._place[target]])
        return Result(
            self.version,
            known,
            candidates,
            int(self._legibility(pooled[meant], self._place[target])),
            [
                c.character
                for c, g in zip(candidates, likeliest, strict=True)
                if g != meant and c.confidence >= _MISREAD_FROM
            ],
        )

    def _allowed(self, told: tuple[str, ...]) -> NDArray[np.bool_]:
        if not told:
            return np.ones(len(self._characters), bool)
        characters = characters_of(told)
        return np.array([character in characters for character in self._characters])

    def _in_order(self, places: NDArray[np.intp], probabilities: NDArray[np.floating], target: str | None) -> list[int]:
        """The target first, then the likeliest."""
        return sorted(map(int, places), key=lambda place: (self._characters[place] != target, -probabilities[place]))

    def _legibility(
        self, probability: NDArray[np.floating] | float, place: Sequence[int] | int
    ) -> NDArray[np.floating]:
        """Whole numbers, 0 to 100."""
        return np.rint(legibility.legibility(legibility.log_odds(probability), self._baselines[place]))
