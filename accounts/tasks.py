"""What is done for accounts when nobody waits for it."""

import time
from collections.abc import Collection
from contextlib import suppress
from smtplib import SMTPException

import redis
from celery import shared_task
from celery.utils.log import get_task_logger
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.mail import get_connection
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from prometheus_client import Counter

from accounts import importing
from accounts.consistency import findings
from accounts.export import build
from accounts.models import Export, Import, LeaseLost, Plan, User
from accounts.reminders import due_reminders, remind
from accounts.tally import locked, rebuild
from scoring.tasks import erase_some, score_waiting

#: Mails that go over one connection to the mail server.
_MAILS = 20

#: Seconds of one run after which the next erases the rest of what leavers wrote.
_ERASING = 40.0
#: Sessions that are gone through before what waits is scored.
_SESSIONS = 2000

_CONTRADICTIONS = Counter("lettersai_contradictions", "What the nightly check has found")

logger = get_task_logger(__name__)


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


@shared_task
def check_consistency() -> None:
    """Log what contradicts itself, each as an error."""
    for finding in findings(score_waiting):
        _CONTRADICTIONS.inc()
        logger.error("Inconsistent: %s", finding)


@shared_task
def clear_sessions() -> None:
    """Delete the sessions that have ended."""
    call_command("clearsessions")
