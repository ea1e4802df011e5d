"""Questions to a worker that need no row: only Redis carries them and their answers."""

import json
from functools import cache
from typing import Any
from uuid import uuid4

import redis
from django.conf import settings

#: Seconds that a request waits for an answer. A program that asks while somebody writes has asked again by then.
PATIENCE = 3
#: Seconds after which Redis forgets a question or an answer that nobody took.
_KEPT = 15


def _redis() -> redis.Redis:
    return _connected(settings.REDIS_URL)


@cache
def _connected(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=PATIENCE + 1)


def leave(question: Any) -> str:
    """Leave a question, a JSON value, for a worker. Returns the name by which one takes it. Raises redis.RedisError."""
    name = uuid4().hex
    _redis().set(f"recognition:{name}", json.dumps(question), ex=_KEPT)
    return name


def take(name: str) -> Any:
    """The question of this name; None if nobody waits for its answer any more. Raises redis.RedisError."""
    found: Any = _redis().getdel(f"recognition:{name}")
    return found and json.loads(found)


def answer(name: str, value: Any) -> None:
    """Answer a question with a JSON value. Raises redis.RedisError."""
    with _redis().pipeline(transaction=False) as pipe:
        pipe.rpush(f"recognized:{name}", json.dumps(value))
        pipe.expire(f"recognized:{name}", _KEPT)
        pipe.execute()


def wait(name: str) -> Any:
    """The answer to a question. None if there is none in time; the question is then withdrawn.

    Raises redis.RedisError.
    """
    found: Any = _redis().blpop([f"recognized:{name}"], PATIENCE)
    if found is None:
        _redis().delete(f"recognition:{name}")
        return None
    return json.loads(found[1])
