"""Reviews through the API: what to write today, and the state of each character that a learner practises."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import CharacterList, Day, Plan, Progress, Review, User
from accounts.practice.api import PracticeApi
from characters.language import short_name
from characters.models import Character
from characters.serializer_fields import CountField, LiteralField, ScoreField, TextsField
from scoring.serializers import TargetField


class PracticeQuerySerializer(serializers.Serializer[Any]):
    limit = serializers.IntegerField(min_value=1, max_value=100, default=20, help_text="Most characters to return")
    more = serializers.IntegerField(
        min_value=0, max_value=20, default=0, help_text="Number of new characters beyond today's quota"
    )
    list = serializers.IntegerField(
        min_value=1, required=False, help_text="One of your lists: return only its characters"
    )


class BeginSerializer(serializers.Serializer[Any]):
    character = TargetField()


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """A character and the state of its review."""

    # `context` has the learner's `today` and the `best` score by the character's primary key.
    character = LiteralField(source="character.literal")
    script = serializers.ChoiceField(Character.Script.choices, source="character.script")
    is_new = serializers.BooleanField(help_text="Whether the character isn't in your practice yet")
    is_due = serializers.SerializerMethodField(help_text="Whether it is due today or overdue")
    is_leech = serializers.BooleanField(help_text="Whether you keep forgetting it; it then rests after each lapse")
    due_on = serializers.DateField(allow_null=True, help_text="Null if it is new")
    reviewed_on = serializers.DateField(allow_null=True, help_text="Day of the last review; null if there was none")
    best = serializers.SerializerMethodField(help_text="Your highest score; null if there is none")
    on = TextsField(source="character.on")
    kun = TextsField(source="character.kun")
    said = serializers.SerializerMethodField(help_text="The name of a character without readings: of a kana its romaji")
    meanings = serializers.SerializerMethodField(help_text="In French if that is the language, otherwise in English")

    class Meta:
        model = Review
        fields = [
            "character",
            "script",
            "is_new",
            "is_due",
            "is_leech",
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

    @extend_schema_field(ScoreField(allow_null=True))
    def get_best(self, review: Review) -> int | None:
        return self.context["best"].get(review.character_id)

    def get_said(self, review: Review) -> str:
        return short_name(review.character)

    @extend_schema_field(TextsField())
    def get_meanings(self, review: Review) -> list[str]:
        in_french = (get_language() or "").startswith("fr")
        return (in_french and review.character.meanings_fr) or review.character.meanings_en


class GoalSerializer(serializers.Serializer[Any]):
    """Today's goal, in attempts."""

    writings = CountField(
        help_text="Attempts that reach today's goal: at most your daily goal, and at most what there is to practise"
    )
    written = CountField(help_text="Attempts that you have written today")


@extend_schema_serializer(many=False)
class PracticeSerializer(serializers.Serializer[Any]):
    """Today's practice."""

    due = CountField(help_text="Number of all characters that are due today or overdue")
    new = CountField(help_text="Number of new characters that today's quota still allows")
    goal = GoalSerializer()
    results = ReviewSerializer(many=True)


class ReviewViewSet(PracticeApi, GenericViewSet[Review]):
    """The characters that you practise."""

    scopes = {"read": "read:plan", "write": "write:plan"}
    queryset = Review.objects.none()  # tells the schema the model
    serializer_class = ReviewSerializer
    queries = {"list": PracticeQuerySerializer}
    pagination_class = None
    lookup_field = "character"
    lookup_value_converter = "str"

    def get_queryset(self) -> QuerySet[Review]:
        return Review.objects.filter(user=self.user).select_related("character")

    def get_object(self) -> Review:
        """The review of the character in the address. Raises NotFound, code `not_in_practice`."""
        character = Character.objects.named(self.kwargs["character"])
        review = self.get_queryset().filter(character=character).first() if character else None
        if not review:
            raise NotFound(_("This character is not in your practice."), "not_in_practice")
        return review

    @extend_schema(
        parameters=[PracticeQuerySerializer],
        responses={200: PracticeSerializer, 404: OpenApiResponse(description="`not_found`: the list isn’t yours")},
    )
    def list(self, request: Request) -> Response:
        """List what to write today: due characters, the longest overdue first, then new ones within today's quota.

        With `list`, return only characters of that list: those due, then all that are new, then the others. There are
        no further pages: what you have written leaves the list, so the next request goes on behind it. `due` counts
        all.
        """
        limit, more, chosen = map(self.query().validated_data.get, ("limit", "more", "list"))
        plan = Plan.of(self.user)
        new = list(plan.new_today(more))
        if chosen is None:
            reviews = _today(self.user, new, limit)
        else:
            reviews = _of_list(self.user, get_object_or_404(CharacterList, user=self.user, pk=chosen), limit)
        return Response(
            {
                "due": Review.objects.due(self.user).count(),
                "new": len(new),
                "goal": _goal(plan, None if more else len(new)),
                "results": _rows(self.user, reviews),
            }
        )

    @extend_schema(request=BeginSerializer, responses={200: ReviewSerializer, 201: ReviewSerializer})
    def create(self, request: Request) -> Response:
        """Add a character to your practice. It is due today."""
        wanted = BeginSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        review, is_begun = Review.objects.begin(self.user, wanted.validated_data["character"])
        return Response(_rows(self.user, [review])[0], status.HTTP_201_CREATED if is_begun else status.HTTP_200_OK)

    def retrieve(self, request: Request, character: str) -> Response:
        """Read when a character is due."""
        return Response(_rows(self.user, [self.get_object()])[0])

    def destroy(self, request: Request, character: str) -> Response:
        """Remove a character from your practice. Your attempts at it stay."""
        self.get_object().delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


def practice_of(user: User | None, characters: Sequence[str]) -> dict[str, Any]:
    """A lesson's practice as `ReviewViewSet.list` returns it, of these characters in their order.

    Without a user, all are new and there is no goal.
    """
    found = {each.literal: each for each in Character.objects.filter(literal__in=characters)}
    chosen = [found[literal] for literal in characters if literal in found]
    if user is None:
        rows = ReviewSerializer(
            [Review(character=each) for each in chosen], many=True, context={"today": date.min, "best": {}}
        ).data
        # A guest has no practice to which characters could be added.
        return {"due": 0, "new": 0, "goal": None, "results": [{**row, "is_new": False} for row in rows]}
    mine = {review.character_id: review for review in Review.objects.filter(user=user, character__in=chosen)}
    for review in mine.values():
        review.user = user
    reviews = [mine.get(each.pk) or Review(user=user, character=each) for each in chosen]
    return {"due": 0, "new": 0, "goal": _goal(Plan.of(user)), "results": _rows(user, reviews)}


def _goal(plan: Plan, new: int | None = None) -> dict[str, int]:
    return {"writings": plan.goal_today(new), "written": Day.objects.today(plan.user).attempts}


def _today(user: User, new: list[Character], limit: int) -> list[Review]:
    """The due reviews, the longest overdue first, then unsaved ones of the `new` characters; at most `limit`."""
    due = list(Review.objects.due(user).select_related("character")[:limit])
    return [*due, *(Review(user=user, character=character) for character in new[: limit - len(due)])]


def _of_list(user: User, chosen: CharacterList, limit: int) -> list[Review]:
    """Reviews of the list's characters: due ones, unsaved ones of new characters, the others; at most `limit`."""
    mine = Review.objects.filter(user=user, character__literal__in=list(chosen.characters))
    begun = mine.select_related("character").order_by("due_on", "pk")
    due, later = begun.filter(due_on__lte=user.today)[:limit], begun.filter(due_on__gt=user.today)[:limit]
    new = [Review(user=user, character=character) for character in Review.objects.unbegun(user, chosen.rows())[:limit]]
    return [*due, *new, *later][:limit]


def _rows(user: User, reviews: list[Review]) -> list[dict[str, Any]]:
    """The reviews as the API returns them."""
    mine = Progress.objects.filter(user=user, character__in=[review.character_id for review in reviews])
    context = {"today": user.today, "best": dict(mine.values_list("character_id", "best"))}
    return cast(list[dict[str, Any]], ReviewSerializer(reviews, many=True, context=context).data)
