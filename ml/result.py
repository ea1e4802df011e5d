"""The scorer's answer for one attempt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ml.scripts import expected_script

#: Least probability, 0 to 1, at which a candidate is listed.
LIKELY = 0.1


@dataclass(frozen=True)
class Candidate:
    """A character that an attempt may be read as; it stands for its lookalike group."""

    character: str
    #: Probability of the group, 0 to 1; in the context of the target, if there is one.
    confidence: float
    #: Legibility, 0 to 100, if this character were the target and its script expected.
    legibility: int
    lookalikes: list[str]
    #: Probability of the group without context, 0 to 1: the same as `confidence` unless the target is known.
    alone: float


@dataclass(frozen=True)
class Result:
    """One model's judgement of one attempt."""

    model_version: str
    #: True if it looks like a character of the catalogue.
    known: bool
    candidates: list[Candidate]
    #: Legibility as the target, 0 to 100; None without one.
    legibility: int | None = None
    #: Characters that a reader who expects the target's script may mistake it for, likeliest first.
    misread_as: list[str] = field(default_factory=list)
    #: What most readers would read if the caller's scripts didn't exclude it; None unless there is such a character.
    excluded: Candidate | None = None


def alone_also(candidates: Iterable[Mapping[str, Any]], target: str | None) -> list[str]:
    """Characters of other scripts than the target's that a reader without context may read; likeliest first.

    `candidates`: one result's, as dictionaries, likeliest first; older results lack `alone`. Without a target the
    likeliest candidate stands for it.
    """
    alone = {candidate["character"]: candidate.get("alone", candidate["confidence"]) for candidate in candidates}
    script = expected_script(target or next(iter(alone), ""))
    likely = [c for c, probability in alone.items() if probability >= LIKELY and expected_script(c) != script]
    return sorted(likely, key=lambda character: -alone[character])
