"""The catalogue's committed files: which 3,175 characters there are, and what KANJIDIC2 and KanjiVG say of them."""

import csv
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from characters.fields import split

CATALOGUE = Path(__file__).with_name("catalogue.csv")
#: Characters that look alike and that readers tell apart, with what tells them. Those that nobody tells are in `ml/`.
LOOKALIKES = Path(__file__).with_name("lookalikes.csv")
#: What the groups of both files say, in other languages.
REASONS = Path(__file__).with_name("reasons.csv")
#: The jōyō kanji that aren't among the 3,175, each with the form of it that is, if one is.
OUTSIDE = Path(__file__).with_name("outside.csv")
RADICALS = Path(__file__).with_name("radicals.csv")

LISTS = ["on", "kun", "nanori", "meanings_en", "meanings_fr", "components", "variants"]
_NUMBERS = ["stroke_count", "grade", "radical", "frequency", "jlpt"]
FIELDS = [
    "literal",
    "script",
    "stroke_count",
    "grade",
    "radical",
    "frequency",
    "jlpt",
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
#: JIS X 0208 has its level-1 kanji in rows 16 to 47, 94 cells each; the last row is short.
_LEVEL_1_ROWS = range(16, 48)
_OF_LEVEL_2 = "僂萠"


def kangxi_radical(number: int) -> tuple[str, str]:
    """Glyph and name of classical radical `number`, 1 to 214, as Unicode's block from U+2F00 on has them."""
    sign = chr(0x2EFF + number)
    return unicodedata.normalize("NFKC", sign), unicodedata.name(sign).removeprefix("KANGXI RADICAL ").lower()


def literals() -> list[str]:
    """The 3,175 characters in catalogue order: kana, kanji, Latin letters, digits."""
    hiragana = [chr(code) for code in range(ord("ぁ"), ord("ん") + 1)]
    katakana = [chr(code) for code in range(ord("ァ"), ord("ン") + 1)]
    kanji: list[str] = []
    for row in _LEVEL_1_ROWS:
        for cell in range(1, 95):
            # Cells 52 to 94 of row 47 are empty in the standard; the codec knows.
            literal = bytes([row + 0xA0, cell + 0xA0]).decode("euc_jp", errors="ignore")
            kanji += literal
    return [
        *(c for c in hiragana if c not in _WITHOUT_HIRAGANA),
        *(c for c in katakana if c not in _WITHOUT_KATAKANA),
        *kanji,
        *_OF_LEVEL_2,
        *"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    ]


def rows() -> list[dict[str, str]]:
    """The committed file's rows in catalogue order, values as text, empty where unknown."""
    return _read(CATALOGUE)


def facts(row: dict[str, str]) -> dict[str, Any]:
    """What a row of the file says of its character, as the model's fields have it."""
    return {
        **{name: int(row[name]) if row[name] else None for name in _NUMBERS},
        **{name: split(row[name]) for name in LISTS},
        "jis": row["jis"],
    }


def lookalikes() -> dict[str, str]:
    """Characters that look alike and are told apart, with what tells them."""
    return {row["members"]: row["reason"] for row in _read(LOOKALIKES)}


@cache
def reasons() -> dict[str, dict[str, str]]:
    """Why characters look alike, or what tells them apart: the English sentence, and by language the same in it."""
    return {row["en"]: row for row in _read(REASONS)}


@dataclass(frozen=True)
class Outside:
    """A jōyō kanji that isn't in the catalogue; `form` is its JIS form that is, or empty."""

    literal: str
    form: str
    grade: int
    stroke_count: int
    on: list[str]
    kun: list[str]
    meanings_en: list[str]


@cache
def outside() -> dict[str, Outside]:
    """The jōyō kanji that the catalogue lacks, by themselves."""
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


@dataclass(frozen=True)
class Radical:
    number: int
    glyph: str
    name: str
    names_ja: list[str]


@cache
def radicals() -> dict[int, Radical]:
    """The 214 classical radicals by number: glyph and name as Unicode has them, Japanese names as KANJIDIC2 does."""
    found = [Radical(int(r["number"]), r["glyph"], r["name"], split(r["names_ja"])) for r in _read(RADICALS)]
    return {radical.number: radical for radical in found}


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
