"""Real attempts that visitors see as examples, once a curator has approved them."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from characters.models.characters import Character


class ExemplarQuerySet(models.QuerySet["Exemplar"]):
    def approved(self) -> Self:
        """The exemplars that visitors see, best first."""
        return self.filter(status=Exemplar.Status.APPROVED, is_hidden=False).order_by("-legibility", "pk")

    def waiting(self) -> Self:
        """The exemplars that no curator has decided on, oldest first."""
        return self.filter(status=Exemplar.Status.OFFERED, is_hidden=False).order_by("offered_at")

    def approve(self, by: Any) -> int:
        """Approve those that aren't approved yet; return how many."""
        return self._decide(by, Exemplar.Status.APPROVED, "")

    def refuse(self, by: Any, reason: str) -> int:
        """Refuse those that aren't refused yet; return how many."""
        return self._decide(by, Exemplar.Status.REFUSED, reason)

    def offer_again(self) -> int:
        """Take back the decision on those that have one; return how many."""
        decided = self.exclude(status=Exemplar.Status.OFFERED)
        return decided.update(status=Exemplar.Status.OFFERED, reason="", decided_by=None, decided_at=None)

    def _decide(self, by: Any, status: str, reason: str) -> int:
        changed = self.exclude(status=status)
        return changed.update(status=status, reason=reason, decided_by=by, decided_at=timezone.now())


class Exemplar(models.Model):
    """A real attempt shown as an example. It has no link to its writer; the writer's attempt links to it."""

    class Status(models.TextChoices):
        OFFERED = "offered", _("Offered")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    character = models.ForeignKey(Character, models.CASCADE, related_name="exemplars")
    ink = models.JSONField(
        help_text="Writing area and strokes, lists of points [x, y, t]: CSS pixels, and ms since the first point"
    )
    legibility = models.PositiveSmallIntegerField(help_text="Legibility when it was offered, 0 to 100")
    status = models.CharField(max_length=8, choices=Status, default=Status.OFFERED)
    reason = models.CharField("reason for refusal", max_length=200, blank=True)
    is_hidden = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="The writer deleted the attempt, but can still undo that",
    )
    offered_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ExemplarQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["character", "-legibility"], name="exemplars_shown", condition=models.Q(status="approved")
            ),
            models.Index(fields=["offered_at"], name="exemplars_waiting", condition=models.Q(status="offered")),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(legibility__lte=100), name="exemplar_legibility_0_to_100")
        ]

    def __str__(self) -> str:
        return f"{self.character} {self.legibility}"
