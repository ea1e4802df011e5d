"""In which language and time zone a request is answered."""

from collections.abc import Callable
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

#: Set by the pages' script: the browser's zone, as the IANA database names it.
ZONE_COOKIE = "tz"


def browser_language(request: HttpRequest) -> str:
    """What was chosen in this browser, else what it asks for, else English."""
    return translation.get_language_from_request(request)


def browser_zone(request: HttpRequest) -> str:
    """The browser's time zone; empty while it hasn't said one that there is."""
    name = request.COOKIES.get(ZONE_COOKIE, "")
    return name if name in _zones() else ""


@cache
def _zones() -> frozenset[str]:
    """All there are. To list them opens six hundred files."""
    return frozenset(available_timezones())


class PlaceMiddleware:
    """Answers in the language and the time zone of the account; where it has none, of the browser."""

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
