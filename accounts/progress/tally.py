"""Counts learners' scored attempts: one at a time as they are scored, or again from the attempts."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from accounts.models import Confusion, Day, Progress, Review, User
from accounts.models.memory import rating
from scoring.models import Attempt, Score

#: Longer than clocks are ever set back.
_CLOCK_CHANGE = timedelta(hours=3)
#: If more attempts than this change, everything of the learner is recounted.
_RECOUNT_LIMIT = 300


def count_score(attempt: Attempt, score: Score, before: int | None, **_: Any) -> None:
    """Receiver of `judged`: count a new score of a learner's attempt, and rate the character's review with a first one.

    A first score (`before` is None) that is the newest of its character is added to the counts. Otherwise the character
    and the day are recounted.
    """
    user = attempt.user
    if user is None or attempt.target_id is None or attempt.legibility is None or attempt.forgotten_at:
        return
    if before is None:
        saw_reference = attempt.saw_reference
        given = rating(attempt.legibility, score.form, is_incomplete=score.lacks_stroke, saw_reference=saw_reference)
        written_on = user.day_of(attempt.written_at)
        Review.objects.record(user, attempt.target_id, given, written_on, saw_reference=saw_reference)
    progress = Progress.objects.filter(user=user, character=attempt.target_id).first()
    if before is not None or (progress and progress.latest_at >= attempt.written_at):
        recount(user, [(attempt.target_id, attempt.written_at)])
        return
    progress = progress or Progress(user=user, character_id=attempt.target_id)
    progress.add(attempt.legibility, attempt.written_at)
    progress.save()
    Day.objects.count_attempt(user, user.day_of(attempt.written_at), attempt.legibility, attempt.duration)
    if attempt.misread_as:
        Confusion.objects.count_attempt(user, attempt.target_id, attempt.misread_as)


def count_changed(user_id: int, attempts: Collection[tuple[int, datetime]], **_: Any) -> None:
    """Receiver of `changed`: recount what `attempts` belong to, given by target's id and time."""
    user = User.objects.lock(user_id)
    if len(attempts) > _RECOUNT_LIMIT:
        rebuild(user)
    else:
        recount(user, attempts)


def recount(user: User, changed: Iterable[tuple[int, datetime]]) -> None:
    """Recount the characters and days of the `changed` attempts, given by target's id and time. `user` is locked."""
    changed = list(changed)
    characters = {target for target, _ in changed}
    days = {user.day_of(moment) for _, moment in changed}
    in_days = Q()
    for day in days:
        # With a margin: when clocks are set back across a day's start, parts of a day lie on both sides of the next.
        start, end = user.clock.start_of(day), user.clock.start_of(day + timedelta(days=1))
        in_days |= Q(written_at__gte=start - _CLOCK_CHANGE, written_at__lt=end + _CLOCK_CHANGE)
    mine = user.attempts.counted()
    progress, confusions = count_characters(user, mine.filter(target__in=characters))
    _replace_characters(user, progress, confusions, Q(character__in=characters))
    counted = Day.objects.tally(user, mine.filter(in_days))
    Day.objects.filter(user=user, date__in=days).delete()
    Day.objects.bulk_create(day for day in counted if day.date in days)


def rebuild(user: User) -> None:
    """Recount everything of `user`, who is locked."""
    progress, confusions = count_characters(user, user.attempts.counted())
    _replace_characters(user, progress, confusions, Q())
    Day.objects.recount(user)


def _replace_characters(user: User, progress: list[Progress], confusions: list[Confusion], where: Q) -> None:
    Progress.objects.filter(where, user=user).delete()
    Progress.objects.bulk_create(progress, batch_size=1000)
    Confusion.objects.filter(where, user=user).delete()
    Confusion.objects.bulk_create(confusions, batch_size=1000)


def count_characters(user: User, attempts: Any) -> tuple[list[Progress], list[Confusion]]:
    """Unsaved rows that count `attempts`, a queryset of scored ones, oldest first."""
    progress: dict[int, Progress] = {}
    times_read_as: dict[tuple[int, str], int] = defaultdict(int)
    columns = attempts.values_list("target_id", "legibility", "misread_as", "written_at")
    for target, legibility, misread_as, written_at in columns.iterator():
        progress.setdefault(target, Progress(user=user, character_id=target)).add(legibility, written_at)
        if misread_as:
            times_read_as[target, misread_as] += 1
    confusions = [
        Confusion(user=user, character_id=target, read_as=read_as, times=times)
        for (target, read_as), times in times_read_as.items()
    ]
    return list(progress.values()), confusions
