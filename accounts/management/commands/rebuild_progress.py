"""Recount learners' progress from their attempts: manage.py rebuild_progress [EMAIL …]"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from accounts.progress.tally import rebuild


class Command(BaseCommand):
    help = "Recount the progress of all learners, or only of those with the given e-mail addresses."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", nargs="*")

    def handle(self, *, email: list[str], **options: Any) -> None:
        learners = User.objects.filter(email__in=email) if email else User.objects.all()
        if unknown := set(email) - set(learners.values_list("email", flat=True)):
            raise CommandError(f"No account has the address {', '.join(sorted(unknown))}.")
        for number, pk in enumerate(learners.order_by("pk").values_list("pk", flat=True).iterator(), 1):
            with transaction.atomic():  # one per learner, so that a score waits for at most one recount
                rebuild(User.objects.lock(pk))
            if number % 100 == 0:
                self.stdout.write(f"{number:,} learners")
        self.stdout.write(f"Recounted the progress of {learners.count():,} learners.")
