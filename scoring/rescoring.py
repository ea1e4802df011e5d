"""Judging past attempts again with the active model, while nobody waits for a score."""

import time

from scoring import judging, serving
from scoring.models import Attempt, Rescoring

#: Seconds of one run; the next run continues.
_RUN = 1.5
#: Attempts per call of the network: few enough that an attempt that arrives meanwhile hardly waits.
_BATCH = 8


def go_on() -> None:
    """Rescore for at most one run. Stop as soon as somebody waits for a score, and after one batch if the bulk lane
    isn't empty: rescoring takes turns with it.
    """
    until = time.monotonic() + _RUN
    while time.monotonic() < until and not Attempt.objects.waiting().interactive().exists():
        work = Rescoring.objects.claim_next()
        if work is None or work.bundle.version != serving.scorer().version:
            return
        rescore_some(work)
        if Attempt.objects.waiting().exists():
            return


def rescore_some(work: Rescoring) -> None:
    """Rescore the next batch of `work`; one attempt if the previous worker probably crashed on it."""
    some = list(Attempt.objects.scored_after(work.last, work.since)[: 1 if work.is_retry else _BATCH])
    if work.is_retry and some:
        work.skip_to(some[0].pk)
    own = [attempt for attempt in some if attempt.score and not attempt.score.imported]
    # An attempt that can't be read keeps its score.
    judgements = judging.judge(serving.scorer(), own, lambda attempt, error: None)
    for attempt, fields in judgements:
        attempt.rescore(**fields)
    work.go_on(some[-1].pk if some else None, judged=len(judgements))
