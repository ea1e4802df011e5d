"""What a learner practises, and when: spaced repetition by FSRS."""

from datetime import UTC, date, datetime, time
from functools import cache
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from fsrs import Card, Rating, Scheduler, State

from accounts.models.lists import CharacterList
from accounts.models.users import User
from characters.models import Character, CharacterQuerySet

#: (lowest score, its rating), best first.
_RATINGS = [(95, Rating.Easy), (80, Rating.Good), (60, Rating.Hard), (0, Rating.Again)]
#: Form below this makes the rating one worse, where the character was read at all.
_POOR_FORM = 60


def rating(legibility: int, form: int | None) -> Rating:
    """What FSRS is told of a writing with these scores, 0 to 100; form is None where it isn't judged."""
    by_score = next(rating for lowest, rating in _RATINGS if legibility >= lowest)
    is_poor = form is not None and form < _POOR_FORM
    return Rating(by_score - 1) if is_poor and by_score > Rating.Hard else by_score


@cache
def scheduler() -> Scheduler:
    """Intervals in whole days: who fails a character writes it again in the same lesson, without a further review."""
    return Scheduler(desired_retention=0.9, learning_steps=(), relearning_steps=(), enable_fuzzing=False)


class Order(models.TextChoices):
    """In which new characters come."""

    GRADE = "grade", _("School grade")
    FREQUENCY = "frequency", _("Frequency in newspapers")
    JLPT = "jlpt", _("JLPT, from the easiest")
    LIST = "list", _("A list of mine")


def _all_scripts() -> list[str]:
    return [Character.Script.HIRAGANA, Character.Script.KATAKANA, Character.Script.KANJI]


class Plan(models.Model):
    """How much a learner wants to practise, and what is new next."""

    user = models.OneToOneField(User, models.CASCADE, related_name="plan")
    new_per_day = models.PositiveSmallIntegerField(default=5, validators=[MaxValueValidator(100)])
    order = models.CharField(max_length=9, choices=Order, default=Order.GRADE)
    scripts = models.JSONField(default=_all_scripts, help_text="Of which new characters are; not of a list")
    list = models.ForeignKey(CharacterList, models.SET_NULL, null=True, blank=True, related_name="+")
    daily_goal = models.PositiveSmallIntegerField(
        default=20, validators=[MinValueValidator(1), MaxValueValidator(1000)], help_text="Writings a day"
    )
    reminds = models.BooleanField(default=False, help_text="By mail, on days when the goal isn't reached")
    reminds_at = models.PositiveSmallIntegerField(
        default=19, validators=[MaxValueValidator(23)], help_text="Hour of the learner's day"
    )
    reminded_on = models.DateField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return f"{self.new_per_day} a day by {self.order}"

    @classmethod
    def of(cls, user: User) -> "Plan":
        """The user's plan; where none was made, what holds until then, not saved."""
        return cls.objects.filter(user=user).select_related("list").first() or cls(user=user)

    def new_left(self) -> int:
        """How many new characters today still has room for."""
        begun = Review.objects.filter(user=self.user, begun_on=self.user.today).count()
        return max(0, self.new_per_day - begun)

    def new_characters(self) -> CharacterQuerySet:
        """Those that aren't practised yet, in the order in which they come."""
        known = Review.objects.filter(user=self.user, character=models.OuterRef("pk"))
        unknown = Character.objects.filter(~models.Exists(known))
        if self.order == Order.LIST and self.list:
            literals = self.list.characters
            place = models.Case(*(models.When(literal=c, then=n) for n, c in enumerate(literals)), default=0)
            return unknown.filter(literal__in=list(literals)).order_by(place)
        scripts = models.Case(*(models.When(script=s, then=n) for n, s in enumerate(_all_scripts())), default=9)
        by = {
            Order.GRADE: [F("grade").asc(nulls_last=True), F("frequency").asc(nulls_last=True)],
            Order.FREQUENCY: [F("frequency").asc(nulls_last=True)],
            Order.JLPT: [F("jlpt").desc(nulls_last=True), F("frequency").asc(nulls_last=True)],
        }.get(Order(self.order), [])
        return unknown.filter(script__in=self.scripts).order_by(scripts, *by, "position")


class ReviewQuerySet(models.QuerySet["Review"]):
    def due(self, user: User) -> Self:
        """What `user` should write today, the longest due first."""
        return self.filter(user=user, due_on__lte=user.today).order_by("due_on", "pk")

    def begin(self, user: User, character: Character) -> "Review":
        """Take the character into the practice of `user`, due today; or the review that there is."""
        return self.get_or_create(
            user=user, character=character, defaults={"due_on": user.today, "begun_on": user.today}
        )[0]

    def note(self, user: User, character_id: int, given: Rating, on: date) -> None:
        """Take a writing of the day `on` as the review of the character, where one was due."""
        due = self.filter(user=user, character=character_id, due_on__lte=on).first()
        if due:
            due.rate(given, on)
            due.save()


class Review(models.Model):
    """When a learner writes a character again, and what FSRS knows of their memory of it.

    Days are the learner's own; to FSRS each is its noon in UTC, so that it counts whole days.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="reviews")
    character = models.ForeignKey(Character, models.CASCADE, related_name="+")
    begun_on = models.DateField()
    due_on = models.DateField()
    reviewed_on = models.DateField(null=True, blank=True, help_text="Last; empty while it is new")
    stability = models.FloatField(null=True, blank=True, help_text="Days until it is remembered with 90 %")
    difficulty = models.FloatField(null=True, blank=True, help_text="1 to 10")
    reviews = models.PositiveIntegerField(default=0)
    lapses = models.PositiveIntegerField(default=0, help_text="How often it was forgotten")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("user", "character", name="review_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "due_on", "id"], name="due_first"),
            models.Index(fields=["user", "begun_on"], name="begun_reviews"),
        ]

    def __str__(self) -> str:
        return f"{self.character} on {self.due_on}"

    @property
    def is_new(self) -> bool:
        return self.reviewed_on is None

    def rate(self, given: Rating, on: date) -> None:
        """Learn from a writing of the day `on` how well it is remembered, and set the day of the next. Not saved."""
        card = Card(
            card_id=self.pk,
            state=State.Learning if self.is_new else State.Review,
            step=0 if self.is_new else None,
            stability=self.stability,
            difficulty=self.difficulty,
            due=_noon(self.due_on),
            last_review=_noon(self.reviewed_on) if self.reviewed_on else None,
        )
        card, _log = scheduler().review_card(card, given, _noon(on))
        self.stability, self.difficulty = card.stability, card.difficulty
        self.lapses += not self.is_new and given == Rating.Again
        self.reviews += 1
        self.reviewed_on, self.due_on = on, card.due.date()


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
