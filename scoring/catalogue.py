"""A visitor's practice for the catalogue's pages, read from the attempts."""

from collections.abc import Collection

from django.db.models import Max
from django.http import HttpRequest
from django.urls import reverse

from characters.models import Character
from characters.pictures import Picture
from characters.practice import PastAttempt, Practice, PracticeSummary
from scoring.guests import guest_of
from scoring.models import Attempt

#: Number of attempts on a character's page.
_ATTEMPTS = 12


class AttemptPractice(Practice):
    """The practice of a guest, who has nothing but attempts."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.own_attempts = Attempt.objects.owned_by(request.user, guest_of(request).id)

    def summaries(self, literals: Collection[str]) -> dict[str, PracticeSummary]:
        by_target = self.own_attempts.filter(target__literal__in=literals).order_by().values_list("target__literal")
        scored = by_target.annotate(best=Max("legibility")).exclude(best=None)
        return {literal: PracticeSummary(best) for literal, best in scored}

    def attempts(self, character: Character) -> list[PastAttempt]:
        attempts = self.own_attempts.filter(target=character).prefetch_related("scores")
        return [_past(attempt) for attempt in attempts[:_ATTEMPTS]]


def _past(attempt: Attempt) -> PastAttempt:
    score = attempt.score.legibility if attempt.score else None
    page = reverse("attempt", args=[attempt.pk])
    if attempt.ink:
        return PastAttempt(attempt.written_at, score, page, Picture.of_ink(attempt.ink))
    return PastAttempt(attempt.written_at, score, page, image=reverse("attempt-image", args=[attempt.pk]))
