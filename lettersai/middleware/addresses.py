"""The middleware that completes addresses of the API."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import is_valid_path

from scoring.errors import is_api


class FinalSlashMiddleware:
    """Takes an address of the API without the slash at its end for the one with it, whatever the method.

    Django would redirect, which turns a POST into a GET.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if is_api(request) and not path.endswith("/") and not is_valid_path(path) and is_valid_path(f"{path}/"):
            request.path_info, request.path = f"{path}/", f"{request.path}/"
        return self.get_response(request)
