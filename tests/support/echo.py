"""A WSGI application that answers with the length of the body and its hash, or with as many bytes as the path says."""

import hashlib
import tempfile
from collections.abc import Callable, Iterable
from typing import Any

_PORTION = 100_000


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """/bytes/N: N bytes. /file/N: the same from a file."""
    kind, _, size = environ["PATH_INFO"].lstrip("/").partition("/")
    if size and kind in ("bytes", "file"):
        start("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", size)])
        return _portions(int(size)) if kind == "bytes" else environ["wsgi.file_wrapper"](_file(int(size)))
    body = environ["wsgi.input"].read()
    answer = f"{environ['PATH_INFO']} {len(body)} {hashlib.sha256(body).hexdigest()}".encode()
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(answer)))])
    return [answer]


def content(size: int) -> bytes:
    """The bytes of an answer; no two portions are alike."""
    return b"".join(_portions(size))


def _portions(size: int) -> Iterable[bytes]:
    for start in range(0, size, _PORTION):
        yield (f"{start:010d}" * (_PORTION // 10)).encode()[: size - start]


def _file(size: int) -> Any:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the server closes it
    file.write(content(size))
    file.seek(0)
    return file
