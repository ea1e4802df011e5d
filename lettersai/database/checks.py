"""Checks that the web server, workers and beat make before they start: manage.py check --deploy --tag start"""

import sqlite3
from contextlib import suppress
from typing import Any

import psycopg
from django.core.checks import CheckMessage, Error, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from characters.outages import is_full

#: Tag of the checks that run before a start. They are deployment checks because `migrate` has to run without them.
START = "start"

_UNUSABLE = "The database can't be used, see DATABASE_URL: {}"
_LACKS_MIGRATIONS = "The database lacks migrations: run `manage.py migrate` before you start this release."


def is_migrated() -> bool:
    """True if the database has every migration of this code. Raises DatabaseError if it doesn't answer."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def check_database(**_: Any) -> list[CheckMessage]:
    try:
        if reason := why_unreachable():
            return [Error(_UNUSABLE.format(reason))]
        if is_migrated():
            return []
    except (DatabaseError, ImproperlyConfigured) as error:
        return [Error(_UNUSABLE.format(in_one_line(error)))]
    return [Error(_LACKS_MIGRATIONS)]


def why_unreachable() -> str:
    """Why PostgreSQL refuses a connection; empty if it accepts one. The pool's own error doesn't say why."""
    if connection.vendor != "postgresql":
        return ""
    try:
        psycopg.connect(**connection.get_connection_params()).close()
    except psycopg.Error as error:
        return in_one_line(error)
    return ""


def refusal(error: DatabaseError) -> str | None:
    """One sentence if `error` comes from a database that can't be used, or that isn't migrated; otherwise None."""
    is_closed = getattr(error.__cause__, "sqlite_errorcode", None) == sqlite3.SQLITE_CANTOPEN
    if reason := why_unreachable() or (in_one_line(error) if is_closed or is_full(error) else ""):
        return _UNUSABLE.format(reason)
    with suppress(DatabaseError):
        return None if is_migrated() else _LACKS_MIGRATIONS
    return None


def in_one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


def refuse_to_start() -> None:
    """Run the start checks. Raises SystemExit with one sentence for each check that fails."""
    if errors := run_checks(tags=[START], include_deployment_checks=True):
        raise SystemExit("\n".join(str(error.msg) for error in errors))
    connection.close()
    if connection.vendor == "postgresql":
        # Its threads don't survive the fork of a web server or worker.
        connection.close_pool()  # type: ignore[attr-defined]
