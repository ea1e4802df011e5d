"""What every page of one's account shows."""

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PAGES = [
    ("preferences", _("Preferences")),
    ("account_email", _("E-mail")),
    ("account_change_password", _("Password")),
    ("mfa_index", _("Passkeys")),
    ("tokens", _("API tokens")),
    ("leave", _("Leave")),
    ("account_logout", _("Sign out")),
]


def account_pages(request: HttpRequest) -> dict[str, list[tuple[str, Promise]]]:
    return {"account_pages": PAGES}
