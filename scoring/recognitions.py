"""The API of recognitions: what a reader sees in ink or an image. Nothing is stored."""

import math
from base64 import b64encode
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from kombu.exceptions import OperationalError
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from characters.language import outside_sentence
from characters.quoting import quoted
from characters.spelling import MAX_LENGTH, spelling
from ml.ink import MAX_STROKES, WritingError
from ml.scripts import SCRIPTS, characters_of
from ml.strokes import references
from scoring import load, questions
from scoring.accepting import IMAGE_COST, MULTIPART_BYTES, AttemptThrottle
from scoring.errors import ImageTooLarge, Overloaded, TooLarge, Unavailable, UnusableImage
from scoring.fields import AnyInkField, BoundedListField, BriefErrors, ExactTypesMixin, SpelledTextField
from scoring.ink_formats import count
from scoring.models import MAX_AROUND, MAX_LINE
from scoring.parsers import JSONParser, MultiPartParser
from scoring.serializers import (
    MAX_IMAGE_BYTES,
    MAX_SCRIPTS,
    BoxField,
    CandidateSerializer,
    ScriptsField,
    read_image,
)
from scoring.tasks import recognize

#: Longest JSON body, bytes: a line of squares.
_MAX_JSON_BYTES = 1024 * 1024
_MAX_TARGETS = 10
#: Strokes of a free line that count as one recognition against the rate.
_STROKES_A_UNIT = 4


class SpelledLiteralField(BriefErrors, serializers.CharField):
    """A character of the catalogue, by itself, in any of its spellings; known without the database."""

    default_error_messages = {"does_not_exist": gettext_lazy("{value} is not in the catalogue.")}

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        literal = spelling(text) if len(text) <= MAX_LENGTH else text
        if sentence := outside_sentence(literal):
            raise serializers.ValidationError(sentence, "does_not_exist")
        if literal not in references():
            self.fail("does_not_exist", value=text)
        return literal


class OptionsSerializer(ExactTypesMixin, serializers.Serializer[dict[str, Any]]):
    """What may be read, in ink as in an image. Unknown fields are refused: nothing a caller asks for is ignored."""

    scripts = ScriptsField(
        default=list,
        help_text=f"What may compete: {', '.join(SCRIPTS)}, or single characters; at most {MAX_SCRIPTS}. "
        "Only for one character",
    )
    targets = BoundedListField(
        child=SpelledLiteralField(),
        default=list,
        max_length=_MAX_TARGETS,
        help_text=f"Characters whose legibility is wanted, at most {_MAX_TARGETS}. Only for one character",
    )
    before = SpelledTextField(
        default="",
        allow_blank=True,
        max_length=MAX_AROUND,
        help_text=f"Text before it, at most {MAX_AROUND} characters; its reader expects what fits there",
    )
    after = SpelledTextField(
        default="", allow_blank=True, max_length=MAX_AROUND, help_text="Text after it, in the same way"
    )

    def to_internal_value(self, given: Any) -> dict[str, Any]:
        unknown = [name for name in given if name not in self.fields] if isinstance(given, dict) else []
        if unknown:
            sentence = _("This field is unknown.")
            raise serializers.ValidationError({quoted(name): [sentence] for name in unknown[:20]}, "unknown_field")
        return super().to_internal_value(given)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        given["targets"] = list(dict.fromkeys(given["targets"]))
        outside = set(given["targets"]) - characters_of(given["scripts"])
        if outside:
            sentence = _("%(target)s does not belong to the chosen scripts.") % {"target": " ".join(sorted(outside))}
            raise serializers.ValidationError({"targets": [sentence]}, "target_not_among")
        return given


class InkRecognitionSerializer(OptionsSerializer):
    """One character, or a line of them, as ink: exactly one of `ink`, `cells` and `line`."""

    ink = AnyInkField(
        required=False,
        help_text='One character: {"width", "height", "strokes": [[[x, y, t], …], …]}, or another format',
    )
    cells = BoundedListField(
        child=AnyInkField(),
        required=False,
        allow_empty=False,
        max_length=MAX_LINE,
        help_text=f"A line of squares: ink of one character each, at most {MAX_LINE}",
    )
    line = AnyInkField(required=False, help_text="A free line, across or down, as ink; the characters are found in it")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        sent = [name for name in ("ink", "cells", "line") if name in given]
        if len(sent) != 1:
            sentence = _("Send exactly one of ink, cells and line.")
            raise serializers.ValidationError({"ink": [sentence]}, "ink_cells_or_line")
        if sent != ["ink"]:
            _refuse_surplus(given)
        return super().validate(given)


class ImageRecognitionSerializer(OptionsSerializer):
    """One character, or a line of them, as a PNG, JPEG or WebP."""

    image = serializers.FileField(allow_empty_file=True)
    is_line = serializers.BooleanField(
        default=False, help_text="Read the image as a line, across or down; otherwise it shows one character"
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """The image becomes `photo`, its ink. Raises ImageTooLarge, TooManyImages or UnusableImage."""
        if given["is_line"]:
            _refuse_surplus(given)
        given = super().validate(given)
        found = read_image(given.pop("image"), is_line=given["is_line"])
        return {**given, "photo": {"shape": found.shape, "pixels": b64encode(found.tobytes()).decode()}}


def _refuse_surplus(given: dict[str, Any]) -> None:
    """Raise ValidationError for options that only one character has."""
    if surplus := [name for name in ("scripts", "targets") if given[name]]:
        sentence = _("Only possible for one character.")
        raise serializers.ValidationError({name: [sentence] for name in surplus}, "only_for_one_character")


class TargetResultSerializer(serializers.Serializer[dict[str, Any]]):
    target = serializers.CharField()
    legibility = serializers.IntegerField(min_value=0, max_value=100)
    misread_as = serializers.ListField(
        child=serializers.CharField(), help_text="What a reader who expects it may read instead, likeliest first"
    )


class CharacterRecognitionSerializer(serializers.Serializer[dict[str, Any]]):
    """One character."""

    known = serializers.BooleanField(help_text="Whether it looks like a character of the catalogue")
    candidates = CandidateSerializer(many=True, help_text="Likeliest first")
    alone_also = serializers.ListField(
        child=serializers.CharField(), help_text="Likely characters of other scripts, for a reader without context"
    )
    excluded = CandidateSerializer(
        allow_null=True, help_text="The character that a reader would see, if `scripts` exclude it; usually null"
    )
    targets = TargetResultSerializer(many=True, help_text="In the order of the request")
    model = serializers.CharField()


class LikelihoodSerializer(serializers.Serializer[dict[str, Any]]):
    character = serializers.CharField()
    confidence = serializers.FloatField(min_value=0, max_value=1, help_text="Probability in context")


class RecognizedCharacterSerializer(serializers.Serializer[dict[str, Any]]):
    position = serializers.IntegerField(min_value=1)
    strokes = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        help_text="Numbers of its strokes in the line, or in its square, from 1; empty for an image",
    )
    box = BoxField(allow_null=True, help_text="Its place in the image; null for ink")
    read_as = serializers.CharField(help_text="In context")
    confidence = serializers.FloatField(min_value=0, max_value=1, help_text="Probability of read_as, in context")
    alone = serializers.CharField(help_text="What it is read as without context")
    alone_confidence = serializers.FloatField(
        min_value=0, max_value=1, help_text="Probability of alone, without context"
    )
    candidates = LikelihoodSerializer(many=True, help_text="Likeliest first, at most ten")
    word = serializers.CharField(help_text="The word that it was read in")
    decided = serializers.ChoiceField(
        ["", "word", "script", "size"],
        help_text="What decided: the word, the script of its neighbours, or, of ー, small kana and letters, size and "
        "place; empty if it could be nothing else alone",
    )


class LineRecognitionSerializer(serializers.Serializer[dict[str, Any]]):
    """A line."""

    read_as = serializers.CharField(help_text="The line in context")
    read_alone = serializers.CharField(help_text="Each character as read without context")
    characters = RecognizedCharacterSerializer(many=True)
    model = serializers.CharField()


class RecognitionThrottle(AttemptThrottle):
    """Limits recognitions per minute of one address or user."""

    scope = "recognitions"


_RATE = [
    OpenApiParameter(
        "RateLimit-Policy",
        str,
        OpenApiParameter.HEADER,
        description='The rate: `"recognitions";q=1000;w=60` allows 1,000 in any 60 seconds',
        response=[200],
    ),
    OpenApiParameter(
        "RateLimit",
        str,
        OpenApiParameter.HEADER,
        description='`"recognitions";r=998;t=42`: 998 are left, and more are in 42 seconds',
        response=[200],
    ),
]


class RecognitionView(APIView):
    """What a reader sees in a drawing; for handwriting search, while it is being written."""

    parser_classes = [JSONParser, MultiPartParser]
    #: It gives access to nothing, so that a token needs no scope for it.
    permission_classes = [AllowAny]
    max_json_bytes = _MAX_JSON_BYTES

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method == "POST" and load.is_over():
            raise Overloaded  # before anything is read: refusing must cost little
        super().initial(request, *args, **kwargs)

    def get_throttles(self) -> list[BaseThrottle]:
        return [self.throttle] if self.request.method == "POST" else []

    @cached_property
    def throttle(self) -> RecognitionThrottle:
        return RecognitionThrottle(IMAGE_COST if self.has_image() else 0)

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        """The response, with what is left of the rate."""
        response = super().finalize_response(*args, **kwargs)
        self.throttle.describe(response)
        return response

    @extend_schema(
        request={"application/json": InkRecognitionSerializer, "multipart/form-data": ImageRecognitionSerializer},
        parameters=_RATE,
        responses={
            200: PolymorphicProxySerializer(
                component_name="Recognition",
                serializers=[CharacterRecognitionSerializer, LineRecognitionSerializer],
                resource_type_field_name=None,
            ),
        },
    )
    def post(self, request: Request) -> Response:
        """Recognise a character or a line. Nothing is stored, and no account is needed."""
        body = self.charged_body()
        given = (ImageRecognitionSerializer if self.has_image() else InkRecognitionSerializer)(data=body)
        given.is_valid(raise_exception=True)
        answer = _ask(given.validated_data)
        if "refusal" in answer:
            raise UnusableImage(WritingError(*answer["refusal"]))
        return Response(answer)

    def has_image(self) -> bool:
        return (self.request.content_type or "").startswith("multipart/")

    def charged_body(self) -> Any:
        """The request's data, charged by the work that it asks for before it is checked. Raises Throttled."""
        try:
            body = self.body()
        except APIException:
            self.charge(1)
            raise
        self.charge(_cost(body))
        return body

    def charge(self, recognitions: int) -> None:
        """Count that many recognitions against the rate; an image is counted already. Raises Throttled."""
        if not self.has_image() and not self.throttle.charge(recognitions):
            self.throttled(self.request, self.throttle.wait() or 1)

    def body(self) -> Any:
        """The request's data. Raises TooLarge by the declared length, before reading it."""
        length = int(self.request.META.get("CONTENT_LENGTH") or 0)
        if self.has_image() and length > MAX_IMAGE_BYTES + MULTIPART_BYTES:
            raise ImageTooLarge
        if not self.has_image() and length > self.max_json_bytes:
            raise TooLarge(_("A recognition can be at most 1 MB."))
        return self.request.data


def _cost(body: Any) -> int:
    """What a body counts as, in recognitions, by the work that it asks for; it isn't checked yet."""
    given = body if isinstance(body, dict) else {}
    cells = min(_length(given.get("cells")), MAX_LINE)
    parts = math.ceil(min(count(given.get("line")), MAX_STROKES) / _STROKES_A_UNIT)
    characters = max(1, cells, parts)
    return characters + min(_length(given.get("targets")), _MAX_TARGETS)


def _length(items: Any) -> int:
    return len(items) if isinstance(items, list) else 0


def _ask(question: dict[str, Any]) -> dict[str, Any]:
    """A worker's answer. Raises Overloaded if there is none in time, Unavailable if no worker can be asked."""
    with load.seat_to_recognize() as is_free:
        if not is_free:
            raise Overloaded
        name = questions.leave(question)
        try:
            recognize.delay(name)
        except OperationalError as error:
            raise Unavailable from error
        answer: dict[str, Any] | None = questions.wait(name)
    if answer is None:
        raise Overloaded
    return answer
