"""Visitors without an account, remembered by a signed cookie."""

import uuid
from collections.abc import Callable
from hashlib import sha256
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from uuid6 import uuid7

COOKIE = "guest"
_SALT = "scoring.guests"
_ATTRIBUTE = "guest"
#: The word for all who aren't signed in.
ANYBODY = "guest"
_YEAR = 365 * 24 * 60 * 60


class Guest:
    """Who writes in this browser. `id` is None for someone who has neither written nor opened the page yet."""

    def __init__(self, known_id: uuid.UUID | None) -> None:
        self.id = known_id
        self.cookie_is_due = False

    def remember(self) -> uuid.UUID:
        """The guest's id, given now if there was none; the answer carries the cookie for another year."""
        self.id = self.id or uuid7()
        self.cookie_is_due = True
        return self.id


def guest_of(request: HttpRequest | Request) -> Guest:
    """The guest of a request that passed GuestMiddleware."""
    return cast(Guest, getattr(request, _ATTRIBUTE))


def writer_of(request: HttpRequest | Request) -> str:
    """Who writes, in a word that a browser may keep beside a drawing. All guests are one.

    It proves nothing and tells nobody's name. A changed SECRET_KEY leaves it as it is: what waits must find its writer.
    """
    user = request.user
    return sha256(f"{_SALT} {user.pk}".encode()).hexdigest()[:16] if user.is_authenticated else ANYBODY


class GuestMiddleware:
    """Knows the guest of every request; sends the cookie when the guest is to be remembered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        guest = Guest(_id_in_cookie(request))
        setattr(request, _ATTRIBUTE, guest)
        response = self.get_response(request)
        if guest.cookie_is_due:
            response.set_signed_cookie(
                COOKIE,
                str(guest.id),
                salt=_SALT,
                max_age=_YEAR,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response


def _id_in_cookie(request: HttpRequest) -> uuid.UUID | None:
    """The guest's id; None without a cookie or with one that this site did not sign."""
    signed = request.get_signed_cookie(COOKIE, default=None, salt=_SALT, max_age=_YEAR)
    return uuid.UUID(signed) if signed else None
