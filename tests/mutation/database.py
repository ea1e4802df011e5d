"""A pytest plugin: the test database is copied from a file, so that each of many runs starts within seconds.

The file, migrated and with the catalogue, is named by TEST_DATABASE. The first run makes it.
"""

import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest


@pytest.hookimpl(trylast=True)  # Django is set up by then
def pytest_configure(config: pytest.Config) -> None:
    from django.db.backends.sqlite3.creation import DatabaseCreation

    from characters.management.commands.load_catalogue import Command

    file = Path(os.environ["TEST_DATABASE"])
    create, load = DatabaseCreation.create_test_db, Command.handle

    def create_test_db(self: Any, *args: Any, **options: Any) -> str:
        if not file.exists():
            return create(self, *args, **options)
        name: str = self._get_test_db_name()
        self.connection.close()
        self.connection.settings_dict["NAME"] = name
        self.connection.ensure_connection()
        with sqlite3.connect(file) as source:
            source.backup(self.connection.connection)
        return name

    def handle(self: Any, **options: Any) -> None:
        if not file.exists():
            load(self, **options)
            from django.db import connection

            part = file.with_suffix(f".{os.getpid()}")
            with sqlite3.connect(part) as target:
                connection.connection.backup(target)
            part.rename(file)

    DatabaseCreation.create_test_db = create_test_db  # type: ignore[method-assign]
    Command.handle = handle  # type: ignore[method-assign]
