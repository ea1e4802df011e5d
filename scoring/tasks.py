"""Attempts to scores."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import redis
from celery import shared_task, signals
from celery.utils.log import get_task_logger
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import OperationalError
from structlog.contextvars import bound_contextvars

from characters.models import LookalikeGroup, StrokeOrder
from ml import ink, sandbox
from scoring import metrics, wakeup
from scoring.bundles import ModelBundle, Rescoring, shipped
from scoring.models import Attempt, AttemptQuerySet
from scoring.serving import Serving

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ml.form import Form
    from ml.result import Result
    from ml.scorer import Scorer

logger = get_task_logger(__name__)

#: Attempts scored in one call of the network at most.
BATCH = 32
#: Seconds of a batch after which its attempts are leased anew.
_RENEWED_AFTER = 3.0
#: A queued attempt that is older was lost by the broker or by a worker.
_LOST_AFTER = timedelta(seconds=5)
_REQUEUED_AT_ONCE = 1000
#: Seconds after which a task that was sent again is dropped untaken: by then it was sent once more.
_REQUEUED_FOR = 30
_ERASED_AT_ONCE = 1000
#: Seconds of one run after which no more is erased: attempts wait for their scores meanwhile.
_ERASING = 1.0
#: Seconds that one run judges past writings; it ends as soon as somebody waits.
_RESCORING = 1.5
#: So few that a writing which comes meanwhile hardly waits.
_RESCORED_AT_ONCE = 8


def enqueue(attempt: Attempt) -> None:
    """Send the attempt's task once its row is committed. A broker that is down costs time, not the attempt."""

    def send() -> None:
        try:
            score_attempt.delay(str(attempt.pk))
        except (OperationalError, redis.RedisError) as error:
            logger.warning("The task of attempt %s waits for requeue_attempts: %s", attempt.pk, error)

    transaction.on_commit(send)


def judge_here(attempt: Attempt, hindrance: str) -> None:
    """Where another site's score hinders others from seeing it, have this site's model score it."""
    if hindrance == "scored_elsewhere":
        attempt.score_here()
        enqueue(attempt)


@shared_task(acks_late=True, reject_on_worker_lost=True)
def score_attempt(attempt_id: str) -> None:
    """Score the attempt, and others that wait with it. Harmless twice, or once the attempt is gone."""
    claimed = Attempt.objects.claim(attempt_id, BATCH)
    keep(judgements(claimed))
    if claimed:
        try:
            wakeup.announce(*(attempt.pk for attempt in claimed))
        except redis.RedisError as error:
            logger.warning("Nobody could be woken: %s", error)  # the scores are stored; who polls finds them


def judgements(attempts: Sequence[Attempt]) -> list[tuple[Attempt, dict[str, Any]]]:
    """What the model says of each that something can be read from.

    Where one raises, each is judged by itself, so that it costs no others theirs. Raises what the only one raises.
    """
    try:
        return _judge_together(attempts)
    except DatabaseError:
        raise
    except Exception as error:
        if len(attempts) == 1:
            raise
        logger.warning("%d writings are judged one by one: %r", len(attempts), error)
    some = []
    for attempt in _leased(attempts):
        with suppress(Exception):  # its lease runs out, and it is tried again: then alone, so that its task fails
            some += _judge_together([attempt])
    return some


def _judge_together(attempts: Sequence[Attempt]) -> list[tuple[Attempt, dict[str, Any]]]:
    images = {attempt: image for attempt in _leased(attempts) if (image := network_image(attempt)) is not None}
    if not images:
        return []
    targets = [attempt.target.literal if attempt.target else None for attempt in images]
    scripts = [attempt.scripts for attempt in images]
    results = scorer().score(list(images.values()), targets, LookalikeGroup.objects.pooled(), scripts)
    orders = StrokeOrder.objects.accepted(filter(None, targets))
    return [(a, judgement(a, result, orders)) for a, result in zip(images, results, strict=True)]


def _leased(claimed: Sequence[Attempt]) -> Iterator[Attempt]:
    """Each of them; the leases of all are renewed long before they run out: images may take seconds each."""
    renewed = time.monotonic()
    for attempt in claimed:
        if time.monotonic() > renewed + _RENEWED_AFTER:
            Attempt.objects.renew(claimed)
            renewed = time.monotonic()
        yield attempt


def keep(judged: Sequence[tuple[Attempt, dict[str, Any]]]) -> None:
    """Record the judgements in one transaction; where that fails, each in its own: one costs no others theirs."""
    # In one order, so that two workers never wait for each other's learners.
    judged = sorted(judged, key=lambda each: (each[0].user_id or 0, each[0].pk))
    try:
        with transaction.atomic():
            for attempt, said in judged:
                attempt.record(**said)
    except DatabaseError as error:
        logger.warning("%d scores are recorded one by one: %s", len(judged), error)
        judged = [each for each in judged if _is_recorded(*each)]
    for attempt, said in judged:
        metrics.count_score(said["model_version"], said["legibility"], attempt.queued_at)
        with bound_contextvars(attempt=str(attempt.pk)):
            logger.info("scored", extra={"model": said["model_version"]})


def _is_recorded(attempt: Attempt, said: dict[str, Any]) -> bool:
    """Whether it could be; else its lease runs out, and it is tried again."""
    try:
        attempt.record(**said)
    except (DatabaseError, Attempt.DoesNotExist) as error:
        logger.warning("The score of attempt %s couldn't be recorded: %s", attempt.pk, error)
        return False
    return True


def score_waiting() -> None:
    """Score what waits, and show that the worker lives.

    For long tasks, every now and then: their worker may be the only one, and writers wait.
    """
    with suppress(redis.RedisError):
        wakeup.announce()
    for attempt_id in Attempt.objects.waiting().order_by("queued_at").values_list("pk", flat=True)[:1]:
        try:
            score_attempt(str(attempt_id))
        except DatabaseError:
            raise
        except Exception:  # of this one writing: the long task goes on
            logger.exception("The attempt %s can't be scored.", attempt_id)


def network_image(attempt: Attempt) -> NDArray[np.uint8] | None:
    """The attempt as the network sees it; None when nothing can be read from it, which fails the attempt."""
    try:
        return drawn(attempt)
    except ink.WritingError as error:
        attempt.fail(error.code)
    except FileNotFoundError:
        attempt.fail("image_missing")
    except OSError as error:
        logger.warning("The image of attempt %s can't be read yet: %s", attempt.pk, error)
        attempt.put_off()
    return None


def drawn(attempt: Attempt) -> NDArray[np.uint8]:
    """Raises WritingError where nothing can be read from it, OSError where its image can't be had."""
    from ml import raster  # here: the web process imports this module too

    if attempt.ink:
        return raster.ink_image(ink.strokes(attempt.ink))
    with attempt.image.open() as file:
        return raster.photo_image(sandbox.read(file.read()))


def judgement(attempt: Attempt, result: Result, orders: Mapping[str, Sequence[Sequence[int]]]) -> dict[str, Any]:
    """What a Score keeps of what the model said, with what there is to say of the strokes."""
    judged = form_of(attempt, orders)
    return {
        "model_version": result.model_version,
        "known": result.known,
        "candidates": [vars(candidate) for candidate in result.candidates],
        "legibility": result.legibility,
        "misread_as": result.misread_as,
        "form": judged.score if judged else None,
        "remarks": [asdict(remark) for remark in judged.remarks] if judged else [],
    }


def form_of(attempt: Attempt, orders: Mapping[str, Sequence[Sequence[int]]]) -> Form | None:
    """How the strokes were written, where there is ink and it is known what was meant."""
    from ml import form  # here: SciPy is the worker's

    if not attempt.ink or not attempt.target:
        return None
    literal, side = attempt.target.literal, min(attempt.ink["width"], attempt.ink["height"])
    return form.judge(ink.strokes(attempt.ink), literal, side=side, orders=orders.get(literal, []))


@shared_task
def requeue_attempts() -> None:
    """Send the tasks of queued attempts again that the broker or a worker has lost."""
    now = timezone.now()
    # Those of the future were queued before the clock was set back.
    is_old = Q(queued_at__lt=now - _LOST_AFTER) | Q(queued_at__gt=now + _LOST_AFTER)
    lost = Attempt.objects.waiting().filter(is_old).order_by("queued_at")
    for attempt_id in lost.values_list("pk", flat=True)[:_REQUEUED_AT_ONCE]:
        score_attempt.apply_async((str(attempt_id),), expires=_REQUEUED_FOR)


@shared_task
def rescore() -> None:
    """Go on judging past writings with the active model, for a moment, as long as nobody waits for a score."""
    until = time.monotonic() + _RESCORING
    while time.monotonic() < until and not Attempt.objects.waiting().exists():
        work = Rescoring.objects.claim()
        if work is None or work.bundle.version != scorer().version:
            return
        _rescore_some(work)


def _rescore_some(work: Rescoring) -> None:
    at_once = 1 if work.was_lost else _RESCORED_AT_ONCE
    some = list(Attempt.objects.scored_after(work.last, work.since)[:at_once])
    if work.was_lost and some:
        work.skip_to(some[0].pk)
    images: dict[Attempt, NDArray[np.uint8]] = {}
    for attempt in some:
        if attempt.score and not attempt.score.imported:
            with suppress(ink.WritingError, OSError):  # it keeps the score that it has
                images[attempt] = drawn(attempt)
    if images:
        targets = [attempt.target.literal for attempt in images if attempt.target]
        results = scorer().score(
            list(images.values()), targets, LookalikeGroup.objects.pooled(), [attempt.scripts for attempt in images]
        )
        orders = StrokeOrder.objects.accepted(targets)
        for attempt, result in zip(images, results, strict=True):
            attempt.rescore(**judgement(attempt, result, orders))
    work.go_on(some[-1].pk if some else None, judged=len(images))


@shared_task
def forget_guests() -> None:
    """Forget what was written without an account and not claimed in time."""
    _for_a_moment(lambda: erase_some(Attempt.objects.expired().order_by("written_at")))


@shared_task
def erase_forgotten() -> None:
    """Delete for good what was forgotten and not brought back."""
    _for_a_moment(lambda: erase_some(Attempt.objects.gone().order_by("forgotten_at")))


@shared_task
def forget_keys() -> None:
    """End the idempotency keys that nobody repeats any more."""
    _for_a_moment(Attempt.objects.forget_keys)


def _for_a_moment(some: Callable[[], int]) -> None:
    """Do `some` until nothing is left or the moment is over; the next run goes on."""
    until = time.monotonic() + _ERASING
    while some() and time.monotonic() < until:
        pass


def erase_some(attempts: AttemptQuerySet) -> int:
    """Erase the first of these, so few that nobody waits for long; how many."""
    return attempts.filter(pk__in=list(attempts.values_list("pk", flat=True)[:_ERASED_AT_ONCE])).erase()


@shared_task
def say_ready(name: str) -> None:
    """Announce `name`: proof that a worker with a loaded model takes tasks."""
    scorer()
    wakeup.announce(name)


@shared_task
def show_alive() -> None:
    """Announce that a worker takes tasks, on a quiet day too."""
    wakeup.announce()


_serving = Serving()


def scorer() -> Scorer:
    """The active model's, of this worker's child. A bad bundle raises at first; no fallback."""
    return _serving.scorer()


def register_model() -> None:
    """Let the admin know the model that came with the release. Without a database it scores all the same."""
    about = shipped()
    try:
        ModelBundle.objects.register(about)
    except DatabaseError as error:
        logger.warning("The model %s couldn't be registered: %s", about["version"], error)


@contextmanager
def without_native_log() -> Iterator[None]:
    """Silence on standard error from C++, whatever its settings; Python's exceptions still come through."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@signals.worker_process_init.connect
def load_model(**_: Any) -> None:
    """Load in the child before its first task, so that nobody waits for Keras; end the worker when that fails."""
    try:
        with without_native_log():
            scorer()
    except Exception:
        logger.critical("The model can't be loaded.", exc_info=True)
        os.kill(os.getppid(), signal.SIGTERM)
        os._exit(1)
    register_model()
