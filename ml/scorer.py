"""Writings to results: everything from ink or photograph to score, in order."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ml import bundle, legibility, raster
from ml.bundle import Bundle
from ml.recognizer import Recognizer
from ml.result import Candidate, Result

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
            scorer.score([raster.ink_image([np.zeros((1, 2), np.float32)])] * count, [None] * count, {})
        return scorer

    def score(
        self, images: Sequence[NDArray[np.uint8]], targets: Sequence[str | None], groups: Mapping[str, int]
    ) -> list[Result]:
        """A result for every one of `images` (SIDE, SIDE), all judged in one call of the network.

        `targets` are what was meant, where that is known; `groups` gives the lookalike group of those that have one.
        """
        probabilities = self._recognizer.probabilities(np.stack(images)[..., None])
        numbers = legibility.group_numbers(self._characters, groups)
        pooled = legibility.pool(probabilities, numbers)
        return [
            self._result(single, together, numbers, target)
            for single, together, target in zip(probabilities, pooled, targets, strict=True)
        ]

    def _result(
        self,
        probabilities: NDArray[np.floating],
        pooled: NDArray[np.floating],
        numbers: NDArray[np.intp],
        target: str | None,
    ) -> Result:
        meant = int(numbers[self._place[target]]) if target else None
        likeliest = np.argsort(-pooled)[:CANDIDATES]
        candidates = [self._candidate(group, probabilities, pooled, numbers, target) for group in likeliest]
        known = bool(pooled.max() >= self._known_from)
        if target is None:
            return Result(self.version, known, candidates)
        others = [c for c, group in zip(candidates, likeliest, strict=True) if group != meant]
        return Result(
            self.version,
            known,
            candidates,
            self._legibility(float(pooled[meant]), self._place[target]),
            [c.character for c in others if c.confidence >= _MISREAD_FROM],
        )

    def _candidate(
        self,
        group: int,
        probabilities: NDArray[np.floating],
        pooled: NDArray[np.floating],
        numbers: NDArray[np.intp],
        target: str | None,
    ) -> Candidate:
        members = np.flatnonzero(numbers == group)
        places = sorted(members, key=lambda place: (self._characters[place] != target, -probabilities[place]))
        first, *rest = [self._characters[place] for place in places]
        return Candidate(
            first, round(float(pooled[group]), 4), self._legibility(float(pooled[group]), int(places[0])), rest
        )

    def _legibility(self, probability: float, place: int) -> int:
        odds = legibility.log_odds(probability)
        return round(float(legibility.legibility(odds, self._baselines[place])))
