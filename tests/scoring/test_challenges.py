"""The character of the day, and links that challenge a friend."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from characters import of_the_day
from characters.models import Character
from scoring.challenges import link
from scoring.models import Attempt
from tests.support.drawings import ink_of
from tests.support.errors import error_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

DAY = "/characters/of-the-day/"
TODAY = date(2026, 11, 25)


@pytest.fixture
def at(monkeypatch, settings):
    settings.SESSION_COOKIE_AGE = int(timedelta(days=10_000).total_seconds())
    settings.SITE_URL = "https://letters.example"

    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_clock(datetime(2026, 11, 25, 12, tzinfo=UTC))
    return set_clock


def shown(client: Client) -> str:
    page = client.get(DAY).content.decode()
    [title] = re.findall(r"<title>(.), the character of the day", page)
    return title


def links(client: Client) -> list[str]:
    return [unescape(link) for link in re.findall(r'value="(https://letters[^"]+)"', client.get(DAY).content.decode())]


# The choice


def test_a_date_always_has_the_same_character():
    assert [one.literal for one in of_the_day.of_days([TODAY, TODAY])] == ["危", "危"]


def test_one_day_and_several_agree():
    days = [TODAY + timedelta(days=days) for days in range(50)]
    assert [of_the_day.of_day(day) for day in days] == of_the_day.of_days(days)


def test_characters_are_frequent_kanji_and_come_back_after_years_only():
    year = of_the_day.of_days([TODAY + timedelta(days=days) for days in range(365)])
    assert {one.script for one in year} == {"kanji"}
    assert max(one.frequency or 9999 for one in year) <= 1010
    assert len({one.pk for one in year}) > 360  # two ranks outside the catalogue may share a kanji


def test_a_changed_rank_changes_its_own_day_only():
    days = [TODAY + timedelta(days=days) for days in range(100)]
    before = of_the_day.of_days(days)
    Character.objects.filter(pk=before[50].pk).update(frequency=None)
    after = of_the_day.of_days(days)
    assert [number for number in range(100) if before[number] != after[number]] == [50]


def test_everybody_sees_the_same_character_on_a_date(client_of, at):
    seen = {shown(client_of(who)) for who in ("visitor", "alice", "bob")}
    assert len(seen) == 1


def test_the_day_is_the_visitors(client_of, at):
    at(datetime(2026, 11, 25, 18, tzinfo=UTC))  # 3 o'clock on the 26th in Tokyo
    today, tomorrow = (one.literal for one in of_the_day.of_days([TODAY, TODAY + timedelta(days=1)]))
    tokyo = Client()
    tokyo.cookies["tz"] = "Asia/Tokyo"
    assert (shown(Client()), shown(tokyo)) == (today, tomorrow)
    alice = client_of("alice")
    User.objects.update(time_zone="Asia/Tokyo")
    assert shown(alice) == tomorrow
    User.objects.update(day_starts_at=4)
    assert shown(alice) == today


# The links


def test_a_link_has_the_public_address_the_character_and_nothing_else(client_of, at):
    for who in ("visitor", "alice"):
        [link] = links(client_of(who))
        assert link.startswith("https://letters.example/?")
        assert parse_qs(urlsplit(link).query, keep_blank_values=True) == {
            "practise": [shown(client_of(who))],
            "challenge": [""],
        }


def test_a_writer_can_send_their_best_score_of_the_day(client_of, at):
    alice = client_of("alice")
    user = User.objects.get(email="alice@example.org")
    character = Character.objects.get(literal=shown(alice))
    for score, hours in [(71, 1), (84, 2), (99, 26)]:
        Attempt.objects.create(
            user=user,
            target=character,
            ink=ink_of("口"),
            legibility=score,
            written_at=timezone.now() - timedelta(hours=hours),
        )
    with_score, without = links(alice)
    assert parse_qs(urlsplit(with_score).query)["challenge"] == ["84"]
    assert parse_qs(urlsplit(without).query, keep_blank_values=True)["challenge"] == [""]
    assert len(links(client_of("bob"))) == 1


def test_a_guests_best_score_is_the_guests(client_of, at, post):
    guest, other = Client(), Client()
    for one in (guest, other):
        one.get("/")
    pk = post(guest, {"ink": ink_of("口"), "target": shown(guest)}).json()["id"]
    Attempt.objects.filter(pk=pk).update(legibility=77, written_at=timezone.now())
    assert [len(links(one)) for one in (guest, other)] == [2, 1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("practise=永&challenge=87", "A friend challenges you to write 永 . The score to beat: 87"),
        ("practise=永&challenge=", "A friend challenges you to write 永 ."),
        ("practise=永&challenge=0", "The score to beat: 0"),
        ("practise=永&challenge=100", "The score to beat: 100"),
        ("practise=永&challenge=101", None),
        ("practise=永&challenge=-1", None),
        ("practise=永&challenge=087", None),
        ("practise=永&challenge=00009999", None),
        ("practise=永&challenge=87%0A", None),
        ("practise=永&challenge=１", None),
        ("practise=永&challenge=<b>", None),
        ("practise=永&challenge=" + "9" * 5000, None),
        ("practise=龘&challenge=87", None),
        ("practise=%00&challenge=87", None),
        ("challenge=87", None),
        ("practise=永", None),
        ("practise=日&practise=永&challenge=87", None),
        ("practise=永&challenge=87&challenge=1", None),
    ],
)
def test_the_writing_page_shows_the_challenge_of_a_valid_link(client, query, expected):
    answer = client.get(f"/?{query}")
    assert answer.status_code == 200
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
    if expected:
        assert expected in page
    else:
        assert "challenges you" not in page


def test_a_preview_has_the_challenges_address_and_nothing_else_of_the_request(client, settings):
    settings.SITE_URL = "https://letters.example"
    page = client.get("/?x=%22%3E<b>&practise=永&challenge=87").content.decode()
    [address] = re.findall(r'property="og:url" content="([^"]+)"', page)
    assert unescape(address) == link("永", 87)
    assert "<b>" not in page


def test_a_visit_without_a_challenge_takes_no_further_query(client, django_assert_num_queries):
    client.get("/")
    with django_assert_num_queries(0):
        client.get("/?practise=永")


# The API


def test_the_api_answers_with_the_character_of_a_date(client, at):
    api = "/api/v1/characters/of-the-day/"
    assert client.get(api, {"date": "2026-11-25"}).json()["literal"] == shown(client)
    assert client.get(api).json()["literal"] == shown(client)
    assert client.get(api, {"date": "2026-11-26"}).json()["literal"] != shown(client)


@pytest.mark.parametrize("date", ["2026-11-31", "tomorrow", "\0", "9" * 9999])
def test_the_api_refuses_what_is_no_date(client, date):
    answer = client.get("/api/v1/characters/of-the-day/", {"date": date})
    assert error_at(answer, "date")["code"] == "invalid"
