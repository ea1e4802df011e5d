"""Whether the site lives, is ready, and which it is: for whoever restarts it or sends it requests."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lettersai.checks import is_migrated
from scoring import wakeup
from scoring.models import ModelBundle


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers: what it needs may be down."""
    return JsonResponse({"live": True})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when everything that a score needs is there; else 503, and which isn't."""
    found = parts()
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def parts() -> dict[str, bool]:
    """What a score needs, and whether it is there."""
    needs: dict[str, Callable[[], object]] = {
        "database": _ask_database,
        "migrations": is_migrated,
        "broker": wakeup.answers,
        "worker": wakeup.is_worker_alive,
    }
    return {name: _is_there(need) for name, need in needs.items()}


@never_cache
@require_safe
def version(request: HttpRequest) -> JsonResponse:
    """The release that serves and the model that its workers load."""
    return JsonResponse({"release": settings.RELEASE, "model": ModelBundle.active_version()})


def _is_there(need: Callable[[], object]) -> bool:
    try:
        return bool(need())
    except (DatabaseError, ImproperlyConfigured, redis.RedisError):
        return False


class ByAddressMiddleware:
    """Machines beside the site ask it by its address, and know none of its names."""

    PATHS = ("/health/live", "/health/ready", "/health/version", "/metrics")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in self.PATHS:
            request.META["HTTP_HOST"] = settings.ALLOWED_HOSTS[0].lstrip(".")
        return self.get_response(request)


def _ask_database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True
