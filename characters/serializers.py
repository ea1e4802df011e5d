"""The catalogue as JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from characters import catalogue
from characters.models import Character, Exemplar, LookalikeGroup, StrokeOrder
from ml.strokes import REFERENCE_SIDE, references


class RadicalSerializer(serializers.Serializer[catalogue.Radical]):
    number = serializers.IntegerField(help_text="Of the classical radicals, 1 to 214")
    glyph = serializers.CharField()
    name = serializers.CharField(help_text="As Unicode has it")
    names_ja = serializers.ListField(child=serializers.CharField())


class MeaningsSerializer(serializers.Serializer[Character]):
    en = serializers.ListField(child=serializers.CharField(), source="meanings_en")
    fr = serializers.ListField(child=serializers.CharField(), source="meanings_fr")


class LookalikeGroupSerializer(serializers.ModelSerializer[LookalikeGroup]):
    characters = serializers.ListField(
        child=serializers.CharField(), source="members", help_text="All of the group, this one among them"
    )

    class Meta:
        model = LookalikeGroup
        fields = ["characters", "is_pooled", "reason"]


class CharacterSerializer(serializers.ModelSerializer[Character]):
    """What is known of one character. Lists are empty and numbers null where nothing is known."""

    radical = serializers.SerializerMethodField()
    on = serializers.ListField(child=serializers.CharField(), help_text="Readings from Chinese, in katakana")
    kun = serializers.ListField(
        child=serializers.CharField(), help_text="Japanese readings; a dot stands before the okurigana (た.べる)"
    )
    nanori = serializers.ListField(child=serializers.CharField(), help_text="Readings in names")
    meanings = MeaningsSerializer(source="*")
    jlpt = serializers.IntegerField(
        allow_null=True,
        help_text="Old level of the test before 2010, 4 (easiest) to 1; nobody publishes lists for N5 to N1",
    )
    components = serializers.ListField(
        child=serializers.CharField(), help_text="The parts that KanjiVG sees in it, in writing order"
    )
    variants = serializers.ListField(child=serializers.CharField(), help_text="Other forms of the same character")
    lookalikes = serializers.SerializerMethodField()
    code_point = serializers.CharField(help_text="U+6C38")

    class Meta:
        model = Character
        fields = [
            "literal",
            "script",
            "code_point",
            "jis",
            "stroke_count",
            "grade",
            "radical",
            "on",
            "kun",
            "nanori",
            "meanings",
            "frequency",
            "jlpt",
            "components",
            "variants",
            "lookalikes",
            "sources",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._groups: dict[str, list[dict[str, Any]]] | None = None

    @extend_schema_field(RadicalSerializer(allow_null=True))
    def get_radical(self, character: Character) -> dict[str, Any] | None:
        return vars(catalogue.radicals()[character.radical]) if character.radical else None

    @extend_schema_field(LookalikeGroupSerializer(many=True))
    def get_lookalikes(self, character: Character) -> list[dict[str, Any]]:
        if self._groups is None:  # all at once, for however many characters
            self._groups = {}
            groups = LookalikeGroup.objects.order_by("-is_pooled", "pk")
            for group in LookalikeGroupSerializer(groups, many=True).data:
                for literal in group["characters"]:
                    self._groups.setdefault(literal, []).append(group)
        return self._groups.get(character.literal, [])


class StrokeOrderSerializer(serializers.ModelSerializer[StrokeOrder]):
    order = serializers.ListField(
        child=serializers.IntegerField(), help_text="The reference's strokes, from 1, in the order they are written in"
    )

    class Meta:
        model = StrokeOrder
        fields = ["order", "note"]


class StrokesSerializer(serializers.ModelSerializer[Character]):
    """How a character is written."""

    side = serializers.SerializerMethodField(help_text="Of the square that the points lie in")
    strokes = serializers.SerializerMethodField(help_text="In writing order, each its points [x, y]; y grows downwards")
    stroke_orders = StrokeOrderSerializer(many=True, help_text="Other orders that are accepted too")

    class Meta:
        model = Character
        fields = ["literal", "side", "strokes", "stroke_orders"]

    def get_side(self, character: Character) -> int:
        return REFERENCE_SIDE

    def get_strokes(self, character: Character) -> list[list[list[int]]]:
        return [stroke.astype(int).tolist() for stroke in references()[character.literal]]


class InkOfExemplar(serializers.Serializer[dict[str, Any]]):
    width = serializers.FloatField()
    height = serializers.FloatField()
    strokes = serializers.ListField(help_text="Strokes of [x, y, t]: CSS pixels, ms from the first point")


class ExemplarSerializer(serializers.ModelSerializer[Exemplar]):
    """A good real writing. Whose it is nobody can tell."""

    ink = serializers.SerializerMethodField()

    class Meta:
        model = Exemplar
        fields = ["ink", "legibility"]

    @extend_schema_field(InkOfExemplar)
    def get_ink(self, exemplar: Exemplar) -> dict[str, Any]:
        return {name: exemplar.ink[name] for name in ("width", "height", "strokes")}
