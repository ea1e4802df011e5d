"""From an attempt's ink or image to the fields of its score: the one pipeline, for scoring, rescoring and comparing
models.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

import redis
from celery.utils.log import get_task_logger
from django.contrib.auth import get_user_model
from django.db import DatabaseError
from psycopg.errors import LockNotAvailable
from structlog.contextvars import bound_contextvars

from characters.models import Character, LookalikeGroup, StrokeOrder, Variant
from ml import ink, sandbox
from scoring import metrics, serving, wakeup
from scoring.models import Attempt, Changed, Failure, Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ml.form import Form
    from ml.result import Result
    from ml.scorer import Scorer

logger = get_task_logger(__name__)

#: Most attempts of the interactive lane in one call of the network.
BATCH = 32
#: Most of the bulk lane: few enough that an attempt for which somebody waits is delayed by a few hundredths of a
#: second.
BULK_BATCH = 8
#: Seconds of a batch after which its attempts' leases are renewed: images may take seconds each.
_RENEW_AFTER = 3.0


class Catalogue:
    """The part of the catalogue by which attempts are judged.

    Each process keeps a copy, since reading it takes as long as judging.
    """

    #: Age at which it is read again after a batch, s.
    FRESH = 5.0
    #: Age at which it is read again before a batch, s. Only a process that scores seldom lets it get this old.
    STALE = 60.0

    def __init__(self) -> None:
        self._read_at = -math.inf
        self._targets: dict[int, Character] = {}
        #: The number of the pooled lookalike group of every character that is in one.
        self.groups: Mapping[str, int] = {}
        #: Accepted beside the reference, by literal; see `ml.form.judge`.
        self.orders: Mapping[str, Sequence[Sequence[int]]] = {}
        self.variants: Mapping[str, Sequence[str]] = {}

    def read_if_older(self, seconds: float) -> Self:
        """This catalogue, read from the database again if that was more than `seconds` ago."""
        if time.monotonic() > self._read_at + seconds:
            self.groups = LookalikeGroup.objects.pooled()
            self.orders = StrokeOrder.objects.accepted()
            self.variants = Variant.objects.accepted()
            self._read_at = time.monotonic()
        return self

    def set_targets(self, attempts: Sequence[Attempt]) -> None:
        """Set the target of each attempt, with its literal only."""
        wanted = {attempt.target_id for attempt in attempts if attempt.target_id}
        if missing := wanted - self._targets.keys():
            self._targets |= Character.objects.only("literal").in_bulk(missing)
        for attempt in attempts:
            attempt.target = self._targets[attempt.target_id] if attempt.target_id else None


catalogue = Catalogue()


@dataclass(frozen=True)
class Rules:
    """What the form of some attempts is judged by."""

    #: By literal; see `ml.form.judge`.
    orders: Mapping[str, Sequence[Sequence[int]]]
    variants: Mapping[str, Sequence[str]]
    #: Primary keys of the learners who want ends of strokes judged as in school.
    strict: Collection[int]

    @classmethod
    def of(cls, attempts: Collection[Attempt]) -> Rules:
        """The rules for `attempts`; one query if learners wrote any."""
        writers = {attempt.user_id for attempt in attempts if attempt.user_id}
        strict = get_user_model()._default_manager.filter(pk__in=writers, is_school_strict=True)
        return cls(catalogue.orders, catalogue.variants, set(strict.values_list("pk", flat=True)))


#: An attempt with the fields of its score.
Judgement = tuple[Attempt, dict[str, Any]]


class BulkLane:
    """The bulk lane as one process serves it: the owners take turns, of up to `BULK_BATCH` attempts."""

    def __init__(self) -> None:
        self._last: UUID | None = None

    def claim(self) -> list[Attempt]:
        """Lease some attempts of the next owner, and of those who follow while there is room."""
        claimed = Attempt.objects.claim_bulk(BULK_BATCH, self._last)
        self._last = max((attempt.bulk_owner for attempt in claimed if attempt.bulk_owner), default=None)
        return claimed


_bulk_lane = BulkLane()


def score(attempt_id: UUID | str) -> bool:
    """Score the attempt if it waits, and others of the interactive lane. True if more may wait than were claimed."""
    with suppress(redis.RedisError):  # then the call expires
        wakeup.answer_call()
    claimed = Attempt.objects.claim_batch(attempt_id, BATCH)
    _score(claimed)
    return len(claimed) >= BATCH - 1  # the attempt itself may be missing


def _score(claimed: Sequence[Attempt]) -> None:
    """Score leased attempts, then wake the requests that wait for them."""
    catalogue.set_targets(claimed)
    messages = record(judge_claimed(claimed))
    done = [*messages, *(one for one in claimed if one.status == Attempt.Status.FAILED)]
    if done:
        lines = Line.objects.finish({attempt.line_id for attempt in done if attempt.line_id})
        try:
            wakeup.announce(
                *(attempt.pk for attempt in done),
                *lines,
                messages={attempt.pk: messages[attempt] for attempt in messages},
            )
        except redis.RedisError as error:
            logger.warning(
                "Waiting requests could not be woken: %s", error
            )  # the scores are stored; polling finds them
        with suppress(DatabaseError):  # it stays as it is
            catalogue.read_if_older(Catalogue.FRESH)


def score_waiting() -> bool:
    """Score some attempts that wait, of the interactive lane if there are any, and show that the worker lives.

    True if there were any. Long tasks call this now and then: their worker may be the only one, and writers wait.
    """
    with suppress(redis.RedisError):
        wakeup.announce()
    claimed = Attempt.objects.claim_interactive(BATCH) or _bulk_lane.claim()
    try:
        _score(claimed)
    except DatabaseError:
        raise
    except Exception:  # of one attempt, which is tried again: the caller goes on
        logger.exception("The attempt %s can't be scored.", claimed[0].pk)
    return bool(claimed)


def judge_claimed(attempts: Sequence[Attempt]) -> list[Judgement]:
    """Judge leased attempts together; those that can't be read fail or are postponed.

    If judging them raises, each is judged on its own, so that one costs no others their scores. Raises what a single
    one raises.
    """
    try:
        return judge(serving.scorer(), _renewing(attempts), _fail_or_postpone)
    except DatabaseError:
        raise
    except Exception as error:
        if len(attempts) == 1:
            raise
        logger.warning("%d attempts are judged one by one: %r", len(attempts), error)
    judgements = []
    for attempt in _renewing(attempts):
        with suppress(Exception):  # its lease expires, and it is retried on its own: then its task fails
            judgements += judge(serving.scorer(), [attempt], _fail_or_postpone)
    return judgements


def judge(
    scorer: Scorer, attempts: Iterator[Attempt] | Sequence[Attempt], unreadable: Callable[[Attempt, Exception], None]
) -> list[Judgement]:
    """The score fields of every attempt that can be read, in one call of the network.

    Calls `unreadable` with each of the others and its WritingError or OSError.
    """
    catalogue.read_if_older(Catalogue.STALE)
    results = read(scorer, attempts, unreadable)
    rules = Rules.of(results)
    return [(attempt, _fields(attempt, result, rules)) for attempt, result in results.items()]


def read(
    scorer: Scorer, attempts: Iterator[Attempt] | Sequence[Attempt], unreadable: Callable[[Attempt, Exception], None]
) -> dict[Attempt, Result]:
    """The network's result for every attempt that can be read, without form; see `judge`."""
    images: dict[Attempt, NDArray[np.uint8]] = {}
    for attempt in attempts:
        try:
            images[attempt] = network_image(attempt)
        except (ink.WritingError, OSError) as error:
            unreadable(attempt, error)
    if not images:
        return {}
    targets = [attempt.target.literal if attempt.target else None for attempt in images]
    scripts = [attempt.scripts for attempt in images]
    groups = catalogue.read_if_older(Catalogue.STALE).groups
    around = [(attempt.before, attempt.after) for attempt in images]
    results = scorer.score(list(images.values()), targets, groups, scripts, around)
    return dict(zip(images, results, strict=True))


def network_image(attempt: Attempt) -> NDArray[np.uint8]:
    """The attempt as the network sees it. Raises WritingError if it can't be read, OSError if its image can't be
    fetched.
    """
    from ml import raster  # here: the web process imports this module too

    if attempt.ink:
        return raster.ink_image(ink.strokes(attempt.ink))
    with attempt.image.open() as file:
        return raster.photo_image(sandbox.read(file.read()))


def _fields(attempt: Attempt, result: Result, rules: Rules) -> dict[str, Any]:
    form = form_of(attempt, rules)
    return {
        "model_version": result.model_version,
        "known": result.known,
        "candidates": [vars(candidate) for candidate in result.candidates],
        "legibility": result.legibility,
        "misread_as": result.misread_as,
        "excluded": vars(result.excluded) if result.excluded else None,
        "form": form.score if form else None,
        "remarks": [asdict(remark) for remark in form.remarks] if form else [],
        "notes": [asdict(note) for note in form.notes] if form else [],
        "counterparts": _counterparts(attempt) if form and result.misread_as else [],
    }


def _counterparts(attempt: Attempt) -> list[tuple[int, int]]:
    """The reference stroke that each stroke stands for, of an attempt that has form; see `ml.form.counterparts`."""
    from ml import form  # here: SciPy is the worker's

    if not attempt.ink or not attempt.target:
        return []
    return form.counterparts(ink.strokes(attempt.ink), attempt.target.literal)


def form_of(attempt: Attempt, rules: Rules) -> Form | None:
    """The form of the strokes; None without ink or target."""
    from ml import form  # here: SciPy is the worker's

    if not attempt.ink or not attempt.target:
        return None
    literal, area = attempt.target.literal, (attempt.ink["width"], attempt.ink["height"])
    return form.judge(
        ink.strokes(attempt.ink),
        literal,
        area=area,
        orders=rules.orders.get(literal, []),
        variants=rules.variants.get(literal, []),
        is_strict=attempt.user_id in rules.strict,
    )


def record(judgements: Sequence[Judgement]) -> dict[Attempt, dict[str, Any] | None]:
    """Store the scores. Returns the attempts that have theirs now, each with a message for `Attempt.take`.

    One transaction stores all. If it fails, each score is stored in a transaction of its own, so that one fault costs
    one score.
    """
    leases = {attempt: attempt.lease for attempt, _ in judgements}
    messages: dict[Attempt, dict[str, Any] | None] = {}
    try:
        Attempt.objects.record_all(judgements)
        # An attempt that was offered as an example has changed in other ways, too.
        messages = {one: {"target_id": one.target_id, **fields} for one, fields in judgements if not one.exemplar_id}
    except (DatabaseError, Changed) as error:
        logger.warning("%d scores are recorded one by one: %s", len(judgements), error)
        judgements = _recorded_one_by_one(judgements, leases)
    for attempt, fields in judgements:
        waited_since = None if attempt.bulk_owner else attempt.queued_at
        metrics.count_score(fields["model_version"], fields["legibility"], waited_since)
        with bound_contextvars(attempt=str(attempt.pk)):
            logger.info("scored", extra={"model": fields["model_version"]})
    return {attempt: messages.get(attempt) for attempt, _ in judgements}


def _recorded_one_by_one(judgements: Sequence[Judgement], leases: Mapping[Attempt, UUID | None]) -> list[Judgement]:
    """Those of `judgements` that could be recorded. The `leases` of the others expire, and they are retried.

    If another transaction keeps a learner locked, the learner's other attempts aren't tried, so that the wait for the
    lock costs nobody more than once.
    """
    recorded, locked, postponed = [], set(), []
    for attempt, fields in judgements:
        if attempt.user_id in locked:
            postponed.append(attempt)
            continue
        try:
            attempt.record(**fields)
            recorded.append((attempt, fields))
        except (DatabaseError, Attempt.DoesNotExist) as error:
            logger.warning("The score of attempt %s could not be recorded: %s", attempt.pk, error)
            if isinstance(error.__cause__, LockNotAvailable):
                locked.add(attempt.user_id)
                postponed.append(attempt)
    with suppress(DatabaseError):  # then this try counts
        for attempt in postponed:
            attempt.lease = leases[attempt]  # its transaction had ended the lease, and was rolled back
            attempt.postpone()
    return recorded


def _renewing(claimed: Sequence[Attempt]) -> Iterator[Attempt]:
    """Each of `claimed`; renews the leases of all now and then."""
    renewed = time.monotonic()
    for attempt in claimed:
        if time.monotonic() > renewed + _RENEW_AFTER:
            Attempt.objects.renew(claimed)
            renewed = time.monotonic()
        yield attempt


def _fail_or_postpone(attempt: Attempt, error: Exception) -> None:
    """Fail an attempt that can't be read; postpone one whose image can't be fetched yet."""
    if isinstance(error, ink.WritingError):
        attempt.fail(error.code)
    elif isinstance(error, FileNotFoundError):
        attempt.fail(Failure.IMAGE_MISSING)
    else:
        logger.warning("The image of attempt %s can't be read yet: %s", attempt.pk, error)
        attempt.postpone()
