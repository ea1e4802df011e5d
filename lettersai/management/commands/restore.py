"""Restore the site from an archive."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lettersai.backups.archive import ArchiveError
from lettersai.backups.restoring import restore


class Command(BaseCommand):
    help = "Restore an archive of `backup` into a migrated, empty database and an empty storage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            checksums = restore(file)
        except ArchiveError as error:
            raise CommandError(str(error)) from error
        files = sum(name.startswith("files/") for name in checksums)
        self.stdout.write(f"Restored {len(checksums) - files} tables and {files:,} files.")
