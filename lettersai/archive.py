"""Backups: every row and every file of the site in one archive, with checksums.

An archive is a gzipped tar with `about.json` (release, migrations), `rows/<app>.<Model>.jsonl` and `files/<name>`, and
at its end `checksums.json`, the SHA-256 of each. It contains personal data and password hashes: protect it like the
database.
"""

import gzip
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core import serializers
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from accounts.progress.consistency import file_fields, names_under
from lettersai.checks import is_migrated

_BATCH = 500
#: Sessions are excluded so that a stolen archive opens none. Users sign in again after a restore.
_EXCLUDED = {Session}
#: Name of a dated archive; sorting the names sorts the archives by age.
_DATED = re.compile(r"letters-\d{8}T\d{6}Z\.tar\.gz")


class ArchiveError(Exception):
    """The archive can't be written or restored. The message says why."""


class _MicrosecondEncoder(DjangoJSONEncoder):
    """Keeps microseconds; Django's encoder truncates times to milliseconds."""

    def default(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime) else super().default(value)


def tables() -> dict[str, type[models.Model]]:
    """{name in the archive: model} for every table in it."""
    every = [model for model in apps.get_models(include_auto_created=True) if model not in _EXCLUDED]
    return {f"rows/{model._meta.label}.jsonl": model for model in every if model._meta.managed}


def dated(folder: Path, now: datetime) -> Path:
    """The path of an archive in `folder` that is written at `now`."""
    return folder / f"letters-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar.gz"


def delete_old(folder: Path, keep: int) -> list[Path]:
    """Delete all dated archives in `folder` except the newest `keep`, and return the deleted ones."""
    old = sorted(path for path in folder.iterdir() if _DATED.fullmatch(path.name))[:-keep]
    for path in old:
        path.unlink()
    return old


def write(path: Path) -> dict[str, str]:
    """Write an archive of a consistent state to `path`, readable by this user only, and return {name: checksum}.

    Raises ArchiveError if `path` is in DATA_DIR, and OSError if it can't be written. Leaves no partial archive behind.
    """
    if path.resolve().is_relative_to(settings.DATA_DIR.resolve()):
        raise ArchiveError(
            f"{path} is in DATA_DIR, and would be lost with the files that it protects: choose another folder."
        )
    part = path.with_name(path.name + ".part")
    checksums: dict[str, str] = {}
    try:
        with _private(part) as file, tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive, _snapshot():
            about = {"release": settings.RELEASE, "migrations": _migrations()}
            _add(archive, "about.json", io.BytesIO(json.dumps(about).encode()))
            for name, model in tables().items():
                with tempfile.TemporaryFile() as lines:
                    _write_rows(model, lines)
                    checksums[name] = _add(archive, name, lines)
            for file_name in sorted(_file_names()):
                # check_consistency reports missing files.
                if default_storage.exists(file_name):
                    with default_storage.open(file_name) as file:
                        checksums[f"files/{file_name}"] = _add(archive, f"files/{file_name}", file)
            _add(archive, "checksums.json", io.BytesIO(json.dumps(checksums).encode()))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return checksums


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    """A new file at `path` that only this user can read. It is on the disk when the context ends."""
    path.unlink(missing_ok=True)  # an earlier backup was killed
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _snapshot() -> Iterator[None]:
    """A transaction that doesn't see what others commit during it."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _migrations() -> list[list[str]]:
    return sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())


def _write_rows(model: type[models.Model], lines: IO[bytes]) -> None:
    """Write one line of JSON per row, ordered by primary key."""
    for row in model._base_manager.order_by("pk").iterator(_BATCH):
        # One row at a time: a serializer holds all its rows in memory. sort_keys: PostgreSQL reorders the keys of JSON.
        line = serializers.serialize("jsonl", [row], cls=_MicrosecondEncoder, sort_keys=True, ensure_ascii=False)
        lines.write(line.encode())


def _file_names() -> Iterator[str]:
    for model, field in file_fields():
        named = model._base_manager.exclude(**{field: ""}).exclude(**{field: None})
        yield from named.values_list(field, flat=True).iterator()


def _add(archive: tarfile.TarFile, name: str, file: Any) -> str:
    """Add a file to the archive and return its checksum."""
    checksum = _checksum(file)
    about = tarfile.TarInfo(name)
    about.size = file.tell()
    file.seek(0)
    archive.addfile(about, file)
    return checksum


def _checksum(file: Any) -> str:
    """The SHA-256 of the whole file. Leaves the file at its end."""
    file.seek(0)
    digest = hashlib.sha256()
    while data := file.read(1 << 20):
        digest.update(data)
    return digest.hexdigest()


def restore(path: Path) -> dict[str, str]:
    """Restore the archive into a migrated, empty database and an empty storage, and return {name: checksum}.

    Raises ArchiveError, and leaves both unchanged, if either isn't empty, if the database isn't migrated, or if the
    archive is damaged or has other migrations.
    """
    _check_migrated()
    _check_empty()
    saved: list[str] = []
    try:
        # First all of it: damaged rows can break the database's rules, which looks like another fault than damage.
        with tarfile.open(path, "r:gz") as archive:
            found = _verify(archive)
        # The database checks foreign keys on commit, so the order of the tables doesn't matter.
        with tarfile.open(path, "r:gz") as archive, transaction.atomic():
            _restore(archive, saved)
    except BaseException as error:
        for name in saved:
            default_storage.delete(name)
        if isinstance(error, FileNotFoundError | PermissionError):
            raise ArchiveError(f"The archive {path} can't be read: {error.strerror}.") from error
        if isinstance(error, _DAMAGE):
            raise ArchiveError(f"The archive {path} is damaged, use another one: {_reason(error)}.") from error
        if isinstance(error, DatabaseError | OSError):
            raise ArchiveError(f"The archive {path} can't be restored: {_reason(error)}.") from error
        raise
    ContentType.objects.clear_cache()
    return found


#: The errors that reading a damaged archive raises. A flipped bit breaks the compression, the tar format or a row,
#: depending on where it is.
_DAMAGE = (
    *(zlib.error, gzip.BadGzipFile, tarfile.TarError, EOFError, ValueError, LookupError),
    *(DeserializationError, SuspiciousOperation),
)


def _reason(error: BaseException) -> str:
    """The error's text in one line; its class if it has no text."""
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__


def _check_migrated() -> None:
    """Raise ArchiveError if the database lacks tables of this release."""
    try:
        if is_migrated():
            return
    except (DatabaseError, ImproperlyConfigured) as error:
        raise ArchiveError(f"The database can't be used, see DATABASE_URL: {_reason(error)}.") from error
    raise ArchiveError("The database lacks tables: run `manage.py migrate` first, then restore again.")


def _check_empty() -> None:
    """Raise ArchiveError if there are accounts, attempts or files. Rows that migrations created don't count."""
    for label in ("accounts.User", "scoring.Attempt"):
        if apps.get_model(label)._base_manager.exists():
            raise ArchiveError("The database isn't empty. Restore into a new one, after `manage.py migrate`.")
    if next(names_under(""), None):
        raise ArchiveError("The storage isn't empty. Restore into a new one.")


def _verify(archive: tarfile.TarFile) -> dict[str, str]:
    """Read the whole archive and return {name: checksum}.

    Raises ArchiveError for another release's archive, and one of _DAMAGE for an incomplete or changed one.
    """
    by_name = tables()
    found: dict[str, str] = {}
    for member in archive:
        file = archive.extractfile(member) or io.BytesIO()
        if member.name == "about.json":
            if json.load(file)["migrations"] != _migrations():
                raise ArchiveError(
                    "The archive has other migrations than this database. Restore it with the code of its release."
                )
        elif member.name == "checksums.json":
            if changed := sorted({name for name, _ in json.load(file).items() ^ found.items()}):
                raise ValueError(f"the checksum of {changed[0]} doesn't match")
            return found
        elif member.name in by_name or member.name.startswith("files/"):
            found[member.name] = _checksum(file)
        else:
            raise ArchiveError(f"The archive contains {member.name}, which this release doesn't know.")
    raise EOFError("its end is missing")


def _restore(archive: tarfile.TarFile, saved: list[str]) -> None:
    """Insert the rows and save the files of the archive; appends the name of each saved file to `saved`."""
    by_name = tables()
    for model in by_name.values():  # rows that migrations, load_catalogue and the roles have created
        model._base_manager.all()._raw_delete(connection.alias)
    for member in archive:
        with tempfile.TemporaryFile() as copy:
            if inside := archive.extractfile(member):
                shutil.copyfileobj(inside, copy)
            copy.seek(0)
            if member.name in by_name:
                _insert(by_name[member.name], copy)
            elif member.name.startswith("files/"):
                saved.append(default_storage.save(member.name.removeprefix("files/"), File(copy)))


def _insert(model: type[models.Model], lines: IO[bytes]) -> None:
    """Insert the rows of `lines`, unchanged, and advance the sequence of keys."""
    batch: list[models.Model] = []
    for line in lines:
        batch += [read.object for read in serializers.deserialize("jsonl", line.decode())]
        if len(batch) == _BATCH:
            _insert_rows(model, batch)
            batch = []
    _insert_rows(model, batch)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)


def _insert_rows(model: type[models.Model], rows: list[models.Model]) -> None:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    size = connection.ops.bulk_batch_size(fields, rows) or 1
    for start in range(0, len(rows), size):
        # raw=True keeps the values of auto_now fields.
        model._base_manager._insert(rows[start : start + size], fields=fields, using=connection.alias, raw=True)  # type: ignore[attr-defined]
