"""Keeps packages from importing others that they only look for, or seldom use."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import ModuleType


def without(name: str) -> AbstractContextManager[None]:
    """Within the block, imports of the module `name` fail, unless it is loaded already."""
    return _replaced(name, None)


def later(name: str) -> AbstractContextManager[None]:
    """Within the block, imports of the submodule `name` get an empty stand-in, unless it is loaded already.

    Its package must load it when it is first used, as SciPy does with its own.
    """
    return _replaced(name, ModuleType(name))


@contextmanager
def _replaced(name: str, module: ModuleType | None) -> Iterator[None]:
    is_unused = name not in sys.modules
    if is_unused:
        sys.modules[name] = module  # type: ignore[assignment]
    try:
        yield
    finally:
        if is_unused:
            del sys.modules[name]
