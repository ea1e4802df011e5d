"""Delete temporary files that killed processes left behind."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.transfer import temporary


class Command(BaseCommand):
    help = "Delete abandoned temporary files on this machine. Beat lets one worker do so every night."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"Deleted {temporary.sweep(timezone.now()):,} files and folders.")
