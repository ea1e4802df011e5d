"""Enqueueing attempts. The database is the truth: a task that gets lost is sent again."""

import logging

import redis
from django.db import transaction
from kombu.exceptions import OperationalError

from scoring.models import Attempt
from scoring.tasks import score_attempt, score_waiting

logger = logging.getLogger(__name__)


def enqueue(attempt: Attempt) -> None:
    """Send a task once the attempt's row is committed. If the broker is down, beat sends one later.

    The task of the interactive lane scores this attempt. That of the bulk lane scores whatever waits there: one task is
    enough for several attempts.
    """

    def send() -> None:
        try:
            if attempt.bulk_owner:
                score_waiting.delay()
            else:
                score_attempt.delay(str(attempt.pk))
        except (OperationalError, redis.RedisError) as error:
            logger.warning("The task of attempt %s waits for requeue_attempts: %s", attempt.pk, error)

    transaction.on_commit(send)


def score_here(attempt: Attempt) -> None:
    """Have this site's model judge an attempt whose only score was imported."""
    attempt.score_here()
    enqueue(attempt)
