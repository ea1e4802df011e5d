"""Webhooks: addresses to which the site reports what happens to a learner's attempts, and the log of its reports."""

import base64
import secrets
from datetime import timedelta
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from accounts.models.tokens import Token
from accounts.models.users import User
from scoring.models.lease import Leased, LeasedQuerySet


class WebhookQuerySet(LeasedQuerySet["Webhook"]):
    #: Longer than a process takes for the deliveries that it sends at a time.
    LEASE = timedelta(minutes=2)

    def register(self, user: User, url: str, token: Token | None = None) -> "Webhook":
        """Create a webhook with a new secret.

        Raises ValidationError, code `too_many_webhooks`, when the user has `Webhook.MOST` already.
        """
        with transaction.atomic():
            User.objects.lock(user.pk)
            if self.filter(user=user).count() >= Webhook.MOST:
                raise ValidationError(
                    _("You already have %(most)s webhooks. Delete one first.") % {"most": Webhook.MOST},
                    "too_many_webhooks",
                )
            key = base64.b64encode(secrets.token_bytes(32)).decode()
            return self.create(user=user, url=url, token=token, secret=f"{Webhook.START}{key}")

    def open(self) -> Self:
        """Webhooks that get deliveries: neither paused nor of a closed account."""
        return self.filter(paused_for="", user__is_active=True)

    def due(self) -> Self:
        """Webhooks with deliveries to send now that no process is sending."""
        waiting = Delivery.objects.filter(webhook=models.OuterRef("pk"), due_at__lte=timezone.now())
        return self.open().free().filter(models.Exists(waiting))

    def lateness(self) -> float:
        """Seconds since the delivery that is most overdue was due; 0 if none is.

        Deliveries behind one that failed don't count: they wait for it.
        """
        first = Delivery.objects.waiting().filter(webhook=models.OuterRef("pk")).values("due_at")[:1]
        oldest = self.open().aggregate(oldest=models.Min(models.Subquery(first)))["oldest"]
        return max((timezone.now() - oldest).total_seconds(), 0) if oldest else 0


class Webhook(Leased):
    """An address that gets the events of its owner's attempts.

    The secret signs deliveries, so it is stored as it is.
    """

    class Pause(models.TextChoices):
        OWNER = "owner", _("You paused it.")
        GONE = "gone", _("The address answered that it is gone (410).")
        FAILING = "failing", _("A delivery failed too many times.")
        TOO_MANY_WAITING = "too_many_waiting", _("Too many deliveries waited.")
        OPERATOR = "operator", _("The operator of the site paused it.")

    #: Beginning of a secret; what follows is the key in Base64.
    START = "whsec_"
    #: Most webhooks that a user can have, and most deliveries of one that can wait.
    MOST, MOST_WAITING = 5, 1000
    #: Longest address, characters.
    LONGEST_URL = 500

    user = models.ForeignKey(User, models.CASCADE, related_name="webhooks")
    token = models.ForeignKey(
        Token,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="webhooks",
        help_text="The token that registered it, with which it ends",
    )
    url = models.CharField(max_length=LONGEST_URL)
    secret = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    paused_for = models.CharField(max_length=16, choices=Pause, blank=True, help_text="Why nothing is sent; empty: not")

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.url

    @property
    def key(self) -> bytes:
        """The key that signs deliveries."""
        return base64.b64decode(self.secret.removeprefix(self.START))

    def add(self, kind: "Delivery.Kind", data: dict[str, Any]) -> "Delivery | None":
        """Store a delivery to be sent. Pauses the webhook, and returns None, if too many wait."""
        if self.deliveries.waiting()[: self.MOST_WAITING].count() >= self.MOST_WAITING:
            self.pause(self.Pause.TOO_MANY_WAITING)
            return None
        return self.deliveries.create(kind=kind, data=data)

    def pause(self, reason: Pause) -> None:
        """Send nothing until it is resumed, and give up the deliveries that wait."""
        with transaction.atomic():
            self._set_paused_for(reason)
            self.deliveries.waiting().update(due_at=None, trouble=Delivery.Trouble.PAUSED)

    def resume(self) -> bool:
        """Send what happens from now on. False if the operator paused it."""
        return self._set_paused_for("")

    def _set_paused_for(self, reason: str) -> bool:
        """Set `paused_for`. False if the operator paused it, which stays."""
        mine = Webhook.objects.filter(pk=self.pk).exclude(paused_for=self.Pause.OPERATOR)
        is_mine = bool(mine.update(paused_for=reason))
        self.paused_for = reason if is_mine else self.Pause.OPERATOR
        return is_mine

    def release(self) -> None:
        """Let another process send its deliveries."""
        Webhook.objects.filter(pk=self.pk, lease=self.lease).update(lease=None, leased_until=None, tries=0)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        """Those that are still to be sent, oldest first."""
        return self.filter(due_at__isnull=False).order_by("pk")

    def expired(self) -> Self:
        """Those beyond their retention."""
        return self.filter(due_at=None, created_at__lt=timezone.now() - Delivery.RETENTION)

    def delete_some(self) -> int:
        """Delete the first 1,000 of these; return how many."""
        return Delivery.objects.filter(pk__in=list(self.values_list("pk", flat=True)[:1000])).delete()[0]


class Delivery(models.Model):
    """A report to a webhook, and what became of it. Its id is sent with it, so that a repeat can be recognised."""

    class Kind(models.TextChoices):
        ATTEMPTS = "attempts", _("Attempts")
        TEST = "test", _("Test")

    class Trouble(models.TextChoices):
        """Why the latest try failed."""

        FORBIDDEN_ADDRESS = "forbidden_address", _("The host has an address that isn’t public.")
        UNKNOWN_HOST = "unknown_host", _("The host name has no address.")
        UNREACHABLE = "unreachable", _("The host could not be reached.")
        INVALID_CERTIFICATE = "invalid_certificate", _("The host has no valid certificate.")
        TIMEOUT = "timeout", _("The answer took too long.")
        REFUSED = "refused", _("The answer was no success.")
        PAUSED = "paused", _("The webhook was paused.")

    #: Pauses between tries; after as many and one more a delivery is given up.
    PAUSES = [
        timedelta(seconds=10),
        timedelta(minutes=1),
        timedelta(minutes=10),
        timedelta(hours=1),
        timedelta(hours=6),
    ]
    RETENTION = timedelta(days=7)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=8, choices=Kind)
    data = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(
        default=timezone.now, null=True, blank=True, help_text="When it is sent; null once it is delivered or given up"
    )
    tried_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    answer = models.PositiveSmallIntegerField(null=True, blank=True, help_text="HTTP status of the latest answer")
    trouble = models.CharField(max_length=24, choices=Trouble, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["webhook", "id"], name="deliveries_that_wait", condition=models.Q(due_at__isnull=False)
            ),
            models.Index(fields=["created_at"], name="deliveries_that_ended", condition=models.Q(due_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d %H:%M:%S}"

    @property
    def status(self) -> str:
        """`waiting`, `delivered` or `failed`."""
        if self.due_at:
            return "waiting"
        return "failed" if self.trouble else "delivered"

    @property
    def is_due(self) -> bool:
        return self.due_at is not None and self.due_at <= timezone.now()

    def record(self, answer: int | None, trouble: "Trouble | None" = None) -> None:
        """Note the outcome of a try. Without success it is due again after a pause, or given up.

        It stays given up if its webhook was paused meanwhile.
        """
        now = timezone.now()
        self.tries += 1
        is_last = not trouble or self.tries > len(self.PAUSES)
        self.tried_at, self.answer, self.trouble = now, answer, trouble or ""
        self.due_at = None if is_last else now + self.PAUSES[self.tries - 1]
        mine = Delivery.objects.filter(pk=self.pk)
        mine.update(tries=self.tries, tried_at=now, answer=answer, trouble=self.trouble)
        mine.filter(due_at__isnull=False).update(due_at=self.due_at)
