"""The log has one line for each failure, and says why."""

import logging
import time
import traceback
from typing import Any

import kombu.exceptions
import pytest
import redis
from celery.beat import SchedulingError
from django.db import OperationalError

from lettersai.monitoring import logs

REASON = "connection failed: Connection refused\n\tIs the server running?"


@pytest.fixture
def logged(log):
    """Returns a function that logs a failure as `name`, and returns the lines that this adds to the log."""

    def write(name: str, message: str, *values: object, error: Exception | None = None, level: int = logging.ERROR):
        before = len(log())
        logging.getLogger(name).log(level, message, *values, exc_info=error)
        return log()[before:]

    return write


@pytest.fixture
def clock(monkeypatch):
    """Returns a function that lets seconds pass for the log's filter."""
    now = [time.monotonic()]
    monkeypatch.setattr("lettersai.monitoring.logs.time.monotonic", lambda: now[0])

    def wait(seconds: float) -> None:
        now[0] += seconds

    return wait


def errors(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["level"] in ("error", "critical")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "function"),
    [
        ("/history/", "django.contrib.sessions.backends.db.SessionStore.load"),
        ("/api/v1/attempts/", "django.contrib.sessions.backends.db.SessionStore.load"),
        ("/api/v1/attempts/", "rest_framework.generics.GenericAPIView.filter_queryset"),
    ],
)
def test_a_request_without_a_database_leaves_one_line_that_says_why(error_client, monkeypatch, log, path, function):
    def fail(*_: object) -> None:
        raise OperationalError(REASON)

    monkeypatch.setattr(function, fail)
    assert error_client.get(path).status_code == 503
    [line] = errors(log())
    assert "Connection refused" in line["event"]
    assert "exception" not in line


@pytest.mark.django_db
def test_a_suspicious_request_leaves_one_line(error_client, log):
    assert error_client.get(f"/api/v1/attempts/?{'&'.join(['limit=1'] * 1001)}").status_code == 400
    [line] = errors(log())
    assert line["event"].startswith("The number of GET/POST parameters")
    assert "exception" not in line


@pytest.mark.django_db
def test_an_unexpected_error_keeps_its_traceback(error_client, monkeypatch, log):
    monkeypatch.setattr("scoring.history.HistoryView.get", lambda *_: 1 / 0)
    error_client.get("/history/")
    [line] = errors(log())
    assert "ZeroDivisionError" in line["exception"]


@pytest.mark.parametrize(
    "error", [OperationalError(REASON), redis.ConnectionError(REASON), kombu.exceptions.OperationalError(REASON)]
)
def test_a_task_that_fails_for_lack_of_a_server_leaves_one_line(logged, error):
    [line] = logged("celery.app.trace", "Task %s raised unexpected: %r", "rescore", error, error=error)
    assert "exception" not in line
    assert "Connection refused" in line["event"]


def test_a_task_that_fails_by_a_fault_of_the_code_keeps_its_traceback(logged):
    [line] = logged("celery.app.trace", "Task %s raised unexpected", "rescore", error=ValueError("broken"))
    assert "ValueError: broken" in line["exception"]


def test_beat_says_once_a_minute_that_redis_is_away(logged, clock):
    error = SchedulingError("Couldn't apply scheduled task rescore: Connection refused")
    failure = ("celery.beat", "Message Error: %s\n%s", error, traceback.format_stack())
    [line] = logged(*failure, error=error)
    assert line["event"] == f"A due task could not be sent: {error}"
    assert "exception" not in line
    clock(59)
    assert logged(*failure, error=error) == []
    clock(2)
    assert len(logged(*failure, error=error)) == 1


def test_the_reason_is_on_one_line_and_is_repeated_once_a_minute(logged, clock):
    tries = [logged("psycopg.pool", "error connecting in %r: %s", "pool-1", f"{REASON} {n}") for n in range(3)]
    assert [len(lines) for lines in tries] == [1, 0, 0]
    assert "\n" not in tries[0][0]["event"]
    assert len(logged("celery.beat", "error connecting in %r: %s", "pool-1", REASON)) == 1  # another part's


def test_that_a_connection_is_back_is_always_logged(logged):
    back = ("celery.worker.consumer.connection", "Connected to %s", "redis")
    assert [len(logged(*back, level=logging.INFO)) for _ in range(2)] == [1, 1]


@pytest.mark.parametrize("name", ["scoring.api", "celery.app.trace"])
def test_failures_of_the_site_itself_are_all_logged(logged, name):
    assert [len(logged(name, "The same")) for _ in range(2)] == [1, 1]


def test_the_levels_leave_out_tasks_that_succeeded():
    levels = logs.configured("json", "INFO")["loggers"]
    assert levels["celery.app.trace"]["level"] == "WARNING"
