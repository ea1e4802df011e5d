"""The middleware that refuses requests which another site makes a browser send."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import is_same_domain
from django.utils.translation import gettext as _

from scoring.errors import is_api
from scoring.metrics import count_rejection

_CODE = "cross_site"
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
#: Name of the route that other sites may call: it stores nothing, and what it answers depends on no cookie.
_OPEN = "api-recognitions"


class WithoutCookiesMiddleware:
    """Removes the cookies of a request that other sites may send. No session and no guest is behind it then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == reverse(_OPEN):
            request.META.pop("HTTP_COOKIE", None)
        return self.get_response(request)


class CrossSiteMiddleware:
    """Answers 403, code `cross_site`, to requests by which another site would change something.

    A guest's requests carry no CSRF token. Without this, a form on another site could post an attempt, and the answer
    would replace the cookie by which the guest is known. A request with an API token and no cookie passes, because no
    site can add a token that it doesn't have.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """The refusal; None lets the request pass. The language of the answer is active by now."""
        match = request.resolver_match
        if match and match.url_name == _OPEN:
            return None
        if request.method in _SAFE_METHODS or _has_only_a_token(request) or not _is_cross_site(request):
            return None
        if not is_api(request):
            return render(request, "403_cross_site.html", status=403)
        count_rejection(_CODE)
        return JsonResponse(
            {"code": _CODE, "detail": _("Another site sent this request. Nothing was changed.")}, status=403
        )


def _has_only_a_token(request: HttpRequest) -> bool:
    return "Authorization" in request.headers and not request.COOKIES


def _is_cross_site(request: HttpRequest) -> bool:
    """Whether a browser says that another origin caused the request. Programs send neither header."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    # Not "and the origin is ours": behind a proxy the site may know itself under another one.
    if site in ("same-origin", "none"):
        return False
    if origin is None:
        return site is not None
    is_own = origin == f"{request.scheme}://{request.get_host()}" and site != "cross-site"
    return not is_own and not _is_trusted(origin)


def _is_trusted(origin: str) -> bool:
    """Whether CSRF_TRUSTED_ORIGINS names the origin, or a pattern such as https://*.example.org that it matches."""
    scheme, _separator, host = origin.partition("://")
    trusted = [urlsplit(pattern) for pattern in settings.CSRF_TRUSTED_ORIGINS]
    return any(scheme == one.scheme and is_same_domain(host, one.netloc.lstrip("*")) for one in trusted)
