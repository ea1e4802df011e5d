"""Characters in templates."""

import unicodedata
from typing import Any

import jaconv
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from characters import pictures
from characters.models import Character
from ml.strokes import references

register = template.Library()
register.filter("glyph", pictures.glyph)

#: Kana that sound like others, and what tells them apart.
_ALIKE = {"ぢ": "ji, from chi", "づ": "zu, from tsu", "ヂ": "ji, from chi", "ヅ": "zu, from tsu"}
#: Small kana, that no romaji tells from the large ones.
_SMALL = "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"


@register.filter
def reading(text: str) -> SafeString:
    """A kun reading with its okurigana, what follows the dot, set apart."""
    stem, dot, okurigana = text.partition(".")
    if not dot:
        return format_html("{}", text)
    return format_html('{}<span class="okurigana">{}</span>', stem, okurigana)


@register.filter
def said(character: Character) -> str:
    """What a character without readings is called: a kana in romaji, a letter or digit by its name."""
    literal = character.literal
    if character.script in (Character.Script.HIRAGANA, Character.Script.KATAKANA):
        name = unicodedata.name(literal)
        if literal in _SMALL:
            return "small " + jaconv.kana2alphabet(jaconv.kata2hira(_large(literal)))
        if literal in _ALIKE:
            return _ALIKE[literal]
        return "long vowel" if "PROLONGED" in name else str(jaconv.kana2alphabet(jaconv.kata2hira(literal)))
    if character.script == Character.Script.LATIN:
        return "capital" if literal.isupper() else "small letter"
    return unicodedata.name(literal).removeprefix("DIGIT ").lower() if literal.isdigit() else ""


def _large(literal: str) -> str:
    return unicodedata.lookup(unicodedata.name(literal).replace("SMALL ", ""))


@register.filter
def is_in_catalogue(literal: Any) -> bool:
    return literal in references()


@register.simple_tag
def note(notes: dict[str, int], name: str) -> SafeString:
    """The footnote that says where the fact is from."""
    if name not in notes:
        return SafeString("")
    return format_html('<sup><a href="#source-{0}" aria-label="Source {0}">{0}</a></sup>', notes[name])
