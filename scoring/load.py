"""How busy this web process is: whether a request may wait for its score, and whether more attempts can be accepted."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from django.conf import settings
from django.http import HttpRequest, HttpResponse

#: Seconds of continuous load after which the process is overloaded. A shorter burst is worked off.
_BURST = 1


class Load:
    """Counts the requests that the threads of one process handle.

    Overload begins once three quarters of the threads have been taken for a second, and ends when fewer than five
    eighths are. Requests that wait for scores take at most half.
    """

    def __init__(self, threads: int) -> None:
        self._many, self._few = threads * 3 / 4, threads * 5 / 8
        self._handled = 0
        self._many_since: float | None = None
        self._lock = Lock()

    @contextmanager
    def request(self) -> Iterator[None]:
        """Count a request until the block ends."""
        self._change(1)
        try:
            yield
        finally:
            self._change(-1)

    def _change(self, by: int) -> None:
        with self._lock:
            self._handled += by
            if self._handled < self._few:
                self._many_since = None
            elif self._handled >= self._many and self._many_since is None:
                self._many_since = time.monotonic()

    def is_over(self) -> bool:
        """Whether requests arrive faster than this process answers them."""
        since = self._many_since
        return since is not None and time.monotonic() - since >= _BURST


_load = Load(settings.WEB_THREADS)
#: One for each request that may wait for a score: half of the threads answer the others.
_seats = BoundedSemaphore(max(1, settings.WEB_THREADS // 2))
#: One for each of them that recognitions may take: they leave half to those who wait for scores.
_seats_to_recognize = BoundedSemaphore(max(1, settings.WEB_THREADS // 4))

is_over = _load.is_over


@contextmanager
def seat() -> Iterator[bool]:
    """Yields whether the request may wait for a score until the block ends."""
    with _held(_seats) as is_free:
        yield is_free


@contextmanager
def seat_to_recognize() -> Iterator[bool]:
    """Yields whether the request may wait for a recognition until the block ends."""
    with _held(_seats_to_recognize) as is_free:
        if not is_free:
            yield False
            return
        with seat() as is_free:
            yield is_free


@contextmanager
def _held(seats: BoundedSemaphore) -> Iterator[bool]:
    """Yields whether one of `seats` was free, which is taken until the block ends."""
    is_free = seats.acquire(blocking=False)
    try:
        yield is_free
    finally:
        if is_free:
            seats.release()


class LoadMiddleware:
    """Counts every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with _load.request():
            return self.get_response(request)
