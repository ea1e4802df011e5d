"""Images are read in a process of their own, walled in: what a crafted one does to a decoder ends there.

    python -m ml.sandbox

reads images from standard input and answers on standard output until that ends. `read` keeps one such process warm.
"""

import io
import json
import os
import resource
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml import photo
from ml.ink import WritingError
from ml.photo import MAX_PIXELS, kind

__all__ = ["MAX_PIXELS", "Busy", "Reader", "kind", "read", "wall_in"]

#: So much of the processor one image may take: four megapixels take 0.05 to 0.17 seconds of it, whatever the format.
_PROCESSOR = 1.0
#: So long it may take by the clock, which on a busy machine runs ahead of the processor.
_SECONDS = 3.0
#: After so many images another process takes over, so that nothing that one has left behind meets many others.
_IMAGES = 100
#: Bytes that reading may take besides what the process has when it begins; the largest images take half of it.
_MEMORY = 512 * 1024 * 1024
#: So many threads that can't wait for long may be at it: one whose image is read, and those behind it.
_PLACES = 8
_LENGTH = struct.Struct(">I")


class Busy(Exception):  # noqa: N818 - nothing is wrong with the image
    """Others' images are being read."""


class Reader:
    """A warm process that reads one image after another, replaced when it ends, hangs or has read enough."""

    def __init__(
        self, command: Sequence[str] = (sys.executable, "-m", "ml.sandbox"), seconds: float = _SECONDS
    ) -> None:
        self._command, self._seconds = command, seconds
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(_PLACES)
        self._process: subprocess.Popen[bytes] | None = None
        self._left = 0

    def read(self, data: bytes, patience: float | None = None) -> NDArray[np.uint8]:
        """As ml.photo.read; unreadable_image too for what takes too long or too much memory, or kills the reader.

        patience: seconds to wait for others' images at most; then, or where too many wait, raises Busy.
        """
        with self._turn(patience):
            process = self._warm()
            watchdog = threading.Timer(self._seconds, process.kill)
            watchdog.start()
            try:
                return _ask(process, data)
            except WritingError:
                raise
            except (OSError, EOFError, ValueError) as error:
                self._left = 0
                raise WritingError("unreadable_image", "The image is damaged.") from error
            finally:
                watchdog.cancel()

    @contextmanager
    def _turn(self, patience: float | None) -> Iterator[None]:
        with ExitStack() as held:
            if patience is not None:
                if not self._places.acquire(blocking=False):
                    raise Busy
                held.callback(self._places.release)
            if not self._lock.acquire(timeout=-1 if patience is None else patience):
                raise Busy
            held.callback(self._lock.release)
            yield

    def _warm(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._left == 0 or self._process.poll() is not None:
            self.end()
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=Path(__file__).parents[1],
                # No setting and no secret of the site goes along.
                env={"PATH": os.environ.get("PATH", ""), "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            )
            self._left = _IMAGES
        self._left -= 1
        return self._process

    def end(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None


_reader = Reader()
read = _reader.read


def _ask(process: subprocess.Popen[bytes], data: bytes) -> NDArray[np.uint8]:
    """Raises WritingError as the process says; OSError, EOFError or ValueError where it says nothing sensible."""
    images, answers = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
    images.write(_LENGTH.pack(len(data)) + data)
    images.flush()
    # Nothing but numbers and text is believed of it.
    about = json.loads(answers.readline(10_000))
    if "code" in about:
        raise WritingError(str(about["code"]), str(about["message"]))
    height, width = (int(side) for side in about["shape"])
    if height < 1 or width < 1 or height * width > MAX_PIXELS:
        raise ValueError(f"an image of {height} by {width}")
    pixels = answers.read(height * width)
    if len(pixels) < height * width:
        raise EOFError
    return np.frombuffer(pixels, np.uint8).reshape(height, width)


def wall_in() -> None:
    """From here on this process opens no file, writes none, starts no other, and takes so much memory and no more."""
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() if _is_linux() else 0
    limits = {
        resource.RLIMIT_AS: taken + _MEMORY,
        resource.RLIMIT_CPU: int(_IMAGES * _PROCESSOR),
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: 3,
        resource.RLIMIT_NPROC: 0,
    }
    for limit, most in limits.items():
        with suppress(ValueError, OSError):  # not every system knows each of them
            resource.setrlimit(limit, (most, most))


def _is_linux() -> bool:
    return sys.platform == "linux"


def _warm_up() -> None:
    """Load what Pillow loads late, while files can still be opened."""
    for form in ("PNG", "JPEG", "WEBP"):
        picture = Image.new("RGBA" if form != "JPEG" else "RGB", (32, 32), "white")
        picture.paste("black", (8, 8, 24, 24))
        exif = Image.Exif()
        exif[0x0112] = 6  # turned
        packed = io.BytesIO()
        picture.save(packed, form, exif=exif)
        photo.read(packed.getvalue())


def serve(images: BinaryIO, answers: BinaryIO) -> None:
    """Answer until `images` ends: each is four bytes of length and its bytes."""
    while len(head := images.read(_LENGTH.size)) == _LENGTH.size:
        data = images.read(_LENGTH.unpack(head)[0])
        signal.setitimer(signal.ITIMER_PROF, _PROCESSOR)  # which ends the process
        try:
            ink = photo.read(data)
        except WritingError as error:
            answers.write(json.dumps({"code": error.code, "message": str(error)}).encode() + b"\n")
        else:
            answers.write(json.dumps({"shape": ink.shape}).encode() + b"\n" + ink.tobytes())
        answers.flush()


if __name__ == "__main__":
    _warm_up()
    wall_in()
    serve(sys.stdin.buffer, sys.stdout.buffer)
