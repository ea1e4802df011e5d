"""Rate limits, counted in Redis in one atomic step. While Redis is down they allow everything."""

from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Any, cast

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.retry import Retry
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle

#: Parts into which a period is divided. A unit counts for at most one part longer than the period, never shorter.
_PARTS = 60

#: Charges a client if the quota allows it. KEYS: a hash {part's number: units charged in that part}.
#: ARGV: the quota, the length of a part in µs, the number of parts, the cost; a cost of 0 asks whether a unit is free.
#: Returns 1 if the quota allows the cost, else 0; the units left; the ms until more are free; the ms until the cost is.
_CHARGE = """
local quota, length, parts, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local current = math.floor(now / length)

local numbers, units, used = {}, {}, 0
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  local number = tonumber(fields[i])
  if number < current - parts or number > current then  -- expired, or the clock was set back
    redis.call('HDEL', KEYS[1], fields[i])
  else
    numbers[#numbers + 1] = number
    units[number] = tonumber(fields[i + 1])
    used = used + units[number]
  end
end

local needed = math.max(cost, 1)
local allowed = used + needed <= quota
if allowed and cost > 0 then
  redis.call('HINCRBY', KEYS[1], current, cost)
  redis.call('PEXPIRE', KEYS[1], math.ceil(length * (parts + 1) / 1000))
  used = used + cost
  if not units[current] then numbers[#numbers + 1] = current end
end

table.sort(numbers)
local function until_free(number) return math.ceil((length * (number + parts + 1) - now) / 1000) end
local wait = 0
if not allowed then
  local expired = 0
  for _, number in ipairs(numbers) do
    expired = expired + units[number]
    if used - expired + needed <= quota then
      wait = until_free(number)
      break
    end
  end
end
local more = numbers[1] and until_free(numbers[1]) or 0
return {allowed and 1 or 0, quota - used, more, wait}
"""


@dataclass(frozen=True)
class Balance:
    """A client's quota after a charge."""

    #: Whether the quota allowed the cost. If it didn't, nothing was charged.
    is_allowed: bool
    remaining: int
    #: Seconds until more units are free; 0 if all are.
    more_in: int
    #: Seconds until the quota allows the cost; 0 if it did.
    wait: int


@cache
def _charge(url: str) -> Script:
    # A limit must not delay an answer for long while Redis hangs: no second try.
    limits = {"socket_connect_timeout": 1, "socket_timeout": 1, "retry": Retry(NoBackoff(), 0)}
    return redis.Redis.from_url(url, **limits).register_script(_CHARGE)


def charge(key: str, quota: int, seconds: int, cost: int) -> Balance:
    """Charge `cost` units to `key`, of which `quota` are allowed in any `seconds`. Raises redis.RedisError.

    A cost of 0 charges nothing, and is allowed while a unit is free. A cost above the quota charges the whole quota,
    since it would never be allowed otherwise.
    """
    length = seconds * 1_000_000 // _PARTS
    given = _charge(settings.REDIS_URL)(keys=[key], args=[quota, length, _PARTS, min(cost, quota)])
    is_allowed, remaining, more_in, wait = given
    return Balance(bool(is_allowed), remaining, ceil(more_in / 1000), ceil(wait / 1000))


class TolerantThrottle(SimpleRateThrottle):
    """A rate limit that several processes can't exceed together; it allows everything while Redis is down."""

    #: The rate's seconds and units, set by the base class.
    duration: int
    num_requests: int

    def __init__(self, cost: int = 1) -> None:
        """`cost` is what a request is charged before its view runs; 0 if the view charges it."""
        super().__init__()
        self._cost = cost
        self._balance: Balance | None = None

    def allow_request(self, request: Any, view: Any) -> bool:
        self._key = cast(str, self.get_cache_key(request, view))
        return self.charge(self._cost)

    def charge(self, cost: int) -> bool:
        """Charge `cost` to the client of the allowed request. False if its quota doesn't allow that."""
        try:
            self._balance = charge(self._key, self.num_requests, self.duration, cost)
        except redis.RedisError:
            self._balance = None
        return self._balance is None or self._balance.is_allowed

    def wait(self) -> float | None:
        """Seconds until the refused cost is allowed."""
        return self._balance.wait if self._balance else None

    def describe(self, response: Response) -> None:
        """Add RateLimit and RateLimit-Policy to the response to a counted request.

        Source: draft-ietf-httpapi-ratelimit-headers-10.
        """
        if self._balance is None:
            return
        response["RateLimit-Policy"] = f'"{self.scope}";q={self.num_requests};w={self.duration}'
        more = f";t={self._balance.more_in}" if self._balance.more_in else ""
        response["RateLimit"] = f'"{self.scope}";r={self._balance.remaining}{more}'
