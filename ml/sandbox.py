"""Reads images in a separate, restricted process, so that a crafted image can harm nothing beyond it.

    python -m ml.sandbox

reads images from standard input and answers on standard output until the input ends. `read` keeps one such process
warm.
"""

import io
import json
import os
import resource
import shutil
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

from ml.formats import MAX_BYTES, MAX_PIXELS, MAX_PIXELS_UNSCALED, SIDE, kind
from ml.ink import WritingError

__all__ = ["MAX_BYTES", "MAX_PIXELS", "MAX_PIXELS_UNSCALED", "Busy", "Reader", "kind", "read", "restrict"]

#: Processor seconds that one image may take. On one quiet core, the largest allowed image of each format takes at most
#: half of that.
_PROCESSOR_SECONDS = 2.5
#: Clock seconds that one image may take; on a busy machine the clock runs ahead of the processor.
_SECONDS = 8.0
#: Images after which a new process takes over, so that an image can affect few later ones.
_IMAGES = 100
#: Bytes that reading may take beyond what the process has at its start; the largest allowed images take two thirds.
_MEMORY = 512 * 1024 * 1024
#: Impatient callers at one time: the one whose image is being read, and those who wait.
_PLACES = 8
#: The process's whole environment but for the path: none of the site's settings and secrets.
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    # Freed memory stays with the process for the next step. Asking the system for each copy of the image anew takes a
    # fifth of the time. Bytes; glibc's, other libraries ignore them.
    "MALLOC_MMAP_THRESHOLD_": str(16 * 1024 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(32 * 1024 * 1024),
}
#: The longest error message or header that the process may send, bytes.
_LINE = 10_000
#: Before each image: its length in bytes, and whether it may show a line of characters.
_HEADER = struct.Struct(">I?")


class Busy(Exception):  # noqa: N818 - nothing is wrong with the image
    """Other callers' images are being read."""


class Reader:
    """A warm process that reads one image after another; replaced when it ends, hangs or has read enough."""

    def __init__(
        self, command: Sequence[str] = (sys.executable, "-m", "ml.sandbox"), seconds: float = _SECONDS
    ) -> None:
        self._command, self._seconds = command, seconds
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(_PLACES)
        self._process: subprocess.Popen[bytes] | None = None
        self._left = 0

    def read(
        self, image: bytes | BinaryIO, patience: float | None = None, *, is_line: bool = False
    ) -> NDArray[np.uint8]:
        """The result of ml.photo.read for `image`, its bytes or a seekable file that holds them.

        A file is copied to the process in pieces, so that large uploads that wait don't fill the memory.
        patience: seconds to wait for other images at most; None waits as long as it takes. is_line: see ml.photo.read.
        Raises WritingError as ml.photo.read does, and unreadable_image if reading takes too much time or memory or
        ends the process; Busy if the patience runs out or too many callers wait.
        """
        with self._turn(patience):
            process = self._warm()
            watchdog = threading.Timer(self._seconds, process.kill)
            watchdog.start()
            try:
                return _ask(process, io.BytesIO(image) if isinstance(image, bytes) else image, is_line)
            except WritingError:
                raise
            except Exception as error:  # an image that has taken over the process answers whatever it likes
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
                env={"PATH": os.environ.get("PATH", ""), **ENVIRONMENT},
            )
            self._left = _IMAGES
        self._left -= 1
        return self._process

    def end(self) -> None:
        """End the process; the next image starts another."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None


_reader = Reader()
read = _reader.read


def _ask(process: subprocess.Popen[bytes], image: BinaryIO, is_line: bool) -> NDArray[np.uint8]:
    """The answer of `process` for `image`.

    Raises WritingError if the process refuses the image; any other exception if its answer makes no sense.
    """
    images, answers = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
    images.write(_HEADER.pack(image.seek(0, os.SEEK_END), is_line))
    image.seek(0)
    shutil.copyfileobj(image, images)
    images.flush()
    # A crafted image may have taken over the process: only numbers and text are taken from it.
    about = json.loads(answers.readline(_LINE))
    if "code" in about:
        positions = [[float(number) for number in box] for box in about["positions"]]
        raise WritingError(str(about["code"]), str(about["message"]), positions)
    height, width = (int(side) for side in about["shape"])
    if height < 1 or width < 1 or max(height, width) > SIDE:
        raise ValueError(f"an image of {height} by {width}")
    pixels = answers.read(height * width)
    if len(pixels) < height * width:
        raise EOFError
    return np.frombuffer(pixels, np.uint8).reshape(height, width)


def restrict() -> None:
    """From now on, keep this process from opening or writing files, starting others and taking more than `_MEMORY`."""
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() if _is_linux() else 0
    limits = {
        resource.RLIMIT_AS: taken + _MEMORY,
        resource.RLIMIT_CPU: int(_IMAGES * _PROCESSOR_SECONDS),
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
    """Load what Pillow and OpenCV load late, while files can still be opened and threads started."""
    import cv2
    from PIL import Image

    from ml import photo

    cv2.setNumThreads(1)
    for form in ("PNG", "JPEG", "WEBP"):
        picture = Image.new("RGBA" if form != "JPEG" else "RGB", (120, 120), "white")
        picture.paste("black", (30, 30, 90, 90))
        exif = Image.Exif()
        exif[0x0112] = 6  # turned
        packed = io.BytesIO()
        picture.save(packed, form, exif=exif)
        photo.read(packed.getvalue())


def serve(images: BinaryIO, answers: BinaryIO) -> None:
    """Answer each of `images`, which is a `_HEADER` and then its bytes, until they end."""
    from ml import photo  # here: the web process imports this module, but neither Pillow's decoders nor OpenCV

    while len(head := images.read(_HEADER.size)) == _HEADER.size:
        length, is_line = _HEADER.unpack(head)
        data = images.read(length)
        signal.setitimer(signal.ITIMER_PROF, _PROCESSOR_SECONDS)  # its signal ends the process
        try:
            ink = photo.read(data, is_line=is_line)
        except WritingError as error:
            refusal = {"code": error.code, "message": str(error), "positions": error.positions}
            answers.write(json.dumps(refusal).encode() + b"\n")
        else:
            answers.write(json.dumps({"shape": ink.shape}).encode() + b"\n" + ink.tobytes())
        answers.flush()


if __name__ == "__main__":
    _warm_up()
    restrict()
    serve(sys.stdin.buffer, sys.stdout.buffer)
