"""The catalogue's pages with what the visitor's own practice says of each character."""

from collections.abc import Collection

from django.db.models import Max
from django.urls import reverse

from characters.models import Character
from characters.pictures import Picture
from characters.views import CatalogueView, CharacterView, Mark, Page, ReportView, Writing
from scoring.guests import guest_of
from scoring.models import Attempt, AttemptQuerySet

#: Writings of one character that its page shows.
_SHOWN = 12


class Own(Page):
    """Knows what a signed-in user or a guest wrote."""

    def attempts(self) -> AttemptQuerySet:
        return Attempt.objects.owned_by(self.request.user, guest_of(self.request).id)

    def marks(self, literals: Collection[str]) -> dict[str, Mark]:
        best = self.attempts().filter(target__literal__in=literals).order_by().values_list("target__literal")
        scored = best.annotate(best=Max("legibility")).exclude(best=None)
        return {literal: Mark(score) for literal, score in scored}

    def history(self, character: Character) -> list[Writing]:
        attempts = self.attempts().filter(target=character).prefetch_related("scores")
        return [_writing(attempt) for attempt in attempts[:_SHOWN]]


def _writing(attempt: Attempt) -> Writing:
    score = attempt.score.legibility if attempt.score else None
    page = reverse("writing", args=[attempt.pk])
    if attempt.ink:
        return Writing(attempt.written_at, score, page, Picture.of_ink(attempt.ink))
    return Writing(attempt.written_at, score, page, image=reverse("attempt-image", args=[attempt.pk]))


class OwnCatalogueView(Own, CatalogueView):
    pass


class OwnCharacterView(Own, CharacterView):
    pass


class OwnReportView(Own, ReportView):
    pass
