"""The catalogue in the API: search it, read a character, its strokes and exemplars, or download all of it."""

import gzip
from functools import lru_cache
from threading import Lock
from typing import Any

from django.db.models import Count, F, Max, QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from characters.filters import CharacterFilter
from characters.language import outside_sentence
from characters.models import Character, CharacterQuerySet, Exemplar
from characters.of_the_day import of_day
from characters.pagination import CheckedCursorPagination
from characters.parameters import StrictFilterBackend, StrictView
from characters.serializers import CharacterSerializer, ExemplarSerializer, StrokesSerializer
from characters.spelling import MAX_LENGTH, spelling
from characters.versions import Version, catalogue_version, conditional, strokes_version

DUMP = "characters.jsonl.gz"
_dumping = Lock()
#: More than there are positions, so that a sort value and a position combine into one number.
_POSITIONS = 10_000


class CharacterPagination(CheckedCursorPagination):
    """Pages in the order of a CharacterFilter, by a key that no two characters share."""

    ordering = ("key",)
    page_size = 50
    max_page_size = 200

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        keyed = queryset.annotate(key=F("sort_value") * _POSITIONS + F("position"))
        return super().paginate_queryset(keyed, request, view)


class ExemplarPagination(CheckedCursorPagination):
    ordering = ("-legibility", "pk")
    page_size = 10
    max_page_size = 50


def exemplars_version(literal: str) -> Version:
    """The version of a character's approved exemplars.

    Approving one changes the latest date, withdrawing one changes the count. There is no modification date: a
    withdrawn exemplar leaves none behind.
    """
    approved = Exemplar.objects.approved().filter(character__literal=spelling(literal[:MAX_LENGTH]).replace("\0", ""))
    known = approved.order_by().aggregate(count=Count("pk"), last=Max("decided_at"))
    return Version(f"{known['count']} {known['last']}", None)


def named_or_not_found(characters: CharacterQuerySet, text: str) -> Character:
    """The character of the catalogue that `text` is a spelling of.

    Raises NotFound, with a code of its own for a kanji that the catalogue lacks but knows of.
    """
    literal = spelling(text[:MAX_LENGTH])
    if sentence := outside_sentence(literal):
        raise NotFound(sentence, "outside_the_catalogue")
    try:
        return characters.named_or_404(literal)
    except Http404 as error:
        raise NotFound(str(error), "not_in_the_catalogue") from error


class DayQuerySerializer(serializers.Serializer[Any]):
    date = serializers.DateField(required=False, help_text="The day, such as 2026-11-28; by default today in UTC")


class CharacterViewSet(StrictView, GenericViewSet[Character]):
    """The 3,175 characters of the catalogue. Conditional requests get 304 while an answer hasn't changed."""

    authentication_classes = []
    serializer_class = CharacterSerializer
    filter_backends = [StrictFilterBackend]
    filterset_class = CharacterFilter
    pagination_class = CharacterPagination
    queries = {"of_the_day": DayQuerySerializer}
    lookup_field = "literal"
    lookup_value_converter = "str"

    def get_queryset(self) -> CharacterQuerySet:
        characters = Character.objects.all()
        return characters.with_words() if self.action in ("list", "retrieve") else characters

    def get_object(self) -> Character:
        """The character of the URL, whatever the filters are."""
        return named_or_not_found(self.get_queryset(), self.kwargs["literal"])

    @conditional(catalogue_version)
    def list(self, request: Request) -> Response:
        """Search and filter characters. Values of one filter are combined with OR, filters with AND."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @conditional(catalogue_version)
    def retrieve(self, request: Request, literal: str) -> Response:
        """Get everything known about one character."""
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(parameters=[DayQuerySerializer], responses=CharacterSerializer)
    @action(detail=False, url_path="of-the-day", filterset_class=None, pagination_class=None)
    def of_the_day(self, request: Request) -> Response:
        """Get the character of the day: the same for everybody on a date."""
        day = self.query().validated_data.get("date") or timezone.now().date()
        return Response(self.get_serializer(of_day(day)).data)

    @extend_schema(responses=StrokesSerializer)
    @action(detail=True, serializer_class=StrokesSerializer, filterset_class=None, pagination_class=None)
    @conditional(strokes_version)
    def strokes(self, request: Request, literal: str) -> Response:
        """Get the reference strokes of a character, and its other accepted stroke orders and shapes."""
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses=ExemplarSerializer(many=True))
    @action(
        detail=True,
        serializer_class=ExemplarSerializer,
        filterset_class=None,
        pagination_class=ExemplarPagination,
    )
    @conditional(exemplars_version)
    def exemplars(self, request: Request, literal: str) -> Response:
        """List real attempts shown as examples, best first. Their writers consented and a curator approved each."""
        approved: QuerySet[Any] = Exemplar.objects.approved().filter(character=self.get_object())
        page = self.paginate_queryset(approved)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class GzipRenderer(BaseRenderer):
    """Lets a request accept application/gzip."""

    media_type = "application/gzip"
    format = "gz"
    charset = None
    render_style = "binary"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return gzip.compress(JSONRenderer().render(data), mtime=0)


class DumpView(StrictView):
    authentication_classes = []
    renderer_classes = [GzipRenderer, JSONRenderer]

    @extend_schema(
        operation_id="characters_dump",
        tags=["characters"],
        parameters=[OpenApiParameter("format", exclude=True)],
        responses={(200, GzipRenderer.media_type): bytes},
    )
    @conditional(catalogue_version)
    def get(self, request: Request) -> HttpResponse:
        """Download the whole catalogue: one line of JSON per character, compressed with gzip."""
        with _dumping:  # requests at once wait for one file, which takes seconds of the processor
            content = dump(catalogue_version())
        return HttpResponse(
            content,
            content_type=GzipRenderer.media_type,
            headers={"Content-Disposition": f'attachment; filename="{DUMP}"'},
        )


@lru_cache(maxsize=1)
def dump(version: Version) -> bytes:
    """The catalogue's file. `version` is the cache key; the same version gives the same bytes."""
    rows = CharacterSerializer(Character.objects.with_words(), many=True).data
    render = JSONRenderer().render
    return gzip.compress(b"".join(render(row) + b"\n" for row in rows), mtime=0)
