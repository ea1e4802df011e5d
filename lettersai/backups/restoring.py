"""Restores a backup."""

import gzip
import io
import json
import shutil
import tarfile
import tempfile
import zlib
from pathlib import Path
from typing import IO

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError, connection, models, transaction

from accounts.progress.consistency import names_under
from lettersai.backups.archive import BATCH, ArchiveError, checksum, migrations, tables
from lettersai.database.checks import is_migrated


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
            if json.load(file)["migrations"] != migrations():
                raise ArchiveError(
                    "The archive has other migrations than this database. Restore it with the code of its release."
                )
        elif member.name == "checksums.json":
            if changed := sorted({name for name, _ in json.load(file).items() ^ found.items()}):
                raise ValueError(f"the checksum of {changed[0]} doesn't match")
            return found
        elif member.name in by_name or member.name.startswith("files/"):
            found[member.name] = checksum(file)
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
    for read in serializers.deserialize("jsonl", io.TextIOWrapper(lines, "utf-8")):
        batch.append(read.object)
        if len(batch) == BATCH:
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
