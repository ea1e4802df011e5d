"""Receivers of Celery's signals: what happens when a worker starts and around each task."""

import time
import warnings
from typing import Any

from celery import signals
from celery.exceptions import CPendingDeprecationWarning
from django.conf import settings
from django.db import close_old_connections
from prometheus_client import Histogram, start_http_server
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from lettersai.database.checks import refuse_to_start
from lettersai.database.timeouts import limit_worker
from lettersai.monitoring.metric_files import fold_dead, registry

SECONDS = Histogram(
    "lettersai_task_seconds",
    "Time that a task took",
    ["task", "state"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60, 600),
)


def connect() -> None:
    """Connect every receiver of this module, in the order in which they run."""
    signals.setup_logging.connect(keep_logging)
    signals.celeryd_init.connect(set_limits)
    signals.celeryd_init.connect(check_start)
    signals.beat_init.connect(check_start)
    signals.worker_ready.connect(serve_metrics)
    signals.worker_ready.connect(ignore_announcements)
    signals.worker_process_init.connect(fold_metrics)
    signals.before_task_publish.connect(send_request_id)
    signals.task_prerun.connect(return_connection)
    signals.task_prerun.connect(start_task)
    signals.task_postrun.connect(return_connection)
    signals.task_postrun.connect(finish_task)


def keep_logging(**_: Any) -> None:
    """Keep the logging that LOGGING configures: Celery replaces it unless this signal has a receiver."""


def set_limits(**_: Any) -> None:
    limit_worker()


def check_start(**_: Any) -> None:
    if settings.PRODUCTION:
        refuse_to_start()


def serve_metrics(**_: Any) -> None:
    """Serve the worker's metrics on METRICS_PORT."""
    if settings.METRICS_PORT:
        start_http_server(settings.METRICS_PORT, registry=registry())


def ignore_announcements(**_: Any) -> None:
    """Ignore Celery's warnings about its future releases, which it repeats at each loss of the broker.

    Celery shows them again when it sets up its logging.
    """
    warnings.filterwarnings("ignore", category=CPendingDeprecationWarning)


def fold_metrics(**_: Any) -> None:
    """Fold the metrics of the process that this one may replace."""
    fold_dead()


def send_request_id(headers: dict[str, Any], **_: Any) -> None:
    """Add the id of the current request to the task's headers."""
    if request_id := get_contextvars().get("request"):
        headers["request_of"] = request_id


def return_connection(**_: Any) -> None:
    """Return the database connection to the pool, which checks it before lending it again, as after each request."""
    close_old_connections()


def start_task(task: Any, **_: Any) -> None:
    """Note the start time and bind the task's name and request id to its log lines."""
    task.request.begun = time.perf_counter()
    if not task.request.is_eager:
        clear_contextvars()
        bind_contextvars(task=task.name)
        if request_id := task.request.get("request_of"):
            bind_contextvars(request=request_id)


def finish_task(task: Any, state: str | None, **_: Any) -> None:
    SECONDS.labels(task.name, state or "none").observe(time.perf_counter() - task.request.begun)
