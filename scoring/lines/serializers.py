"""Lines in the API: what a client sends, and what it gets."""

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ml.context.alphabet import SHAPES
from ml.ink import MAX_LINE_POINTS, MAX_LINE_STROKES
from ml.strokes import references
from scoring.fields import AnyInkField, AnyLineInkField, BoundedListField, BriefChoiceField, SpelledTextField
from scoring.lines.result import characters_of, explanation, legibility, legibility_of, remarks_on
from scoring.models import MAX_LINE, Line
from scoring.serializers import AttemptSerializer, BoxField, DelayedSerializer, read_image


def unreadable(text: str) -> str:
    """The characters of `text` that the site can't read, each once."""
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

    @cached_property
    def _attempts(self) -> AttemptSerializer:
        """One for the attempts of however many lines."""
        return AttemptSerializer(context=self.context)

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
                    "attempt": attempt and self._attempts.to_representation(attempt),
                }
            )
        return rows

    @extend_schema_field(LineRemarkSerializer(many=True))
    def get_remarks(self, line: Line) -> list[dict[str, Any]]:
        return remarks_on(line)
