"""Attempts as JSON, in and out."""

from dataclasses import asdict
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from characters.language import outside_sentence
from characters.models import Character, Exemplar
from characters.spelling import MAX_LENGTH, spelling
from ml import sandbox
from ml.ink import WritingError
from ml.result import alone_also
from ml.scripts import SCRIPTS, characters_of, is_choice
from scoring import remarks
from scoring.errors import ImageTooLarge, TooManyImages, UnusableImage
from scoring.fields import BoundedListField, BriefErrors, InkField
from scoring.models import Attempt, Score
from scoring.reasons import Reason, Reasons

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_IMAGE_BYTES = sandbox.MAX_BYTES
MAX_SCRIPTS = 100
#: Attempts of one batch at most.
MAX_BATCH = 100
#: Maximum age of a delayed attempt.
MAX_AGE = timedelta(days=30)
#: Seconds that an image waits for the reader while it reads others.
_PATIENCE = 2


class CandidateSerializer(serializers.Serializer[dict[str, Any]]):
    character = serializers.CharField()
    confidence = serializers.FloatField(help_text="Probability of the character and its lookalikes together, 0 to 1")
    legibility = serializers.IntegerField(help_text="Legibility if it were the target, 0 to 100")
    lookalikes = serializers.ListField(child=serializers.CharField())

    alone = serializers.FloatField(
        min_value=0,
        max_value=1,
        help_text="Probability for a reader without context; the same as confidence unless the target is known",
    )


class RemarkSerializer(serializers.Serializer[dict[str, Any]]):
    """A remark on strokes."""

    code = serializers.CharField()
    text = serializers.SerializerMethodField(help_text="A sentence in the requested language")
    strokes = serializers.ListField(child=serializers.IntegerField(), help_text="Numbers of written strokes, from 1")
    reference = serializers.ListField(
        child=serializers.IntegerField(), help_text="Numbers of reference strokes, from 1"
    )
    where = serializers.CharField(help_text="left, right, up, down, top, bottom, or empty")

    def get_text(self, remark: dict[str, Any]) -> str:
        return remarks.text(remark)


class ReasonSerializer(serializers.Serializer[Reason]):
    """Why an attempt may be misread as a character."""

    character = serializers.CharField(help_text="One of misread_as")
    text = serializers.CharField(help_text="How readers tell the target from it")
    language = serializers.CharField(help_text="Language of text: the requested one, or en if it isn’t translated")
    hint = serializers.CharField(
        allow_blank=True,
        help_text="A sentence that names the deciding strokes, in the requested language; may be empty",
    )
    strokes = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Numbers of the written strokes that decide, from 1; empty if the strokes could not be matched",
    )
    reference = serializers.ListField(
        child=serializers.IntegerField(), help_text="Numbers of the deciding strokes of the target’s reference, from 1"
    )
    character_reference = serializers.ListField(
        child=serializers.IntegerField(), help_text="The same of the character’s reference"
    )


class ScoreSerializer(serializers.ModelSerializer[Score]):
    model = serializers.CharField(source="model_version")
    remarks = RemarkSerializer(many=True)
    notes = RemarkSerializer(
        many=True, help_text="How strokes end otherwise than in the school form; accepted, and costs no form"
    )

    reasons = serializers.SerializerMethodField()

    class Meta:
        model = Score
        fields = ["legibility", "form", "band", "misread_as", "reasons", "remarks", "notes", "model"]
        extra_kwargs = {
            "form": {
                "help_text": "0 to 100; null for letters, digits and images, and for strokes too unlike the reference"
            }
        }

    @cached_property
    def _reasons(self) -> Reasons:
        """One for however many scores."""
        return Reasons()

    @extend_schema_field(ReasonSerializer(many=True))
    def get_reasons(self, score: Score) -> list[dict[str, Any]]:
        return [asdict(reason) for reason in self._reasons.of(score)]


class TargetField(BriefErrors, serializers.SlugRelatedField[Character]):
    """A character of the catalogue, by itself, in any of its spellings."""

    default_error_messages = {"does_not_exist": _("{value} is not in the catalogue.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="literal", queryset=Character.objects.only("literal"), **kwargs)

    def to_internal_value(self, data: Any) -> Character:
        if not isinstance(data, str | int | float):
            self.fail("does_not_exist", value=data)
        text = str(data)
        # PostgreSQL can't even look for NUL.
        if len(text) > MAX_LENGTH or "\0" in text:
            self.fail("does_not_exist", value=text)
        if sentence := outside_sentence(spelling(text)):
            raise serializers.ValidationError(sentence, "does_not_exist")
        return super().to_internal_value(spelling(text))


class ScriptsField(serializers.ListField):
    """Scripts and characters of the catalogue, each once."""

    child = serializers.CharField()
    default_error_messages = {
        "malformed": _("“scripts” must be a list of names."),
        "too_many_scripts": _("You can name at most {most} scripts or characters."),
        "unknown_script": _("Each must be one of {names} or a character in the catalogue."),
    }

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
    """Raise ValidationError when `target` is none of those that `scripts` stand for."""
    if scripts and target and target.literal not in characters_of(scripts):
        raise serializers.ValidationError(
            {"target": [_("%(target)s does not belong to the chosen scripts.") % {"target": target}]},
            "target_not_among",
        )


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    """An attempt with its newest score."""

    target: serializers.SlugRelatedField[Character] = serializers.SlugRelatedField(
        slug_field="literal", read_only=True, allow_null=True
    )
    scripts = ScriptsField()
    candidates = serializers.SerializerMethodField()
    alone_also = serializers.SerializerMethodField()
    score = ScoreSerializer(allow_null=True)
    known = serializers.SerializerMethodField()
    excluded = serializers.SerializerMethodField()
    image = serializers.SerializerMethodField()
    exemplar = serializers.ChoiceField(
        Exemplar.Status.choices,
        source="exemplar.status",
        read_only=True,
        allow_null=True,
        help_text="State as an example; null if it wasn't offered",
    )
    shared_url = serializers.CharField(
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

    @extend_schema_field(CandidateSerializer(many=True))
    def get_candidates(self, attempt: Attempt) -> list[dict[str, Any]]:
        judgement = attempt.newest_score
        # Scores of before the script prior don't know the probability without context: there was no other.
        return [{"alone": c["confidence"], **c} for c in judgement.candidates] if judgement else []

    @extend_schema_field(
        serializers.ListField(
            child=serializers.CharField(),
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

    def get_image(self, attempt: Attempt) -> str | None:
        return reverse("attempt-image", args=[attempt.pk]) if attempt.image else None


class AttemptInputSerializer(serializers.Serializer[dict[str, Any]]):
    """The options of an attempt, sent as ink or as an image."""

    target = TargetField(required=False, allow_null=True)
    scripts = ScriptsField(
        required=False,
        help_text=f"What may compete: {', '.join(SCRIPTS)}, or single characters; at most {MAX_SCRIPTS}",
    )
    saw_reference = serializers.BooleanField(
        required=False,
        help_text=(
            "The writer could see how the character is written, before or while writing; a review is then rated Hard "
            "at best"
        ),
    )
    age = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=MAX_AGE // timedelta(milliseconds=1),
        help_text=f"Milliseconds since it was written, for a delayed attempt; at most {MAX_AGE.days} days",
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """The age becomes `written_at`."""
        check_among(given.get("scripts", []), given.get("target"))
        if "age" in given:
            given["written_at"] = timezone.now() - timedelta(milliseconds=given.pop("age"))
        return given


class InkSerializer(AttemptInputSerializer):
    """An attempt as ink."""

    ink = InkField(help_text='{"width", "height", "strokes": [[[x, y, t], …], …]}: CSS pixels, ms from the first point')
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


def read_image(upload: Any) -> "NDArray[np.uint8]":
    """The ink of an uploaded image, as `ml.photo.read` returns it.

    Raises ImageTooLarge, TooManyImages or UnusableImage.
    """
    if upload.size > MAX_IMAGE_BYTES:
        raise ImageTooLarge
    try:
        return sandbox.read(upload, _PATIENCE)
    except sandbox.Busy as error:
        raise TooManyImages from error
    except WritingError as error:
        raise UnusableImage(error) from error


class ErrorSerializer(serializers.Serializer[dict[str, Any]]):
    """Why a request was refused."""

    detail = serializers.CharField(help_text="In the requested language")
    code = serializers.CharField()


@extend_schema_field(
    {"type": "array", "items": {"allOf": [{"$ref": "#/components/schemas/Attempt"}], "nullable": True}}
)
class _BatchRemains(serializers.ListField):
    """For the schema, which can't say by itself that an item may be null."""


class DeletedSerializer(ErrorSerializer):
    """Why a repeated request finds nothing, or not all."""

    attempts = _BatchRemains(
        required=False, help_text="Of a batch: its attempts in their order, null where one has been deleted"
    )


class RefusedImageSerializer(serializers.Serializer[dict[str, Any]]):
    """Why an image was refused."""

    message = serializers.CharField(help_text="In the requested language")
    code = serializers.CharField(
        help_text=(
            "`nothing_written`, `several_characters`, `too_many_pixels`, `too_many_pixels_for_format`, "
            "`unreadable_image` or `unknown_image_format`"
        )
    )
    positions = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(min_value=0, max_value=1), min_length=4, max_length=4),
        help_text=(
            "Of each character found, where there are several: left, top, width and height, as fractions of the "
            "image's width and height, upright"
        ),
    )


class ImageErrorsSerializer(serializers.Serializer[dict[str, Any]]):
    """The errors of an attempt that was sent as an image."""

    image = RefusedImageSerializer(many=True, required=False)


class RefusalSerializer(serializers.Serializer[dict[str, Any]]):
    """Why a request was refused."""

    detail = serializers.CharField(help_text="A sentence in the requested language")
    code = serializers.CharField()


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
