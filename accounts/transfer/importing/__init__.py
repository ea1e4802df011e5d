"""Brings an export back, here or on another site: `check` at the door, `take` in a task. Nothing in it is believed."""

import uuid
from collections import Counter
from typing import IO, Any
from zipfile import ZipFile

from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import Import
from accounts.progress.tally import locked, rebuild
from accounts.transfer.importing.account import Account
from accounts.transfer.importing.archive import MAX_BYTES, NotTaken, about_of, chunk, count, next_line, opened
from accounts.transfer.importing.values import LeftOut, parsed
from accounts.transfer.importing.writings import Writings
from characters.models import Character
from ml.ink import WritingError
from scoring.models import Attempt, Score
from scoring.tasks import score_waiting

__all__ = ["MAX_BYTES", "NotTaken", "Taking", "check", "take"]


def check(file: IO[bytes]) -> None:
    """Raise NotTaken unless the file looks like an export. Codes: too_large, not_an_export."""
    with opened(file) as archive:
        about_of(archive)


def take(job: Import) -> None:
    """Store what the import's file holds, some writings at a time, and end it. It goes on where it was interrupted."""
    try:
        with default_storage.open(job.path) as file, opened(file) as archive:
            about = about_of(archive)
            if not job.total:
                job.note(total=count(archive))
            Taking(job, archive).run(about)
    except FileNotFoundError:
        job.end(Import.Status.FAILED, failure="file_missing")
    except NotTaken as error:
        job.end(Import.Status.FAILED, failure=error.code)
    default_storage.delete(job.path)


class Taking:
    """One import by one worker."""

    def __init__(self, job: Import, archive: ZipFile) -> None:
        self.job, self.archive = job, archive
        self.skipped = Counter(job.skipped)
        self.characters = dict(Character.objects.values_list("literal", "pk"))
        self.writings = Writings(archive, job.user_id, self.characters)

    def run(self, about: dict[str, Any]) -> None:
        """Store what isn't stored yet. Each chunk is stored as a whole, with how far that is, or not at all."""
        with self.archive.open("attempts.jsonl") as file:
            for _ in range(self.job.done):
                next_line(file)
            while True:
                some = list(chunk(file))
                try:
                    with transaction.atomic():
                        added = self.store(some)
                        said = {
                            "done": self.job.done + len(some),
                            "added": self.job.added + added,
                            "skipped": self.skipped,
                        }
                        if some:
                            self.job.note(**said)
                        else:
                            self.finish(about)
                            self.job.end(Import.Status.DONE, **said)
                except Exception:
                    for name in self.writings.images:
                        default_storage.delete(name)
                    raise
                self.writings.images = []
                if not some:
                    return
                score_waiting()

    def finish(self, about: dict[str, Any]) -> None:
        """What isn't writings; and everything is counted anew, since writings came without being counted."""
        user = locked(self.job.user_id)
        Account(self.archive, user, self.characters, self.skipped).take(about)
        rebuild(user)

    def store(self, lines: list[bytes | None]) -> int:
        """Store the writings of these lines that aren't here yet; how many."""
        read = [made for line in lines if (made := self.attempt(line))]
        taken = dict(Attempt.objects.filter(pk__in=[a.pk for a, _, _ in read]).values_list("pk", "user_id"))
        for attempt, judged, _ in read:
            if attempt.pk in taken and taken[attempt.pk] != self.job.user_id:
                attempt.pk = uuid.uuid5(attempt.pk, str(self.job.user_id))
                for score in judged:
                    score.attempt = attempt  # else they would be of the other's writing
        here = set(Attempt.objects.filter(pk__in=[a.pk for a, _, _ in read]).values_list("pk", flat=True))
        attempts, scores = [], []
        for attempt, judged, image in read:
            if attempt.pk in here:
                self.skipped["already_here"] += 1
                continue
            here.add(attempt.pk)
            try:
                if image:
                    self.writings.keep_image(attempt, image)
            except LeftOut as reason:
                self.skipped[str(reason)] += 1
                continue
            attempts.append(attempt)
            scores += judged
        Attempt.objects.bulk_create(attempts)
        Score.objects.bulk_create(scores)
        return len(attempts)

    def attempt(self, line: bytes | None) -> tuple[Attempt, list[Score], str | None] | None:
        """What `Writings.attempt` makes of a line; None, and counted, where it isn't taken."""
        try:
            return self.writings.attempt(parsed(line))
        except LeftOut as reason:
            self.skipped[str(reason)] += 1
        except WritingError as reason:
            self.skipped[reason.code] += 1
        return None
