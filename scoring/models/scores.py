"""Judgements of attempts by models."""

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from characters.models import Character
from ml.legibility import EVEN, band

_BANDS = {
    "textbook": pgettext_lazy("band", "Excellent"),
    "clear": pgettext_lazy("band", "Clear"),
    "readable": pgettext_lazy("band", "Readable"),
    "doubtful": pgettext_lazy("band", "Doubtful"),
    "misread": pgettext_lazy("band", "Would be misread"),
}


class Score(models.Model):
    """One judgement of an attempt by one model version, for its target if it has one.

    Scores never change. Rescoring with an earlier model deletes those of later ones.
    """

    attempt = models.ForeignKey("scoring.Attempt", models.CASCADE, related_name="scores")
    target = models.ForeignKey(Character, models.PROTECT, null=True, blank=True, related_name="+")
    model_version = models.CharField(max_length=40)
    legibility = models.PositiveSmallIntegerField(null=True, blank=True)
    known = models.BooleanField(help_text="Whether the attempt looks like any character of the catalogue")
    candidates = models.JSONField(help_text="As dictionaries, likeliest first; see ml.result")
    misread_as = models.JSONField(default=list, blank=True)
    form = models.PositiveSmallIntegerField(null=True, blank=True, help_text="0 to 100; null if not judged")
    remarks = models.JSONField(default=list, blank=True, help_text="Remarks on the strokes, most useful first")
    notes = models.JSONField(
        default=list,
        blank=True,
        db_default=models.Value([], models.JSONField()),
        help_text="Notes on how strokes end, in the format of remarks; they cost no form",
    )
    counterparts = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        help_text="Pairs of a written stroke and the target’s reference stroke that it stands for, from 1; "
        "kept where a misreading may need them",
    )
    excluded = models.JSONField(
        null=True, blank=True, help_text="The candidate that it reads as although the attempt’s scripts exclude it"
    )
    scored_at = models.DateTimeField(default=timezone.now)
    imported = models.BooleanField(
        default=False,
        db_default=False,
        help_text="From an imported file: no reason to show it to others",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "attempt", "target", "model_version", "imported", name="one_score_per_target_and_model"
            ),
            models.UniqueConstraint(
                "attempt", "model_version", "imported", condition=models.Q(target=None), name="one_reading_per_model"
            ),
            models.CheckConstraint(
                condition=models.Q(legibility=None) | models.Q(legibility__lte=100), name="legibility_0_to_100"
            ),
            models.CheckConstraint(
                condition=models.Q(target=None, legibility=None)
                | models.Q(target__isnull=False, legibility__isnull=False),
                name="legibility_with_target",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target or '?'} {self.legibility}"

    @property
    def band(self) -> str | None:
        """Code of the band that legibility and form reach together; None without a target."""
        return None if self.legibility is None else band(self.legibility, self.form)

    @property
    def band_label(self) -> str:
        """The band in the active language; empty without a target."""
        return str(_BANDS[self.band]) if self.band else ""

    @property
    def lacks_stroke(self) -> bool:
        """True if a remark says that a stroke is missing."""
        return any(remark["code"] == "missing" for remark in self.remarks)

    @property
    def main_misreading(self) -> str:
        """The character that most readers would see instead of the target; empty if they would see the target."""
        is_misread = self.legibility is not None and self.legibility < EVEN and self.misread_as
        return self.misread_as[0] if is_misread else ""
