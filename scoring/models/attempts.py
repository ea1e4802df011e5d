"""Attempts. The database is the truth of the queue: an attempt is scored because it is queued here."""

import uuid
from collections.abc import Sequence
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from characters.models import Character, Exemplar
from ml.ink import Refusal
from ml.legibility import GOOD_FORM
from scoring.models.attempt_queries import OUT_OF_QUEUE, AttemptQuerySet
from scoring.models.lease import Leased
from scoring.models.lines import MAX_LINE, Line
from scoring.models.queue import Failure
from scoring.models.scores import Score
from scoring.models.shared import SharedAttempt
from scoring.models.showing import CannotShow, Obstacle
from scoring.signals import judged, settled

_KEPT = models.Q(forgotten_at=None)
#: Most characters of the text before an attempt, and after it.
MAX_AROUND = MAX_LINE


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
        """The guest's id, or a UUID derived from the user's."""
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
        Attempt.objects.send_changed([(self.user_id, self.target_id, self.written_at, self.legibility)])

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
        for name, value in OUT_OF_QUEUE.items():
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
