"""A learner's attempts and scores as rows of an export, read in constant memory."""

import json
import uuid
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from characters.models import Character
from scoring.models import Attempt, Score

#: Attempts read from the database at a time.
CHUNK = 500


def literals_by_key() -> dict[int | None, str]:
    """The catalogue's characters by primary key."""
    return dict(Character.objects.values_list("pk", "literal"))


def chunks(
    user: User,
    size: int = CHUNK,
    *,
    after: Attempt | None = None,
    updated_after: datetime | None = None,
    with_ink: bool = True,
) -> Iterator[list[Attempt]]:
    """The user's attempts, oldest first, at most `size` at a time, so that memory doesn't grow with their number.

    `after`: only those that follow this one. `updated_after`: only those stored, given a target or scored since then.
    Each query reads a bounded number of rows, also where few of them match.
    """
    mine = Attempt.objects.owned_by(user, None)
    # By their keys alone: SQLite would rather read all attempts of the user than look up more than ten keys.
    kept = Attempt.objects.filter(forgotten_at=None)
    wanted = kept.select_related("exemplar", "shared").prefetch_related("scores").order_by()
    wanted = wanted.defer("exemplar__ink", *([] if with_ink else ["ink"]))
    keys = mine.order_by("written_at", "pk").values_list("written_at", "pk")
    window = list((_following(keys, after.written_at, after.pk) if after else keys)[:CHUNK])
    while window:
        ids = [pk for _, pk in window]
        if updated_after:
            newer = Score.objects.filter(attempt=OuterRef("pk"), scored_at__gte=updated_after)
            updated = kept.filter(Q(queued_at__gte=updated_after) | Exists(newer), pk__in=ids)
            chosen = set(updated.order_by().values_list("pk", flat=True))
            ids = [pk for pk in ids if pk in chosen]
        for start in range(0, len(ids), size):
            some = ids[start : start + size]
            found = wanted.in_bulk(some)
            yield [found[pk] for pk in some if pk in found]
        window = list(_following(keys, *window[-1])[:CHUNK])


def _following(attempts: QuerySet[Any, Any], written_at: datetime, pk: uuid.UUID) -> QuerySet[Any, Any]:
    """Those of the attempts that follow this one, found in an index."""
    return attempts.filter(Q(written_at__gt=written_at) | Q(pk__gt=pk), written_at__gte=written_at)


def attempt_row(attempt: Attempt, image: str | None, literals: dict[int | None, str]) -> dict[str, Any]:
    """The attempt's line of attempts.jsonl. `literals`: the characters by primary key."""
    return {
        "id": str(attempt.pk),
        "written_at": attempt.written_at,
        "target": literals.get(attempt.target_id),
        "scripts": attempt.scripts,
        "status": attempt.status,
        "failure": attempt.failure,
        "pen_width": attempt.pen_width,
        "duration": attempt.duration,
        "line": attempt.line_id and str(attempt.line_id),
        "position": attempt.position,
        "before": attempt.before,
        "after": attempt.after,
        "saw_reference": attempt.saw_reference,
        "ink": attempt.ink,
        "image": image,
        "exemplar": attempt.exemplar and attempt.exemplar.status,
        "is_shared": attempt.shared_url is not None,
        "scores": [score_row(score, literals) for score in sorted(attempt.scores.all(), key=lambda score: score.pk)],
    }


def score_row(score: Score, literals: dict[int | None, str]) -> dict[str, Any]:
    judged = ["legibility", "known", "candidates", "misread_as", "excluded", "form", "remarks", "notes"]
    names = [*judged, "counterparts", "scored_at"]
    return {
        "model": score.model_version,
        "target": literals.get(score.target_id),
        **{name: getattr(score, name) for name in names},
    }


def to_json(data: Any, indent: int | None = 1) -> str:
    separators = (",", ":") if indent is None else None
    return json.dumps(data, ensure_ascii=False, indent=indent, separators=separators, default=_date)


def _date(moment: date) -> str:
    """Dates and datetimes for JSON, which has no type for them."""
    return moment.isoformat()
