"""The character of the day: the same for everybody on a date, and none twice within a thousand days."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date

from characters.models import Character

#: Ranks of the most frequent kanji, of which each day has one.
_FREQUENT = 1000
#: Ranks between those of two days. It shares no factor with `_FREQUENT`, so that every rank has its day.
_STEP = 389


def of_days(days: Sequence[date]) -> list[Character]:
    """The character of each of the days. Two queries.

    A kanji that a curator gives another rank changes its own day only: each day takes the first kanji from its rank on.
    """
    by_rank = Character.objects.filter(frequency__isnull=False).order_by("frequency", "position")
    rows = list(by_rank.values_list("frequency", "pk"))
    ranks = [rank for rank, _pk in rows]
    chosen = [rows[bisect_left(ranks, day.toordinal() * _STEP % _FREQUENT + 1)][1] for day in days]
    found = Character.objects.in_bulk(chosen)
    return [found[pk] for pk in chosen]
