"""Logs: a line each, or JSON, with the request and the attempt that each is about."""

from typing import Any

import structlog
from django.http import HttpRequest


def route_of(request: HttpRequest) -> str:
    """Not an address, which may be a secret, but its pattern, of which there are some dozens."""
    return request.resolver_match.route if request.resolver_match else "none"


def without_address(_: Any, __: str, fields: Any) -> Any:
    """Django's own lines end with the address: with its route instead."""
    request = getattr(fields["_record"], "request", None)
    if isinstance(request, HttpRequest):
        address = request.path.encode("unicode_escape").decode()  # as Django writes it
        if fields["event"].endswith(address):
            fields["event"] = fields["event"].removesuffix(address) + route_of(request)
    return fields


#: What standard logging knows, as structlog's fields; those of `structlog.contextvars` are the request and the attempt.
_FIELDS = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    # No others: Django adds the whole request, with what somebody looked for.
    structlog.stdlib.ExtraAdder(allow=["method", "route", "status", "ms", "model"]),
    without_address,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configured(form: str, level: str) -> dict[str, Any]:
    """LOGGING in the form json or line. Everything goes to standard error."""
    drawn: dict[str, list[Any]] = {
        "json": [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)],
        # The traceback without values, which are what people wrote.
        "line": [
            structlog.dev.ConsoleRenderer(
                colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
            )
        ],
    }
    clean = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "chosen": {
                "()": "structlog.stdlib.ProcessorFormatter",
                "foreign_pre_chain": _FIELDS,
                "processors": [clean, *drawn[form]],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "chosen"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers print a second time, and its mails to ADMINS know whole requests.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # These tell at INFO what only whoever mends them needs.
            **{name: {"level": "WARNING"} for name in ("celery.beat", "celery.worker.strategy", "botocore", "kombu")},
        },
    }
