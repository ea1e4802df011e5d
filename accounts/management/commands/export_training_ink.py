"""Write what consenting learners wrote as ink that `ml.train` reads: manage.py export_training_ink FILE.jsonl.gz"""

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

_AT_ONCE = 500


class Command(BaseCommand):
    help = "Write the scored writings of learners who allow it, shuffled, with nothing that says whose they are."

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
        self.stdout.write(f"{lines:,} writings.")


def _allowed() -> AttemptQuerySet:
    """Of learners who allow it now: what has a target, a score and ink."""
    return Attempt.objects.counted().filter(user__allows_training=True, user__is_active=True, ink__isnull=False)


def _lines() -> Iterator[bytes]:
    """As `ml.datasets.ink` reads them; times are 0, as they are unknown elsewhere too. Writers are random numbers."""
    ids: list[UUID] = list(_allowed().order_by().values_list("pk", flat=True))
    random.SystemRandom().shuffle(ids)
    writers: dict[int, str] = defaultdict(lambda: f"{secrets.randbits(64):016x}")
    for start in range(0, len(ids), _AT_ONCE):
        order = {pk: place for place, pk in enumerate(ids[start : start + _AT_ONCE])}
        # Asked for again, since somebody may have said no meanwhile.
        found = _allowed().filter(pk__in=list(order)).order_by()
        rows = found.values_list("pk", "user_id", "target__literal", "ink__strokes")
        for _, user, literal, strokes in sorted(rows, key=lambda row: order[row[0]]):
            points = [[[x, y, 0] for x, y, _ in stroke] for stroke in strokes]
            row = {"character": literal, "writer": writers[user], "source": "learners", "strokes": points}
            yield (json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
