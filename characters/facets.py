"""Links between the states of the catalogue's filters; each state has a URL of its own."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from characters import catalogue, search
from characters.filters import CharacterFilter, as_range
from characters.language import radical_name
from characters.models import Character, Term
from characters.romaji import hiragana, kana_of_sound
from ml.strokes import references

#: Ranges of the frequency rank, in the notation of the filter.
FREQUENCIES = ["1-500", "501-1000", "1001-1500", "1501-2000", "2001-2501"]
ORDERS = {
    "": gettext_lazy("Catalogue order"),
    "frequency": gettext_lazy("Most used first"),
    "grade": gettext_lazy("School grade"),
    "-n_level": gettext_lazy("JLPT N5 to N1 (unofficial)"),
    "-jlpt": gettext_lazy("Old JLPT, easiest first"),
    "strokes": gettext_lazy("Fewest strokes"),
    "-strokes": gettext_lazy("Most strokes"),
}
#: Facets that only kanji have.
_KANJI_ONLY = ["grade", "n_level", "jlpt", "frequency", "radical"]
_TITLES = {
    "grade": gettext_lazy("School grade"),
    "strokes": gettext_lazy("Strokes"),
    "radical": gettext_lazy("Radical"),
    "n_level": gettext_lazy("JLPT (unofficial lists)"),
    "jlpt": gettext_lazy("JLPT, old levels"),
    "frequency": gettext_lazy("Rank in newspapers"),
    "lookalikes": gettext_lazy("Lookalikes"),
}
_TABS = {
    "": gettext_lazy("All"),
    "hiragana": gettext_lazy("Hiragana"),
    "katakana": gettext_lazy("Katakana"),
    "kanji": gettext_lazy("Kanji"),
    "latin": gettext_lazy("Letters"),
    "digit": gettext_lazy("Digits"),
}
#: Facets that take several values.
_MULTIPLE = {"grade", "n_level", "jlpt"}


@dataclass(frozen=True)
class Option:
    """A value to choose or to clear; `count` is the number of characters with it that match the other filters."""

    label: str
    url: str
    count: int | None = None
    is_chosen: bool = False
    glyph: str = ""
    title: str = ""

    def link(self) -> SafeString:
        """The option as HTML. A page has some 250 options, and a template would take ten times as long."""
        label = f'<span lang="ja">{self.glyph}</span><span class="visually-hidden">{self.title}</span>'
        shown = SafeString(label) if self.glyph else self.label  # glyphs and titles contain no visitor's text
        if not self.count and not self.is_chosen:
            return format_html("<span>{} <small>0</small></span>", shown)
        attributes = SafeString(' aria-current="true"' if self.is_chosen else "")
        if self.title:
            attributes += SafeString(f' title="{self.title}"')
        count = _grouped(self.count or 0, get_language())
        return format_html('<a href="{}"{}>{} <small>{}</small></a>', self.url, attributes, shown, count)


@cache  # there are at most as many numbers as characters
def _grouped(number: int, language: str | None) -> str:
    """`number` as `language`, the active one, writes it."""
    return number_format(number)


@dataclass(frozen=True)
class Facet:
    name: str
    title: str
    options: list[Option]

    @property
    def is_chosen(self) -> bool:
        return any(option.is_chosen for option in self.options)


class Browsing:
    """The state of the catalogue page. Fields in `q`, such as strokes:8, show as links and chips like all others."""

    def __init__(self, parameters: QueryDict) -> None:
        self.filter = CharacterFilter(parameters, Character.objects.all())
        self.is_valid = self.filter.is_valid()
        self._bases: dict[str, str] = {}
        self.given = {name: [v for v in self.filter.data.getlist(name) if v] for name in self.filter.filters}
        if self.is_valid:
            for name in ("strokes", "radical", "frequency", "lookalikes"):
                self.given[name] = self.given[name][-1:]  # the last one counts
            for name in ("strokes", "frequency"):
                self.given[name] = list(map(as_range, self.given[name]))
            numbers = self.filter.form.cleaned_data["radical"]
            if isinstance(numbers, list) and len(numbers) == 1:
                self.given["radical"] = numbers
            self.given["q"] = [" ".join(self.query.words)] if self.query.words else []

    @property
    def query(self) -> search.Query:
        return self.filter.form.cleaned_data["q"]

    @property
    def q(self) -> str:
        """The search as the visitor typed it."""
        return str(self.filter.data.get("q", ""))

    def errors(self) -> list[str]:
        """A sentence for each parameter that is invalid."""
        return [
            str(error)
            if name == "q"
            else _("%(field)s: %(trouble)s") % {"field": _TITLES.get(name, name.capitalize()), "trouble": error}
            for name, errors in self.filter.form.errors.items()
            for error in errors
        ]

    def url(self, **changed: Collection[str]) -> str:
        """The URL of this state with other values for some fields, at the first page."""
        given = {name: values for name, values in {**self.given, **changed}.items() if values}
        return reverse("characters") + ("?" + urlencode(given, doseq=True) if given else "")

    def sheet_url(self) -> str:
        """The URL of a practice sheet of this state's characters: of all, if no filter is active."""
        given = {name: values for name, values in self.given.items() if values} or {"ordering": ["position"]}
        return reverse("sheet") + "?" + urlencode(given, doseq=True)

    def tabs(self, counts: dict[Any, int]) -> list[Option]:
        chosen = self.given["script"]
        numbers = {"": sum(counts.values()), **counts}
        return [
            Option(
                str(label), self.url(script=[script] if script else []), numbers.get(script, 0), chosen == [script][:1]
            )
            if script
            else Option(str(label), self.url(script=[]), numbers[""], not chosen)
            for script, label in _TABS.items()
        ]

    def facets(self) -> list[Facet]:
        scripts = self.given["script"]
        with_kanji = not scripts or "kanji" in scripts
        names = [*_KANJI_ONLY[:4], "strokes", "radical"] if with_kanji else ["strokes"]
        return [Facet(name, str(_TITLES[name]), list(self._options(name))) for name in names]

    def _options(self, name: str) -> Iterator[Option]:
        """The options of facet `name`. Its own chosen values don't reduce the counts of the others."""
        counts = self.filter.counts(name)
        chosen = self.given[name]
        of_radical = _("%(name)s, radical %(number)s")  # looked up once for all of them
        for value, label, glyph, count in _values(name, counts):
            is_chosen = value in chosen
            if not count and not is_chosen and name in ("strokes", "radical"):
                continue
            if is_chosen:
                after = [other for other in chosen if other != value]
            else:
                after = [*chosen, value] if name in _MULTIPLE else [value]
            title = of_radical % {"name": label, "number": value} if name == "radical" else ""
            yield Option(label, self._url_with(name, after), count, is_chosen, glyph, title)

    def _url_with(self, name: str, values: list[str]) -> str:
        """Like `url`, but faster, for the 250 links of a page."""
        base = self._bases.setdefault(name, "") or self.url(**{name: []})
        self._bases[name] = base
        query = "&".join(f"{name}={value}" for value in values)
        return base + ("&" if "?" in base else "?") + query if query else base

    def chips(self) -> list[Option]:
        """The active filters; the URL of each removes it."""
        return [
            Option(_chip_label(name, value), self.url(**{name: [v for v in self.given[name] if v != value]}))
            for name in _TITLES
            for value in self.given[name]
        ]

    def orders(self) -> list[Option]:
        chosen = (self.given["ordering"] or [""])[-1]
        labels = {**ORDERS, "": _("Best match first") if self.query.words else ORDERS[""]}
        return [
            Option(str(label), self.url(ordering=[order] if order else []), is_chosen=order == chosen)
            for order, label in labels.items()
        ]

    def missing(self) -> list["Missing"]:
        """The characters in the search that the catalogue lacks, except components without a form or likeness here."""
        named = dict.fromkeys("".join(search.literals(word) or _small_kana(word) for word in self.query.words))
        found = [Missing.of(literal) for literal in named if literal not in references() and literal.isalnum()]
        return [other for other in found if other.form or other.near or not self.filter.qs.exists()]

    def radicals(self) -> list[Option]:
        """The radicals with the name or glyph that is searched for, each a link to its kanji."""
        if self.given["radical"] or len(self.query.words) != 1:
            return []
        return [
            Option(_chip_label("radical", str(number)), reverse("characters") + f"?radical={number}")
            for number in search.radicals(self.query.words[0])
            if not self.query.words[0].isdecimal()
        ]

    def suggestions(self) -> list[Option]:
        """Searches that find something, for one that finds nothing: words spelt like these, or one of several words."""
        words = self.query.words
        if len(words) > 1:
            found = Term.objects.matching(words)
            return [self._suggestion(word, len(ids)) for word, ids in found.items() if ids]
        return [self._suggestion(one) for word in words for one in Term.objects.close_to(word)]

    def _suggestion(self, word: str, count: int | None = None) -> Option:
        return Option(word, reverse("characters") + "?" + urlencode({"q": word}), count)


@dataclass(frozen=True)
class Missing:
    """A character that the catalogue lacks, with its `form` there, or else the characters `near` it."""

    literal: str
    form: str
    near: str
    is_joyo: bool

    @classmethod
    def of(cls, literal: str) -> Self:
        joyo = catalogue.outside().get(literal)
        form = (joyo.form if joyo else "") or catalogue.other_form(literal)
        near = "" if form else catalogue.nearest(literal) or kana_of_sound(literal)
        return cls(literal, form, near, joyo is not None)


def _small_kana(word: str) -> str:
    """The kana that romaji such as vu or xa spells, if it is a single one."""
    kana = hiragana(word)
    return kana if len(kana) == 1 else ""


def _values(name: str, counts: dict[Any, int]) -> Iterator[tuple[str, str, str, int]]:
    """(value, label, glyph, count) of each option of facet `name`."""
    if name == "grade":
        yield from ((str(v), str(label), "", counts.get(v, 0)) for v, label in Character.Grade.choices)
    elif name == "n_level":
        yield from ((str(v), str(label), "", counts.get(v, 0)) for v, label in Character.NLevel.choices)
    elif name == "jlpt":
        yield from ((str(v), str(label), "", counts.get(v, 0)) for v, label in Character.JLPT.choices)
    elif name == "strokes":
        yield from ((str(number), str(number), "", count) for number, count in sorted(counts.items()))
    elif name == "radical":
        for radical in catalogue.radicals().values():
            yield (
                str(radical.number),
                radical_name(radical) or radical.glyph,
                radical.glyph,
                counts.get(radical.number, 0),
            )
    else:
        for ranks in FREQUENCIES:
            low, high = map(int, ranks.split("-"))
            number = sum(count for rank, count in counts.items() if rank and low <= rank <= high)
            yield (
                ranks,
                f"{number_format(low)}–{number_format(high)}",
                "",
                number,
            )


def _chip_label(name: str, value: str) -> str:
    """The label of a chip for filter `name` with `value`."""
    if name == "grade":
        return str(Character.Grade(int(value)).label)
    if name == "n_level":
        return _("%(level)s (unofficial)") % {"level": Character.NLevel(int(value)).label}
    if name == "jlpt":
        return _("JLPT: %(level)s") % {"level": Character.JLPT(int(value)).label}
    if name == "radical" and value.isdecimal() and (radical := catalogue.radicals().get(int(value))):
        return _("Radical %(number)s %(glyph)s %(name)s") % {
            "number": radical.number,
            "glyph": radical.glyph,
            "name": radical_name(radical),
        }
    if name == "strokes":
        number = int(value) if value.isdecimal() else 2  # a range takes the plural
        return ngettext("%(number)s stroke", "%(number)s strokes", number) % {"number": value.replace("-", "–")}
    if name == "lookalikes":
        return _("With lookalikes") if value.casefold() == "true" else _("Without lookalikes")
    return _("%(field)s: %(value)s") % {"field": _TITLES[name], "value": value.replace("-", "–")}
