"""Count learners' progress anew from their attempts: what is kept with every score should come to the same."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from accounts.progress.tally import locked, rebuild


class Command(BaseCommand):
    help = "Count the progress of all learners, or of those whose e-mail addresses are given, anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", nargs="*")

    def handle(self, *, email: list[str], **options: Any) -> None:
        learners = User.objects.filter(email__in=email) if email else User.objects.all()
        if unknown := set(email) - set(learners.values_list("email", flat=True)):
            raise CommandError(f"Nobody here has the address {', '.join(sorted(unknown))}.")
        for number, pk in enumerate(learners.order_by("pk").values_list("pk", flat=True).iterator(), 1):
            with transaction.atomic():  # each alone: a score waits for one learner's count at most
                rebuild(locked(pk))
            if number % 100 == 0:
                self.stdout.write(f"{number:,} learners")
        self.stdout.write(f"Counted the progress of {learners.count():,} learners.")
