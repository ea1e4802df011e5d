"""Back up the site into one archive."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import redis
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lettersai.backups import writing
from lettersai.backups.archive import ArchiveError
from lettersai.monitoring import metrics


class Command(BaseCommand):
    help = "Write a consistent copy of every row and every file into one archive."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "path",
            type=Path,
            help="a folder, which gets an archive named after the time, or the .tar.gz to write; outside DATA_DIR",
        )
        parser.add_argument(
            "--keep", type=int, default=14, help="number of archives to keep in the folder (default: %(default)s)"
        )

    def handle(self, *, path: Path, keep: int, **options: Any) -> None:
        if keep < 1:
            raise CommandError("--keep must be 1 or more.")
        file = writing.dated(path, timezone.now()) if path.is_dir() else path
        try:
            checksums = writing.write(file)
            old = writing.delete_old(path, keep) if path.is_dir() else []
        except ArchiveError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{file} can't be written: {error}") from error
        files = sum(name.startswith("files/") for name in checksums)
        self.stdout.write(f"Wrote {len(checksums) - files} tables and {files:,} files to {file}.")
        if old:
            self.stdout.write(f"Deleted {', '.join(path.name for path in old)}.")
        try:
            metrics.record_backup(timezone.now())
        except redis.RedisError as error:
            self.stderr.write(f"The metrics don't show this backup, because Redis doesn't answer: {error}")
