"""Adapts allauth: the page after signing in or up, and the site's name in mail."""

from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.access.claims import unclaimed


class AccountAdapter(DefaultAccountAdapter):
    """Asks people who have just signed in whether the guest attempts of this browser are theirs."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail that calls the site by its name; by default allauth uses the host of the request."""
        site = SimpleNamespace(name=settings.SITE_NAME, domain=settings.SITE_NAME)
        super().send_mail(template_prefix, email, {**context, "current_site": site})

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("claim") if unclaimed(request).exists() else str(super().get_login_redirect_url(request))

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        is_signed_in = bool(self.request and self.request.user.is_authenticated)
        return self.get_login_redirect_url(self.request) if is_signed_in else reverse("account_login")
