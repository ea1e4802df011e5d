"""Accepted stroke orders beside the reference's own."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from characters.fields import TextListField
from characters.models.characters import Character
from ml.strokes import references


class StrokeOrderQuerySet(models.QuerySet["StrokeOrder"]):
    def accepted(self, literals: Iterable[str] | None = None) -> dict[str, list[list[int]]]:
        """{literal: orders} of those of `literals` that have any; None: of all characters.

        An order lists the reference's strokes, from 1.
        """
        orders: dict[str, list[list[int]]] = {}
        rows = self if literals is None else self.filter(character__literal__in=list(literals))
        for literal, order in rows.values_list("character__literal", "order"):
            orders.setdefault(literal, []).append([int(number) for number in order])
        return orders


class StrokeOrder(models.Model):
    """An order of the reference's strokes that is accepted beside the reference's own."""

    character = models.ForeignKey(Character, models.CASCADE, related_name="stroke_orders")
    order = TextListField(
        blank=False,
        help_text="Numbers of the reference's strokes, from 1, in the order in which they are written: 2; 1; 3",
    )
    note = models.CharField(max_length=200, help_text="Who uses this order")
    modified_at = models.DateTimeField(auto_now=True)

    history = HistoricalRecords(excluded_fields=["modified_at"])
    objects = StrokeOrderQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("character", "order", name="stroke_order_once")]

    def __str__(self) -> str:
        return f"{self.character}: {' '.join(self.order)}"

    def clean(self) -> None:
        """Check that each stroke of the reference occurs exactly once. Raises ValidationError."""
        if self.character_id is None:
            return  # the form reports the missing character
        numbers = [str(number) for number in range(1, len(references()[self.character.literal]) + 1)]
        if sorted(self.order) != sorted(numbers):
            raise ValidationError({"order": f"Name each of the strokes {numbers[0]} to {numbers[-1]} exactly once."})
        if self.order == numbers:
            raise ValidationError({"order": "This is the reference's own order."})
