"""Print contradictions between attempts, scores, counts and files: manage.py check_consistency"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.progress.consistency import findings


class Command(BaseCommand):
    help = "Print each contradiction between attempts, scores, counts and files. Exit with 1 if there are any."

    def handle(self, *args: Any, **options: Any) -> None:
        number = 0
        for finding in findings():
            self.stdout.write(finding)
            number += 1
        if number:
            raise CommandError(f"{number} contradictions found.")
        self.stdout.write("No contradictions found.")
