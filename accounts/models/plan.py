"""A learner's plan and reviews: spaced repetition with FSRS."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from fsrs import Card, Rating, Scheduler, State

from accounts.models.lists import CharacterList
from accounts.models.sets import CharacterSet
from accounts.models.users import User
from characters.models import Character, CharacterQuerySet
from ml.legibility import band

#: The rating of a score by its band; those below `readable` are Again.
_RATINGS = {"textbook": Rating.Easy, "clear": Rating.Good, "readable": Rating.Hard}
#: Form below this lowers the rating by one, but not below Hard; higher is stricter.
_POOR_FORM = 60


def rating(legibility: int, form: int | None, *, is_incomplete: bool = False, saw_reference: bool = False) -> Rating:
    """The FSRS rating of an attempt with these scores, 0 to 100. `form` is None when it wasn't judged.

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


class Order(models.TextChoices):
    """The order in which new characters are introduced."""

    GRADE = "grade", _("School grade")
    FREQUENCY = "frequency", _("Frequency in newspapers")
    JLPT = "jlpt", _("JLPT, from the easiest")
    LIST = "list", _("A list of mine")


def _all_scripts() -> list[str]:
    return [Character.Script.HIRAGANA, Character.Script.KATAKANA, Character.Script.KANJI]


class Plan(models.Model):
    """How much a learner wants to practise, and which characters come next."""

    user = models.OneToOneField(User, models.CASCADE, related_name="plan")
    new_per_day = models.PositiveSmallIntegerField(default=5, validators=[MaxValueValidator(100)])
    order = models.CharField(max_length=9, choices=Order, default=Order.GRADE)
    scripts = models.JSONField(
        default=_all_scripts, help_text="Scripts that new characters are taken from, unless they come from a list"
    )
    character_set = models.CharField(
        max_length=8,
        choices=CharacterSet,
        blank=True,
        default="",
        db_default="",
        help_text="New characters are taken from it, unless they come from a list; empty: from the scripts",
    )
    list = models.ForeignKey(CharacterList, models.SET_NULL, null=True, blank=True, related_name="+")
    daily_goal = models.PositiveSmallIntegerField(
        default=20, validators=[MinValueValidator(1), MaxValueValidator(1000)], help_text="Attempts a day"
    )
    reminds = models.BooleanField(default=False, help_text="Send a mail on days when the goal isn't reached")
    reminds_at = models.PositiveSmallIntegerField(
        default=19, validators=[MaxValueValidator(23)], help_text="Hour of the day in the learner's time zone"
    )
    reminded_on = models.DateField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return f"{self.new_per_day} a day by {self.order}"

    @classmethod
    def of(cls, user: User) -> "Plan":
        """The user's plan; an unsaved one with the defaults when the user has none."""
        return cls.objects.filter(user=user).select_related("list").first() or cls(user=user)

    def clean(self) -> None:
        if self.order == Order.LIST and not self.list:
            raise ValidationError(
                {"list": ValidationError(_("Choose the list that new characters come from."), "required")}
            )

    def keep(self) -> None:
        """Save the plan. If reminders were changed and today's hour has passed, they begin tomorrow."""
        before = Plan.objects.filter(user=self.user).values_list("reminds", "reminds_at").first()
        if (self.reminds, self.reminds_at) != before and self.is_time_to_remind(timezone.now()):
            self.reminded_on = self.user.today
        self.save()

    def is_time_to_remind(self, now: datetime) -> bool:
        """Whether the hour of the reminder has begun on the learner's day."""
        return self.reminds_at in self.user.clock.hours_begun(now)

    def set_minutes(self, minutes: int) -> None:
        """Set the goal and the number of new characters for `minutes` of practice a day. Doesn't save.

        A minute holds two attempts. Each new character brings about three reviews a day later on.
        """
        self.daily_goal = 2 * minutes
        self.new_per_day = minutes // 2

    def goal_today(self, new: int | None = None) -> int:
        """Attempts that reach today's goal: the daily goal, or everything that today offers to practise if that's less.

        On the first day, before reviews fall due, that is today's new characters. Without anything to practise it is
        the daily goal, for those who write freely. A caller that has `count_new_today()` already passes it as `new`.
        """
        offered = Review.objects.count_today(self.user) + (self.count_new_today() if new is None else new)
        return min(self.daily_goal, offered or self.daily_goal)

    def new_today(self, more: int = 0) -> CharacterQuerySet:
        """The characters that today's practice introduces, in order: what today's quota still allows, and `more`."""
        return self.new_characters()[: self._new_left() + more]

    def count_new_today(self) -> int:
        """How many characters `new_today` has, without the cost of putting them in order."""
        return self.new_characters().order_by()[: self._new_left()].count()

    def _new_left(self) -> int:
        begun = Review.objects.filter(user=self.user, begun_on__gte=self.user.today).count()
        return max(0, self.new_per_day - begun)

    def new_characters(self) -> CharacterQuerySet:
        """The characters that the learner doesn't practise yet, in the plan's order."""
        if self.order == Order.LIST and self.list:
            return Review.objects.unbegun(self.user, self.list.rows())
        if self.character_set:
            return Review.objects.unbegun(self.user, CharacterSet(self.character_set).rows())
        unbegun = Review.objects.unbegun(self.user, Character.objects.filter(script__in=self.scripts))
        scripts = models.Case(*(models.When(script=s, then=n) for n, s in enumerate(_all_scripts())), default=9)
        by: dict[str, list[Any]] = {
            Order.GRADE: [F("grade").asc(nulls_last=True), F("frequency").asc(nulls_last=True)],
            Order.FREQUENCY: [F("frequency").asc(nulls_last=True)],
            Order.JLPT: [F("jlpt").desc(nulls_last=True), F("frequency").asc(nulls_last=True)],
        }
        order = by.get(self.order, by[Order.GRADE])  # the list of an order by list may have been deleted
        return unbegun.order_by(scripts, *order, "position")


class ReviewQuerySet(models.QuerySet["Review"]):
    def due(self, user: User) -> Self:
        """The reviews of `user` that are due today or overdue, the longest overdue first."""
        return self.filter(user=user, due_on__lte=user.today).order_by("due_on", "pk")

    def count_today(self, user: User) -> int:
        """How many characters are due today or overdue, or were reviewed today."""
        return self.filter(models.Q(due_on__lte=user.today) | models.Q(reviewed_on=user.today), user=user).count()

    def leeches(self, user: User) -> Self:
        """The characters that `user` keeps forgetting, those that are due first; see `Review.is_leech`."""
        return self.filter(user=user, lapses__gte=Review.LEECH, stability__lt=Review.MATURE).order_by("due_on", "pk")

    def unbegun(self, user: User, characters: CharacterQuerySet) -> CharacterQuerySet:
        """The `characters` of which `user` has no review."""
        return characters.filter(~models.Exists(self.filter(user=user, character=models.OuterRef("pk"))))

    def forecast(self, user: User, days: int) -> list[tuple[date, int]]:
        """How many reviews fall due on each of the next `days`, starting tomorrow."""
        today = user.today
        ahead = [today + timedelta(days=n) for n in range(1, days + 1)]
        soon = self.filter(user=user, due_on__gt=today, due_on__lte=ahead[-1]).order_by()
        due = dict(soon.values_list("due_on").annotate(models.Count("pk")))
        return [(day, due.get(day, 0)) for day in ahead]

    def stages(self, user: User) -> dict[str, int]:
        """Counts of the user's reviews by stage.

        `begun` were never reviewed; `learnt` were, and divide into `young` and `mature`.
        """
        mature = models.Q(stability__gte=Review.MATURE)
        counts: dict[str, int] = self.filter(user=user).aggregate(
            begun=models.Count("pk", filter=models.Q(reviewed_on=None)),
            learnt=models.Count("pk", filter=models.Q(reviewed_on__isnull=False)),
            mature=models.Count("pk", filter=mature),
        )
        return {**counts, "young": counts["learnt"] - counts["mature"]}

    def begin(self, user: User, character: Character) -> tuple["Review", bool]:
        """Add the character to the practice of `user`, due today. Returns the review, and False if it existed."""
        return self.get_or_create(
            user=user, character=character, defaults={"due_on": user.today, "begun_on": user.today}
        )

    def record(self, user: User, character_id: int, given: Rating, on: date, *, saw_reference: bool = False) -> None:
        """Rate the review of the character with an attempt of the day `on`, if the review was due that day.

        An attempt written on or before the day of the last review changes nothing, however late its score arrives:
        after a review the character isn't due until a later day.
        """
        mine = self.filter(user=user, character=character_id, due_on__lte=on)
        due = mine.select_for_update().first()  # the learner may be removing the character from the practice
        if due:
            due.rate(given, on, saw_reference=saw_reference)
            due.save()


class Review(models.Model):
    """When a learner should write a character again, and FSRS's model of their memory of it.

    Days are the learner's; FSRS gets noon in UTC of each, so that it counts whole days. Deleting an
    attempt doesn't undo its review, since it did exercise the memory.
    """

    #: A character is mature from this stability on, days.
    MATURE = 21
    #: Longest interval after an attempt whose writer could see the reference, days; higher is more lenient. FSRS alone
    #: would set months even for Hard where the stability is high.
    LONGEST_AFTER_LOOK = 7
    #: A character is a leech from this number of lapses on, until it is mature; higher is more lenient.
    LEECH = 5
    #: Days for which a leech rests after each further lapse: repeating it daily crowds out what can be learned.
    LEECH_RESTS = 7

    user = models.ForeignKey(User, models.CASCADE, related_name="reviews")
    character = models.ForeignKey(Character, models.CASCADE, related_name="+")
    begun_on = models.DateField()
    due_on = models.DateField()
    reviewed_on = models.DateField(null=True, blank=True, help_text="Day of the last review; empty if there was none")
    stability = models.FloatField(
        null=True, blank=True, help_text="Days until the probability of remembering falls to 90 %"
    )
    difficulty = models.FloatField(null=True, blank=True, help_text="1 to 10")
    reviews = models.PositiveIntegerField(default=0)
    lapses = models.PositiveIntegerField(default=0, help_text="How often the learner had forgotten the character")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("user", "character", name="review_once")]
        indexes = [
            models.Index(fields=["user", "due_on", "id"], name="due_first"),
            models.Index(fields=["user", "begun_on"], name="begun_reviews"),
        ]

    def __str__(self) -> str:
        return f"{self.character} on {self.due_on}"

    @property
    def is_new(self) -> bool:
        """Whether the character isn't in the practice yet: the review is unsaved."""
        return self._state.adding

    @property
    def is_leech(self) -> bool:
        """Whether the learner keeps forgetting the character."""
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
