"""Short lists of text in one column, edited as one line."""

from typing import Any

from django import forms
from django.db import models

#: Between the items where a list is a line of text: in the committed file, in forms, in tables.
SEPARATOR = "; "


def joined(items: list[str]) -> str:
    return SEPARATOR.join(items)


def split(line: str) -> list[str]:
    """The items of `line`, each once, in order."""
    return list(dict.fromkeys(item for part in line.split(SEPARATOR.strip()) if (item := part.strip())))


class TextListFormField(forms.CharField):
    """A list as a line of text, its items separated by semicolons."""

    def prepare_value(self, value: Any) -> Any:
        return joined(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return split(super().to_python(value) or "")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return split(data or "") != list(initial or [])


class TextListField(models.JSONField):
    """A list of texts; none is an empty list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": list, "blank": True, **kwargs})

    def formfield(self, **kwargs: Any) -> Any:
        return super(models.JSONField, self).formfield(**{"form_class": TextListFormField, **kwargs})
