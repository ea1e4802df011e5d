"""Faults outside the code: the database or Redis doesn't answer, or a disk is full. They pass without a restart."""

import errno
import sqlite3

import redis
from django.db import InterfaceError, OperationalError
from psycopg.errors import DiskFull, ReadOnlySqlTransaction

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def is_unavailable(error: BaseException | None) -> bool:
    """Whether the database or Redis doesn't answer, or the database refuses writes, as a standby does until it is
    promoted, or on a full disk.
    """
    if isinstance(error, OperationalError | InterfaceError | redis.RedisError):
        return True
    return isinstance(error and error.__cause__, ReadOnlySqlTransaction)


def is_full(error: BaseException | None) -> bool:
    """Whether there was no space on the disk, for the database or for a file."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    cause = error and error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return isinstance(cause, DiskFull)
