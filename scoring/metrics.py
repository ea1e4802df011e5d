"""Prometheus metrics of scoring."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from prometheus_client import Counter, Histogram

_SCORES = Counter("lettersai_scores", "Scores given, with or without a target", ["model"])
_LEGIBILITY = Histogram(
    "lettersai_legibility", "Scores for a target", ["model"], buckets=(10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100)
)
_WAIT = Histogram(
    "lettersai_wait_seconds",
    "Time from queued to scored, in the interactive lane",
    buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300),
)
_REJECTIONS = Counter("lettersai_rejections", "Requests to the API that were refused", ["code"])


def count_score(model: str, legibility: int | None, waited_since: datetime | None) -> None:
    """Count a score by `model`; `legibility` is None without a target, `waited_since` in the bulk lane."""
    _SCORES.labels(model).inc()
    if waited_since:
        _WAIT.observe((timezone.now() - waited_since).total_seconds())
    if legibility is not None:
        _LEGIBILITY.labels(model).observe(legibility)


def count_rejection(codes: Any) -> None:
    """Count each distinct code in an APIException's `get_codes()` once."""
    for code in set(_flat(codes)):
        _REJECTIONS.labels(code).inc()


def _flat(codes: Any) -> Iterator[str]:
    if isinstance(codes, str):
        yield codes
    else:
        for part in codes.values() if isinstance(codes, dict) else codes:
            yield from _flat(part)
