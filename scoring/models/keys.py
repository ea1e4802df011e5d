"""Idempotency keys: which attempts a request has stored, so that its repeat stores none."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.core.files.base import File
from django.db import models
from django.utils import timezone

from characters.models import Character

#: Rows changed by one statement at most.
_AT_ONCE = 1000


class IdempotencyKeyQuerySet(models.QuerySet["IdempotencyKey"]):
    def expired(self) -> Self:
        return self.filter(used_at__lte=timezone.now() - IdempotencyKey.RETENTION)

    def erase_some(self) -> int:
        """Erase some of these, oldest first; return how many."""
        ids = list(self.order_by("used_at").values_list("pk", flat=True)[:_AT_ONCE])
        return IdempotencyKey.objects.filter(pk__in=ids).delete()[0]


class IdempotencyKey(models.Model):
    """A key that its owner has used for a request.

    It outlives the request's attempts, so that a repeat doesn't store again what has been deleted.
    """

    #: How long a repeated request finds the attempts of the first.
    RETENTION = timedelta(days=7)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    guest = models.UUIDField(null=True, blank=True, help_text="Id of the owner without an account")
    key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64, help_text="Hash of what the request asked to store")
    attempts = models.JSONField(default=list, help_text="Ids of the attempts it stored, in its order")
    used_at = models.DateTimeField(default=timezone.now)

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["used_at"], name="keys_by_age")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) | models.Q(guest__isnull=False), name="key_of_user_or_guest"
            ),
            models.UniqueConstraint("user", "key", name="user_uses_key_once"),
            models.UniqueConstraint("guest", "key", name="guest_uses_key_once"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def attempt_ids(self) -> list[uuid.UUID]:
        return [uuid.UUID(pk) for pk in self.attempts]


def fingerprint(action: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Hash of the attempts that `action` was asked to store, given as fields.

    `written_at` doesn't count: a delayed attempt that is sent again has become older.
    """
    said = [{name: value for name, value in row.items() if name != "written_at"} for row in rows]
    return hashlib.sha256(json.dumps([action, said], sort_keys=True, default=_as_text).encode()).hexdigest()


def _as_text(value: Any) -> str:
    if isinstance(value, Character):
        return value.literal
    if isinstance(value, File):
        value.seek(0)
        digest = hashlib.sha256()
        for chunk in value.chunks():
            digest.update(chunk)
        return digest.hexdigest()
    raise TypeError(f"A {type(value).__name__} has no fingerprint.")
