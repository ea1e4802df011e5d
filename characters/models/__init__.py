"""The catalogue: characters, lookalike groups, stroke orders, variants, words, exemplars and visitors' reports."""

from characters.models.characters import Character, CharacterQuerySet, Source
from characters.models.exemplars import Exemplar, ExemplarQuerySet
from characters.models.imports import TableImport
from characters.models.lookalikes import Difference, Differences, LookalikeGroup, LookalikeGroupQuerySet
from characters.models.reports import Report
from characters.models.stroke_orders import StrokeOrder, StrokeOrderQuerySet
from characters.models.terms import Term, TermQuerySet
from characters.models.variants import Variant, VariantQuerySet
from characters.models.words import CharacterWord, Word, WordQuerySet

__all__ = [
    "Character",
    "CharacterQuerySet",
    "CharacterWord",
    "Difference",
    "Differences",
    "Exemplar",
    "ExemplarQuerySet",
    "LookalikeGroup",
    "LookalikeGroupQuerySet",
    "Report",
    "Source",
    "StrokeOrder",
    "StrokeOrderQuerySet",
    "TableImport",
    "Term",
    "TermQuerySet",
    "Variant",
    "VariantQuerySet",
    "Word",
    "WordQuerySet",
]
