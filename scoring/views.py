"""The writing page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie

from scoring.challenges import challenge_of
from scoring.guests import guest_of, writer_of


@ensure_csrf_cookie
def write(request: HttpRequest) -> HttpResponse:
    """The page with the writing area."""
    guest_of(request).remember()
    return render(request, "scoring/write.html", {"writer": writer_of(request), "challenge": challenge_of(request)})


def offline(request: HttpRequest) -> HttpResponse:
    """The writing page without a writer, which the service worker keeps for when there is no connection."""
    return render(request, "scoring/offline.html")


def no_connection(request: HttpRequest) -> HttpResponse:
    """What the service worker shows instead of every other page while there is no connection."""
    return render(request, "scoring/no_connection.html")
