"""Temporary files that killed processes left behind: uploads, previews of imports, copies of model bundles."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from scoring.models import ModelBundle

#: Time after its last change at which a file counts as abandoned.
ABANDONED = timedelta(days=1)


def sweep(now: datetime) -> int:
    """Delete abandoned files in TMPDIR, and copies of bundles that aren't in use; return how many.

    TMPDIR is swept only if it is in DATA_DIR: elsewhere, files of other programs may be in it.
    """
    before = (now - ABANDONED).timestamp()
    abandoned = [path for path in _temporary() if _changed(path) < before]
    in_use = {bundle.copy for bundle in ModelBundle.objects.in_use() if bundle.files}
    abandoned += [
        path for path in _entries(settings.DATA_DIR / "bundles") if path not in in_use and _changed(path) < before
    ]
    for path in abandoned:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(abandoned)


def _temporary() -> Iterator[Path]:
    if settings.TEMPORARY and settings.TEMPORARY.is_relative_to(settings.DATA_DIR):
        yield from _entries(settings.TEMPORARY)


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _changed(path: Path) -> float:
    """Unix time of the latest change of `path` or of anything in it."""
    newest = 0.0
    for each in (path, *path.rglob("*")):
        with suppress(FileNotFoundError):  # its owner has just deleted it
            newest = max(newest, each.lstat().st_mtime)
    return newest
