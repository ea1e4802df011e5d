"""The character of the day: the same for everybody on a date, and none twice within a thousand days."""

from collections.abc import Sequence
from datetime import date

from characters.models import Character

#: Ranks of the most frequent kanji, of which each day has one.
_FREQUENT = 1000
#: Ranks between those of two days. It shares no factor with `_FREQUENT`, so that every rank has its day.
_STEP = 389


def of_days(days: Sequence[date]) -> list[Character]:
    """The character of each of the days. One query.

    A kanji that a curator gives another rank changes its own day only: each day takes the first kanji from its rank on.
    """
    frequent = list(Character.objects.filter(frequency__isnull=False).order_by("frequency", "position"))
    return [_from_rank(frequent, day.toordinal() * _STEP % _FREQUENT + 1) for day in days]


def _from_rank(frequent: Sequence[Character], rank: int) -> Character:
    return next((one for one in frequent if (one.frequency or 0) >= rank), frequent[-1])
