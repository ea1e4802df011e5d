"""Writings that their owners let everybody see."""

import secrets
from typing import Self, cast

from django.db import models
from django.urls import reverse
from django.utils import timezone

from characters.models import Character
from scoring.models.scores import Score


class SharedWritingQuerySet(models.QuerySet["SharedWriting"]):
    def shown(self) -> Self:
        """Those that the link still leads to: neither forgotten, nor of somebody who leaves."""
        return self.filter(attempt__forgotten_at=None, attempt__user__is_active=True)


def new_token() -> str:
    return secrets.token_urlsafe(16)


class SharedWriting(models.Model):
    """A writing that its owner lets everybody see who has its link, without whose it is."""

    attempt = models.OneToOneField("scoring.Attempt", models.CASCADE, related_name="shared")
    token = models.CharField(max_length=32, unique=True, default=new_token, help_text="What the link ends in")
    shared_at = models.DateTimeField(default=timezone.now)

    objects = SharedWritingQuerySet.as_manager()

    class Meta:
        ordering = ["-shared_at", "-id"]

    def __str__(self) -> str:
        return self.token

    def get_absolute_url(self) -> str:
        return reverse("shared", args=[self.token])

    @property
    def literal(self) -> str:
        return cast(Character, self.attempt.target).literal

    @property
    def score(self) -> Score:
        """The newest for what was meant: without one nothing is shared."""
        return cast(Score, self.attempt.score)
