"""Pages of one's account that allauth doesn't have."""

from typing import cast

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from accounts.access.claims import unclaimed
from accounts.models import User
from characters.pictures import Picture
from scoring.guests import guest_of

#: Of the drawings in question so many are shown.
_SHOWN = 12


class ClaimView(LoginRequiredMixin, View):
    """Ask once, on a shared computer too: are these drawings yours?"""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = unclaimed(request)
        count = found.count()
        if not count:
            return redirect("today")
        shown = [Picture.of_ink(attempt.ink) for attempt in found.filter(ink__isnull=False)[:_SHOWN] if attempt.ink]
        return render(request, "accounts/claim.html", {"count": count, "shown": shown})

    def post(self, request: HttpRequest) -> HttpResponse:
        """`mine` is yes or no."""
        found = unclaimed(request)
        if request.POST.get("mine") == "yes":
            found.give_to(request.user)
        elif guest := guest_of(request).id:
            cast(User, request.user).decline(guest)
        return redirect("today")
