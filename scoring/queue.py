"""Enqueueing attempts. The database is the truth: a task that gets lost is sent again."""

import logging

import redis
from django.db import transaction
from kombu.exceptions import OperationalError

from scoring import wakeup
from scoring.models import Attempt, Line
from scoring.tasks import read_line, score_attempt, score_waiting

logger = logging.getLogger(__name__)


def enqueue(attempt: Attempt) -> None:
    """Send a task once the attempt's row is committed. If the broker is down, beat sends one later.

    One task is enough for the attempts of a lane that are enqueued before it begins.
    """

    def send() -> None:
        try:
            if attempt.bulk_owner:
                score_waiting.delay()
            elif wakeup.call():
                score_attempt.delay(str(attempt.pk))
        except (OperationalError, redis.RedisError) as error:
            logger.warning("The task of attempt %s waits for requeue_attempts: %s", attempt.pk, error)

    transaction.on_commit(send)


def enqueue_line(line: Line) -> None:
    """Send the task that reads the line once its row is committed. If the broker is down, beat sends one later."""

    def send() -> None:
        try:
            read_line.apply_async((str(line.pk),), priority=9 if line.is_bulk else 0)
        except (OperationalError, redis.RedisError) as error:
            logger.warning("The task of line %s waits for requeue_attempts: %s", line.pk, error)

    transaction.on_commit(send)


def score_here(attempt: Attempt) -> None:
    """Have this site's model judge an attempt whose only score was imported."""
    attempt.score_here()
    enqueue(attempt)
