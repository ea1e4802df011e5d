"""Learners' consents: to show their best attempts as examples, and to train models on their attempts."""

from typing import Any

from django.db import transaction

from accounts.models import User
from characters.models import Exemplar
from scoring.models import Attempt, Score

#: The band of the scores with which an attempt is offered automatically.
_OFFERED_BAND = "textbook"
#: The statuses of exemplars that a curator hasn't refused.
_SEEN = [Exemplar.Status.OFFERED, Exemplar.Status.APPROVED]


def set_consents(user: User, **consents: bool) -> None:
    """Store the given ones of `shows_examples` and `allows_training`.

    Withdrawing the first also withdraws every example the user has offered.
    """
    with transaction.atomic():
        locked = User.objects.lock(user.pk)  # so that `offer_good` can't offer another one meanwhile
        is_withdrawn = locked.shows_examples and not consents.get("shows_examples", True)
        for name, value in consents.items():
            setattr(locked, name, value)
            setattr(user, name, value)
        locked.save(update_fields=list(consents))
        if is_withdrawn:
            offered = Attempt.objects.filter(user=locked, exemplar__status__in=_SEEN)
            # A list, since deleting exemplars also removes them from the attempts that the query goes by.
            Exemplar.objects.filter(pk__in=list(offered.values_list("exemplar", flat=True))).delete()


def offer_good(attempt: Attempt, score: Score, before: int | None, **_: Any) -> None:
    """Receiver of `judged`: offer an attempt with a top score as an example, if its learner consents.

    At most one attempt at a character is on offer, the best; an approved one is never replaced. Only the first score
    counts (`before` is None), so that what a learner has withdrawn is not offered again when it is rescored.
    """
    if attempt.user is None or before is not None or attempt.forgotten_at or attempt.image:
        return
    if score.legibility is None or score.band != _OFFERED_BAND:
        return
    if not attempt.user.shows_examples:
        return
    others = Attempt.objects.filter(user=attempt.user_id, target=attempt.target_id, exemplar__status__in=_SEEN)
    for other in others.select_related("exemplar"):
        shown = other.exemplar
        if shown and (shown.status == Exemplar.Status.APPROVED or shown.legibility >= score.legibility):
            return
    for other in others:
        other.withdraw()
    attempt.offer()
