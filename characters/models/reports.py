"""Mistakes that visitors report, in a character or a word."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from characters.models.characters import Character
from characters.models.words import Word


class Report(models.Model):
    """A mistake that a visitor reported, on a character's page or while practising a word."""

    class About(models.TextChoices):
        STROKES = "strokes", _("The stroke order or a stroke")
        READINGS = "readings", _("A reading")
        MEANINGS = "meanings", _("A meaning")
        EXAMPLE = "example", _("An example")
        OTHER = "other", _("Something else")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        FIXED = "mended", _("Fixed")
        DECLINED = "declined", _("Declined")

    character = models.ForeignKey(Character, models.CASCADE, null=True, blank=True, related_name="reports")
    word = models.ForeignKey(Word, models.CASCADE, null=True, blank=True, related_name="reports")
    about = models.CharField(max_length=8, choices=About)
    text = models.CharField(max_length=500)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN, db_index=True)
    answer = models.CharField(max_length=500, blank=True, help_text="The outcome, for other curators")
    reported_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-reported_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(character=None) ^ models.Q(word=None), name="report_on_character_or_word"
            )
        ]

    def __str__(self) -> str:
        return f"{self.character or self.word}: {self.get_about_display()}"
