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
from accounts.transfer.importing.lines import own_id, some_lines
from accounts.transfer.importing.values import Skipped, SkipReason, parse
from characters.models import Character
from ml.ink import WritingError
from scoring.judging import score_waiting
from scoring.models import Attempt, Line, Score

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
        self.store_lines()
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

    def store_lines(self) -> None:
        """Store the lines that the user doesn't have yet, before the attempts that are their characters."""
        if "lines.jsonl" not in self.archive.namelist():
            return
        with self.archive.open("lines.jsonl") as file:
            while some := some_lines(file, self.job.user_id):
                lines, errors = some
                if not self.job.done:  # otherwise an earlier try has counted them
                    self.skipped.update(_reason(error) for error in errors)
                owners = dict(Line.objects.filter(pk__in=[one.pk for one in lines]).values_list("pk", "user_id"))
                for line in lines:
                    if owners.get(line.pk, self.job.user_id) != self.job.user_id:
                        line.pk = own_id(line.pk, self.job.user_id)
                here = set(Line.objects.filter(pk__in=[one.pk for one in lines]).values_list("pk", flat=True))
                new = {line.pk: line for line in lines if line.pk not in here}
                Line.objects.bulk_create(new.values())
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
                attempt.pk = own_id(attempt.pk, self.job.user_id)
                for score in attempt_scores:
                    score.attempt = attempt  # the score has copied the key, which is that of another user's attempt
        self.join_lines([attempt for attempt, _, _ in read])
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

    def join_lines(self, attempts: list[Attempt]) -> None:
        """Make the attempts characters of the user's lines, each of a position of its own."""
        wanted = {pk for attempt in attempts if attempt.line_id for pk in self.ids_of_line(attempt.line_id)}
        mine = set(Line.objects.filter(pk__in=wanted, user=self.job.user_id).values_list("pk", flat=True))
        taken = set(
            Attempt.objects.filter(line__in=mine)
            .exclude(pk__in=[attempt.pk for attempt in attempts])
            .values_list("line_id", "position")
        )
        for attempt in attempts:
            line = next((pk for pk in self.ids_of_line(attempt.line_id) if pk in mine), None)
            if line is None or (line, attempt.position) in taken:
                attempt.line_id = attempt.position = None
            else:
                attempt.line_id = line
                taken.add((line, attempt.position))

    def ids_of_line(self, pk: uuid.UUID | None) -> list[uuid.UUID]:
        """The ids under which the user may have the line: its own, or that of a copy."""
        return [pk, own_id(pk, self.job.user_id)] if pk else []

    def parse(self, line: bytes | None) -> tuple[Attempt, list[Score], str | None] | None:
        """The attempt of a line, its scores and its image, as `AttemptReader.read`; None, counted, if it is skipped."""
        try:
            return self.reader.read(parse(line))
        except (Skipped, WritingError) as error:
            self.skipped[_reason(error)] += 1
        return None


def _reason(error: Skipped | WritingError) -> str:
    return error.reason if isinstance(error, Skipped) else error.code
