"""Groups of characters that look alike."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from ml.strokes import references


class LookalikeGroupQuerySet(models.QuerySet["LookalikeGroup"]):
    def pooled(self) -> dict[str, int]:
        """{literal: id of its pooled group} for every character that is in one."""
        groups = self.filter(is_pooled=True).order_by("pk").values_list("pk", "members")
        return {character: group for group, members in groups for character in members}

    def of(self, literal: str) -> Self:
        """The groups that contain `literal`, pooled ones first."""
        return self.filter(members__contains=literal).order_by("-is_pooled", "pk")


class LookalikeGroup(models.Model):
    """Characters that look alike. Readers can't tell the members of a pooled group apart without context."""

    members = models.CharField(max_length=16, help_text="The characters, without separators")
    is_pooled = models.BooleanField(
        "pooled", default=True, help_text="Readers can't tell them apart; they share probability and score"
    )
    reason = models.CharField(max_length=300, help_text="Why readers can't tell them apart, or how they can")
    modified_at = models.DateTimeField(auto_now=True, db_index=True)

    history = HistoricalRecords(excluded_fields=["modified_at"])
    objects = LookalikeGroupQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("members", "is_pooled", name="lookalike_group_once")]

    def __str__(self) -> str:
        return " ".join(self.members)

    def clean(self) -> None:
        """Sort the members in catalogue order. Raises ValidationError.

        A group needs at least two characters of the catalogue, and a character is in at most one pooled group.
        """
        literals = dict.fromkeys(self.members.replace(" ", ""))
        if unknown := [literal for literal in literals if literal not in references()]:
            raise ValidationError({"members": f"Not in the catalogue: {' '.join(unknown)}"})
        if len(literals) < 2:
            raise ValidationError({"members": "A group has at least two characters."})
        order = list(references())
        self.members = "".join(sorted(literals, key=order.index))
        if self.is_pooled:
            pooled = LookalikeGroup.objects.exclude(pk=self.pk).pooled()
            if taken := [literal for literal in self.members if literal in pooled]:
                raise ValidationError({"members": f"Already in another pooled group: {' '.join(taken)}"})
