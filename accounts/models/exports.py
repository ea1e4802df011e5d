"""Learners' data on its way out of the site and into it: what a task does, and how far it is."""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self, TypeVar

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone

from accounts.models.users import User

_Row = TypeVar("_Row", bound="Transfer")


class LeaseLost(Exception):  # noqa: N818 - nothing went wrong: somebody else goes on, or its owner deleted it
    """The row is gone, or another worker's."""


class TransferQuerySet(models.QuerySet[_Row]):
    #: How long a worker may be silent before another goes on in its place.
    LEASE = timedelta(seconds=90)
    #: What no worker survived so often is given up.
    MAX_TRIES = 5
    #: One that still waits after so long was lost by the broker.
    LOST_AFTER = timedelta(seconds=10)

    def open(self) -> Self:
        """Neither done nor failed, and no worker's."""
        free = models.Q(leased_until=None) | models.Q(leased_until__lt=timezone.now())
        return self.filter(free, status__in=[Transfer.Status.WAITING, Transfer.Status.RUNNING])

    def lost(self) -> Self:
        return self.open().filter(created_at__lt=timezone.now() - self.LOST_AFTER)

    def expired(self) -> Self:
        return self.filter(expires_at__lte=timezone.now())

    def begin(self, user: User, upload: "File[bytes] | None" = None) -> tuple[_Row, bool]:
        """What runs for the user already and False; else a new one in the place of what was, and True.

        `upload` becomes its file.
        """
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)  # of two at once the second finds the first
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

    def claim(self, pk: uuid.UUID | str) -> _Row | None:
        """Lease it; None where it is another worker's, done, given up or gone."""
        lease = uuid.uuid4()
        claimed = (
            self.open()
            .filter(pk=pk)
            .update(
                status=Transfer.Status.RUNNING,
                lease=lease,
                leased_until=timezone.now() + self.LEASE,
                tries=models.F("tries") + 1,
            )
        )
        return self.filter(pk=pk, lease=lease).select_related("user").first() if claimed else None


class Transfer(models.Model):
    """One at a time of each kind for a learner: the next takes the place of the last."""

    #: So long it can be fetched or looked at.
    KEPT = timedelta(days=7)
    FOLDER: ClassVar[str]

    class Status(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # random, as the file's name is
    status = models.CharField(max_length=7, choices=Status, default=Status.WAITING)
    failure = models.CharField(max_length=32, blank=True, help_text="Code of what went wrong")
    done = models.PositiveIntegerField(default=0, help_text="Writings dealt with")
    total = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True, db_index=True)
    lease = models.UUIDField(null=True, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.status}, {self.done} of {self.total}"

    @property
    def path(self) -> str:
        """Of its file on the default storage, known before there is one, so that a killed worker leaves none behind."""
        return f"{self.FOLDER}/{self.pk}.zip"

    @property
    def is_running(self) -> bool:
        return self.status in (self.Status.WAITING, self.Status.RUNNING)

    @property
    def is_hopeless(self) -> bool:
        return self.tries > TransferQuerySet.MAX_TRIES

    @property
    def is_done(self) -> bool:
        return self.status == self.Status.DONE

    def note(self, **fields: Any) -> None:
        """Keep these and the lease; LeaseLost where it isn't this worker's any more."""
        until = timezone.now() + TransferQuerySet.LEASE
        self._write(leased_until=until, **fields)

    def end(self, status: str, **fields: Any) -> None:
        """It is over."""
        self._write(status=status, lease=None, leased_until=None, expires_at=timezone.now() + self.KEPT, **fields)

    def _write(self, **fields: Any) -> None:
        if not type(self)._default_manager.filter(pk=self.pk, lease=self.lease).update(**fields):
            raise LeaseLost
        for name, value in fields.items():
            setattr(self, name, value)


class Export(Transfer):
    """All that is a learner's, as a zip for them alone."""

    FOLDER = "exports"

    user = models.OneToOneField(User, models.CASCADE, related_name="export")
    size = models.PositiveBigIntegerField(default=0, help_text="Of the file, bytes")

    objects = TransferQuerySet.as_manager()


class Import(Transfer):
    """Such a zip, brought back. Its file is deleted as soon as it is read."""

    FOLDER = "imports"

    user = models.OneToOneField(User, models.CASCADE, related_name="import_of")
    added = models.PositiveIntegerField(default=0, help_text="Writings that weren't here yet")
    skipped = models.JSONField(default=dict, help_text="By code, how much of the file was left out")

    objects = TransferQuerySet.as_manager()

    @property
    def here(self) -> int:
        """How many writings were here before."""
        return self.skipped.get("already_here", 0)

    @property
    def left_out(self) -> int:
        """How much couldn't be taken."""
        return sum(self.skipped.values()) - self.here


@receiver(post_delete, sender=Export)
@receiver(post_delete, sender=Import)
def delete_file(instance: Transfer, **_: Any) -> None:
    """With its row, with its owner too, goes the file."""
    transaction.on_commit(lambda: default_storage.delete(instance.path), robust=True)


def file_name(moment: datetime) -> str:
    """What a downloaded export is called."""
    return f"letters-ai-{moment:%Y-%m-%d}.zip"
