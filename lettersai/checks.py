"""Checks that the web server, workers and beat make before they start: manage.py check --deploy --tag start"""

from typing import Any

from django.core.checks import CheckMessage, Error, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

#: Tag of the checks that run before a start. They are deployment checks because `migrate` has to run without them.
START = "start"


def is_migrated() -> bool:
    """True if the database has every migration of this code. Raises DatabaseError if it doesn't answer."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def check_database(**_: Any) -> list[CheckMessage]:
    try:
        if is_migrated():
            return []
    except (DatabaseError, ImproperlyConfigured) as error:
        return [Error(f"The database can't be used, see DATABASE_URL: {error}".strip())]
    return [Error("The database lacks migrations: run `manage.py migrate` before you start this release.")]


def refuse_to_start() -> None:
    """Run the start checks. Raises SystemExit with one sentence for each check that fails."""
    if errors := run_checks(tags=[START], include_deployment_checks=True):
        raise SystemExit("\n".join(str(error.msg) for error in errors))
