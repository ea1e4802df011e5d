"""The queue of attempts: which of them wait for a score, and in which order workers claim them."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models.expressions import RawSQL
from django.utils import timezone

from scoring.models.owned import OwnedQuerySet

if TYPE_CHECKING:
    from scoring.models.attempts import Attempt

_Attempt = TypeVar("_Attempt", bound="Attempt")

#: Order of claims, that of the index. In the interactive lane too, or PostgreSQL would sort all that wait.
_BY_LANE = ("bulk_owner", "queued_at")
#: In a claim of an attempt with others: whether the attempt is no retry. True if it doesn't wait.
_IS_NO_RETRY = RawSQL("NOT EXISTS (SELECT 1 FROM found_0 WHERE found_0.tries > 0)", [], models.BooleanField())
#: Owner in the bulk lane of what an operator has queued; no guest and no user has this id.
_OPERATOR = uuid.UUID(int=0)


class Failure(models.TextChoices):
    """Why scoring an attempt failed. It can also fail for a Refusal of its image."""

    #: Every try failed, or ended the worker.
    SCORING_FAILED = "scoring_failed"
    IMAGE_MISSING = "image_missing"


class QueuedQuerySet(OwnedQuerySet[_Attempt]):
    """Attempts as a queue in two lanes: interactive for those who wait for a score, bulk for the others."""

    #: Claims after which an attempt that was never scored is given up.
    MAX_TRIES = 5

    def requeue_failed(self, since: datetime) -> int:
        """Queue attempts again that failed with scoring_failed, in the bulk lane; return how many."""
        failed = self.filter(status=self.model.Status.FAILED, failure=Failure.SCORING_FAILED, written_at__gte=since)
        return failed.update(
            status=self.model.Status.QUEUED, failure="", queued_at=timezone.now(), tries=0, bulk_owner=_OPERATOR
        )

    def waiting(self) -> Self:
        """Queued and held by no worker."""
        return self.free().filter(status=self.model.Status.QUEUED)

    def interactive(self) -> Self:
        """In the lane of people who wait for their scores."""
        return self.filter(bulk_owner=None)

    def to_retry(self) -> Self:
        """Waiting again because the worker that had claimed them didn't finish, oldest first."""
        return self.waiting().filter(tries__gt=0).order_by("queued_at")

    def lost(self) -> Self:
        """Waiting for so long that the broker or a worker may have lost the task."""
        return self.waiting().overdue("queued_at")

    def claim_batch(self, attempt_id: uuid.UUID | str, limit: int) -> list[_Attempt]:
        """Lease the attempt, if it waits, and up to `limit` - 1 others of the interactive lane, oldest first.

        A retry is leased without others: if it crashes its worker, it takes none along.
        """
        own = self.waiting().filter(pk=attempt_id)
        others = self.waiting().interactive().filter(_IS_NO_RETRY, tries=0).exclude(pk=attempt_id)
        found = [own, others.order_by(*_BY_LANE)[: limit - 1]] if limit > 1 else [own]
        claimed = self.lease_found(*found)
        for attempt in claimed:
            if attempt.tries > self.MAX_TRIES:
                attempt.fail(Failure.SCORING_FAILED)
        return [attempt for attempt in claimed if attempt.status == self.model.Status.QUEUED]

    def claim_interactive(self, limit: int) -> list[_Attempt]:
        """Lease up to `limit` attempts of the interactive lane, oldest first. None of them is a retry."""
        return self.lease_found(self.waiting().interactive().filter(tries=0).order_by(*_BY_LANE)[:limit])

    def claim_bulk(self, limit: int, after: uuid.UUID | None) -> list[_Attempt]:
        """Lease up to `limit` attempts of the bulk lane, by owner and oldest first. None of them is a retry.

        The first owner is the one that follows the owner `after`, in a circle.
        """
        waiting = self.waiting().filter(tries=0, bulk_owner__isnull=False).order_by(*_BY_LANE)
        claimed = self.lease_found(waiting.filter(bulk_owner__gt=after)[:limit]) if after else []
        return claimed or self.lease_found(waiting[:limit])
