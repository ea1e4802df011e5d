"""Writes a backup: a consistent archive of every row and every file."""

import io
import json
import os
import re
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.serializers import jsonl
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from accounts.progress.consistency import file_fields
from lettersai.backups.archive import BATCH, ArchiveError, checksum, migrations, tables

#: Name of a dated archive; sorting the names sorts the archives by age.
_DATED = re.compile(r"letters-\d{8}T\d{6}Z\.tar\.gz")


class _MicrosecondEncoder(DjangoJSONEncoder):
    """Keeps microseconds; Django's encoder truncates times to milliseconds."""

    def default(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime) else super().default(value)


class _RowSerializer(jsonl.Serializer):
    """Uses `json.dumps`, since `json.dump` into a stream takes twice as long."""

    def end_object(self, obj: models.Model) -> None:
        self.stream.write(json.dumps(self.get_dump_object(obj), **self.json_kwargs) + "\n")


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
            about = {"release": settings.RELEASE, "migrations": migrations()}
            _add(archive, "about.json", io.BytesIO(json.dumps(about).encode()))
            for name, model in tables().items():
                with tempfile.TemporaryFile() as lines:
                    _write_rows(model, lines)
                    checksums[name] = _add(archive, name, lines)
            for file_name in sorted(_file_names()):
                # It may be erased meanwhile; check_consistency reports files that are missing.
                with suppress(FileNotFoundError), default_storage.open(file_name) as stored:
                    checksums[f"files/{file_name}"] = _add(archive, f"files/{file_name}", stored)
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


def _write_rows(model: type[models.Model], lines: IO[bytes]) -> None:
    """Write one line of JSON per row, ordered by primary key."""
    rows = model._base_manager.order_by("pk").iterator(BATCH)
    text = io.TextIOWrapper(lines, "utf-8")
    # sort_keys: PostgreSQL reorders the keys of JSON.
    _RowSerializer().serialize(rows, stream=text, cls=_MicrosecondEncoder, sort_keys=True)
    text.detach()  # else it would close the file


def _file_names() -> Iterator[str]:
    for model, field in file_fields():
        named = model._base_manager.exclude(**{field: ""}).exclude(**{field: None})
        yield from named.values_list(field, flat=True).iterator()


def _add(archive: tarfile.TarFile, name: str, file: Any) -> str:
    """Add a file to the archive and return its checksum."""
    digest = checksum(file)
    about = tarfile.TarInfo(name)
    about.size = file.tell()
    file.seek(0)
    archive.addfile(about, file)
    return digest
