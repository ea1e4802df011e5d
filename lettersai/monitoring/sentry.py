"""Error reports to Sentry, without personal data."""

from typing import Any

import sentry_sdk
from django.conf import settings
from sentry_sdk.integrations.logging import ignore_logger


def start(dsn: str) -> None:
    """Start reporting errors to `dsn`."""
    ignore_logger("django.security.DisallowedHost")  # caused by scanners, not by the site
    sentry_sdk.init(
        dsn,
        release=settings.RELEASE,
        max_request_body_size="never",
        include_local_variables=False,  # they hold ink, mail addresses and passwords
        max_breadcrumbs=0,
        before_send=without_personal_data,
    )


def without_personal_data(event: Any, hint: dict[str, Any]) -> Any:
    """The event without personal data: of the request only method and route, since a path may contain a secret key."""
    event.pop("user", None)
    event.pop("extra", None)
    event.pop("server_name", None)
    if event.get("transaction_info", {}).get("source") != "route":
        event.pop("transaction", None)
    if request := event.get("request"):
        event["request"] = {"method": request.get("method")}
    return event
