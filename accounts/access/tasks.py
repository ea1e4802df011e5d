"""The tasks that delete expired sessions and send the confirmation mail again."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from celery import shared_task
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation


@shared_task
def clear_sessions() -> None:
    """Delete the sessions that have expired."""
    call_command("clearsessions")


@shared_task
def send_confirmation_again(email: str) -> None:
    """Send the mail that confirms `email` again, if an account waits for it; otherwise do nothing."""
    waiting = EmailAddress.objects.filter(email__iexact=email, verified=False, user__is_active=True)
    address = waiting.select_related("user").first()
    if not address:
        return
    key = EmailConfirmationHMAC.create(address).key
    with translation.override(address.user.language or settings.LANGUAGE_CODE):
        get_adapter().send_mail(
            "account/email/email_confirmation_signup",
            address.email,
            {
                "user": address.user,
                "key": key,
                "activate_url": settings.SITE_URL + reverse("account_confirm_email", args=[key]),
            },
        )
