"""Visitors without an account, remembered by a signed cookie."""

import uuid
from collections.abc import Callable
from datetime import date, datetime
from hashlib import sha256
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.request import Request
from uuid6 import uuid7

#: The cookie's name in production before it got the prefix `__Host-`.
_FORMER_COOKIE = "guest"
_SALT = "scoring.guests"
_ATTRIBUTE = "guest"
#: The writer's name for everybody who isn't signed in.
ANYBODY = "guest"
#: The characters that the first page offers to try; also the lesson of a guest who has chosen nothing.
TASTE = "あ山永"
_YEAR = 365 * 24 * 60 * 60


class Guest:
    """The writer in this browser. `id` is None until they open the writing page or write."""

    def __init__(self, known_id: uuid.UUID | None) -> None:
        self.id = known_id
        self.cookie_is_due = False

    def remember(self) -> uuid.UUID:
        """The guest's id, created if needed; the response renews the cookie for a year."""
        self.id = self.id or uuid7()
        self.cookie_is_due = True
        return self.id


def guest_of(request: HttpRequest | Request) -> Guest:
    """The guest of a request that passed GuestMiddleware."""
    return cast(Guest, getattr(request, _ATTRIBUTE))


def writer_of(request: HttpRequest | Request) -> str:
    """A name for the request's writer, which a browser may store beside an unsent attempt. All guests share one.

    It proves nothing and identifies nobody. It doesn't depend on SECRET_KEY, so that unsent attempts outlive its
    change.
    """
    user = request.user
    return sha256(f"{_SALT} {user.pk}".encode()).hexdigest()[:16] if user.is_authenticated else ANYBODY


def day_of(request: HttpRequest | Request, moment: datetime) -> date:
    """The day to which `moment` belongs for the request's writer; guests' days are those of the browser's time zone."""
    user = request.user
    return user.day_of(moment) if user.is_authenticated else timezone.localdate(moment)


class GuestMiddleware:
    """Attaches the guest to every request, and sends the cookie if the guest was remembered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known_id = _id_in_cookie(request, settings.GUEST_COOKIE_NAME)
        former_id = None if known_id else _id_in_cookie(request, _FORMER_COOKIE)
        guest = Guest(known_id or former_id)
        guest.cookie_is_due = former_id is not None
        setattr(request, _ATTRIBUTE, guest)
        response = self.get_response(request)
        if guest.cookie_is_due:
            response.set_signed_cookie(
                settings.GUEST_COOKIE_NAME,
                str(guest.id),
                salt=_SALT,
                max_age=_YEAR,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response


def _id_in_cookie(request: HttpRequest, name: str) -> uuid.UUID | None:
    """The guest's id in the cookie `name`; None without the cookie or with one that this site didn't sign."""
    signed = request.get_signed_cookie(name, default=None, salt=_SALT, max_age=_YEAR)
    return uuid.UUID(signed) if signed else None
