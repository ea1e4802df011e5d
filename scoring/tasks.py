"""The Celery tasks of scoring. Every task may run twice."""

from contextlib import suppress

import redis
from celery import shared_task
from kombu.exceptions import OperationalError

from scoring import judging, questions, reading, recognizing, rescoring, serving, wakeup
from scoring.models import Attempt, IdempotencyKey, Line
from scoring.retention import for_a_moment

#: Retries that one run of `requeue_attempts` sends at most.
_REQUEUED_AT_ONCE = 1000
#: Seconds after which a requeued task expires: by then it has been sent once more.
_REQUEUE_EXPIRES = 30
#: The priority of tasks for which people wait; CELERY_TASK_ROUTES has the others.
_INTERACTIVE = 0


@shared_task(acks_late=True, reject_on_worker_lost=True)
def score_attempt(attempt_id: str) -> None:
    """Score the attempt, unless it is scored or gone, and others that people wait for, until none of these is left."""
    if judging.score(attempt_id):
        with suppress(OperationalError, redis.RedisError):  # beat sends it
            score_attempt.delay(attempt_id)


@shared_task(acks_late=True, reject_on_worker_lost=True)
def read_line(line_id: str) -> None:
    """Read the line, unless it is read or gone, and score its attempts with others that people wait for."""
    line = reading.read(line_id)
    if line is None:
        return
    if line.is_bulk:
        with suppress(OperationalError, redis.RedisError):  # beat sends it
            score_waiting.delay()
    elif reading.score(line):
        with suppress(OperationalError, redis.RedisError):
            score_attempt.delay(line_id)  # no attempt has this id: it scores the others
    reading.finish(line)


@shared_task(acks_late=True, reject_on_worker_lost=True, expires=_REQUEUE_EXPIRES)
def score_waiting() -> None:
    """Score some attempts that wait, and send this task again until none is left."""
    if judging.score_waiting():
        with suppress(OperationalError, redis.RedisError):  # beat sends it
            score_waiting.delay()


# Acknowledged late: a worker that has taken it fetches no other task, which may be less urgent than the next attempt.
@shared_task(acks_late=True, expires=questions.PATIENCE)
def recognize(name: str) -> None:
    """Answer the question of this name. Attempts come before it, by CELERY_TASK_ROUTES."""
    recognizing.answer(name)


@shared_task
def requeue_attempts() -> None:
    """Send tasks for attempts whose tasks the broker or a worker may have lost.

    Attempts that a worker had claimed get a task each. However many others wait, one task is enough. It has the
    interactive lane's priority, so that bulk attempts advance even while people keep all workers busy.
    """
    for attempt_id in Attempt.objects.to_retry().values_list("pk", flat=True)[:_REQUEUED_AT_ONCE]:
        score_attempt.apply_async((str(attempt_id),), expires=_REQUEUE_EXPIRES)
    for line_id in Line.objects.lost().values_list("pk", flat=True)[:_REQUEUED_AT_ONCE]:
        read_line.apply_async((str(line_id),), expires=_REQUEUE_EXPIRES)
    if Attempt.objects.lost().exists():
        score_waiting.apply_async(expires=_REQUEUE_EXPIRES, priority=_INTERACTIVE)


@shared_task
def rescore() -> None:
    """Continue rescoring past attempts, for a few seconds."""
    rescoring.go_on()


@shared_task
def erase_unclaimed() -> None:
    """Erase guests' attempts that nobody claimed in time."""
    for_a_moment(Attempt.objects.expired().order_by("written_at").erase_some)
    for_a_moment(Line.objects.unread().expired().erase_some)


@shared_task
def erase_deleted() -> None:
    """Erase deleted attempts that can no longer be restored."""
    for_a_moment(Attempt.objects.erasable().order_by("forgotten_at").erase_some)
    for_a_moment(Line.objects.unread().erasable().erase_some)


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
