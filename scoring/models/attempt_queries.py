"""Queries on attempts, and changes to many at once: writing, deleting, recording scores."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from copy import copy
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Self, cast

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile, File
from django.db import DatabaseError, models, transaction
from django.utils import timezone

from characters.models import Exemplar
from ml.ink import duration
from ml.sandbox import kind
from scoring.models.keys import IdempotencyKey
from scoring.models.lines import Line
from scoring.models.queue import QueuedQuerySet
from scoring.models.scores import Score
from scoring.signals import changed, judged, settled

if TYPE_CHECKING:
    from scoring.models.attempts import Attempt

#: Rows changed by one statement at most.
_AT_ONCE = 1000
#: The columns of an attempt that has just been scored.
OUT_OF_QUEUE = {"status": "scored", "failure": "", "lease": None, "leased_until": None}


class Changed(Exception):  # noqa: N818 - not a fault
    """Another transaction has changed an attempt since it was leased."""


class AttemptQuerySet(QueuedQuerySet["Attempt"]):
    #: Rows that one call of `erase_some` erases: few enough that nobody waits for long.
    ERASED_AT_ONCE = 1000

    def owned_by_guest(self, guest: uuid.UUID) -> Self:
        return self.filter(guest=guest, user=None, forgotten_at=None)

    def counted(self) -> Self:
        """Learners' attempts with a score for their target, oldest first: what progress counts."""
        has_score = self.filter(user__isnull=False, legibility__isnull=False, forgotten_at=None)
        return has_score.order_by("written_at", "id")

    def scored_after(self, last: uuid.UUID, since: datetime) -> Self:
        """Attempts after the id `last`, written at `since` or later, with a score for their target; by id, which grows
        with time.
        """
        has_score = self.filter(pk__gt=last, written_at__gte=since, legibility__isnull=False, forgotten_at=None)
        return has_score.select_related("target").prefetch_related("scores").order_by("pk")

    def milestones(self) -> dict[str, "Attempt | None"]:
        """The "first", the "best" and the "latest" of these with a score for their target; None where there is none."""
        scored = self.filter(legibility__isnull=False)
        return {
            "first": scored.order_by("written_at", "id").first(),
            "best": scored.order_by("-legibility", "-written_at", "-id").first(),
            "latest": scored.order_by("-written_at", "-id").first(),
        }

    def give_to(self, user: Any) -> int:
        """Make these guest attempts `user`'s; return how many. Their copies of idempotency keys end, as the user may
        have the same ones.
        """
        with transaction.atomic():
            given = self.filter(user=None).order_by().select_for_update(of=("self",))
            rows = list(given.values_list("pk", "target_id", "written_at", "legibility"))
            guests = set(given.values_list("guest", flat=True))
            self._change([pk for pk, *_ in rows], user=user, guest=None, idempotency_key=None)
            Line.objects.filter(guest__in=guests, user=None).update(user=user, guest=None)
            self.send_changed((user.pk, *written) for _, *written in rows)
        return len(rows)

    def write(self, **fields: Any) -> "Attempt":
        """Store an attempt, queued; `fields` are those of `write_all`."""
        return self.write_all([fields])[0]

    def write_all(self, rows: Iterable[dict[str, Any]], key: IdempotencyKey | None = None) -> list["Attempt"]:
        """Store attempts, queued, all or none; with them the idempotency key of their request.

        `rows` contain the attempts' fields, or as `photo` an image's file or bytes; `is_bulk` if nobody waits for the
        score, so that the attempt waits in the bulk lane. Raises OSError if the storage refuses an image, and
        IntegrityError if the key's owner used it before; then nothing is stored.
        """
        attempts: list[Attempt] = []
        try:
            for row in rows:
                attempts.append(self._unsaved(**row))
            if key is None and len(attempts) == 1:
                attempts[0].save(force_insert=True)  # one statement, without those that begin and end a transaction
            else:
                self._store(attempts, key)
        except (OSError, DatabaseError):
            for image in [attempt.image for attempt in attempts if attempt.image]:
                with suppress(OSError):  # check_consistency finds the file
                    image.delete(save=False)
            raise
        return attempts

    def _store(self, attempts: Sequence["Attempt"], key: IdempotencyKey | None) -> None:
        with transaction.atomic():
            if key:
                # First: a request that repeats this one at the same time waits here, and then fails.
                key.attempts = [str(attempt.pk) for attempt in attempts]
                key.save(force_insert=True)
            self.bulk_create(attempts)

    def first_use(self, key: IdempotencyKey, copies: Sequence[str]) -> IdempotencyKey | None:
        """The key as its owner used it before; None if this is the first use.

        Of a request that the previous release stored there are only the `copies` of the key at its attempts.
        """
        owner = {"user": key.user, "guest": key.guest}
        if first := IdempotencyKey.objects.filter(**owner, key=key.key).first():
            return first
        stored = dict(self.filter(**owner, idempotency_key__in=copies).values_list("idempotency_key", "pk"))
        ids = [str(stored[copy]) for copy in copies if copy in stored]
        return IdempotencyKey(**owner, key=key.key, fingerprint=key.fingerprint, attempts=ids) if ids else None

    def hide(self, at: datetime) -> int:
        """Delete these so that it can be undone: hide them and their exemplars; return how many."""
        return self._set_hidden(self.filter(forgotten_at=None), at)

    def restore(self) -> int:
        """Undo the deletion of these; return how many."""
        return self._set_hidden(self.filter(forgotten_at__isnull=False), None)

    def _set_hidden(self, attempts: Self, at: datetime | None) -> int:
        with transaction.atomic():
            locked = attempts.order_by().select_for_update(of=("self",))
            columns = ["pk", "exemplar_id", "line_id", "user_id", "target_id", "written_at", "legibility"]
            rows = list(locked.values_list(*columns))
            self._change([pk for pk, *_ in rows], forgotten_at=at)
            for some in _portions([exemplar for _, exemplar, *_ in rows if exemplar]):
                Exemplar.objects.filter(pk__in=some).update(is_hidden=at is not None)
            for some in _portions(list({line for _, _, line, *_ in rows if line})):
                if at:
                    Line.objects.hide_empty(some, at)
                else:
                    Line.objects.show(some)
            self.send_changed(written for _, _, _, *written in rows)
        return len(rows)

    def erase(self) -> int:
        """Delete these for good, with scores, images and exemplars; return how many.

        Rows that another transaction has locked are left to the next run.
        """
        with transaction.atomic():
            going = list(self.order_by().select_for_update(of=("self",), skip_locked=True).only("image", "line"))
            for image in [attempt.image for attempt in going if attempt.image]:
                transaction.on_commit(partial(image.storage.delete, str(image)), robust=True)
            for some in _portions([attempt.pk for attempt in going]):
                self.model.objects.filter(pk__in=some).only("exemplar").delete()
            for some in _portions(list({attempt.line_id for attempt in going if attempt.line_id})):
                Line.objects.erase_empty(some)
        return len(going)

    def erase_some(self) -> int:
        """Erase the first `ERASED_AT_ONCE` of these; return how many."""
        return self.model.objects.filter(pk__in=list(self.values_list("pk", flat=True)[: self.ERASED_AT_ONCE])).erase()

    def clear_keys(self) -> int:
        """Clear some copies of idempotency keys beyond their retention; return how many."""
        before = timezone.now() - IdempotencyKey.RETENTION
        # The index is on written_at; a delayed attempt may have arrived later.
        old = self.filter(idempotency_key__isnull=False, written_at__lt=before, queued_at__lt=before)
        ids = list(old.order_by("written_at").values_list("pk", flat=True)[:_AT_ONCE])
        return self.model.objects.filter(pk__in=ids).update(idempotency_key=None)

    def record_all(self, judgements: Sequence[tuple["Attempt", dict[str, Any]]]) -> None:
        """Store the scores of attempts that were leased together, which are then scored, in one transaction.

        Raises Changed or IntegrityError, and stores nothing, if one of the attempts was changed since it was leased;
        `Attempt.record` can store its score.
        """
        if not judgements:
            return
        scores = [Score(attempt=attempt, target_id=attempt.target_id, **fields) for attempt, fields in judgements]
        with transaction.atomic():
            Score.objects.bulk_create(scores)
            # A target set meanwhile, or another worker, has ended the lease.
            attempts = [attempt for attempt, _ in judgements]
            leased = self.filter(pk__in=[attempt.pk for attempt in attempts], lease__in={a.lease for a in attempts})
            of_guests = models.Q(pk__in=[attempt.pk for attempt in attempts if attempt.user_id is None])
            unchanged = leased.filter(~of_guests | models.Q(user=None), forgotten_at=None)
            if unchanged.update(**OUT_OF_QUEUE, **_copied(scores)) < len(scores):
                raise Changed("one of them was changed")
            exemplars = self._send_judged(scores)
            settled.send(self.model, attempts=attempts, failure="")
        for score in scores:
            score.attempt.set_scored(score)
            score.attempt.exemplar_id = exemplars.get(score.attempt.pk)

    def _send_judged(self, scores: Sequence[Score]) -> dict[uuid.UUID, int]:
        """Send `judged` for each of these scores that is for a target, in the transaction that stores them.

        Returns the ids of the exemplars of these attempts, by the attempt's.
        """
        exemplars: dict[uuid.UUID, int] = {}
        judgements = [score for score in scores if score.legibility is not None]
        users = {score.attempt.user_id for score in judgements if score.attempt.user_id}
        learners = cast(Any, get_user_model()).objects.lock_all(users) if users else {}
        for score in judgements:
            # A copy: the transaction may still fail.
            attempt = copy(score.attempt)
            attempt.user = learners.get(attempt.user_id)
            attempt.set_scored(score)
            judged.send(self.model, attempt=attempt, score=score, before=score.attempt.legibility)
            if attempt.exemplar_id:
                exemplars[attempt.pk] = attempt.exemplar_id
        return exemplars

    def _unsaved(
        self, *, photo: "File[bytes] | bytes | None" = None, is_bulk: bool = False, **fields: Any
    ) -> "Attempt":
        """A new attempt with its image in the storage. Raises OSError if the storage refuses that."""
        attempt = self.model(duration=duration(fields.get("ink")), **fields)
        attempt.bulk_owner = attempt.owner_id if is_bulk else None
        if photo:
            file = ContentFile(photo) if isinstance(photo, bytes) else photo
            file.seek(0)
            attempt.image.save(f"{attempt.pk}.{kind(file.read(12))}", file, save=False)
        return attempt

    def _change(self, ids: Sequence[uuid.UUID], **fields: Any) -> None:
        """Set these fields of the attempts `ids`, whatever this queryset contains."""
        for some in _portions(ids):
            self.model.objects.filter(pk__in=some).update(**fields)

    def send_changed(self, written: Iterable[tuple[int | None, int | None, datetime, int | None]]) -> None:
        """Send `changed` once per user for rows of (user id, target id, written_at, legibility), in the transaction."""
        by_user: dict[int, list[tuple[int | None, datetime]]] = defaultdict(list)
        for user_id, target_id, written_at, legibility in written:
            if user_id is not None and legibility is not None:
                by_user[user_id].append((target_id, written_at))
        for user_id, attempts in by_user.items():
            changed.send(self.model, user_id=user_id, attempts=attempts)


def _copied(scores: Sequence[Score]) -> dict[str, Any]:
    """The columns that attempts copy from their newest score, as values of an update."""
    if len(scores) == 1:
        return {"legibility": scores[0].legibility, "misread_as": scores[0].main_misreading}

    def chosen(field: "models.Field[Any, Any]", value: Callable[[Score], Any]) -> models.Case:
        whens = [models.When(pk=score.attempt_id, then=models.Value(value(score), field)) for score in scores]
        return models.Case(*whens, output_field=field)

    return {
        "legibility": chosen(models.PositiveSmallIntegerField(), lambda score: score.legibility),
        "misread_as": chosen(models.CharField(), lambda score: score.main_misreading),
    }


def _portions(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
