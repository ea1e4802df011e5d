"""Beat's scheduler: Celery's, which leaves a sign of life and goes on without its file when the disk is full."""

import logging
import shelve
from contextlib import suppress
from typing import Any

import redis
from celery.beat import PersistentScheduler

from characters.outages import is_full
from scoring import signs
from scoring.signs import Sign

logger = logging.getLogger(__name__)


class Scheduler(PersistentScheduler):
    """Keeps in a file when each task was last due, so that a daily task is made up for after a pause."""

    _is_file_usable = True

    def setup_schedule(self) -> None:
        try:
            super().setup_schedule()
        except OSError as error:
            logger.error("Beat keeps its schedule in memory, since its file can't be written: %s", error)
            self._is_file_usable = False
            super().setup_schedule()

    def _open_schedule(self) -> Any:
        if not self._is_file_usable:
            return shelve.Shelf({}, writeback=True)
        return super()._open_schedule()  # type: ignore[misc]

    def _destroy_open_corrupted_schedule(self, exc: Exception) -> Any:
        if is_full(exc):
            raise exc  # the file itself may be sound
        return super()._destroy_open_corrupted_schedule(exc)  # type: ignore[misc]

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send the tasks that are due; returns the seconds until the next."""
        wait: float = super().tick(*args, **kwargs)
        with suppress(redis.RedisError):
            signs.leave(Sign.BEAT)
        return wait

    def sync(self) -> None:
        with suppress(OSError):  # the file then lags behind
            super().sync()

    def close(self) -> None:
        with suppress(OSError):
            super().close()
