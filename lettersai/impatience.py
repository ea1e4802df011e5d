"""How long the web server waits for PostgreSQL before a request is told to come again."""

from typing import Any

import psycopg
from django.conf import settings
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus


class ImpatientConnection(psycopg.Connection[Any]):
    """Gives up by itself: a server that is frozen doesn't end statements either, and the kernel answers for it."""

    #: Longer than the server takes to end a statement, which keeps the connection.
    SECONDS = settings.DATABASE_TIMEOUT + 2

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        try:
            return super().wait(gen, interval, timeout or self.SECONDS)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:  # its answer could come at any time
                self.close()
                if pool := getattr(self, "_pool", None):
                    pool.drain()  # its other connections would wait as long, and Django takes one to end a transaction
            raise


def be_impatient() -> None:
    """Let no statement of this process take longer than DATABASE_TIMEOUT. Before it connects; commands don't."""
    options = settings.DATABASES["default"]["OPTIONS"]
    if "pool" in options:
        options["pool"]["connection_class"] = ImpatientConnection
        options["options"] = f"{options.get('options', '')} -c statement_timeout={settings.DATABASE_TIMEOUT}s"
