"""Opens the zip file of an export within limits, and reads it line by line. Raises Rejected for any other file."""

import struct
import zlib
from collections.abc import Iterator
from enum import StrEnum
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from accounts.transfer.export import FORMAT
from accounts.transfer.importing.values import Skipped, parse

#: Largest zip file, and largest sum of its unpacked files.
MAX_BYTES = 500 * 1024 * 1024
_MAX_UNPACKED = 4 * 1024**3
_MAX_ENTRIES = 60_000
#: Largest central directory of the zip file, bytes.
_MAX_DIRECTORY = 16 * 1024 * 1024
#: Longest line: an attempt with all its scores. Largest file that is read at once. Bytes.
_MAX_LINE = 1024 * 1024
_MAX_FILE = 8 * 1024 * 1024
_MAX_ATTEMPTS = 1_000_000
#: Most rows that are read of a file other than attempts.jsonl.
_MAX_ROWS = 10_000
#: Attempts stored in one transaction.
CHUNK = 200
#: The end of central directory record. Source: PKWARE APPNOTE.TXT, 4.3.16.
_END = struct.Struct("<4s4H2LH")
#: Size of the ZIP64 locator, which precedes that record in a ZIP64 file; bytes.
_LOCATOR = 20
#: The exceptions that reading a damaged zip file raises.
DAMAGE = (BadZipFile, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error)


class Rejection(StrEnum):
    """Why a file is not imported at all."""

    TOO_LARGE = "too_large"
    NOT_AN_EXPORT = "not_an_export"


class Rejected(ValueError):  # noqa: N818 - an outcome rather than an error
    """The file is not imported. `code` is for programs, the message for people."""

    def __init__(self, code: Rejection, message: str) -> None:
        super().__init__(message)
        self.code = code


def open_archive(file: IO[bytes]) -> ZipFile:
    """The zip file, if it is within the limits. Raises Rejected."""
    file.seek(0, 2)
    if file.tell() > MAX_BYTES:
        raise Rejected(Rejection.TOO_LARGE, f"An export has at most {MAX_BYTES // 1024**2} MB.")
    _check_directory(file)
    try:
        archive = ZipFile(file)
    except DAMAGE as error:
        raise Rejected(Rejection.NOT_AN_EXPORT, "This is not a zip file, or it is damaged.") from error
    if sum(entry.file_size for entry in archive.infolist()) > _MAX_UNPACKED:
        raise Rejected(Rejection.TOO_LARGE, f"An export has at most {_MAX_UNPACKED // 1024**3} GB when unpacked.")
    return archive


def _check_directory(file: IO[bytes]) -> None:
    """Raise Rejected if the zip file has too many entries, before `ZipFile` creates an object for each."""
    size = file.seek(0, 2)
    before = file.seek(max(0, size - 0xFFFF - _END.size - _LOCATOR))
    tail = file.read()
    start = tail.rfind(b"PK\5\6")
    if start < 0 or start + _END.size > len(tail):
        raise Rejected(Rejection.NOT_AN_EXPORT, "This is not a zip file.")
    # A file that needs ZIP64 exceeds the limits, and `ZipFile` would trust its ZIP64 record instead of this one.
    is_zip64 = tail[max(0, start - _LOCATOR) : start].startswith(b"PK\6\7")
    directory = _END.unpack_from(tail, start)[5]
    if not is_zip64 and directory <= _MAX_DIRECTORY:
        file.seek(max(0, before + start - directory))
        # The entries are counted, since the number in the record may be wrong.
        if file.read(directory).count(b"PK\1\2") <= _MAX_ENTRIES:
            return
    raise Rejected(Rejection.TOO_LARGE, f"An export has at most {_MAX_ENTRIES:,} files.")


def read_account(archive: ZipFile) -> dict[str, Any]:
    """The contents of account.json. Raises Rejected if the zip file is not an export."""
    account = _read(archive, "account.json")
    if not isinstance(account, dict) or account.get("format") != FORMAT or "attempts.jsonl" not in archive.namelist():
        raise Rejected(Rejection.NOT_AN_EXPORT, "This is not an export of Letters-AI, or it is from a later version.")
    return account


def count_attempts(archive: ZipFile) -> int:
    """The number of lines of attempts.jsonl. Reads them all, so that a damaged file is rejected before storing any."""
    lines = 0
    try:
        with archive.open("attempts.jsonl") as file:
            while some := file.read(1 << 20):
                lines += some.count(b"\n")
    except DAMAGE as error:
        raise Rejected(Rejection.NOT_AN_EXPORT, "The zip file is damaged.") from error
    if lines > _MAX_ATTEMPTS:
        raise Rejected(Rejection.TOO_LARGE, f"An export has at most {_MAX_ATTEMPTS:,} attempts.")
    return lines


def rows(archive: ZipFile, name: str) -> Iterator[dict[str, Any] | None]:
    """The objects in the list of the file `name`; None for each invalid one. Nothing if the file is missing."""
    if name not in archive.namelist():
        return
    try:
        found = _read(archive, name)
    except Rejected:
        yield None
        return
    for row in found[:_MAX_ROWS] if isinstance(found, list) else []:
        yield row if isinstance(row, dict) else None


def _read(archive: ZipFile, name: str) -> Any:
    try:
        with archive.open(name) as file:
            data = file.read(_MAX_FILE + 1)
    except (KeyError, *DAMAGE) as error:
        raise Rejected(Rejection.NOT_AN_EXPORT, f"The zip file has no readable {name}.") from error
    if len(data) > _MAX_FILE:
        raise Rejected(Rejection.TOO_LARGE, f"{name} is too large.")
    try:
        return parse(data)
    except Skipped as error:
        raise Rejected(Rejection.NOT_AN_EXPORT, f"{name} is not JSON.") from error


def chunk(file: IO[bytes]) -> Iterator[bytes | None]:
    """The next `CHUNK` lines, or fewer if they are long; None for each line that is too long."""
    size = 0
    for _ in range(CHUNK):
        line = next_line(file)
        if line == b"":
            return
        yield line
        size += len(line or b"")
        if size > _MAX_FILE:
            return


def next_line(file: IO[bytes]) -> bytes | None:
    """The next line; empty at the end of the file; None for a line that is too long."""
    line = file.readline(_MAX_LINE)
    if len(line) < _MAX_LINE or line.endswith(b"\n"):
        return line
    while line and not line.endswith(b"\n"):
        line = file.readline(_MAX_LINE)
    return None
