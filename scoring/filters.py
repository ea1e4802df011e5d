"""Filters of attempts and of lines."""

import re
from datetime import UTC, datetime
from typing import Any

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django_filters.fields import IsoDateTimeField
from drf_spectacular.utils import extend_schema_field

from characters.filters import TEXT, AnyOfFilter, RangeFilter
from characters.models import Character
from characters.spelling import spelling
from scoring.models import MAX_LINE, Attempt, AttemptQuerySet, Line

#: Outside these, a moment with an offset may not exist in UTC.
MOMENTS = [MinValueValidator(datetime(1900, 1, 1, tzinfo=UTC)), MaxValueValidator(datetime(9000, 1, 1, tzinfo=UTC))]


class _Meant:
    """Filters by the ids of matching targets, because an index of attempts can't serve a join."""

    field_name: str

    def filter(self, attempts: AttemptQuerySet, value: str | list[str]) -> AttemptQuerySet:
        if not value:
            return attempts
        wanted = {f"{self.field_name.removeprefix('target__')}__in": value if isinstance(value, list) else [value]}
        return attempts.filter(target__in=list(Character.objects.filter(**wanted).values_list("pk", flat=True)))


class _SpellingField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return spelling(super().to_python(value) or "")


@extend_schema_field({**TEXT, "description": "Target"})
class MeantFilter(_Meant, django_filters.CharFilter):
    field_class = _SpellingField


class AnyMeantFilter(_Meant, AnyOfFilter):
    pass


def with_plus(moment: str) -> str:
    """`moment` with the + of its UTC offset, which arrives as a space if the address has it as + instead of %2B."""
    return re.sub(r" (\d\d:?\d\d)$", r"+\1", moment)


class _MomentField(IsoDateTimeField):
    """ISO 8601."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(with_plus(value) if isinstance(value, str) else value)


class MomentFilter(django_filters.IsoDateTimeFilter):
    field_class = _MomentField


class AttemptFilter(django_filters.FilterSet):
    """Combines the values of one field with OR, the fields with AND."""

    character = MeantFilter(field_name="target__literal", help_text="Target")
    script = AnyMeantFilter(field_name="target__script", choices=Character.Script.choices)
    grade = AnyMeantFilter(field_name="target__grade", choices=Character.Grade.choices)
    score = RangeFilter(field_name="legibility", help_text="A number or a range: 80-, -59")
    line = django_filters.UUIDFilter(field_name="line", help_text="Id of a word or sentence")
    after = MomentFilter(field_name="written_at", lookup_expr="gte", validators=MOMENTS, help_text="ISO 8601")
    before = MomentFilter(field_name="written_at", lookup_expr="lt", validators=MOMENTS, help_text="ISO 8601")

    class Meta:
        model = Attempt
        fields: list[str] = []


@extend_schema_field({**TEXT, "description": "What was asked for"})
class AskedFilter(django_filters.CharFilter):
    """Filters lines by their text."""


class LineFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=Line.Kind.choices)
    text = AskedFilter(method="with_text")

    class Meta:
        model = Line
        fields: list[str] = []

    def with_text(self, lines: QuerySet[Line], _name: str, text: str) -> QuerySet[Line]:
        return lines.filter(text=spelling(text[:MAX_LINE]))
