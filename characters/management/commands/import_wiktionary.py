"""Import facts about kanji from a Wiktionary dump."""

import re
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from csv import writer
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from characters.fields import joined
from characters.models import Character, Source
from characters.wiktionary.dump import Dump, DumpError, Page
from characters.wiktionary.facts import Facts, facts
from ml.strokes import references

#: Number of pages per transaction.
BATCH = 250
_SOURCES = {"en": Source.WIKTIONARY_EN, "ja": Source.WIKTIONARY_JA}


class Command(BaseCommand):
    help = (
        "Import grade, readings, stroke count and radical of kanji from a pages-articles dump of the English or the "
        "Japanese Wiktionary. Print each change; keep the facts that curators have set."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dump", type=Path, help="a …wiktionary-…-pages-articles.xml.bz2, or the XML file in it")
        parser.add_argument("--csv", type=Path, help="also write changes and problems to this file, for a spreadsheet")
        parser.add_argument("--dry-run", action="store_true", help="print the changes without writing them")

    def handle(
        self, *args: Any, dump: Path, dry_run: bool, verbosity: int, csv: Path | None = None, **options: Any
    ) -> None:
        with ExitStack() as stack:
            self.table: Any = None
            if csv:
                try:
                    file = stack.enter_context(csv.open("w", encoding="utf-8-sig", newline=""))
                except OSError as error:
                    raise CommandError(f"{csv} can't be written: {error.strerror}.") from error
                self.table = writer(file)
                self.table.writerow(["literal", "field", "old", "new", "problem", "source", "revision"])
            self.read(dump, dry_run, verbosity)

    def read(self, dump: Path, dry_run: bool, verbosity: int) -> None:
        """Read `dump` and save its facts unless it is a dry run."""
        if not dump.is_file():
            raise CommandError(f"The file {dump} doesn't exist.")
        literals = Character.objects.filter(script=Character.Script.KANJI).values_list("literal", flat=True)
        if not (titles := set(literals)):
            raise CommandError("The catalogue is empty: run load_catalogue first.")
        self.verbosity = verbosity
        self.page_count = self.change_count = self.character_count = 0
        self.problems: Counter[str] = Counter()
        bar = Bar(is_shown=verbosity > 0 and sys.stderr.isatty())
        source = Dump(dump, bar.show)
        broken = ""
        pages = source.pages(titles)
        while not broken:
            batch, broken = read(pages)
            bar.clear()
            if batch:
                with transaction.atomic():
                    self.take(batch, dry_run)
            elif not broken:
                break
        if verbosity:
            self.stdout.write(
                f"Read {source.page_count:,} pages, {self.page_count:,} of them about kanji; "
                f"{self.change_count:,} values of {self.character_count:,} characters "
                f"{'would change' if dry_run else 'changed'}; skipped {self.problems.total():,} invalid values."
            )
            for kind, count in self.problems.most_common():
                self.stdout.write(f"  {count:,} × {kind}")
        if broken:
            outcome = "the changes before it are printed above" if dry_run else "the changes before it are saved"
            raise CommandError(f"{broken}; {outcome}.")

    def take(self, pages: list[Page], dry_run: bool) -> None:
        """Print the changes and problems of `pages`; save the changes unless it is a dry run."""
        rows = Character.objects.select_for_update().filter(literal__in=[page.title for page in pages])
        characters = {character.literal: character for character in rows}
        changed: dict[str, Character] = {}
        for page in pages:
            character, found = characters[page.title], facts(page)
            self.page_count += 1
            self.problems.update(map(kind_of, found.problems))
            for problem in found.problems:
                self.stderr.write(f"{page.title} (revision {page.revision}): {problem}")
                self.record(page, problem=problem)
            sources = dict(character.sources)
            changes = character.learn(in_known_order(character, found), _SOURCES[page.dialect], page.revision)
            self.change_count += len(changes)
            for name, (old, new) in changes.items():
                self.record(page, name, shown(old), shown(new))
                if self.verbosity:
                    self.stdout.write(f"{page.title}  {name}: {shown(old)} → {shown(new)}")
            if changes or character.sources != sources:
                character.modified_at = timezone.now()
                changed[page.title] = character
        self.character_count += len(changed)
        if changed and not dry_run:
            fields = [*Character.FACTS, "sources", "modified_at"]
            reason = _SOURCES[pages[0].dialect].label
            bulk_update_with_history(
                list(changed.values()), Character, fields, batch_size=BATCH, default_change_reason=reason
            )
            Character.objects.filter(literal__in=changed).reindex()

    def record(self, page: Page, name: str = "", old: str = "", new: str = "", problem: str = "") -> None:
        """Add a row to the table, if one was asked for."""
        if self.table:
            row = [page.title, name, old, new, problem, _SOURCES[page.dialect].value, page.revision]
            self.table.writerow([guarded(str(cell)) for cell in row])


def kind_of(problem: str) -> str:
    """A problem without its value: grade '12' isn't known becomes grade … isn't known."""
    return re.sub(r"(?<!\w)'[^']*'(?!\w)|(?<=stroke_count )\d+|(?<=radical )\d+", "…", problem)


def guarded(cell: str) -> str:
    """`cell`, which comes from a wiki, so that a spreadsheet doesn't take it for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def read(pages: Iterator[Page]) -> tuple[list[Page], str]:
    """The next pages, and the error that follows them; the error is empty if there is none."""
    batch: list[Page] = []
    try:
        for page in islice(pages, BATCH):
            batch.append(page)  # not extend: keeps the pages before an error
    except DumpError as error:
        return batch, str(error)
    return batch, ""


def in_known_order(character: Character, found: Facts) -> dict[str, Any]:
    """The values found, lists in the catalogue's order, so that another order is no change.

    A reading that only lacks the dot before the okurigana is the known one. A stroke count that differs from the
    diagram's is left out.
    """
    values = dict(found.values)
    for name, value in values.items():
        if isinstance(value, list):
            # A page that has a reading both with and without the dot means two readings.
            dotted = {
                text.replace(".", ""): text for text in getattr(character, name) if "." in text and text not in value
            }
            value = list(dict.fromkeys(dotted.get(text, text) for text in value))
            known = [text for text in getattr(character, name) if text in value]
            values[name] = known + [text for text in value if text not in known]
    grades = Character.Grade
    if values.get("grade") == grades.JINMEIYO and character.grade == grades.JINMEIYO_VARIANT:
        values["grade"] = character.grade  # Wiktionary doesn't distinguish the two
    if values.get("stroke_count") != len(references()[character.literal]):
        values.pop("stroke_count", None)  # it counts another form than the diagram shows
    return values


def shown(value: Any) -> str:
    text = joined(value) if isinstance(value, list) else value
    return "–" if text in ("", None) else str(text)


class Bar:
    """A one-line progress bar in the terminal."""

    WIDTH, EVERY = 40, 0.2

    def __init__(self, is_shown: bool) -> None:
        self.is_shown = is_shown
        self._next = 0.0

    def show(self, position: int, size: int) -> None:
        if self.is_shown and time.monotonic() >= self._next:
            self._next = time.monotonic() + self.EVERY
            done = position / max(size, 1)
            filled = "█" * int(done * self.WIDTH)
            sys.stderr.write(f"\r{filled:░<{self.WIDTH}} {done:4.0%} of {size / 1e6:,.1f} MB")
            sys.stderr.flush()

    def clear(self) -> None:
        if self.is_shown:
            sys.stderr.write("\r\x1b[K")
