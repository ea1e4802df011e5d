"""Counts of a learner's scored attempts. `accounts.progress.tally` updates them with every score."""

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F

from accounts.models.users import User
from characters.models import Character
from ml.legibility import BANDS


class Progress(models.Model):
    """How well a learner writes one character."""

    #: The lowest score of the band "clear": an attempt with at least this score is read well.
    WELL = next(lowest for lowest, band in BANDS if band == "clear")
    #: A character is mastered when this many attempts in a row were read well.
    MASTERED = 3
    #: Weight of the newest score in `recent`, 0 to 1; higher forgets earlier scores faster.
    NEWEST_WEIGHT = 0.3

    user = models.ForeignKey(User, models.CASCADE, related_name="progress")
    character = models.ForeignKey(Character, models.CASCADE, related_name="+")
    attempts = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="Sum of the scores")
    best = models.PositiveSmallIntegerField(default=0)
    recent = models.FloatField(default=0.0, help_text="Exponential moving average of the scores")
    in_a_row = models.PositiveIntegerField(default=0, help_text="Newest attempts in a row that were read well")
    latest = models.PositiveSmallIntegerField(default=0, help_text="Score of the newest attempt")
    latest_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("user", "character", name="progress_once")]
        indexes = [models.Index(fields=["user", "recent"], name="weakest_first")]

    def __str__(self) -> str:
        return f"{self.character}: {self.attempts}"

    @property
    def average(self) -> float:
        return self.total / self.attempts

    @property
    def is_mastered(self) -> bool:
        return self.in_a_row >= self.MASTERED

    def add(self, legibility: int, written_at: datetime) -> None:
        """Count an attempt that is newer than all counted ones. Doesn't save."""
        is_first = not self.attempts
        self.attempts += 1
        self.total += legibility
        self.best = max(self.best, legibility)
        self.recent = legibility if is_first else self.recent + self.NEWEST_WEIGHT * (legibility - self.recent)
        self.in_a_row = self.in_a_row + 1 if legibility >= self.WELL else 0
        self.latest, self.latest_at = legibility, written_at


class DayQuerySet(models.QuerySet["Day"]):
    def today(self, user: User) -> "Day":
        """The user's current day; unsaved and with nothing counted before the first attempt of the day."""
        today = user.today
        return self.filter(user=user, date=today).first() or Day(user=user, date=today)

    def count_attempt(self, user: User, on: date, legibility: int, duration: int) -> None:
        """Count an attempt of the day `on`, of `duration` ms. `user` is locked."""
        more = {"attempts": F("attempts") + 1, "total": F("total") + legibility, "duration": F("duration") + duration}
        if not self.filter(user=user, date=on).update(**more):
            self.create(user=user, date=on, attempts=1, total=legibility, duration=duration)

    def tally(self, user: User, attempts: Any) -> "list[Day]":
        """Unsaved days that count `attempts`, a queryset of scored ones, oldest first."""
        days: dict[date, Day] = {}
        for written_at, legibility, duration in attempts.values_list("written_at", "legibility", "duration").iterator():
            day = user.day_of(written_at)
            days.setdefault(day, Day(user=user, date=day)).add(legibility, duration)
        return list(days.values())

    def recount(self, user: User) -> None:
        """Replace the days of `user`, who is locked, by a new count of all attempts."""
        days = self.tally(user, user.attempts.counted())
        self.filter(user=user).delete()
        Day.objects.bulk_create(days, batch_size=1000)


class Day(models.Model):
    """Counts of a learner's attempts on one of their days."""

    user = models.ForeignKey(User, models.CASCADE, related_name="days")
    date = models.DateField()
    attempts = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="Sum of the scores")
    duration = models.PositiveBigIntegerField(default=0, help_text="Time spent writing, ms")

    objects = DayQuerySet.as_manager()

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint("user", "date", name="day_once")]

    def __str__(self) -> str:
        return f"{self.date}: {self.attempts}"

    def add(self, legibility: int, duration: int) -> None:
        """Count an attempt of `duration` ms. Doesn't save."""
        self.attempts += 1
        self.total += legibility
        self.duration += duration


class ConfusionQuerySet(models.QuerySet["Confusion"]):
    def count_attempt(self, user: User, character_id: int, read_as: str) -> None:
        """Count an attempt at a character that was read as another. `user` is locked."""
        mine = {"user": user, "character_id": character_id, "read_as": read_as}
        if not self.filter(**mine).update(times=F("times") + 1):
            self.create(**mine, times=1)


class Confusion(models.Model):
    """How often a learner's attempts at one character were read as another."""

    user = models.ForeignKey(User, models.CASCADE, related_name="confusions")
    character = models.ForeignKey(Character, models.CASCADE, related_name="+", help_text="The target")
    read_as = models.CharField(max_length=1)
    times = models.PositiveIntegerField(default=0)

    objects = ConfusionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("user", "character", "read_as", name="confusion_once")]
        indexes = [models.Index(fields=["user", "-times"], name="most_confused_first")]

    def __str__(self) -> str:
        return f"{self.character} as {self.read_as}: {self.times}"
