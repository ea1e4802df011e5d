"""Who signs out leaves nothing in the browser: no page, no drawing on the paper, none that waits for a connection."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

_SIGNED_OUT = "has_signed_out"


@receiver(user_logged_out, dispatch_uid="accounts.access.signing_out")
def note(request: HttpRequest | None, **_: Any) -> None:
    if request:
        setattr(request, _SIGNED_OUT, True)


class SigningOutMiddleware:
    """Empties the browser of who signs out. The pages they see until then it doesn't keep, unless a view says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        if getattr(request, _SIGNED_OUT, False):
            response["Clear-Site-Data"] = '"storage"'
        return response
