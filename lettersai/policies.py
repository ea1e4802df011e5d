"""What the site's pages may do in a browser, beyond what Django's and django-csp's settings say."""

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse

#: Of what a page could ask the browser for, passkeys alone.
_PERMISSIONS = "publickey-credentials-get=(self), publickey-credentials-create=(self), " + ", ".join(
    f"{name}=()" for name in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
)

#: Pages of packages, whose scripts make HTML out of text.
_BORROWED = ("/admin/", "/api/v1/docs/")
_TEXT_MAY_BECOME_HTML = {"require-trusted-types-for": None, "trusted-types": None}


class PolicyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = _PERMISSIONS
        if request.path.startswith(_BORROWED):
            response._csp_replace = _TEXT_MAY_BECOME_HTML  # type: ignore[attr-defined]
        if request.path.startswith("/admin/"):
            # Templates of the admin's packages have styles in attributes, and curators alone see them.
            response._csp_update = {"style-src": [SELF, UNSAFE_INLINE]}  # type: ignore[attr-defined]
        return response
