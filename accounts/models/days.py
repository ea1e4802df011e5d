"""A learner's day: the one place that says when it begins and to which day a moment belongs."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

#: The latest hour at which a day may begin. It is before most people get up, so that a day is one waking period.
LATEST_START = 6


class DayClock(NamedTuple):
    """The clock by which a learner's days are counted.

    `starts_at`: the hour, 0 to `LATEST_START`, at which a day begins. Earlier attempts count for the day before.
    """

    zone: ZoneInfo
    starts_at: int = 0

    def day_of(self, moment: datetime) -> date:
        """The day to which `moment` belongs."""
        # Arithmetic within a zone follows the clock on the wall, also across a change of the clocks.
        day = (moment.astimezone(self.zone) - timedelta(hours=self.starts_at)).date()
        # Where a change of the clocks skips the hour at which the day starts, the day starts at a later hour.
        return day if self.start_of(day) <= moment else day - timedelta(days=1)

    def start_of(self, day: date) -> datetime:
        """The beginning of `day`, in UTC.

        If that time of the clock occurs twice, the first; if clocks skip it, 24 hours after it occurred last.
        """
        return datetime.combine(day, time(self.starts_at), self.zone).astimezone(UTC)

    def hours_begun(self, moment: datetime) -> list[int]:
        """The hours, 0 to 23, that have begun on the day of `moment`, in order: the first is `starts_at`."""
        passed = (moment.astimezone(self.zone).hour - self.starts_at) % 24
        return [(self.starts_at + hour) % 24 for hour in range(passed + 1)]
