"""Finds contradictions between attempts, scores, counts and files."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, FileField, Model, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import Confusion, Day, Progress, User
from accounts.progress.tally import count_characters
from scoring.models import Attempt, Score

#: How long a score, a commit or a deletion may still be in progress.
_GRACE = timedelta(minutes=10)


def findings(pause: Callable[[], object] = lambda: None) -> Iterator[str]:
    """A sentence for each contradiction. `pause` is called after each learner."""
    yield from _missing_scores()
    yield from _different_legibility()
    yield from _wrong_counts(pause)
    yield from _files()


def _missing_scores() -> Iterator[str]:
    late = timezone.now() - _GRACE
    for pk in Attempt.objects.filter(status=Attempt.Status.QUEUED, queued_at__lt=late).values_list("pk", flat=True):
        yield f"attempt {pk} has been waiting for its score for more than {_GRACE}"
    scored = Attempt.objects.filter(status=Attempt.Status.SCORED)
    unjudged = scored.filter(Q(target=None, scores=None) | Q(target__isnull=False, legibility=None))
    for pk in unjudged.values_list("pk", flat=True).iterator():
        yield f"attempt {pk} has the status scored but no score"


def _different_legibility() -> Iterator[str]:
    newest = Score.objects.filter(attempt=OuterRef("pk"), target=OuterRef("target")).order_by("-pk")
    judged = Attempt.objects.annotate(newest=Subquery(newest.values("legibility")[:1]))
    judged = judged.filter(status=Attempt.Status.SCORED, target__isnull=False, legibility__isnull=False)
    differing = judged.filter(Q(newest=None) | ~Q(newest=F("legibility")))
    for pk, legibility, newest_legibility in differing.values_list("pk", "legibility", "newest").iterator():
        yield f"attempt {pk} has the legibility {legibility}, its newest score {newest_legibility}"


def _wrong_counts(pause: Callable[[], object]) -> Iterator[str]:
    # The attempts of an account that is being deleted go in portions.
    for pk in User.objects.filter(leaving_since=None).order_by("pk").values_list("pk", flat=True).iterator():
        with suppress(User.DoesNotExist):  # deleted meanwhile
            # First without a lock, so that scores don't wait while a long history is counted. A difference may only
            # be a score that was recorded meanwhile, so it is confirmed with the lock.
            if _differing(User.objects.get(pk=pk)):
                with transaction.atomic():
                    differing = _differing(User.objects.lock(pk))
                yield from (f"user {pk}: {name} differs from a recount" for name in differing)
        pause()


def _differing(user: User) -> list[str]:
    """The names of the counts that differ from a recount."""
    progress, confusions = count_characters(user, user.attempts.counted())
    days = Day.objects.tally(user, user.attempts.counted())
    counted: list[tuple[type[Model], list[Any], Callable[[Any], Any]]] = [
        (Progress, progress, _progress_facts),
        (Confusion, confusions, lambda row: (row.character_id, row.read_as, row.times)),
        (Day, days, lambda row: (row.date, row.attempts, row.total, row.duration)),
    ]
    return [
        str(model._meta.verbose_name)
        for model, rows, facts in counted
        if sorted(map(facts, model._default_manager.filter(user=user))) != sorted(map(facts, rows))
    ]


def _progress_facts(row: Progress) -> tuple[object, ...]:
    newest = (round(row.recent, 6), row.in_a_row, row.latest, row.latest_at)
    return (row.character_id, row.attempts, row.total, row.best, *newest)


def _files() -> Iterator[str]:
    kept = set(names_under(""))
    named: set[str] = set()
    for model, field in file_fields():
        rows = model._default_manager.exclude(**{field: ""}).exclude(**{field: None})
        for pk, name in rows.values_list("pk", field).iterator():
            named.add(name)
            if name not in kept and not default_storage.exists(name) and rows.filter(pk=pk).exists():
                yield f"{model._meta.verbose_name} {pk} names the file {name}, which doesn't exist"
    for name in sorted(kept - named):
        try:
            is_old = default_storage.get_modified_time(name) < timezone.now() - _GRACE
        except FileNotFoundError:
            continue
        if is_old:
            yield f"file {name} belongs to no row"


def file_fields() -> Iterator[tuple[type[Model], str]]:
    """Each file field in the project: its model and its name."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                yield model, field.name


def names_under(folder: str) -> Iterator[str]:
    """The name of each file under `folder` of the default storage."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:  # nothing has been written to the folder yet
        return
    start = f"{folder}/" if folder else ""
    yield from (start + file for file in files)
    for inner in folders:
        yield from names_under(start + inner)
