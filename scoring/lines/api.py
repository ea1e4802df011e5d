"""The API of lines."""

from typing import Any, cast

from django.db import IntegrityError
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.mixins import DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from characters.parameters import StrictFilterBackend
from ml.ink import MAX_LINE_STROKES
from scoring.accepting import (
    APPLIED,
    COUNTED,
    IMAGE_COST,
    KEY_HEADER,
    KEY_USED,
    LOCATION,
    OF_ANOTHER_WRITER,
    PREFER,
    REPLAYED,
    WRITER_HEADER,
    WritingViewSet,
    retry_after,
    wake_ups,
)
from scoring.api import NewestFirst
from scoring.errors import AttemptDeleted, KeyReused, StorageRefuses, TooLarge
from scoring.filters import LineFilter
from scoring.guests import guest_of
from scoring.ink_formats import count
from scoring.lines.serializers import LineImageSerializer, LineInputSerializer, LineSerializer
from scoring.models import MAX_LINE, Attempt, IdempotencyKey, Line, fingerprint
from scoring.parsers import MAX_JSON_BYTES, JSONParser, MultiPartParser
from scoring.queue import enqueue_line

#: Longest body of a line.
MAX_LINE_BYTES = 1024 * 1024
#: Strokes of a free line that count as one attempt against the rate: about as many as a character has.
_STROKES_COUNTED = 4


class LineViewSet(RetrieveModelMixin, ListModelMixin, DestroyModelMixin, WritingViewSet):
    """The caller's own lines; those of others answer 404."""

    queryset = Line.objects.none()  # names the model for the schema
    serializer_class = LineSerializer
    pagination_class = NewestFirst
    filter_backends = [StrictFilterBackend]
    filterset_class = LineFilter
    parser_classes = [JSONParser, MultiPartParser]
    lookup_value_converter = "uuid"
    max_json_bytes = MAX_LINE_BYTES

    def get_queryset(self) -> QuerySet[Line]:
        guest = guest_of(self.request).id
        own = Line.objects.owned_by(self.writer, guest)
        if self.writer != self.request.user:
            own |= Line.objects.owned_by(self.request.user, guest)  # a guest's line may have been claimed
        attempts = Attempt.objects.filter(forgotten_at=None).select_related("target", "exemplar", "shared")
        return own.prefetch_related(Prefetch("attempts", attempts.prefetch_related("scores")))

    def cost(self) -> int:
        """The cost of a photograph against the rate, in attempts; 0 for ink, which `charged_body` charges."""
        return IMAGE_COST if self.has_image() else 0

    @extend_schema(
        request={"application/json": LineInputSerializer, "multipart/form-data": LineImageSerializer},
        parameters=[PREFER, KEY_HEADER, WRITER_HEADER, *COUNTED, APPLIED, REPLAYED, LOCATION],
        responses={
            201: LineSerializer,
            202: OpenApiResponse(LineSerializer, "Stored but not scored yet; poll the address in Location"),
            **OF_ANOTHER_WRITER,
            **KEY_USED,
        },
    )
    def create(self, request: Request) -> Response:
        """Store a word or a sentence, and wait briefly until it is read and its characters are scored."""
        given = (LineImageSerializer if self.has_image() else LineInputSerializer)(data=self.charged_body())
        given.is_valid(raise_exception=True)
        line = self.store(given.validated_data)
        if line is None:
            raise AttemptDeleted
        headers = {"Location": request.build_absolute_uri(reverse("line-detail", args=[line.pk]))}
        fresh = self.once_scored(line)
        if fresh is None:
            raise AttemptDeleted  # meanwhile
        answer = self.get_serializer(fresh).data
        if fresh.is_waiting:
            headers["Retry-After"] = retry_after([fresh])
            return Response(answer, status.HTTP_202_ACCEPTED, headers=headers)
        return Response(answer, status.HTTP_201_CREATED, headers=headers)

    def charged_body(self) -> Any:
        """The body; ink is charged by its characters before they are checked. Raises Throttled or TooLarge."""
        if self.has_image():
            return self.body_with_image()
        if self.length() > MAX_LINE_BYTES:
            self.charge(1)
            raise TooLarge(_("A line can be at most 1 MB."))
        try:
            body = self.request.data
        except APIException:
            self.charge(1 + self.length() // MAX_JSON_BYTES)
            raise
        self.charge(_cost(body))
        return body

    def store(self, given: dict[str, Any]) -> Line | None:
        """Store the line, or find that of the first request with this key; None if it was deleted.

        Raises KeyReused if the first request asked for something else.
        """
        owner, text = self.owner(), self.idempotency_key()
        key = text and IdempotencyKey(**owner, key=text, fingerprint=fingerprint("line", [given]))
        first = Attempt.objects.first_use(key, []) if key else None
        if first is None:
            fields = {**given, **owner, "is_bulk": self.is_asynchronous()}
            cells, ink = fields.pop("cells", []), fields.pop("line", None)
            try:
                return Line.objects.write(cells, key or None, ink=ink, **fields)
            except OSError as error:
                raise StorageRefuses from error
            except IntegrityError:
                first = Attempt.objects.first_use(key, []) if key else None  # the same request, a moment earlier
                if first is None:
                    raise
        self.is_repeat = True
        if first.fingerprint != cast(IdempotencyKey, key).fingerprint:
            raise KeyReused
        return self.get_queryset().filter(pk__in=first.attempt_ids).first()

    def once_scored(self, line: Line) -> Line | None:
        """The line once it is read and scored, or when the request stops waiting; None if it was deleted meanwhile."""
        own = self.get_queryset().filter(pk=line.pk)
        if line.is_waiting:
            enqueue_line(line)
            with self.seat() as until:
                for _wake in wake_ups(line, until):
                    fresh = own.first()
                    if fresh is None or not fresh.is_waiting:
                        return fresh
        return own.first()

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        line = self.get_object()
        response = Response(self.get_serializer(line).data)
        if line.is_waiting:
            response["Retry-After"] = retry_after([line])
        return response

    def perform_destroy(self, line: Line) -> None:
        """Delete the line with its attempts."""
        line.hide(timezone.now())

    @extend_schema(request=None, responses={200: LineSerializer})
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Restore a deleted line. Possible for at least ten seconds; 404 once it is erased."""
        if line := Line.objects.hidden_by(request.user, guest_of(request).id).filter(pk=pk).first():
            line.restore()
        return Response(self.get_serializer(self.get_object()).data)


def _cost(body: Any) -> int:
    """The cost of a line of ink against the rate, in attempts."""
    given = body if isinstance(body, dict) else {}
    cells = given.get("cells")
    if isinstance(cells, list):
        return min(max(len(cells), 1), MAX_LINE)
    return 1 + min(count(given.get("line")), MAX_LINE_STROKES) // _STROKES_COUNTED
