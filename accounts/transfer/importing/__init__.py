"""Imports an export from this site or another. `check` inspects an uploaded file, `run` stores its contents in a task.

Nothing in the file is trusted.
"""

import uuid
from collections import Counter
from typing import IO, Any
from zipfile import ZipFile

from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import Failure, Import, User
from accounts.progress.tally import rebuild
from accounts.transfer.importing.account import AccountImport
from accounts.transfer.importing.archive import (
    MAX_BYTES,
    Rejected,
    Rejection,
    chunk,
    count_attempts,
    next_line,
    open_archive,
    read_account,
)
from accounts.transfer.importing.attempts import AttemptReader
from accounts.transfer.importing.values import Skipped, SkipReason, parse
from characters.models import Character
from ml.ink import WritingError
from scoring.judging import score_waiting
from scoring.models import Attempt, Score

__all__ = ["MAX_BYTES", "ImportRun", "Rejected", "Rejection", "check", "run"]


def check(file: IO[bytes]) -> None:
    """Raise Rejected unless the file looks like an export."""
    with open_archive(file) as archive:
        read_account(archive)


def run(job: Import) -> None:
    """Store the contents of the import's file, and end the import. An interrupted import continues where it was.

    Raises LeaseLost when another worker has taken over.
    """
    try:
        with default_storage.open(job.path) as file, open_archive(file) as archive:
            account = read_account(archive)
            if not job.total:
                job.save_progress(total=count_attempts(archive))
            ImportRun(job, archive).run(account)
    except FileNotFoundError:
        job.end(Import.Status.FAILED, failure=Failure.FILE_MISSING)
    except Rejected as error:
        job.end(Import.Status.FAILED, failure=error.code)
    default_storage.delete(job.path)


class ImportRun:
    """The work of one worker on one import."""

    def __init__(self, job: Import, archive: ZipFile) -> None:
        self.job, self.archive = job, archive
        #: How many things were skipped, by SkipReason or Refusal.
        self.skipped: Counter[str] = Counter(job.skipped)
        self.characters = dict(Character.objects.values_list("literal", "pk"))
        self.reader = AttemptReader(archive, job.user_id, self.characters)

    def run(self, account: dict[str, Any]) -> None:
        """Store what hasn't been stored yet. Each chunk is stored in one transaction with the job's progress."""
        with self.archive.open("attempts.jsonl") as file:
            for _ in range(self.job.done):
                next_line(file)
            while True:
                lines = list(chunk(file))
                try:
                    with transaction.atomic():
                        added = self.store(lines)
                        progress = {
                            "done": self.job.done + len(lines),
                            "added": self.job.added + added,
                            "skipped": self.skipped,
                        }
                        if lines:
                            self.job.save_progress(**progress)
                        else:
                            self.finish(account)
                            self.job.end(Import.Status.DONE, **progress)
                except Exception:
                    for name in self.reader.images:
                        default_storage.delete(name)
                    raise
                self.reader.images = []
                if not lines:
                    return
                score_waiting()

    def finish(self, account: dict[str, Any]) -> None:
        """Store everything but attempts, and recount the user's progress: attempts are stored without counting them."""
        user = User.objects.lock(self.job.user_id)
        AccountImport(self.archive, user, self.characters, self.skipped).run(account)
        rebuild(user)

    def store(self, lines: list[bytes | None]) -> int:
        """Store the attempts of these lines that the user doesn't have yet. Returns their number."""
        read = [parsed for line in lines if (parsed := self.parse(line))]
        owners = dict(Attempt.objects.filter(pk__in=[a.pk for a, _, _ in read]).values_list("pk", "user_id"))
        for attempt, attempt_scores, _ in read:
            if attempt.pk in owners and owners[attempt.pk] != self.job.user_id:
                attempt.pk = uuid.uuid5(attempt.pk, str(self.job.user_id))
                for score in attempt_scores:
                    score.attempt = attempt  # the score has copied the key, which is that of another user's attempt
        here = set(Attempt.objects.filter(pk__in=[a.pk for a, _, _ in read]).values_list("pk", flat=True))
        attempts, scores = [], []
        for attempt, attempt_scores, image in read:
            if attempt.pk in here:
                self.skipped[SkipReason.ALREADY_HERE] += 1
                continue
            here.add(attempt.pk)
            try:
                if image:
                    self.reader.store_image(attempt, image)
            except Skipped as skipped:
                self.skipped[skipped.reason] += 1
                continue
            except WritingError as error:
                self.skipped[error.code] += 1
                continue
            attempts.append(attempt)
            scores += attempt_scores
        Attempt.objects.bulk_create(attempts)
        Score.objects.bulk_create(scores)
        return len(attempts)

    def parse(self, line: bytes | None) -> tuple[Attempt, list[Score], str | None] | None:
        """The attempt of a line, its scores and its image, as `AttemptReader.read`; None, counted, if it is skipped."""
        try:
            return self.reader.read(parse(line))
        except Skipped as skipped:
            self.skipped[skipped.reason] += 1
        except WritingError as error:
            self.skipped[error.code] += 1
        return None
