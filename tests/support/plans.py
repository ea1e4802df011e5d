"""How SQLite finds the rows of a query."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

only_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL knows how many rows match")


def lookups(queries: CaptureQueriesContext) -> list[str]:
    """How those of `queries` that read attempts of some keys find them, such as `… USING INDEX … (id=?)`."""
    found = []
    for sql in [one["sql"] for one in queries if '"scoring_attempt"."id" IN (' in one["sql"]]:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            found.append(next(row[3] for row in cursor.fetchall() if " scoring_attempt " in row[3]))
    return found
