"""The web server's database backend: Django's for PostgreSQL, which doesn't wait during an outage."""

import time
from typing import Any

from django.db.backends.postgresql import base
from psycopg_pool import PoolTimeout

from lettersai.database.timeouts import SILENCE, outage, seconds_left, time_limit

#: How long a request waits for a connection, s; as long as `connect_timeout`.
_LONGEST = 5


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A working connection of the pool. Raises PoolTimeout: at once if there is an outage and the pool is empty."""
        until = time.monotonic() + min(_LONGEST, seconds_left())
        while True:
            try:
                with time_limit(min(SILENCE, seconds_left())):  # for the empty query that tests a pooled connection
                    return super().get_new_connection(conn_params)
            except PoolTimeout:
                if outage.is_known or time.monotonic() > until:
                    raise
