"""The character of the day: the same for everybody on a date, and none twice within a thousand days."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date

from characters.models import Character, CharacterQuerySet

#: Ranks of the most frequent kanji, of which each day has one.
_FREQUENT = 1000
#: Distance from one day's rank to the next day's. It shares no factor with `_FREQUENT`, so that every rank has its day.
_STEP = 389


def of_day(day: date) -> Character:
    """The character of `day`: the first kanji from the day's rank on.

    A curator who moves a kanji to another rank changes the days of its old and its new rank, and no others.
    """
    return _by_rank().filter(frequency__gte=_rank(day))[:1].get()


def of_days(days: Sequence[date]) -> list[Character]:
    """The character of each of the days. Two queries."""
    rows = list(_by_rank().values_list("frequency", "pk"))
    ranks = [rank or 0 for rank, _pk in rows]
    chosen = [rows[bisect_left(ranks, _rank(day))][1] for day in days]
    found = Character.objects.in_bulk(chosen)
    return [found[pk] for pk in chosen]


def _rank(day: date) -> int:
    """The rank at which the search for the day's kanji begins, 1 to `_FREQUENT`."""
    return day.toordinal() * _STEP % _FREQUENT + 1


def _by_rank() -> CharacterQuerySet:
    return Character.objects.filter(frequency__isnull=False).order_by("frequency", "position")
