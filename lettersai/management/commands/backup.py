"""Back up the site into one archive."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lettersai import archive


class Command(BaseCommand):
    help = "Write a consistent copy of every row and every file into one archive."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the .tar.gz to write; it will contain personal data")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            checksums = archive.write(file)
        except OSError as error:
            raise CommandError(f"{file} can't be written: {error}") from error
        files = sum(name.startswith("files/") for name in checksums)
        self.stdout.write(f"Wrote {len(checksums) - files} tables and {files:,} files to {file}.")
