"""What learners agree to: that good writings of theirs are shown as examples, and that models learn from them."""

from contextlib import suppress
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from accounts.models import User
from accounts.progress.tally import locked
from characters.models import Exemplar
from scoring.models import Attempt, Score
from scoring.signals import judged

#: From this score on, "textbook", a writing is offered by itself.
OFFERED = 95
_SEEN = [Exemplar.Status.OFFERED, Exemplar.Status.APPROVED]


def agree(user: User, *, shows_examples: bool, allows_training: bool) -> None:
    """Keep both answers. Who turns the first off takes back all that was offered."""
    with transaction.atomic():
        mine = locked(user.pk)  # a score that comes meanwhile offers nothing afterwards
        is_withdrawn = mine.shows_examples and not shows_examples
        mine.shows_examples = user.shows_examples = shows_examples
        mine.allows_training = user.allows_training = allows_training
        mine.save(update_fields=["shows_examples", "allows_training"])
        if is_withdrawn:
            offered = Attempt.objects.filter(user=mine, exemplar__status__in=_SEEN)
            # As a list: the attempts know their exemplars no more while those are deleted.
            Exemplar.objects.filter(pk__in=list(offered.values_list("exemplar", flat=True))).delete()


@receiver(judged, dispatch_uid="accounts.access.consents")
def offer_good(attempt: Attempt, score: Score, before: int | None, **_: Any) -> None:
    """Offer what scores well at its first score, where its learner agreed; of a character the best that waits.

    Later scores offer nothing: what was taken back stays so.
    """
    if attempt.user_id is None or before is not None or attempt.forgotten_at or attempt.ink is None:
        return
    if score.legibility is None or score.legibility < OFFERED or not locked(attempt.user_id).shows_examples:
        return
    others = Attempt.objects.filter(user=attempt.user_id, target=attempt.target_id, exemplar__status__in=_SEEN)
    for other in others.select_related("exemplar"):
        shown = other.exemplar
        if shown and (shown.status == Exemplar.Status.APPROVED or shown.legibility >= score.legibility):
            return
    for other in others:
        other.withdraw()
    with suppress(ValueError):  # something hinders it
        attempt.offer()
