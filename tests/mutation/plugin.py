"""A pytest plugin for make mutate, which runs the same tests thousands of times.

All runs start from one database, migrated and with the catalogue, in the file that TEST_DATABASE names; the first run
creates that file. Hypothesis tries few examples and doesn't shrink them. Of a test with many parameters, some run.
Mutants don't get what the code that they change has cached.
"""

import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings

from tests.support import site

EXAMPLES = 10
#: Most parameters of one test.
PARAMETERS = 60

_prepared = site.prepared
site.prepared = lambda database: _prepared(Path(os.environ["TEST_DATABASE"]))  # before conftest.py imports it


@pytest.hookimpl(trylast=True)  # Django is set up by then
def pytest_configure() -> None:
    from django.db.backends.sqlite3.creation import DatabaseCreation

    from ml import sandbox

    sandbox._reader._process = None  # mutmut forks: the processes would share the parent's

    def create_test_db(self: Any, *args: Any, **options: Any) -> str:
        """Open the copy of the prepared database without migrating it again."""
        name: str = self._get_test_db_name()
        self.connection.close()
        self.connection.settings_dict["NAME"] = name
        self.connection.ensure_connection()
        return name

    DatabaseCreation.create_test_db = create_test_db  # type: ignore[method-assign]


def pytest_sessionstart() -> None:
    # mutmut forks after a run of the tests, whose caches hold results of the unchanged code.
    for module in list(sys.modules.values()):
        if "_mutmut_mutated" in vars(module):
            for cached in vars(module).values():
                if hasattr(cached, "cache_clear"):
                    cached.cache_clear()


@pytest.hookimpl(trylast=True)  # pytest-django has sorted the items by then
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    seen: Counter[str] = Counter()
    kept = []
    for item in items:
        name = item.nodeid.partition("[")[0]
        seen[name] += 1
        if seen[name] <= PARAMETERS:
            kept.append((_needs_database(item), seen[name], item))
    # The fast ones kill most mutants; among these, one set of parameters of each test, since another rarely kills more.
    items[:] = [item for *_, item in sorted(kept, key=lambda each: each[:2])]
    for item in items:
        test = getattr(item, "obj", None)
        if own := getattr(test, "_hypothesis_internal_use_settings", None):
            few = settings(own, max_examples=EXAMPLES, phases=[Phase.explicit, Phase.generate])
            test._hypothesis_internal_use_settings = few  # type: ignore[union-attr]


def _needs_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None
