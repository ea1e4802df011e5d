"""What stands in place of a data file when a download went wrong."""

import re
from pathlib import Path

from ml.datasets.sample import DatasetError

_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_BEGINNING = 1024


def stand_in(beginning: bytes) -> str:
    """The kind of stand-in that a file with this beginning is; empty for any other file."""
    if beginning.startswith(b"version https://git-lfs.github.com/spec/"):
        return "a Git LFS pointer (git lfs pull fetches the file)"
    return "an HTML page (a sign-in or error page was saved)" if _HTML.match(beginning[:_BEGINNING]) else ""


def refuse_stand_in(path: Path) -> None:
    """Raise DatasetError if `path` is a Git LFS pointer or an HTML page; OSError if it can't be opened."""
    with path.open("rb") as file:
        if found := stand_in(file.read(_BEGINNING)):
            raise DatasetError(f"{path.name} is {found}, not the data.")
