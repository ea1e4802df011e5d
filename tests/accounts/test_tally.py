"""The counts that are updated with every score equal a recount, whatever happened to the attempts."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.access.preferences import change_time_zone
from accounts.models import Confusion, Day, Progress, User
from characters.models import Character
from scoring.models import Attempt, Score

#: Number of examples, and operations in each: 10,000 in all.
EXAMPLES, OPERATIONS = 100, 100
#: Number of operations between two comparisons.
NOW_AND_THEN = 25
TARGETS = "口永シ0"
ZONES = [
    "Asia/Tokyo",
    "America/New_York",
    "America/Santiago",  # clocks skip midnight on 6 September 2026
    "Pacific/Apia",  # had no 30 December 2011
    "Asia/Beirut",  # clocks have skipped midnight here too
    "Africa/Cairo",
    "America/Havana",  # midnight comes twice on 1 November 2026
    "America/St_Johns",  # clocks went from 0:01 on 7 November 2010 back to 6 November
    "",
]
#: Near midnights that clocks skip or repeat in one of the zones, and near New Year.
MOMENTS = [
    datetime(2026, 9, 6, 3, tzinfo=UTC),
    datetime(2026, 4, 5, 3, tzinfo=UTC),
    datetime(2011, 12, 30, 9, tzinfo=UTC),
    datetime(2026, 3, 28, 22, tzinfo=UTC),
    datetime(2026, 4, 23, 22, tzinfo=UTC),
    datetime(2026, 10, 29, 21, tzinfo=UTC),
    datetime(2026, 11, 1, 4, tzinfo=UTC),
    datetime(2026, 12, 31, 15, tzinfo=UTC),
    datetime(2010, 11, 7, 2, 31, tzinfo=UTC),
]


def counted(user: User) -> tuple[dict[Any, Any], dict[Any, Any], dict[Any, Any]]:
    """The counts in the database: of characters, days and confusions."""
    progress = {
        row.character.literal: [
            row.attempts,
            row.total,
            row.best,
            round(row.recent, 6),
            row.in_a_row,
            row.latest,
            row.latest_at,
        ]
        for row in Progress.objects.filter(user=user).select_related("character")
    }
    days = {row.date: [row.attempts, row.total, row.duration] for row in Day.objects.filter(user=user)}
    confusions = {
        (row.character.literal, row.read_as): row.times
        for row in Confusion.objects.filter(user=user).select_related("character")
    }
    return progress, days, confusions


def expected(user: User) -> tuple[dict[Any, Any], dict[Any, Any], dict[Any, Any]]:
    """The same counts, computed from the scores in a straightforward way."""
    written: dict[str, list[tuple[datetime, UUID, int]]] = defaultdict(list)
    days: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    confusions: dict[tuple[str, str], int] = defaultdict(int)
    for attempt in Attempt.objects.filter(user=user, forgotten_at=None).select_related("target"):
        newest = Score.objects.filter(attempt=attempt, target=attempt.target).order_by("pk").last()
        if attempt.target is None or newest is None or newest.legibility is None:
            continue
        literal = attempt.target.literal
        written[literal].append((attempt.written_at, attempt.pk, newest.legibility))
        day = days[attempt.written_at.astimezone(ZoneInfo(user.time_zone or "UTC")).date()]
        for place, amount in enumerate([1, newest.legibility, attempt.duration]):
            day[place] += amount
        if newest.misread_as and newest.legibility < 50:
            confusions[literal, newest.misread_as[0]] += 1
    progress = {}
    for literal, rows in written.items():
        scores = [legibility for _, _, legibility in sorted(rows)]
        recent = float(scores[0])
        for legibility in scores[1:]:
            recent += 0.3 * (legibility - recent)  # in the same order as the code adds it up
        well = 0
        while well < len(scores) and scores[-1 - well] >= 80:
            well += 1
        last = max(rows)
        progress[literal] = [
            len(scores),
            sum(scores),
            max(scores),
            round(recent, 6),
            well,
            last[2],
            last[0],
        ]
    return progress, dict(days), dict(confusions)


class Learner:
    """Performs the operations of a learner on one or several existing attempts."""

    def __init__(self) -> None:
        self.user = User.objects.create_user(f"{uuid4()}@example.org")
        self.guest = uuid4()
        self.characters = {one.literal: one for one in Character.objects.filter(literal__in=TARGETS)}

    def do(self, what: str, which: int, amount: int, hours: int) -> None:
        getattr(self, what)(which, amount, hours)

    def chosen(self, which: int, **among: Any) -> Attempt | None:
        attempts = list(Attempt.objects.filter(**among).select_related("target").order_by("pk"))
        return attempts[which % len(attempts)] if attempts else None

    def write(self, which: int, amount: int, hours: int, **owner: Any) -> None:
        target = [*self.characters.values(), None][which % (len(TARGETS) + 1)]
        moment = MOMENTS[amount % len(MOMENTS)] + timedelta(hours=hours)
        made = Attempt.objects.create(
            **owner or {"user": self.user},
            target=target,
            ink={"width": 9, "height": 9, "strokes": [[[1, 1, 0]]]},
            written_at=moment,
            duration=amount * 10,
        )
        if which % 3:
            self._judge(made, amount, str(hours % 3))

    def write_as_guest(self, which: int, amount: int, hours: int) -> None:
        self.write(which, amount, hours, guest=self.guest)

    def score(self, which: int, amount: int, hours: int) -> None:
        """Score an attempt: for the first time, with a newer model, or again with the same model."""
        attempt = self.chosen(which)
        if attempt:
            self._judge(attempt, amount, str(hours % 3))

    def _judge(self, attempt: Attempt, amount: int, version: str) -> None:
        attempt.record(
            model_version=version,
            known=True,
            candidates=[],
            legibility=amount if attempt.target else None,
            misread_as=["日", "曰"][: amount % 3] if attempt.target else [],
        )

    def mean(self, which: int, amount: int, hours: int) -> None:
        attempt = self.chosen(which, target=None)
        if attempt:
            attempt.set_target(self.characters[TARGETS[amount % len(TARGETS)]])

    def forget_one(self, which: int, amount: int, hours: int) -> None:
        attempt = self.chosen(which)
        if attempt:
            Attempt.objects.filter(pk=attempt.pk).hide(timezone.now())

    def forget_many(self, which: int, amount: int, hours: int) -> None:
        Attempt.objects.filter(target__literal=TARGETS[which % len(TARGETS)]).hide(timezone.now())

    def forget_all(self, which: int, amount: int, hours: int) -> None:
        if which % 4 == 0:  # otherwise there would rarely be many attempts
            Attempt.objects.owned_by(self.user, None).hide(timezone.now())

    def restore(self, which: int, amount: int, hours: int) -> None:
        attempt = self.chosen(which, forgotten_at__isnull=False)
        if attempt:
            Attempt.objects.filter(forgotten_at=attempt.forgotten_at).restore()

    def erase(self, which: int, amount: int, hours: int) -> None:
        Attempt.objects.filter(forgotten_at__isnull=False).erase()

    def claim(self, which: int, amount: int, hours: int) -> None:
        Attempt.objects.owned_by_guest(self.guest).give_to(self.user)

    def move(self, which: int, amount: int, hours: int) -> None:
        change_time_zone(self.user, ZONES[which % len(ZONES)])

    def rebuild(self, which: int, amount: int, hours: int) -> None:
        call_command("rebuild_progress", self.user.email, verbosity=0)


#: Frequent operations are listed more than once.
WHAT = (
    ["write"] * 8
    + ["score"] * 6
    + ["mean"] * 3
    + ["write_as_guest"] * 2
    + ["forget_one", "forget_one", "restore", "restore", "restore", "claim", "move", "move"]
    + ["forget_many", "forget_all", "erase", "rebuild"]
)
OPERATION = st.tuples(st.sampled_from(WHAT), st.integers(0, 99), st.integers(0, 100), st.integers(-14, 14))


@pytest.fixture
def few_make_many(monkeypatch):
    """Lower the limit, so that both ways of recounting are used."""
    monkeypatch.setattr("accounts.progress.tally._RECOUNT_LIMIT", 5)


@pytest.mark.django_db
@pytest.mark.usefixtures("few_make_many")
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(OPERATION, min_size=OPERATIONS, max_size=OPERATIONS))
def test_the_counts_equal_a_recount_after_any_operations(operations):
    with transaction.atomic():
        learner = Learner()
        for number, operation in enumerate(operations, 1):
            learner.do(*operation)
            if number % NOW_AND_THEN == 0:
                assert counted(learner.user) == expected(learner.user)
        transaction.set_rollback(True)


@pytest.fixture
def alice(client_of) -> User:
    client_of("alice")
    return User.objects.get(email="alice@example.org")


@pytest.fixture
def write(alice) -> Callable[..., Attempt]:
    def written(literal: str = "口", **fields: Any) -> Attempt:
        ink = {"width": 9, "height": 9, "strokes": [[[1, 1, 0]]]}
        return Attempt.objects.create(user=alice, target=Character.objects.get(literal=literal), ink=ink, **fields)

    return written


def judge(attempt: Attempt, legibility: int = 90, version: str = "1") -> None:
    attempt.record(model_version=version, known=True, candidates=[], legibility=legibility, misread_as=[])


@pytest.mark.django_db
def test_a_score_that_cannot_be_counted_is_not_stored(write, monkeypatch):
    attempt = write()

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(Day, "save", broken)
    with pytest.raises(RuntimeError):
        judge(attempt)
    assert not Score.objects.exists()
    assert not Progress.objects.exists()
    attempt.refresh_from_db()
    assert (attempt.status, attempt.legibility) == ("queued", None)
