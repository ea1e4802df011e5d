"""What is counted of a learner's scored attempts. `accounts.progress.tally` keeps it with every score."""

from datetime import datetime
from typing import ClassVar

from django.db import models

from accounts.models.users import User
from characters.models import Character


class Progress(models.Model):
    """How a learner writes one character."""

    #: A writing that scores this much is read well, and so many in a row make a character mastered.
    WELL, MASTERED = 80, 3
    #: How much the newest writing weighs in `recent`.
    NEWEST = 0.3

    user = models.ForeignKey(User, models.CASCADE, related_name="progress")
    character = models.ForeignKey(Character, models.CASCADE, related_name="+")
    attempts = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="Sum of the scores")
    best = models.PositiveSmallIntegerField(default=0)
    recent = models.FloatField(default=0.0, help_text="Average of the scores, in which the newest weigh the most")
    in_a_row = models.PositiveIntegerField(default=0, help_text="How many of the newest were read well")
    latest = models.PositiveSmallIntegerField(default=0, help_text="The newest writing's score")
    latest_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("user", "character", name="progress_once")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["user", "recent"], name="weakest_first")]

    def __str__(self) -> str:
        return f"{self.character}: {self.attempts}"

    @property
    def average(self) -> float:
        return self.total / self.attempts

    @property
    def is_mastered(self) -> bool:
        return self.in_a_row >= self.MASTERED

    def add(self, legibility: int, written_at: datetime) -> None:
        """Count a writing that is newer than all that were counted. Not saved."""
        is_first = not self.attempts
        self.attempts += 1
        self.total += legibility
        self.best = max(self.best, legibility)
        self.recent = legibility if is_first else self.recent + self.NEWEST * (legibility - self.recent)
        self.in_a_row = self.in_a_row + 1 if legibility >= self.WELL else 0
        self.latest, self.latest_at = legibility, written_at


class Day(models.Model):
    """What a learner wrote on one day, as the clock showed it in their time zone."""

    user = models.ForeignKey(User, models.CASCADE, related_name="days")
    date = models.DateField()
    attempts = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="Sum of the scores")
    duration = models.PositiveBigIntegerField(default=0, help_text="Time spent writing, ms")

    class Meta:
        ordering: ClassVar[list[str]] = ["date"]
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint("user", "date", name="day_once")]

    def __str__(self) -> str:
        return f"{self.date}: {self.attempts}"

    @property
    def average(self) -> float:
        return self.total / self.attempts

    def add(self, legibility: int, duration: int) -> None:
        """Count a writing of `duration` ms. Not saved."""
        self.attempts += 1
        self.total += legibility
        self.duration += duration


class Confusion(models.Model):
    """How often what a learner meant as one character was taken for another."""

    user = models.ForeignKey(User, models.CASCADE, related_name="confusions")
    character = models.ForeignKey(Character, models.CASCADE, related_name="+", help_text="What was meant")
    read_as = models.CharField(max_length=1)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("user", "character", "read_as", name="confusion_once")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["user", "-times"], name="most_confused_first")]

    def __str__(self) -> str:
        return f"{self.character} as {self.read_as}: {self.times}"
