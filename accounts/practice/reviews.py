"""What a learner practises today, through the API."""

from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.access.authentication import WithinScopes
from accounts.models import CharacterList, Day, Plan, Progress, Review, User
from characters.language import short_name
from characters.models import Character
from scoring.serializers import TargetField


class AskedSerializer(serializers.Serializer[Any]):
    limit = serializers.IntegerField(min_value=1, max_value=100, default=20, help_text="So many at most")
    list = serializers.IntegerField(min_value=1, required=False, help_text="One of one's own lists, instead of all")


class BeginSerializer(serializers.Serializer[Any]):
    character = TargetField()


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """A character, and when it is written again. `context` has the learner's `today` and, by id, the `best` scores."""

    character = serializers.CharField(source="character.literal")
    script = serializers.ChoiceField(Character.Script.choices, source="character.script")
    is_new = serializers.BooleanField(help_text="Not taken into the practice yet")
    is_due = serializers.SerializerMethodField(help_text="Today or before")
    due_on = serializers.DateField(allow_null=True, help_text="Null of a new one")
    reviewed_on = serializers.DateField(allow_null=True, help_text="Last; null where it was never written when due")
    best = serializers.SerializerMethodField(help_text="The best score ever; null where there is none")
    on = serializers.ListField(child=serializers.CharField(), source="character.on")
    kun = serializers.ListField(child=serializers.CharField(), source="character.kun")
    said = serializers.SerializerMethodField(help_text="What one without readings is called: a kana in romaji")
    meanings = serializers.SerializerMethodField(help_text="In French where that is the language, else in English")

    class Meta:
        model = Review
        fields = [
            "character",
            "script",
            "is_new",
            "is_due",
            "due_on",
            "reviewed_on",
            "stability",
            "best",
            "said",
            "on",
            "kun",
            "meanings",
        ]

    def get_is_due(self, review: Review) -> bool:
        return bool(review.due_on) and review.due_on <= self.context["today"]

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_best(self, review: Review) -> int | None:
        return self.context["best"].get(review.character_id)

    def get_said(self, review: Review) -> str:
        return short_name(review.character)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_meanings(self, review: Review) -> list[str]:
        in_french = (get_language() or "").startswith("fr")
        return (in_french and review.character.meanings_fr) or review.character.meanings_en


class GoalSerializer(serializers.Serializer[Any]):
    writings = serializers.IntegerField(help_text="That the learner wants to write a day")
    written = serializers.IntegerField(help_text="Today")


class PracticeSerializer(serializers.Serializer[Any]):
    """Today's practice, for the schema."""

    due = serializers.IntegerField(help_text="How many are due today, of all")
    new = serializers.IntegerField(help_text="How many new ones today still has room for")
    goal = GoalSerializer()
    results = ReviewSerializer(many=True)


class ReviewViewSet(GenericViewSet[Review]):
    """One's own practice."""

    queryset = Review.objects.none()  # its model, for the schema
    serializer_class = ReviewSerializer
    parser_classes = [JSONParser]
    permission_classes = [IsAuthenticated, WithinScopes]
    pagination_class = None
    lookup_field = "character"
    lookup_value_converter = "str"
    #: What an API token needs.
    scopes = {"read": "read:history", "write": "write:attempts"}

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    def get_queryset(self) -> QuerySet[Review]:
        return Review.objects.filter(user=self.user).select_related("character")

    def get_object(self) -> Review:
        """Raises NotFound also for what isn't in the catalogue."""
        character = Character.objects.named(self.kwargs["character"])
        review = self.get_queryset().filter(character=character).first() if character else None
        if not review:
            raise NotFound("This character is not in your practice.", "not_in_practice")
        return review

    @extend_schema(parameters=[AskedSerializer], responses=PracticeSerializer)
    def list(self, request: Request) -> Response:
        """What to write today: what is due, the longest due first, then new characters while the day has room.

        With a list: of its characters those due, then those that are new, then the others.
        """
        asked = AskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        limit, chosen = asked.validated_data["limit"], asked.validated_data.get("list")
        plan = Plan.of(self.user)
        new = list(plan.new_characters()[: plan.new_left()])
        if chosen is None:
            found = _today(self.user, new, limit)
        else:
            found = _of_list(self.user, get_object_or_404(CharacterList, user=self.user, pk=chosen), limit)
        day = Day.objects.filter(user=self.user, date=self.user.today).first()
        return Response(
            {
                "due": Review.objects.due(self.user).count(),
                "new": len(new),
                "goal": {"writings": plan.daily_goal, "written": day.attempts if day else 0},
                "results": _rows(self.user, found),
            }
        )

    @extend_schema(request=BeginSerializer, responses={200: ReviewSerializer, 201: ReviewSerializer})
    def create(self, request: Request) -> Response:
        """Take a character into the practice: it is due today."""
        try:
            wanted = BeginSerializer(data=request.data)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        wanted.is_valid(raise_exception=True)
        review, is_begun = Review.objects.begin(self.user, wanted.validated_data["character"])
        return Response(_rows(self.user, [review])[0], status.HTTP_201_CREATED if is_begun else status.HTTP_200_OK)

    def retrieve(self, request: Request, character: str) -> Response:
        """When it is written again."""
        return Response(_rows(self.user, [self.get_object()])[0])

    def destroy(self, request: Request, character: str) -> Response:
        """Take it out of the practice. What was written stays."""
        self.get_object().delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


def _today(user: User, new: list[Character], limit: int) -> list[Review]:
    """What is due, the longest due first, then the `new` ones; at most `limit`."""
    due = list(Review.objects.due(user).select_related("character")[:limit])
    return [*due, *(Review(user=user, character=character) for character in new[: limit - len(due)])]


def _of_list(user: User, chosen: CharacterList, limit: int) -> list[Review]:
    """The due ones of the list, then all the new ones in its order, then the others; at most `limit`."""
    mine = Review.objects.filter(user=user, character__literal__in=list(chosen.characters))
    begun = mine.select_related("character").order_by("due_on", "pk")
    due, later = begun.filter(due_on__lte=user.today)[:limit], begun.filter(due_on__gt=user.today)[:limit]
    new = [Review(user=user, character=character) for character in Review.objects.unbegun(user, chosen.rows())[:limit]]
    return [*due, *new, *later][:limit]


def _rows(user: User, reviews: list[Review]) -> list[dict[str, Any]]:
    mine = Progress.objects.filter(user=user, character__in=[review.character_id for review in reviews])
    context = {"today": user.today, "best": dict(mine.values_list("character_id", "best"))}
    return cast(list[dict[str, Any]], ReviewSerializer(reviews, many=True, context=context).data)
