"""The language and the clock of an account, and those that a browser suggests."""

from itertools import groupby
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import translation

from accounts.access.guests import guest_set
from accounts.models import Day, Plan, User
from accounts.models.users import time_zones

#: The cookie in which the pages' script puts the browser's time zone, an IANA name.
ZONE_COOKIE = "tz"


def browser_language(request: HttpRequest) -> str:
    """The language chosen in this browser; else the one it asks for, else English."""
    return translation.get_language_from_request(request)


def browser_zone(request: HttpRequest) -> str:
    """The browser's time zone; empty when the browser has sent none, or an unknown one."""
    name = request.COOKIES.get(ZONE_COOKIE, "")
    return name if name in time_zones() else ""


def zone_choices() -> list[tuple[Any, Any]]:
    """The choices of a time zone field: UTC, then all zones by region."""
    # Names in Etc/ and names without a region are aliases.
    names = sorted(name for name in time_zones() if "/" in name and not name.startswith("Etc/"))
    regions = groupby(names, lambda name: name.partition("/")[0])
    grouped = [(region, [(n, n.partition("/")[2].replace("_", " ")) for n in among]) for region, among in regions]
    return [("UTC", "UTC"), *grouped]


def change_clock(user: User, *, time_zone: str | None = None, day_starts_at: int | None = None) -> None:
    """Set what is given of the user's clock. Past days are then recounted by it too, so that all days are alike."""
    wanted = {"time_zone": time_zone, "day_starts_at": day_starts_at}
    changes = {name: value for name, value in wanted.items() if value is not None and value != getattr(user, name)}
    if not changes:
        return
    with transaction.atomic():
        locked = User.objects.lock(user.pk)
        for name, value in changes.items():
            setattr(locked, name, value)
            setattr(user, name, value)
        locked.save(update_fields=list(changes))
        Day.objects.recount(locked)


def adopt_browser(request: HttpRequest, user: User, **_: Any) -> None:
    """Receiver of `user_signed_up` and `user_logged_in`: take what the account lacks from the browser."""
    if not user.language:
        user.language = browser_language(request)
        user.save(update_fields=["language"])
    if not user.time_zone and (zone := browser_zone(request)):
        change_clock(user, time_zone=zone)
    if (chosen := guest_set(request)) and not Plan.objects.filter(user=user).exists():
        Plan(user=user, character_set=chosen).keep()
