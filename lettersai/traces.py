"""What happens around every task: the id of its request, its time among the metrics; and where a worker shows those."""

import time
from typing import Any

from celery import signals
from django.conf import settings
from prometheus_client import Histogram, start_http_server
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

SECONDS = Histogram(
    "lettersai_task_seconds",
    "Time that a task took",
    ["task", "state"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60, 600),
)


@signals.before_task_publish.connect
def send_id(headers: dict[str, Any], **_: Any) -> None:
    if request_id := get_contextvars().get("request"):
        headers["request_of"] = request_id


@signals.task_prerun.connect
def begin(task: Any, **_: Any) -> None:
    task.request.begun = time.perf_counter()
    if not task.request.is_eager:
        clear_contextvars()
        bind_contextvars(task=task.name)
        if request_id := task.request.get("request_of"):
            bind_contextvars(request=request_id)


@signals.task_postrun.connect
def end(task: Any, state: str | None, **_: Any) -> None:
    SECONDS.labels(task.name, state or "none").observe(time.perf_counter() - task.request.begun)


@signals.worker_ready.connect
def show_metrics(**_: Any) -> None:
    from lettersai.metrics import registry  # here: models are loaded by now

    if settings.METRICS_PORT:
        start_http_server(settings.METRICS_PORT, registry=registry())
