"""Security headers that the settings of Django and django-csp don't cover."""

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse

#: Allows passkeys and denies the other features.
_PERMISSIONS = "publickey-credentials-get=(self), publickey-credentials-create=(self), " + ", ".join(
    f"{name}=()" for name in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
)

#: Pages of packages whose scripts turn text into HTML.
_THIRD_PARTY = ("/admin/", "/api/v1/docs/")
_WITHOUT_TRUSTED_TYPES = {"require-trusted-types-for": None, "trusted-types": None}


class PolicyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = _PERMISSIONS
        if request.path.startswith(_THIRD_PARTY):
            response._csp_replace = _WITHOUT_TRUSTED_TYPES  # type: ignore[attr-defined]
        if request.path.startswith("/admin/"):
            # Templates of the admin's packages use style attributes. Only curators see these pages.
            response._csp_update = {"style-src": [SELF, UNSAFE_INLINE]}  # type: ignore[attr-defined]
        return response
