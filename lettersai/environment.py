"""Reads settings from environment variables. A variable with an invalid value stops the start with a sentence."""

import os
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured

#: The exit code after which gunicorn doesn't start another process that would fail in the same way.
_BOOT_ERROR = 3

PRODUCTION = os.environ.get("PRODUCTION") == "1"


def env(name: str, default: str) -> str:
    """The variable `name`, or `default`. Raises ImproperlyConfigured in production if it is unset."""
    value = os.environ.get(name)
    if not value and PRODUCTION:
        raise ImproperlyConfigured(f"Set {name}: with PRODUCTION=1 it has no default.")
    return value or default


def matching(name: str, pattern: str, value: str, meaning: str) -> str:
    """`value` of the variable `name`. Raises ImproperlyConfigured if it doesn't match `pattern`."""
    if not re.fullmatch(pattern, value):
        raise ImproperlyConfigured(f"Set {name} to {meaning}, not {value!r}.")
    return value


def url(name: str, pattern: str, value: str, meaning: str) -> SplitResult:
    """The parts of the URL `value`. Raises ImproperlyConfigured, without showing a password, if it isn't valid."""
    try:
        parts = urlsplit(value)
        rest = value.partition(parts.netloc)[2] if parts.netloc else ""
        # An unescaped slash in the password moves the host, and its @, behind the network location.
        is_valid = re.fullmatch(pattern, value) and parts.port != 0 and "@" not in rest
    except ValueError:
        is_valid = False
    if not is_valid:
        raise ImproperlyConfigured(f"Set {name} to {meaning}; write / as %2F, # as %23 and @ as %40 in a password.")
    return parts


def listed(value: str) -> list[str]:
    """The parts of `value` between commas, without empty ones."""
    return [part.strip() for part in value.split(",") if part.strip()]


def folder(name: str, path: str | Path) -> Path:
    """The folder `path` of the variable `name`, created if needed. Raises ImproperlyConfigured if that fails."""
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"Set {name} to a folder that this process can write to: {error}") from error
    return Path(path).resolve()


def generated_secret(kept: Path) -> str:
    """The random secret in the file `kept`, created once, with read permission for its owner only."""
    try:
        with open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return kept.read_text()


@contextmanager
def boot_error() -> Iterator[None]:
    """Turns a refusal to start, within the block, into its sentence on standard error and gunicorn's exit code."""
    try:
        yield
    except (ImproperlyConfigured, SystemExit) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(_BOOT_ERROR) from None


def print_refusal(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    """A sys.excepthook that prints one sentence instead of a traceback for an invalid setting."""
    if issubclass(kind, ImproperlyConfigured):
        sys.stderr.write(f"{error}\n")
    else:
        sys.__excepthook__(kind, error, traceback)
