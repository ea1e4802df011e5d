"""Compares the scores of two models on the same attempts."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from uuid import UUID

from characters.models import Character
from scoring import judging
from scoring.models import Attempt

if TYPE_CHECKING:
    from ml.result import Result
    from ml.scorer import Scorer


@dataclass(frozen=True)
class Pair:
    """Two models' legibility, 0 to 100, of one attempt."""

    attempt: UUID
    target: str
    script: str
    old: int
    new: int
    #: Whether both read it as the same character or lookalike group.
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
        """Fraction of attempts that both models read alike, 0 to 1."""
        return statistics.fmean(pair.agree for pair in self.pairs)

    @property
    def change(self) -> float:
        """Mean of new minus old legibility."""
        return statistics.fmean(pair.change for pair in self.pairs)

    @property
    def far(self) -> float:
        """Fraction of attempts whose legibility changes by more than ten, 0 to 1."""
        return statistics.fmean(abs(pair.change) > 10 for pair in self.pairs)

    def worst(self, number: int) -> list[Pair]:
        """The pairs that change most; of equal changes, falls first."""
        return sorted(self.pairs, key=lambda pair: (-abs(pair.change), pair.change))[:number]


def compare(old: Scorer, new: Scorer, attempts: Sequence[Attempt]) -> Comparison:
    """Judge `attempts`, all with targets, by both models. Stores nothing; skips attempts that can't be read."""
    batches = (attempts[start : start + judging.BATCH] for start in range(0, len(attempts), judging.BATCH))
    return Comparison([pair for batch in batches for pair in _pairs(old, new, batch)])


def recent(number: int) -> Sequence[Attempt]:
    """The newest attempts with a score for their target."""
    has_score = Attempt.objects.filter(legibility__isnull=False, forgotten_at=None)
    return list(has_score.select_related("target").order_by("-pk")[:number])


def _pairs(old: Scorer, new: Scorer, attempts: Sequence[Attempt]) -> Iterator[Pair]:
    before = judging.read(old, attempts, lambda attempt, error: None)
    after = judging.read(new, list(before), lambda attempt, error: None)
    for attempt, other in after.items():
        one, target = before[attempt], cast(Character, attempt.target)
        agree = _read_as(one) == _read_as(other)
        yield Pair(
            attempt.pk, target.literal, target.script, cast(int, one.legibility), cast(int, other.legibility), agree
        )


def _read_as(result: Result) -> frozenset[str]:
    first = result.candidates[0]
    return frozenset([first.character, *first.lookalikes])
