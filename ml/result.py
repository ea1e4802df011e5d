"""What the scorer says of a writing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ml.scripts import expected_with

#: Probability from which on a candidate is worth naming, 0 to 1.
LIKELY = 0.1


@dataclass(frozen=True)
class Candidate:
    """What a writing may read as; `character` stands for its lookalikes too."""

    character: str
    #: Probability of the group, 0 to 1.
    confidence: float
    #: The score it would get, had it been meant, 0 to 100.
    legibility: int
    lookalikes: list[str]
    #: Probability of the group without context, 0 to 1: the same as `confidence` unless the target is known.
    alone: float


@dataclass(frozen=True)
class Result:
    """One judgement of a writing."""

    model_version: str
    #: Whether it looks like any character of the catalogue.
    known: bool
    candidates: list[Candidate]
    #: The score for the target, 0 to 100; None without one.
    legibility: int | None = None
    #: What a reader who knows the target's script may take it for instead, likeliest first.
    misread_as: list[str] = field(default_factory=list)


def alone_also(candidates: Iterable[Mapping[str, Any]], target: str | None) -> list[str]:
    """Likely characters of other scripts than the target's, which a reader who sees the drawing alone may take it for.

    `candidates` are those of one result as dictionaries, likeliest first; those of older results lack `alone`. Without
    a target the likeliest candidate stands for it. Likeliest first.
    """
    alone = {candidate["character"]: candidate.get("alone", candidate["confidence"]) for candidate in candidates}
    script = expected_with(target or next(iter(alone), ""))
    likely = [c for c, probability in alone.items() if probability >= LIKELY and expected_with(c) != script]
    return sorted(likely, key=lambda character: -alone[character])
