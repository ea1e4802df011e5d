"""Two models on the same writings: where do they differ?"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from uuid import UUID

from characters.models import Character, LookalikeGroup
from ml.ink import WritingError
from scoring.models import Attempt
from scoring.tasks import drawn

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ml.result import Result
    from ml.scorer import Scorer

#: Writings judged in one call of a network.
_AT_ONCE = 32


@dataclass(frozen=True)
class Pair:
    """What two models say of one writing, each of 100."""

    attempt: UUID
    target: str
    script: str
    old: int
    new: int
    #: Both take it for the same, or for lookalikes.
    agree: bool

    @property
    def change(self) -> int:
        return self.new - self.old


@dataclass(frozen=True)
class Comparison:
    pairs: Sequence[Pair]

    def by_script(self) -> Mapping[str, Comparison]:
        found: dict[str, list[Pair]] = defaultdict(list)
        for pair in self.pairs:
            found[pair.script].append(pair)
        return {script: Comparison(found[script]) for script in sorted(found)}

    @property
    def agreement(self) -> float:
        """Share of the writings that both take for the same, 0 to 1."""
        return statistics.fmean(pair.agree for pair in self.pairs)

    @property
    def change(self) -> float:
        """Mean of new minus old."""
        return statistics.fmean(pair.change for pair in self.pairs)

    @property
    def far(self) -> float:
        """Share of the writings whose score changes by more than ten, 0 to 1."""
        return statistics.fmean(abs(pair.change) > 10 for pair in self.pairs)

    def worst(self, number: int) -> list[Pair]:
        """Those whose score changes most, falls first."""
        return sorted(self.pairs, key=lambda pair: (-abs(pair.change), pair.change))[:number]


def compare(old: Scorer, new: Scorer, attempts: Sequence[Attempt]) -> Comparison:
    """Both judge `attempts`, which have targets; nothing is stored. What can't be read any more is left out."""
    portions = (attempts[start : start + _AT_ONCE] for start in range(0, len(attempts), _AT_ONCE))
    groups = LookalikeGroup.objects.pooled()
    return Comparison([pair for some in portions for pair in _pairs(old, new, some, groups)])


def recent(number: int) -> Sequence[Attempt]:
    """The last writings that have a score for what was meant."""
    has_score = Attempt.objects.filter(legibility__isnull=False, forgotten_at=None)
    return list(has_score.select_related("target").order_by("-pk")[:number])


def _pairs(old: Scorer, new: Scorer, attempts: Sequence[Attempt], groups: Mapping[str, int]) -> Iterator[Pair]:
    images: dict[Attempt, NDArray[np.uint8]] = {}
    for attempt in attempts:
        with suppress(WritingError, OSError):
            images[attempt] = drawn(attempt)
    if not images:
        return
    targets = [cast(Character, attempt.target) for attempt in images]
    literals, scripts = [target.literal for target in targets], [attempt.scripts for attempt in images]
    before, after = (scorer.score(list(images.values()), literals, groups, scripts) for scorer in (old, new))
    for attempt, target, one, other in zip(images, targets, before, after, strict=True):
        agree = _taken_for(one) == _taken_for(other)
        scores = cast(int, one.legibility), cast(int, other.legibility)
        yield Pair(attempt.pk, target.literal, target.script, *scores, agree)


def _taken_for(result: Result) -> frozenset[str]:
    first = result.candidates[0]
    return frozenset([first.character, *first.lookalikes])
