"""Template tags for characters."""

from functools import lru_cache
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from characters import drawing, language, pictures
from characters.models import Character
from characters.practice import PracticeSummary
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


@register.simple_tag
def tile(character: Character, practice: PracticeSummary | None) -> SafeString:
    """A link to `character` with its glyph, first readings and meaning, and how well the visitor has written it.

    Made here because a page has 96 of them, and a template takes three times as long.
    """
    is_due, best = (practice.is_due, practice.best) if practice else (False, None)
    return _tile(
        character.literal,
        (*character.on[:1], *character.kun[:1]),
        language.meaning(character) or language.short_name(character),
        _("due") if is_due else "",
        "" if best is None else _best(best),
    )


@lru_cache(maxsize=512)  # five pages: most visitors see the same ones, and most have written few of the characters
def _tile(literal: str, readings: tuple[str, ...], meaning: str, due: str, best: SafeString | str) -> SafeString:
    return format_html(
        '<a class="tile" href="{}"><span class="square"><svg viewBox="-3 -3 115 115" role="img" aria-label="{}">'
        '<path d="{}"/></svg></span><span class="tile-line"><span class="tile-reading" lang="ja">{}</span>{}</span>'
        '<span class="tile-line"><span class="tile-meaning">{}</span>{}</span></a>',
        reverse("character", args=[literal]),
        literal,
        pictures.glyph(literal),
        format_html_join(" ", "{}", ((reading(text),) for text in readings)),
        format_html('<span class="tile-due">{}</span>', due) if due else "",
        meaning,
        format_html('<b class="tile-score">{}</b>', best) if best else "",
    )


def _best(best: int) -> SafeString:
    return format_html(_('<span class="visually-hidden">Your best: </span>%(best)s') % {"best": "{}"}, best)


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
