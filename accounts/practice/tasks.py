"""Reminders, sent by the worker."""

from smtplib import SMTPException

from celery import shared_task
from celery.utils.log import get_task_logger
from django.core.mail import get_connection
from django.utils import timezone

from accounts.models import Plan
from accounts.practice.reminders import due_reminders, remind

#: Mails that go over one connection to the mail server.
_MAILS = 20

logger = get_task_logger(__name__)


@shared_task
def send_reminders() -> None:
    """Remind learners of today's practice, a few at a time: scores go in between. Harmless twice and at once."""
    for plans in due_reminders(timezone.now()):
        pks = list(plans.values_list("pk", flat=True))
        for start in range(0, len(pks), _MAILS):
            send_some.delay(pks[start : start + _MAILS])


@shared_task
def send_some(pks: list[int]) -> None:
    """Send today's mail of these plans where it wasn't sent yet.

    While the mail server can't be reached nothing is noted, so that a later run sends. Where it fails in the middle of
    a mail, that one may have been sent and isn't again; the others wait for the next run.
    """
    try:
        with get_connection() as mail_server:
            for plan in Plan.objects.filter(pk__in=pks).select_related("user"):
                remind(plan, mail_server)
    except (OSError, SMTPException) as error:
        logger.warning("Reminders wait for the mail server: %s", error)
