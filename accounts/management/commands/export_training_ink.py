"""Write the ink of consenting learners for `ml.train`: manage.py export_training_ink FILE.jsonl.gz"""

import gzip
import json
import random
import secrets
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from scoring.models import Attempt, AttemptQuerySet

#: Attempts read from the database at a time.
_CHUNK = 500


class Command(BaseCommand):
    help = "Write the scored attempts of learners who consent to training, shuffled and anonymous."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        part = file.with_name(f"{file.name}.part")
        lines = 0
        with part.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw) as packed:
            for line in _lines():
                packed.write(line)
                lines += 1
        part.replace(file)
        self.stdout.write(f"{lines:,} attempts.")


def _allowed() -> AttemptQuerySet:
    """The attempts with a target, a score and ink of learners who consent at this moment."""
    return Attempt.objects.counted().filter(user__allows_training=True, user__is_active=True, ink__isnull=False)


def _lines() -> Iterator[bytes]:
    """Lines in the format of `ml.datasets.ink`. All times are 0; each writer is a random number."""
    ids: list[UUID] = list(_allowed().order_by().values_list("pk", flat=True))
    random.SystemRandom().shuffle(ids)
    writers: dict[int, str] = defaultdict(lambda: f"{secrets.randbits(64):016x}")
    for start in range(0, len(ids), _CHUNK):
        order = {pk: index for index, pk in enumerate(ids[start : start + _CHUNK])}
        # Checked again, since a learner may have withdrawn the consent meanwhile.
        found = _allowed().filter(pk__in=list(order)).order_by()
        rows = found.values_list("pk", "user_id", "target__literal", "ink__strokes")
        for _, user, literal, strokes in sorted(rows, key=lambda row: order[row[0]]):
            points = [[[x, y, 0] for x, y, _ in stroke] for stroke in strokes]
            row = {"character": literal, "writer": writers[user], "source": "learners", "strokes": points}
            yield (json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
