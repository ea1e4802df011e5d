"""Mails that an operator causes, in the user's language."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from accounts.access.forms import ResetPasswordForm
from accounts.models import User


def send_reset_link(request: HttpRequest, user: User) -> None:
    """Send an active user a link to set a password."""
    with _language_of(user):
        form = ResetPasswordForm({"email": user.email})
        form.full_clean()
        form.save(request)


def send_address_changed(request: HttpRequest, user: User, former: str) -> None:
    """Tell the owner of the address `former` that an operator has changed it."""
    with _language_of(user):
        get_adapter(request).send_mail(
            "account/email/address_changed_by_operator", former, {"former": former, "email": user.email}
        )


def _language_of(user: User) -> translation.override:
    return translation.override(user.language or settings.LANGUAGE_CODE)
