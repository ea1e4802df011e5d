"""The catalogue's filters, for the pages and the API."""

import re
import unicodedata
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
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field

from characters import search
from characters.models import Character, CharacterQuerySet, LookalikeGroup
from characters.quoting import quoted

_RANGE = re.compile(r"(\d{0,4})(?:(-)(\d{0,4}))?")
#: Other ways to write a range with one end.
_COMPARED = re.compile(r"([<>]=?)(\d{1,4})|(\d{1,4})(\+)")
_BETWEEN = re.compile(r"[–—~〜～]|\.\.")
#: Several choices at once, as in grade:1-3.
_CHOICES = re.compile(r"(\d{1,2})-(\d{1,2})")
#: Sort value of characters without a frequency or grade, which come last.
_LAST = 9999
#: Columns to order by, by the name that the API uses.
ORDERS = {
    "position": "position",
    "strokes": "stroke_count",
    "grade": "grade",
    "frequency": "frequency",
    "jlpt": "jlpt",
    "n_level": "n_level",
}
#: Filters whose options show the number of characters they match.
_COUNTED = ["script", "grade", "n_level", "jlpt", "strokes", "radical", "frequency"]

#: The schema of a text, which is neither empty nor contains NUL.
TEXT = {"type": "string", "minLength": 1, "pattern": r"^[^\u0000]+$"}
#: Django's message about an unknown choice that doesn't quote it.
_WITHOUT_VALUE = {"invalid_choice": forms.ModelChoiceField.default_error_messages["invalid_choice"]}


def as_range(text: str) -> str:
    """`text` with >20, >=20, <20, <=20, 20+ and 5〜8 written as 21-, 20-, -19, -20, 20- and 5-8."""
    text = _BETWEEN.sub("-", "".join(unicodedata.normalize("NFKC", text).split()))
    if not (found := _COMPARED.fullmatch(text)):
        return text
    sign, number = found[1] or found[4], int(found[2] or found[3])
    return {">": f"{number + 1}-", "<": f"-{number - 1}", "<=": f"-{number}"}.get(sign, f"{number}-")


class RangeField(forms.CharField):
    """A number or a range, 8, 5-8, 5-, -8, >8, as (lowest, highest); None is an open end."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        found = _RANGE.fullmatch(as_range(text))
        if not found or not (found[1] or found[3]):
            return self.other(text)
        low = int(found[1]) if found[1] else None
        return (low, int(found[3]) if found[3] else None) if found[2] else (low, low)

    def other(self, text: str) -> Any:
        """The value of a text that is no range. Raises ValidationError."""
        raise ValidationError(
            _("“%(text)s” can’t be read as a number. Write one such as 8, or a range such as 5-8 or >20."),
            "invalid_span",
            {"text": quoted(text)},
        )


class RadicalField(RangeField):
    """A range of radicals, or a radical by its glyph or a name, as a list of numbers."""

    def other(self, text: str) -> list[str]:
        if numbers := search.radicals(text):
            return [str(number) for number in numbers]
        if any(sign.isdigit() for sign in text):
            super().other(text)
        raise ValidationError(
            _(
                "No radical is called “%(text)s”. Write its number from 1 to 214, its character or its name, "
                "such as 85, 氵, さんずい or water."
            ),
            "unknown_radical",
            {"text": quoted(text)},
        )


@extend_schema_field({"type": "string", "pattern": r"^(\d{1,4}(-\d{0,4}|\+)?|-\d{1,4}|[<>]=?\d{1,4})$"})
class RangeFilter(django_filters.Filter):
    field_class = RangeField

    def filter(self, qs: Any, value: Any) -> Any:
        if value is None:
            return qs
        if isinstance(value, list):
            return qs.filter(**{f"{self.field_name}__in": value})
        low, high = value
        if low is not None:
            qs = qs.filter(**{f"{self.field_name}__gte": low})
        return qs if high is None else qs.filter(**{f"{self.field_name}__lte": high})


@extend_schema_field(TEXT)
class RadicalFilter(RangeFilter):
    field_class = RadicalField


class SearchField(forms.CharField):
    """A search, parsed by `characters.search`."""

    def clean(self, value: Any) -> search.Query:
        try:
            return search.parse(super().clean(value))
        except search.SearchError as error:
            # django-filter formats every message, and this one may quote a percent sign.
            raise ValidationError("%(sentence)s", "not_understood", {"sentence": str(error)}) from error


@extend_schema_field(TEXT)
class SearchFilter(django_filters.Filter):
    field_class = SearchField

    def filter(self, qs: Any, value: search.Query) -> Any:
        return qs.search(value.words) if value.words else qs


class AnyOfFilter(django_filters.MultipleChoiceFilter):
    """Accepts several choices. Its message lists them and doesn't quote any other value."""

    def __init__(self, **options: Any) -> None:
        choices = ", ".join(str(value) for value, label in options["choices"])
        message = format_lazy(gettext_lazy("Choose one of these: {choices}."), choices=choices)
        # Not distinct: the filters are on columns of the character itself, so no row comes twice.
        super().__init__(error_messages={"invalid_choice": message}, distinct=False, **options)
        values = [value for value, label in options["choices"] if value is not None]
        kind = "integer" if isinstance(values[0], int) else "string"
        extend_schema_field({"type": kind, "enum": values})(self)


class TrueOrFalseField(forms.NullBooleanField):
    """`true` or `false`; None for anything else."""

    widget = forms.TextInput  # Django's own takes 2 for true

    def to_python(self, value: Any) -> bool | None:  # type: ignore[override]
        return {"true": True, "false": False}.get(str(value).casefold())


class TrueOrFalseFilter(django_filters.BooleanFilter):
    field_class = TrueOrFalseField


class CharacterFilter(django_filters.FilterSet):
    """Combines the values of one field with OR, the fields with AND.

    A field in `q`, such as strokes:8, acts as if the request had that parameter.
    """

    q = SearchFilter(help_text="Character, reading in kana or romaji, meaning, code point, strokes:8")
    script = AnyOfFilter(choices=Character.Script.choices)
    grade = AnyOfFilter(choices=Character.Grade.choices)
    jlpt = AnyOfFilter(choices=Character.JLPT.choices, help_text="Level of the test before 2010, 4 (easiest) to 1")
    n_level = AnyOfFilter(
        choices=Character.NLevel.choices, help_text="JLPT level in unofficial lists, 5 (N5, easiest) to 1"
    )
    strokes = RangeFilter(field_name="stroke_count", help_text="A number or a range: 5-8, >20")
    radical = RadicalFilter(help_text="The classical radical: its number, a range, its character or its name")
    frequency = RangeFilter(help_text="Rank by frequency in newspapers, or a range: -500")
    lookalikes = TrueOrFalseFilter(method="filter_lookalikes", help_text="True for characters that have lookalikes")
    ordering = django_filters.ChoiceFilter(
        method="ordered",
        choices=[(sign + name, sign + name) for name in ORDERS for sign in ("", "-")],
        error_messages=_WITHOUT_VALUE,
        help_text="Default: best match first with `q`, otherwise catalogue order",
    )

    class Meta:
        model = Character
        fields: list[str] = []

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        data = (data or QueryDict()).copy()
        with suppress(search.SearchError):  # the field `q` reports it
            for name, value in search.parse(data.get("q", "")).fields.items():
                for one in _each(value) if name in ("grade", "jlpt", "n_level") else [value]:
                    data.appendlist(name, one)
        super().__init__(data, *args, **kwargs)

    def filter_queryset(self, queryset: CharacterQuerySet) -> CharacterQuerySet:
        """The characters that match all filters, in order, each with its `sort_value`."""
        kept = self._searched
        for name, value in self.form.cleaned_data.items():
            if name not in ("q", "ordering"):
                kept = self.filters[name].filter(kept, value)
        return self.ordered(kept, "ordering", self.form.cleaned_data["ordering"])

    def counts(self, name: str) -> dict[Any, int]:
        """For each value of the field of filter `name`, the number of characters that match all other filters."""
        matches = [match for other, match in self._matches.items() if other != name]
        column = self._columns[self.filters[name].field_name]
        return Counter(compress(column, map(all, zip(*matches, strict=True))) if matches else column)

    @cached_property
    def _searched(self) -> CharacterQuerySet:
        return self.filters["q"].filter(self.queryset, self.form.cleaned_data["q"])

    @cached_property
    def _columns(self) -> dict[str, Sequence[Any]]:
        """The counted columns of every character that matches `q`: one query for all counts."""
        names = ["literal", *(self.filters[name].field_name for name in _COUNTED)]
        rows = self._searched.order_by().values_list(*names)
        return dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())

    @cached_property
    def _matches(self) -> dict[str, list[bool]]:
        """For each active filter, whether each of those characters matches; the same rules as `filter_queryset`."""
        matches = {}
        for name in _COUNTED:
            if value := self.form.cleaned_data[name]:
                column = self._columns[self.filters[name].field_name]
                matches[name] = [_matches(known, value) for known in column]
        if (has_lookalikes := self.form.cleaned_data["lookalikes"]) is not None:
            matches["lookalikes"] = [(literal in self._alike) == has_lookalikes for literal in self._columns["literal"]]
        return matches

    def filter_lookalikes(self, queryset: CharacterQuerySet, name: str, value: bool) -> CharacterQuerySet:
        return queryset.filter(literal__in=self._alike) if value else queryset.exclude(literal__in=self._alike)

    @cached_property
    def _alike(self) -> set[str]:
        """All characters that belong to a lookalike group."""
        return set("".join(LookalikeGroup.objects.values_list("members", flat=True)))

    def ordered(self, queryset: CharacterQuerySet, name: str, value: str) -> CharacterQuerySet:
        """Sorted, each row with a `sort_value` that is never null, so that a cursor can point at it."""
        if not value and self.form.cleaned_data["q"].words:
            return queryset.annotate(sort_value=F("match")).order_by("sort_value", "position")
        column = ORDERS[value.lstrip("-") or "position"]
        # Characters without a grade or rank come last in both directions.
        sort_value = Coalesce(-F(column) if value.startswith("-") else F(column), _LAST)
        return queryset.annotate(sort_value=sort_value).order_by("sort_value", "position")


def _each(value: str) -> list[str]:
    """The choices in a value such as 3, 1-3 or 1,2."""
    parts = []
    for part in value.split(","):
        span = _CHOICES.fullmatch(part)
        parts += [str(number) for number in range(int(span[1]), int(span[2]) + 1)] if span else [part]
    return parts


def _matches(known: Any, value: Any) -> bool:
    """Whether a row with the value `known` matches a filter's value, a list of choices or a range."""
    if isinstance(value, list):
        return str(known) in value
    low, high = value
    return known is not None and (low is None or known >= low) and (high is None or known <= high)
