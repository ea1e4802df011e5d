"""Reads single values of an export. Nothing in the file is trusted: an invalid value raises Skipped."""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils import timezone

from characters.spelling import MAX_LENGTH, spelling
from ml.scripts import is_choice

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class SkipReason(StrEnum):
    """Why something in the file is not imported. Attempts can also be skipped for a Refusal."""

    ALREADY_HERE = "already_here"
    MALFORMED = "malformed"
    TOO_LONG = "too_long"
    IN_THE_FUTURE = "in_the_future"
    UNKNOWN_CHARACTER = "unknown_character"
    IMAGE_MISSING = "image_missing"
    UNREADABLE_IMAGE = "unreadable_image"
    TOO_LARGE = "too_large"
    MALFORMED_LIST = "malformed_list"
    MALFORMED_PLAN = "malformed_plan"
    MALFORMED_REVIEW = "malformed_review"
    UNKNOWN_WORD = "unknown_word"
    UNKNOWN_TIME_ZONE = "unknown_time_zone"


class Skipped(ValueError):  # noqa: N818 - an outcome: the import goes on without it
    """An entry of the file can't be imported; `reason` says why."""

    def __init__(self, reason: SkipReason = SkipReason.MALFORMED) -> None:
        super().__init__(reason)
        self.reason = reason


def parse(data: bytes | None) -> Any:
    """The JSON value. None stands for data that was too long to read. Raises Skipped."""
    if data is None:
        raise Skipped(SkipReason.TOO_LONG)
    try:
        return json.loads(data, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Skipped from error


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON.")


def read_text(value: Any, most: int) -> str:
    """Text as the catalogue spells it, of at most `most` characters."""
    if not isinstance(value, str) or len(value) > 8 * most:
        raise Skipped
    text = spelling(value)
    if len(text) > most or not is_storable(text):
        raise Skipped
    return text


def read_uuid(value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise Skipped from error


def read_time(value: Any) -> datetime:
    """An ISO 8601 time with a UTC offset, from the year 2000 until now."""
    try:
        moment = datetime.fromisoformat(value).astimezone(UTC)
        if datetime.fromisoformat(value).tzinfo is None:
            raise Skipped
    except (ValueError, TypeError, OverflowError) as error:
        raise Skipped from error
    if moment > timezone.now():
        raise Skipped(SkipReason.IN_THE_FUTURE)
    if moment < _EARLIEST:
        raise Skipped
    return moment


def read_date(value: Any, latest: date | None = None) -> date:
    """An ISO 8601 date from the year 2000 until `latest`; by default, until today in the easternmost time zone."""
    try:
        day = date.fromisoformat(value)
    except (ValueError, TypeError) as error:
        raise Skipped from error
    if not _EARLIEST.date() <= day <= (latest or timezone.now().date() + timedelta(days=1)):
        raise Skipped
    return day


def read_character(literal: Any, known: Mapping[str, int]) -> int | None:
    """The primary key of the character, from `known`; None for None."""
    if literal is None:
        return None
    spelt = spelling(literal) if isinstance(literal, str) and len(literal) <= MAX_LENGTH else ""
    if spelt not in known:
        raise Skipped(SkipReason.UNKNOWN_CHARACTER)
    return known[spelt]


def is_storable(text: str) -> bool:
    """Whether PostgreSQL accepts the text in a column or a query: not with NUL or half of a surrogate pair."""
    return not any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text)


def is_script(value: Any) -> bool:
    """Whether it is what an attempt's `scripts` can contain: a script's name, or a character."""
    return isinstance(value, str) and is_choice(spelling(value[:MAX_LENGTH]))


def is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < 1e9


def is_percent(value: Any) -> bool:
    return type(value) is int and 0 <= value <= 100
