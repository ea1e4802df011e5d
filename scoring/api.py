"""The API of attempts."""

import hashlib
import logging
from collections.abc import Sequence
from typing import Any, cast

from django.conf import settings
from django.db import IntegrityError
from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.mixins import DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from structlog.contextvars import bind_contextvars

from characters.pagination import CheckedCursorPagination
from characters.parameters import StrictFilterBackend
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
    is_queued_still,
    retry_after,
    wake_ups,
)
from scoring.errors import (
    AttemptDeleted,
    KeyReused,
    NotAnExample,
    NotShareable,
    StorageRefuses,
    TargetIsSet,
    TooLarge,
)
from scoring.filters import AttemptFilter
from scoring.guests import guest_of
from scoring.models import Attempt, AttemptQuerySet, CannotShow, IdempotencyKey, Obstacle, fingerprint
from scoring.parsers import MAX_JSON_BYTES, JSONParser, MultiPartParser
from scoring.queue import enqueue, score_here
from scoring.serializers import (
    MAX_BATCH,
    AttemptSerializer,
    BatchSerializer,
    ImageSerializer,
    InkSerializer,
    MilestonesSerializer,
    ShownSerializer,
    TargetSerializer,
    check_among,
)

logger = logging.getLogger(__name__)

MAX_BATCH_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class NewestFirst(CheckedCursorPagination):
    ordering = ("-written_at", "-id")
    page_size = 24
    max_page_size = 100

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        """The page's attempts, found in an index by id and only then read."""
        ids = queryset.select_related(None).prefetch_related(None).values("pk", "written_at")
        page: list[Any] = super().paginate_queryset(ids, request, view) or []
        found = queryset.found([row["pk"] for row in page])
        return [found[row["pk"]] for row in page if row["pk"] in found]


_NOT_SCORED = OpenApiResponse(AttemptSerializer, "Stored but not scored yet; poll the address in Location")
_OBSTACLE = OpenApiResponse(description="Others can’t see this attempt, such as `no_target`; `code` says why")


@extend_schema_view(
    list=extend_schema(summary="List your attempts, newest first", parameters=[ShownSerializer]),
    retrieve=extend_schema(summary="Read an attempt"),
    destroy=extend_schema(summary="Delete an attempt"),
)
class AttemptViewSet(RetrieveModelMixin, ListModelMixin, DestroyModelMixin, WritingViewSet):
    """The caller's own attempts; those of others answer 404."""

    queryset = Attempt.objects.none()  # names the model for the schema
    serializer_class = AttemptSerializer
    pagination_class = NewestFirst
    filter_backends = [StrictFilterBackend]
    filterset_class = AttemptFilter
    queries = {"list": ShownSerializer, "retrieve": ShownSerializer}
    parser_classes = [JSONParser, MultiPartParser]
    lookup_value_converter = "uuid"
    THROTTLED = ("create", "batch", "partial_update", "exemplar", "share")
    SCORED = ("create", "batch", "partial_update")

    def get_queryset(self) -> AttemptQuerySet:
        guest = guest_of(self.request).id
        own = Attempt.objects.owned_by(self.writer, guest)
        if self.writer != self.request.user:
            own |= Attempt.objects.owned_by(self.request.user, guest)  # a guest's attempt may have been claimed
        own = own.select_related("target", "exemplar", "shared")
        fields = {*self.shown.get("fields", AttemptSerializer.Meta.fields)}
        if not (self.shown["ink"] and "ink" in fields):
            own = own.defer("ink")
        return own.prefetch_related("scores") if fields & AttemptSerializer.OF_SCORES else own

    @cached_property
    def shown(self) -> dict[str, Any]:
        """What the answer has of each attempt, as a ShownSerializer says it."""
        sent = self.request.query_params
        names = ("fields", "ink") if self.action in self.queries else ()
        given = {name: sent.getlist(name) if name == "fields" else sent[name] for name in names if name in sent}
        query = ShownSerializer(data=given)
        query.is_valid(raise_exception=True)
        return query.validated_data

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), **self.shown}

    def get_permissions(self) -> list[Any]:
        """Sharing needs an account: a guest who loses the cookie couldn't end a link."""
        others = super().get_permissions()
        return [*others, IsAuthenticated()] if self.action in ("share", "unshare") else [*others]

    @extend_schema(
        request={"application/json": InkSerializer, "multipart/form-data": ImageSerializer},
        parameters=[PREFER, KEY_HEADER, WRITER_HEADER, *COUNTED, APPLIED, REPLAYED, LOCATION],
        responses={
            201: AttemptSerializer,
            202: _NOT_SCORED,
            **OF_ANOTHER_WRITER,
            **KEY_USED,
        },
    )
    def create(self, request: Request) -> Response:
        """Store an attempt as ink or image, and wait briefly for its score."""
        serializer = (ImageSerializer if self.has_image() else InkSerializer)(data=self.body())
        serializer.is_valid(raise_exception=True)
        [attempt] = self.store([serializer.validated_data], is_bulk=self.is_asynchronous())
        if attempt is None:
            raise AttemptDeleted
        bind_contextvars(attempt=str(attempt.pk))
        return self.answer(attempt, status.HTTP_201_CREATED)

    @extend_schema(
        request={"application/json": BatchSerializer},
        parameters=[PREFER, KEY_HEADER, *COUNTED, APPLIED, REPLAYED],
        responses={
            201: AttemptSerializer(many=True),
            202: OpenApiResponse(AttemptSerializer(many=True), "Stored, but not all scored yet"),
            **KEY_USED,
        },
    )
    @action(detail=False, methods=["post"], filterset_class=None, pagination_class=None)
    def batch(self, request: Request) -> Response:
        """Store up to 100 attempts, all or none, and wait briefly for their scores. The response keeps their order."""
        given = BatchSerializer(data=self.charged_batch())
        given.is_valid(raise_exception=True)
        stored = self.store(given.validated_data["attempts"], is_bulk=True)
        attempts = [attempt for attempt in stored if attempt]
        waits = self.are_queued_still(attempts)
        found = self.get_queryset().found([attempt.pk for attempt in attempts])
        kept = [found.get(attempt.pk) if attempt else None for attempt in stored]
        answer = self.get_serializer([attempt for attempt in kept if attempt], many=True).data
        if None in kept:
            rest = iter(answer)
            raise AttemptDeleted([next(rest) if attempt else None for attempt in kept])
        if waits:
            return Response(answer, status.HTTP_202_ACCEPTED, headers={"Retry-After": retry_after(attempts)})
        return Response(answer, status.HTTP_201_CREATED)

    def store(self, rows: Sequence[dict[str, Any]], *, is_bulk: bool) -> list[Attempt | None]:
        """Store attempts, or find those of the first request with this key, in its order; None for a deleted one.

        `is_bulk`: they wait in the bulk lane. Raises StorageRefuses, and KeyReused if the first request asked for
        something else.
        """
        owner, text = self.owner(), self.idempotency_key()
        given = [{**row, **owner, "is_bulk": is_bulk} for row in rows]
        if text is None:
            return self.write(given)
        key = IdempotencyKey(**owner, key=text, fingerprint=fingerprint(self.action, rows))
        copies = [text] if self.action == "create" else [_key_of(text, number) for number in range(len(rows))]
        first = Attempt.objects.first_use(key, copies)
        if first is None:
            fields = [{**row, "idempotency_key": copy} for row, copy in zip(given, copies, strict=True)]
            try:
                return self.write(fields, key)
            except IntegrityError:
                first = Attempt.objects.first_use(key, copies)  # the same request, a moment earlier
                if first is None:
                    raise
        self.is_repeat = True
        if first.fingerprint != key.fingerprint:
            raise KeyReused
        found = self.get_queryset().in_bulk(first.attempt_ids)
        return [found.get(pk) for pk in first.attempt_ids]

    def write(self, rows: Sequence[dict[str, Any]], key: IdempotencyKey | None = None) -> list[Attempt | None]:
        """Store new attempts. Raises StorageRefuses, and IntegrityError if the key was used before."""
        try:
            written = Attempt.objects.write_all(rows, key)
        except OSError as error:
            logger.error("The storage refuses an image: %s", error)
            raise StorageRefuses from error
        for attempt in written:
            attempt.expect_score()
        return list(written)

    @extend_schema(
        request={"application/json": TargetSerializer},
        parameters=[PREFER, *COUNTED, APPLIED, LOCATION],
        responses={
            200: AttemptSerializer,
            202: _NOT_SCORED,
            409: OpenApiResponse(description="`target_is_set`: something newer has been written"),
            410: OpenApiResponse(description="`attempt_deleted`: meanwhile"),
        },
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Set the target; the score for it follows. It can be changed as long as nothing newer was written."""
        attempt = self.get_object()
        given = TargetSerializer(data=self.body())
        given.is_valid(raise_exception=True)
        target = given.validated_data["target"]
        scripts = given.validated_data.get("scripts", attempt.scripts)
        check_among(scripts, target)
        if not attempt.set_target(target, scripts, is_bulk=self.is_asynchronous()):
            raise TargetIsSet
        return self.answer(attempt, status.HTTP_200_OK)

    @extend_schema(
        parameters=[
            ShownSerializer,
            OpenApiParameter(
                "Retry-After",
                int,
                OpenApiParameter.HEADER,
                description="Seconds to wait before asking again; only while the attempt has no score",
                response=[200],
            ),
        ]
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        attempt = self.get_object()
        response = Response(self.get_serializer(attempt).data)
        if attempt.status == Attempt.Status.QUEUED:
            response["Retry-After"] = retry_after([attempt])
        return response

    @extend_schema(responses=MilestonesSerializer, filters=True)
    @action(detail=False, pagination_class=None)
    def milestones(self, request: Request) -> Response:
        """Read the first, the best and the latest of your attempts that match the filters and have a score."""
        found = cast(AttemptQuerySet, self.filter_queryset(self.get_queryset())).milestones()
        return Response(MilestonesSerializer(found, context=self.get_serializer_context()).data)

    def perform_destroy(self, attempt: Attempt) -> None:
        Attempt.objects.filter(pk=attempt.pk).hide(timezone.now())

    @extend_schema(request=None, responses={200: AttemptSerializer})
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Restore a deleted attempt. Possible for at least ten seconds; 404 once it is erased."""
        Attempt.objects.hidden_by(request.user, guest_of(request).id).filter(pk=pk).restore()
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses={(200, "image/png", "image/jpeg", "image/webp"): bytes})
    @action(detail=True, filterset_class=None, pagination_class=None)
    def image(self, request: Request, pk: str) -> FileResponse:
        """The uploaded image."""
        try:
            image = self.get_object().image
            return FileResponse(image.open(), content_type=f"image/{str(image).rpartition('.')[2]}")
        except (ValueError, FileNotFoundError) as error:  # it is ink, or its file is gone
            raise Http404 from error
        except OSError as error:
            logger.error("The storage can't deliver an image: %s", error)
            raise StorageRefuses from error

    @extend_schema(
        request=None,
        parameters=COUNTED,
        responses={200: AttemptSerializer, 201: AttemptSerializer, 409: _OBSTACLE},
    )
    @action(detail=True, methods=["put"])
    def exemplar(self, request: Request, pk: str) -> Response:
        """Offer it as an anonymous example; others see it once a curator has approved it."""
        attempt = self.get_object()
        try:
            is_new = attempt.offer()
        except CannotShow as error:
            if error.obstacle == Obstacle.SCORED_ELSEWHERE:
                score_here(attempt)
            raise NotAnExample(error.obstacle) from error
        answer = self.get_serializer(self.get_object()).data
        return Response(answer, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @extend_schema(responses={204: None, 409: _OBSTACLE})
    @exemplar.mapping.delete
    def withdraw(self, request: Request, pk: str) -> Response:
        """Withdraw it as an example. Nobody else can see it from then on."""
        if not self.get_object().withdraw():
            raise NotAnExample(Obstacle.REFUSED)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, parameters=COUNTED, responses={200: AttemptSerializer, 409: _OBSTACLE})
    @action(detail=True, methods=["put"])
    def share(self, request: Request, pk: str) -> Response:
        """Create a link at which anyone can see the attempt, but not who wrote it."""
        attempt = self.get_object()
        try:
            attempt.share()
        except CannotShow as error:
            if error.obstacle == Obstacle.SCORED_ELSEWHERE:
                score_here(attempt)
            raise NotShareable(error.obstacle) from error
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses={204: None})
    @share.mapping.delete
    def unshare(self, request: Request, pk: str) -> Response:
        """Remove its link. Sharing it again creates a different one."""
        self.get_object().unshare()
        return Response(status=status.HTTP_204_NO_CONTENT)

    def cost(self) -> int:
        return {"batch": 0, "create": IMAGE_COST if self.has_image() else 1}.get(self.action, 1)

    def body(self) -> Any:
        """The request's data. Raises TooLarge by the declared length, before reading it."""
        if self.has_image():
            return self.body_with_image()
        if self.length() > self.max_json_bytes:
            is_batch = self.action == "batch"
            raise TooLarge(_("A batch can be at most 4 MB.") if is_batch else _("Ink can be at most 256 kB."))
        return self.request.data

    def charged_batch(self) -> Any:
        """The body of a batch, charged by its attempts before they are checked. Raises Throttled.

        A body that can't be read counts as one attempt for each 256 kB, which is the most that one may have.
        """
        try:
            body = self.body()
        except APIException:
            self.charge(1 + self.length() // MAX_JSON_BYTES)
            raise
        given = body.get("attempts") if isinstance(body, dict) else None
        self.charge(min(max(len(given), 1), MAX_BATCH) if isinstance(given, list) else 1)
        return body

    @property
    def max_json_bytes(self) -> int:
        return MAX_BATCH_BYTES if self.action == "batch" else MAX_JSON_BYTES

    def answer(self, attempt: Attempt, scored: int) -> Response:
        """The attempt with status `scored` once it is scored; 202 and its Location if that takes longer."""
        fresh = self.once_scored(attempt)
        if fresh is None:
            raise AttemptDeleted  # meanwhile
        attempt, path = fresh, reverse("attempt-detail", args=[attempt.pk])
        headers = {"Location": self.request.build_absolute_uri(path)}
        if attempt.status == Attempt.Status.QUEUED:
            headers["Retry-After"] = retry_after([attempt])
            return Response(self.get_serializer(attempt).data, status.HTTP_202_ACCEPTED, headers=headers)
        return Response(self.get_serializer(attempt).data, scored, headers=headers)

    def once_scored(self, attempt: Attempt) -> Attempt | None:
        """The attempt once it has a score, or when the request stops waiting; None if it was deleted meanwhile.

        Enqueues it if it has none.
        """
        if attempt.status == Attempt.Status.QUEUED:
            enqueue(attempt)
            with self.seat() as until:
                for message in wake_ups(attempt, until):
                    fresh = attempt if attempt.take(message) else self.find(attempt)
                    if fresh is None or fresh.status != Attempt.Status.QUEUED:
                        return fresh
        return self.find(attempt)

    def find(self, attempt: Attempt) -> Attempt | None:
        """The attempt as it is now; None if it was deleted."""
        return self.get_queryset().filter(pk=attempt.pk).first()

    def are_queued_still(self, attempts: list[Attempt]) -> bool:
        """Enqueue those of a batch that have no score, and wait for them. True if a score is missing."""
        queued = [attempt for attempt in attempts if attempt.status == Attempt.Status.QUEUED]
        for attempt in queued[:1]:
            enqueue(attempt)  # its task scores the others too
        if not self.patience():
            return bool(queued)
        with self.seat() as until:
            return any(is_queued_still(attempt, until) for attempt in queued)


def _key_of(key: str, number: int) -> str:
    """The idempotency key of one attempt of a batch."""
    return hashlib.sha256(f"{key} {number}".encode()).hexdigest()
