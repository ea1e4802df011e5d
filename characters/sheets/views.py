"""The page on which a practice sheet is made, previewed and printed."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from characters.catalogue import name_unknown
from characters.facets import Browsing
from characters.sheets import layout, options
from characters.sheets.options import MAKING, MAX_CHARACTERS, SheetSerializer
from characters.sheets.svg import svg

#: The cookie with the options of the last sheet, as a query.
COOKIE = "sheet"
_YEAR = 365 * 24 * 60 * 60
#: The options that the cookie keeps.
_KEPT = ["kind", "paper", "squares", "copies", "steps", "grid"]
#: Regions of browser languages in which paper has the size Letter.
_LETTER_REGIONS = {"US", "CA", "MX", "PH", "CL", "CO", "VE", "CR", "GT", "NI", "PA", "SV", "DO", "PR"}


class Selection(NamedTuple):
    """Characters to print that come from elsewhere: `chosen` of them for one sheet, from `first` on of all `total`."""

    chosen: str
    total: int
    first: int = 0


@method_decorator(never_cache, "dispatch")  # lists are private, and a cookie keeps the options
class SheetView(View):
    """A form and the sheet that it describes, for the characters of `characters` or of a search of the catalogue."""

    def get(self, request: HttpRequest) -> HttpResponse:
        selection = self.selection() if "characters" not in request.GET else None
        given = self.given(selection)
        form = SheetSerializer(data=given, context={"is_lenient": True})
        # Without any characters the page only offers the form.
        is_blank = not given["characters"].strip() and given["kind"] != "manuscript"
        is_valid = not is_blank and form.is_valid()
        context: dict[str, Any] = {"given": given, "options": self.offered(given), "parts": self.parts(selection)}
        if is_valid:
            sheet = form.sheet
            context |= {"sheet": sheet, "pdf": self.pdf_url(sheet)}
            if sheet.unknown:
                left = _("Left out because they are not in the catalogue: %(characters)s")
                context["left_out"] = left % {"characters": name_unknown(sheet.unknown)}
        elif not is_blank:
            context["errors"] = [str(error) for errors in form.errors.values() for error in errors]
        status = 200 if is_blank or is_valid else 400
        with MAKING:
            context["pages"] = _pictures(form.sheet) if is_valid else []
            response = render(request, "characters/sheet.html", context, status=status)
        if is_valid and request.GET.keys() & set(_KEPT):
            self.remember(response, given)
        return response

    def selection(self) -> Selection | None:
        """The characters of the catalogue's search in the address; None if it has no search. Raises Http404."""
        browsing = Browsing(self.request.GET)
        if not self.request.GET.keys() & set(browsing.filter.filters):
            return None
        if not browsing.is_valid:
            raise Http404(" ".join(browsing.errors()))
        return self.part_of("".join(browsing.filter.qs.values_list("literal", flat=True)))

    def part_of(self, literals: str) -> Selection:
        """The part of `literals` that the address asks for, as many as fit on a sheet. Raises Http404."""
        part = self.request.GET.get("part", "1")
        first = (int(part) - 1) * MAX_CHARACTERS if part.isdecimal() and len(part) < 5 else -1
        if not 0 <= first <= max(len(literals) - 1, 0):
            raise Http404(f"There is no part {part}.")
        return Selection(literals[first : first + MAX_CHARACTERS], len(literals), first)

    def given(self, selection: Selection | None) -> dict[str, str]:
        """The options: those of the address, else those of the last sheet, else the defaults."""
        kept = QueryDict(self.request.COOKIES.get(COOKIE, "")[:200])
        defaults = {"kind": "practice", "paper": self.usual_paper(), "squares": "8", "copies": "3", "steps": "1"}
        given = {**defaults, "grid": "200", **{name: kept[name] for name in _KEPT if name in kept}}
        if not SheetSerializer(data={**given, "characters": "一"}).is_valid():
            given = {**defaults, "grid": "200"}  # a cookie of an earlier release, or a changed one
        given |= {name: self.request.GET[name] for name in _KEPT if name in self.request.GET}
        return {**given, "characters": selection.chosen if selection else self.request.GET.get("characters", "")}

    def usual_paper(self) -> str:
        """The paper that is usual where the browser's first language is spoken."""
        first = self.request.headers.get("Accept-Language", "").split(",")[0].split(";")[0].strip()
        return "letter" if first[-3:-2] == "-" and first[-2:].upper() in _LETTER_REGIONS else "a4"

    def offered(self, given: dict[str, str]) -> list[dict[str, Any]]:
        """The choices of the form."""
        choices: list[tuple[str, str, list[tuple[str, str]]]] = [
            ("kind", _("Kind of sheet"), [("practice", _("Practice sheet")), ("manuscript", _("Manuscript paper"))]),
            ("paper", _("Paper size"), [("a4", "A4"), ("letter", "Letter")]),
            ("squares", _("Squares in a row"), [(str(n), str(n)) for n in options.SQUARES]),
            ("copies", _("Copies to trace"), [(str(n), str(n)) for n in range(options.MAX_COPIES + 1)]),
            ("grid", _("Squares on a page"), [(str(n), str(n)) for n in layout.COLUMNS]),
        ]
        return [
            {"name": name, "label": label, "choices": [(value, text, value == given[name]) for value, text in values]}
            for name, label, values in choices
        ]

    def parts(self, selection: Selection | None) -> list[tuple[str, str, bool]]:
        """(label, URL, whether it is shown) of each part of a selection that needs several sheets."""
        if not selection or selection.total <= MAX_CHARACTERS:
            return []
        address = self.request.GET.copy()
        found = []
        for first in range(0, selection.total, MAX_CHARACTERS):
            address["part"] = str(first // MAX_CHARACTERS + 1)
            last = min(first + MAX_CHARACTERS, selection.total)
            found.append((f"{first + 1}–{last}", "?" + address.urlencode(), first == selection.first))
        return found

    def pdf_url(self, sheet: options.Sheet) -> str:
        query = QueryDict(mutable=True)
        query.update({name: str(getattr(sheet, name)) for name in _KEPT} | {"characters": sheet.characters})
        return reverse("api-sheet") + "?" + query.urlencode()

    def remember(self, response: HttpResponse, given: dict[str, str]) -> None:
        query = QueryDict(mutable=True)
        query.update({name: given[name] for name in _KEPT})
        response.set_cookie(
            COOKIE,
            query.urlencode(),
            max_age=_YEAR,
            path=reverse("sheet"),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def _pictures(sheet: options.Sheet) -> list[Any]:
    """The sheet's pages as SVG."""
    pages = sheet.pages()
    return [
        svg(
            page,
            f"page-{number}",
            _("Page %(number)d: %(characters)s") % {"number": number, "characters": " ".join(page.characters)}
            if page.characters
            else _("Page %(number)d, empty") % {"number": number},
        )
        for number, page in enumerate(pages, 1)
    ]
