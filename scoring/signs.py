"""Signs of life: when parts of the site last did their work, kept in Redis."""

import time
from enum import StrEnum
from functools import cache
from typing import Any

import redis
from django.conf import settings


class Sign(StrEnum):
    #: A worker ran a task.
    WORKER = "sign:worker"
    #: A worker scored attempts, or failed them.
    SCORED = "sign:scored"
    #: Beat looked for tasks that are due.
    BEAT = "sign:beat"
    #: A backup was completed.
    BACKUP = "sign:backup"


#: How long Redis may take to connect, and to answer, s: health checks have two seconds altogether.
SECONDS = 0.4


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=SECONDS, socket_timeout=SECONDS)


def leave(*signs: Sign, at: float | None = None, by: Any = None) -> None:
    """Note that each of `signs` happened, now unless the Unix time `at` is given; `by` is a pipeline of Redis.

    Raises redis.RedisError.
    """
    (by if by is not None else _redis()).mset(dict.fromkeys(map(str, signs), at or time.time()))


def read() -> dict[Sign, float]:
    """The Unix time of each sign; 0 for one that Redis doesn't know. Raises redis.RedisError."""
    found = _redis().mget(map(str, Sign))
    return {sign: float(value or 0) for sign, value in zip(Sign, found, strict=True)}
