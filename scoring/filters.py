"""Filters of one's history."""

from datetime import UTC, datetime
from typing import Any

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator

from characters.filters import SpanFilter
from characters.models import Character
from scoring.models import Attempt, AttemptQuerySet

#: Beyond these, a moment with an offset may have no counterpart in UTC.
MOMENTS = [MinValueValidator(datetime(1900, 1, 1, tzinfo=UTC)), MaxValueValidator(datetime(9000, 1, 1, tzinfo=UTC))]


class AttemptFilter(django_filters.FilterSet):
    """Several values of one field are any of them, several fields all of them."""

    character = django_filters.CharFilter(method="meant_as", help_text="What was meant")
    script = django_filters.MultipleChoiceFilter(
        field_name="script__in", method="meant", choices=Character.Script.choices
    )
    grade = django_filters.MultipleChoiceFilter(field_name="grade__in", method="meant", choices=Character.Grade.choices)
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

    def meant_as(self, attempts: AttemptQuerySet, name: str, value: str) -> AttemptQuerySet:
        return self.meant(attempts, "literal", value.replace("\0", ""))

    def meant(self, attempts: AttemptQuerySet, name: str, value: Any) -> AttemptQuerySet:
        """Those of these characters, named by their ids: what a join finds, no index of the attempts knows."""
        if not value:
            return attempts
        return attempts.filter(target__in=list(Character.objects.filter(**{name: value}).values_list("pk", flat=True)))
