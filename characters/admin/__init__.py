"""The admin of the curators: the catalogue, exemplars and reports."""

from characters.admin.catalogue import CharacterAdmin, LookalikeGroupAdmin, StrokeOrderAdmin, VariantAdmin
from characters.admin.queues import ExemplarAdmin, ReportAdmin
from characters.admin.words import WordAdmin

__all__ = [
    "CharacterAdmin",
    "ExemplarAdmin",
    "LookalikeGroupAdmin",
    "ReportAdmin",
    "StrokeOrderAdmin",
    "VariantAdmin",
    "WordAdmin",
]
