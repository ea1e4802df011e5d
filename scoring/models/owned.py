"""Whose attempts and lines are, and how long they are kept: until their deletion, and a guest's until they expire."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Self, TypeVar

from django.utils import timezone

from scoring.models.lease import Leased, LeasedQuerySet

_Row = TypeVar("_Row", bound=Leased)


class OwnedQuerySet(LeasedQuerySet[_Row]):
    """Rows of a user or, without an account, of a guest. `forgotten_at` is the time of a row's deletion."""

    #: Retention of what guests have written.
    GUEST_RETENTION = timedelta(days=90)
    #: How long deleted rows can be restored: pages offer it for ten seconds; hiding and restoring a long history on a
    #: busy machine takes the rest.
    UNDO_KEPT = timedelta(seconds=60)

    def owned_by(self, user: Any, guest: uuid.UUID | None) -> Self:
        """The rows of the signed-in user, else of the guest, without deleted ones."""
        return self._written_by(user, guest).filter(forgotten_at=None)

    def hidden_by(self, user: Any, guest: uuid.UUID | None) -> Self:
        """Deleted rows that their owner can still restore. Those deleted together share `forgotten_at`."""
        return self._written_by(user, guest).filter(forgotten_at__gt=timezone.now() - self.UNDO_KEPT)

    def _written_by(self, user: Any, guest: uuid.UUID | None) -> Self:
        if user.is_authenticated:
            return self.filter(user=user)
        return self.filter(guest=guest, user=None) if guest else self.none()

    def found(self, keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, _Row]:
        """{key: row} of `keys` that this queryset has found before, with all that it loads; without deleted rows.

        Checks no other condition again: SQLite would rather read all rows of an owner than look up more than ten keys.
        """
        rows = self.order_by()
        rows.query.clear_where()
        return rows.filter(forgotten_at=None).in_bulk(keys)

    def expired(self) -> Self:
        """Guests' rows beyond their retention."""
        return self.filter(user=None, written_at__lt=timezone.now() - self.GUEST_RETENTION)

    def erasable(self) -> Self:
        """Deleted rows that can no longer be restored."""
        return self.filter(forgotten_at__lte=timezone.now() - self.UNDO_KEPT)
