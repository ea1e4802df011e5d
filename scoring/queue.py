"""Enqueueing attempts. The database is the truth: a task that gets lost is sent again."""

import logging

import redis
from django.db import transaction
from kombu.exceptions import OperationalError

from scoring import wakeup
from scoring.models import Attempt
from scoring.tasks import score_attempt, score_waiting

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


def score_here(attempt: Attempt) -> None:
    """Have this site's model judge an attempt whose only score was imported."""
    attempt.score_here()
    enqueue(attempt)
