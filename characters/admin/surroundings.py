"""The parts of a character's page in the admin besides its facts."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from characters import catalogue
from characters.admin import pictures
from characters.language import radical_name
from characters.models import Character, Exemplar, LookalikeGroup

#: Most examples and reports that the page shows.
_SHOWN = 12


def neighbours(character: Character) -> SafeString:
    """Links to the character before and the one after, in catalogue order."""
    around = Character.objects.filter(position__in=[character.position - 1, character.position + 1])
    links = (
        (_link("character", other.pk), "‹" if other.position < character.position else "›", other)
        for other in around.order_by("position")
    )
    return format_html_join(" ", '<a class="neighbour" href="{}">{} <span lang="ja">{}</span></a>', links)


def radical(character: Character) -> SafeString | str:
    known = catalogue.radicals().get(character.radical or 0)
    if not known:
        return "–"
    glyphs = " ".join(known.glyphs)
    return format_html('<span lang="ja">{}</span> {} ({})', glyphs, radical_name(known), known.number)


def lookalikes(character: Character) -> SafeString | str:
    groups = LookalikeGroup.objects.of(character.literal)
    rows = (
        (_link("lookalikegroup", group.pk), group, _("pooled") if group.is_pooled else "", group.reason)
        for group in groups
    )
    return format_html_join("", '<p><a href="{}" lang="ja">{}</a> {} {}</p>', rows) or "–"


def examples(character: Character) -> SafeString | str:
    found = Exemplar.objects.filter(character=character, is_hidden=False).order_by("-offered_at")[:_SHOWN]
    rows = (
        (_link("exemplar", one.pk), pictures.ink(one.ink, 64), one.legibility, one.get_status_display())
        for one in found
    )
    return format_html_join("", '<a class="example" href="{}">{}<br>{} {}</a>', rows) or "–"


def reports(character: Character) -> SafeString | str:
    rows = (
        (_link("report", row.pk), row.get_status_display(), row.get_about_display(), row.text)
        for row in character.reports.all()[:_SHOWN]
    )
    return format_html_join("", '<p><a href="{}">{}: {}</a> {}</p>', rows) or "–"


def _link(model: str, pk: Any) -> str:
    return reverse(f"admin:characters_{model}_change", args=[pk])
