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

from accounts.access.preferences import change_clock
from accounts.models import Confusion, Day, Progress, Review, User
from accounts.progress import tally
from characters.models import Character
from scoring.models import Attempt, Score

#: Number of examples, and operations in each: 4,000 in all.
EXAMPLES, OPERATIONS = 40, 100
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
    literals = dict(Character.objects.filter(literal__in=TARGETS).values_list("pk", "literal"))
    newest = {(score.attempt_id, score.target_id): score for score in Score.objects.order_by("pk")}
    for attempt in Attempt.objects.filter(user=user, forgotten_at=None):
        score = newest.get((attempt.pk, attempt.target_id))
        if attempt.target_id is None or score is None or score.legibility is None:
            continue
        literal = literals[attempt.target_id]
        written[literal].append((attempt.written_at, attempt.pk, score.legibility))
        day = days[attempt.written_at.astimezone(ZoneInfo(user.time_zone or "UTC")).date()]
        for place, amount in enumerate([1, score.legibility, attempt.duration]):
            day[place] += amount
        if score.misread_as and score.legibility < 50:
            confusions[literal, score.misread_as[0]] += 1
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
        keys = Attempt.objects.filter(**among).order_by("pk").values_list("pk", flat=True)
        return Attempt.objects.get(pk=keys[which % len(keys)]) if keys else None

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
        change_clock(self.user, time_zone=ZONES[which % len(ZONES)])

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


def progress_of(user: User, literal: str = "口") -> dict[str, Any] | None:
    names = ("attempts", "total", "best", "in_a_row", "latest", "latest_at")
    return Progress.objects.filter(user=user, character__literal=literal).values(*names).first()


def days_of(user: User) -> list[tuple[date, int, int, int]]:
    return list(user.days.values_list("date", "attempts", "total", "duration"))


def confusions_of(user: User) -> list[tuple[str, str, int]]:
    return list(
        Confusion.objects.filter(user=user).order_by("pk").values_list("character__literal", "read_as", "times")
    )


MONDAY, TUESDAY = datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_a_first_score_is_counted(alice, write):
    judge(write(written_at=MONDAY, duration=700), 90)
    assert progress_of(alice) == {
        "attempts": 1,
        "total": 90,
        "best": 90,
        "in_a_row": 1,
        "latest": 90,
        "latest_at": MONDAY,
    }
    assert days_of(alice) == [(MONDAY.date(), 1, 90, 700)]
    assert confusions_of(alice) == []


@pytest.mark.django_db
def test_a_newer_score_is_added(alice, write, monkeypatch):
    judge(write(written_at=MONDAY, duration=700), 90)
    monkeypatch.setattr(tally, "recount", None)
    judge(write(written_at=TUESDAY, duration=30), 40)
    judge(write(written_at=TUESDAY + timedelta(seconds=1), duration=5), 85)
    assert progress_of(alice) == {
        "attempts": 3,
        "total": 215,
        "best": 90,
        "in_a_row": 1,
        "latest": 85,
        "latest_at": TUESDAY + timedelta(seconds=1),
    }
    assert days_of(alice) == [(MONDAY.date(), 1, 90, 700), (TUESDAY.date(), 2, 125, 35)]


@pytest.mark.django_db
def test_a_day_that_goes_on_after_the_next_has_begun_is_recounted_as_a_whole(alice, write):
    """In St. John's, clocks went from 0:01 on 7 November 2010 back to 23:01."""
    change_clock(alice, time_zone="America/St_Johns")
    judge(write(written_at=datetime(2010, 11, 7, 3, tzinfo=UTC)), 90)  # 23:30, for the second time
    judge(write(written_at=datetime(2010, 11, 6, 15, tzinfo=UTC)), 70)  # earlier, so the day is recounted
    assert days_of(alice) == [(date(2010, 11, 6), 2, 160, 0)]


@pytest.mark.django_db
@pytest.mark.parametrize("later", [timedelta(0), timedelta(hours=2)])
def test_a_late_score_of_an_earlier_attempt_is_counted_in_its_place(alice, write, later):
    early = write(written_at=MONDAY)
    judge(write(written_at=MONDAY + later), 95)
    judge(early, 85)
    found = progress_of(alice)
    assert found
    assert (found["attempts"], found["in_a_row"], found["latest_at"]) == (2, 2, MONDAY + later)
    assert found["latest"] == 95
    assert days_of(alice) == [(MONDAY.date(), 2, 180, 0)]


@pytest.mark.django_db
def test_a_changed_score_replaces_the_first(alice, write):
    attempt = write(written_at=MONDAY)
    judge(attempt, 90)
    judge(attempt, 30, version="2")
    found = progress_of(alice)
    assert found
    assert (found["attempts"], found["total"], found["best"]) == (1, 30, 30)
    assert days_of(alice) == [(MONDAY.date(), 1, 30, 0)]


@pytest.mark.django_db
def test_confusions_are_counted_for_each_pair(alice, write):
    for literal, read_as in (("口", "日"), ("口", "日"), ("口", "曰"), ("永", "日")):
        write(literal).record(model_version="1", known=True, candidates=[], legibility=10, misread_as=[read_as])
    assert confusions_of(alice) == [("口", "日", 2), ("口", "曰", 1), ("永", "日", 1)]
    tally.rebuild(alice)
    assert sorted(confusions_of(alice)) == sorted([("口", "日", 2), ("口", "曰", 1), ("永", "日", 1)])


@pytest.mark.django_db
def test_only_a_first_score_rates_the_review(alice, write):
    character = Character.objects.get(literal="口")
    review, _ = Review.objects.begin(alice, character)
    Review.objects.filter(pk=review.pk).update(due_on=MONDAY.date())
    attempt = write(written_at=MONDAY)
    judge(attempt, 90)
    review.refresh_from_db()
    assert (review.reviews, review.reviewed_on, review.lapses) == (1, MONDAY.date(), 0)
    Review.objects.filter(pk=review.pk).update(due_on=MONDAY.date())
    judge(attempt, 20, version="2")
    review.refresh_from_db()
    assert review.reviews == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("form", "is_lower"), [(None, False), (60, False), (59, True)])
def test_the_form_of_the_score_lowers_the_rating(alice, write, form, is_lower):
    stabilities: list[Any] = []
    for literal, own in (("口", None), ("永", form)):
        Review.objects.begin(alice, Character.objects.get(literal=literal))
        Review.objects.filter(user=alice).update(due_on=MONDAY.date())
        write(literal, written_at=MONDAY).record(
            model_version="1", known=True, candidates=[], legibility=85, misread_as=[], form=own
        )
        stabilities.append(Review.objects.get(user=alice, character__literal=literal).stability)
    assert (stabilities[1] != stabilities[0]) is is_lower


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("remark", "is_lower"),
    [({"code": "missing", "strokes": [], "reference": [6], "where": ""}, True),
     ({"code": "extra", "strokes": [6], "reference": [], "where": ""}, False)],
)  # fmt: skip
def test_a_missing_stroke_lowers_the_rating_of_a_top_score(alice, write, remark, is_lower):
    stabilities: list[Any] = []
    for literal, remarks in (("口", []), ("永", [remark])):
        Review.objects.begin(alice, Character.objects.get(literal=literal))
        past = {"reviewed_on": date(2026, 2, 1), "stability": 9, "difficulty": 5, "due_on": MONDAY.date()}
        Review.objects.filter(user=alice, character__literal=literal).update(**past)
        write(literal, written_at=MONDAY).record(
            model_version="1", known=True, candidates=[], legibility=98, misread_as=[], form=80, remarks=remarks
        )
        [stability] = Review.objects.filter(character__literal=literal).values_list("stability", flat=True)
        stabilities.append(stability or 0)
    assert (stabilities[1] < stabilities[0]) is is_lower


@pytest.mark.django_db
def test_a_later_score_does_not_rate_an_attempt_with_the_reference_in_view_again(alice, write):
    Review.objects.begin(alice, Character.objects.get(literal="口"))
    past = {"reviewed_on": date(2025, 2, 1), "stability": 400, "difficulty": 5, "due_on": MONDAY.date()}
    Review.objects.filter(user=alice).update(**past)
    attempt = write(written_at=MONDAY, saw_reference=True)
    for version in ("1", "2"):
        judge(attempt, 98, version=version)
        assert Review.objects.get(user=alice).due_on == MONDAY.date() + timedelta(days=7)
    assert Attempt.objects.get(pk=attempt.pk).saw_reference


@pytest.mark.django_db
def test_the_day_is_that_of_the_learners_time_zone(alice, write):
    alice.time_zone = "Asia/Tokyo"
    alice.save()
    judge(write(written_at=datetime(2026, 3, 2, 16, tzinfo=UTC)))
    assert [day for day, *_ in days_of(alice)] == [date(2026, 3, 3)]


@pytest.mark.django_db
def test_attempts_of_guests_without_target_or_deleted_are_not_counted(alice, write):
    ink = {"width": 9, "height": 9, "strokes": [[[1, 1, 0]]]}
    guest = Attempt.objects.create(guest=uuid4(), target=Character.objects.get(literal="口"), ink=ink)
    judge(guest)
    Attempt.objects.create(user=alice, ink=ink).record(
        model_version="1", known=True, candidates=[], legibility=None, misread_as=[]
    )
    judge(write(forgotten_at=timezone.now()))
    for model in (Progress, Day, Confusion):
        assert not model.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("more", "expected"), [(0, "recount"), (1, "rebuild")])
def test_many_changed_attempts_are_recounted_with_everything_else(alice, monkeypatch, more, expected):
    called = []
    monkeypatch.setattr(tally, "recount", lambda user, attempts: called.append(("recount", user, len(attempts))))
    monkeypatch.setattr(tally, "rebuild", lambda user: called.append(("rebuild", user, 300 + more)))
    tally.count_changed(alice.pk, [(1, MONDAY)] * (300 + more))
    assert called == [(expected, alice, 300 + more)]


def spoil(user: User, literals: str, days: list[date]) -> None:
    """Give the learner wrong counts of these characters and days."""
    for literal in literals:
        character = Character.objects.get(literal=literal)
        Progress.objects.update_or_create(
            user=user, character=character, defaults={"attempts": 99, "latest_at": MONDAY}
        )
        Confusion.objects.update_or_create(user=user, character=character, read_as="目", defaults={"times": 99})
    for day in days:
        Day.objects.update_or_create(user=user, date=day, defaults={"attempts": 99})


def wrong(user: User) -> tuple[str, str, list[date]]:
    """The characters with wrong progress, with wrong confusions, and the wrong days."""
    progress = Progress.objects.filter(user=user, attempts=99).order_by("character__literal")
    confusions = Confusion.objects.filter(user=user, times=99).order_by("character__literal")
    return (
        "".join(progress.values_list("character__literal", flat=True)),
        "".join(confusions.values_list("character__literal", flat=True)),
        list(Day.objects.filter(user=user, attempts=99).values_list("date", flat=True)),
    )


@pytest.fixture
def bob() -> User:
    return User.objects.create_user("bob@example.org")


@pytest.mark.django_db
def test_a_recount_changes_the_given_characters_and_days_of_the_user(alice, bob, write):
    for literal in "口永":
        for moment in (MONDAY, TUESDAY):
            judge(write(literal, written_at=moment))
    days = [MONDAY.date(), TUESDAY.date()]
    for user in (alice, bob):
        spoil(user, "口永", days)
    tally.recount(alice, [(Character.objects.get(literal="口").pk, MONDAY)])
    assert wrong(alice) == ("永", "永", [TUESDAY.date()])
    assert wrong(bob) == ("口永", "口永", days)
    assert days_of(alice)[0] == (MONDAY.date(), 2, 180, 0)
    tally.rebuild(alice)
    assert wrong(alice) == ("", "", [])
    assert wrong(bob) == ("口永", "口永", days)
    found = progress_of(alice, "永")
    assert found
    assert found["attempts"] == 2
    assert days_of(alice) == [(MONDAY.date(), 2, 180, 0), (TUESDAY.date(), 2, 180, 0)]


@pytest.mark.django_db
def test_a_recount_accepts_an_iterator(alice, write):
    attempt = write(written_at=MONDAY)
    judge(attempt)
    spoil(alice, "口", [MONDAY.date()])
    tally.recount(alice, iter([(attempt.target_id, attempt.written_at)]))
    assert wrong(alice) == ("", "", [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("time_zone", "moments"),
    [
        ("UTC", ["2026-03-02T00:00", "2026-03-02T23:59"]),
        ("Asia/Tokyo", ["2026-03-01T15:00", "2026-03-02T14:59"]),
        ("America/Havana", ["2026-11-01T04:00", "2026-11-01T05:30", "2026-11-02T04:59"]),
        ("America/St_Johns", ["2010-11-06T02:30", "2010-11-07T02:29", "2010-11-07T02:31", "2010-11-07T03:29"]),
        ("America/Santiago", ["2026-09-06T04:00", "2026-09-07T02:59"]),
    ],
)
def test_a_recount_finds_all_attempts_of_a_day(alice, write, time_zone, moments):
    alice.time_zone = time_zone
    alice.save()
    times = [datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in moments]
    for moment in times:
        judge(write(written_at=moment))
    day = alice.day_of(times[0])
    assert {alice.day_of(moment) for moment in times} == {day}
    spoil(alice, "口", [day])
    tally.recount(alice, [(Character.objects.get(literal="口").pk, times[0])])
    assert days_of(alice) == [(day, len(times), 90 * len(times), 0)]


@pytest.mark.django_db
def test_a_score_is_not_counted_for_another_learner(alice, bob, write):
    spoil(bob, "口", [TUESDAY.date()])
    judge(write(written_at=TUESDAY))
    assert wrong(bob) == ("口", "口", [TUESDAY.date()])
    found = progress_of(alice)
    assert found
    assert found["attempts"] == 1
