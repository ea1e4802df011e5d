"""Limits on how long this process waits for PostgreSQL, and on how long it holds locks that others wait for."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self

import psycopg
from django.conf import settings
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus

#: After this time PostgreSQL ends a transaction whose client sends nothing, s: a frozen client's locks would stop all
#: who need them.
IDLE_IN_TRANSACTION = 10
#: How long a worker's statement waits for a lock, s. Some count many rows in one transaction, which takes a second.
LOCK_TIMEOUT = 3
#: How long a request waits for the pool before it asks whether there is an outage, s.
POOL_WAIT = 0.1
#: Silence that proves an outage, s: a server that works answers an empty query sooner.
SILENCE = 2


class Outage:
    """Whether PostgreSQL doesn't answer at present. The threads of a process share what one of them found out."""

    #: How long a failure counts, s: longer than the pool takes to try again (its delay and `connect_timeout`).
    _COUNTS = 8

    def __init__(self) -> None:
        self._until = 0.0

    def begin(self) -> None:
        self._until = time.monotonic() + self._COUNTS

    def end(self) -> None:
        self._until = 0.0

    @property
    def is_known(self) -> bool:
        return time.monotonic() < self._until


outage = Outage()

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Let this thread wait for PostgreSQL for at most `seconds` altogether.

    When they are over, Django raises OperationalError. It has an effect in the web server only.
    """
    set_before = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(set_before)


def seconds_left() -> float:
    """Seconds until the limit of `time_limit`; infinity without one."""
    deadline = _deadline.get()
    return float("inf") if deadline is None else max(deadline - time.monotonic(), 0.01)


class TimeLimitedConnection(psycopg.Connection[Any]):
    """Gives up on a server that no longer answers.

    `statement_timeout` can't help there: a frozen server ends no statement, while its kernel keeps the TCP connection
    alive.
    """

    #: Longer than DATABASE_TIMEOUT, so that a server that works ends the statement itself and the connection survives.
    SECONDS = settings.DATABASE_TIMEOUT + 2

    @classmethod
    def connect(cls, *args: Any, **kwargs: Any) -> Self:
        try:
            made: Self = super().connect(*args, **kwargs)
        except psycopg.OperationalError:
            outage.begin()
            raise
        outage.end()
        return made

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        seconds = min(timeout or self.SECONDS, seconds_left())
        try:
            return super().wait(gen, interval, seconds)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:  # its answer could arrive at any time
                self.close()
                if seconds >= SILENCE:
                    outage.begin()
                    if pool := getattr(self, "_pool", None):
                        pool.drain()  # Django takes another connection to end the transaction, and would wait as long
            raise


def limit_web_server() -> None:
    """Let no statement of this process take longer than DATABASE_TIMEOUT, and answer at once during an outage.

    Call it before the process connects. Commands don't call it: their statements may take longer.
    """
    database = settings.DATABASES["default"]
    if "pool" in database["OPTIONS"]:
        database["ENGINE"] = "lettersai.database.postgresql"
        database["OPTIONS"]["pool"].update(connection_class=TimeLimitedConnection, timeout=POOL_WAIT)
        _set(statement_timeout=settings.DATABASE_TIMEOUT, idle_in_transaction_session_timeout=IDLE_IN_TRANSACTION)


def limit_worker() -> None:
    """Let no statement of this process wait for a lock for longer than LOCK_TIMEOUT.

    Call it before the process connects.
    """
    if "pool" in settings.DATABASES["default"]["OPTIONS"]:
        _set(lock_timeout=LOCK_TIMEOUT, idle_in_transaction_session_timeout=IDLE_IN_TRANSACTION)


def _set(**seconds: int) -> None:
    """Set timeouts of PostgreSQL for the connections of this process, unless DATABASE_URL sets them."""
    options = settings.DATABASES["default"]["OPTIONS"]
    given = " ".join(f"-c {name}={value}s" for name, value in seconds.items())
    options["options"] = f"{given} {options['options']}"
