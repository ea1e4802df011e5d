"""Attempts. The database is the truth of the queue: an attempt is scored because it is queued here."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from copy import copy
from datetime import datetime
from functools import partial
from typing import Any, Self, cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile, File
from django.db import DatabaseError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from characters.models import Character, Exemplar
from ml.ink import Refusal, duration
from ml.legibility import GOOD_FORM
from ml.sandbox import kind
from scoring.models.keys import IdempotencyKey
from scoring.models.lease import Leased
from scoring.models.lines import MAX_LINE, Line
from scoring.models.queue import Failure, QueuedQuerySet
from scoring.models.scores import Score
from scoring.models.shared import SharedAttempt
from scoring.models.showing import CannotShow, Obstacle
from scoring.signals import changed, judged, settled

_KEPT = models.Q(forgotten_at=None)
#: Rows changed by one statement at most.
_AT_ONCE = 1000
#: Most characters of the text before an attempt, and after it.
MAX_AROUND = MAX_LINE
#: The columns of an attempt that has just been scored.
_OUT_OF_QUEUE = {"status": "scored", "failure": "", "lease": None, "leased_until": None}


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
            _update([pk for pk, *_ in rows], user=user, guest=None, idempotency_key=None)
            Line.objects.filter(guest__in=guests, user=None).update(user=user, guest=None)
            _send_changed((user.pk, *written) for _, *written in rows)
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
                attempts.append(_unsaved(**row))
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
            _update([pk for pk, *_ in rows], forgotten_at=at)
            for some in _portions([exemplar for _, exemplar, *_ in rows if exemplar]):
                Exemplar.objects.filter(pk__in=some).update(is_hidden=at is not None)
            for some in _portions(list({line for _, _, line, *_ in rows if line})):
                if at:
                    Line.objects.hide_empty(some, at)
                else:
                    Line.objects.show(some)
            _send_changed(written for _, _, _, *written in rows)
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
                Attempt.objects.filter(pk__in=some).only("exemplar").delete()
            for some in _portions(list({attempt.line_id for attempt in going if attempt.line_id})):
                Line.objects.erase_empty(some)
        return len(going)

    def erase_some(self) -> int:
        """Erase the first `ERASED_AT_ONCE` of these; return how many."""
        return Attempt.objects.filter(pk__in=list(self.values_list("pk", flat=True)[: self.ERASED_AT_ONCE])).erase()

    def clear_keys(self) -> int:
        """Clear some copies of idempotency keys beyond their retention; return how many."""
        before = timezone.now() - IdempotencyKey.RETENTION
        # The index is on written_at; a delayed attempt may have arrived later.
        old = self.filter(idempotency_key__isnull=False, written_at__lt=before, queued_at__lt=before)
        ids = list(old.order_by("written_at").values_list("pk", flat=True)[:_AT_ONCE])
        return Attempt.objects.filter(pk__in=ids).update(idempotency_key=None)

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
            if unchanged.update(**_OUT_OF_QUEUE, **_copied(scores)) < len(scores):
                raise Changed("one of them was changed")
            exemplars = _send_judged(scores)
            settled.send(Attempt, attempts=attempts, failure="")
        for score in scores:
            score.attempt.set_scored(score)
            score.attempt.exemplar_id = exemplars.get(score.attempt.pk)


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


def _send_judged(scores: Sequence[Score]) -> dict[uuid.UUID, int]:
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
        judged.send(Attempt, attempt=attempt, score=score, before=score.attempt.legibility)
        if attempt.exemplar_id:
            exemplars[attempt.pk] = attempt.exemplar_id
    return exemplars


def _unsaved(*, photo: "File[bytes] | bytes | None" = None, is_bulk: bool = False, **fields: Any) -> "Attempt":
    """A new attempt with its image in the storage. Raises OSError if the storage refuses that."""
    attempt = Attempt(duration=duration(fields.get("ink")), **fields)
    attempt.bulk_owner = attempt.owner_id if is_bulk else None
    if photo:
        file = ContentFile(photo) if isinstance(photo, bytes) else photo
        file.seek(0)
        attempt.image.save(f"{attempt.pk}.{kind(file.read(12))}", file, save=False)
    return attempt


def _update(ids: Sequence[uuid.UUID], **fields: Any) -> None:
    for some in _portions(ids):
        Attempt.objects.filter(pk__in=some).update(**fields)


def _send_changed(written: Iterable[tuple[int | None, int | None, datetime, int | None]]) -> None:
    """Send `changed` once per user for rows of (user id, target id, written_at, legibility), in the transaction."""
    by_user: dict[int, list[tuple[int | None, datetime]]] = defaultdict(list)
    for user_id, target_id, written_at, legibility in written:
        if user_id is not None and legibility is not None:
            by_user[user_id].append((target_id, written_at))
    for user_id, attempts in by_user.items():
        changed.send(Attempt, user_id=user_id, attempts=attempts)


def _portions(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


class Changed(Exception):  # noqa: N818 - not a fault
    """Another transaction has changed an attempt since it was leased."""


class Attempt(Leased):
    """One written character, as ink or as an image, which never changes. Its target can, while it is the latest."""

    #: Lowest legibility, 0 to 100, of an attempt that may become an example; it earns the double circle, "very good".
    EXEMPLARY = 80

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SCORED = "scored", _("Scored")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="attempts")
    guest = models.UUIDField(null=True, blank=True, help_text="Id of the writer without an account")
    target = models.ForeignKey(Character, models.PROTECT, null=True, blank=True, related_name="attempts")
    ink = models.JSONField(
        null=True, blank=True, help_text="Writing area and strokes of [x, y, t]: CSS px, ms from the first point"
    )
    image = models.ImageField(upload_to="attempts/", blank=True)
    scripts = models.JSONField(default=list, blank=True, help_text="Scripts and characters that compete; empty: all")
    before = models.CharField(
        max_length=MAX_AROUND, blank=True, default="", db_default="", help_text="Text before it, which its reader knows"
    )
    after = models.CharField(
        max_length=MAX_AROUND, blank=True, default="", db_default="", help_text="Text after it, which its reader knows"
    )
    pen_width = models.FloatField(null=True, blank=True, help_text="Width on screen, CSS px; scores don't depend on it")
    line = models.ForeignKey(
        Line,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="attempts",
        help_text="The word or sentence of which it is a character",
    )
    position = models.PositiveSmallIntegerField(null=True, blank=True, help_text="In its line, from 1")
    written_at = models.DateTimeField(default=timezone.now)
    saw_reference = models.BooleanField(
        default=False,
        db_default=False,
        help_text="The writer could see the reference, or a stroke of it, before or while writing",
    )
    duration = models.PositiveIntegerField(
        default=0, db_default=0, help_text="From the first point to the last, ms; 0 for an image"
    )
    # A copy for the previous release, which finds repeated requests by it. See IdempotencyKey.
    idempotency_key = models.CharField(max_length=64, null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True, help_text="Time of deletion; hidden since, soon erased")
    exemplar = models.OneToOneField(
        Exemplar,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",  # an exemplar must not lead to its owner
        help_text="Anonymous copy that its owner lets others see",
    )

    status = models.CharField(max_length=6, choices=Status, default=Status.QUEUED)
    failure = models.CharField(max_length=32, blank=True, help_text="Code of the failure; empty: none")
    queued_at = models.DateTimeField(default=timezone.now)
    bulk_owner = models.UUIDField(
        null=True,
        blank=True,
        editable=False,
        help_text="Owner on whose turn it is scored, in the bulk lane; null in the interactive lane",
    )
    # Copied from the newest score for the target, so that progress and filters need no join.
    legibility = models.PositiveSmallIntegerField(null=True, blank=True)
    misread_as = models.CharField(
        max_length=1,
        blank=True,
        default="",
        db_default="",
        help_text="Seen instead of the target by most readers",
    )

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-id"]
        indexes = [
            # With the filtered columns, so that filters skip rows within the index.
            models.Index(
                fields=["user", "-written_at", "-id"],
                name="kept_of_user",
                include=["target", "legibility"],
                condition=_KEPT,
            ),
            models.Index(fields=["guest", "-written_at", "-id"], name="kept_of_guest", condition=_KEPT),
            models.Index(fields=["user", "target", "-written_at", "-id"], name="kept_of_character", condition=_KEPT),
            models.Index(fields=["user", "legibility"], name="kept_by_legibility", condition=_KEPT),
            models.Index(fields=["forgotten_at"], name="attempts_forgotten", condition=~_KEPT),
            models.Index(
                fields=["bulk_owner", "queued_at"], name="queued_by_lane", condition=models.Q(status="queued")
            ),
            models.Index(
                fields=["written_at"], name="attempts_with_key", condition=models.Q(idempotency_key__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(ink__isnull=True) ^ models.Q(image=""), name="ink_or_image"),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) | models.Q(guest__isnull=False), name="user_or_guest"
            ),
            models.CheckConstraint(
                condition=models.Q(line=None, position=None) | models.Q(line__isnull=False, position__gte=1),
                name="position_in_line",
            ),
            models.UniqueConstraint("line", "position", name="one_attempt_per_position"),
            models.UniqueConstraint("user", "idempotency_key", name="user_posts_once"),
            models.UniqueConstraint("guest", "idempotency_key", name="guest_posts_once"),
        ]

    def __str__(self) -> str:
        return f"{self.target or '?'} {self.written_at:%Y-%m-%d %H:%M:%S}"

    @property
    def owner_id(self) -> uuid.UUID:
        """The guest's id, or one made of the user's."""
        return uuid.UUID(int=self.user_id) if self.user_id else cast(uuid.UUID, self.guest)

    def set_target(self, target: Character, scripts: Sequence[str] | None = None, *, is_bulk: bool = False) -> bool:
        """Set the target and queue the attempt for it. With `scripts`, these compete from now on.

        Another target can replace the first while this is its writer's latest attempt; an example made of it is then
        withdrawn. False if the target can no longer change.
        """
        with transaction.atomic():
            mine = Attempt.objects.select_for_update().defer("ink").get(pk=self.pk)
            if mine.target_id != target.pk:
                if mine.target_id is not None and not mine.is_latest:
                    return False
                mine._replace_target(target, mine.scripts if scripts is None else scripts, is_bulk)
        self.refresh_from_db()
        return True

    def _replace_target(self, target: Character, scripts: Sequence[str], is_bulk: bool) -> None:
        if self.exemplar_id:
            self.withdraw()
        changes = {"target": target, "scripts": list(scripts), "legibility": None, "misread_as": ""}
        self._queue(is_bulk=is_bulk, then=changes)
        _send_changed([(self.user_id, self.target_id, self.written_at, self.legibility)])

    @property
    def is_latest(self) -> bool:
        """True if its writer has written nothing since."""
        writer = {"user": self.user_id} if self.user_id else {"user": None, "guest": self.guest}
        newer = models.Q(written_at__gt=self.written_at) | models.Q(written_at=self.written_at, pk__gt=self.pk)
        return not Attempt.objects.filter(newer, **writer, forgotten_at=None).exists()

    def score_here(self) -> None:
        """Queue it, so that this site's model judges an attempt with an imported score."""
        self._queue(status=self.Status.SCORED)
        self.refresh_from_db()

    def _queue(self, *, is_bulk: bool = False, then: dict[str, Any] | None = None, **where: Any) -> None:
        Attempt.objects.filter(pk=self.pk, **where).update(
            status=self.Status.QUEUED,
            queued_at=timezone.now(),
            bulk_owner=self.owner_id if is_bulk else None,
            lease=None,
            leased_until=None,
            tries=0,
            **(then or {}),
        )

    def record(self, *, model_version: str, **judgement: Any) -> Score:
        """Store one score per target and model version; a repeat returns the first. The attempt is then scored."""
        with transaction.atomic():
            score, is_new = self.scores.get_or_create(
                target=self.target, model_version=model_version, imported=False, defaults=judgement
            )
            # Even if another worker holds the lease by now; not if a target was set meanwhile: another task scores it.
            self._leave_queue(models.Q(target=self.target_id), status=self.Status.SCORED, failure="")
            # The score isn't new if the target was changed and changed back.
            if score.legibility is not None and (is_new or self.legibility is None):
                self._judge(score, score.legibility)
        return score

    def set_scored(self, score: Score) -> None:
        """Set the columns that the new `score` for its target changes. Doesn't save."""
        self.legibility, self.misread_as = score.legibility, score.main_misreading
        for name, value in _OUT_OF_QUEUE.items():
            setattr(self, name, value)

    def expect_score(self) -> None:
        """Note that a new attempt has no score and no link yet, so that nobody asks the database for them."""
        self._keep_scores([])
        SharedAttempt._meta.get_field("attempt").remote_field.set_cached_value(self, None)

    def take(self, message: Any) -> bool:
        """Take over the first score from a worker's message, without a query. False if the row has to be read.

        `message` is what `scoring.judging.record` returned, perhaps in another release.
        """
        fields = {field.attname for field in Score._meta.concrete_fields}
        if not isinstance(message, dict) or not message.keys() <= fields or message.get("target_id") != self.target_id:
            return False
        if self.scores.all():
            return False
        score = Score(attempt=self, **message)
        self.set_scored(score)
        self._keep_scores([score])
        return True

    def _keep_scores(self, scores: list[Score]) -> None:
        self._prefetched_objects_cache = {"scores": scores}

    def rescore(self, *, model_version: str, legibility: int, **judgement: Any) -> Score:
        """Store this model's score as the newest, and delete later ones of other models. May run twice.

        The attempt's place in the queue doesn't change.
        """
        with transaction.atomic():
            score, is_new = self.scores.get_or_create(
                target=self.target,
                model_version=model_version,
                imported=False,
                defaults={"legibility": legibility, **judgement},
            )
            later, _of_what = self.scores.filter(target=self.target, pk__gt=score.pk).delete()
            if is_new or later:
                self._judge(score, cast(int, score.legibility))
        return score

    def _judge(self, score: Score, legibility: int) -> None:
        """Copy the newest score for the target to the attempt, and send `judged`."""
        mine = Attempt.objects.select_for_update().defer("ink").get(pk=self.pk)
        if mine.target_id != score.target_id:
            return  # another target was set meanwhile
        self.legibility, self.misread_as = legibility, score.main_misreading
        Attempt.objects.filter(pk=self.pk).update(legibility=self.legibility, misread_as=self.misread_as)
        mine.legibility, mine.misread_as, before = self.legibility, self.misread_as, mine.legibility
        if mine.user_id:
            mine.user = cast(Any, get_user_model()).objects.lock(mine.user_id)
        judged.send(Attempt, attempt=mine, score=score, before=before)

    def fail(self, code: Failure | Refusal) -> None:
        """Fail the attempt with `code`, a Failure or Refusal, unless another worker holds it by now."""
        self._leave_queue(models.Q(lease=self.lease), status=self.Status.FAILED, failure=code)

    def _leave_queue(self, where: models.Q, *, status: Status, failure: str) -> None:
        fields = {"status": status, "failure": failure, "lease": None, "leased_until": None}
        with transaction.atomic():
            if Attempt.objects.filter(where, pk=self.pk).update(**fields):
                for name, value in fields.items():
                    setattr(self, name, value)
                settled.send(Attempt, attempts=[self], failure=failure)

    @property
    def sharing_obstacle(self) -> Obstacle | None:
        """Why others can't see it at all; None if they can."""
        if self.target is None:
            return Obstacle.NO_TARGET
        if self.ink is None:
            return Obstacle.NO_INK
        if self.score is None or self.score.legibility is None:
            return Obstacle.NOT_SCORED
        return Obstacle.SCORED_ELSEWHERE if self.score.imported else None

    @property
    def offering_obstacle(self) -> Obstacle | None:
        """Why it can't be offered as an example; None if it can, or is."""
        if self.exemplar:
            return Obstacle.REFUSED if self.exemplar.status == Exemplar.Status.REFUSED else None
        if self.sharing_obstacle:
            return self.sharing_obstacle
        score = cast(Score, self.score)
        if cast(int, score.legibility) < self.EXEMPLARY:
            return Obstacle.SCORE_TOO_LOW
        return Obstacle.FORM_TOO_LOW if score.form is not None and score.form < GOOD_FORM else None

    def offer(self) -> bool:
        """Offer its ink as an anonymous example, which a curator approves. False if it is offered already.

        Raises CannotShow.
        """
        with transaction.atomic():
            mine = Attempt.objects.select_for_update().get(pk=self.pk)  # two requests at once make one exemplar
            if obstacle := mine.offering_obstacle:
                raise CannotShow(obstacle)
            if mine.exemplar:
                return False
            # Without an obstacle it has a target and a score.
            target, score = cast(Character, mine.target), cast(Score, mine.score)
            exemplar = Exemplar.objects.create(character=target, ink=mine.ink, legibility=cast(int, score.legibility))
            Attempt.objects.filter(pk=self.pk).update(exemplar=exemplar)
        self.exemplar = exemplar
        return True

    def withdraw(self) -> bool:
        """Withdraw it as an example. False for a refused one, which stays, unseen, so that it isn't offered again."""
        with transaction.atomic():
            mine = Attempt.objects.select_for_update().get(pk=self.pk)
            if mine.offering_obstacle == Obstacle.REFUSED:
                return False
            if mine.exemplar:
                mine.exemplar.delete()
        return True

    def share(self) -> None:
        """Create a link at which anyone can see it, unless it has one. Raises CannotShow."""
        if obstacle := self.sharing_obstacle:
            raise CannotShow(obstacle)
        SharedAttempt.objects.get_or_create(attempt=self)

    def unshare(self) -> None:
        """Remove its link. Sharing it again creates a different one."""
        SharedAttempt.objects.filter(attempt=self).delete()

    @property
    def shared_url(self) -> str | None:
        """Address of its public page; None while it isn't shared."""
        shared: SharedAttempt | None = getattr(self, "shared", None)
        return shared.get_absolute_url() if shared else None

    @property
    def newest_score(self) -> Score | None:
        """The newest score for the target, else the newest of all: it has the candidates."""
        return self.score or max(self.scores.all(), key=lambda score: score.pk, default=None)

    @property
    def score(self) -> Score | None:
        """The newest score for the target; None until there is one."""
        if self.target_id is None:
            return None
        own = [score for score in self.scores.all() if score.target_id == self.target_id]
        return max(own, key=lambda score: score.pk, default=None)


def delete_exemplar(instance: Attempt, **_: Any) -> None:
    """After an attempt is deleted, also by its owner's deletion, delete the exemplar made of it."""
    if instance.exemplar_id:
        Exemplar.objects.filter(pk=instance.exemplar_id).delete()
