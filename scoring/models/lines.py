"""Lines: words and sentences, whose characters are attempts."""

import uuid
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, Self, cast

from django.conf import settings
from django.core.files.base import File
from django.db import DatabaseError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from characters.models import Character
from ml.sandbox import kind
from scoring.models.keys import IdempotencyKey
from scoring.models.lease import Leased
from scoring.models.owned import OwnedQuerySet
from scoring.signals import line_scored

#: Most characters of a line, and of the text before it and after it.
MAX_LINE = 32
#: Rows erased by one statement at most.
_AT_ONCE = 1000
_KEPT = models.Q(forgotten_at=None)
_UNREAD = models.Q(model_version="")


class LineQuerySet(OwnedQuerySet["Line"]):
    #: Claims after which a line that was never read is given up.
    MAX_TRIES = 5

    def write(
        self,
        cells: Sequence[dict[str, Any]],
        key: IdempotencyKey | None = None,
        photo: "File[bytes] | None" = None,
        **fields: Any,
    ) -> "Line":
        """Store a line, to be read, and an attempt for each of `cells`, all or none; with it the request's key.

        `cells`: ink of one character each; none if the line has `ink` of its own or a `photo`. Raises OSError if the
        storage refuses the photo, and IntegrityError if the key's owner used it before.
        """
        line = Line(**fields)
        try:
            if photo:
                photo.seek(0)
                line.image.save(f"{line.pk}.{kind(photo.read(12))}", photo, save=False)
            with transaction.atomic():
                if key:
                    key.attempts = [str(line.pk)]
                    key.save(force_insert=True)
                line.save(force_insert=True)
                line.add_attempts(line.text, [{"ink": ink} for ink in cells], is_meant=bool(line.text))
        except (OSError, DatabaseError):
            if line.image:
                with suppress(OSError):  # check_consistency finds the file
                    line.image.delete(save=False)
            raise
        return line

    def unread(self) -> Self:
        """Lines without attempts: they aren't read yet, or couldn't be."""
        return self.filter(_UNREAD, attempts=None)

    def waiting(self) -> Self:
        """To be read, and held by no worker."""
        return self.free().filter(status=Line.Status.QUEUED)

    def lost(self) -> Self:
        """Waiting for so long that the broker or a worker may have lost the task."""
        return self.waiting().overdue("queued_at")

    def claim_waiting(self, pk: uuid.UUID | str) -> "Line | None":
        """Lease the line; None if it doesn't wait, or was given up because every try ended its worker."""
        line = next(iter(self.filter(status=Line.Status.QUEUED).claim([pk])), None)
        if line and line.tries > self.MAX_TRIES:
            line.fail("scoring_failed")
            return None
        return line

    def finish(self, pks: Collection[uuid.UUID]) -> list[uuid.UUID]:
        """End those of `pks` that are read and of which no attempt waits for its score; return which.

        Sends `line_scored` for each, in the transaction.
        """
        if not pks:
            return []
        waits = _attempts().filter(line=models.OuterRef("pk"), status="queued")
        ready = self.filter(~models.Exists(waits), pk__in=pks, status=Line.Status.READ)
        finished = []
        for line in ready:
            with transaction.atomic():
                if self.filter(pk=line.pk, status=Line.Status.READ).update(status=Line.Status.SCORED):
                    finished.append(line.pk)
                    line_scored.send(Line, line=line)
        return finished

    def hide_empty(self, pks: Collection[uuid.UUID], at: datetime) -> None:
        """Hide those of `pks` of which every attempt is hidden."""
        kept = _attempts().filter(line=models.OuterRef("pk"), forgotten_at=None)
        self.filter(~models.Exists(kept), pk__in=pks, forgotten_at=None).update(forgotten_at=at)

    def show(self, pks: Collection[uuid.UUID]) -> None:
        """Show these lines again."""
        self.filter(pk__in=pks).update(forgotten_at=None)

    def erase_some(self) -> int:
        """Erase some of these, oldest first; return how many."""
        going = list(self.order_by("written_at").only("image")[:_AT_ONCE])
        with transaction.atomic():
            for line in going:
                line.discard_image()
            return self.model.objects.filter(pk__in=[line.pk for line in going]).delete()[0]

    def erase_empty(self, pks: Collection[uuid.UUID]) -> None:
        """Erase those of `pks` of which no attempt is left."""
        self.filter(pk__in=pks, attempts=None).exclude(ink__isnull=False).delete()


def _attempts() -> Any:
    """The manager of attempts, whose module imports this one."""
    return cast(Any, Line._meta.get_field("attempts").related_model)._default_manager


class Line(Leased):
    """A word or a sentence as it was written. Its characters are attempts, in order.

    The attempts have the ink, or images cut out of a photograph. A free line has it until a worker has split it into
    attempts, so that deleting an attempt deletes all that was written.
    """

    class Kind(models.TextChoices):
        DICTATION = "dictation", _("Dictation")
        CLOZE = "cloze", _("Cloze")
        FREE = "free", _("Free")
        OWN = "own", _("Own text")

    class Direction(models.TextChoices):
        HORIZONTAL = "horizontal", _("Horizontal")
        VERTICAL = "vertical", _("Vertical")

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        #: Some of its attempts may have no score yet.
        READ = "read", _("Read")
        SCORED = "scored", _("Scored")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="lines")
    guest = models.UUIDField(null=True, blank=True, help_text="Id of the writer without an account")
    kind = models.CharField(max_length=9, choices=Kind)
    text = models.CharField(max_length=MAX_LINE, blank=True, help_text="What was asked for; a free line may have none")
    before = models.CharField(max_length=MAX_LINE, blank=True, default="", help_text="Text before it")
    after = models.CharField(max_length=MAX_LINE, blank=True, default="", help_text="Text after it")
    direction = models.CharField(max_length=10, choices=Direction, default=Direction.HORIZONTAL)
    saw_reference = models.BooleanField(default=False, help_text="The writer could see how its characters are written")
    pen_width = models.FloatField(null=True, blank=True, help_text="Width on screen, CSS px")
    ink = models.JSONField(null=True, blank=True, help_text="Of a free line, until it is split into attempts")
    image = models.ImageField(
        upload_to="lines/", blank=True, default="", db_default="", help_text="Photograph of a line, until it is read"
    )
    written_at = models.DateTimeField(default=timezone.now)
    forgotten_at = models.DateTimeField(null=True, blank=True, help_text="Time of deletion; hidden since, soon erased")

    status = models.CharField(max_length=6, choices=Status, default=Status.QUEUED)
    failure = models.CharField(max_length=32, blank=True, help_text="Code of the failure; empty: none")
    queued_at = models.DateTimeField(default=timezone.now)
    is_bulk = models.BooleanField(default=False, editable=False, help_text="Nobody waits for it")
    model_version = models.CharField(max_length=40, blank=True, help_text="Version of the model that read it")
    characters = models.JSONField(
        default=list, blank=True, help_text="What each character was read as, in order; see scoring.reading"
    )
    remarks = models.JSONField(default=list, blank=True, help_text="On size, place and spacing; see ml.evenness")

    objects = LineQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-id"]
        indexes = [
            models.Index(fields=["user", "-written_at", "-id"], name="lines_of_user", condition=_KEPT),
            models.Index(fields=["guest", "-written_at", "-id"], name="lines_of_guest", condition=_KEPT),
            models.Index(fields=["queued_at"], name="queued_lines", condition=models.Q(status="queued")),
            models.Index(fields=["written_at"], name="unread_lines", condition=_UNREAD),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) | models.Q(guest__isnull=False), name="line_of_user_or_guest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text or self.read_as} {self.written_at:%Y-%m-%d %H:%M:%S}"

    @property
    def is_waiting(self) -> bool:
        """Whether it isn't read, or some of its attempts aren't scored."""
        return self.status in (self.Status.QUEUED, self.Status.READ)

    @property
    def is_whole(self) -> bool:
        """Whether it was written or photographed as a whole, and isn't split into attempts yet."""
        return bool(self.ink or self.image)

    @property
    def read_as(self) -> str:
        """What a reader in context reads; empty while it isn't read."""
        return "".join(character["read_as"] for character in self.characters)

    @property
    def read_alone(self) -> str:
        """What each character would be read as alone."""
        return "".join(character["alone"] for character in self.characters)

    @property
    def is_right(self) -> bool | None:
        """Whether a reader reads what was asked for; None without a text, or while it isn't read."""
        return self.read_as == self.text if self.text and self.characters else None

    def around(self, position: int, text: str) -> dict[str, str]:
        """The text before and after the character at `position`, from 1, of the line that reads `text`."""
        return {
            "before": (self.before + text[: position - 1])[-MAX_LINE:],
            "after": (text[position:] + self.after)[:MAX_LINE],
        }

    def add_attempts(self, text: str, written: Sequence[dict[str, Any]], *, is_meant: bool) -> None:
        """Store an attempt for each character of the line, in order, with the rest of `text` around it.

        `written`: the `ink` of each, or as `photo` the bytes of its image. `is_meant`: `text` is what was asked for, so
        that its characters are targets; otherwise it is what was read. A character outside the catalogue is no target:
        its attempt is read only.
        """
        wanted = set(text) if is_meant else set()
        targets = Character.objects.in_bulk(list(wanted), field_name="literal")
        _attempts().write_all(
            {
                "user_id": self.user_id,
                "guest": self.guest,
                **self.around(position, text),
                "line": self,
                "position": position,
                "target": targets.get(text[position - 1]) if is_meant else None,
                **one,
                "pen_width": self.pen_width,
                "saw_reference": self.saw_reference,
                "written_at": self.written_at,
                "is_bulk": self.is_bulk,
            }
            for position, one in enumerate(written, 1)
        )

    def record(self, written: Sequence[dict[str, Any]], **read: Any) -> bool:
        """Store what was read: `read`, values by field; and `written`, the attempts that the line was split into.

        `written`: see `add_attempts`; empty if the line had attempts already. False if another worker holds the line by
        now, or it is gone. Raises OSError if the storage refuses an image.
        """
        with transaction.atomic():
            is_mine = self._leave_queue(status=self.Status.READ, ink=None, **read)
            if is_mine and written:
                is_meant = len(self.text) == len(written)
                read_as = "".join(character["read_as"] for character in read["characters"])
                self.add_attempts(self.text if is_meant else read_as, written, is_meant=is_meant)
        return is_mine

    def fail(self, code: str) -> None:
        """End it with `code`, unless another worker holds it by now. Its attempts keep their scores."""
        with transaction.atomic():
            self._leave_queue(status=self.Status.FAILED, failure=code)

    def _leave_queue(self, **fields: Any) -> bool:
        """Set `fields`, and discard the photograph, which nobody needs any more; in a transaction.

        False if another worker holds the line by now, or it is gone.
        """
        mine = Line.objects.filter(pk=self.pk, lease=self.lease, status=self.Status.QUEUED)
        is_mine = bool(mine.update(lease=None, leased_until=None, image="", **fields))
        if is_mine:
            self.discard_image()
        return is_mine

    def discard_image(self) -> None:
        """Delete the file of its image once the transaction is committed."""
        if self.image:
            transaction.on_commit(partial(self.image.storage.delete, str(self.image)), robust=True)

    def hide(self, at: datetime) -> None:
        """Delete it with its attempts so that it can be undone."""
        with transaction.atomic():
            self.attempts.all().hide(at)
            Line.objects.filter(pk=self.pk, forgotten_at=None).update(forgotten_at=at)

    def restore(self) -> None:
        """Undo its deletion."""
        with transaction.atomic():
            self.attempts.filter(forgotten_at=self.forgotten_at).restore()
            Line.objects.filter(pk=self.pk).update(forgotten_at=None)
