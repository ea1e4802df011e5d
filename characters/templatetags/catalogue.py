"""Characters in templates."""

import unicodedata
from typing import Any

import jaconv
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from characters import language, pictures
from characters.models import Character
from ml.strokes import references

register = template.Library()
register.filter("glyph", pictures.glyph)
register.filter("meaning", language.meaning)
register.filter("meanings", language.meanings)
register.filter("called", language.called)
register.filter("reason", language.reason)

_FROM_CHI, _FROM_TSU = gettext_lazy("ji, from chi"), gettext_lazy("zu, from tsu")
#: Kana that sound like others, and what tells them apart.
_ALIKE = {"ぢ": _FROM_CHI, "づ": _FROM_TSU, "ヂ": _FROM_CHI, "ヅ": _FROM_TSU}
#: Small kana, that no romaji tells from the large ones.
_SMALL = "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"


_DIGITS = [
    gettext_lazy("zero"),
    gettext_lazy("one"),
    gettext_lazy("two"),
    gettext_lazy("three"),
    gettext_lazy("four"),
    gettext_lazy("five"),
    gettext_lazy("six"),
    gettext_lazy("seven"),
    gettext_lazy("eight"),
    gettext_lazy("nine"),
]


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
            return _("small %(kana)s") % {"kana": jaconv.kana2alphabet(jaconv.kata2hira(_large(literal)))}
        if literal in _ALIKE:
            return str(_ALIKE[literal])
        return _("long vowel") if "PROLONGED" in name else str(jaconv.kana2alphabet(jaconv.kata2hira(literal)))
    if character.script == Character.Script.LATIN:
        return _("capital") if literal.isupper() else _("small letter")
    return str(_DIGITS[int(literal)]) if literal.isdigit() else ""


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
    return format_html(
        '<sup><a href="#source-{0}" aria-label="{1}">{0}</a></sup>',
        notes[name],
        _("Source %(number)s") % {"number": notes[name]},
    )
