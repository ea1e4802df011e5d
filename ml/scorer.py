"""Writings to results: everything from ink or photograph to score, in order."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ml import bundle, legibility, raster
from ml.bundle import Bundle
from ml.prior import ScriptPrior
from ml.recognizer import Recognizer, among
from ml.result import LIKELY, Candidate, Result
from ml.scripts import characters_of

#: Likeliest groups that a result lists.
CANDIDATES = 10
#: A drawing that scores so much for some character is of a known one.
_LEGIBLE = 80


class Scorer:
    """A bundle ready to score."""

    def __init__(self, bundle: Bundle) -> None:
        self.version = bundle.about.version
        self._recognizer = Recognizer(bundle)
        self._characters = bundle.characters
        self._index = {character: index for index, character in enumerate(bundle.characters)}
        self._prior = ScriptPrior(bundle.characters, bundle.about.prior)
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

        `targets` are what was meant, where that is known; then its script is expected (`ml.prior`). `groups` gives the
        lookalike group of those that have one. `scripts` names for each what may compete, in the words of `ml.scripts`:
        then only that counts, and no script is expected. Without target and scripts all characters compete.
        """
        numbers = legibility.group_numbers(self._characters, groups)
        return [
            self._result(probabilities, numbers, target, tuple(allowed))
            for probabilities, target, allowed in zip(
                self._recognizer.probabilities(np.stack(images)), targets, scripts, strict=True
            )
        ]

    def _result(
        self,
        probabilities: NDArray[np.floating],
        numbers: NDArray[np.intp],
        target: str | None,
        scripts: tuple[str, ...],
    ) -> Result:
        """The result for the probabilities (characters,) of one image; `numbers` are those of the lookalike groups."""
        is_like_known = bool(probabilities.sum() >= self._known_from)
        allowed = self._allowed(scripts)
        alone = among(probabilities[None], allowed)[0] if scripts else probabilities
        expects = target is not None and not scripts
        index = None if target is None else self._index[target]
        seen = self._prior.in_context(alone[None], np.array([index]))[0] if expects else alone
        pooled, pooled_alone = legibility.pool(np.stack([seen, alone]), numbers)
        # What is likely on its own is listed too, however little it counts in context.
        order = np.argsort(-np.maximum(pooled, np.where(pooled_alone >= LIKELY, pooled_alone, 0)))[:CANDIDATES]
        likely = {g: np.flatnonzero((numbers == g) & allowed) for g in sorted(order, key=lambda g: -pooled[g])}
        members = {g: self._in_order(of_group, alone, target) for g, of_group in likely.items() if len(of_group)}
        candidates = [
            Candidate(
                self._characters[first],
                round(float(pooled[g]), 4),
                self._legibility(alone, numbers, first, expects=not scripts),
                [self._characters[other] for other in others],
                round(float(pooled_alone[g]), 4),
            )
            for g, (first, *others) in members.items()
        ]
        score = None if index is None else self._legibility(alone, numbers, index, expects=expects)
        meant = None if index is None else numbers[index]
        return Result(
            self.version,
            is_like_known or max([score or 0, *(c.legibility for c in candidates)]) >= _LEGIBLE,
            candidates,
            score,
            [c.character for c, g in zip(candidates, members, strict=True) if g != meant and c.confidence >= LIKELY]
            if target
            else [],
        )

    def _allowed(self, scripts: tuple[str, ...]) -> NDArray[np.bool_]:
        if not scripts:
            return np.ones(len(self._characters), bool)
        characters = characters_of(scripts)
        return np.array([character in characters for character in self._characters])

    def _in_order(self, indexes: NDArray[np.intp], alone: NDArray[np.floating], target: str | None) -> list[int]:
        """The target first, then the likeliest."""
        return sorted(map(int, indexes), key=lambda index: (self._characters[index] != target, -alone[index]))

    def _legibility(self, alone: NDArray[np.floating], numbers: NDArray[np.intp], index: int, *, expects: bool) -> int:
        """The score, a whole number 0 to 100, had the character of `index` been meant, its script expected or not."""
        seen = self._prior.in_context(alone[None], np.array([index]))[0] if expects else alone
        probability = seen[numbers == numbers[index]].sum()
        return round(float(legibility.legibility(legibility.log_odds(probability), self._baselines[index])))
