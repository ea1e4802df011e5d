"""Fill a site with learners and years of their writings, to see how it looks and how fast it is when it is full."""

import random
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, models, transaction
from django.utils import timezone

from accounts.models import Confusion, Day, Progress, Review, User
from accounts.progress.tally import locked, rebuild
from characters.models import Character
from ml.legibility import EVEN
from ml.strokes import REFERENCE_SIDE, Strokes, references
from scoring.models import Attempt, Score

PASSWORD = "brush and ink"  # noqa: S105 - of invented people, and never in production
#: Writings of one character that are drawn; all others repeat one of them.
_DRAWINGS = 3
#: Side of the writing area, CSS px; from one point to the next, ms.
_SIDE, _STEP = 320, 16
_AT_ONCE = 2000


class Command(BaseCommand):
    help = f"Make learners with writings, scores, progress and reviews. Each signs in with the password “{PASSWORD}”."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--learners", type=int, default=20)
        parser.add_argument("--attempts", type=int, default=10_000, help="Of all learners together")
        parser.add_argument("--most", type=int, default=0, help="Of the first learner; the others share the rest")
        parser.add_argument(
            "--copies", type=int, default=0, help="Further learners like each but the first (PostgreSQL)"
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
            raise CommandError("A site in production has learners of its own.")
        if learners < 1 or attempts < most or years <= 0:
            raise CommandError("At least one learner is needed, as many attempts as its own, and some time.")
        if copies and connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL copies learners.")
        chance = random.Random(seed)  # noqa: S311 - nothing depends on its secrecy
        users = enrol(learners)
        if not users:
            raise CommandError("These learners are here already.")
        writers = [users[0]] * most + [chance.choice((most and users[1:]) or users) for _ in range(attempts - most)]
        chance.shuffle(writers)
        written = 0
        for portion in write(writers, timedelta(days=365 * years), chance):
            written += portion
            if verbosity and written % 100_000 == 0:
                self.stdout.write(f"{written:,} writings")
        for user in users:
            with transaction.atomic():
                rebuild(locked(user.pk))
            practise(user, chance)
        for number in range(1, copies + 1):
            written += copy(users[1:], number)
            if verbosity:
                self.stdout.write(f"{written:,} writings")
        if verbosity:
            everyone = len(users) + copies * (len(users) - 1)
            self.stdout.write(f"{everyone:,} learners, {users[0].email} the first, wrote {written:,} times.")


def enrol(learners: int) -> list[User]:
    """New users; none when the first is there already."""
    emails = [f"learner{number}@seed.example" for number in range(1, learners + 1)]
    if User.objects.filter(email=emails[0]).exists():
        return []
    password = make_password(PASSWORD)
    zones = ["Asia/Tokyo", "Europe/Paris", "America/New_York", ""]
    made = (
        User(email=email, password=password, time_zone=zones[number % len(zones)])
        for number, email in enumerate(emails)
    )
    users = User.objects.bulk_create(made, batch_size=_AT_ONCE)
    confirmed = (EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users)
    EmailAddress.objects.bulk_create(confirmed, batch_size=_AT_ONCE)
    return users


def write(writers: list[User], span: timedelta, chance: random.Random) -> Iterator[int]:
    """Store one scored writing for each of `writers`, evenly over `span` until now; how many, now and then."""
    characters = list(Character.objects.order_by("position"))
    drawings = {one.literal: drawn(references()[one.literal], chance) for one in characters}
    now = timezone.now()
    moments = (now - span + span * number / len(writers) for number in range(len(writers)))
    made = (
        scored(user, moment, characters, drawings, number / len(writers), chance)
        for number, (user, moment) in enumerate(zip(writers, moments, strict=True))
    )
    while portion := list(islice(made, _AT_ONCE)):
        with transaction.atomic():
            Attempt.objects.bulk_create([attempt for attempt, _ in portion])
            Score.objects.bulk_create([score for _, score in portion])
        yield len(portion)


def drawn(strokes: Strokes, chance: random.Random) -> list[dict[str, Any]]:
    """The reference as inks that differ a little in place, size and speed."""
    return [_ink(strokes, chance.uniform(0.7, 0.85), chance.uniform(10, 40), chance) for _ in range(_DRAWINGS)]


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
    drawings: dict[str, list[dict[str, Any]]],
    skill: float,
    chance: random.Random,
) -> tuple[Attempt, Score]:
    """A writing, not saved, of one of the characters known so far, with its score; `skill` grows from 0 to 1."""
    known = min(len(characters), 80 + int(skill * 1000) + user.pk % 500)
    target = characters[int(known * chance.random() ** 1.5)]
    legibility = max(0, min(100, round(chance.gauss(65 + 20 * skill, 18))))
    read_as = characters[(target.position + 1 + chance.randrange(3)) % len(characters)].literal
    misread = [read_as] if legibility < EVEN else []
    ink = chance.choice(drawings[target.literal])
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
    """Take what `user` has written into the practice: some due, most later."""
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
    Review.objects.bulk_create(reviews, batch_size=_AT_ONCE)


def copy(users: list[User], number: int) -> int:
    """Give each of `users` a double who wrote the same at the same time; how many writings that makes.

    The database does it: ten million writings take an hour less than one by one.
    """
    originals = [user.pk for user in users]
    email = f"split_part(copied.email, '@', 1) || '-{number}@seed.example'"
    # The moment stays in front, so that ids grow with time as those of true writings do.
    another = f"(left(replace(%s::text, '-', ''), 13) || substr(md5(%s::text || '-{number}'), 14))::uuid"
    of_attempt = another % ("copied.id", "copied.id")
    of_score = another % ("copied.attempt_id", "copied.attempt_id")
    with transaction.atomic(), connection.cursor() as cursor:
        _copy(cursor, User, "WHERE copied.id = ANY(%s)", originals, email=email)
        # Who is whose double.
        cursor.execute(
            "CREATE TEMPORARY TABLE doubles ON COMMIT DROP AS SELECT own.id AS own, double.id AS double"
            " FROM accounts_user own JOIN accounts_user double"
            " ON double.email = split_part(own.email, '@', 1) || %s WHERE own.id = ANY(%s)",
            [f"-{number}@seed.example", originals],
        )
        theirs = "JOIN doubles ON copied.user_id = doubles.own"
        written = _copy(cursor, Attempt, theirs, id=of_attempt, user_id="doubles.double")
        of_writings = f"JOIN {Attempt._meta.db_table} own ON own.id = copied.attempt_id {theirs}"
        _copy(cursor, Score, of_writings.replace("copied.user_id", "own.user_id"), attempt_id=of_score)
        for model in (Progress, Day, Confusion, Review):
            _copy(cursor, model, theirs, user_id="doubles.double")
    return written


def _copy(cursor: Any, model: type[models.Model], which: str, *values: Any, **changed: str) -> int:
    """Insert copies of the rows of `model` that `which` picks, some columns `changed` to SQL; how many."""
    columns = [str(field.column) for field in model._meta.concrete_fields]
    kept = [column for column in columns if column in changed or column != model._meta.pk.column]
    taken = ", ".join(changed.get(column, f"copied.{column}") for column in kept)
    table = model._meta.db_table
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(kept)}) SELECT {taken} FROM {table} copied {which}",  # noqa: S608 - of names in this file
        list(values) or None,
    )
    return int(cursor.rowcount)
