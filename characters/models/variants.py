"""Accepted shapes beside the reference."""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import MD5
from simple_history.models import HistoricalRecords

from characters.models.characters import Character
from ml.ink import MAX_POINTS, MAX_STROKES
from ml.strokes import REFERENCE_SIDE, dump, parse, references

_STROKES = re.compile(r"\d{1,4},\d{1,4}( \d{1,4},\d{1,4})*(;\d{1,4},\d{1,4}( \d{1,4},\d{1,4})*)*")


class VariantQuerySet(models.QuerySet["Variant"]):
    def accepted(self, literals: Iterable[str] | None = None) -> dict[str, list[str]]:
        """{literal: shapes} for those of `literals`, None: of all characters, that have any.

        The strokes are text, see `ml.strokes`.
        """
        shapes: dict[str, list[str]] = {}
        rows = self if literals is None else self.filter(character__literal__in=list(literals))
        for literal, strokes in rows.values_list("character__literal", "strokes"):
            shapes.setdefault(literal, []).append(strokes)
        return shapes


class Variant(models.Model):
    """A shape of a character that is accepted beside the reference."""

    character = models.ForeignKey(Character, models.CASCADE, related_name="accepted_variants")
    strokes = models.TextField(
        help_text="Points x,y from 0 to 1090, separated by spaces; strokes in writing order, separated by semicolons"
    )
    note = models.CharField(max_length=200, help_text="Who writes this shape")
    modified_at = models.DateTimeField(auto_now=True)

    history = HistoricalRecords(excluded_fields=["modified_at"])
    objects = VariantQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "character",
                MD5("strokes"),  # an index of PostgreSQL can't hold long texts
                name="variant_once",
                violation_error_message="This shape is already accepted.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.character}: {self.note}"

    @property
    def stroke_count(self) -> int:
        return self.strokes.count(";") + 1

    def clean(self) -> None:
        """Bring the strokes into their stored form. Raises ValidationError if they are no shape, or the reference."""
        text = " ".join(self.strokes.split()).replace(" ;", ";").replace("; ", ";").strip(" ;")
        if not self.strokes:
            return  # the form reports the missing strokes
        if not _STROKES.fullmatch(text):
            raise ValidationError({"strokes": "Separate points x,y by spaces, and strokes by semicolons."})
        shape = parse(text)
        if any(stroke.max() > REFERENCE_SIDE for stroke in shape):
            raise ValidationError({"strokes": f"Coordinates go from 0 to {REFERENCE_SIDE}."})
        if len(shape) > MAX_STROKES or sum(map(len, shape)) > MAX_POINTS:
            raise ValidationError({"strokes": f"At most {MAX_STROKES} strokes and {MAX_POINTS} points."})
        self.strokes = dump(shape)
        if self.character_id is None:
            return  # the form reports the missing character
        if self.strokes == dump(references()[self.character.literal]):
            raise ValidationError({"strokes": "This is the reference."})
