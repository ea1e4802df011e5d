"""What is done for accounts when nobody waits for it."""

import time
from collections.abc import Collection
from contextlib import suppress

import redis
from celery import shared_task
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from kombu.exceptions import OperationalError

from accounts.models import Export, Import, LeaseLost, User
from accounts.progress.tally import locked, rebuild
from accounts.transfer import importing
from accounts.transfer.export import build
from scoring.tasks import erase_some, score_waiting

#: Seconds of one run after which the next erases the rest of what leavers wrote.
_ERASING = 40.0
#: Sessions that are gone through before what waits is scored.
_SESSIONS = 2000


@shared_task
def erase_leavers() -> None:
    """Delete who left and all that is theirs: drawings, images, examples, addresses, keys and sessions.

    Harmless twice, also at once. Scores go in between; the next run goes on where much was written or a worker died.
    """
    until = time.monotonic() + _ERASING
    emptied = []
    for user in User.objects.filter(leaving_since__isnull=False).order_by("leaving_since"):
        while time.monotonic() < until and erase_some(user.attempts.order_by()):
            score_waiting()
        if not user.attempts.exists():
            emptied.append(user)
    if emptied:
        _end_sessions(emptied)
    for user in emptied:
        user.delete()
        score_waiting()


def _end_sessions(users: Collection[User]) -> None:
    """Delete the users' sessions. None says whose it is until it is decoded, so they are gone through once for all."""
    ids = {str(user.pk) for user in users}
    for number, session in enumerate(Session.objects.iterator(), 1):
        if session.get_decoded().get(SESSION_KEY) in ids:
            session.delete()
        if number % _SESSIONS == 0:
            score_waiting()


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
