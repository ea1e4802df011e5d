"""Pages of one's account that allauth doesn't have."""

from contextlib import suppress
from typing import cast

import redis
from allauth.account.decorators import reauthentication_required
from django.contrib.auth import logout
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from kombu.exceptions import OperationalError

from accounts.claims import unclaimed
from accounts.models import User
from accounts.tasks import erase_leavers
from characters.pictures import Picture
from scoring.guests import guest_of
from scoring.models import Attempt

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


@method_decorator(reauthentication_required, "dispatch")  # whoever finds the browser open can't
class LeaveView(LoginRequiredMixin, View):
    """Delete the account, and everything that is its owner's, within minutes."""

    def get(self, request: HttpRequest) -> HttpResponse:
        count = Attempt.objects.owned_by(request.user, None).count()
        return render(request, "accounts/leave.html", {"count": count})

    def post(self, request: HttpRequest) -> HttpResponse:
        leave(request)
        return render(request, "accounts/left.html")


def leave(request: HttpRequest) -> None:
    """Close the account of the signed-in user, who is signed out, and erase it soon."""
    cast(User, request.user).leave()
    logout(request)
    transaction.on_commit(_erase_soon)


def _erase_soon() -> None:
    with suppress(OperationalError, redis.RedisError):  # beat sends it again within a minute
        erase_leavers.delay()
