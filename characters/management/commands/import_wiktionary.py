"""Import facts about kanji from a Wiktionary dump."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from characters.fields import joined
from characters.models import Character, Source
from characters.wiktionary import Dump, DumpError, Facts, Page, facts
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
        parser.add_argument("--dry-run", action="store_true", help="print the changes without writing them")

    def handle(self, *args: Any, dump: Path, dry_run: bool, verbosity: int, **options: Any) -> None:
        if not dump.is_file():
            raise CommandError(f"The file {dump} doesn't exist.")
        literals = Character.objects.filter(script=Character.Script.KANJI).values_list("literal", flat=True)
        if not (titles := set(literals)):
            raise CommandError("The catalogue is empty: run load_catalogue first.")
        self.verbosity = verbosity
        self.page_count = self.change_count = self.character_count = self.problem_count = 0
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
                f"{'would change' if dry_run else 'changed'}; skipped {self.problem_count:,} invalid values."
            )
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
            self.problem_count += len(found.problems)
            for problem in found.problems:
                self.stderr.write(f"{page.title} (revision {page.revision}): {problem}")
            sources = dict(character.sources)
            changes = character.learn(in_known_order(character, found), _SOURCES[page.dialect], page.revision)
            self.change_count += len(changes)
            if self.verbosity:
                for name, (old, new) in changes.items():
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

    Without a stroke count that differs from the diagram's.
    """
    values = dict(found.values)
    for name, value in values.items():
        if isinstance(value, list):
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
