"""What is done for accounts when nobody waits for it."""

from celery import shared_task
from celery.utils.log import get_task_logger
from django.core.management import call_command

from accounts.consistency import findings
from accounts.models import User

logger = get_task_logger(__name__)


@shared_task
def erase_leavers() -> None:
    """Erase the accounts that were left. Harmless twice; run by beat, it finds what an earlier run lost."""
    for user in User.objects.filter(leaving_since__isnull=False):
        user.erase()


@shared_task
def check_consistency() -> None:
    """Log what contradicts itself, each as an error."""
    for finding in findings():
        logger.error("Inconsistent: %s", finding)


@shared_task
def clear_sessions() -> None:
    """Delete the sessions that have ended."""
    call_command("clearsessions")
