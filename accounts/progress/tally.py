"""Counts learners' scored attempts: with every score, in its transaction; and all anew where more than that changed."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver

from accounts.models import Confusion, Day, Progress, Review, User
from accounts.models.plan import rating
from scoring.models import Attempt, Score
from scoring.signals import changed, judged

#: What counting needs to know of an attempt.
_COUNTED = ["target_id", "legibility", "misread_as", "written_at", "duration"]
#: Further than any clock goes back.
_NEAR = timedelta(hours=3)
#: From so many changed writings on, everything of the learner is counted anew.
_MANY = 300


def locked(user_id: int) -> User:
    """The user, whose counts nobody else changes until the transaction ends."""
    return User.objects.select_for_update(no_key=True).get(pk=user_id)


@receiver(judged, dispatch_uid="accounts.progress.tally")
def count_score(attempt: Attempt, score: Score, before: int | None, **_: Any) -> None:
    """Count a first score where nothing newer was counted of the same character; else that character and day anew."""
    if attempt.user_id is None or attempt.target_id is None or attempt.legibility is None or attempt.forgotten_at:
        return
    user = locked(attempt.user_id)
    if before is None:
        given = rating(attempt.legibility, score.form)
        Review.objects.note(user, attempt.target_id, given, user.day_of(attempt.written_at))
    progress = Progress.objects.filter(user=user, character=attempt.target_id).first()
    if before is not None or (progress and progress.latest_at >= attempt.written_at):
        recount(user, [(attempt.target_id, attempt.written_at)])
        return
    progress = progress or Progress(user=user, character_id=attempt.target_id)
    progress.add(attempt.legibility, attempt.written_at)
    progress.save()
    day, _new = Day.objects.get_or_create(user=user, date=user.day_of(attempt.written_at))
    day.add(attempt.legibility, attempt.duration)
    day.save()
    if attempt.misread_as:
        taken, _new = Confusion.objects.get_or_create(
            user=user, character_id=attempt.target_id, read_as=attempt.misread_as
        )
        taken.times += 1
        taken.save()


@receiver(changed, dispatch_uid="accounts.progress.tally")
def count_changed(user_id: int, writings: Collection[tuple[int, datetime]], **_: Any) -> None:
    """Count the characters and days of `writings` anew."""
    user = locked(user_id)
    if len(writings) > _MANY:
        rebuild(user)
    else:
        recount(user, writings)


def recount(user: User, writings: Iterable[tuple[int, datetime]]) -> None:
    """Count anew the characters and days of `writings`: target's id and moment of each. The user is locked."""
    characters = {target for target, _ in writings}
    days = {user.day_of(moment) for _, moment in writings}
    in_days = Q()
    for day in days:
        # And what is near: where clocks go back across midnight, a day's moments lie on both sides of the next one's.
        near = _start(user, day) - _NEAR, _start(user, day + timedelta(days=1)) + _NEAR
        in_days |= Q(written_at__gte=near[0], written_at__lt=near[1])
    mine = Attempt.objects.filter(user=user).counted()
    progress, confusions, _ = count(user, mine.filter(target__in=characters))
    _replace_characters(user, progress, confusions, Q(character__in=characters))
    _, _, spent = count(user, mine.filter(in_days))
    Day.objects.filter(user=user, date__in=days).delete()
    Day.objects.bulk_create(day for day in spent if day.date in days)


def rebuild(user: User) -> None:
    """Count everything of the locked user anew."""
    progress, confusions, days = count(user, Attempt.objects.filter(user=user).counted())
    _replace_characters(user, progress, confusions, Q())
    _replace_days(user, days)


def _replace_characters(user: User, progress: list[Progress], confusions: list[Confusion], found: Q) -> None:
    Progress.objects.filter(found, user=user).delete()
    Progress.objects.bulk_create(progress, batch_size=1000)
    Confusion.objects.filter(found, user=user).delete()
    Confusion.objects.bulk_create(confusions, batch_size=1000)


def _replace_days(user: User, days: list[Day]) -> None:
    Day.objects.filter(user=user).delete()
    Day.objects.bulk_create(days, batch_size=1000)


def count(user: User, attempts: Any) -> tuple[list[Progress], list[Confusion], list[Day]]:
    """What the attempts, in the order in which they were written, come to. Not saved."""
    progress: dict[int, Progress] = {}
    days: dict[date, Day] = {}
    taken: dict[tuple[int, str], int] = defaultdict(int)
    for target, legibility, misread_as, written_at, duration in attempts.values_list(*_COUNTED).iterator():
        progress.setdefault(target, Progress(user=user, character_id=target)).add(legibility, written_at)
        day = user.day_of(written_at)
        days.setdefault(day, Day(user=user, date=day)).add(legibility, duration)
        if misread_as:
            taken[target, misread_as] += 1
    confusions = [
        Confusion(user=user, character_id=target, read_as=read_as, times=times)
        for (target, read_as), times in taken.items()
    ]
    return list(progress.values()), confusions, list(days.values())


def _start(user: User, day: date) -> datetime:
    """When the day begins where the learner is, in UTC. A midnight that clocks skip or repeat is the first of both."""
    return datetime.combine(day, time(), user.zone).astimezone(UTC)


def change_time_zone(user: User, name: str) -> None:
    """From now on the learner's days begin there, those of the past as well."""
    with transaction.atomic():
        mine = locked(user.pk)
        mine.time_zone = user.time_zone = name
        mine.save(update_fields=["time_zone"])
        _, _, days = count(mine, Attempt.objects.filter(user=mine).counted())
        _replace_days(mine, days)
