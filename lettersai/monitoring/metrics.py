"""Metrics for Prometheus: the web server's at /metrics, a worker's on METRICS_PORT."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from lettersai.monitoring import health
from lettersai.monitoring.metric_files import is_allowed, registry
from scoring import signs
from scoring.signs import Sign


def record_backup(written: datetime) -> None:
    """Remember when the latest backup was written. Raises redis.RedisError."""
    signs.leave(Sign.BACKUP, at=written.timestamp())


class SiteCollector:
    """Metrics of the whole site, computed at each scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        report = health.report()
        ready = GaugeMetricFamily("lettersai_ready", "1 for each part of the site that works", labels=["part"])
        for part, works in report.parts.items():
            if works is not None:
                ready.add_metric([part], works)
        yield ready
        if report.queue:
            yield GaugeMetricFamily("lettersai_queue_length", "Attempts waiting for their score", report.queue.length)
            yield GaugeMetricFamily(
                "lettersai_queue_age_seconds", "Waiting time of the oldest queued attempt", report.queue.age
            )
            yield GaugeMetricFamily(
                "lettersai_interactive_age_seconds",
                "Waiting time of the oldest attempt in the interactive lane",
                report.queue.interactive_age,
            )
        if report.overdue is not None:
            yield GaugeMetricFamily(
                "lettersai_delivery_overdue_seconds",
                "How long the delivery to a webhook that is most overdue has been due",
                report.overdue,
            )
        if report.signs:
            for name, sign, about in (
                ("beat_tick", Sign.BEAT, "beat last looked for due tasks"),
                ("backup", Sign.BACKUP, "the last backup was completed"),
            ):
                yield GaugeMetricFamily(
                    f"lettersai_{name}_timestamp_seconds", f"Unix time when {about}; 0: unknown", report.signs[sign]
                )
        yield from self._disks()

    def _disks(self) -> Iterator[GaugeMetricFamily]:
        size = GaugeMetricFamily("lettersai_disk_size_bytes", "Size of the file system of a folder", labels=["folder"])
        free = GaugeMetricFamily("lettersai_disk_free_bytes", "Space that is left on it", labels=["folder"])
        for name, folder in (("data", settings.DATA_DIR), ("temporary", tempfile.gettempdir())):
            usage = shutil.disk_usage(folder)
            size.add_metric([name], usage.total)
            free.add_metric([name], usage.free)
        yield size
        yield free


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The metrics; 404 without the right token."""
    if not is_allowed(request.headers.get("Authorization", "")):
        raise Http404
    site: Any = CollectorRegistry()
    site.register(SiteCollector())
    return HttpResponse(generate_latest(registry()) + generate_latest(site), content_type=CONTENT_TYPE_LATEST)
