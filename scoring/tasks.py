"""The Celery tasks of scoring. Every task may run twice."""

from celery import shared_task

from scoring import judging, rescoring, serving, wakeup
from scoring.models import Attempt, IdempotencyKey
from scoring.retention import for_a_moment

#: Tasks that one run of `requeue_attempts` sends at most.
_REQUEUED_AT_ONCE = 1000
#: Seconds after which a requeued task expires: by then it has been sent once more.
_REQUEUE_EXPIRES = 30


@shared_task(acks_late=True, reject_on_worker_lost=True)
def score_attempt(attempt_id: str) -> None:
    """Score the attempt, and others that wait with it. Does nothing if it is scored or gone."""
    judging.score(attempt_id)


@shared_task
def requeue_attempts() -> None:
    """Send the tasks of attempts again that the broker or a worker has lost."""
    for attempt_id in Attempt.objects.lost().values_list("pk", flat=True)[:_REQUEUED_AT_ONCE]:
        score_attempt.apply_async((str(attempt_id),), expires=_REQUEUE_EXPIRES)


@shared_task
def rescore() -> None:
    """Continue rescoring past attempts, for a few seconds."""
    rescoring.go_on()


@shared_task
def erase_unclaimed() -> None:
    """Erase guests' attempts that nobody claimed in time."""
    for_a_moment(Attempt.objects.expired().order_by("written_at").erase_some)


@shared_task
def erase_deleted() -> None:
    """Erase deleted attempts that can no longer be restored."""
    for_a_moment(Attempt.objects.erasable().order_by("forgotten_at").erase_some)


@shared_task
def clear_keys() -> None:
    """Erase idempotency keys that have expired, and their copies."""
    for_a_moment(IdempotencyKey.objects.expired().erase_some)
    for_a_moment(Attempt.objects.clear_keys)


@shared_task
def announce_ready(name: str) -> None:
    """Announce `name`: proof that a worker with a loaded model takes tasks."""
    serving.scorer()
    wakeup.announce(name)


@shared_task
def announce_alive() -> None:
    """Announce that a worker takes tasks, on a quiet day too."""
    wakeup.announce()
