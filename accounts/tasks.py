"""What is done for accounts when nobody waits for it."""

from celery import shared_task

from accounts.models import User


@shared_task
def erase_leavers() -> None:
    """Erase the accounts that were left. Harmless twice; run by beat, it finds what an earlier run lost."""
    for user in User.objects.filter(leaving_since__isnull=False):
        user.erase()
