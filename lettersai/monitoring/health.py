"""Health endpoints, for load balancers and process supervisors."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Webhook
from lettersai.database.checks import is_migrated
from lettersai.database.timeouts import time_limit
from scoring import signs
from scoring.models import Attempt, ModelBundle
from scoring.signs import Sign

#: How long the database may take to answer, s.
DATABASE_SECONDS = 1
#: Silence after which a worker and beat count as dead, s. Beat looks for due tasks every 2 s, and has a worker announce
#: itself every 10 s, after the tasks that wait.
_WORKER_SECONDS, _BEAT_SECONDS = 60, 30
#: How long an attempt may wait while none is scored, s.
_STUCK_SECONDS = 30


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers, even while the services that it needs are down."""
    return JsonResponse({"live": True})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 if everything that the site needs works; otherwise 503. The body has a boolean for each part, or null if it
    can't be asked.
    """
    parts = report().parts
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


@never_cache
@require_safe
def version(request: HttpRequest) -> JsonResponse:
    """The running release and the model version that its workers load."""
    with time_limit(DATABASE_SECONDS):
        return JsonResponse({"release": settings.RELEASE, "model": ModelBundle.active_version()})


@dataclass(frozen=True)
class Queue:
    """The attempts that wait for their scores."""

    length: int
    #: How long the oldest has waited, s; 0 without any.
    age: float
    #: That of the interactive lane.
    interactive_age: float


@dataclass(frozen=True)
class Report:
    """The state of the site's parts, each of which is asked once."""

    #: Whether each part works; None if that can't be known, because the database or the broker is away.
    parts: dict[str, bool | None]
    #: None while the database or its migrations are missing.
    queue: Queue | None
    #: How long the delivery to a webhook that is most overdue has been due, s; None as above.
    overdue: float | None
    #: None while the broker is away.
    signs: dict[Sign, float] | None


def report() -> Report:
    """The state of every part of the site, in two seconds at most."""
    now = time.time()
    seen = _signs()
    database, migrations, queue, overdue = _database()
    parts: dict[str, bool | None] = {"database": database, "migrations": migrations, "broker": seen is not None}
    for name, sign, seconds in (("worker", Sign.WORKER, _WORKER_SECONDS), ("beat", Sign.BEAT, _BEAT_SECONDS)):
        parts[name] = None if seen is None else now - seen[sign] < seconds
    parts["scores"] = _scores_advance(now, queue, seen)
    return Report(parts, queue, overdue, seen)


def _signs() -> dict[Sign, float] | None:
    try:
        return signs.read()
    except redis.RedisError:
        return None


def _database() -> tuple[bool, bool | None, Queue | None, float | None]:
    """Whether the database answers, whether it is migrated, its queue, and how late webhooks are, seconds."""
    try:
        with time_limit(DATABASE_SECONDS):
            if not is_migrated():
                return True, False, None, None
            return True, True, _queue(), Webhook.objects.lateness()
    except (DatabaseError, ImproperlyConfigured):
        return False, None, None, None


def _queue() -> Queue:
    interactive = Min("queued_at", filter=Q(bulk_owner=None))
    queued = Attempt.objects.filter(status=Attempt.Status.QUEUED)
    found = queued.aggregate(n=Count("pk"), oldest=Min("queued_at"), interactive=interactive)
    now = timezone.now()
    ages = [(now - since).total_seconds() if since else 0 for since in (found["oldest"], found["interactive"])]
    return Queue(found["n"], *ages)


def _scores_advance(now: float, queue: Queue | None, seen: dict[Sign, float] | None) -> bool | None:
    """False if an attempt has waited for long and none was scored meanwhile.

    A long queue that is being worked off is no fault.
    """
    if queue is None:
        return None
    if queue.age < _STUCK_SECONDS:
        return True
    return None if seen is None else now - seen[Sign.SCORED] < _STUCK_SECONDS


class ByAddressMiddleware:
    """Accepts any host name on the health and metrics URLs: machines nearby request them by IP address."""

    PATHS = ("/health/live", "/health/ready", "/health/version", "/metrics")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in self.PATHS:
            request.META["HTTP_HOST"] = settings.ALLOWED_HOSTS[0].lstrip(".")
        return self.get_response(request)
