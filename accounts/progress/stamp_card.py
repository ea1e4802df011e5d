"""The stamp card: the days of a month, each with the stamp that it earned. Pure: the caller gives counts and date."""

from calendar import Calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

#: Scored attempts that earn a day its 花まる; fewer earn a circle. It doesn't follow the daily goal: a learner who sets
#: a higher goal must not lose stamps.
STAMP = 5


@dataclass(frozen=True)
class CardDay:
    """A day on the card: its number of attempts, and its stamp, "flower", "circle" or "" for none."""

    date: date
    attempts: int
    is_today: bool

    @property
    def stamp(self) -> str:
        return stamp(self.attempts)


def stamp(attempts: int) -> str:
    """The stamp of a day with this number of attempts: "flower", "circle", or "" for none."""
    if attempts >= STAMP:
        return "flower"
    return "circle" if attempts else ""


def weeks(month: date, attempts: Mapping[date, int], today: date) -> list[list[CardDay | None]]:
    """The weeks of the month that begins on `month`, from Monday on; None for the days of other months."""
    return [
        [CardDay(day, attempts.get(day, 0), day == today) if day.month == month.month else None for day in week]
        for week in Calendar().monthdatescalendar(month.year, month.month)
    ]


def month_of(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    return month_of(month + timedelta(days=31))


def last_month(month: date) -> date:
    return month_of(month - timedelta(days=1))
