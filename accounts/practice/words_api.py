"""The words to practise, through the API."""

import re
from collections.abc import Sequence
from itertools import islice
from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.viewsets import GenericViewSet

from accounts.models import CharacterList, Plan, User, WordReview
from accounts.models.word_reviews import has_only, is_writable, words_of
from accounts.practice.words import known_of, known_of_guest, new_words_of, words_of_guest
from characters.cloze import frame
from characters.forms import ReportThrottle
from characters.models import Report, Word
from characters.parameters import StrictView
from characters.spelling import spelling
from scoring.fields import BriefChoiceField, ExactTypesMixin, SpelledTextField
from scoring.guests import guest_of
from scoring.lines.serializers import unreadable
from scoring.models import MAX_LINE, Attempt, Line, LineQuerySet
from scoring.parsers import JSONParser

_MOST_TEXT = 1000
#: Runs of what can't be written: spaces, punctuation and signs.
_UNWRITTEN = re.compile(r"[\s\W_]+")


class WordsQuerySerializer(serializers.Serializer[Any]):
    limit = serializers.IntegerField(min_value=1, max_value=50, default=10, help_text="Most words to return")
    more = serializers.IntegerField(
        min_value=0, max_value=20, default=0, help_text="Number of new words beyond today's quota"
    )
    list = serializers.IntegerField(
        min_value=1, required=False, help_text="One of your lists: return only words whose kanji are in it"
    )


class ClozeSerializer(serializers.Serializer[Any]):
    before = serializers.CharField()
    after = serializers.CharField()


class WordReviewSerializer(serializers.Serializer[WordReview]):
    """A word and the state of its review, of which `context` has the learner's `today`, `known` kanji and `unmeant`."""

    id = serializers.IntegerField(source="word.pk")
    text = serializers.CharField(source="word.text")
    reading = serializers.CharField(source="word.reading")
    meanings = serializers.SerializerMethodField(help_text="In French if that is the language, otherwise in English")
    n_level = serializers.IntegerField(source="word.n_level", allow_null=True, help_text="JLPT level, unofficial")
    is_new = serializers.BooleanField(help_text="Whether the word isn't in your practice yet")
    is_due = serializers.SerializerMethodField(help_text="Whether it is due today or overdue")
    due_on = serializers.DateField(allow_null=True, help_text="Null if it is new")
    reviewed_on = serializers.DateField(allow_null=True, help_text="Day of the last review; null if there was none")
    stability = serializers.FloatField(allow_null=True)
    known = serializers.SerializerMethodField(help_text="Whether you know all of its kanji")
    cloze = serializers.SerializerMethodField(help_text="A sentence with a gap for it")
    unmeant = serializers.SerializerMethodField(help_text="Other words that its reading and meanings could mean, too")

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_meanings(self, review: WordReview) -> list[str]:
        return review.word.meanings_in(get_language() or "")

    def get_is_due(self, review: WordReview) -> bool:
        return bool(review.due_on) and review.due_on <= self.context["today"]

    def get_known(self, review: WordReview) -> bool:
        return all(c in self.context["known"] for c in review.word.text if c >= "一")

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_unmeant(self, review: WordReview) -> list[str]:
        return self.context["unmeant"][review.word.text]

    @extend_schema_field(ClozeSerializer)
    def get_cloze(self, review: WordReview) -> dict[str, str]:
        before, after = frame(review.word, get_language() or "")
        return {"before": before, "after": after}


class WordsSerializer(serializers.Serializer[Any]):
    """The words to write now, with the numbers of due and new ones."""

    due = serializers.IntegerField(help_text="Number of all words that are due today or overdue")
    new = serializers.IntegerField(help_text="Number of new words that today's quota still allows")
    results = WordReviewSerializer(many=True)


class BeginWordSerializer(ExactTypesMixin, serializers.Serializer[Any]):
    text = SpelledTextField(max_length=MAX_LINE)


class PastedSerializer(ExactTypesMixin, serializers.Serializer[Any]):
    text = SpelledTextField(max_length=_MOST_TEXT, help_text=f"At most {_MOST_TEXT} characters")


class WritableSerializer(serializers.Serializer[Any]):
    """The lines of a text that can be written, and the characters that can’t be read."""

    lines = serializers.ListField(child=serializers.CharField(), help_text=f"At most {MAX_LINE} characters each")
    unreadable = serializers.ListField(child=serializers.CharField(), help_text="Characters that can't be read")


class WordReportSerializer(ExactTypesMixin, serializers.Serializer[Any]):
    about = BriefChoiceField([Report.About.READINGS, Report.About.MEANINGS, Report.About.OTHER])
    text = serializers.CharField(max_length=500)


class WordViewSet(StrictView, GenericViewSet[WordReview]):
    """The words to practise. Everybody can read them; only learners have a practice."""

    queryset = WordReview.objects.none()  # tells the schema the model
    serializer_class = WordReviewSerializer
    parser_classes = [JSONParser]
    pagination_class = None
    queries = {"list": WordsQuerySerializer}
    lookup_field = "text"
    lookup_value_converter = "str"
    #: The scopes that an API token needs.
    scopes = {"read": "read:plan", "write": "write:plan"}
    #: Actions that change the learner's practice.
    OWN = ("create", "destroy")

    def get_permissions(self) -> list[Any]:
        own = [IsAuthenticated()] if self.action in self.OWN else []
        return [*super().get_permissions(), *own]

    def get_throttles(self) -> list[BaseThrottle]:
        return [ReportThrottle()] if self.action == "reports" else []

    @property
    def user(self) -> User | None:
        user = self.request.user
        return user if user.is_authenticated else None

    def get_queryset(self) -> QuerySet[WordReview]:
        mine = WordReview.objects.filter(user=self.user) if self.user else WordReview.objects.none()
        return mine.filter(word__is_hidden=False).select_related("word")

    def word(self) -> Word:
        """The word in the address. Raises NotFound."""
        word = Word.objects.filter(text=spelling(self.kwargs["text"][:_MOST_TEXT]), is_hidden=False).first()
        if word is None or not is_writable(word):
            raise NotFound
        return word

    @extend_schema(
        parameters=[WordsQuerySerializer],
        responses={
            200: forced_singular_serializer(WordsSerializer),
            404: OpenApiResponse(description="`not_found`: the list isn’t yours"),
        },
    )
    def list(self, request: Request) -> Response:
        """List words to write: due ones, the longest overdue first, then new ones within today's quota.

        New words are those whose kanji you know, then those of the characters that your plan introduces next, then the
        most useful. Guests get words whose kanji they have written well, then some to begin with, then the most
        useful, but none that they have written already.
        """
        limit, more, chosen = map(self.query().validated_data.get, ("limit", "more", "list"))
        if chosen is not None:
            characters = get_object_or_404(self.lists, pk=chosen).characters
            due: Sequence[WordReview] = [one for one in self.due() if has_only(one.word.text, characters)]
            left, new = limit, words_of(cast(User, self.user), characters)
        elif self.user:
            due, new = [*self.due()], new_words_of(self.user)
            left = max(0, Plan.of(self.user).new_per_day - WordReview.objects.begun_today(self.user)) + more
        else:
            due, left, new = [], limit, words_of_guest(self.attempts, self.lines)
        added = [self.unsaved(word) for word in islice(new, max(0, min(left, limit - len(due))))]
        return Response({"due": len(due), "new": left, "results": self.rows([*due[:limit], *added])})

    def due(self) -> QuerySet[WordReview]:
        """The reviews of words that are due, the longest overdue first."""
        due = WordReview.objects.due(cast(User, self.user)).filter(word__is_hidden=False)
        return due.select_related("word")

    @property
    def lists(self) -> QuerySet[CharacterList]:
        return CharacterList.objects.filter(user=self.user) if self.user else CharacterList.objects.none()

    @property
    def attempts(self) -> Any:
        guest = guest_of(self.request).id
        return Attempt.objects.owned_by_guest(guest) if guest else Attempt.objects.none()

    @property
    def lines(self) -> LineQuerySet:
        return Line.objects.owned_by(self.request.user, guest_of(self.request).id)

    def unsaved(self, word: Word) -> WordReview:
        return WordReview(user=self.user, word=word)

    def rows(self, reviews: Sequence[WordReview]) -> Any:
        """The reviews as the API returns them."""
        known = known_of(self.user) if self.user else known_of_guest(self.attempts)
        unmeant = Word.objects.unmeant((review.word for review in reviews), get_language() or "")
        context = {"today": self.user.today if self.user else None, "known": known, "unmeant": unmeant}
        return WordReviewSerializer(cast(Any, reviews), many=True, context=context).data

    @extend_schema(
        request=BeginWordSerializer,
        responses={
            200: WordReviewSerializer,
            201: WordReviewSerializer,
            404: OpenApiResponse(description="`not_a_word`: the text is no word of the list"),
        },
    )
    def create(self, request: Request) -> Response:
        """Add a word to your practice. It is due today."""
        wanted = BeginWordSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        self.kwargs["text"] = wanted.validated_data["text"]
        try:
            word = self.word()
        except NotFound as error:
            raise NotFound(_("This is not a word of the list."), "not_a_word") from error
        review, is_begun = WordReview.objects.begin(cast(User, self.user), word)
        return Response(self.rows([review])[0], status.HTTP_201_CREATED if is_begun else status.HTTP_200_OK)

    def retrieve(self, request: Request, text: str) -> Response:
        """Read a word, and when it is due."""
        word = self.word()
        return Response(self.rows([self.get_queryset().filter(word=word).first() or self.unsaved(word)])[0])

    def destroy(self, request: Request, text: str) -> Response:
        """Remove a word from your practice. Your lines stay."""
        removed, _of_what = WordReview.objects.filter(user=self.user, word__text=spelling(text[:_MOST_TEXT])).delete()
        if not removed:
            raise NotFound(_("This word is not in your practice."), "not_in_practice")
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        request=WordReportSerializer,
        responses={201: OpenApiResponse(description="Reported")},
    )
    @action(detail=True, methods=["post"])
    def reports(self, request: Request, text: str) -> Response:
        """Report a mistake in a word. Curators decide on it."""
        given = WordReportSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        Report.objects.create(word=self.word(), **given.validated_data)
        return Response({}, status.HTTP_201_CREATED)


class PastedTextView(GenericViewSet[Any]):
    """Splits pasted text into lines that can be practised."""

    parser_classes = [JSONParser]
    serializer_class = PastedSerializer
    scopes = {"write": "write:attempts"}

    @extend_schema(operation_id="pasted_text", request=PastedSerializer, responses={200: WritableSerializer})
    def create(self, request: Request) -> Response:
        """Split a text into lines that can be written, and name the characters that can't be read."""
        given = PastedSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        text = given.validated_data["text"]
        others = unreadable(_UNWRITTEN.sub("", text))
        runs = re.split("|".join([_UNWRITTEN.pattern, *map(re.escape, others)]), text)
        return Response(
            {
                "lines": [run[start : start + MAX_LINE] for run in runs for start in range(0, len(run), MAX_LINE)],
                "unreadable": list(others),
            }
        )
