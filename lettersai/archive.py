"""All of the site in one file: every row and every file, with what they must come to when they are restored.

A gzipped tar: `about.json` (release, migrations), `rows/<app>.<Model>.jsonl`, `files/<name>`; last `checksums.json`,
the SHA-256 of each. It has personal data and password hashes: keep it as the database is kept.
"""

import hashlib
import io
import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core import serializers
from django.core.exceptions import SuspiciousOperation
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from accounts.progress.consistency import file_fields, names_under

_AT_ONCE = 500
#: Whoever was signed in does so again after a restoration: an archive that is stolen opens no session.
_LEFT_OUT = {Session}


class ArchiveError(Exception):
    """The archive can't be restored; the message says why."""


class _Exact(DjangoJSONEncoder):
    """Keeps the microseconds, which Django's drops."""

    def default(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime) else super().default(value)


def tables() -> dict[str, type[models.Model]]:
    """The model of every table, by the name in the archive."""
    every = [model for model in apps.get_models(include_auto_created=True) if model not in _LEFT_OUT]
    return {f"rows/{model._meta.label}.jsonl": model for model in every if model._meta.managed}


def write(path: Path) -> dict[str, str]:
    """Make the archive, as all is at one moment; its checksums. Raises OSError, and leaves no half of it."""
    part = path.with_name(path.name + ".part")
    checksums: dict[str, str] = {}
    try:
        with tarfile.open(part, "w:gz", compresslevel=6) as archive, _one_moment():
            about = {"release": settings.RELEASE, "migrations": _migrations()}
            _add(archive, "about.json", io.BytesIO(json.dumps(about).encode()))
            for name, model in tables().items():
                with tempfile.TemporaryFile() as lines:
                    _write_rows(model, lines)
                    checksums[name] = _add(archive, name, lines)
            for file_name in sorted(_file_names()):
                # Those that are gone are told by check_consistency.
                if default_storage.exists(file_name):
                    with default_storage.open(file_name) as file:
                        checksums[f"files/{file_name}"] = _add(archive, f"files/{file_name}", file)
            _add(archive, "checksums.json", io.BytesIO(json.dumps(checksums).encode()))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return checksums


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that sees the database as it is now, whatever others write meanwhile."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _migrations() -> list[list[str]]:
    return sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())


def _write_rows(model: type[models.Model], lines: IO[bytes]) -> None:
    """A line of JSON for each row, in the order of the keys."""
    for row in model._base_manager.order_by("pk").iterator(_AT_ONCE):
        # Each alone: a serializer holds all that it is given. Sorted: PostgreSQL keeps JSON in an order of its own.
        line = serializers.serialize("jsonl", [row], cls=_Exact, sort_keys=True, ensure_ascii=False)
        lines.write(line.encode())


def _file_names() -> Iterator[str]:
    for model, field in file_fields():
        named = model._base_manager.exclude(**{field: ""}).exclude(**{field: None})
        yield from named.values_list(field, flat=True).iterator()


def _add(archive: tarfile.TarFile, name: str, file: Any) -> str:
    """Add the whole file to the archive; its checksum."""
    checksum = _checksum(file)
    about = tarfile.TarInfo(name)
    about.size = file.tell()
    file.seek(0)
    archive.addfile(about, file)
    return checksum


def _checksum(file: Any) -> str:
    """SHA-256 of the whole file, which is left at its end."""
    file.seek(0)
    digest = hashlib.sha256()
    while data := file.read(1 << 20):
        digest.update(data)
    return digest.hexdigest()


def restore(path: Path) -> dict[str, str]:
    """Put all of the archive into a migrated, empty database and an empty storage; its checksums.

    Raises ArchiveError, and leaves both as they were, when the archive is damaged or of other migrations, or when
    either isn't empty.
    """
    _check_empty()
    kept: list[str] = []
    try:
        # Keys to other tables are checked at the end, so the order of the tables doesn't matter.
        with tarfile.open(path, "r:gz") as archive, transaction.atomic():
            found = _restore(archive, kept)
    except BaseException as error:
        for name in kept:
            default_storage.delete(name)
        if isinstance(error, _DAMAGE):
            raise ArchiveError(f"The archive {path} can't be restored: {error}") from error
        raise
    ContentType.objects.clear_cache()
    return found


_DAMAGE = (
    *(tarfile.TarError, EOFError, OSError, ValueError, KeyError, LookupError),
    *(DeserializationError, DatabaseError, SuspiciousOperation),
)


def _check_empty() -> None:
    """That migrations and the catalogue have filled some tables doesn't count; learners and attempts do."""
    for label in ("accounts.User", "scoring.Attempt"):
        if apps.get_model(label)._base_manager.exists():
            raise ArchiveError("The database isn't empty: restore into a new one, after `manage.py migrate`.")
    if next(names_under(""), None):
        raise ArchiveError("The storage isn't empty: restore into a new one.")


def _restore(archive: tarfile.TarFile, kept: list[str]) -> dict[str, str]:
    """Insert and save what is in the archive; `kept` gets the names of files as they are saved."""
    by_name = tables()
    for model in by_name.values():  # what migrations, the catalogue and the roles have put there
        model._base_manager.all()._raw_delete(connection.alias)
    found: dict[str, str] = {}
    for member in archive:
        with tempfile.TemporaryFile() as copy:
            if inside := archive.extractfile(member):
                shutil.copyfileobj(inside, copy)
            checksum = _checksum(copy)
            copy.seek(0)
            if member.name == "about.json":
                if json.load(copy)["migrations"] != _migrations():
                    raise ArchiveError("The archive has other migrations than this database: take its release's code.")
            elif member.name == "checksums.json":
                if json.load(copy) != found:
                    raise ArchiveError("The archive is damaged: something has another checksum.")
                return found
            elif member.name in by_name:
                _insert(by_name[member.name], copy)
                found[member.name] = checksum
            elif member.name.startswith("files/"):
                kept.append(default_storage.save(member.name.removeprefix("files/"), File(copy)))
                found[member.name] = checksum
            else:
                raise ArchiveError(f"The archive has {member.name}, which nothing here knows.")
    raise ArchiveError("The archive is damaged: its end is missing.")


def _insert(model: type[models.Model], lines: IO[bytes]) -> None:
    """Insert the rows as they were, a line each."""
    batch: list[models.Model] = []
    for line in lines:
        batch += [read.object for read in serializers.deserialize("jsonl", line.decode())]
        if len(batch) == _AT_ONCE:
            _insert_rows(model, batch)
            batch = []
    _insert_rows(model, batch)
    with connection.cursor() as cursor:  # so that the next row gets a key of its own
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)


def _insert_rows(model: type[models.Model], rows: list[models.Model]) -> None:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    size = connection.ops.bulk_batch_size(fields, rows) or 1
    for start in range(0, len(rows), size):
        # Raw: moments that are set by themselves stay what they were.
        model._base_manager._insert(rows[start : start + size], fields=fields, using=connection.alias, raw=True)  # type: ignore[attr-defined]
