"""What is done for accounts when nobody waits for it."""

from contextlib import suppress

import redis
from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from accounts import importing
from accounts.export import build
from accounts.models import Export, Import, LeaseLost, User
from accounts.tally import locked, rebuild


@shared_task
def erase_leavers() -> None:
    """Erase the accounts that were left. Harmless twice; run by beat, it finds what an earlier run lost."""
    for user in User.objects.filter(leaving_since__isnull=False):
        user.erase()


def send(job: Export | Import) -> None:
    """Send the task of an export or import once its row is committed. Where the broker is down, beat does later."""
    task = export_data if isinstance(job, Export) else import_data

    def now() -> None:
        with suppress(OperationalError, redis.RedisError):
            task.delay(str(job.pk))

    transaction.on_commit(now)


@shared_task(acks_late=True, reject_on_worker_lost=True)
def export_data(export_id: str) -> None:
    """Build the export. Harmless twice, or once it is gone."""
    with suppress(LeaseLost):
        job = Export.objects.claim(export_id)
        if job and job.is_hopeless:
            job.end(Export.Status.FAILED, failure="interrupted")
        elif job:
            build(job)


@shared_task(acks_late=True, reject_on_worker_lost=True)
def import_data(import_id: str) -> None:
    """Store what the import's file holds. Harmless twice, or once it is gone."""
    with suppress(LeaseLost):
        job = Import.objects.claim(import_id)
        if job and job.is_hopeless:
            with transaction.atomic():  # what was stored until then counts
                rebuild(locked(job.user_id))
                job.end(Import.Status.FAILED, failure="interrupted")
        elif job:
            importing.take(job)


@shared_task
def resume_transfers() -> None:
    """Send the tasks of exports and imports again that the broker or a worker has lost."""
    for pk in Export.objects.lost().values_list("pk", flat=True):
        export_data.delay(str(pk))
    for pk in Import.objects.lost().values_list("pk", flat=True):
        import_data.delay(str(pk))


@shared_task
def erase_expired() -> None:
    """Delete exports that were kept long enough, and what is known of past imports."""
    for job in [*Export.objects.expired(), *Import.objects.expired()]:
        job.delete()
