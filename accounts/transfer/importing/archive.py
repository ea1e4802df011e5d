"""The zip of an export: opened with limits, read line by line. Whatever isn't an export raises NotTaken."""

import struct
import zlib
from collections.abc import Iterator
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from accounts.transfer.export import FORMAT
from accounts.transfer.importing.values import LeftOut, parsed

MAX_BYTES = 500 * 1024 * 1024
#: Unpacked, in all.
_MAX_UNPACKED = 4 * 1024**3
_MAX_ENTRIES = 60_000
_MAX_DIRECTORY = 16 * 1024 * 1024
#: Of one writing's line with all of its scores, and of a file that is read at once.
_MAX_LINE = 1024 * 1024
_MAX_FILE = 8 * 1024 * 1024
_MAX_WRITINGS = 1_000_000
#: Writings that are stored together.
CHUNK = 200
_END = struct.Struct("<4s4H2LH")
#: Bytes of what leads to the record of a ZIP64, right before that of a zip.
_LOCATOR = 20
#: What reading a damaged zip raises.
DAMAGE = (BadZipFile, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error)


class NotTaken(ValueError):  # noqa: N818 - as it is said: taken or not
    """A file that isn't taken at all. `code` is for programs, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def opened(file: IO[bytes]) -> ZipFile:
    file.seek(0, 2)
    if file.tell() > MAX_BYTES:
        raise NotTaken("too_large", f"An export has at most {MAX_BYTES // 1024**2} MB.")
    _check_directory(file)
    file.seek(0)
    try:
        archive = ZipFile(file)
    except DAMAGE as error:
        raise NotTaken("not_an_export", "This is no zip file, or a damaged one.") from error
    if sum(entry.file_size for entry in archive.infolist()) > _MAX_UNPACKED:
        raise NotTaken("too_large", f"Unpacked, an export has at most {_MAX_UNPACKED // 1024**3} GB.")
    return archive


def _check_directory(file: IO[bytes]) -> None:
    """Raise NotTaken where there are too many entries, before anything makes objects of them."""
    size = file.seek(0, 2)
    before = file.seek(max(0, size - 0xFFFF - _END.size - _LOCATOR))
    tail = file.read()
    start = tail.rfind(b"PK\5\6")
    if start < 0 or start + _END.size > len(tail):
        raise NotTaken("not_an_export", "This is no zip file.")
    # What needs ZIP64 has too much; and its record would be believed rather than the one read here.
    is_zip64 = tail[max(0, start - _LOCATOR) : start].startswith(b"PK\6\7")
    directory = _END.unpack_from(tail, start)[5]
    if not is_zip64 and directory <= _MAX_DIRECTORY:
        file.seek(max(0, before + start - directory))
        # Counted, since the number that stands there may be another.
        if file.read(directory).count(b"PK\1\2") <= _MAX_ENTRIES:
            return
    raise NotTaken("too_large", f"An export has at most {_MAX_ENTRIES:,} files.")


def about_of(archive: ZipFile) -> dict[str, Any]:
    """The account of the export."""
    about = _read(archive, "account.json")
    if not isinstance(about, dict) or about.get("format") != FORMAT or "attempts.jsonl" not in archive.namelist():
        raise NotTaken("not_an_export", "This is not an export of Letters-AI, or one of a later version.")
    return about


def count(archive: ZipFile) -> int:
    """The lines of the writings. Reads all of them, so that a damaged file is refused before anything is stored."""
    lines = 0
    try:
        with archive.open("attempts.jsonl") as file:
            while some := file.read(1 << 20):
                lines += some.count(b"\n")
    except DAMAGE as error:
        raise NotTaken("not_an_export", "The zip file is damaged.") from error
    if lines > _MAX_WRITINGS:
        raise NotTaken("too_large", f"An export has at most {_MAX_WRITINGS:,} writings.")
    return lines


def rows(archive: ZipFile, name: str) -> Iterator[dict[str, Any] | None]:
    """The objects of one of the small files; none where there is none. None stands for what isn't one."""
    if name not in archive.namelist():
        return
    try:
        found = _read(archive, name)
    except NotTaken:
        yield None
        return
    for row in found[:10_000] if isinstance(found, list) else []:
        yield row if isinstance(row, dict) else None


def _read(archive: ZipFile, name: str) -> Any:
    try:
        with archive.open(name) as file:
            data = file.read(_MAX_FILE + 1)
    except (KeyError, *DAMAGE) as error:
        raise NotTaken("not_an_export", f"The zip file has no readable {name}.") from error
    if len(data) > _MAX_FILE:
        raise NotTaken("too_large", f"{name} is too large.")
    try:
        return parsed(data)
    except LeftOut as error:
        raise NotTaken("not_an_export", f"{name} is no JSON.") from error


def chunk(file: IO[bytes]) -> Iterator[bytes | None]:
    """The next lines, as many as are stored together."""
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
    """The next line, empty at the end; None in the place of one that is too long."""
    line = file.readline(_MAX_LINE)
    if len(line) < _MAX_LINE or line.endswith(b"\n"):
        return line
    while line and not line.endswith(b"\n"):
        line = file.readline(_MAX_LINE)
    return None
