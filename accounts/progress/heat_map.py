"""The heat map: a table of days, coloured by the number of attempts."""

from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.progress.figures import Totals, Week, level, months
from accounts.progress.formats import duration_text, short_date


def heat_map(of: list[Week], goal: int) -> dict[str, Any]:
    """The template's context for the weeks: a column for each week, a row for each weekday. `goal`: attempts a day."""
    weekdays = [date_format(day, "D") for day, _totals in of[0].days]
    rows = [[week.days[index] for week in of if index < len(week.days)] for index in range(len(weekdays))]
    return {
        "goal": goal,
        "months": [(date_format(first, _("M")), count) for first, count in months(of)],
        "rows": [
            (name, SafeString("".join(_cell(day, totals, goal) for day, totals in row)))
            for name, row in zip(weekdays, rows, strict=True)
        ],
    }


def _cell(day: date, totals: Totals, goal: int) -> str:
    """The HTML of a day. It isn't in the template, which takes ten times as long: a page has some 370 days."""
    if not totals.attempts:
        return '<td class="heat-0"></td>'
    sentence = ngettext(
        "%(day)s: %(count)s attempt, %(time)s", "%(day)s: %(count)s attempts, %(time)s", totals.attempts
    )
    count, time = number_format(totals.attempts), duration_text(totals.duration)
    text = escape(sentence % {"day": short_date(day), "count": count, "time": time})
    size = level(totals.attempts, goal)
    return f'<td class="heat-{size}" title="{text}"><span class="visually-hidden">{text}</span></td>'
