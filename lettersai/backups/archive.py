"""Backups: every row and every file of the site in one archive, with checksums.

An archive is a gzipped tar with `about.json` (release, migrations), `rows/<app>.<Model>.jsonl` and `files/<name>`, and
at its end `checksums.json`, the SHA-256 of each. It contains personal data and password hashes: protect it like the
database.
"""

import hashlib
from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder

#: Rows that are read or inserted at once.
BATCH = 500
#: Sessions are excluded so that a stolen archive opens none. Users sign in again after a restore.
_EXCLUDED = {Session}


class ArchiveError(Exception):
    """The archive can't be written or restored. The message says why."""


def tables() -> dict[str, type[models.Model]]:
    """{name in the archive: model} for every table in it."""
    every = [model for model in apps.get_models(include_auto_created=True) if model not in _EXCLUDED]
    return {f"rows/{model._meta.label}.jsonl": model for model in every if model._meta.managed}


def migrations() -> list[list[str]]:
    """[app, name] of each migration that the database has."""
    return sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())


def checksum(file: Any) -> str:
    """The SHA-256 of the whole file. Leaves the file at its end."""
    file.seek(0)
    digest = hashlib.sha256()
    while data := file.read(1 << 20):
        digest.update(data)
    return digest.hexdigest()
