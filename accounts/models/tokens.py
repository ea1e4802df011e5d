"""Tokens of programs that act for a user."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.users import User


class Scope(models.TextChoices):
    """What a token lets a program do."""

    WRITE_ATTEMPTS = "write:attempts", _("Write, say what was meant, offer and delete")
    READ_HISTORY = "read:history", _("Read what I have written")
    READ_CATALOGUE = "read:catalogue", _("Read the catalogue, as everybody may")


class TokenQuerySet(models.QuerySet["Token"]):
    def issue(
        self, user: User, name: str, scopes: Iterable[str], expires_at: datetime | None = None
    ) -> tuple["Token", str]:
        """A new token and its secret, which nobody can show again; a ValidationError when the user has enough."""
        secret = Token.START + secrets.token_urlsafe(32)
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)  # of two at once the second counts the first
            if self.filter(user=user).count() >= Token.MOST:
                raise ValidationError(
                    _("You have %(most)s tokens already. Revoke one first.") % {"most": Token.MOST}, "too_many_tokens"
                )
            token = self.create(
                user=user,
                name=name,
                scopes=[scope for scope in Scope.values if scope in set(scopes)],
                expires_at=expires_at,
                digest=Token.digest_of(secret),
                prefix=secret[: Token.SHOWN],
            )
        return token, secret

    def with_secret(self, secret: str) -> "Token | None":
        return self.select_related("user").filter(digest=Token.digest_of(secret)).first()


class Token(models.Model):
    """Lets a program act for its user, within its scopes and until it expires or is revoked, which deletes it.

    Only the SHA-256 of the secret is kept. Slow hashes make guessing passwords slow; 256 random bits can't be guessed.
    """

    START = "lai_"
    SHOWN = 10
    #: A user has so many at most.
    MOST = 50
    #: `last_used_at` is no more exact than this, so that not every request writes.
    USE_NOTED = timedelta(minutes=1)

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    scopes = models.JSONField(help_text="Of Scope, at least one")
    prefix = models.CharField(max_length=SHOWN, help_text="The secret's first characters, to tell tokens apart")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the secret")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @staticmethod
    def digest_of(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def scope_labels(self) -> list[str]:
        return [str(Scope(scope).label) for scope in self.scopes]

    def note_use(self) -> None:
        """It is used now."""
        now = timezone.now()
        if self.last_used_at is None or self.last_used_at <= now - self.USE_NOTED:
            # Of many requests at once, one writes.
            stale = Q(last_used_at=None) | Q(last_used_at__lte=now - self.USE_NOTED)
            Token.objects.filter(stale, pk=self.pk).update(last_used_at=now)
