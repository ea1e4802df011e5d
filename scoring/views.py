"""The writing page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie

from scoring.challenges import challenge_of
from scoring.guests import TASTE, guest_of, writer_of
from scoring.models import Attempt


@ensure_csrf_cookie
def write(request: HttpRequest) -> HttpResponse:
    """The page with the writing area. Newcomers see what the site is, and characters to try."""
    guest = guest_of(request)
    is_welcome = "practise" not in request.GET and _is_newcomer(request)
    context = {"writer": writer_of(request), "offered": TASTE if is_welcome else "", "challenge": challenge_of(request)}
    guest.remember()
    return render(request, "scoring/write.html", context)


def _is_newcomer(request: HttpRequest) -> bool:
    """Whether the visitor has no account and has written nothing in this browser."""
    if request.user.is_authenticated:
        return False
    guest = guest_of(request).id
    return guest is None or not Attempt.objects.owned_by_guest(guest).exists()


def offline(request: HttpRequest) -> HttpResponse:
    """The writing page without a writer, which the service worker keeps for when there is no connection."""
    return render(request, "scoring/offline.html")


def no_connection(request: HttpRequest) -> HttpResponse:
    """What the service worker shows instead of every other page while there is no connection."""
    return render(request, "scoring/no_connection.html")
