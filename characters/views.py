"""The catalogue's pages. `scoring.catalogue` adds what a visitor's own practice says."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import InvalidPage, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import ensure_csrf_cookie

from characters import catalogue
from characters.facets import Browsing
from characters.forms import ReportForm, ReportThrottle
from characters.models import Character, LookalikeGroup, Source
from characters.pictures import Picture, steps

PAGE_SIZE = 96
EXAMPLES = 11
#: What a tile shows.
_SHOWN = ["literal", "script", "position", "on", "kun", "meanings_en", "meanings_fr"]


@dataclass(frozen=True)
class Mark:
    """What one's own practice says of a character."""

    best: int | None
    is_due: bool = False


@dataclass(frozen=True)
class Writing:
    """One of one's own writings: ink drawn, or the address of an image; and the address of its page."""

    written_at: datetime
    score: int | None
    page: str
    picture: Picture | None = None
    image: str = ""


class Page(View):
    """Knows nobody's practice; where there is some, it is told here."""

    def marks(self, literals: Collection[str]) -> dict[str, Mark]:
        return {}

    def history(self, character: Character) -> list[Writing]:
        """Newest first."""
        return []

    def more(self, character: Character) -> dict[str, Any]:
        """What the page of a character is told besides."""
        return {}


@method_decorator(ensure_csrf_cookie, "dispatch")  # for the drawing that is sent from here
class CatalogueView(Page):
    """Browse and search."""

    def get(self, request: HttpRequest) -> HttpResponse:
        browsing = Browsing(request.GET)
        if not browsing.is_valid:
            return render(request, "characters/catalogue.html", {"browsing": browsing}, status=400)
        counts = browsing.filter.counts("script")
        scripts = browsing.given["script"] or counts
        paginator = Paginator(browsing.filter.qs.only(*_SHOWN), PAGE_SIZE)
        paginator.count = sum(counts.get(script, 0) for script in scripts)  # known already
        try:
            page = paginator.page(request.GET.get("page") or 1)
        except InvalidPage as error:
            raise Http404(str(error)) from error
        found = list(page)
        marks = self.marks([character.literal for character in found])
        context = {
            "browsing": browsing,
            "tabs": browsing.tabs(counts),
            "facets": browsing.facets(),
            "page": page,
            "tiles": [(character, marks.get(character.literal)) for character in found],
            "numbers": paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
            "page_url": browsing.url() + ("&" if "?" in browsing.url() else "?") + "page=",
        }
        return render(request, "characters/catalogue.html", context)


class CharacterView(Page):
    """All that is known of one character."""

    template = "characters/character.html"

    def get(self, request: HttpRequest, literal: str) -> HttpResponse:
        if literal in catalogue.outside():
            return render(request, "characters/outside.html", {"outside": catalogue.outside()[literal]})
        return self.page(request, Character.objects.named_or_404(literal), ReportForm())

    def page(self, request: HttpRequest, character: Character, form: ReportForm, status: int = 200) -> HttpResponse:
        sources = _sources(character)
        numbers = {source["name"]: number for number, source in enumerate(sources, 1)}
        beside = {
            other.position - character.position: other
            for other in self.siblings(character).filter(
                position__in=[character.position - 1, character.position + 1], script=character.script
            )
        }
        context = {
            "character": character,
            "strokes": steps(character.literal),
            "orders": [(o.note, steps(character.literal, o.order)) for o in character.stroke_orders.all()],
            "radical": catalogue.radicals().get(character.radical or 0),
            "lookalikes": LookalikeGroup.objects.of(character.literal),
            "examples": [
                (Picture.of_ink(exemplar.ink), exemplar.legibility)
                for exemplar in character.exemplars.approved().only("ink", "legibility", "character_id")[:EXAMPLES]
            ],
            "mark": self.marks([character.literal]).get(character.literal),
            "history": self.history(character),
            "previous": beside.get(-1),
            "next": beside.get(1),
            "sources": sources,
            "notes": {name: numbers[said["source"]] for name, said in character.sources.items() if said},
            "form": form,
            "is_reported": request.GET.get("reported") == "1",
            **self.more(character),
        }
        return render(request, self.template, context, status=status)

    def siblings(self, character: Character) -> QuerySet[Character]:
        return Character.objects.only("literal", "position")


class ReportView(CharacterView):
    """Report a mistake on a character's page."""

    def get(self, request: HttpRequest, literal: str) -> HttpResponse:
        return HttpResponseRedirect(Character.objects.named_or_404(literal).get_absolute_url() + "#report")

    def post(self, request: HttpRequest, literal: str) -> HttpResponse:
        character = Character.objects.named_or_404(literal)
        form = ReportForm(request.POST)
        if not form.is_valid():
            return self.page(request, character, form, status=400)
        throttle = ReportThrottle()
        if not throttle.allow_request(request, self):
            form.add_error(None, _("That were many reports from your address. Please come back in an hour."))
            response = self.page(request, character, form, status=429)
            response["Retry-After"] = str(int(throttle.wait() or 3600))
            return response
        if not form.is_trap_sprung:
            form.instance.character = character
            form.save()
        return HttpResponseRedirect(character.get_absolute_url() + "?reported=1#report")


#: Licence and address of each source.
_LICENCES = {
    Source.KANJIDIC: ("CC BY-SA 4.0", "https://www.edrdg.org/wiki/index.php/KANJIDIC_Project"),
    Source.KANJIVG: ("CC BY-SA 3.0", "https://kanjivg.tagaini.net/"),
    Source.WIKTIONARY_EN: ("CC BY-SA 4.0", "https://en.wiktionary.org/wiki/"),
    Source.WIKTIONARY_JA: ("CC BY-SA 4.0", "https://ja.wiktionary.org/wiki/"),
    Source.CURATOR: ("", ""),
}


def _sources(character: Character) -> list[dict[str, Any]]:
    """Where the character's facts are from, in the order of `Source`; KanjiVG always, since it drew the strokes."""
    said = {entry["source"] for entry in character.sources.values() if entry} | {Source.KANJIVG.value}
    found = []
    for source, (licence, url) in _LICENCES.items():
        if source.value in said:
            page = url + character.literal if "wiktionary" in source.value else url
            found.append({"name": source.value, "label": str(source.label), "licence": licence, "url": page})
    return found
