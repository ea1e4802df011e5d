"""The catalogue's pages with what a signed-in learner's practice says: from what is counted, not from the attempts."""

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views import View

from accounts.models import CharacterList, Progress, Review, User
from characters.models import Character
from characters.views import Mark
from scoring.catalogue import Own, OwnCatalogueView, OwnCharacterView, OwnReportView


class Practised(Own):
    """Knows a signed-in learner's practice; of a guest, what `Own` knows."""

    template = "accounts/character.html"

    def marks(self, literals: Collection[str]) -> dict[str, Mark]:
        user = self.request.user
        if not isinstance(user, User):
            return super().marks(literals)
        mine = Progress.objects.filter(user=user, character__literal__in=literals)
        best = dict(mine.values_list("character__literal", "best"))
        due = Review.objects.due(user).filter(character__literal__in=literals).order_by()
        is_due = set(due.values_list("character__literal", flat=True))
        return {literal: Mark(best.get(literal), literal in is_due) for literal in best.keys() | is_due}

    def more(self, character: Character) -> dict[str, Any]:
        user = self.request.user
        if not isinstance(user, User):
            return {}
        lists = user.lists.only("pk", "name", "characters")
        return {
            "review": Review.objects.filter(user=user, character=character).first(),
            "today": user.today,
            "lists_without": [chosen for chosen in lists if character.literal not in chosen.characters],
            "lists_with": [chosen for chosen in lists if character.literal in chosen.characters],
        }


class LearnersCatalogueView(Practised, OwnCatalogueView):
    pass


class LearnersCharacterView(Practised, OwnCharacterView):
    pass


class LearnersReportView(Practised, OwnReportView):
    pass


class PracticeView(View):
    """Take a character into one's practice or out of it, or into a list. `do` of the POST says what."""

    def post(self, request: HttpRequest, literal: str) -> HttpResponse:
        character = Character.objects.named(literal)
        if not character:
            raise Http404("Not one of the 3,175 characters.")
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
        chosen = get_object_or_404(CharacterList, user=user, pk=int(asked) if asked.isdecimal() else 0)
        chosen.characters += character.literal
        try:
            chosen.keep()
            added = _("%(character)s is now in “%(name)s”.")
            messages.success(self.request, added % {"character": character, "name": chosen.name})
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
