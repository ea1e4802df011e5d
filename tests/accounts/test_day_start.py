"""A learner's day may begin later than midnight: every count by day follows."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.access.preferences import change_clock
from accounts.models import Day, DayClock, Plan, Review, User
from accounts.practice.tasks import send_reminders
from accounts.progress.consistency import findings
from accounts.progress.standing import Standing
from accounts.transfer.export import account
from characters.models import Character
from scoring.models import Attempt
from tests.accounts.test_plan import practise
from tests.support.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

TOKYO = ZoneInfo("Asia/Tokyo")
WEDNESDAY, THURSDAY = date(2026, 11, 25), date(2026, 11, 26)


def tokyo(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 on Tokyo's clocks."""
    return datetime(2026, 11, day, hour, minute, tzinfo=TOKYO)


@pytest.fixture
def alice(client_of) -> User:
    client_of("alice")
    user = User.objects.get(email="alice@example.org")
    change_clock(user, time_zone="Asia/Tokyo", day_starts_at=4)
    return user


@pytest.fixture
def at(monkeypatch, settings):
    """A function that sets the current time."""
    settings.SESSION_COOKIE_AGE = int(timedelta(days=10_000).total_seconds())

    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_clock(tokyo(26, 12))
    return set_clock


def write(user: User, moment: datetime, literal: str = "口") -> Attempt:
    target = Character.objects.get(literal=literal)
    attempt = Attempt.objects.create(user=user, target=target, ink=ink_of(literal), written_at=moment)
    attempt.record(model_version="1", legibility=90, known=True, candidates=[])
    return attempt


@pytest.mark.parametrize(
    ("moment", "starts_at", "day"),
    [
        (tokyo(26, 3, 59), 4, WEDNESDAY),
        (tokyo(26, 4), 4, THURSDAY),
        (tokyo(26, 0), 0, THURSDAY),
        (tokyo(25, 23, 59), 0, WEDNESDAY),
        (tokyo(26, 5, 59), 6, WEDNESDAY),
    ],
)
def test_a_moment_before_the_start_belongs_to_the_day_before(moment, starts_at, day):
    assert DayClock(TOKYO, starts_at).day_of(moment.astimezone(UTC)) == day


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Havana", "Europe/Paris"])
@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1)])  # clocks change on them
def test_a_day_begins_at_its_start_and_not_a_minute_before(zone, day):
    clock = DayClock(ZoneInfo(zone), 4)
    start = clock.start_of(day)
    assert clock.day_of(start) == day
    assert clock.day_of(start - timedelta(minutes=1)) == day - timedelta(days=1)


@pytest.mark.parametrize(
    ("zone", "starts_at", "day"),
    [
        ("Pacific/Chatham", 3, date(2026, 9, 27)),  # clocks go from 2:45 to 3:45
        ("Antarctica/Troll", 2, date(2026, 3, 29)),  # from 1:00 to 3:00
        ("America/Havana", 0, date(2026, 3, 8)),  # from 0:00 to 1:00
    ],
)
def test_a_day_begins_once_also_where_clocks_skip_its_start(zone, starts_at, day):
    clock = DayClock(ZoneInfo(zone), starts_at)
    start = clock.start_of(day)
    moments = [start + timedelta(minutes=minutes) for minutes in range(-180, 180, 5)]
    assert [clock.day_of(moment) >= day for moment in moments] == [moment >= start for moment in moments]


def test_the_hours_of_a_day_are_ordered_from_its_start():
    clock = DayClock(TOKYO, 4)
    assert clock.hours_begun(tokyo(26, 4)) == [4]
    assert clock.hours_begun(tokyo(26, 3, 59)) == [*range(4, 24), 0, 1, 2, 3]


def test_attempts_at_night_count_for_the_day_before(alice, at):
    write(alice, tokyo(25, 23))
    write(alice, tokyo(26, 3, 59))
    write(alice, tokyo(26, 4))
    assert dict(Day.objects.values_list("date", "attempts")) == {WEDNESDAY: 2, THURSDAY: 1}
    assert list(findings()) == []


def test_a_night_doesnt_break_a_streak(alice, at):
    write(alice, tokyo(25, 2))
    write(alice, tokyo(25, 23))
    write(alice, tokyo(27, 2))
    at(tokyo(27, 3))
    assert Standing(alice).streak.current == 3
    assert Standing(alice).today == THURSDAY


def test_changing_the_start_recounts_past_days(alice, at):
    write(alice, tokyo(26, 2))
    assert list(Day.objects.values_list("date", flat=True)) == [WEDNESDAY]
    change_clock(alice, day_starts_at=0)
    assert list(Day.objects.values_list("date", flat=True)) == [THURSDAY]


def test_reviews_and_the_quota_follow_the_day(alice, at):
    at(tokyo(26, 3))
    practise(alice, "口")
    assert Review.objects.get().due_on == WEDNESDAY
    Review.objects.update(due_on=THURSDAY)
    assert Review.objects.due(alice).count() == 0
    at(tokyo(26, 4))
    assert Review.objects.due(alice).count() == 1


def test_a_deleted_attempt_is_recounted_on_its_day(alice, at):
    attempt = write(alice, tokyo(26, 3))
    write(alice, tokyo(26, 1))
    Attempt.objects.filter(pk=attempt.pk).hide(timezone.now())
    assert dict(Day.objects.values_list("date", "attempts")) == {WEDNESDAY: 1}


@pytest.mark.parametrize(
    ("hour", "moment", "is_reminded"),
    [
        (19, tokyo(26, 18, 59), False),
        (19, tokyo(26, 19), True),
        (19, tokyo(27, 3), True),  # still Thursday
        (2, tokyo(26, 19), False),
        (2, tokyo(27, 1, 59), False),
        (2, tokyo(27, 2), True),
    ],
)
def test_reminders_come_at_their_hour_of_the_learners_day(alice, at, hour, moment, is_reminded):
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    Plan.objects.create(user=alice, reminds=True, reminds_at=hour, reminded_on=WEDNESDAY)
    at(moment)
    send_reminders()
    assert bool(mail.outbox) is is_reminded
    assert Plan.objects.get().reminded_on == (THURSDAY if is_reminded else WEDNESDAY)


def test_the_history_groups_attempts_by_the_learners_days_and_filters_by_them(alice, client_of, at):
    night = write(alice, tokyo(26, 2))
    page = client_of("alice").get("/history/").content.decode()
    assert f'<time datetime="{WEDNESDAY}">' in page
    assert f'<time datetime="{THURSDAY}">' not in page
    for query, is_found in [("after=2026-11-26", False), ("after=2026-11-25", True), ("before=2026-11-26", True)]:
        answer = client_of("alice").get(f"/history/?{query}").content.decode()
        assert (str(night.pk) in answer) is is_found


def test_the_heat_map_shows_the_night_on_the_day_before(alice, client_of, at):
    write(alice, tokyo(26, 2))
    page = client_of("alice").get("/progress/").content.decode()
    assert "25 Nov 2026: 1 attempt" in page


def test_the_start_is_a_preference(alice, client_of):
    form = {"language": "en", "time_zone": "Asia/Tokyo"}
    client_of("alice").post("/accounts/preferences/", {**form, "day_starts_at": "3"})
    assert User.objects.get(pk=alice.pk).day_starts_at == 3
    client_of("alice").post("/accounts/preferences/", form)  # a form of the previous release
    assert User.objects.get(pk=alice.pk).day_starts_at == 3
    assert client_of("alice").post("/accounts/preferences/", {**form, "day_starts_at": "7"}).status_code == 400
    assert User.objects.get(pk=alice.pk).day_starts_at == 3


@pytest.mark.parametrize(("hour", "status"), [(0, 200), (6, 200), (7, 400), (-1, 400), ("x", 400)])
def test_the_start_can_be_changed_through_the_api(alice, client_of, hour, status):
    answer = client_of("alice").patch("/api/v1/me/", json.dumps({"day_starts_at": hour}), "application/json")
    assert answer.status_code == status
    assert User.objects.get(pk=alice.pk).day_starts_at == (hour if status == 200 else 4)


def test_the_start_is_exported(alice):
    assert account(alice)["day_starts_at"] == 4


def test_the_database_refuses_a_start_after_six(alice):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=alice.pk).update(day_starts_at=7)
