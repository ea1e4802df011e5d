"""Template tags for characters."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from characters import drawing, language, pictures
from ml.strokes import references

register = template.Library()
register.filter("glyph", pictures.glyph)
register.filter("strokes", drawing.reference_paths)
register.filter("meaning", language.meaning)
register.filter("meanings", language.meanings)
register.filter("word_meanings", language.word_meanings)
register.filter("radical_name", language.radical_name)
register.filter("short_name", language.short_name)
register.filter("reason", language.reason)
register.filter("accepted_note", language.accepted_note)


@register.filter
def reading(text: str) -> SafeString:
    """A kun reading as HTML, with its okurigana, the part after the dot, in a span of its own."""
    stem, dot, okurigana = text.partition(".")
    if not dot:
        return format_html("{}", text)
    return format_html('{}<span class="okurigana">{}</span>', stem, okurigana)


@register.filter
def is_in_catalogue(literal: Any) -> bool:
    return literal in references()


@register.simple_tag
def note(notes: dict[str, int], name: str) -> SafeString:
    """A footnote with the number of the source of fact `name`; empty if its source is unknown."""
    if name not in notes:
        return SafeString("")
    return format_html(
        '<sup><a href="#source-{0}" aria-label="{1}">{0}</a></sup>',
        notes[name],
        _("Source %(number)s") % {"number": notes[name]},
    )
