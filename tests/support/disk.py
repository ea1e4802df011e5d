"""A small disk of its own for a folder, which a test can fill."""

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

_BLOCK = 4096


class SmallDisk:
    """A file system in memory, mounted at `folder`.

    Only root may mount. Otherwise `fill` limits the files of the processes that `pids` names to what they have now:
    writing more fails likewise.
    """

    def __init__(self, folder: Path, megabytes: int, pids: Callable[[], Iterable[int]]) -> None:
        self.folder = folder
        self._pids = pids
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
        self.is_mounted = os.getuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0

    def fill(self) -> None:
        if not self.is_mounted:
            self._limit_files(1)
            return
        with (self.folder / "filler").open("wb", buffering=0) as filler, suppress(OSError):
            while True:
                filler.write(bytes(_BLOCK))

    def free(self) -> None:
        if self.is_mounted:
            (self.folder / "filler").unlink(missing_ok=True)
        else:
            self._limit_files(resource.RLIM_INFINITY)

    def _limit_files(self, size: int) -> None:
        for pid in self._pids():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def remove(self) -> None:
        if self.is_mounted:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)
        shutil.rmtree(self.folder, ignore_errors=True)
