"""What every page of one's account shows."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

PAGES: list[tuple[str, Any]] = [
    ("account_email", "E-mail"),
    ("account_change_password", "Password"),
    ("mfa_index", "Passkeys"),
    ("tokens", "API tokens"),
    ("data", _("Your data")),
    ("leave", "Leave"),
    ("account_logout", "Sign out"),
]


def account_pages(request: HttpRequest) -> dict[str, list[tuple[str, Any]]]:
    return {"account_pages": PAGES}
