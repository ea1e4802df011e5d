"""Logging, as plain lines or JSON, with the ids of the request and the attempt. Each failure is one line."""

import logging
import time
from typing import Any

import kombu.exceptions
import structlog
from celery.beat import SchedulingError
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest

from characters.outages import is_full, is_unavailable

#: Loggers of libraries whose INFO messages are left out, such as Celery's that a task succeeded.
_QUIET = ("celery.app.trace", "celery.beat", "celery.worker.strategy", "botocore", "kombu")
#: Loggers of libraries that say the same again and again while a server is away, and how often they may, s.
_REPETITIVE, _REPEATED_EVERY = ("celery.beat", "celery.worker.consumer", "kombu", "psycopg.pool"), 60.0


def route_of(request: HttpRequest) -> str:
    """The URL pattern of the request, "none" if nothing matched. Unlike a path it contains no secret key."""
    return request.resolver_match.route if request.resolver_match else "none"


def replace_path(_: Any, __: str, fields: Any) -> Any:
    """A structlog processor: replaces the path at the end of Django's own lines with the URL pattern."""
    request = getattr(fields["_record"], "request", None)
    if isinstance(request, HttpRequest):
        path = request.path.encode("unicode_escape").decode()  # as Django logs it
        if fields["event"].endswith(path):
            fields["event"] = fields["event"].removesuffix(path) + route_of(request)
    return fields


def shorten(_: Any, __: str, fields: Any) -> Any:
    """A structlog processor: one line for a fault outside the code, or for a request that Django refuses as suspicious.

    Their tracebacks would say nothing.
    """
    record = fields["_record"]
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, SchedulingError):
        fields["event"] = "A due task could not be sent"  # Celery's message contains the whole stack
    if is_outage(error) or isinstance(error, SuspiciousOperation) or _is_repetitive(record):
        fields.pop("exc_info", None)
        if error and str(error) not in fields["event"]:
            fields["event"] += f": {error}"
        fields["event"] = " ".join(fields["event"].split())
    return fields


def is_outage(error: BaseException | None) -> bool:
    """Whether the database, Redis or the disk failed, also behind an exception of Celery's."""
    if isinstance(error, SchedulingError | kombu.exceptions.OperationalError):
        return True
    return is_unavailable(error) or is_full(error)


def _is_repetitive(record: logging.LogRecord) -> bool:
    return any(record.name == name or record.name.startswith(f"{name}.") for name in _REPETITIVE)


class OncePerFailure(logging.Filter):
    """Drops lines that repeat what another has just said."""

    def __init__(self) -> None:
        super().__init__()
        #: When each message, before its values were filled in, was last logged.
        self._logged: dict[tuple[str, object], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "django.request" and getattr(record, "status_code", 0) == 503:
            # A 503 without an exception is no fault, or the view that answered it has logged the reason.
            return bool(record.exc_info)
        if record.levelno < logging.WARNING or not _is_repetitive(record):
            return True
        now, message = time.monotonic(), (record.name, record.msg)
        if now - self._logged.get(message, float("-inf")) < _REPEATED_EVERY:
            return False
        self._logged[message] = now
        return True


#: Longest text in one field of a log line, characters.
MAX_TEXT = 4000


def cut_long_texts(_: Any, __: str, fields: Any) -> Any:
    """A structlog processor: leaves out the middle of long texts, such as values that an exception quotes."""
    for name, text in fields.items():
        if isinstance(text, str) and len(text) > MAX_TEXT:
            half = MAX_TEXT // 2
            fields[name] = f"{text[:half]} … {len(text) - 2 * half} characters left out … {text[-half:]}"
    return fields


#: Turns records of standard logging into structlog's fields; contextvars hold the ids of request, task and attempt.
_PROCESSORS = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    # No other fields: Django adds the whole request, which contains what somebody searched.
    structlog.stdlib.ExtraAdder(allow=["method", "route", "status", "ms", "model"]),
    replace_path,
    shorten,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configured(form: str, level: str) -> dict[str, Any]:
    """The setting LOGGING. `form` is "json" or "line"; everything goes to standard error."""
    renderers: dict[str, Any] = {
        "json": structlog.processors.JSONRenderer(ensure_ascii=False),
        "line": structlog.dev.ConsoleRenderer(
            colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
        ),
    }
    # Tracebacks without local variables, which hold personal data.
    exceptions = structlog.processors.format_exc_info
    clean = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "chosen": {
                "()": "structlog.stdlib.ProcessorFormatter",
                "foreign_pre_chain": _PROCESSORS,
                "processors": [clean, exceptions, cut_long_texts, renderers[form]],
            }
        },
        "filters": {"once": {"()": "lettersai.monitoring.logs.OncePerFailure"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "chosen", "filters": ["once"]}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers would log twice and mail whole requests to ADMINS.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # Its INFO messages contain the paths of streams, which are tickets.
            "uvicorn": {"handlers": [], "propagate": True, "level": "WARNING"},
            # Their INFO messages only help to debug these libraries; the site logs each score itself.
            **{name: {"level": "WARNING"} for name in _QUIET},
        },
    }
