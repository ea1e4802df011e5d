"""Beat's scheduler: Celery's, which leaves a sign of life."""

from contextlib import suppress
from typing import Any

import redis
from celery.beat import PersistentScheduler

from scoring import signs
from scoring.signs import Sign


class Scheduler(PersistentScheduler):
    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send the tasks that are due; returns the seconds until the next."""
        wait: float = super().tick(*args, **kwargs)
        with suppress(redis.RedisError):
            signs.leave(Sign.BEAT)
        return wait
