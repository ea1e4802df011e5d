"""What the views that accept attempts and lines share: owner, rate limit, headers, and the wait for a score."""

import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import redis
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.viewsets import GenericViewSet

from characters.parameters import StrictView
from characters.throttling import TolerantThrottle
from scoring import load, wakeup
from scoring.errors import AnotherWriter, ImageTooLarge, InvalidHeader, Overloaded
from scoring.guests import ANYBODY, guest_of, writer_of
from scoring.models import Attempt, Line
from scoring.serializers import MAX_IMAGE_BYTES

#: Most bytes of a multipart body besides its image.
MULTIPART_BYTES = 16 * 1024
#: Attempts that an image counts as against the rate: reading one may take a thousand times as long as checking ink.
IMAGE_COST = 50
#: Seconds that a response waits for the score by default.
_WAIT = 2
#: Maximum of Retry-After for an attempt that has no score, s.
_LONGEST_PAUSE = 30
_KEY = re.compile(r"[!-~]{1,64}")


class AttemptThrottle(TolerantThrottle):
    """Limits attempts per minute of one address or user; unlimited while Redis is down, so that nothing gets lost."""

    scope = "attempts"

    def get_cache_key(self, request: Request, view: Any) -> str:
        who = request.user.pk if request.user.is_authenticated else self.get_ident(request)
        return self.cache_format % {"scope": self.scope, "ident": who}


PREFER = OpenApiParameter(
    "Prefer",
    str,
    OpenApiParameter.HEADER,
    description="`wait=N` seconds for the score (2, at most 10), or `respond-async`",
)
KEY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": f"^{_KEY.pattern}$"},
    OpenApiParameter.HEADER,
    description=(
        "1 to 64 visible ASCII characters, remembered for seven days. A repeated request with the same key stores "
        "nothing and returns what the first one stored, with the header `Idempotent-Replayed: true`; 410 if that has "
        "been deleted since. 422 for a different request"
    ),
)
WRITER_HEADER = OpenApiParameter(
    "Writer",
    str,
    OpenApiParameter.HEADER,
    description=(
        "Writer of a delayed attempt: 409 if somebody else posts it. "
        f"`{ANYBODY}`: it stays with the guest of this browser, even if somebody has signed in since"
    ),
)
_RETRY_AFTER = OpenApiParameter(
    "Retry-After",
    int,
    OpenApiParameter.HEADER,
    description="Seconds to wait before asking again",
    response=[202],
)
APPLIED = OpenApiParameter(
    "Preference-Applied",
    str,
    OpenApiParameter.HEADER,
    description="`respond-async`, or `wait=N` with the seconds that were allowed; missing without such a preference",
    response=[200, 201, 202],
)
REPLAYED = OpenApiParameter(
    "Idempotent-Replayed",
    OpenApiTypes.BOOL,
    OpenApiParameter.HEADER,
    description="True if the request repeats an earlier one; otherwise missing",
    response=[201, 202],
)
#: Headers of the answers to requests that count against the rate.
COUNTED = [
    OpenApiParameter(
        "RateLimit-Policy",
        str,
        OpenApiParameter.HEADER,
        description='The rate: `"attempts";q=1000;w=60` allows 1,000 attempts in any 60 seconds',
        response=[200, 201, 202],
    ),
    OpenApiParameter(
        "RateLimit",
        str,
        OpenApiParameter.HEADER,
        description='`"attempts";r=998;t=42`: 998 attempts are left, and more are in 42 seconds',
        response=[200, 201, 202],
    ),
    _RETRY_AFTER,
]
LOCATION = OpenApiParameter(
    "Location", OpenApiTypes.URI, OpenApiParameter.HEADER, description="The attempt", response=[200, 201, 202]
)
KEY_USED = {
    410: OpenApiResponse(
        description="`attempt_deleted`: what the first request with this Idempotency-Key stored was deleted"
    ),
    422: OpenApiResponse(description="`idempotency_key_reused`: the Idempotency-Key was used for a different request"),
}
#: The answer to what another writer wrote.
OF_ANOTHER_WRITER = {409: OpenApiResponse(description="`another_writer`: the header Writer names somebody else")}


class WritingViewSet(StrictView, GenericViewSet[Any]):
    """Base of the views that accept attempts: finds their owner, charges the rate limit, and waits for scores."""

    #: Scopes that an API token needs. One that may write can also read results: it knows the ids of what it wrote.
    scopes: dict[str, str | tuple[str, ...]] = {
        "read": "read:history",
        "retrieve": ("read:history", "write:attempts"),
        "image": ("read:history", "write:attempts"),
        "write": "write:attempts",
        "share": "share",
        "unshare": "share",
        "exemplar": "share",
        "withdraw": "share",
    }
    #: The request's Idempotency-Key was used before.
    is_repeat = False
    #: Actions that count against the rate.
    THROTTLED: Sequence[str] = ("create",)
    #: Actions whose attempts have to be scored.
    SCORED: Sequence[str] = ("create",)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if self.action in self.SCORED and load.is_over():
            raise Overloaded  # before anything is read: refusing must cost little
        super().initial(request, *args, **kwargs)

    def get_throttles(self) -> list[BaseThrottle]:
        return [self.throttle] if self.action in self.THROTTLED else []

    @cached_property
    def throttle(self) -> AttemptThrottle:
        return AttemptThrottle(self.cost())

    def cost(self) -> int:
        """What the request is charged before it is read, in attempts; 0 if `charge` is called."""
        return 1

    def charge(self, attempts: int) -> None:
        """Count `attempts` against the rate. Raises Throttled."""
        if not self.throttle.charge(attempts):
            self.throttled(self.request, self.throttle.wait() or 1)

    @property
    def writer(self) -> Any:
        """The user, or anonymous, whose attempt it is. Raises AnotherWriter if the header names somebody else."""
        user = self.request.user
        named = self.request.headers.get("Writer") if self.action == "create" else None
        if named in (None, writer_of(self.request)):
            return user
        if named != ANYBODY:
            raise AnotherWriter
        return AnonymousUser()

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        """The response, with what is left of the rate, and marked if it repeats that of an earlier request."""
        response = super().finalize_response(*args, **kwargs)
        self.throttle.describe(response)
        if self.action in self.SCORED and self.preference and response.status_code < 300:
            response["Preference-Applied"] = self.preference
        if self.is_repeat:
            response["Idempotent-Replayed"] = "true"
        return response

    def owner(self) -> dict[str, Any]:
        """The writer as fields of an attempt."""
        user = self.writer
        return {"user": user} if user.is_authenticated else {"guest": guest_of(self.request).remember()}

    def has_image(self) -> bool:
        return (self.request.content_type or "").startswith("multipart/")

    def body_with_image(self) -> Any:
        """The form that was sent. Raises ImageTooLarge by the declared length, before reading it."""
        if self.length() > MAX_IMAGE_BYTES + MULTIPART_BYTES:
            raise ImageTooLarge
        return self.request.data

    def length(self) -> int:
        """The declared length of the body, bytes."""
        return int(self.request.META.get("CONTENT_LENGTH") or 0)

    @contextmanager
    def seat(self) -> Iterator[float]:
        """Yields the moment of time.monotonic() until which the request may wait: now, if too many requests wait."""
        patience = self.patience()
        if not patience:
            yield time.monotonic()
            return
        with load.seat() as is_free:
            yield time.monotonic() + (patience if is_free else 0)

    @cached_property
    def preference(self) -> str:
        """What is applied of the Prefer header (RFC 7240): `respond-async`, `wait=N` with N as allowed, or nothing."""
        preferred = self.request.headers.get("Prefer", "").lower()
        if re.search(r"(^|[,;\s])respond-async\b", preferred):
            return "respond-async"
        wait = re.search(r"(?:^|[,;\s])wait=(\d{1,18})\b", preferred)
        return f"wait={min(int(wait[1]), wakeup.MAX_WAIT)}" if wait else ""

    def is_asynchronous(self) -> bool:
        """Whether the caller doesn't wait for the score."""
        return self.preference == "respond-async"

    def patience(self) -> float:
        """Seconds to wait for the score."""
        if self.is_asynchronous():
            return 0
        return int(self.preference.removeprefix("wait=")) if self.preference else _WAIT

    def idempotency_key(self) -> str | None:
        key = self.request.headers.get("Idempotency-Key")
        if key is not None and not _KEY.fullmatch(key):
            raise InvalidHeader("Idempotency-Key", _("1 to 64 visible ASCII characters."), "malformed")
        return key


def wake_ups(attempt: Attempt | Line, until: float) -> Iterator[Any]:
    """Yields the worker's message whenever the attempt may have got its score, until that moment of time.monotonic().

    The attempt may still have none: a wake-up may be left over from an earlier request.
    """
    try:
        while (left := until - time.monotonic()) > 0 and (message := wakeup.wait(attempt.pk, left)):
            yield json.loads(message)
    except redis.RedisError:
        return  # the attempt is stored; the answer is 202


def is_queued_still(attempt: Attempt, until: float) -> bool:
    """Wait for the score of an attempt until that moment of time.monotonic(). True if there is none yet."""
    queued = Attempt.objects.filter(pk=attempt.pk, status=Attempt.Status.QUEUED)
    return all(queued.exists() for _ in wake_ups(attempt, until)) and queued.exists()


def retry_after(attempts: Sequence[Attempt | Line]) -> str:
    """Seconds until the client should ask again: half of the time for which the first attempt has waited, 1 to 30."""
    waited = (timezone.now() - min(attempt.queued_at for attempt in attempts)).total_seconds()
    return str(min(max(round(waited / 2), 1), _LONGEST_PAUSE))
