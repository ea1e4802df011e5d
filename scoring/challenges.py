"""The character of the day, and links by which one writer challenges another to write a character.

A link names the character and, if the challenger wants it, the score to beat. It says nothing about its sender, and the
server keeps nothing of it.
"""

import re
from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from characters import of_the_day
from characters.models import Character
from characters.pictures import steps
from scoring.guests import day_of, guest_of
from scoring.models import Attempt

#: A score in an address: 0 to 100, or nothing.
_SCORE = re.compile(r"(100|[1-9]?[0-9])?")
#: Earlier days whose characters the page shows.
_EARLIER = 7
#: The writer's newest attempts at the character among which the best of today is sought.
_ATTEMPTS = 100


class Challenge(NamedTuple):
    """A character to write, and the score to beat; None if the challenger names none."""

    literal: str
    score: int | None

    @property
    def link(self) -> str:
        return link(self.literal, self.score)


def challenge_of(request: HttpRequest) -> Challenge | None:
    """The challenge that the request's address makes; None without one, or if it is no character and score."""
    named, scores = (request.GET.getlist(name) for name in ("practise", "challenge"))
    if (len(named), len(scores)) != (1, 1):  # of several, the page's script would take another than the server
        return None
    character = Character.objects.named(named[0])
    [score] = scores
    if character is None or not _SCORE.fullmatch(score):
        return None
    return Challenge(character.literal, int(score) if score else None)


def link(literal: str, score: int | None = None) -> str:
    """The address that challenges whoever opens it to write `literal`, and to reach the `score` if there is one."""
    query = urlencode({"practise": literal, "challenge": "" if score is None else score})
    return f"{settings.SITE_URL}{reverse('write')}?{query}"


@method_decorator(never_cache, "dispatch")  # it has the writer's score of today
class CharacterOfTheDayView(View):
    """The character of the writer's day, with links that challenge a friend."""

    def get(self, request: HttpRequest) -> HttpResponse:
        today = day_of(request, timezone.now())
        days = [today - timedelta(days=back) for back in range(_EARLIER + 1)]
        character, *earlier = of_the_day.of_days(days)
        best = self.best(character, today)
        context = {
            "character": character,
            "strokes": steps(character.literal),
            "today": date_format(today, _("l, j F")),
            "earlier": [(date_format(day, _("j M")), one) for day, one in zip(days[1:], earlier, strict=True)],
            "best": best,
            "link": link(character.literal),
            "link_with_score": "" if best is None else link(character.literal, best),
        }
        return render(request, "scoring/character_of_the_day.html", context)

    def best(self, character: Character, today: date) -> int | None:
        """The writer's best score of today at the character."""
        mine = Attempt.objects.owned_by(self.request.user, guest_of(self.request).id)
        scored = mine.filter(target=character, legibility__isnull=False).values_list("written_at", "legibility")
        of_today = (score for at, score in scored[:_ATTEMPTS] if score and day_of(self.request, at) == today)
        return max(of_today, default=None)
