"""How a learner gets on, through the API: the figures of the pages."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access.authentication import WithinScopes
from accounts.models import Confusion, Progress, User
from accounts.progress.figures import Streak, Written
from accounts.progress.views import WEEKS, CharacterStanding, Group, Reading, Standing
from characters.models import Character


class AverageField(serializers.FloatField):
    """An average of scores with one decimal."""

    def to_representation(self, value: Any) -> Any:
        return round(float(value), 1)


class StreakSerializer(serializers.Serializer[Streak]):
    current = serializers.IntegerField(help_text="Days in a row until today, or until yesterday")
    longest = serializers.IntegerField()


class WrittenSerializer(serializers.Serializer[Written]):
    attempts = serializers.IntegerField()
    average = AverageField(allow_null=True, help_text="Of the scores, 0 to 100")
    duration = serializers.IntegerField(help_text="Time spent writing, ms")


class WrittenOnSerializer(WrittenSerializer):
    date = serializers.DateField(help_text="Of a week its Monday")


class GroupSerializer(serializers.Serializer[Group]):
    script = serializers.ChoiceField(Character.Script.choices)
    grade = serializers.ChoiceField(Character.Grade.choices, allow_null=True, help_text="Null for a whole script")
    characters = serializers.IntegerField(help_text="How many there are")
    written = serializers.IntegerField(help_text="How many of them have a score")
    mastered = serializers.IntegerField(help_text="How many were read well three times in a row")
    average = AverageField(allow_null=True)
    best = serializers.IntegerField()


class WeakSerializer(serializers.Serializer[Progress]):
    character = serializers.CharField(source="character.literal")
    attempts = serializers.IntegerField()
    average = AverageField()
    best = serializers.IntegerField()
    recent = AverageField(help_text="An average in which the newest weigh the most")


class ReadAsSerializer(serializers.Serializer[Confusion]):
    read_as = serializers.CharField()
    times = serializers.IntegerField()


class ConfusionSerializer(ReadAsSerializer):
    character = serializers.CharField(source="character.literal", help_text="What was meant")


class ProgressSerializer(serializers.Serializer[Standing]):
    today = serializers.DateField(help_text="Where the learner is")
    daily_goal = serializers.IntegerField(source="plan.daily_goal", help_text="Writings a day")
    streak = StreakSerializer()
    whole = WrittenSerializer(help_text="All that was written")
    days = serializers.SerializerMethodField(help_text="Those of these weeks on which something was written")
    weeks = serializers.SerializerMethodField(help_text=f"The last {WEEKS}, oldest first")
    scripts = GroupSerializer(many=True)
    grades = GroupSerializer(many=True, help_text="Of the kanji")
    weakest = WeakSerializer(many=True, help_text="What wasn't read well lately, the least first")
    confusions = ConfusionSerializer(many=True, help_text="What was taken for something else, the most often first")

    @extend_schema_field(WrittenOnSerializer(many=True))
    def get_days(self, standing: Standing) -> list[dict[str, Any]]:
        return _on(day for week in standing.weeks() for day in week.days if day[1].attempts)

    @extend_schema_field(WrittenOnSerializer(many=True))
    def get_weeks(self, standing: Standing) -> list[dict[str, Any]]:
        return _on((week.monday, week.written) for week in standing.weeks())


def _on(days: Iterable[tuple[date, Written]]) -> list[dict[str, Any]]:
    rows: Any = [{"date": day, **written._asdict(), "average": written.average} for day, written in days]
    return list(WrittenOnSerializer(rows, many=True).data)


class ReadingSerializer(serializers.Serializer[Reading]):
    """One writing of the trend."""

    id = serializers.UUIDField(help_text="Of the attempt")
    written_at = serializers.DateTimeField()
    legibility = serializers.IntegerField()
    misread_as = serializers.CharField(help_text="What most readers would take it for instead; empty where for none")


class CharacterProgressSerializer(serializers.Serializer[CharacterStanding]):
    """Null and empty where the character has no score, or isn't practised."""

    character = serializers.CharField(source="character.literal")
    attempts = serializers.IntegerField(source="progress.attempts", default=0)
    average = AverageField(source="progress.average", allow_null=True, default=None)
    best = serializers.IntegerField(source="progress.best", allow_null=True, default=None)
    recent = AverageField(
        source="progress.recent", allow_null=True, default=None, help_text="An average in which the newest weigh most"
    )
    in_a_row = serializers.IntegerField(
        source="progress.in_a_row", default=0, help_text="How many of the newest were read well"
    )
    is_mastered = serializers.BooleanField(source="progress.is_mastered", default=False)
    due_on = serializers.DateField(source="review.due_on", allow_null=True, default=None)
    confusions = ReadAsSerializer(many=True, help_text="What it was taken for, the most often first")
    trend = ReadingSerializer(many=True, help_text="The last scores, at most 100, oldest first")


class OwnFigures(APIView):
    """What is counted of one's own writing."""

    permission_classes = [IsAuthenticated, WithinScopes]
    #: What an API token needs.
    scopes = {"read": "read:history"}


class ProgressApiView(OwnFigures):
    @extend_schema(responses=ProgressSerializer)
    def get(self, request: Request) -> Response:
        """Streak, days, weeks, scripts, grades, weakest characters and confused pairs."""
        return Response(ProgressSerializer(Standing(cast(User, request.user))).data)


class CharacterProgressApiView(OwnFigures):
    @extend_schema(operation_id="progress_of_character", responses=CharacterProgressSerializer)
    def get(self, request: Request, literal: str) -> Response:
        """How one character gets on."""
        character = Character.objects.named(literal)
        if not character:
            raise NotFound("Not one of the 3,175 characters.")
        return Response(CharacterProgressSerializer(CharacterStanding(cast(User, request.user), character)).data)
