"""The catalogue's filters, of the pages and of the API alike."""

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from itertools import compress
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field

from characters import search
from characters.models import Character, CharacterQuerySet, LookalikeGroup

_SPAN = re.compile(r"(\d{0,4})(?:(-)(\d{0,4}))?")
#: The place of what has no frequency or grade where characters are put in that order: behind all others.
_LAST = 9999
#: Columns that characters may be put in order by, by name.
ORDERS = {
    "position": "position",
    "strokes": "stroke_count",
    "grade": "grade",
    "frequency": "frequency",
    "jlpt": "jlpt",
}
#: Filters beside whose values stands how many characters they leave.
_COUNTED = ["script", "grade", "jlpt", "strokes", "radical", "frequency"]


class SpanField(forms.CharField):
    """A number or a span of numbers: 8, 5-8, 5- or -8, as (lowest, highest); either may be None."""

    def clean(self, value: Any) -> tuple[int | None, int | None] | None:
        text = super().clean(value).strip()
        if not text:
            return None
        found = _SPAN.fullmatch(text.replace("–", "-"))
        if not found or not (found[1] or found[3]):
            raise ValidationError(_("%(text)s is no number and no span such as 5-8.") % {"text": text}, "invalid_span")
        low = int(found[1]) if found[1] else None
        return (low, int(found[3]) if found[3] else None) if found[2] else (low, low)


@extend_schema_field(str)
class SpanFilter(django_filters.Filter):
    field_class = SpanField

    def filter(self, qs: Any, value: Any) -> Any:
        if value is None:
            return qs
        low, high = value
        if low is not None:
            qs = qs.filter(**{f"{self.field_name}__gte": low})
        return qs if high is None else qs.filter(**{f"{self.field_name}__lte": high})


class SearchField(forms.CharField):
    """Text that `characters.search` takes apart."""

    def clean(self, value: Any) -> search.Wanted:
        try:
            return search.parse(super().clean(value))
        except ValueError as error:
            raise ValidationError(str(error), "not_understood") from error


@extend_schema_field(str)
class SearchFilter(django_filters.Filter):
    field_class = SearchField

    def filter(self, qs: Any, value: search.Wanted) -> Any:
        return qs.search(value.words) if value.words else qs


class CharacterFilter(django_filters.FilterSet):
    """Several values of one field are any of them, several fields all of them.

    A field that `q` names (strokes:8) counts as if it were given itself.
    """

    q = SearchFilter(help_text="Character, reading in kana or romaji, meaning, code point, strokes:8")
    script = django_filters.MultipleChoiceFilter(choices=Character.Script.choices)
    grade = django_filters.MultipleChoiceFilter(choices=Character.Grade.choices)
    jlpt = django_filters.MultipleChoiceFilter(choices=Character.JLPT.choices)
    strokes = SpanFilter(field_name="stroke_count", help_text="A number, or a span: 5-8")
    radical = SpanFilter(help_text="Number of the classical radical, or a span")
    frequency = SpanFilter(help_text="Rank in newspapers, or a span: -500")
    lookalikes = django_filters.BooleanFilter(method="with_lookalikes", help_text="Has others that look alike")
    ordering = django_filters.ChoiceFilter(
        method="ordered",
        choices=[(sign + name, sign + name) for name in ORDERS for sign in ("", "-")],
        help_text="Unless told: by how well it fits `q`, else by place in the catalogue",
    )

    class Meta:
        model = Character
        fields: list[str] = []

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        data = (data or QueryDict()).copy()
        with suppress(ValueError):  # the form says what is wrong
            for name, value in search.parse(data.get("q", "")).fields.items():
                data.appendlist(name, value)
        super().__init__(data, *args, **kwargs)

    def filter_queryset(self, queryset: CharacterQuerySet) -> CharacterQuerySet:
        """The characters that all filters leave, in order."""
        kept = self._searched
        for name, value in self.form.cleaned_data.items():
            if name not in ("q", "ordering"):
                kept = self.filters[name].filter(kept, value)
        return self.ordered(kept, "ordering", self.form.cleaned_data["ordering"])

    def counts(self, name: str) -> dict[Any, int]:
        """For each value of the field that filter `name` is on, how many characters the other filters leave."""
        fit = [fits for other, fits in self._fitting.items() if other != name]
        column = self._columns[self.filters[name].field_name]
        return Counter(compress(column, map(all, zip(*fit, strict=True))) if fit else column)

    @cached_property
    def _searched(self) -> CharacterQuerySet:
        return self.filters["q"].filter(self.queryset, self.form.cleaned_data["q"])

    @cached_property
    def _columns(self) -> dict[str, Sequence[Any]]:
        """What is counted, of every character that was searched: one query for all counts."""
        names = ["literal", *(self.filters[name].field_name for name in _COUNTED)]
        rows = self._searched.order_by().values_list(*names)
        return dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())

    @cached_property
    def _fitting(self) -> dict[str, list[bool]]:
        """For each filter that is set, which of those characters it leaves, as `filter_queryset` asks the database."""
        fitting = {}
        for name in _COUNTED:
            if value := self.form.cleaned_data[name]:
                column = self._columns[self.filters[name].field_name]
                fitting[name] = [_fits(known, value) for known in column]
        if (wanted := self.form.cleaned_data["lookalikes"]) is not None:
            fitting["lookalikes"] = [(literal in self._alike) == wanted for literal in self._columns["literal"]]
        return fitting

    def with_lookalikes(self, queryset: CharacterQuerySet, name: str, value: bool) -> CharacterQuerySet:
        return queryset.filter(literal__in=self._alike) if value else queryset.exclude(literal__in=self._alike)

    @cached_property
    def _alike(self) -> set[str]:
        return set("".join(LookalikeGroup.objects.values_list("members", flat=True)))

    def ordered(self, queryset: CharacterQuerySet, name: str, value: str) -> CharacterQuerySet:
        """Every row has a place: `place` is never null, so that cursors can point at it."""
        if not value and self.form.cleaned_data["q"].words:
            common = Coalesce("frequency", _LAST)
            return queryset.annotate(place=F("rank") * (_LAST + 1) + common).order_by("place", "position")
        column = ORDERS[value.lstrip("-") or "position"]
        # What has no grade or rank stands last either way.
        place = Coalesce(-F(column) if value.startswith("-") else F(column), _LAST)
        return queryset.annotate(place=place).order_by("place", "position")


def _fits(known: Any, value: Any) -> bool:
    """Whether a filter's value, a list of choices or a span, leaves what has `known`."""
    if isinstance(value, list):
        return str(known) in value
    low, high = value
    return known is not None and (low is None or known >= low) and (high is None or known <= high)
