"""What must hold before anything of the site serves: manage.py check --deploy --tag start"""

from typing import Any

from django.core.checks import CheckMessage, Error, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

#: Of the checks that are made before a start. Deployment checks, since `migrate` must pass without them.
START = "start"


def is_migrated() -> bool:
    """Whether the database has every migration of this code. Raises DatabaseError when it can't be asked."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


@register(START, deploy=True)
def database(**_: Any) -> list[CheckMessage]:
    try:
        if is_migrated():
            return []
    except (DatabaseError, ImproperlyConfigured) as error:
        return [Error(f"The database can't be used, see DATABASE_URL: {error}".strip())]
    return [Error("The database lacks migrations: run `manage.py migrate` before this release serves.")]


def refuse_to_start() -> None:
    """End with one sentence for each thing that is missing. Raises SystemExit."""
    if errors := run_checks(tags=[START], include_deployment_checks=True):
        raise SystemExit("\n".join(str(error.msg) for error in errors))
