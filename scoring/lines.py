"""The API of lines: words and sentences, whose characters are attempts."""

from typing import Any, cast

import django_filters
from django.db import IntegrityError
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.mixins import DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from characters.filters import TEXT
from characters.parameters import StrictFilterBackend
from characters.spelling import spelling
from ml.context.alphabet import SHAPES, shapes
from ml.ink import MAX_LINE_POINTS, MAX_LINE_STROKES
from ml.strokes import references
from scoring import remarks
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
from scoring.fields import AnyInkField, AnyLineInkField, BoundedListField, BriefChoiceField, SpelledTextField
from scoring.guests import guest_of
from scoring.ink_formats import count
from scoring.models import MAX_LINE, Attempt, IdempotencyKey, Line, Score, fingerprint
from scoring.parsers import MAX_JSON_BYTES, JSONParser, MultiPartParser
from scoring.queue import enqueue_line
from scoring.serializers import AttemptSerializer, BoxField, DelayedSerializer, read_image

#: Longest body of a line.
MAX_LINE_BYTES = 1024 * 1024
#: Strokes of a free line that count as one attempt against the rate: about as many as a character has.
_STROKES_COUNTED = 4


def unreadable(text: str) -> str:
    """The characters of `text` that can't be read, each once."""
    return "".join(dict.fromkeys(sign for sign in text if sign not in references() and sign not in SHAPES))


class ReadableTextField(SpelledTextField):
    """Text whose characters can all be read."""

    default_error_messages = {"unreadable_characters": gettext_lazy("These characters can’t be read: {characters}")}

    def to_internal_value(self, text: Any) -> str:
        readable = super().to_internal_value(text)
        if others := unreadable(readable[: self.most]):
            self.fail("unreadable_characters", characters=others)
        return readable


class LineOptionsSerializer(DelayedSerializer):
    """The options of a line, sent as ink or as a photograph."""

    kind = BriefChoiceField(Line.Kind.choices)
    text = ReadableTextField(
        required=False,
        allow_blank=True,
        max_length=MAX_LINE,
        help_text=f"What was asked for, at most {MAX_LINE} characters; required unless `kind` is `free`",
    )
    before = SpelledTextField(required=False, allow_blank=True, max_length=MAX_LINE, help_text="Fixed text before it")
    after = SpelledTextField(required=False, allow_blank=True, max_length=MAX_LINE, help_text="Fixed text after it")
    direction = BriefChoiceField(Line.Direction.choices, required=False)
    saw_reference = serializers.BooleanField(
        required=False, help_text="The writer could see how the characters are written, before or while writing"
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if not given.get("text") and given["kind"] != Line.Kind.FREE:
            raise serializers.ValidationError({"text": [_("Say what was asked for.")]}, "required")
        return super().validate(given)


class LineInputSerializer(LineOptionsSerializer):
    """A line as ink: of each character, or of all together."""

    cells = BoundedListField(
        child=AnyInkField(),
        required=False,
        allow_empty=False,
        max_length=MAX_LINE,
        help_text="Ink of each character, as many as `text` has",
    )
    line = AnyLineInkField(
        required=False,
        help_text=f"Ink of a free line: at most {MAX_LINE_STROKES} strokes and {MAX_LINE_POINTS} points",
    )
    pen_width = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=1000)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if ("cells" in given) == ("line" in given):
            message = _("Send either “cells” or “line”.")
            raise serializers.ValidationError({"cells": [message]}, "cells_or_line")
        given, text = super().validate(given), given.get("text", "")
        if text and "cells" in given and len(given["cells"]) != len(text):
            message = _("There must be as many cells as the text has characters.")
            raise serializers.ValidationError({"cells": [message]}, "cells_do_not_match")
        return given


class LineImageSerializer(LineOptionsSerializer):
    """A line as a photograph: PNG, JPEG or WebP."""

    image = serializers.FileField(allow_empty_file=True)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """The image becomes `photo`, a file. Raises ImageTooLarge, TooManyImages or UnusableImage."""
        given = super().validate(given)
        upload = given.pop("image")
        read_image(upload, is_line=True)
        return {**given, "photo": upload}


class LineRemarkSerializer(serializers.Serializer[dict[str, Any]]):
    """A remark on how evenly a line is written."""

    code = serializers.CharField()
    text = serializers.CharField(help_text="A sentence in the requested language")
    characters = serializers.ListField(child=serializers.IntegerField(), help_text="Their positions, from 1")


class LineCharacterSerializer(serializers.Serializer[dict[str, Any]]):
    """One character of a line."""

    position = serializers.IntegerField(help_text="From 1")
    character = serializers.CharField(allow_null=True, help_text="What was asked for; null if nothing was")
    read_as = serializers.CharField(allow_blank=True, help_text="What a reader of the line reads; empty while queued")
    alone = serializers.CharField(
        allow_blank=True, help_text="What it is read as alone, in the script asked for, if any"
    )
    alone_also = serializers.ListField(child=serializers.CharField(), help_text="What else it could be alone")
    confidence = serializers.FloatField(allow_null=True, help_text="Probability of `read_as` in the line, 0 to 1")
    alone_confidence = serializers.FloatField(allow_null=True, help_text="Probability of `alone` alone, 0 to 1")
    word = serializers.CharField(allow_blank=True, help_text="The word of the line that holds it")
    decided = serializers.CharField(
        allow_blank=True,
        help_text="What decided how it is read: `word`, its neighbours’ `script`, `size`, or nothing",
    )
    explanation = serializers.CharField(allow_blank=True, help_text="A sentence on that, in the requested language")
    box = BoxField(allow_null=True, help_text="Its place in the photograph; null for ink")
    legibility = serializers.IntegerField(allow_null=True, help_text="For what was asked for, in context, 0 to 100")
    attempt = AttemptSerializer(allow_null=True, help_text="Null if it was deleted, or isn’t split off yet")


class LineSerializer(serializers.ModelSerializer[Line]):
    """A line with the attempts that are its characters."""

    status = serializers.SerializerMethodField()
    legibility = serializers.SerializerMethodField()
    characters = serializers.SerializerMethodField()
    remarks = serializers.SerializerMethodField()
    read_as = serializers.CharField(read_only=True, help_text="What a reader reads; empty while queued")
    read_alone = serializers.CharField(read_only=True, help_text="What each character is read as alone")
    is_right = serializers.BooleanField(
        read_only=True, allow_null=True, help_text="Whether a reader reads what was asked for; null if nothing was"
    )

    class Meta:
        model = Line
        fields = [
            "id",
            "status",
            "failure",
            "kind",
            "text",
            "before",
            "after",
            "direction",
            "written_at",
            "saw_reference",
            "read_as",
            "read_alone",
            "legibility",
            "is_right",
            "characters",
            "remarks",
        ]

    @extend_schema_field(serializers.ChoiceField(["queued", "scored", "failed"]))
    def get_status(self, line: Line) -> str:
        return Line.Status.QUEUED if line.status == Line.Status.READ else line.status

    @extend_schema_field(
        serializers.IntegerField(allow_null=True, help_text="Mean of its characters; null without a text or a score")
    )
    def get_legibility(self, line: Line) -> int | None:
        return legibility(line)

    @extend_schema_field(LineCharacterSerializer(many=True))
    def get_characters(self, line: Line) -> list[dict[str, Any]]:
        unread = {"read_as": "", "alone": "", "alone_also": [], "word": "", "decided": ""}
        rows = []
        for position, character, attempt in characters_of(line):
            read = line.characters[position - 1] if position <= len(line.characters) else {}
            rows.append(
                {
                    "position": position,
                    "character": character,
                    **unread,
                    "confidence": None,
                    "alone_confidence": None,
                    "box": None,
                    **read,
                    "explanation": explanation(read),
                    "legibility": legibility_of(character, attempt) if character else None,
                    "attempt": attempt and AttemptSerializer(attempt, context=self.context).data,
                }
            )
        return rows

    @extend_schema_field(LineRemarkSerializer(many=True))
    def get_remarks(self, line: Line) -> list[dict[str, Any]]:
        return remarks_on(line)


def characters_of(line: Line) -> list[tuple[int, str | None, Attempt | None]]:
    """The position of each character, what was asked for, if anything, and its attempt, if it is there."""
    attempts = {cast(int, attempt.position): attempt for attempt in line.attempts.all()}
    count = max(len(line.characters), *attempts, len(line.text) if line.status == Line.Status.QUEUED else 0, 0)
    is_meant = len(line.text) == count
    return [
        (position, line.text[position - 1] if is_meant else None, attempts.get(position))
        for position in range(1, count + 1)
    ]


def legibility(line: Line) -> int | None:
    """The mean score, 0 to 100, of its characters; None without a text, or while one of them has no score."""
    found = [legibility_of(character, attempt) for _n, character, attempt in characters_of(line) if character]
    scores = [score for score in found if score is not None]
    return sum(scores) // len(scores) if scores and len(scores) == len(found) else None


def remarks_on(line: Line) -> list[dict[str, Any]]:
    """The line's remarks, each with its sentence as `text`."""
    literals = line.text if len(line.text) == len(line.characters) else line.read_as
    return [{**remark, "text": remarks.line_text(remark, literals)} for remark in line.remarks]


def legibility_of(character: str, attempt: Attempt | None) -> int | None:
    """The score, 0 to 100, of a line's character that was meant as `character`; None while it has none."""
    score: Score | None = attempt.newest_score if attempt else None
    if attempt is None or score is None:
        return None
    if attempt.target:
        return attempt.legibility
    own = set(shapes(character))
    found = [c["legibility"] for c in score.candidates if own & {c["character"], *c["lookalikes"]}]
    return max(found, default=0)


def explanation(read: dict[str, Any]) -> str:
    """What decided how a line's character was read, as a sentence in the active language; empty if nothing had to."""
    values = {
        "character": read.get("read_as"),
        "word": read.get("word"),
        "others": _(", ").join(read.get("alone_also", [])),
    }
    match read.get("decided"):
        case "word":
            return _("In %(word)s this is read as %(character)s. Alone it could also be %(others)s.") % values
        case "script":
            text = _("Next to these neighbours this is read as %(character)s. Alone it could also be %(others)s.")
            return text % values
        case "size":
            return _("Its size and the characters around it make this %(character)s.") % values
        case _:
            return ""


@extend_schema_field({**TEXT, "description": "What was asked for"})
class AskedFilter(django_filters.CharFilter):
    """Filters lines by their text."""


class LineFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=Line.Kind.choices)
    text = AskedFilter(method="with_text")

    class Meta:
        model = Line
        fields: list[str] = []

    def with_text(self, lines: QuerySet[Line], _name: str, text: str) -> QuerySet[Line]:
        return lines.filter(text=spelling(text[:MAX_LINE]))


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
        """What a photograph counts as; 0 for ink, which `charged_body` charges."""
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
    """What a line counts as against the rate, in attempts."""
    given = body if isinstance(body, dict) else {}
    cells = given.get("cells")
    if isinstance(cells, list):
        return min(max(len(cells), 1), MAX_LINE)
    return 1 + min(count(given.get("line")), MAX_LINE_STROKES) // _STROKES_COUNTED
