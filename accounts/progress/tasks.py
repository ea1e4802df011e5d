"""The task of the nightly consistency check."""

from celery import shared_task
from celery.utils.log import get_task_logger
from prometheus_client import Counter

from accounts.progress.consistency import findings
from scoring.judging import score_waiting

_CONTRADICTIONS = Counter("lettersai_contradictions", "Contradictions found by the nightly check")

logger = get_task_logger(__name__)


@shared_task
def check_consistency() -> None:
    """Log each contradiction as an error, and count it in the metrics."""
    for finding in findings(score_waiting):
        _CONTRADICTIONS.inc()
        logger.error("Inconsistent: %s", finding)
