"""The nightly check, run by the worker."""

from celery import shared_task
from celery.utils.log import get_task_logger
from prometheus_client import Counter

from accounts.progress.consistency import findings
from scoring.tasks import score_waiting

_CONTRADICTIONS = Counter("lettersai_contradictions", "What the nightly check has found")

logger = get_task_logger(__name__)


@shared_task
def check_consistency() -> None:
    """Log what contradicts itself, each as an error."""
    for finding in findings(score_waiting):
        _CONTRADICTIONS.inc()
        logger.error("Inconsistent: %s", finding)
