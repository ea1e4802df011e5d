"""Logging, as plain lines or JSON, with the ids of the request and the attempt."""

from typing import Any

import structlog
from django.http import HttpRequest


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
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "chosen"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers would log twice and mail whole requests to ADMINS.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # Their INFO messages only help to debug these libraries.
            **{name: {"level": "WARNING"} for name in ("celery.beat", "celery.worker.strategy", "botocore", "kombu")},
        },
    }
