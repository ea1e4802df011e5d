"""Write everything of the site into one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lettersai import archive


class Command(BaseCommand):
    help = "Write every row and every file into one archive, as they are at this moment."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a .tar.gz; it holds personal data")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            checksums = archive.write(file)
        except OSError as error:
            raise CommandError(f"{file} can't be written: {error}") from error
        files = sum(name.startswith("files/") for name in checksums)
        self.stdout.write(f"{len(checksums) - files} tables and {files:,} files are in {file}.")
