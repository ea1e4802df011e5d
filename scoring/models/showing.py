"""What others may see of an attempt: its page, if its owner shares it, or an anonymous example made of it."""

from typing import TYPE_CHECKING, Any, cast

from django.db import models, transaction

from characters.models import Character, Exemplar
from ml.legibility import GOOD_FORM
from scoring.models.scores import Score
from scoring.models.shared import SharedAttempt

if TYPE_CHECKING:
    from scoring.models.attempts import Attempt


class Obstacle(models.TextChoices):
    """Why an attempt can't be shown to others."""

    NO_TARGET = "no_target"
    NO_INK = "no_ink"
    NOT_SCORED = "not_scored"
    SCORED_ELSEWHERE = "scored_elsewhere"
    SCORE_TOO_LOW = "score_too_low"
    FORM_TOO_LOW = "form_too_low"
    REFUSED = "refused"


class CannotShow(Exception):  # noqa: N818 - an answer to the caller, not a fault
    """The attempt can't be offered or shared; `obstacle` says why."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle)
        self.obstacle = obstacle


class Showable:
    """The part of `Attempt` that shows it to others."""

    #: Lowest legibility, 0 to 100, of an attempt that may become an example; it earns the double circle, "very good".
    EXEMPLARY = 80

    @property
    def sharing_obstacle(self: "Attempt") -> Obstacle | None:
        """Why others can't see it at all; None if they can."""
        if self.target is None:
            return Obstacle.NO_TARGET
        if self.ink is None:
            return Obstacle.NO_INK
        if self.score is None or self.score.legibility is None:
            return Obstacle.NOT_SCORED
        return Obstacle.SCORED_ELSEWHERE if self.score.imported else None

    @property
    def offering_obstacle(self: "Attempt") -> Obstacle | None:
        """Why it can't be offered as an example; None if it can, or is."""
        if self.exemplar:
            return Obstacle.REFUSED if self.exemplar.status == Exemplar.Status.REFUSED else None
        if self.sharing_obstacle:
            return self.sharing_obstacle
        score = cast(Score, self.score)
        if cast(int, score.legibility) < self.EXEMPLARY:
            return Obstacle.SCORE_TOO_LOW
        return Obstacle.FORM_TOO_LOW if score.form is not None and score.form < GOOD_FORM else None

    def offer(self: "Attempt") -> bool:
        """Offer its ink as an anonymous example, which a curator approves. False if it is offered already.

        Raises CannotShow.
        """
        with transaction.atomic():
            mine = type(self).objects.select_for_update().get(pk=self.pk)  # two requests at once make one exemplar
            if obstacle := mine.offering_obstacle:
                raise CannotShow(obstacle)
            if mine.exemplar:
                return False
            # Without an obstacle it has a target and a score.
            target, score = cast(Character, mine.target), cast(Score, mine.score)
            exemplar = Exemplar.objects.create(character=target, ink=mine.ink, legibility=cast(int, score.legibility))
            type(self).objects.filter(pk=self.pk).update(exemplar=exemplar)
        self.exemplar = exemplar
        return True

    def withdraw(self: "Attempt") -> bool:
        """Withdraw it as an example. False for a refused one, which stays, unseen, so that it isn't offered again."""
        with transaction.atomic():
            mine = type(self).objects.select_for_update().get(pk=self.pk)
            if mine.offering_obstacle == Obstacle.REFUSED:
                return False
            if mine.exemplar:
                mine.exemplar.delete()
        return True

    def share(self: "Attempt") -> None:
        """Create a link at which anyone can see it, unless it has one. Raises CannotShow."""
        if obstacle := self.sharing_obstacle:
            raise CannotShow(obstacle)
        SharedAttempt.objects.get_or_create(attempt=self)

    def unshare(self: "Attempt") -> None:
        """Remove its link. Sharing it again creates a different one."""
        SharedAttempt.objects.filter(attempt=self).delete()

    @property
    def shared_url(self: "Attempt") -> str | None:
        """Address of its public page; None while it isn't shared."""
        shared: SharedAttempt | None = getattr(self, "shared", None)
        return shared.get_absolute_url() if shared else None


def delete_exemplar(instance: "Attempt", **_: Any) -> None:
    """After an attempt is deleted, also by its owner's deletion, delete the exemplar made of it."""
    if instance.exemplar_id:
        Exemplar.objects.filter(pk=instance.exemplar_id).delete()
