"""Look for what contradicts itself: attempts, scores, counts and files."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.progress.consistency import findings


class Command(BaseCommand):
    help = "Say what contradicts itself, a line each; the exit code is 1 when anything does."

    def handle(self, *args: Any, **options: Any) -> None:
        number = 0
        for finding in findings():
            self.stdout.write(finding)
            number += 1
        if number:
            raise CommandError(f"{number} contradictions found.")
        self.stdout.write("Nothing contradicts itself.")
