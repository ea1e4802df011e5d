"""A learner's plan and reviews: spaced repetition with FSRS."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from fsrs import Rating

from accounts.models.lists import CharacterList
from accounts.models.memory import Memory, MemoryQuerySet
from accounts.models.sets import CharacterSet
from accounts.models.users import User
from characters.models import Character, CharacterQuerySet


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
        return max(0, self.new_per_day - Review.objects.begun_today(self.user))

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


class ReviewQuerySet(MemoryQuerySet["Review"]):
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

    def record(self, user: User, character_id: int, given: Rating, on: date, *, saw_reference: bool) -> None:
        """Rate the review of the character, if it was due; see `rate_due`."""
        self.filter(user=user, character=character_id).rate_due(given, on, saw_reference=saw_reference)


class Review(Memory):
    """When a learner should write a character again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="reviews")
    character = models.ForeignKey(Character, models.CASCADE, related_name="+")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("user", "character", name="review_once")]
        indexes = [
            models.Index(fields=["user", "due_on", "id"], name="due_first"),
            models.Index(fields=["user", "begun_on"], name="begun_reviews"),
        ]

    def __str__(self) -> str:
        return f"{self.character} on {self.due_on}"
