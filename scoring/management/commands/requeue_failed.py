"""Score failed attempts again, once the cause of their failure has been removed."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from scoring.models import Attempt


class Command(BaseCommand):
    help = "Queue attempts again that failed with scoring_failed; workers find them within seconds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since", type=datetime.fromisoformat, default=datetime(2000, 1, 1), help="A day, such as 2026-11-25"
        )

    def handle(self, *, since: datetime, **options: Any) -> None:
        since = since if timezone.is_aware(since) else since.replace(tzinfo=UTC)
        self.stdout.write(f"Attempts queued again: {Attempt.objects.requeue_failed(since):,}.")
