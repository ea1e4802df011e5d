"""The committed words: which there are, and which of them a character's page shows first."""

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from characters.fields import split
from characters.kana import is_kana

WORDS = Path(__file__).with_name("words.csv")
FIELDS = ["text", "reading", "meanings_en", "n_level"]
#: Fields of a Word that the file sets.
FACTS = ["reading", "meanings_en", "n_level", "rank"]
#: Most words on a character's page.
SHOWN = 5


@dataclass(frozen=True)
class Record:
    """A row of words.csv. `rank` is its line, from 1: the most useful word first."""

    text: str
    reading: str
    meanings_en: list[str]
    n_level: int | None
    rank: int

    def facts(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in FACTS}


def records() -> list[Record]:
    """The committed words, the most useful first."""
    with WORDS.open(encoding="utf-8", newline="") as file:
        return [
            Record(
                row["text"],
                row["reading"] or row["text"],
                split(row["meanings_en"]),
                int(row["n_level"]) if row["n_level"] else None,
                rank,
            )
            for rank, row in enumerate(csv.DictReader(file), 1)
        ]


def examples(texts: Iterable[str]) -> dict[str, list[str]]:
    """{character: the texts with it}, in their order; for a kana, its best examples come first."""
    found: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        for literal in dict.fromkeys(text):
            found[literal].append(text)
    for literal, shown in found.items():
        if is_kana(literal):
            shown.sort(key=lambda text: (not is_example(literal, text), not text.startswith(literal)))
    return dict(found)


#: Kana that begin no ordinary words.
_NEVER_FIRST = frozenset("んっゃゅょぢづンヂヅ")


def is_example(literal: str, text: str) -> bool:
    """Whether `text` shows how `literal` is used. For a kana: in a word of its own script, without any other sign."""
    if not is_kana(literal):
        return True
    same_script = all((is_kana(sign) and (sign >= "ァ") == (literal >= "ァ")) or sign == "ー" for sign in text)
    return same_script and (len(text) > 1 or literal == "を") and not (literal in _NEVER_FIRST and text[0] == literal)
