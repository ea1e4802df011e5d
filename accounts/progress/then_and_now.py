"""A month ago and today: an earlier attempt at a character beside the newest one.

The pairs are chosen without regard to their scores, so that they show how the writing changed and not what flatters.
"""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from scoring.models import Attempt

#: Most pairs that are shown.
PAIRS = 6
#: The newest attempt is at most this old.
_NOW = timedelta(days=7)
#: The earlier attempt is the one that is nearest to a month old, between these ages.
_MONTH, _YOUNGEST, _OLDEST = timedelta(days=30), timedelta(days=21), timedelta(days=60)
#: Most attempts that are read to find pairs: a learner who writes a lot doesn't wait longer.
_RECENT, _EARLIER = 300, 2000


class Pair(NamedTuple):
    """Two attempts at the same character."""

    literal: str
    then: Attempt
    now: Attempt

    @property
    def gain(self) -> int:
        """By how many points the score rose; negative if it fell."""
        return (self.now.legibility or 0) - (self.then.legibility or 0)

    @property
    def loss(self) -> int:
        return -self.gain


def pairs(user: User) -> list[Pair]:
    """Pairs of the characters that the learner wrote last, the latest first; at most `PAIRS`. Three queries.

    Both attempts are ink that was written without the reference in view: a traced one says nothing about progress.
    """
    now = timezone.now()
    fair = Attempt.objects.owned_by(user, None).filter(
        target__isnull=False, legibility__isnull=False, ink__isnull=False, saw_reference=False
    )
    newest: dict[int, UUID] = {}
    recent = fair.filter(written_at__gt=now - _NOW).order_by("-written_at", "-id")
    for target, pk in recent.values_list("target_id", "pk")[:_RECENT]:
        if target is not None:
            newest.setdefault(target, pk)
    nearest: dict[int, tuple[timedelta, UUID]] = {}
    month_old = fair.filter(target__in=newest, written_at__range=(now - _OLDEST, now - _YOUNGEST))
    rows = month_old.order_by("-written_at", "-id").values_list("target_id", "pk", "written_at")[:_EARLIER]
    for target, pk, written_at in rows:
        distance = abs(now - _MONTH - written_at)
        if target is not None and (target not in nearest or distance < nearest[target][0]):
            nearest[target] = distance, pk
    chosen = [(nearest[target][1], pk) for target, pk in newest.items() if target in nearest][:PAIRS]
    shown = Attempt.objects.select_related("target").in_bulk([pk for pair in chosen for pk in pair])
    return [
        Pair(str(shown[later].target), shown[earlier], shown[later])
        for earlier, later in chosen
        if earlier in shown and later in shown  # one may have been deleted meanwhile
    ]
