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


class SiteCollector:
    """Metrics of the whole site, computed at each scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        ready = GaugeMetricFamily("lettersai_ready", "1 for each dependency of scoring that works", labels=["part"])
        for dependency, works in health.dependencies().items():
            ready.add_metric([dependency], works)
        yield ready
        with suppress(DatabaseError):
            yield from self._queue()

    def _queue(self) -> Iterator[GaugeMetricFamily]:
        """The state of the queue according to the database."""
        queued = Attempt.objects.filter(status=Attempt.Status.QUEUED).aggregate(n=Count("pk"), oldest=Min("queued_at"))
        age = (timezone.now() - queued["oldest"]).total_seconds() if queued["oldest"] else 0
        yield GaugeMetricFamily("lettersai_queue_length", "Attempts waiting for their score", queued["n"])
        yield GaugeMetricFamily("lettersai_queue_age_seconds", "Waiting time of the oldest queued attempt", age)


def registry() -> CollectorRegistry:
    """The sum over all processes of this machine if PROMETHEUS_MULTIPROC_DIR is set, otherwise this process alone."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    merged = CollectorRegistry()
    MultiProcessCollector(merged)
    return merged


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The metrics; 404 without the right token."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        raise Http404
    site: Any = CollectorRegistry()
    site.register(SiteCollector())
    return HttpResponse(generate_latest(registry()) + generate_latest(site), content_type=CONTENT_TYPE_LATEST)
