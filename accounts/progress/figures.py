"""What the days of a learner come to: streaks and weeks. Pure: days are given, and which one is today."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)


class Written(NamedTuple):
    """How much was written on a day or on several: writings, the sum of their scores, and ms spent on them."""

    attempts: int = 0
    total: int = 0
    duration: int = 0

    @property
    def average(self) -> float | None:
        """Of the scores, 0 to 100; None where nothing was written."""
        return self.total / self.attempts if self.attempts else None


#: What was written on each day, of those on which something was.
Days = Mapping[date, Written]


@dataclass(frozen=True)
class Streak:
    """Days in a row on which something was written."""

    current: int
    longest: int


@dataclass(frozen=True)
class Week:
    """Seven days from Monday on; those that are still to come aren't among them."""

    monday: date
    days: list[tuple[date, Written]]

    @property
    def written(self) -> Written:
        return together(written for _day, written in self.days)


def together(several: Iterable[Written]) -> Written:
    """What they come to."""
    columns = zip(*several, strict=True)
    return Written(*(sum(column) for column in columns))


def streak(dates: Collection[date], today: date) -> Streak:
    """The current streak ends today, or yesterday while nothing was written today; later dates don't count."""
    run = longest = 0
    last = None
    for day in sorted(day for day in dates if day <= today):
        run = run + 1 if last and day - last == _DAY else 1
        longest = max(longest, run)
        last = day
    return Streak(run if last and last >= today - _DAY else 0, longest)


def weeks(days: Days, today: date, count: int) -> list[Week]:
    """The last `count` weeks, oldest first; the last one is today's."""
    monday = today - timedelta(days=today.weekday())
    mondays = [monday - _WEEK * number for number in reversed(range(count))]
    return [Week(first, [(day, days.get(day, Written())) for day in _week(first) if day <= today]) for first in mondays]


def _week(monday: date) -> list[date]:
    return [monday + _DAY * number for number in range(7)]


def months(of: Collection[Week]) -> list[tuple[date, int]]:
    """The first day of each month in these weeks, and how many weeks begin in it: the heads of a heat map."""
    found: list[tuple[date, int]] = []
    for week in of:
        first = week.monday.replace(day=1)
        if found and found[-1][0] == first:
            found[-1] = (first, found[-1][1] + 1)
        else:
            found.append((first, 1))
    return found


def level(attempts: int, goal: int) -> int:
    """How much a day is against the goal: 0 nothing, 1 a beginning, 2 half of it, 3 reached, 4 twice as much."""
    if not attempts:
        return 0
    return 1 + sum(attempts >= goal * part for part in (0.5, 1, 2))
