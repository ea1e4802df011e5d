"""Limits on how long the web server waits for PostgreSQL before it answers 503."""

from typing import Any

import psycopg
from django.conf import settings
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus


class TimeLimitedConnection(psycopg.Connection[Any]):
    """Gives up on a server that no longer answers.

    `statement_timeout` can't help there: a frozen server ends no statement, while its kernel keeps the TCP connection
    alive.
    """

    #: Longer than DATABASE_TIMEOUT, so that a server that works ends the statement itself and the connection survives.
    SECONDS = settings.DATABASE_TIMEOUT + 2

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        try:
            return super().wait(gen, interval, timeout or self.SECONDS)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:  # its answer could arrive at any time
                self.close()
                if pool := getattr(self, "_pool", None):
                    pool.drain()  # Django takes another connection to end the transaction, and would wait as long
            raise


def limit_statement_time() -> None:
    """Let no statement of this process take longer than DATABASE_TIMEOUT.

    Call it before the process connects. Commands and workers don't call it: their statements may take longer.
    """
    options = settings.DATABASES["default"]["OPTIONS"]
    if "pool" in options:
        options["pool"]["connection_class"] = TimeLimitedConnection
        options["options"] = f"{options.get('options', '')} -c statement_timeout={settings.DATABASE_TIMEOUT}s"
