"""What a guest practises: the set chosen in this browser, or characters that a lesson's address names."""

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.models import CharacterList, CharacterSet
from characters.catalogue import split_known
from scoring.guests import TASTE, guest_of
from scoring.models import Attempt

#: The cookie with the set that a guest chose; signing up takes it over.
SET_COOKIE = "practice_set"
#: Most characters in a lesson, as many as the API returns at once.
_MOST = 100
#: Longest text in an address in which characters are looked for.
_MOST_TEXT = 200
_YEAR = 365 * 24 * 60 * 60


def guest_set(request: HttpRequest) -> CharacterSet | None:
    """The set that this browser's guest chose; None if there is none, or an unknown one."""
    name = request.COOKIES.get(SET_COOKIE, "")
    return CharacterSet(name) if name in CharacterSet.values else None


def remember_set(response: HttpResponse, name: str) -> None:
    """Store the set in the browser for a year."""
    response.set_cookie(
        SET_COOKIE, name, max_age=_YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def next_characters(request: HttpRequest) -> Sequence[str]:
    """The characters of a guest's next lesson: the first of the chosen set that the guest hasn't written."""
    chosen = guest_set(request)
    if chosen is None:
        return TASTE
    rows = chosen.rows()
    guest = guest_of(request).id
    attempts = Attempt.objects.owned_by_guest(guest) if guest else Attempt.objects.none()
    left = rows.exclude(pk__in=attempts.exclude(target=None).values("target")).values_list("literal", flat=True)[
        : len(TASTE)
    ]
    return list(left) or list(rows.values_list("literal", flat=True)[: len(TASTE)])


def chosen_characters(request: HttpRequest) -> Sequence[str]:
    """The characters that the address of a lesson names, else a guest's next ones; empty if the API is to choose.

    Raises Http404 for a list that isn't shared.
    """
    if "shared" in request.GET:
        return get_object_or_404(CharacterList, shared_as=request.GET["shared"].replace("\0", "")).characters[:_MOST]
    known, _unknown = split_known(request.GET.get("characters", "")[:_MOST_TEXT])
    if known:
        return known[:_MOST]
    return "" if request.user.is_authenticated or "list" in request.GET else next_characters(request)
