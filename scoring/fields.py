"""Fields of serializers whose work and messages stay small, whatever a request contains."""

from typing import Any, NoReturn

from rest_framework import serializers

from characters.quoting import quoted
from characters.spelling import spelling
from ml.ink import WritingError, check
from scoring.errors import MAX_ERRORS, plainly


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

    #: Characters sent for each one that is left: combining marks and characters that don't show.
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

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)
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


class InkField(serializers.JSONField):
    """Ink, checked by `ml.ink.check`. Other keys than width, height and strokes are left out."""

    def to_internal_value(self, ink: Any) -> dict[str, Any]:
        try:
            check(ink)
        except WritingError as error:
            raise serializers.ValidationError(plainly(error), error.code) from error
        return {key: ink[key] for key in ("width", "height", "strokes")}
