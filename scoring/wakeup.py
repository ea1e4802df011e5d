"""Calls workers, and wakes the requests that wait for a score, through one Redis list per attempt, which the request
pops.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import redis
from django.conf import settings

from scoring import signs
from scoring.signs import Sign

#: Maximum seconds that a request waits.
MAX_WAIT = 10
_KEPT = 60
#: Present while a task is on its way that will claim whatever waits in the interactive lane; for `_CALL_EXPIRES` ms at
#: most, since the task may get lost.
_CALL, _CALL_EXPIRES = "call:interactive", 500


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=MAX_WAIT + 5)


def announce(*names: object, messages: Mapping[Any, Any] | None = None) -> None:
    """Wake the requests that wait for each of `names`, and record that a worker is alive. Raises redis.RedisError.

    `messages`: {name: JSON value} for the requests that wait, so that they needn't ask the database.
    """
    with _redis().pipeline(transaction=False) as pipe:
        signs.leave(Sign.WORKER, *([Sign.SCORED] if names else []), by=pipe)
        for name in names:
            pipe.rpush(f"wakeup:{name}", json.dumps(messages and messages.get(name)))
            pipe.expire(f"wakeup:{name}", _KEPT)
        pipe.execute()


def wait(name: object, seconds: float) -> str | None:
    """The message that `name` was announced with, as JSON; None if that took longer than `seconds`.

    Raises redis.RedisError.
    """
    announced: Any = _redis().blpop([f"wakeup:{name}"], seconds)
    return announced and announced[1].decode()


def call() -> bool:
    """Whether an attempt of the interactive lane needs a task of its own: none is on its way that has yet to claim.

    Raises redis.RedisError.
    """
    return bool(_redis().set(_CALL, 1, nx=True, px=_CALL_EXPIRES))


def answer_call() -> None:
    """Note that a task is about to claim: attempts enqueued from now on need another. Raises redis.RedisError."""
    _redis().delete(_CALL)
