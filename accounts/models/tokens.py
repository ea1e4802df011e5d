"""API tokens, with which programs act for a user."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.users import User


class Scope(models.TextChoices):
    """What a token allows a program to do."""

    WRITE_ATTEMPTS = (
        "write:attempts",
        _("Submit attempts, read any attempt whose id it knows, change its character and delete it"),
    )
    WEBHOOKS = "webhooks", _("Register addresses to which my attempts’ outcomes are sent, and delete them")
    SHARE = "share", _("Share attempts and lists with a link, offer attempts as examples, and end both")
    WRITE_LISTS = "write:lists", _("Create, change and delete my lists")
    WRITE_PLAN = "write:plan", _("Change my plan and the characters that I practise")
    READ_HISTORY = "read:history", _("Read my attempts, scores and progress")
    READ_LISTS = "read:lists", _("Read my lists")
    READ_PLAN = "read:plan", _("Read my plan and the characters that I practise")
    READ_ACCOUNT = "read:account", _("Read my email address and preferences")
    READ_CATALOGUE = "read:catalogue", _("Read the catalogue (open to everyone)")


class TokenQuerySet(models.QuerySet["Token"]):
    def issue(
        self, user: User, name: str, scopes: Iterable[str], expires_at: datetime | None = None
    ) -> tuple["Token", str]:
        """Create a token; return it with its secret, which is not stored and can't be shown again.

        Raises ValidationError, code `too_many_tokens`, when the user has `Token.MOST` already.
        """
        secret = Token.START + secrets.token_urlsafe(32)
        with transaction.atomic():
            User.objects.lock(user.pk)
            if self.filter(user=user).count() >= Token.MOST:
                raise ValidationError(
                    _("You already have %(most)s tokens. Revoke one first.") % {"most": Token.MOST}, "too_many_tokens"
                )
            token = self.create(
                user=user,
                name=name,
                scopes=[scope for scope in Scope.values if scope in set(scopes)],
                expires_at=expires_at,
                digest=Token.digest_of(secret),
                prefix=secret[: Token.PREFIX_LENGTH],
            )
        return token, secret

    def with_secret(self, secret: str) -> "Token | None":
        """The token with this secret, expired or not; None when there is none."""
        return self.select_related("user").filter(digest=Token.digest_of(secret)).first()


class Token(models.Model):
    """A permission for a program to act for its user, limited by scopes and, optionally, in time.

    Revoking a token deletes it. Only the SHA-256 of the secret is stored: a slow hash protects passwords from being
    guessed, but nobody can guess 256 random bits.
    """

    START = "lai_"
    #: Length of the stored prefix, characters.
    PREFIX_LENGTH = 10
    #: Most tokens a user can have.
    MOST = 50
    #: Resolution of `last_used_at`: within this time further requests don't write to the database.
    USE_RECORDED_EVERY = timedelta(minutes=1)

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    scopes = models.JSONField(help_text="Values of Scope, at least one")
    prefix = models.CharField(
        max_length=PREFIX_LENGTH, help_text="First characters of the secret, to tell tokens apart"
    )
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the secret")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

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

    def record_use(self) -> None:
        """Set `last_used_at` to now, unless it is recent enough."""
        now = timezone.now()
        if self.last_used_at is None or self.last_used_at <= now - self.USE_RECORDED_EVERY:
            # The condition stands in the query too: of many concurrent requests, one writes.
            stale = Q(last_used_at=None) | Q(last_used_at__lte=now - self.USE_RECORDED_EVERY)
            Token.objects.filter(stale, pk=self.pk).update(last_used_at=now)
