"""A pytest plugin for make mutate, which runs the same tests thousands of times.

It copies the test database, migrated and with the catalogue, from the file that TEST_DATABASE names; the first run
creates that file. Hypothesis tries few examples and doesn't shrink them. Of a test with many parameters, some run.
"""

import os
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings

EXAMPLES = 10
#: Most parameters of one test.
PARAMETERS = 60


@pytest.hookimpl(trylast=True)  # Django is set up by then
def pytest_configure(config: pytest.Config) -> None:
    from django.db.backends.sqlite3.creation import DatabaseCreation

    from characters.management.commands.load_catalogue import Command
    from ml import sandbox

    sandbox._reader._process = None  # mutmut forks: the processes would share the parent's
    file = Path(os.environ["TEST_DATABASE"])
    is_made = file.exists()
    create, load = DatabaseCreation.create_test_db, Command.handle

    def create_test_db(self: Any, *args: Any, **options: Any) -> str:
        if not is_made:
            return create(self, *args, **options)
        name: str = self._get_test_db_name()
        self.connection.close()
        self.connection.settings_dict["NAME"] = name
        self.connection.ensure_connection()
        with sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True) as source:
            source.backup(self.connection.connection)
        return name

    def handle(self: Any, **options: Any) -> None:
        if not is_made:
            load(self, **options)
            from django.db import connection

            part = file.with_suffix(f".{os.getpid()}")
            with sqlite3.connect(part) as target:
                connection.connection.backup(target)
            part.rename(file)

    DatabaseCreation.create_test_db = create_test_db  # type: ignore[method-assign]
    Command.handle = handle  # type: ignore[method-assign]


@pytest.hookimpl(trylast=True)  # pytest-django has sorted the items by then
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    seen: Counter[str] = Counter()
    kept = []
    for item in items:
        name = item.nodeid.partition("[")[0]
        seen[name] += 1
        if seen[name] <= PARAMETERS:
            kept.append(item)
    items[:] = sorted(kept, key=_needs_database)  # the fast ones kill most mutants
    for item in items:
        test = getattr(item, "obj", None)
        if own := getattr(test, "_hypothesis_internal_use_settings", None):
            few = settings(own, max_examples=EXAMPLES, phases=[Phase.explicit, Phase.generate])
            test._hypothesis_internal_use_settings = few  # type: ignore[union-attr]


def _needs_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None
