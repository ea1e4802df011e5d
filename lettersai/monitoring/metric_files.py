"""The files in which the processes of one machine keep their metrics, one per process and type of metric.

The counts of dead processes still belong to the sums. This module adds them up, so that their files don't accumulate.
"""

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import compare_digest
from typing import Any

from django.conf import settings
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

#: The types whose values add up, so that one file can hold those of all dead processes.
_ADDABLE = ("counter", "histogram")


def folder() -> Path | None:
    """The folder of the files; None if each process keeps its metrics to itself."""
    name = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    return Path(name) if name else None


class Collector(MultiProcessCollector):
    """The sums over all processes, dead ones included."""

    def collect(self) -> Any:
        fold_dead()
        with _locked(Path(self._path), fcntl.LOCK_SH):
            return super().collect()


def registry() -> CollectorRegistry:
    """The sum over all processes of this machine if PROMETHEUS_MULTIPROC_DIR is set, otherwise this process alone."""
    if not folder():
        return REGISTRY
    merged = CollectorRegistry()
    Collector(merged)
    return merged


def is_allowed(authorization: str) -> bool:
    """Whether a request with this header may read the metrics."""
    given, known = authorization.removeprefix("Bearer "), settings.METRICS_TOKEN
    return bool(known) and compare_digest(given.encode(), known.encode())


def fold_dead() -> None:
    """Add the values of dead processes' files to one file per type, and delete theirs.

    Leaves that to a later call while somebody reads the files, or if there is no space.
    """
    if not (where := folder()):
        return
    with suppress(OSError), _locked(where, fcntl.LOCK_EX | fcntl.LOCK_NB):
        for pid in {pid for file in where.glob("*.db") if (pid := _pid(file)) and not _lives(pid)}:
            mark_process_dead(pid, str(where))
            for kind in _ADDABLE:
                _fold(where / f"{kind}_{pid}.db", where / f"{kind}_dead.db")


def _fold(dead: Path, total: Path) -> None:
    """Add the values in `dead` to those in `total` and delete `dead`. Raises OSError, without effect."""
    if not dead.exists():
        return
    draft = total.with_suffix(".new")
    # Zeros for the values to come: on a full disk this fails, whereas a write to a mapped file kills the process.
    draft.write_bytes((_used(total) if total.exists() else b"") + bytes(len(_used(dead))))
    sums = MmapedDict(str(draft))
    for key, value, timestamp, _ in MmapedDict.read_all_values_from_file(str(dead)):
        sums.write_value(key, sums.read_value(key)[0] + value, timestamp)
    sums.close()
    draft.rename(total)
    dead.unlink()


def _used(file: Path) -> bytes:
    """The content of the file without the free space at its end; it begins with the length of this."""
    content = file.read_bytes()
    return content[: struct.unpack_from("i", content)[0]]


@contextmanager
def _locked(folder: Path, operation: int) -> Iterator[None]:
    """Lock the files by an operation of `flock`. Raises BlockingIOError if they are locked and it doesn't wait."""
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, operation)
        yield


def _pid(file: Path) -> int | None:
    number = file.stem.rpartition("_")[2]
    return int(number) if number.isdecimal() else None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
