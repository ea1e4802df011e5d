"""The learner's practice on the catalogue's pages: what the pages show of it, and the form that changes it."""

from collections.abc import Collection
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views import View

from accounts.models import CharacterList, Progress, Review, User
from characters.models import Character
from characters.practice import Practice, PracticeSummary
from scoring.catalogue import AttemptPractice


def practice_of(request: HttpRequest) -> Practice:
    """The practice of the request's learner or guest."""
    return LearnerPractice(request) if request.user.is_authenticated else AttemptPractice(request)


class LearnerPractice(AttemptPractice):
    """The practice of a signed-in learner; summaries come from the tally instead of the attempts."""

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    def summaries(self, literals: Collection[str]) -> dict[str, PracticeSummary]:
        progress = Progress.objects.filter(user=self.user, character__literal__in=literals)
        best = dict(progress.values_list("character__literal", "best"))
        due = Review.objects.due(self.user).filter(character__literal__in=literals).order_by()
        is_due = set(due.values_list("character__literal", flat=True))
        return {literal: PracticeSummary(best.get(literal), literal in is_due) for literal in best.keys() | is_due}

    def context(self, character: Character) -> dict[str, Any]:
        lists = self.user.lists.only("pk", "name", "characters")
        return {
            "review": Review.objects.filter(user=self.user, character=character).first(),
            "today": self.user.today,
            "lists_without": [chosen for chosen in lists if character.literal not in chosen.characters],
            "lists_with": [chosen for chosen in lists if character.literal in chosen.characters],
        }


class PracticeView(View):
    """Add a character to the learner's practice, remove it, or add it to a list, as `do` in the POST data asks."""

    def post(self, request: HttpRequest, literal: str) -> HttpResponse:
        character = Character.objects.named_or_404(literal)
        if not request.user.is_authenticated:
            return redirect_to_login(character.get_absolute_url())
        user = request.user
        if request.POST.get("do") == "begin":
            Review.objects.begin(user, character)
        elif request.POST.get("do") == "drop":
            Review.objects.filter(user=user, character=character).delete()
        else:
            self.add_to_list(user, character)
        return redirect(character)

    def add_to_list(self, user: User, character: Character) -> None:
        asked = self.request.POST.get("list", "")
        number = int(asked) if asked.isdecimal() and len(asked) < 10 else 0
        try:
            with transaction.atomic():
                User.objects.lock(user.pk)
                chosen = get_object_or_404(CharacterList, user=user, pk=number)
                chosen.characters += character.literal
                chosen.keep()
            added = _("%(character)s was added to “%(name)s”.")
            messages.success(self.request, added % {"character": character, "name": chosen.name})
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
