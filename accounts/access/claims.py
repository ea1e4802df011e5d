"""Attempts written in a browser before their writer signed in."""

from django.http import HttpRequest

from scoring.guests import guest_of
from scoring.models import Attempt, AttemptQuerySet


def unclaimed(request: HttpRequest) -> AttemptQuerySet:
    """The attempts of this browser's guest that the signed-in user has neither claimed nor declined."""
    guest, user = guest_of(request).id, request.user
    if not guest or not user.is_authenticated or str(guest) in user.declined_guests:
        return Attempt.objects.none()
    return Attempt.objects.owned_by_guest(guest)
