"""Streaks, weeks and levels of days, computed from daily totals. Pure functions: the caller gives the current date."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)


class Totals(NamedTuple):
    """Totals of scored attempts: their number, the sum of their legibility, and the time spent writing in ms."""

    attempts: int = 0
    total: int = 0
    duration: int = 0

    @property
    def average(self) -> float | None:
        """Average legibility, 0 to 100; None without attempts."""
        return self.total / self.attempts if self.attempts else None


#: The totals of each day that has attempts.
Days = Mapping[date, Totals]


@dataclass(frozen=True)
class Streak:
    """Numbers of consecutive days with attempts."""

    current: int
    longest: int


@dataclass(frozen=True)
class Week:
    """The days of a week from Monday on, without future ones, each with its totals."""

    monday: date
    days: list[tuple[date, Totals]]

    @property
    def totals(self) -> Totals:
        return add_up(totals for _day, totals in self.days)


def add_up(several: Iterable[Totals]) -> Totals:
    """The sum of several totals."""
    columns = zip(*several, strict=True)
    return Totals(*(sum(column) for column in columns))


def streak(dates: Collection[date], today: date) -> Streak:
    """The streaks of `dates`, the days with attempts; those after `today` are ignored.

    The current streak ends today, or yesterday if there is no attempt today.
    """
    run = longest = 0
    last = None
    for day in sorted(day for day in dates if day <= today):
        run = run + 1 if last and day - last == _DAY else 1
        longest = max(longest, run)
        last = day
    return Streak(run if last and last >= today - _DAY else 0, longest)


def weeks(days: Days, today: date, count: int) -> list[Week]:
    """The last `count` weeks, oldest first. The last one contains `today`."""
    this_monday = today - timedelta(days=today.weekday())
    mondays = [this_monday - _WEEK * number for number in reversed(range(count))]
    return [Week(first, [(day, days.get(day, Totals())) for day in _week(first) if day <= today]) for first in mondays]


def _week(monday: date) -> list[date]:
    return [monday + _DAY * number for number in range(7)]


def months(of: Collection[Week]) -> list[tuple[date, int]]:
    """The first day of each month in which one of the weeks begins, and how many do: a heat map's column headings."""
    found: list[tuple[date, int]] = []
    for week in of:
        first = week.monday.replace(day=1)
        if found and found[-1][0] == first:
            found[-1] = (first, found[-1][1] + 1)
        else:
            found.append((first, 1))
    return found


def level(attempts: int, goal: int) -> int:
    """A day's level: 0 no attempts; 1 some; 2 half of the goal; 3 the goal; 4 twice the goal."""
    if not attempts:
        return 0
    return 1 + sum(attempts >= goal * part for part in (0.5, 1, 2))
