"""Errors to Sentry, without anything that somebody wrote or by which they could be known."""

from typing import Any

import sentry_sdk
from django.conf import settings
from sentry_sdk.integrations.logging import ignore_logger


def start(dsn: str) -> None:
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
    """The event with its place in the code, and of the request its method and route alone: an address may be a key."""
    event.pop("user", None)
    event.pop("extra", None)
    event.pop("server_name", None)
    if event.get("transaction_info", {}).get("source") != "route":
        event.pop("transaction", None)
    if request := event.get("request"):
        event["request"] = {"method": request.get("method")}
    return event
