"""The figures of a learner's progress through the API."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access.authentication import WithinScopes
from accounts.models import Confusion, Progress, User
from accounts.models.memory import Memory
from accounts.progress.figures import Streak, Totals
from accounts.progress.standing import WEEKS, CharacterStanding, Group, Standing, TrendPoint, Words
from characters.api import named_or_not_found
from characters.models import Character
from characters.parameters import StrictView
from characters.serializer_fields import CountField, LiteralField, ScoreField


class AverageField(serializers.FloatField):
    """An average score, 0 to 100, rounded to one decimal."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=100, **options)

    def to_representation(self, value: Any) -> Any:
        return round(float(value), 1)


class StreakSerializer(serializers.Serializer[Streak]):
    """Days in a row with attempts."""

    current = CountField(help_text="Consecutive days with attempts up to today, or up to yesterday")
    longest = CountField()


class TotalsSerializer(serializers.Serializer[Totals]):
    """Figures of a period."""

    attempts = CountField()
    average = AverageField(allow_null=True, help_text="Average score, 0 to 100")
    duration = CountField(help_text="Time spent writing, ms")


class DatedTotalsSerializer(TotalsSerializer):
    """Figures of a day or week."""

    date = serializers.DateField(help_text="The day; of a week its Monday")


class GroupSerializer(serializers.Serializer[Group]):
    """Progress with the characters of a script or grade."""

    script = serializers.ChoiceField(Character.Script.choices)
    grade = serializers.ChoiceField(Character.Grade.choices, allow_null=True, help_text="Null for a whole script")
    characters = CountField(help_text="Number of characters in the catalogue")
    written = CountField(help_text="Number of them that have a score")
    mastered = CountField(help_text="Number of them that were read well three times in a row")
    average = AverageField(allow_null=True)
    best = ScoreField()


class WordFiguresSerializer(serializers.Serializer[Words]):
    """Progress with words."""

    practised = CountField(help_text="Number of words that you have written in dictation or in a gap")
    known = CountField(help_text=f"Number of them that you remember for {Memory.MATURE} days or longer")


class WeakSerializer(serializers.Serializer[Progress]):
    """A character that wasn't read well lately."""

    character = LiteralField(source="character.literal")
    attempts = CountField()
    average = AverageField()
    best = ScoreField()
    recent = AverageField(help_text="Moving average of the scores; newer ones weigh more")


class ReadAsSerializer(serializers.Serializer[Confusion]):
    """What attempts at a character were read as."""

    read_as = LiteralField()
    times = CountField()


class ConfusionSerializer(ReadAsSerializer):
    """A character that was read as another."""

    character = LiteralField(source="character.literal", help_text="The target")


class ProgressSerializer(serializers.Serializer[Standing]):
    """Your progress."""

    today = serializers.DateField(help_text="The current date in your time zone")
    daily_goal = CountField(source="plan.daily_goal", help_text="Attempts a day")
    streak = StreakSerializer()
    whole = TotalsSerializer(source="overall", help_text="All attempts")
    days = serializers.SerializerMethodField(help_text="The days of these weeks that have attempts")
    weeks = serializers.SerializerMethodField(help_text=f"The last {WEEKS} weeks, oldest first")
    scripts = GroupSerializer(many=True)
    grades = GroupSerializer(many=True, help_text="The grades of kanji")
    words = WordFiguresSerializer()
    weakest = WeakSerializer(many=True, help_text="Characters that weren't read well lately, lowest average first")
    confusions = ConfusionSerializer(many=True, help_text="What your attempts were misread as, most frequent first")

    @extend_schema_field(DatedTotalsSerializer(many=True))
    def get_days(self, standing: Standing) -> list[dict[str, Any]]:
        return _dated(day for week in standing.weeks() for day in week.days if day[1].attempts)

    @extend_schema_field(DatedTotalsSerializer(many=True))
    def get_weeks(self, standing: Standing) -> list[dict[str, Any]]:
        return _dated((week.monday, week.totals) for week in standing.weeks())


def _dated(periods: Iterable[tuple[date, Totals]]) -> list[dict[str, Any]]:
    rows: Any = [{"date": first, **totals._asdict(), "average": totals.average} for first, totals in periods]
    return list(DatedTotalsSerializer(rows, many=True).data)


class TrendPointSerializer(serializers.Serializer[TrendPoint]):
    """An attempt in the trend of a character."""

    id = serializers.UUIDField(help_text="The attempt's id")
    written_at = serializers.DateTimeField()
    legibility = ScoreField()
    misread_as = LiteralField(
        min_length=None, allow_blank=True, help_text="The character that most readers would read instead; empty if none"
    )


class CharacterProgressSerializer(serializers.Serializer[CharacterStanding]):
    """Your progress with one character; null and empty where it has no score or isn't in your practice."""

    character = LiteralField(source="character.literal")
    attempts = CountField(source="progress.attempts", default=0)
    average = AverageField(source="progress.average", allow_null=True, default=None)
    best = ScoreField(source="progress.best", allow_null=True, default=None)
    recent = AverageField(
        source="progress.recent",
        allow_null=True,
        default=None,
        help_text="Moving average of the scores; newer ones weigh more",
    )
    in_a_row = CountField(
        source="progress.in_a_row", default=0, help_text="Number of the newest attempts in a row that were read well"
    )
    is_mastered = serializers.BooleanField(source="progress.is_mastered", default=False)
    due_on = serializers.DateField(source="review.due_on", allow_null=True, default=None)
    confusions = ReadAsSerializer(many=True, help_text="What it was read as, most frequent first")
    trend = TrendPointSerializer(many=True, help_text="The newest scores, at most 100, oldest first")


class ProgressApi(StrictView):
    """Base of the views: for a signed-in learner, or a token with the right scope."""

    permission_classes = [IsAuthenticated, WithinScopes]
    #: The scopes that an API token needs.
    scopes = {"read": "read:history"}


class ProgressApiView(ProgressApi):
    @extend_schema(responses=ProgressSerializer)
    def get(self, request: Request) -> Response:
        """Read your streak, days, weeks, scripts, grades, weakest characters and most frequent confusions."""
        return Response(ProgressSerializer(Standing(cast(User, request.user))).data)


class CharacterProgressApiView(ProgressApi):
    @extend_schema(operation_id="progress_of_character", responses=CharacterProgressSerializer)
    def get(self, request: Request, literal: str) -> Response:
        """Read your progress with one character."""
        character = named_or_not_found(Character.objects.all(), literal)
        return Response(CharacterProgressSerializer(CharacterStanding(cast(User, request.user), character)).data)
