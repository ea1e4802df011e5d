"""Filters of one's history."""

from datetime import UTC, datetime

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator

from characters.filters import SpanFilter
from characters.models import Character
from scoring.models import Attempt

#: Beyond these, a moment with an offset may have no counterpart in UTC.
MOMENTS = [MinValueValidator(datetime(1900, 1, 1, tzinfo=UTC)), MaxValueValidator(datetime(9000, 1, 1, tzinfo=UTC))]


class AttemptFilter(django_filters.FilterSet):
    """Several values of one field are any of them, several fields all of them."""

    character = django_filters.CharFilter(field_name="target__literal", help_text="What was meant")
    script = django_filters.MultipleChoiceFilter(
        field_name="target__script", choices=Character.Script.choices, distinct=False
    )
    grade = django_filters.MultipleChoiceFilter(
        field_name="target__grade", choices=Character.Grade.choices, distinct=False
    )
    score = SpanFilter(field_name="legibility", help_text="A number, or a span: 80-, -59")
    after = django_filters.IsoDateTimeFilter(
        field_name="written_at", lookup_expr="gte", validators=MOMENTS, help_text="ISO 8601"
    )
    before = django_filters.IsoDateTimeFilter(
        field_name="written_at", lookup_expr="lt", validators=MOMENTS, help_text="ISO 8601"
    )

    class Meta:
        model = Attempt
        fields: list[str] = []
