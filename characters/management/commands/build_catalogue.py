"""Rebuild the committed files of the catalogue from KANJIDIC2 and KanjiVG."""

import csv
import gzip
import importlib.util
import re
import unicodedata
import xml.etree.ElementTree as ET
from argparse import ArgumentParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError
from numpy.typing import NDArray
from svg.path import parse_path

from characters.catalogue import CATALOGUE, FIELDS, SEPARATOR, literals
from ml.strokes import REFERENCES, dump

#: Points taken from each curve of a KanjiVG path before those on a straight line are dropped.
_POINTS_PER_CURVE = 16
#: How far, in tenths of KanjiVG's unit, a dropped point may lie from the line that stays.
_TOLERANCE = 3.0


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
        strokes = {literal: kanjivg_strokes(literal) for literal in literals()}
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


def kanjivg_strokes(literal: str) -> list[NDArray[np.float64]]:
    """The strokes of KanjiVG's drawing, in writing order, as lines of points in tenths of its unit."""
    drawing = files("kanji").joinpath(f"{ord(literal):05x}.svg").read_text(encoding="utf-8")
    return [simplified(points(path)) for path in re.findall(r'<path[^>]* d="([^"]+)"', drawing)]


def points(path: str) -> NDArray[np.float64]:
    """Points along an SVG path, (n, 2)."""
    curves = parse_path(path)
    along = [curve.point(t) for curve in curves for t in np.linspace(0, 1, _POINTS_PER_CURVE + 1)]
    line = 10 * np.array([(point.real, point.imag) for point in along])
    moved = np.any(np.diff(line, axis=0) != 0, axis=1)
    return line[np.concatenate([[True], moved])]


def simplified(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """`line` without the points that a straight run between the others passes within the tolerance (Ramer 1972)."""
    if len(line) < 3:
        return line
    first, last = line[0], line[-1]
    chord, inner = last - first, line[1:-1] - first
    length = np.hypot(*chord)
    away = np.abs(inner[:, 0] * chord[1] - inner[:, 1] * chord[0]) / length if length else np.hypot(*inner.T)
    farthest = int(away.argmax())
    if away[farthest] <= _TOLERANCE:
        return np.array([first, last])
    return np.concatenate([simplified(line[: farthest + 2])[:-1], simplified(line[farthest + 1 :])])
