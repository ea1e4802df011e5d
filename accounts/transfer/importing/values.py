"""What stands in an export, one value at a time. Nothing in it is believed: whatever isn't sound raises LeftOut."""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from ml.scripts import is_choice

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class LeftOut(ValueError):  # noqa: N818 - as it is said: left out or taken
    """One thing of the file isn't taken; the code says why."""


def parsed(data: bytes | None) -> Any:
    if data is None:
        raise LeftOut("too_long")
    try:
        return json.loads(data, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise LeftOut("malformed") from error


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON.")


def uuid_of(said: Any) -> uuid.UUID:
    try:
        return uuid.UUID(said)
    except (ValueError, TypeError, AttributeError) as error:
        raise LeftOut("malformed") from error


def moment_of(said: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(said).astimezone(UTC)
        if datetime.fromisoformat(said).tzinfo is None:
            raise LeftOut("malformed")
    except (ValueError, TypeError, OverflowError) as error:
        raise LeftOut("malformed") from error
    if moment > timezone.now():
        raise LeftOut("in_the_future")
    if moment < _EARLIEST:
        raise LeftOut("malformed")
    return moment


def day_of(said: Any, latest: date | None = None) -> date:
    """A day from `_EARLIEST` on that has begun somewhere, or one until `latest`."""
    try:
        day = date.fromisoformat(said)
    except (ValueError, TypeError) as error:
        raise LeftOut("malformed") from error
    if not _EARLIEST.date() <= day <= (latest or timezone.now().date() + timedelta(days=1)):
        raise LeftOut("malformed")
    return day


def character_id(literal: Any, known: Mapping[str, int]) -> int | None:
    """Of a character among the `known`; None of none."""
    if literal is None:
        return None
    if not isinstance(literal, str) or literal not in known:
        raise LeftOut("unknown_character")
    return known[literal]


def is_script(said: Any) -> bool:
    return isinstance(said, str) and is_choice(said)


def is_number(said: Any) -> bool:
    return type(said) in (int, float) and abs(said) < 1e9


def is_percent(said: Any) -> bool:
    return type(said) is int and 0 <= said <= 100
