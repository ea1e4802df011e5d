"""Short lists of text, stored in one column and edited as one line."""

from typing import Any

from django import forms
from django.db import models

#: Separates the items where a list is one line: in CSV and XLSX files and in forms.
SEPARATOR = "; "


def joined(items: list[str]) -> str:
    return SEPARATOR.join(items)


def split(line: str) -> list[str]:
    """The items of `line` in order, without duplicates; ； separates them too, as an input method types it."""
    return list(dict.fromkeys(item for part in line.replace("；", ";").split(";") if (item := part.strip())))


class TextListFormField(forms.CharField):
    """Edits a list as one line with semicolons between the items."""

    def prepare_value(self, value: Any) -> Any:
        return joined(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return split(super().to_python(value) or "")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return split(data or "") != list(initial or [])


class TextListField(models.JSONField):
    """A list of strings, empty by default."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": list, "blank": True, **kwargs})

    def formfield(self, **kwargs: Any) -> Any:
        return super(models.JSONField, self).formfield(**{"form_class": TextListFormField, **kwargs})
