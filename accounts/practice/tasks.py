"""The tasks that send reminders."""

from smtplib import SMTPException

from celery import shared_task
from celery.utils.log import get_task_logger
from django.core.mail import get_connection
from django.utils import timezone

from accounts.models import Plan
from accounts.practice.reminders import due_reminders, remind

#: Mails sent over one connection to the mail server.
_BATCH = 20

logger = get_task_logger(__name__)


@shared_task
def send_reminders() -> None:
    """Queue today's reminders in batches, so that scoring tasks run in between. Running it twice does no harm."""
    for plans in due_reminders(timezone.now()):
        pks = list(plans.values_list("pk", flat=True))
        for start in range(0, len(pks), _BATCH):
            send_reminder_batch.delay(pks[start : start + _BATCH])


@shared_task
def send_reminder_batch(pks: list[int]) -> None:
    """Send today's reminders of these plans, except those sent already.

    When the mail server can't be reached, no plan is marked as reminded, and a later run sends the mails. When the
    connection fails during a mail, that mail may have been sent and isn't repeated; a later run sends the others.
    """
    try:
        with get_connection() as mail_server:
            for plan in Plan.objects.filter(pk__in=pks).select_related("user"):
                remind(plan, mail_server)
    except (OSError, SMTPException) as error:
        logger.warning("The mail server can't be reached; reminders are sent later: %s", error)
