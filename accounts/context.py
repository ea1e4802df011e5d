"""What every page of one's account shows."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PAGES = [
    ("preferences", _("Preferences")),
    ("account_email", _("E-mail")),
    ("account_change_password", _("Password")),
    ("mfa_index", _("Passkeys")),
    ("tokens", _("API tokens")),
    ("data", _("Your data")),
    ("leave", _("Leave")),
    ("account_logout", _("Sign out")),
]
#: The learner's area: each page's address is the beginning of those that belong to it.
AREA: list[tuple[str, Promise]] = [
    ("today", _("Today")),
    ("progress", _("Progress")),
    ("history", _("History")),
    ("plan", _("Plan")),
    ("lists", _("Lists")),
]


def account_pages(request: HttpRequest) -> dict[str, Any]:
    return {"account_pages": PAGES}


def area(request: HttpRequest) -> dict[str, list[tuple[str, Promise, str]]]:
    """Address, label and aria-current of each tab of the learner's area; none on pages outside of it."""
    tabs = []
    for name, label in AREA:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        current = "page" if request.path == url else "true" if request.path.startswith(url) else ""
        tabs.append((url, label, current))
    return {"area": tabs if any(current for *_, current in tabs) else []}
