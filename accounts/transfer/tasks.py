"""The tasks that export, import and delete learners' data."""

from contextlib import suppress

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from accounts.models import Export, Failure, Import, LeaseLost, User
from accounts.progress.tally import rebuild
from accounts.transfer import deletion, importing, temporary
from accounts.transfer.export import build


@shared_task
def delete_accounts() -> None:
    """Delete the accounts that are scheduled for deletion. Running it twice does no harm."""
    deletion.delete_scheduled()


@shared_task(acks_late=True, reject_on_worker_lost=True)
def export_data(export_id: str) -> None:
    """Build the export. Running it twice, or after the export was deleted, does no harm."""
    with suppress(LeaseLost):
        job = Export.objects.start(export_id)
        if job and job.is_hopeless:
            job.end(Export.Status.FAILED, failure=Failure.INTERRUPTED)
        elif job:
            build(job)


@shared_task(acks_late=True, reject_on_worker_lost=True)
def import_data(import_id: str) -> None:
    """Store the contents of the import's file. Running it twice, or after the import was deleted, does no harm."""
    with suppress(LeaseLost):
        job = Import.objects.start(import_id)
        if job and job.is_hopeless:
            with transaction.atomic():  # the attempts stored so far still have to be counted
                rebuild(User.objects.lock(job.user_id))
                job.end(Import.Status.FAILED, failure=Failure.INTERRUPTED)
        elif job:
            importing.run(job)


@shared_task
def resume_transfers() -> None:
    """Enqueue the exports and imports whose tasks the broker or a worker has lost."""
    for pk in Export.objects.lost().values_list("pk", flat=True):
        export_data.delay(str(pk))
    for pk in Import.objects.lost().values_list("pk", flat=True):
        import_data.delay(str(pk))


@shared_task
def delete_expired_transfers() -> None:
    """Delete the exports and the records of imports that have expired."""
    for job in [*Export.objects.expired(), *Import.objects.expired()]:
        job.delete()


@shared_task
def sweep() -> None:
    """Delete the temporary files that killed processes left behind on this worker's machine."""
    temporary.sweep(timezone.now())
