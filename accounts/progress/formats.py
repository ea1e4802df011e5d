"""Dates and durations as the progress pages show them, in the active language."""

from datetime import date
from functools import lru_cache

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def short_date(day: date) -> str:
    """The date as the active language abbreviates it, such as 4 May 2026."""
    return _short_date(day, get_language())


@lru_cache(2000)
def _short_date(day: date, language: str) -> str:
    return date_format(day, _("j M Y"))


def duration_text(duration: int) -> str:
    """A duration in ms as hours and minutes, minutes, or seconds."""
    hours, seconds = divmod(duration // 1000, 3600)
    minutes, seconds = divmod(seconds, 60)
    if hours and not minutes:
        return _("%(hours)s h") % {"hours": number_format(hours)}
    if hours:
        return _("%(hours)s h %(minutes)d min") % {"hours": number_format(hours), "minutes": minutes}
    if minutes:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(seconds)d s") % {"seconds": seconds}
