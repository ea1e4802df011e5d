"""The catalogue through the API: find, read, see how it is written, take it all."""

import gzip
from functools import lru_cache
from typing import Any

from django.db.models import Count, F, Max, QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from characters import versions
from characters.catalogue import outside
from characters.filters import CharacterFilter
from characters.models import Character, CharacterQuerySet, Exemplar
from characters.serializers import CharacterSerializer, ExemplarSerializer, StrokesSerializer
from characters.versions import Version, conditional

DUMP = "characters.jsonl.gz"
#: More than there are positions, so that a place and a position are one number.
_POSITIONS = 10_000


class Pages(CursorPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    invalid_cursor_message = gettext_lazy("This cursor was not given by a page of this list.")  # type: ignore[assignment]

    def decode_cursor(self, request: Request) -> Cursor | None:
        """A cursor that was made up is refused also where only its position is wrong."""
        cursor = super().decode_cursor(request)
        if cursor and cursor.position is not None:
            try:
                int(cursor.position)
            except ValueError as error:
                raise NotFound(self.invalid_cursor_message) from error
        return cursor


class CharacterPages(Pages):
    """Pages in the order of a CharacterFilter. No two characters have the same key, however many share a place."""

    ordering = ("key",)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        keyed = queryset.annotate(key=F("place") * _POSITIONS + F("position"))
        return super().paginate_queryset(keyed, request, view)


class ExemplarPages(Pages):
    ordering = ("-legibility", "pk")
    page_size = 10
    max_page_size = 50


def of_exemplars(literal: str) -> Version:
    """Approving changes the newest date, withdrawing the count; and what was withdrawn leaves no date behind."""
    shown = Exemplar.objects.approved().filter(character__literal=literal.replace("\0", ""))
    known = shown.order_by().aggregate(shown=Count("pk"), last=Max("decided_at"))
    return Version(f"{known['shown']} {known['last']}", None)


def of_catalogue(**_: Any) -> Version:
    return versions.of_catalogue()


def of_strokes(**_: Any) -> Version:
    return versions.of_strokes()


class CharacterViewSet(GenericViewSet[Character]):
    """The catalogue's 3,175 characters. What hasn't changed since an earlier answer is 304."""

    authentication_classes = []
    serializer_class = CharacterSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = CharacterFilter
    pagination_class = CharacterPages
    lookup_field = "literal"
    lookup_value_converter = "str"

    def get_queryset(self) -> CharacterQuerySet:
        return Character.objects.all()

    def get_object(self) -> Character:
        """The character of the URL, whatever the filters are.

        Raises NotFound, with a code of its own for a jōyō kanji that the catalogue lacks.
        """
        literal = self.kwargs["literal"]
        if missing := outside().get(literal):
            sentence = (
                _("%(literal)s is a jōyō kanji that isn’t in the catalogue. Its JIS form %(form)s is.")
                if missing.form
                else _("%(literal)s is a jōyō kanji that isn’t in the catalogue.")
            )
            raise NotFound(sentence % {"literal": literal, "form": missing.form}, "outside_the_catalogue")
        try:
            return self.get_queryset().named_or_404(literal)
        except Http404 as error:
            raise NotFound(str(error), "not_in_the_catalogue") from error

    @conditional(of_catalogue)
    def list(self, request: Request) -> Response:
        """Find characters. Several values of one filter are any of them, several filters all of them."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @conditional(of_catalogue)
    def retrieve(self, request: Request, literal: str) -> Response:
        """All that is known of one character."""
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses=StrokesSerializer, filters=False)
    @action(detail=True, serializer_class=StrokesSerializer)
    @conditional(of_strokes)
    def strokes(self, request: Request, literal: str) -> Response:
        """Its reference strokes, and other stroke orders that are accepted."""
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses=ExemplarSerializer(many=True), filters=False)
    @action(detail=True, serializer_class=ExemplarSerializer, pagination_class=ExemplarPages)
    @conditional(of_exemplars)
    def exemplars(self, request: Request, literal: str) -> Response:
        """Good real writings of it, best first: allowed by who wrote them, approved by a curator."""
        shown: QuerySet[Any] = Exemplar.objects.approved().filter(character=self.get_object())
        page = self.paginate_queryset(shown)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class GzipRenderer(BaseRenderer):
    """So that a request may say that it accepts the dump."""

    media_type = "application/gzip"
    format = "gz"
    charset = None
    render_style = "binary"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return gzip.compress(JSONRenderer().render(data), mtime=0)


class DumpView(APIView):
    authentication_classes = []
    renderer_classes = [GzipRenderer, JSONRenderer]

    @extend_schema(
        operation_id="characters_dump",
        tags=["characters"],
        parameters=[OpenApiParameter("format", exclude=True)],
        responses={(200, GzipRenderer.media_type): bytes},
    )
    @conditional(of_catalogue)
    def get(self, request: Request) -> HttpResponse:
        """The whole catalogue: a line of JSON per character, compressed with gzip."""
        return HttpResponse(
            dump(versions.of_catalogue()),
            content_type=GzipRenderer.media_type,
            headers={"Content-Disposition": f'attachment; filename="{DUMP}"'},
        )


@lru_cache(maxsize=1)
def dump(version: Version) -> bytes:
    """The catalogue's file at `version`, the same bytes each time."""
    rows = CharacterSerializer(Character.objects.all(), many=True).data
    render = JSONRenderer().render
    return gzip.compress(b"".join(render(row) + b"\n" for row in rows), mtime=0)
