"""What the scorer says of a writing."""

from dataclasses import dataclass, field


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
    #: Likely characters of other scripts, which a reader who sees it alone may take it for, likeliest first.
    alone_also: list[str] = field(default_factory=list)
