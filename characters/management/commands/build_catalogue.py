"""Rebuild the committed files of the catalogue from KANJIDIC2 and KanjiVG."""

import csv
import gzip
import importlib.util
import unicodedata
import xml.etree.ElementTree as ET
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from characters.catalogue import CATALOGUE, FIELDS, SEPARATOR, literals
from ml.datasets import kanjivg
from ml.strokes import REFERENCES, dump


class Command(BaseCommand):
    help = (
        "Rebuild characters/catalogue.csv from KANJIDIC2 (Debian: kanjidic-xml) "
        "and ml/references.txt from KanjiVG (PyPI: kanjivg)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kanjidic", type=Path, default=Path("/usr/share/edict/kanjidic2.xml.gz"))

    def handle(self, *args: Any, kanjidic: Path, **options: Any) -> None:
        if not kanjidic.exists():
            raise CommandError(
                f"{kanjidic} is missing: install Debian's kanjidic-xml or name the file with --kanjidic."
            )
        if importlib.util.find_spec("kanji") is None:
            raise CommandError("KanjiVG is missing: pip install -r requirements/dev.txt.")
        strokes = {literal: kanjivg.strokes(literal) for literal in literals()}
        lines = [f"{literal} {dump(found)}\n" for literal, found in strokes.items()]
        REFERENCES.write_text("".join(lines), encoding="utf-8")

        entries = kanjidic_entries(kanjidic)
        with CATALOGUE.open("w", encoding="utf-8", newline="") as file:
            rows = csv.DictWriter(file, FIELDS, lineterminator="\n")
            rows.writeheader()
            for literal, found in strokes.items():
                row = {"literal": literal, "script": script(literal), "stroke_count": len(found)}
                rows.writerow(row | entries.get(literal, {}))
        self.stdout.write(f"{len(strokes)} characters written to {CATALOGUE.name} and {REFERENCES.name}.")


def script(literal: str) -> str:
    """The first word of a character's Unicode name tells its script."""
    word = unicodedata.name(literal).split()[0]
    return {"CJK": "kanji", "HIRAGANA": "hiragana", "KATAKANA": "katakana", "DIGIT": "digit", "LATIN": "latin"}[word]


def kanjidic_entries(path: Path) -> dict[str, dict[str, Any]]:
    """The catalogue's columns of every kanji in KANJIDIC2. A repeated reading or meaning counts once."""

    def texts(entry: ET.Element, query: str, keep: Any = lambda element: True) -> str:
        return SEPARATOR.join(dict.fromkeys(e.text for e in entry.iterfind(query) if keep(e) and e.text))

    entries = {}
    with gzip.open(path) as file:
        for _, entry in ET.iterparse(file):
            if entry.tag != "character":
                continue
            entries[entry.findtext("literal", "")] = {
                "stroke_count": entry.findtext("misc/stroke_count"),
                "grade": entry.findtext("misc/grade"),
                "radical": entry.findtext("radical/rad_value[@rad_type='classical']"),
                "frequency": entry.findtext("misc/freq"),
                "jlpt": entry.findtext("misc/jlpt"),
                "jis": entry.findtext("codepoint/cp_value[@cp_type='jis208']"),
                "on": texts(entry, ".//reading[@r_type='ja_on']"),
                "kun": texts(entry, ".//reading[@r_type='ja_kun']"),
                "nanori": texts(entry, ".//nanori"),
                "meanings_en": texts(entry, ".//meaning", lambda e: "m_lang" not in e.attrib),
                "meanings_fr": texts(entry, ".//meaning[@m_lang='fr']"),
            }
            entry.clear()
    return entries
