"""A condition on primary keys that takes hundreds of them at little cost."""

from typing import Any

from django.db import models


class Among(models.Lookup):
    """Whether the key on the left is one of the numbers on the right, a frozenset; they stand in the statement.

    `pk__in` passes each as a parameter, which takes Django longer than the database needs for the query.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, parameters = self.process_lhs(compiler, connection)
        keys = ", ".join(str(int(key)) for key in sorted(self.rhs)) or "NULL"
        return f"{column} IN ({keys})", parameters
