"""Health endpoints, for load balancers and process supervisors."""

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
    """200 as long as the process answers, even while the services that it needs are down."""
    return JsonResponse({"live": True})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 if everything that scoring needs works; otherwise 503. The body has a boolean for each dependency."""
    works = dependencies()
    return JsonResponse(works, status=200 if all(works.values()) else 503)


def dependencies() -> dict[str, bool]:
    """{dependency: whether it works} for everything that scoring needs."""
    checks: dict[str, Callable[[], object]] = {
        "database": _database_answers,
        "migrations": is_migrated,
        "broker": wakeup.answers,
        "worker": wakeup.is_worker_alive,
    }
    return {name: _works(check) for name, check in checks.items()}


@never_cache
@require_safe
def version(request: HttpRequest) -> JsonResponse:
    """The running release and the model version that its workers load."""
    return JsonResponse({"release": settings.RELEASE, "model": ModelBundle.active_version()})


def _works(check: Callable[[], object]) -> bool:
    try:
        return bool(check())
    except (DatabaseError, ImproperlyConfigured, redis.RedisError):
        return False


class ByAddressMiddleware:
    """Accepts any host name on the health and metrics URLs: machines nearby request them by IP address."""

    PATHS = ("/health/live", "/health/ready", "/health/version", "/metrics")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in self.PATHS:
            request.META["HTTP_HOST"] = settings.ALLOWED_HOSTS[0].lstrip(".")
        return self.get_response(request)


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True
