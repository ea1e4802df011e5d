"""Attempts that their owners share by a link."""

import secrets
from typing import Self, cast

from django.db import models
from django.urls import reverse
from django.utils import timezone

from characters.models import Character
from scoring.models.scores import Score


class SharedAttemptQuerySet(models.QuerySet["SharedAttempt"]):
    def shown(self) -> Self:
        """The shared attempts whose link works: neither the attempt nor its owner's account is deleted."""
        return self.filter(attempt__forgotten_at=None, attempt__user__is_active=True)


def new_token() -> str:
    return secrets.token_urlsafe(16)


class SharedAttempt(models.Model):
    """An attempt that anyone with its link can see, without its owner's name."""

    attempt = models.OneToOneField("scoring.Attempt", models.CASCADE, related_name="shared")
    token = models.CharField(max_length=32, unique=True, default=new_token, help_text="Last part of the link")
    shared_at = models.DateTimeField(default=timezone.now)

    objects = SharedAttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-shared_at", "-id"]
        db_table = "scoring_sharedwriting"

    def __str__(self) -> str:
        return self.token

    def get_absolute_url(self) -> str:
        return reverse("shared", args=[self.token])

    @property
    def literal(self) -> str:
        return cast(Character, self.attempt.target).literal

    @property
    def score(self) -> Score:
        """The newest score for the target; a shared attempt has one."""
        return cast(Score, self.attempt.score)
