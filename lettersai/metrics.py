"""Metrics for Prometheus: the web server's at /metrics, a worker's on METRICS_PORT."""

import os
from collections.abc import Iterator
from contextlib import suppress
from secrets import compare_digest
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from lettersai import health
from scoring.models import Attempt


class Site:
    """What no process counts: it is asked when the metrics are."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        ready = GaugeMetricFamily("lettersai_ready", "What a score needs: 1 where it is there", labels=["part"])
        for part, is_there in health.parts().items():
            ready.add_metric([part], is_there)
        yield ready
        with suppress(DatabaseError):
            yield from self._queue()

    def _queue(self) -> Iterator[GaugeMetricFamily]:
        """The database is the queue's truth."""
        queued = Attempt.objects.filter(status=Attempt.Status.QUEUED).aggregate(n=Count("pk"), oldest=Min("queued_at"))
        age = (timezone.now() - queued["oldest"]).total_seconds() if queued["oldest"] else 0
        yield GaugeMetricFamily("lettersai_queue_length", "Attempts that wait for their score", queued["n"])
        yield GaugeMetricFamily("lettersai_queue_age_seconds", "How long the oldest of them waits", age)


def registry() -> CollectorRegistry:
    """What the processes of this machine add up to, or what this one alone has counted."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)
    return together


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """404 to whoever doesn't know the token."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        raise Http404
    site: Any = CollectorRegistry()
    site.register(Site())
    return HttpResponse(generate_latest(registry()) + generate_latest(site), content_type=CONTENT_TYPE_LATEST)
