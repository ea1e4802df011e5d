"""Practice sheets of a learner's lists and of today's practice."""

import re
from typing import cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.models import CharacterList, Plan, Review, User
from characters.sheets.options import MAX_CHARACTERS
from characters.sheets.views import Selection, SheetView


class LearnerSheetView(SheetView):
    """Adds `list` and `plan`, which need an account, and `shared`, the token of a shared list."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.GET.keys() & {"list", "plan"} and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return super().get(request)

    def selection(self) -> Selection | None:
        asked = self.request.GET
        if "shared" in asked:
            token = asked["shared"] if re.fullmatch(r"[\w-]{1,32}", asked["shared"], re.ASCII) else ""
            return self.part_of(get_object_or_404(CharacterList, shared_as=token).characters)
        if "list" in asked:
            number = int(asked["list"]) if asked["list"].isdecimal() and len(asked["list"]) < 10 else 0
            return self.part_of(get_object_or_404(self.user.lists, pk=number).characters)
        if "plan" in asked:
            return self.part_of(self.today())
        return super().selection()

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    def today(self) -> str:
        """The characters that today's practice has: the due ones, the longest overdue first, then the new ones."""
        due = Review.objects.due(self.user).values_list("character__literal", flat=True)[:MAX_CHARACTERS]
        new = Plan.of(self.user).new_today()[:MAX_CHARACTERS]
        return "".join([*due, *(character.literal for character in new)])[:MAX_CHARACTERS]
