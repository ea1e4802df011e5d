"""A visitor's own practice, as the catalogue's pages show it. The apps above this one provide it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from characters.models import Character
from characters.pictures import Picture


@dataclass(frozen=True)
class PracticeSummary:
    """A visitor's practice of one character: the best legibility so far, 0 to 100, and whether a review is due."""

    best: int | None
    is_due: bool = False


@dataclass(frozen=True)
class PastAttempt:
    """One of the visitor's attempts: `picture` if it was drawn, else `image`, a URL; `page` is the attempt's URL."""

    written_at: datetime
    score: int | None
    page: str
    picture: Picture | None = None
    image: str = ""


class Practice:
    """The practice of a visitor who has written nothing, and the interface of all others."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def summaries(self, literals: Collection[str]) -> dict[str, PracticeSummary]:
        """A summary for each of the characters `literals` that the visitor has practised."""
        return {}

    def attempts(self, character: Character) -> list[PastAttempt]:
        """The latest attempts at `character`, newest first."""
        return []

    def context(self, character: Character) -> dict[str, Any]:
        """Additional template context for the page of `character`."""
        return {}
