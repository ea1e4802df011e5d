"""Middleware for the account: activates its language and time zone, and limits what the browser stores."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from accounts.access.preferences import browser_language, browser_zone

_SIGNED_OUT = "has_signed_out"


class LanguageAndZoneMiddleware:
    """Activates the account's language and time zone, or the browser's if the account has none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        language = (user.is_authenticated and user.language) or browser_language(request)
        zone = (user.is_authenticated and user.time_zone) or browser_zone(request) or "UTC"
        with translation.override(language), timezone.override(ZoneInfo(zone)):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


class SigningOutMiddleware:
    """Leaves nothing of the account in the browser after signing out.

    Signing out clears the browser's storage: pages, the ink on the paper, attempts that wait for a connection. Until
    then the browser caches no page of a signed-in user, unless the view sets Cache-Control itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        if getattr(request, _SIGNED_OUT, False):
            response["Clear-Site-Data"] = '"storage"'
        return response


def remember_signing_out(request: HttpRequest | None, **_: Any) -> None:
    """Receiver of `user_logged_out`: tell `SigningOutMiddleware` about it."""
    if request:
        setattr(request, _SIGNED_OUT, True)
