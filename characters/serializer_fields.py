"""Fields of serializers that tell the API's schema what their values can be."""

from typing import Any

from rest_framework import serializers

from ml.ink import MAX_STROKES


class TextsField(serializers.ListField):
    """A list of texts."""

    child = serializers.CharField()


class LiteralField(serializers.CharField):
    """A character of the catalogue."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_length": 1, "max_length": 1, **options})


class LiteralsField(serializers.ListField):
    """Characters of the catalogue."""

    child = LiteralField()


class ScoreField(serializers.IntegerField):
    """A score, 0 to 100."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=100, **options)


class CountField(serializers.IntegerField):
    """A number of things."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 0, **options})


class StrokeNumbersField(serializers.ListField):
    """Numbers of strokes, from 1."""

    child = serializers.IntegerField(min_value=1, max_value=MAX_STROKES)
