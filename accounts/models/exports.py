"""Exports and imports of learners' data, and their progress."""

import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self, TypeVar

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone

from accounts.models.users import User
from scoring.models import Leased, LeasedQuerySet

_Row = TypeVar("_Row", bound="Transfer")


class LeaseLost(Exception):  # noqa: N818 - not an error: another worker continues, or the learner deleted the row
    """The row has been deleted, or another worker holds its lease."""


class Failure(StrEnum):
    """Why a job failed. An import can also fail for the code of a rejected file."""

    INTERRUPTED = "interrupted"
    FILE_MISSING = "file_missing"


class TransferQuerySet(LeasedQuerySet[_Row]):
    #: How long a worker may be silent before another takes over.
    LEASE = timedelta(seconds=90)
    #: After this many tries without success the job fails.
    MAX_TRIES = 5
    LOST_AFTER = timedelta(seconds=10)

    def unfinished(self) -> Self:
        """Neither done nor failed."""
        return self.filter(status__in=[Transfer.Status.WAITING, Transfer.Status.RUNNING])

    def lost(self) -> Self:
        """Unfinished, held by no worker, and old enough to have lost its task."""
        return self.unfinished().free().overdue("created_at")

    def expired(self) -> Self:
        """Ended long enough ago to be deleted."""
        return self.filter(expires_at__lte=timezone.now())

    def begin(self, user: User, upload: "File[bytes] | None" = None) -> tuple[_Row, bool]:
        """A new job that replaces the user's last, and True; or the job that is still running, and False.

        `upload` becomes the file of the new job.
        """
        with transaction.atomic():
            User.objects.lock(user.pk)
            last = self.filter(user=user).first()
            if last and last.is_running:
                return last, False
            if last:
                last.delete()
            begun = self.model(user=user)
            if upload:
                default_storage.save(begun.path, upload)
            begun.save(force_insert=True)
        return begun, True

    def start(self, pk: uuid.UUID | str) -> _Row | None:
        """Lease it and mark it as running; None if another worker holds it, or if it is finished or gone."""
        claimed = self.unfinished().select_related("user").claim([pk], status=Transfer.Status.RUNNING)
        return claimed[0] if claimed else None


class Transfer(Leased):
    """An export or import. A learner has at most one of each; a new one replaces the last."""

    #: How long it is kept after it has ended.
    KEPT = timedelta(days=7)
    #: The folder of the files in the default storage.
    FOLDER: str

    class Status(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # random, as the file's name is
    status = models.CharField(max_length=7, choices=Status, default=Status.WAITING)
    failure = models.CharField(max_length=32, blank=True, help_text="Code of the failure; empty if there is none")
    done = models.PositiveIntegerField(default=0, help_text="Attempts processed")
    total = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.status}, {self.done} of {self.total}"

    @property
    def path(self) -> str:
        """Name of the file in the default storage.

        It is known before the file exists: if a worker is killed, deleting the row still finds the file.
        """
        return f"{self.FOLDER}/{self.pk}.zip"

    @property
    def is_running(self) -> bool:
        return self.status in (self.Status.WAITING, self.Status.RUNNING)

    @property
    def is_hopeless(self) -> bool:
        """Whether it has been tried too often."""
        return self.tries > TransferQuerySet.MAX_TRIES

    @property
    def is_done(self) -> bool:
        return self.status == self.Status.DONE

    def save_progress(self, **fields: Any) -> None:
        """Save the fields and renew the lease. Raises LeaseLost."""
        until = timezone.now() + TransferQuerySet.LEASE
        self._write(leased_until=until, **fields)

    def end(self, status: str, **fields: Any) -> None:
        """Save the fields and end the job. Raises LeaseLost."""
        self._write(status=status, lease=None, leased_until=None, expires_at=timezone.now() + self.KEPT, **fields)

    def _write(self, **fields: Any) -> None:
        if not type(self)._default_manager.filter(pk=self.pk, lease=self.lease).update(**fields):
            raise LeaseLost
        for name, value in fields.items():
            setattr(self, name, value)


class Export(Transfer):
    """All data of a learner, as a zip file that only they can download."""

    FOLDER = "exports"

    user = models.OneToOneField(User, models.CASCADE, related_name="export")
    size = models.PositiveBigIntegerField(default=0, help_text="Size of the file, bytes")

    objects = TransferQuerySet.as_manager()


class Import(Transfer):
    """An exported file that a learner imports. The file is deleted as soon as it has been read."""

    FOLDER = "imports"

    user = models.OneToOneField(User, models.CASCADE, related_name="import_of")
    added = models.PositiveIntegerField(default=0, help_text="Attempts that the learner didn't have yet")
    skipped = models.JSONField(default=dict, help_text="Numbers of things that were left out, by reason code")

    objects = TransferQuerySet.as_manager()

    @property
    def here(self) -> int:
        """Number of attempts that the learner already had."""
        return self.skipped.get("already_here", 0)

    @property
    def left_out(self) -> int:
        """Number of things that couldn't be imported."""
        return sum(self.skipped.values()) - self.here


def delete_file(instance: Transfer, **_: Any) -> None:
    """Receiver of `post_delete`: delete the file with its row, also when the account is deleted."""
    transaction.on_commit(lambda: default_storage.delete(instance.path), robust=True)


def file_name(moment: datetime) -> str:
    """The name under which a browser saves an export that was started at `moment`."""
    return f"letters-ai-{moment:%Y-%m-%d}.zip"
