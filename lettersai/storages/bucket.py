"""What all buckets have in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from django.core.files.base import File
from django.core.files.storage import Storage


class Bucket(Storage):
    """Stands before a storage of django-storages. It refuses with OSError, as a full disk does."""

    #: What the service's library raises.
    refusals: ClassVar[tuple[type[Exception], ...]]

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except self.refusals as error:
            raise OSError(f"The storage refuses: {error}") from error

    def _open(self, name: str, mode: str = "rb") -> File:
        with self._refusing():
            file: File = super()._open(name, mode)  # type: ignore[misc]
            _ = file.file  # fetched here, not at some later reading
            return file

    def _save(self, name: str, content: File) -> str:
        with self._refusing():
            return str(super()._save(name, content))  # type: ignore[misc]

    def delete(self, name: str) -> None:
        with self._refusing():
            super().delete(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with self._refusing():
            return super().listdir(path)
