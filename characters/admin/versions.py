"""Refuses to save a form over a newer version of its row, and compares the two."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from characters.fields import joined


class VersionedForm(forms.ModelForm):
    """Carries the version of the row that it was made from."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "version" in self.fields:
            self.fields["version"].initial = version(self.instance)

    def clean(self) -> dict[str, Any] | None:
        """Raises ValidationError with a table of both versions if somebody has saved the row in the meantime."""
        cleaned = super().clean() or {}
        known = cleaned.get("version")
        if not (known and self.instance.pk):
            return cleaned
        stored = type(self.instance)._default_manager.select_for_update().filter(pk=self.instance.pk).first()
        if stored and version(stored) != known:
            # Saving once more is then a decision.
            data = cast(QueryDict, self.data).copy()
            data[self.add_prefix("version")] = version(stored)
            self.data = data
            raise ValidationError(self._compared(stored, cleaned), "newer")
        return cleaned

    def _compared(self, stored: Any, cleaned: dict[str, Any]) -> str:
        names = [name for name in self.fields if name in cleaned and hasattr(stored, name)]
        rows = [
            (capfirst(str(self.fields[name].label)), _shown(getattr(stored, name)), _shown(cleaned[name]))
            for name in names
            if getattr(stored, name) != cleaned[name]
        ]
        sentence = _(
            "Somebody has saved a newer version since you opened this page. Nothing of yours is saved yet. Below are "
            "the values that differ. Save again to replace them with yours, or discard your changes."
        )
        return format_html(
            '{}<table class="versions"><tr><td></td><th scope="col">{}</th><th scope="col">{}</th></tr>{}</table>'
            '<a href="">{}</a>',  # a reload would send the form again
            sentence,
            _("Saved now"),
            _("Your values"),
            format_html_join("", '<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>', rows),
            _("Discard my changes"),
        )


class Versioned:
    """An admin whose forms are VersionedForms."""

    form: type[forms.ModelForm] = VersionedForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The fieldsets with the version, which doesn't show, in the first."""
        first, *others = super().get_fieldsets(request, obj)  # type: ignore[misc]  # of the admin beside it
        fields = list(first[1]["fields"])
        if "version" not in fields and self.has_change_permission(request, obj):  # type: ignore[attr-defined]
            fields.append("version")
        return [(first[0], {**first[1], "fields": fields}), *others]


def version(row: Any) -> str:
    """What a save of `row` changes; empty for a row that isn't saved."""
    if row.pk is None:
        return ""
    modified = getattr(row, "modified_at", None) or getattr(row, "decided_at", None)
    return f"{modified.isoformat() if modified else '-'} {getattr(row, 'status', '')}".strip()


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return joined(value)
    return "–" if value in (None, "") else value
