"""The stamp card, and a month ago and today."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.utils import timezone

from accounts.models import Day, User
from accounts.progress.stamp_card import last_month, next_month, stamp, weeks
from accounts.progress.then_and_now import PAIRS, pairs
from characters.models import Character
from scoring.models import Attempt
from tests.support.drawings import ink_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
STAMPS, THEN = "/progress/stamps/", "/progress/then-and-now/"


@pytest.fixture
def alice(client_of, monkeypatch, settings) -> User:
    settings.SESSION_COOKIE_AGE = int(timedelta(days=10_000).total_seconds())
    client_of("alice")
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return User.objects.get(email="alice@example.org")


def text(response) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


# The stamp card


@pytest.mark.parametrize(("attempts", "earned"), [(0, ""), (1, "circle"), (4, "circle"), (5, "flower"), (99, "flower")])
def test_five_attempts_earn_a_flower_and_fewer_a_circle(attempts, earned):
    assert stamp(attempts) == earned


def test_the_card_has_the_days_of_its_month_from_monday_on():
    card = weeks(date(2026, 11, 1), {date(2026, 11, 25): 7}, date(2026, 11, 25))
    assert all(len(week) == 7 for week in card)
    days = [day for week in card for day in week if day]
    assert [day.date.day for day in days] == list(range(1, 31))
    assert card[0].index(days[0]) == 6  # 1 November 2026 is a Sunday
    assert [day.date.day for day in days if day.stamp] == [25]
    assert [day.date.day for day in days if day.is_today] == [25]


@pytest.mark.parametrize("month", [date(2026, 1, 1), date(2024, 2, 1), date(2026, 12, 1)])
def test_months_follow_each_other(month):
    assert last_month(next_month(month)) == month
    assert next_month(month).day == last_month(month).day == 1


def test_the_card_shows_the_stamps_and_what_earns_them(client_of, alice):
    Day.objects.create(user=alice, date="2026-11-24", attempts=5)
    Day.objects.create(user=alice, date="2026-11-23", attempts=4)
    Day.objects.create(user=alice, date="2026-10-01", attempts=8)
    page = text(client_of("alice").get(STAMPS))
    assert "Write 5 characters in a day, and the day gets a flower" in page
    assert "24 flower, 5 attempts" in page
    assert "23 circle, 4 attempts" in page
    assert "flower this month 1" in page
    assert "flowers in all 2" in page
    assert "days in a row now 2" in page


def test_a_card_without_a_streak_mentions_none(client_of, alice):
    Day.objects.create(user=alice, date="2026-11-02", attempts=5)
    page = text(client_of("alice").get(STAMPS))
    assert "in a row" not in page
    assert "A day off costs nothing" in page


@pytest.mark.parametrize(
    ("month", "status"),
    [("2026-10", 200), ("2026-11", 200), ("2026-09", 404), ("2026-12", 404), ("2026-13", 404), ("x", 404), ("\0", 404)],
)
def test_cards_reach_from_the_first_attempt_to_this_month(client_of, alice, month, status):
    Day.objects.create(user=alice, date="2026-10-31", attempts=5)
    assert client_of("alice").get(STAMPS, {"month": month}).status_code == status


def test_a_card_has_links_to_its_neighbours(client_of, alice):
    Day.objects.create(user=alice, date="2026-10-31", attempts=5)
    links = {
        month: re.findall(r'href="\?month=([^"]+)"', client_of("alice").get(STAMPS, {"month": month}).content.decode())
        for month in ("2026-10", "2026-11")
    }
    assert links == {"2026-10": ["2026-11"], "2026-11": ["2026-10"]}


def test_others_stamps_are_not_shown(client_of, alice):
    Day.objects.create(user=alice, date="2026-11-24", attempts=5)
    page = text(client_of("bob").get(STAMPS))
    assert "5 attempts" not in page
    assert "flowers in all 0" in page


@pytest.mark.parametrize("path", [STAMPS, THEN])
def test_guests_are_asked_to_sign_in(client_of, path):
    assert client_of("visitor").get(path)["Location"].startswith("/accounts/login/")


# A month ago and today


def write(user: User, literal: str, score: int, days: float, **fields) -> Attempt:
    target = Character.objects.get(literal=literal)
    made = {"ink": ink_of("口"), "status": "scored", "legibility": score, "written_at": NOW - timedelta(days=days)}
    return Attempt.objects.create(user=user, target=target, **(made | fields))


def test_a_pair_is_the_attempt_nearest_to_a_month_old_and_the_newest(alice):
    write(alice, "口", 99, 22)
    month_old = write(alice, "口", 40, 31)
    write(alice, "口", 98, 45)
    write(alice, "口", 97, 3)
    newest = write(alice, "口", 35, 1)
    [pair] = pairs(alice)
    assert (pair.literal, pair.then, pair.now, pair.gain) == ("口", month_old, newest, -5)


@pytest.mark.parametrize(
    ("then", "now", "count"), [(30, 6.9, 1), (30, 7.1, 0), (20.9, 1, 0), (21.1, 1, 1), (59, 1, 1), (61, 1, 0)]
)
def test_a_pair_needs_an_attempt_of_this_week_and_one_three_to_eight_weeks_old(alice, then, now, count):
    write(alice, "口", 40, then)
    write(alice, "口", 90, now)
    assert len(pairs(alice)) == count


@pytest.mark.parametrize("unfair", [{"saw_reference": True}, {"forgotten_at": NOW}, {"legibility": None}])
@pytest.mark.parametrize("which", ["then", "now"])
def test_traced_deleted_and_unscored_attempts_are_left_out(alice, unfair, which):
    write(alice, "口", 40, 30, **(unfair if which == "then" else {}))
    write(alice, "口", 90, 1, **(unfair if which == "now" else {}))
    assert pairs(alice) == []


def test_the_characters_written_last_are_chosen_and_not_those_that_gained_most(alice):
    for days, literal in enumerate("一二三四五六七", 1):
        write(alice, literal, 10 * days, 30)
        write(alice, literal, 50, days / 2)
    found = pairs(alice)
    assert [pair.literal for pair in found] == list("一二三四五六")
    assert len(found) == PAIRS
    assert found[0].gain > 0 > found[-1].gain


def test_attempts_of_others_are_never_paired(alice, client_of):
    client_of("bob")
    bob = User.objects.get(email="bob@example.org")
    write(bob, "口", 40, 30)
    write(alice, "口", 90, 1)
    assert pairs(alice) == pairs(bob) == []


def test_pairs_take_three_queries_however_many_there_are(alice, django_assert_num_queries):
    for literal in "一二三四五六七":
        for days in (1, 2, 29, 30, 31):
            write(alice, literal, 50, days)
    with django_assert_num_queries(3):
        pairs(alice)


def test_the_page_shows_both_with_their_scores_and_days(client_of, alice):
    write(alice, "口", 40, 30)
    write(alice, "口", 35, 1)
    page = text(client_of("alice").get(THEN))
    assert "40 26 Oct 2026" in page
    assert "35 24 Nov 2026" in page
    assert "5 points fewer" in page


def test_the_page_says_what_it_takes_while_there_is_no_pair(client_of, alice):
    assert "There is nothing to compare yet." in text(client_of("alice").get(THEN))
