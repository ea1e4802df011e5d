"""From the network's images to results: candidates, legibility and likely misreadings."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ml import bundle, legibility, raster
from ml.bundle import Bundle
from ml.prior import ScriptPrior, renormalise
from ml.recognizer import Recognizer
from ml.result import LIKELY, Candidate, Result
from ml.scripts import characters_of

#: Most candidates in a result; each is a lookalike group.
CANDIDATES = 10
#: Least probability, 0 to 1, without the caller's scripts, of a character that they exclude and the result names.
_EXCLUDED = 0.5
#: Least legibility, 0 to 100, of an attempt that is known whatever the network's probability of "no character I know".
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
        self._groups: Mapping[str, int] = {}
        self._group_of = legibility.group_numbers(bundle.characters, {})

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
        """One result for each of `images` (SIDE, SIDE) uint8, ink 255 on 0, from one call of the network.

        `targets`: the intended character of each, or None. A reader who knows it expects its script (`ml.prior`).
        `groups`: the number of the lookalike group of every character that has one.
        `scripts`: for each image, names as in `ml.scripts`: only their characters compete, and no script is expected.
        Empty if all may compete.
        """
        group_of = self._group_numbers(groups)
        probabilities = self._recognizer.probabilities(np.stack(images))
        return [
            self._result(row, group_of, target, tuple(names))
            for row, target, names in zip(probabilities, targets, scripts, strict=True)
        ]

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
    ) -> Result:
        """The result of one image: its `probabilities` and the group numbers are (characters,)."""
        is_allowed = self._is_allowed(scripts)
        alone, in_each_script = self._pooled(probabilities, group_of, is_allowed if scripts else None)
        index = None if target is None else self._index[target]
        in_context = alone if index is None else in_each_script[self._prior.scripts[index]]
        members = {
            group: self._ordered(np.flatnonzero((group_of == group) & is_allowed), probabilities, index)
            for group in _likeliest(in_context, alone)
        }
        members = {group: indexes for group, indexes in members.items() if indexes}
        scores = [self._legibility(in_each_script, group, indexes[0]) for group, indexes in members.items()]
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
        score = self._legibility(in_each_script, group_of[index], index)
        misread_as = [
            candidate.character
            for candidate, group in zip(candidates, members, strict=True)
            if group != group_of[index] and candidate.confidence >= LIKELY
        ]
        is_known = is_known or max(score, *scores) >= _LEGIBLE
        return Result(self.version, is_known, candidates, score, misread_as, excluded)

    def _pooled(
        self, probabilities: NDArray[np.floating], group_of: NDArray[np.intp], is_allowed: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The probabilities of the groups: without context (groups,), and if each script is expected (scripts, groups).

        If only some characters are allowed, no script is expected.
        """
        if is_allowed is None:
            rows = np.vstack([probabilities, self._prior.in_each_script(probabilities)])
            alone, *in_each_script = legibility.pool(rows, group_of)
            return alone, np.stack(in_each_script)
        [alone] = legibility.pool(renormalise(probabilities[None], is_allowed), group_of)
        return alone, np.broadcast_to(alone, (int(self._prior.scripts.max()) + 1, len(alone)))

    def _excluded(
        self, probabilities: NDArray[np.floating], group_of: NDArray[np.intp], is_allowed: NDArray[np.bool_]
    ) -> Candidate | None:
        """The likeliest character, if it is likely and no character of its group is allowed; arrays (characters,)."""
        alone, in_each_script = self._pooled(probabilities, group_of, None)
        group = int(alone.argmax())
        members = np.flatnonzero(group_of == group)
        if alone[group] < _EXCLUDED or is_allowed[members].any():
            return None
        first, *others = self._ordered(members, probabilities, None)
        probability = round(float(alone[group]), 4)
        score = self._legibility(in_each_script, group, first)
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

    def _legibility(self, in_each_script: NDArray[np.floating], group: int, index: int) -> int:
        """The score, 0 to 100, for the character of `index`, which is of `group`, if it was the target."""
        odds = legibility.log_odds(in_each_script[self._prior.scripts[index], group])
        return round(float(legibility.legibility(odds, self._baselines[index])))


def _likeliest(in_context: NDArray[np.floating], alone: NDArray[np.floating]) -> list[int]:
    """The groups that a result lists, by their probabilities (groups,) in context, likeliest first.

    A group that is likely without context is listed too, however unlikely the context makes it.
    """
    rank = np.maximum(in_context, np.where(alone >= LIKELY, alone, 0))
    listed = np.argsort(-rank, stable=True)[:CANDIDATES]
    return [int(group) for group in listed[np.argsort(-in_context[listed], stable=True)]]
