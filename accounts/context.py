"""What every page of one's account shows."""

from django.http import HttpRequest

PAGES = [
    ("account_email", "E-mail"),
    ("account_change_password", "Password"),
    ("mfa_index", "Passkeys"),
    ("tokens", "API tokens"),
    ("leave", "Leave"),
    ("account_logout", "Sign out"),
]


def account_pages(request: HttpRequest) -> dict[str, list[tuple[str, str]]]:
    return {"account_pages": PAGES}
