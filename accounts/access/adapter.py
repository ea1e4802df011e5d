"""Where people go after they have signed in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from accounts.access.claims import unclaimed


class AccountAdapter(DefaultAccountAdapter):
    """Asks whose the drawings are that were written in this browser before."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("claim") if unclaimed(request).exists() else str(super().get_login_redirect_url(request))

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        signed_in = bool(self.request and self.request.user.is_authenticated)
        return self.get_login_redirect_url(self.request) if signed_in else reverse("account_login")
