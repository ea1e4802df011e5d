"""Erases rows beyond their retention, in portions, so that attempts don't wait long for their scores."""

import time
from collections.abc import Callable

#: Seconds of one run; the next run continues.
_RUN = 1.0


def for_a_moment(erase_some: Callable[[], int]) -> None:
    """Call `erase_some` until it erases nothing or the run is over."""
    until = time.monotonic() + _RUN
    while erase_some() and time.monotonic() < until:
        pass
