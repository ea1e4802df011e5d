"""Takes the request's id along to the tasks that it sends, so that one search finds all lines of one writing."""

from typing import Any

from celery import signals
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars


@signals.before_task_publish.connect
def send_id(headers: dict[str, Any], **_: Any) -> None:
    if request_id := get_contextvars().get("request"):
        headers["request_of"] = request_id


@signals.task_prerun.connect
def take_id(task: Any, **_: Any) -> None:
    if task.request.called_directly or task.request.is_eager:
        return
    clear_contextvars()
    bind_contextvars(task=task.name)
    if request_id := task.request.get("request_of"):
        bind_contextvars(request=request_id)
