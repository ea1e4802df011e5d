"""Keeps packages from importing others that they only look for."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(name: str) -> Iterator[None]:
    """Let imports of the module `name` fail within the block, unless it is loaded already."""
    is_unused = name not in sys.modules
    if is_unused:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if is_unused:
            del sys.modules[name]
