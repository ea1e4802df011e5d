"""Context processors: the navigation of the account's pages and of the learner's pages."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: The pages of the account: URL name and label.
ACCOUNT_PAGES = [
    ("preferences", _("Preferences")),
    ("account_email", _("Email")),
    ("account_change_password", _("Password")),
    ("mfa_index", _("Passkeys")),
    ("tokens", _("API tokens")),
    ("webhooks", _("Webhooks")),
    ("data", _("Your data")),
    ("delete-account", _("Delete account")),
    ("account_logout", _("Sign out")),
]
#: The tabs of the learner's pages: URL name and label. A page belongs to the tab whose address its own begins with.
TABS: list[tuple[str, Promise]] = [
    ("today", _("Today")),
    ("words", _("Words")),
    ("progress", _("Progress")),
    ("history", _("History")),
    ("plan", _("Plan")),
    ("lists", _("Lists")),
]
#: The tabs of the pages that a guest has too. A learner's wall belongs to the progress.
GUEST_TABS: list[tuple[str, Promise]] = [
    *[(name, label) for name, label in TABS if name in ("today", "words", "history")],
    ("wall", _("Your wall")),
]


def account_pages(request: HttpRequest) -> dict[str, Any]:
    return {"account_pages": ACCOUNT_PAGES}


def area(request: HttpRequest) -> dict[str, list[tuple[str, Promise, str]]]:
    """`area`: address, label and aria-current of each tab; empty on pages that belong to none."""
    tabs = []
    for name, label in TABS if request.user.is_authenticated else GUEST_TABS:
        url = reverse(name)
        current = "page" if request.path == url else "true" if request.path.startswith(url) else ""
        tabs.append((url, label, current))
    return {"area": tabs if any(current for *_, current in tabs) else []}
