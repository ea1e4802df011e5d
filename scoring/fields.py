"""Fields of serializers whose work and messages stay small, whatever a request contains."""

from collections.abc import Iterator
from copy import copy
from typing import Any, NoReturn, cast

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.utils import html

from characters.quoting import quoted
from characters.spelling import spelling
from ml.ink import MAX_LINE_POINTS, MAX_LINE_STROKES, MAX_POINTS, MAX_STROKES, Refusal, WritingError, check
from scoring.errors import MAX_ERRORS, plainly
from scoring.ink_formats import FORMATS, OWN, formats_of


class BriefErrors(serializers.Field):
    """A field whose messages quote at most the beginning of a value."""

    def fail(self, key: str, **values: Any) -> NoReturn:
        super().fail(key, **{name: quoted(value) for name, value in values.items()})


class BriefChoiceField(BriefErrors, serializers.ChoiceField):
    """A choice, which is text or a number."""

    def to_internal_value(self, choice: Any) -> Any:
        if not isinstance(choice, str | int):
            self.fail("invalid_choice", input=choice)
        return super().to_internal_value(choice)


class SpelledTextField(BriefErrors, serializers.CharField):
    """Text as the catalogue spells it, of at most `max_length` characters."""

    #: Most characters that may be sent for each that is kept; combining marks and invisible characters are dropped.
    _SENT = 8

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)
        self.most = max_length

    def to_internal_value(self, text: Any) -> str:
        if isinstance(text, str) and len(text) > self._SENT * self.most:
            raise serializers.ValidationError(
                self.error_messages["max_length"].format(max_length=self.most), "max_length"
            )
        return spelling(super().to_internal_value(text))


class BoundedListField(serializers.ListField):
    """A list whose length is checked before its items. Validation stops after MAX_ERRORS invalid items."""

    def __init__(self, *, max_length: int, allow_empty: bool = True, **options: Any) -> None:
        least = None if allow_empty else 1  # for the schema
        super().__init__(max_length=max_length, min_length=least, allow_empty=allow_empty, **options)
        self.most = max_length

    def to_internal_value(self, items: Any) -> list[Any]:
        if isinstance(items, list) and len(items) > self.most:
            self.fail("max_length", max_length=self.most)
        return super().to_internal_value(items)

    def run_child_validation(self, items: Any) -> list[Any]:
        values: list[Any] = []
        errors: dict[Any, Any] = {}
        for index, item in enumerate(items):
            try:
                values.append(self.child.run_validation(item))
            except serializers.ValidationError as error:
                errors[index] = error.detail
                if len(errors) == MAX_ERRORS:
                    break
        if errors:
            raise serializers.ValidationError(errors)
        return values


class KeptFieldsMixin:
    """A serializer whose fields are made once in each process: making them takes ten times as long as using them.

    The items of its lists are shared between requests, so serializers of items mustn't use the context.
    """

    def get_fields(self) -> dict[str, serializers.Field]:
        kind = type(self)
        if kind not in _made:
            _made[kind] = super().get_fields()  # type: ignore[misc]
        return {name: copy(field) for name, field in _made[kind].items()}


#: The fields of each such class, not bound to a serializer.
_made: dict[type, dict[str, serializers.Field]] = {}


#: The types of JSON that fields take. DRF would take 0 for text or for false, and "1" for a number.
_TYPES: list[tuple[type[serializers.Field], tuple[type, ...]]] = [
    (serializers.CharField, (str,)),
    (serializers.BooleanField, (bool,)),
    (serializers.IntegerField, (int,)),
    (serializers.FloatField, (int, float)),
]


class ExactTypesMixin:
    """A serializer that refuses values in JSON of another type than its fields have. A form has only text."""

    def to_internal_value(self, data: Any) -> Any:
        wrong = {} if html.is_html_input(data) or not isinstance(data, dict) else dict(self._wrong(data))
        try:
            value = super().to_internal_value(data)  # type: ignore[misc]
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**cast(dict[str, Any], error.detail), **wrong}) from error
        if wrong:
            raise serializers.ValidationError(wrong)
        return value

    def _wrong(self, data: dict[str, Any]) -> Iterator[tuple[str, list[serializers.ErrorDetail]]]:
        for field in self._writable_fields:  # type: ignore[attr-defined]
            value = data.get(field.field_name)
            kinds = next((kinds for kind, kinds in _TYPES if isinstance(field, kind)), None)
            if value is not None and kinds and type(value) not in kinds:
                sentence = _("This has another type than the API’s schema says.")
                yield field.field_name, [serializers.ErrorDetail(sentence, "incorrect_type")]


class ChangeMixin(ExactTypesMixin):
    """A serializer that refuses a partial update which names none of its fields."""

    partial: bool

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if self.partial and not given:
            raise serializers.ValidationError(_("Name at least one field to change."), "nothing_to_change")
        return given


class PublicAddressField(serializers.URLField):
    """The address of a page that anyone can open: a path in the program, in answers an address under SITE_URL."""

    def to_representation(self, path: Any) -> str:
        return f"{settings.SITE_URL}{path}"


@extend_schema_field({"$ref": "#/components/schemas/Ink"})
class InkField(serializers.JSONField):
    """Ink in the site's own format, as all answers give it."""


@extend_schema_field({"$ref": "#/components/schemas/AnyInk"})
class AnyInkField(InkField):
    """Ink in any of the formats, which becomes the site's own. Members that mean nothing are left out."""

    default_error_messages = {"several_formats": gettext_lazy("Send the strokes in one format only: {names}.")}
    max_strokes, max_points = MAX_STROKES, MAX_POINTS

    def to_internal_value(self, ink: Any) -> dict[str, Any]:
        name, *others = formats_of(ink) or [OWN]
        if others:
            self.fail("several_formats", names=", ".join([name, *others]))
        if name != OWN:
            ink = {**ink, OWN: self._strokes(name, ink[name])}
        try:
            check(ink, self.max_strokes, self.max_points)
        except WritingError as error:
            raise serializers.ValidationError(self._why(error), error.code) from error
        return {key: ink[key] for key in ("width", "height", OWN)}

    def _strokes(self, name: str, member: Any) -> list[Any]:
        """The strokes of the ink's member `name` in the site's format."""
        try:
            return FORMATS[name].read(member, self.max_points)
        except WritingError as error:
            why = FORMATS[name].rule if error.code == Refusal.MALFORMED else self._why(error)
            raise serializers.ValidationError({name: [str(why)]}, error.code) from error

    def _why(self, error: WritingError) -> str:
        return plainly(error, strokes=self.max_strokes, points=self.max_points)


class AnyLineInkField(AnyInkField):
    """Ink of a free line, which has several characters."""

    max_strokes, max_points = MAX_LINE_STROKES, MAX_LINE_POINTS
