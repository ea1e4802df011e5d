"""How well a learner remembers one thing, as FSRS estimates it, and when it is due."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Self, TypeVar

from django.db import models
from fsrs import Card, Rating, Scheduler, State

from accounts.models.users import User
from ml.legibility import band

_Row = TypeVar("_Row", bound="Memory")

#: The rating of a score by its band; those below `readable` are Again.
_RATINGS = {"textbook": Rating.Easy, "clear": Rating.Good, "readable": Rating.Hard}
#: Form below this lowers the rating by one, but not below Hard; higher is stricter.
_POOR_FORM = 60


def rating(legibility: int, form: int | None, *, is_incomplete: bool = False, saw_reference: bool = False) -> Rating:
    """The FSRS rating of an attempt with this legibility and form, 0 to 100; `form` is None when it wasn't judged.

    An attempt that lacks a stroke (`is_incomplete`) is rated Good at best, one whose writer could see the reference
    (`saw_reference`) Hard at best.
    """
    given = _RATINGS.get(band(legibility, form), Rating.Again)
    if form is not None and form < _POOR_FORM and given > Rating.Hard:
        given = Rating(given - 1)
    if is_incomplete:
        given = min(given, Rating.Good)
    return min(given, Rating.Hard) if saw_reference else given


@cache
def scheduler() -> Scheduler:
    """FSRS with intervals in whole days.

    It has no learning steps: the lesson itself repeats a failed character, which is not a further review.
    """
    return Scheduler(desired_retention=0.9, learning_steps=(), relearning_steps=(), enable_fuzzing=False)


class MemoryQuerySet(models.QuerySet[_Row]):
    def due(self, user: User) -> Self:
        """The reviews of `user` that are due today or overdue, the longest overdue first."""
        return self.filter(user=user, due_on__lte=user.today).order_by("due_on", "pk")

    def count_today(self, user: User) -> int:
        """How many are due today or overdue, or were reviewed today."""
        return self.filter(models.Q(due_on__lte=user.today) | models.Q(reviewed_on=user.today), user=user).count()

    def leeches(self, user: User) -> Self:
        """Those that `user` keeps forgetting, the first due first; see `Memory.is_leech`."""
        return self.filter(user=user, lapses__gte=Memory.LEECH, stability__lt=Memory.MATURE).order_by("due_on", "pk")

    def begun_today(self, user: User) -> int:
        """How many `user` has added to the practice today."""
        return self.filter(user=user, begun_on__gte=user.today).count()

    def rate_due(self, given: Rating, on: date, *, saw_reference: bool) -> None:
        """Rate the one of these that was due on the day `on` with an attempt of that day.

        An attempt written on or before the day of the last review changes nothing, however late its score arrives:
        after a review the next isn't due until a later day.
        """
        due = self.filter(due_on__lte=on).select_for_update().first()  # the learner may be removing it
        if due:
            due.rate(given, on, saw_reference=saw_reference)
            due.save()


class Memory(models.Model):
    """When a learner should write something again, and FSRS's model of their memory of it. Rows have a `user`.

    Days are the learner's; FSRS gets noon in UTC of each, so that it counts whole days. Deleting an
    attempt doesn't undo its review, since it did exercise the memory.
    """

    #: It is mature from this stability on, days.
    MATURE = 21
    #: Longest interval after an attempt whose writer could see the reference, days; higher is more lenient. FSRS alone
    #: would set months even for Hard where the stability is high.
    LONGEST_AFTER_LOOK = 7
    #: It is a leech from this number of lapses on, until it is mature; higher is more lenient.
    LEECH = 5
    #: Days for which a leech rests after each further lapse: repeating it daily crowds out what can be learned.
    LEECH_RESTS = 7

    begun_on = models.DateField()
    due_on = models.DateField()
    reviewed_on = models.DateField(null=True, blank=True, help_text="Day of the last review; empty if there was none")
    stability = models.FloatField(
        null=True, blank=True, help_text="Days until the probability of remembering falls to 90 %"
    )
    difficulty = models.FloatField(null=True, blank=True, help_text="1 to 10")
    reviews = models.PositiveIntegerField(default=0)
    lapses = models.PositiveIntegerField(default=0, help_text="How often the learner had forgotten the character")

    class Meta:
        abstract = True

    @property
    def is_new(self) -> bool:
        """Whether it isn't in the practice yet: the row is unsaved."""
        return self._state.adding

    @property
    def is_leech(self) -> bool:
        """Whether the learner keeps forgetting it."""
        return self.lapses >= self.LEECH and (self.stability or 0) < self.MATURE

    def rate(self, given: Rating, on: date, *, saw_reference: bool = False) -> None:
        """Update the memory model with an attempt of the day `on`, and set the next due day. Doesn't save.

        The first rating is at most Good: the learner has just seen the reference. An attempt whose writer could see
        the reference (`saw_reference`) didn't test memory, so the character is due again within `LONGEST_AFTER_LOOK`.
        A leech that was forgotten once more rests for `LEECH_RESTS` days.
        """
        is_first = self.reviewed_on is None
        given = min(given, Rating.Good) if is_first else given
        card = Card(
            card_id=self.pk,
            state=State.Learning if is_first else State.Review,
            stability=self.stability,
            difficulty=self.difficulty,
            last_review=_noon(self.reviewed_on) if self.reviewed_on else None,
        )
        card, _log = scheduler().review_card(card, given, _noon(on))
        self.stability, self.difficulty = card.stability, card.difficulty
        self.lapses += not is_first and given == Rating.Again
        self.reviews += 1
        self.reviewed_on, self.due_on = on, card.due.date()
        if saw_reference:
            self.due_on = min(self.due_on, on + timedelta(days=self.LONGEST_AFTER_LOOK))
        if given == Rating.Again and self.is_leech:
            self.due_on = max(self.due_on, on + timedelta(days=self.LEECH_RESTS))


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
