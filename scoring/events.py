"""Events: those who listen to an owner's stream hear which attempts were scored or failed.

All go through one log in Redis, which the processes that serve streams follow (`scoring/streaming.py`). The web server
decides who may listen, and gives them a ticket for one stream.
"""

import json
import secrets
import time
from collections import defaultdict
from collections.abc import Collection, Sequence
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import redis
from django.conf import settings
from django.db import transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

if TYPE_CHECKING:
    from scoring.models import Attempt  # not otherwise: the process that serves streams loads no models

#: The log: the name of a stream in Redis.
LOG = "events"
#: Entries of the log that are kept. A listener can resume where it stopped while the entry after that is among them.
KEPT = 10_000
#: The name of entries for one owner's listeners. Other entries end the streams that were opened with their name.
_OWNER = "owner:{}"
#: Streams that one account may have at a time, or one address without an account.
MAX_STREAMS = 10
#: Seconds after which a stream ends, so that its listener asks again whether they still may.
LONGEST = 300
#: Seconds for which a ticket is valid.
TICKET_VALID = 30


class TooManyStreamsError(Exception):
    pass


def _redis() -> redis.Redis:
    return _connected(settings.REDIS_URL)


@cache
def _connected(url: str) -> redis.Redis:
    # One more try, over a new connection: Redis may have started anew. An event must not delay scores.
    limits = {"socket_connect_timeout": 1, "socket_timeout": 1, "retry": Retry(NoBackoff(), 1)}
    return redis.Redis.from_url(url, **limits, decode_responses=True)


def outcome(attempt: "Attempt", failure: str) -> dict[str, str]:
    """What an event says of an attempt. Not what was written, since events leave the site."""
    return {"id": str(attempt.pk), "status": "failed" if failure else "scored", "failure": failure}


def tell(attempts: "Collection[Attempt]", failure: str, **_: Any) -> None:
    """Receiver of `settled`: tell the owners' streams, once the transaction is committed."""
    of: dict[UUID, list[dict[str, str]]] = defaultdict(list)
    for attempt in attempts:
        of[attempt.owner_id].append(outcome(attempt, failure))
    entries = [
        {"to": _OWNER.format(owner), "data": json.dumps({"attempts": outcomes})} for owner, outcomes in of.items()
    ]
    transaction.on_commit(lambda: add(entries))


def end(name: str) -> None:
    """End the streams admitted with `name` among their `ends_with`, once the transaction is committed."""
    transaction.on_commit(lambda: add([{"to": name, "data": ""}]))


def add(entries: Sequence[dict[str, str]]) -> None:
    """Add entries to the log. While Redis is away they are lost: all streams end then, and listeners ask again."""
    with suppress(redis.RedisError), _redis().pipeline(transaction=False) as pipe:
        for entry in entries:
            pipe.xadd(LOG, entry, maxlen=KEPT, approximate=True)  # type: ignore[arg-type]
        pipe.execute()


def admit(owner: UUID, *, counted_as: str, ends_with: Collection[str], seconds: float, after: str) -> str:
    """A ticket for a stream of the owner's events, valid once.

    It ends after `seconds` at most, or by `end` of one of the names in `ends_with`, and begins after the event `after`;
    empty: with the next one. `counted_as`: the account or address whose open streams are counted. Raises
    TooManyStreamsError if it has MAX_STREAMS already, redis.RedisError if Redis is away.
    """
    ticket, now, open_ones = secrets.token_urlsafe(24), time.time(), f"streams:{counted_as}"
    about = {
        "owner": _OWNER.format(owner),
        "ends_with": list(ends_with),
        "seconds": min(seconds, LONGEST),
        "after": after,
        "open_ones": open_ones,
    }
    with _redis().pipeline() as pipe:
        # Each open stream with the time at which it ends for sure, should the process that serves it die.
        pipe.zremrangebyscore(open_ones, "-inf", now)
        pipe.zadd(open_ones, {ticket: now + TICKET_VALID})
        pipe.expire(open_ones, LONGEST + TICKET_VALID)
        pipe.zcard(open_ones)
        pipe.set(f"ticket:{ticket}", json.dumps(about), ex=TICKET_VALID)
        *_, count, _ = pipe.execute()
    if count > MAX_STREAMS:
        with _redis().pipeline() as pipe:
            pipe.zrem(open_ones, ticket)
            pipe.delete(f"ticket:{ticket}")
            pipe.execute()
        raise TooManyStreamsError
    return ticket
