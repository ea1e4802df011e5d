"""Attempts as JSON, in and out."""

from copy import copy
from dataclasses import asdict
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from characters.language import outside_sentence
from characters.models import Character, Exemplar
from characters.serializer_fields import LiteralField, LiteralsField, ScoreField, StrokeNumbersField
from characters.spelling import MAX_LENGTH, spelling
from ml import sandbox
from ml.ink import Refusal, WritingError
from ml.legibility import BANDS
from ml.result import alone_also
from ml.scripts import SCRIPTS, characters_of, is_choice
from scoring import remarks
from scoring.errors import ImageTooLarge, TooManyImages, UnusableImage
from scoring.fields import (
    AnyInkField,
    BoundedListField,
    BriefErrors,
    ExactTypesMixin,
    InkField,
    KeptFieldsMixin,
    PublicAddressField,
    SpelledTextField,
)
from scoring.models import MAX_AROUND, Attempt, Failure, Score
from scoring.reasons import Reason, Reasons

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_IMAGE_BYTES = sandbox.MAX_BYTES
MAX_SCRIPTS = 100
#: Attempts of one batch at most.
MAX_BATCH = 100
#: Codes of `Attempt.failure`.
FAILURES = [*Failure.values, *map(str, Refusal)]
#: Maximum age of a delayed attempt.
MAX_AGE = timedelta(days=30)
#: Seconds that an image waits for the reader while it reads others.
_PATIENCE = 2


class BoxField(serializers.ListField):
    """Left, top, width and height in an image, as fractions of its width and height, upright."""

    child = serializers.FloatField(min_value=0, max_value=1)

    def __init__(self, **options: Any) -> None:
        super().__init__(min_length=4, max_length=4, **options)


class CandidateSerializer(serializers.Serializer[dict[str, Any]]):
    character = LiteralField()
    confidence = serializers.FloatField(
        min_value=0,
        max_value=1,
        help_text=(
            "Probability of the character and its lookalikes together; in the context of the target and the text "
            "around it"
        ),
    )
    legibility = ScoreField(help_text="Legibility if it were the target")
    lookalikes = LiteralsField()

    alone = serializers.FloatField(
        min_value=0,
        max_value=1,
        help_text="Probability for a reader without context; the same as confidence if no target and no text is known",
    )


class RemarkSerializer(serializers.Serializer[dict[str, Any]]):
    """A remark on strokes."""

    code = serializers.ChoiceField(remarks.CODES)
    text = serializers.SerializerMethodField(help_text="A sentence in the requested language")
    strokes = StrokeNumbersField(help_text="Numbers of written strokes, from 1")
    reference = StrokeNumbersField(help_text="Numbers of reference strokes, from 1")
    where = serializers.ChoiceField(remarks.PLACES, allow_blank=True, help_text="Empty where the code says it all")

    def get_text(self, remark: dict[str, Any]) -> str:
        return remarks.text(remark)


class ReasonSerializer(serializers.Serializer[Reason]):
    """Why an attempt may be misread as a character."""

    character = LiteralField(help_text="One of misread_as")
    text = serializers.CharField(help_text="How readers tell the target from it")
    language = serializers.ChoiceField(
        settings.LANGUAGES, help_text="Language of text: the requested one, or en if it isn’t translated"
    )
    hint = serializers.CharField(
        allow_blank=True,
        help_text="A sentence that names the deciding strokes, in the requested language; may be empty",
    )
    strokes = StrokeNumbersField(
        help_text="Numbers of the written strokes that decide, from 1; empty if the strokes could not be matched",
    )
    reference = StrokeNumbersField(help_text="Numbers of the deciding strokes of the target’s reference, from 1")
    character_reference = StrokeNumbersField(help_text="The same of the character’s reference")


class ScoreSerializer(KeptFieldsMixin, serializers.ModelSerializer[Score]):
    """A score for the target."""

    legibility = ScoreField()
    form = ScoreField(
        allow_null=True, help_text="Null for letters, digits and images, and for strokes too unlike the reference"
    )
    band = serializers.ChoiceField([name for _lowest, name in BANDS], help_text="What both scores reach together")
    misread_as = LiteralsField(help_text="What readers may take it for instead, likeliest first")
    model = serializers.CharField(source="model_version", help_text="Version of the model")
    remarks = RemarkSerializer(many=True)
    notes = RemarkSerializer(
        many=True, help_text="Strokes that end differently from the school form; accepted, at no cost in form"
    )

    reasons = serializers.SerializerMethodField()

    class Meta:
        model = Score
        fields = ["legibility", "form", "band", "misread_as", "reasons", "remarks", "notes", "model"]

    @cached_property
    def _reasons(self) -> Reasons:
        """One for however many scores."""
        return Reasons()

    @extend_schema_field(ReasonSerializer(many=True))
    def get_reasons(self, score: Score) -> list[dict[str, Any]]:
        return [asdict(reason) for reason in self._reasons.of(score)]


@extend_schema_field({"type": "string", "format": "character", "minLength": 1, "maxLength": MAX_LENGTH})
class TargetField(BriefErrors, serializers.SlugRelatedField[Character]):
    """A character of the catalogue, by itself, in any of its spellings."""

    default_error_messages = {
        "does_not_exist": _("{value} is not in the catalogue."),
        "blank": serializers.CharField.default_error_messages["blank"],
    }

    #: The characters found so far, by literal, with nothing else of their rows. The catalogue loses none.
    _found: ClassVar[dict[str, Character]] = {}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="literal", queryset=Character.objects.only("literal"), **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data == "":  # which the base class takes for null, as forms send it
            self.fail("blank")
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Character:
        if not isinstance(data, str):
            self.fail("does_not_exist", value=data)
        # PostgreSQL can't even look for NUL.
        if len(data) > MAX_LENGTH or "\0" in data:
            self.fail("does_not_exist", value=data)
        literal = spelling(data)
        if literal not in self._found:
            if sentence := outside_sentence(literal):
                raise serializers.ValidationError(sentence, "does_not_exist")
            self._found[literal] = super().to_internal_value(literal)
        return copy(self._found[literal])


class ScriptsField(serializers.ListField):
    """Scripts and characters of the catalogue, each once."""

    child = serializers.CharField(max_length=MAX_LENGTH)
    default_error_messages = {
        "malformed": _("“scripts” must be a list of names."),
        "too_many_scripts": _("You can name at most {most} scripts or characters."),
        "unknown_script": _("Each must be one of {names} or a character in the catalogue."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MAX_SCRIPTS, **options)

    def to_internal_value(self, names: Any) -> list[str]:
        if not isinstance(names, list):
            self.fail("malformed")
        if len(names) > MAX_SCRIPTS:
            self.fail("too_many_scripts", most=MAX_SCRIPTS)
        if not all(isinstance(name, str) for name in names):
            self.fail("malformed")
        spelt = [spelling(name) if len(name) <= MAX_LENGTH else name for name in names]
        if not all(map(is_choice, spelt)):
            self.fail("unknown_script", names=", ".join(SCRIPTS))
        return list(dict.fromkeys(spelt))


def check_among(scripts: list[str], target: Character | None) -> None:
    """Raise ValidationError unless `target` is among the characters that `scripts` stand for."""
    if scripts and target and target.literal not in characters_of(scripts):
        raise serializers.ValidationError(
            {"target": [_("%(target)s does not belong to the chosen scripts.") % {"target": target}]},
            "target_not_among",
        )


class AttemptSerializer(KeptFieldsMixin, serializers.ModelSerializer[Attempt]):
    """An attempt with its newest score."""

    # `context` may have `fields`, the names of those that are wanted, and `ink`, False to leave the ink out.
    #: The fields that are read from its scores.
    OF_SCORES = {"candidates", "alone_also", "score", "known", "excluded"}

    failure = serializers.ChoiceField(
        FAILURES, allow_blank=True, help_text="Why it couldn’t be scored; empty unless its status is `failed`"
    )
    target = LiteralField(source="target.literal", default=None, allow_null=True, help_text="What the writer meant")
    scripts = ScriptsField(help_text="What may compete; empty for all")
    candidates = serializers.SerializerMethodField(help_text="Likeliest first; empty until it is scored")
    alone_also = serializers.SerializerMethodField()
    score = ScoreSerializer(allow_null=True, help_text="Null until it is scored, and without a target")
    known = serializers.SerializerMethodField(help_text="Whether it looks like any character; null until it is scored")
    excluded = serializers.SerializerMethodField()
    ink = serializers.SerializerMethodField()
    image = serializers.SerializerMethodField(help_text="Address of the uploaded image; null for ink")
    exemplar = serializers.ChoiceField(
        Exemplar.Status.choices,
        source="exemplar.status",
        read_only=True,
        allow_null=True,
        help_text="State as an example; null if it wasn't offered",
    )
    shared_url = PublicAddressField(
        read_only=True, allow_null=True, help_text="Address of its public page; null while it isn't shared"
    )

    class Meta:
        model = Attempt
        fields = [
            "id",
            "status",
            "failure",
            "written_at",
            "saw_reference",
            "target",
            "before",
            "after",
            "line",
            "position",
            "scripts",
            "candidates",
            "alone_also",
            "score",
            "known",
            "excluded",
            "ink",
            "image",
            "exemplar",
            "shared_url",
        ]

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        wanted = self.context.get("fields", fields)
        return {name: field for name, field in fields.items() if name in wanted}

    @extend_schema_field(InkField(allow_null=True, help_text="Null for an image, and with `ink=false`"))
    def get_ink(self, attempt: Attempt) -> Any:
        return attempt.ink if self.context.get("ink", True) else None

    @extend_schema_field(CandidateSerializer(many=True))
    def get_candidates(self, attempt: Attempt) -> list[dict[str, Any]]:
        judgement = attempt.newest_score
        # Scores of before the script prior don't know the probability without context: there was no other.
        return [{"alone": c["confidence"], **c} for c in judgement.candidates] if judgement else []

    @extend_schema_field(
        LiteralsField(
            help_text="Likely characters of other scripts, for a reader without context; likeliest first",
        )
    )
    def get_alone_also(self, attempt: Attempt) -> list[str]:
        score = attempt.newest_score
        # The attempt's target is loaded already, unlike the score's.
        is_for_target = score and attempt.target and score.target_id == attempt.target_id
        target = attempt.target.literal if is_for_target and attempt.target else None
        return alone_also(score.candidates, target) if score else []

    def get_known(self, attempt: Attempt) -> bool | None:
        judgement = attempt.newest_score
        return judgement.known if judgement else None

    @extend_schema_field(
        CandidateSerializer(
            allow_null=True, help_text="The character that a reader would see, if `scripts` exclude it; usually null"
        )
    )
    def get_excluded(self, attempt: Attempt) -> dict[str, Any] | None:
        judgement = attempt.newest_score
        return judgement.excluded if judgement and attempt.scripts else None

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_image(self, attempt: Attempt) -> str | None:
        path = reverse("attempt-image", args=[attempt.pk])
        return self.context["request"].build_absolute_uri(path) if attempt.image else None


class ShownSerializer(serializers.Serializer[Any]):
    """What an answer has of each attempt."""

    fields = serializers.ListField(  # type: ignore[assignment]  # DRF takes it out of the class
        child=serializers.ChoiceField(AttemptSerializer.Meta.fields),
        required=False,
        help_text="The fields to answer, one each time: `fields=id&fields=score`; all by default. "
        "The answer then lacks the others, although `Attempt` requires them",
    )
    ink = serializers.BooleanField(default=True, help_text="False answers null for the ink")


class DelayedSerializer(KeptFieldsMixin, ExactTypesMixin, serializers.Serializer[dict[str, Any]]):
    """Requests that may arrive some time after the writing: `age` says how long."""

    age = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=MAX_AGE // timedelta(milliseconds=1),
        help_text=f"Milliseconds since it was written, for a delayed attempt; at most {MAX_AGE.days} days",
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """The age becomes `written_at`."""
        if "age" in given:
            given["written_at"] = timezone.now() - timedelta(milliseconds=given.pop("age"))
        return given


class AttemptInputSerializer(DelayedSerializer):
    """The options of an attempt, sent as ink or as an image."""

    target = TargetField(required=False, allow_null=True)
    scripts = ScriptsField(
        required=False,
        help_text=f"What may compete: {', '.join(SCRIPTS)}, or single characters",
    )
    before = SpelledTextField(
        required=False,
        allow_blank=True,
        max_length=MAX_AROUND,
        help_text=f"Text before it, at most {MAX_AROUND} characters; its reader expects what fits there",
    )
    after = SpelledTextField(
        required=False, allow_blank=True, max_length=MAX_AROUND, help_text="Text after it, in the same way"
    )
    saw_reference = serializers.BooleanField(
        required=False,
        help_text=(
            "The writer could see how the character is written, before or while writing; a review is then rated Hard "
            "at best"
        ),
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        check_among(given.get("scripts", []), given.get("target"))
        return super().validate(given)


class InkSerializer(AttemptInputSerializer):
    """An attempt as ink."""

    ink = AnyInkField()
    pen_width = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=1000)


class BatchSerializer(serializers.Serializer[dict[str, Any]]):
    """Several attempts as ink."""

    attempts = BoundedListField(child=InkSerializer(), allow_empty=False, max_length=MAX_BATCH)


class ImageSerializer(AttemptInputSerializer):
    """An attempt as a PNG, JPEG or WebP."""

    image = serializers.FileField(allow_empty_file=True)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """The image becomes `photo`, a file. Raises ImageTooLarge, TooManyImages or UnusableImage."""
        super().validate(given)
        upload = given.pop("image")
        read_image(upload)
        return {**given, "photo": upload}


def read_image(upload: Any, *, is_line: bool = False) -> "NDArray[np.uint8]":
    """The ink of an uploaded image, as `ml.photo.read` returns it.

    Raises ImageTooLarge, TooManyImages or UnusableImage.
    """
    if upload.size > MAX_IMAGE_BYTES:
        raise ImageTooLarge
    try:
        return sandbox.read(upload, _PATIENCE, is_line=is_line)
    except sandbox.Busy as error:
        raise TooManyImages from error
    except WritingError as error:
        raise UnusableImage(error) from error


class TargetSerializer(serializers.Serializer[dict[str, Any]]):
    """The target, and what may compete with it."""

    target = TargetField()
    scripts = ScriptsField(
        required=False, help_text="What may compete from now on; unchanged if left out or if the target is the same"
    )


class MilestonesSerializer(serializers.Serializer[dict[str, Any]]):
    """Some of the caller's attempts with a score; null where there are none."""

    first = AttemptSerializer(allow_null=True)
    best = AttemptSerializer(allow_null=True, help_text="The most legible; the latest of several")
    latest = AttemptSerializer(allow_null=True)
