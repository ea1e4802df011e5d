"""Have writings scored that were given up, once what hindered their scores is mended."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from scoring.models import Attempt


class Command(BaseCommand):
    help = "Queue the writings again that were given up with scoring_failed; workers find them within seconds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since", type=datetime.fromisoformat, default=datetime(2000, 1, 1), help="A day, 2026-11-25"
        )

    def handle(self, *, since: datetime, **options: Any) -> None:
        since = since if timezone.is_aware(since) else since.replace(tzinfo=UTC)
        self.stdout.write(f"{Attempt.objects.requeue_failed(since):,} writings are queued again.")
