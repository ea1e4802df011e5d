"""The base class of bucket storages."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.base import File
from django.core.files.storage import Storage


class Bucket(Storage):
    """A mixin for storages of django-storages: their errors become OSError, as with a full disk."""

    #: Exceptions of the service's library.
    errors: tuple[type[Exception], ...]

    @contextmanager
    def _os_errors(self) -> Iterator[None]:
        try:
            yield
        except self.errors as error:
            raise OSError(f"The storage failed: {error}") from error

    def _open(self, name: str, mode: str = "rb") -> File:
        with self._os_errors():
            file: File = super()._open(name, mode)  # type: ignore[misc]
            _ = file.file  # fetches it now, so that a failure is raised here
            return file

    def _save(self, name: str, content: File) -> str:
        with self._os_errors():
            return str(super()._save(name, content))  # type: ignore[misc]

    def delete(self, name: str) -> None:
        with self._os_errors():
            super().delete(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with self._os_errors():
            return super().listdir(path)
