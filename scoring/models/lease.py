"""Leases: which worker is working on a row, and until when nobody else may."""

import uuid
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, Self, TypeVar

from django.db import connection, models
from django.utils import timezone

_Row = TypeVar("_Row", bound="Leased")


class LeasedQuerySet(models.QuerySet[_Row]):
    #: How long a worker may be silent before its rows are free again.
    LEASE = timedelta(seconds=10)
    #: Age at which a row that still waits counts as lost by the broker or by a worker.
    LOST_AFTER = timedelta(seconds=5)

    def free(self) -> Self:
        """Rows that no worker holds: never leased, expired, or leased before the clock was set back."""
        now = timezone.now()
        never = models.Q(leased_until=None)
        expired = models.Q(leased_until__lt=now)
        from_the_future = models.Q(leased_until__gt=now + 2 * self.LEASE)
        return self.filter(never | expired | from_the_future)

    def overdue(self, since: str) -> Self:
        """Rows that have waited for longer than `LOST_AFTER` since the time in the field `since`, or since before the
        clock was set back.
        """
        now = timezone.now()
        is_old = models.Q((f"{since}__lt", now - self.LOST_AFTER))
        from_the_future = models.Q((f"{since}__gt", now + self.LOST_AFTER))
        return self.filter(is_old | from_the_future)

    def claim(self, pks: Collection[Any], **fields: Any) -> list[_Row]:
        """Lease the free rows of `pks`, set `fields`, and return them. Each row goes to one of several callers."""
        lease = uuid.uuid4()
        self.free().filter(pk__in=pks).update(
            lease=lease, leased_until=timezone.now() + self.LEASE, tries=models.F("tries") + 1, **fields
        )
        return list(self.filter(pk__in=pks, lease=lease))

    def lease_found(self, *found: Self) -> list[_Row]:
        """Lease the rows of each queryset of free rows in `found`, and return them, in one statement.

        Rows that another transaction has locked are left out, so each row goes to one of several callers. The SQL of a
        queryset can refer to an earlier one as `found_0`, `found_1` …, a table of the primary key `pk` and `tries`.
        """
        # Not by select_for_update, which would need a transaction around this statement.
        can_skip = connection.features.has_select_for_update_skip_locked
        lock = connection.ops.for_update_sql(skip_locked=True) if can_skip else ""
        tables: list[str] = []
        values: list[Any] = []
        for number, rows in enumerate(found):
            sql, parameters = rows.values_list("pk", "tries").query.sql_with_params()
            # Materialized, or PostgreSQL might run the query, and lock rows, more than once.
            tables.append(f"found_{number} (pk, tries) AS MATERIALIZED ({sql} {lock})")
            values += parameters
        fields = self.model._meta.concrete_fields
        new = {"lease": uuid.uuid4(), "leased_until": timezone.now() + self.LEASE}
        prepared = {
            field.name: field.get_db_prep_save(new[field.name], connection) for field in fields if field.name in new
        }
        values += [prepared["lease"], prepared["leased_until"]]
        pks = " UNION ALL ".join(f"SELECT pk FROM found_{number}" for number in range(len(found)))  # noqa: S608
        return list(
            self.raw(
                f"WITH {', '.join(tables)} UPDATE {self.model._meta.db_table} "  # noqa: S608 - no values of users
                f"SET lease = %s, leased_until = %s, tries = tries + 1 WHERE {self.model._meta.pk.column} IN ({pks}) "
                f"RETURNING {', '.join(str(field.column) for field in fields)}",
                values,
            )
        )

    def renew(self, claimed: Sequence[_Row]) -> None:
        """Extend the leases of `claimed`, except those that another worker holds by now."""
        mine = self.filter(pk__in=[row.pk for row in claimed], lease__in={row.lease for row in claimed})
        mine.update(leased_until=timezone.now() + self.LEASE)


class Leased(models.Model):
    """A row that one worker at a time works on."""

    lease = models.UUIDField(null=True, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    #: Claims since the last success; more than one means that a worker probably crashed on it.
    tries = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def postpone(self) -> None:
        """Retry after the lease expires, without counting this try."""
        mine = type(self)._default_manager.filter(pk=self.pk, lease=self.lease, tries__gt=0)
        mine.update(tries=models.F("tries") - 1)
