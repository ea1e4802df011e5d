"""Errors to Sentry, without anything that somebody wrote or by which they could be known."""

from typing import Any

import sentry_sdk
from django.conf import settings
from sentry_sdk.integrations.logging import ignore_logger


def begin(dsn: str) -> None:
    """Report to `dsn` from now on."""
    ignore_logger("django.security.DisallowedHost")  # whoever knocks at other names is no error of ours
    sentry_sdk.init(
        dsn,
        release=settings.RELEASE,
        max_request_body_size="never",
        include_local_variables=False,  # ink, addresses and passwords pass through them
        max_breadcrumbs=0,
        before_send=without_persons,
    )


def without_persons(event: Any, hint: dict[str, Any]) -> Any:
    """The event with its place in the code, and of the request method and path alone."""
    event.pop("user", None)
    event.pop("extra", None)
    event.pop("server_name", None)
    if request := event.get("request"):
        event["request"] = {"method": request.get("method"), "url": str(request.get("url", "")).partition("?")[0]}
    return event
