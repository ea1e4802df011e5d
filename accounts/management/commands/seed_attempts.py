"""Fill a site with learners and years of attempts, to see how it looks and performs: manage.py seed_attempts"""

import random
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, models, transaction
from django.utils import timezone

from accounts.models import Confusion, Day, Progress, Review, User
from accounts.progress.tally import rebuild
from characters.models import Character
from ml.legibility import EVEN
from ml.strokes import REFERENCE_SIDE, Strokes, references
from scoring.models import Attempt, Score

PASSWORD = "brush and ink"  # noqa: S105 - the learners are invented, and the command refuses to run in production
#: Different inks of each character; attempts repeat them.
_INKS = 3
#: Side of the writing area, CSS px; time from one point to the next, ms.
_SIDE, _STEP = 320, 16
#: Rows inserted at a time.
_CHUNK = 2000


class Command(BaseCommand):
    help = f"Create learners with attempts, scores, progress and reviews. Their password is “{PASSWORD}”."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--learners", type=int, default=20)
        parser.add_argument("--attempts", type=int, default=10_000, help="Number of attempts of all learners together")
        parser.add_argument(
            "--most", type=int, default=0, help="Attempts of the first learner; the others share the rest"
        )
        parser.add_argument(
            "--copies", type=int, default=0, help="Copies of each learner but the first (PostgreSQL only)"
        )
        parser.add_argument("--years", type=float, default=2.0)
        parser.add_argument("--seed", type=int, default=1)

    def handle(
        self,
        *,
        learners: int,
        attempts: int,
        most: int,
        copies: int,
        years: float,
        seed: int,
        verbosity: int,
        **options: Any,
    ) -> None:
        if settings.PRODUCTION:
            raise CommandError("This command must not run in production.")
        if learners < 1 or attempts < most or years <= 0:
            raise CommandError(
                "Give at least one learner, at least as many attempts as --most, and more than zero years."
            )
        if copies and connection.vendor != "postgresql":
            raise CommandError("--copies needs PostgreSQL.")
        chance = random.Random(seed)  # noqa: S311 - nothing depends on its secrecy
        users = enrol(learners)
        if not users:
            raise CommandError("These learners exist already.")
        writers = [users[0]] * most + [chance.choice((most and users[1:]) or users) for _ in range(attempts - most)]
        chance.shuffle(writers)
        written = 0
        for portion in write(writers, timedelta(days=365 * years), chance):
            written += portion
            if verbosity and written % 100_000 == 0:
                self.stdout.write(f"{written:,} attempts")
        for user in users:
            with transaction.atomic():
                rebuild(User.objects.lock(user.pk))
            practise(user, chance)
        for number in range(1, copies + 1):
            written += copy(users[1:], number)
            if verbosity:
                self.stdout.write(f"{written:,} attempts")
        if verbosity:
            everyone = len(users) + copies * (len(users) - 1)
            self.stdout.write(
                f"{everyone:,} learners wrote {written:,} attempts; the first learner is {users[0].email}."
            )


def enrol(learners: int) -> list[User]:
    """New users; none if the first exists already."""
    emails = [f"learner{number}@seed.example" for number in range(1, learners + 1)]
    if User.objects.filter(email=emails[0]).exists():
        return []
    password = make_password(PASSWORD)
    zones = ["Asia/Tokyo", "Europe/Paris", "America/New_York", ""]
    new = (
        User(email=email, password=password, time_zone=zones[number % len(zones)])
        for number, email in enumerate(emails)
    )
    users = User.objects.bulk_create(new, batch_size=_CHUNK)
    confirmed = (EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users)
    EmailAddress.objects.bulk_create(confirmed, batch_size=_CHUNK)
    return users


def write(writers: list[User], span: timedelta, chance: random.Random) -> Iterator[int]:
    """Store a scored attempt for each of `writers`, evenly over `span` until now; yields the size of each chunk."""
    characters = list(Character.objects.order_by("position"))
    inks = cache(lambda literal: draw(references()[literal], chance))
    now = timezone.now()
    moments = (now - span + span * number / len(writers) for number in range(len(writers)))
    rows = (
        scored(user, moment, characters, inks, number / len(writers), chance)
        for number, (user, moment) in enumerate(zip(writers, moments, strict=True))
    )
    while portion := list(islice(rows, _CHUNK)):
        with transaction.atomic():
            Attempt.objects.bulk_create([attempt for attempt, _ in portion])
            Score.objects.bulk_create([score for _, score in portion])
        yield len(portion)


def draw(strokes: Strokes, chance: random.Random) -> list[dict[str, Any]]:
    """`_INKS` inks of the reference that differ a little in position, size and speed."""
    return [_ink(strokes, chance.uniform(0.7, 0.85), chance.uniform(10, 40), chance) for _ in range(_INKS)]


def _ink(strokes: Strokes, size: float, margin: float, chance: random.Random) -> dict[str, Any]:
    scale, clock, ink = size * _SIDE / REFERENCE_SIDE, 0, []
    for stroke in strokes:
        points = []
        for x, y in stroke.tolist():
            points.append([round(margin + x * scale + chance.gauss(0, 0.8), 1), round(margin + y * scale, 1), clock])
            clock += _STEP
        ink.append(points)
        clock += chance.randrange(100, 300)
    return {"width": _SIDE, "height": _SIDE, "strokes": ink}


def scored(
    user: User,
    moment: datetime,
    characters: list[Character],
    inks: Callable[[str], list[dict[str, Any]]],
    skill: float,
    chance: random.Random,
) -> tuple[Attempt, Score]:
    """An unsaved attempt at a character that the learner has already started, and its score. `skill`: 0 to 1."""
    known = min(len(characters), 80 + int(skill * 1000) + user.pk % 500)
    target = characters[int(known * chance.random() ** 1.5)]
    legibility = max(0, min(100, round(chance.gauss(65 + 20 * skill, 18))))
    read_as = characters[(target.position + 1 + chance.randrange(3)) % len(characters)].literal
    misread = [read_as] if legibility < EVEN else []
    ink = chance.choice(inks(target.literal))
    attempt = Attempt(
        user=user,
        target=target,
        ink=ink,
        written_at=moment,
        queued_at=moment,
        duration=ink["strokes"][-1][-1][2],
        status=Attempt.Status.SCORED,
        legibility=legibility,
        misread_as=misread[0] if misread else "",
    )
    candidates = [
        {"character": literal, "confidence": confidence, "legibility": score, "lookalikes": []}
        for literal, confidence, score in [(target.literal, legibility / 100, legibility), (read_as, 0.01, 3)]
    ]
    return attempt, Score(
        attempt=attempt,
        target=target,
        model_version="seed",
        legibility=legibility,
        known=True,
        candidates=candidates,
        misread_as=misread,
        form=chance.randrange(40, 101),
        scored_at=moment,
    )


def practise(user: User, chance: random.Random) -> None:
    """Create reviews of the characters that `user` has written: some due, most later."""
    today = user.today
    reviews = [
        Review(
            user=user,
            character_id=row.character_id,
            begun_on=user.day_of(row.latest_at),
            reviewed_on=user.day_of(row.latest_at),
            due_on=today + timedelta(days=chance.randrange(-5, 60)),
            stability=float(chance.randrange(1, 60)),
            difficulty=chance.uniform(2, 9),
            reviews=row.attempts,
        )
        for row in Progress.objects.filter(user=user)
    ]
    Review.objects.bulk_create(reviews, batch_size=_CHUNK)


def copy(users: list[User], number: int) -> int:
    """Copy each of `users` with all their rows. Returns the number of copied attempts.

    The database itself copies the rows, which saves an hour for ten million attempts.
    """
    originals = [user.pk for user in users]
    email = f"split_part(copied.email, '@', 1) || '-{number}@seed.example'"
    # The timestamp stays in front, so that ids grow with time as real ones do.
    another = f"(left(replace(%s::text, '-', ''), 13) || substr(md5(%s::text || '-{number}'), 14))::uuid"
    of_attempt = another % ("copied.id", "copied.id")
    of_score = another % ("copied.attempt_id", "copied.attempt_id")
    with transaction.atomic(), connection.cursor() as cursor:
        _copy(cursor, User, "WHERE copied.id = ANY(%s)", originals, email=email)
        cursor.execute(
            "CREATE TEMPORARY TABLE twins ON COMMIT DROP AS SELECT own.id AS own, twin.id AS twin"
            " FROM accounts_user own JOIN accounts_user twin"
            " ON twin.email = split_part(own.email, '@', 1) || %s WHERE own.id = ANY(%s)",
            [f"-{number}@seed.example", originals],
        )
        theirs = "JOIN twins ON copied.user_id = twins.own"
        written = _copy(cursor, Attempt, theirs, id=of_attempt, user_id="twins.twin")
        of_attempts = f"JOIN {Attempt._meta.db_table} own ON own.id = copied.attempt_id {theirs}"
        _copy(cursor, Score, of_attempts.replace("copied.user_id", "own.user_id"), attempt_id=of_score)
        for model in (Progress, Day, Confusion, Review):
            _copy(cursor, model, theirs, user_id="twins.twin")
    return written


def _copy(cursor: Any, model: type[models.Model], which: str, *values: Any, **changed: str) -> int:
    """Insert copies of the rows that `which` selects, with some columns `changed` to SQL. Returns their number."""
    columns = [str(field.column) for field in model._meta.concrete_fields]
    kept = [column for column in columns if column in changed or column != model._meta.pk.column]
    taken = ", ".join(changed.get(column, f"copied.{column}") for column in kept)
    table = model._meta.db_table
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(kept)}) SELECT {taken} FROM {table} copied {which}",  # noqa: S608 - all names come from this file
        list(values) or None,
    )
    return int(cursor.rowcount)
