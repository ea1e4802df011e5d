"""The progress of a learner: pages, API and the pure functions behind them."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Confusion, Day, Plan, Progress, Review, Token, User
from accounts.progress import charts
from accounts.progress.figures import Streak, Totals, add_up, level, months, streak, weeks
from accounts.progress.formats import duration_text
from characters.models import Character
from scoring.models import Attempt
from tests.support.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

PAGES = ["/today/", "/progress/", "/progress/口/"]
CALLS = ["/api/v1/progress/", "/api/v1/progress/口/"]
#: A Wednesday.
TODAY = date(2026, 11, 25)


def day(back: int) -> date:
    return TODAY - timedelta(days=back)


@pytest.fixture
def client(client_of):
    return client_of("alice")


@pytest.fixture
def alice(client) -> User:
    return User.objects.get(email="alice@example.org")


@pytest.fixture
def wrote(alice):
    def write(literal: str = "口", score: int = 93, back: float = 0, misread_as: str = "", **fields) -> Attempt:
        target = Character.objects.get(literal=literal)
        written = {"ink": ink_of(literal), "duration": 60_000, "status": "scored"}
        written["written_at"] = timezone.now() - timedelta(days=back)
        attempt = Attempt.objects.create(user=alice, target=target, **(written | fields))
        attempt.record(
            model_version="1",
            legibility=score,
            known=True,
            candidates=[],
            misread_as=[misread_as] if misread_as else [],
        )
        return attempt

    return write


def text(response, status: int = 200) -> str:
    """The page's text without tags, with single spaces."""
    assert response.status_code == status
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def html(response) -> str:
    assert response.status_code == 200
    return unescape(response.content.decode())


# Pure functions


@pytest.mark.parametrize(
    ("back", "expected"),
    [
        ([], Streak(0, 0)),
        ([0], Streak(1, 1)),
        ([1], Streak(1, 1)),  # yesterday still counts
        ([2], Streak(0, 1)),
        ([0, 1, 2], Streak(3, 3)),
        ([1, 2, 4, 5, 6, 7], Streak(2, 4)),
        ([0, 2, 3], Streak(1, 2)),
        ([-1, 0], Streak(1, 1)),  # tomorrow has attempts already, after moving west
    ],
)
def test_a_streak_ends_today_or_yesterday(back, expected):
    assert streak([day(n) for n in back], TODAY) == expected


def test_weeks_begin_on_monday_and_the_last_ends_today():
    first, last = weeks({day(0): Totals(2, 150, 9)}, TODAY, 2)
    assert (first.monday, last.monday) == (date(2026, 11, 16), date(2026, 11, 23))
    assert [len(first.days), len(last.days)] == [7, 3]
    assert (first.totals, last.totals) == (Totals(), Totals(2, 150, 9))


def test_a_month_spans_the_weeks_that_begin_in_it():
    heads = months(weeks({}, date(2027, 1, 6), 7))
    assert heads == [(date(2026, 11, 1), 2), (date(2026, 12, 1), 4), (date(2027, 1, 1), 1)]


def test_totals_add_up():
    assert add_up([Totals(1, 80, 5), Totals(3, 220, 7)]) == Totals(4, 300, 12)
    assert add_up([]) == Totals()
    assert Totals(4, 300, 12).average == 75
    assert Totals().average is None


@pytest.mark.parametrize(
    ("attempts", "expected"), [(0, 0), (1, 1), (9, 1), (10, 2), (19, 2), (20, 3), (40, 4), (99, 4)]
)
def test_the_level_of_a_day_depends_on_the_goal(attempts, expected):
    assert level(attempts, 20) == expected


def test_a_line_breaks_at_missing_values():
    chart = charts.line([100, None, 50, 0], 100)
    assert chart.line == "M12.50 0.00M62.50 50.00L87.50 100.00"
    assert chart.dots.count("h0") == 3


def test_bars_are_as_high_as_their_values():
    assert re.findall(r"100v-(\d+)", charts.bars([5, 0, 10], 10).bars) == ["50", "100"]


@pytest.mark.parametrize(("longest", "end"), [(0, 20), (20, 20), (21, 60), (3_700, 7_200)])
def test_a_time_scale_ends_at_a_round_duration(longest, end):
    assert charts.time_scale_end(longest * 1000) == end * 1000


def test_the_scale_of_a_very_long_duration_ends_there():
    assert charts.time_scale_end(10**9) == 10**9


@pytest.mark.parametrize(
    ("duration", "expected"),
    [(0, "0 s"), (59_999, "59 s"), (60_000, "1 min"), (3_600_000, "1 h"), (7_380_000, "2 h 3 min")],
)
def test_durations_are_written_in_hours_minutes_or_seconds(duration, expected):
    assert duration_text(duration) == expected


# Pages


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/today/", "0 of 5"),
        ("/progress/", "Nothing to count yet."),
        ("/progress/口/", "You have not written this character yet, or it has not been scored."),
    ],
)
def test_a_page_without_attempts_says_so(client, path, sentence):
    page = text(client.get(path))
    assert sentence in page
    assert "None" not in page


@pytest.mark.parametrize("path", PAGES)
def test_one_attempt_is_enough_for_each_page(client, wrote, path):
    wrote(score=93)
    page = text(client.get(path))
    assert "93" in page
    assert "Week by week" not in page
    assert "nan" not in page


def test_today_shows_what_to_practise_and_the_distance_to_the_goal(client, alice, wrote):
    Plan.objects.create(user=alice, daily_goal=4, new_per_day=3)
    wrote("口", 93), wrote("永", 40), wrote("口", 93, back=1)
    for back, literal in enumerate("日月火"):
        character = Character.objects.get(literal=literal)
        Review.objects.create(user=alice, character=character, begun_on=day(900), due_on=alice.today + timedelta(back))
    response = client.get("/today/")
    page = text(response)
    for part in ("due 1", "new 3", "2 of 4", "2 attempts to go", "days in a row 2", "spent writing today 2 min"):
        assert part in page
    assert re.findall(r'href="/\?practise=(.+?)"', html(response)) == ["%E6%B0%B8"]
    assert html(response).count('class="tile" href="/history/') == 3


def test_today_says_when_the_goal_is_reached_and_nothing_is_due(client, alice, wrote):
    Plan.objects.create(user=alice, daily_goal=1, new_per_day=0)
    wrote()
    page = text(client.get("/today/"))
    assert "Nothing is due" in page
    assert "Goal reached" in page


def test_today_shows_guests_what_it_offers(client_of):
    page = html(client_of("visitor").get("/today/"))
    assert 'href="/accounts/signup/?next=/today/"' in page
    assert re.findall(
        r'<a href="(/[^"]+)"[^>]*>(?:Today|History|Progress)</a>', page.partition('class="page area"')[2]
    ) == [
        "/today/",
        "/history/",
        "/history/",
    ]


@pytest.mark.parametrize("path", PAGES[1:])
def test_progress_asks_guests_to_sign_in(client_of, path):
    assert client_of("visitor").get(path).headers["Location"].startswith("/accounts/login/?next=/progress/")


def test_progress_shows_streak_scripts_grades_and_confusions(client, wrote):
    for back in (0, 1, 2, 8, 9):
        wrote("口", 90 + back % 3, back)
    wrote("シ", 30, 8, misread_as="ツ"), wrote("シ", 40, 8.001, misread_as="ツ")
    response = client.get("/progress/")
    page = text(response)
    for part in (
        "days in a row (longest: 3) 3",
        "days with attempts 5",
        "attempts 7",
        "Kanji of grade 1 1 of 80 written, 1 mastered",
        "Katakana 1 of 71 written, 0 mastered 35.0 40",
        "シ read as ツ 2 times",
        "spent writing (1 min today",
    ):
        assert part in page
    assert re.findall(r'href="/\?practise=(.+?)"', html(response)) == ["%E3%82%B7", "%E3%83%84"]
    assert "Grade 2" not in page


def test_progress_shows_weeks_as_charts_and_as_a_table(client, wrote):
    wrote("口", 90), wrote("口", 60, back=14)
    page = client.get("/progress/")
    assert html(page).count('class="chart"') == 2
    table = html(page).split("<details")[1].split("</details")[0]
    assert re.findall(r"<td>(.+?)</td>", table) == ["1", "90.0", "1 min", "0", "–", "0 s", "1", "60.0", "1 min"]


def test_days_are_days_of_the_learners_time_zone(client, alice, wrote):
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo")
    wrote(written_at=datetime(2026, 11, 20, 14, 30, tzinfo=UTC))  # 23:30 in Tokyo
    wrote(written_at=datetime(2026, 11, 20, 15, 30, tzinfo=UTC))  # 0:30 of the next day
    days = Day.objects.filter(user=alice).values_list("date", flat=True)
    assert set(days) == {date(2026, 11, 20), date(2026, 11, 21)}
    page = text(client.get("/progress/口/"))
    assert "20 Nov 2026" in page
    assert "21 Nov 2026" in page


def test_today_is_the_date_in_the_learners_time_zone(client, alice):
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # never the same day
        User.objects.filter(pk=alice.pk).update(time_zone=zone)
        alice.refresh_from_db()
        assert client.get("/api/v1/progress/").json()["today"] == str(alice.today)


def test_a_characters_page_shows_its_trend(client, alice, wrote):
    written = [
        wrote("シ", score, back, misread_as) for score, back, misread_as in [(30, 3, "ツ"), (80, 2, ""), (85, 1, "")]
    ]
    Review.objects.create(user=alice, character=written[0].target, begun_on=day(9), due_on=date(2031, 5, 1))
    response = client.get("/progress/シ/")
    page = text(response)
    for part in ("best 85", "average 65.0", "ツ , 1 time", "Due on 1 May 2031."):
        assert part in page
    table = html(response).split("<details")[1].split("</details")[0]
    assert re.findall(r"<td>(\d+)</td>", table) == ["85", "80", "30"]
    drawn = html(response).split('class="samples')[1].split("</ol>")[0]
    assert re.findall(r'href="/history/([0-9a-f-]{36})/"', drawn) == [str(attempt.pk) for attempt in written]


def test_a_trend_has_the_last_hundred_scores_and_some_pictures(client, alice):
    target = Character.objects.get(literal="口")
    Attempt.objects.bulk_create(
        Attempt(
            user=alice,
            target=target,
            ink=ink_of("口"),
            status="scored",
            legibility=number % 101,
            written_at=timezone.now() - timedelta(hours=200 - number),
        )
        for number in range(120)
    )
    Progress.objects.create(user=alice, character=target, attempts=120, latest_at=timezone.now())
    trend = client.get("/api/v1/progress/口/").json()["trend"]
    assert [reading["legibility"] for reading in trend] == [number % 101 for number in range(20, 120)]
    pictures = html(client.get("/progress/口/")).split('class="samples')[1].split("</ol>")[0]
    shown = [int(legibility) for legibility in re.findall(r"<b>(\d+)</b>", pictures)]
    assert [number % 101 for number in (20, 34, 48, 62, 77, 91, 105, 119)] == shown  # from the first to the last


def test_a_catalogue_page_links_to_the_progress_once_the_character_was_written(client, client_of, wrote):
    wrote("口")
    link = 'href="/progress/%E5%8F%A3/"'
    assert link in html(client.get("/characters/口/"))
    assert link not in html(client.get("/characters/永/"))
    assert link not in html(client_of("visitor").get("/characters/口/"))


@pytest.mark.parametrize("literal", ["亖", "ab", "%00"])
@pytest.mark.parametrize("path", ["/progress/", "/api/v1/progress/"])
def test_progress_with_an_unknown_character_is_404(client, path, literal):
    assert client.get(f"{path}{literal}/").status_code == 404


@pytest.mark.parametrize("path", [*PAGES, "/history/"])
def test_a_learners_pages_have_tabs_and_the_navigation_links_to_today(client, path):
    page = html(client.get(path))
    nav, tabs = page.split('class="nav"')[1].split("</nav>")[0], page.split('class="tabs"')[1].split("</nav>")[0]
    assert nav.count("<a ") == 4
    assert re.search(r'href="/today/" aria-current="\w+">Today', nav)
    assert tabs.count("aria-current") == 1
    assert path.startswith(re.findall(r'href="([^"]+)" aria-current', tabs)[0])


def test_other_pages_have_no_tabs(client):
    assert 'class="page area"' not in html(client.get("/characters/"))


@pytest.mark.parametrize("path", ["/today/", "/history/", "/progress/wall/"])
def test_guests_have_tabs_of_their_pages_only(client_of, path):
    tabs = html(client_of("visitor").get(path)).split('class="tabs"')[1].split("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', tabs) == ["/today/", "/words/", "/history/", "/progress/wall/"]
    assert re.findall(r'href="([^"]+)" aria-current="page"', tabs) == [path]


@pytest.mark.parametrize("who", ["visitor", "alice"])
def test_today_leads_to_the_character_of_the_day_and_to_the_wall(client_of, wrote, who):
    wrote("口", 93)
    main = html(client_of(who).get("/today/")).split("<main")[1]
    for path in ("/characters/of-the-day/", "/progress/wall/"):
        assert f'href="{path}"' in main


# The API


def test_the_api_has_the_figures_of_the_page(client, wrote):
    wrote("口", 90), wrote("口", 60, back=1), wrote("シ", 30, back=30, misread_as="ツ")
    found = client.get("/api/v1/progress/").json()
    assert found["streak"] == {"current": 2, "longest": 2}
    assert found["daily_goal"] == 20
    assert found["whole"] == {"attempts": 3, "average": 60.0, "duration": 180_000}
    assert [day["attempts"] for day in found["days"]] == [1, 1, 1]
    assert sum(week["attempts"] for week in found["weeks"]) == 3
    assert len(found["weeks"]) == 53
    [kanji] = [group for group in found["scripts"] if group["script"] == "kanji"]
    assert kanji == {
        "script": "kanji", "grade": None, "characters": 2967, "written": 1, "mastered": 0, "average": 75.0, "best": 90
    }  # fmt: skip
    assert [group["grade"] for group in found["grades"]] == [1, 2, 3, 4, 5, 6, 8, 9, 10]
    assert [weak["character"] for weak in found["weakest"]] == ["シ", "口"]
    assert found["confusions"] == [{"read_as": "ツ", "times": 1, "character": "シ"}]


def test_a_character_is_weak_while_its_recent_average_is_below_80(client, wrote):
    wrote("口", 80), wrote("シ", 79)
    assert [weak["character"] for weak in client.get("/api/v1/progress/").json()["weakest"]] == ["シ"]


def test_the_api_has_the_progress_with_one_character(client, wrote):
    first, second = wrote("シ", 30, back=1, misread_as="ツ"), wrote("シ", 80)
    found = client.get("/api/v1/progress/シ/").json()
    assert [reading["id"] for reading in found.pop("trend")] == [str(first.pk), str(second.pk)]
    assert found == {
        "character": "シ",
        "attempts": 2,
        "average": 55.0,
        "best": 80,
        "recent": 45.0,
        "in_a_row": 1,
        "is_mastered": False,
        "due_on": None,
        "confusions": [{"read_as": "ツ", "times": 1}],
    }


def test_the_progress_with_an_unwritten_character_is_empty(client):
    found = client.get("/api/v1/progress/口/").json()
    assert (found["attempts"], found["best"], found["average"], found["trend"]) == (0, None, None, [])


@pytest.mark.parametrize("path", CALLS)
def test_learners_see_only_their_own_progress(client_of, wrote, path):
    wrote()
    assert client_of("visitor").get(path).status_code == 401
    found = client_of("bob").get(path).json()
    assert found.get("attempts", found.get("whole", {}).get("attempts")) == 0


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize(("scope", "status"), [("read:history", 200), ("write:attempts", 403)])
def test_a_token_needs_the_scope_read_history_to_read_progress(alice, path, scope, status):
    _token, secret = Token.objects.issue(alice, "Tablet", [scope])
    assert Client(headers={"Authorization": f"Bearer {secret}"}).get(path).status_code == status


# Cost


#: The most queries that each page and call may take.
MOST_QUERIES = {"/today/": 14, "/progress/": 11, "/progress/口/": 8, CALLS[0]: 11, CALLS[1]: 7}


def test_the_number_of_queries_does_not_grow_with_the_number_of_characters(client, alice, wrote):
    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    def fill(characters: list[Character]) -> None:
        now = timezone.now()
        Progress.objects.bulk_create(
            Progress(user=alice, character=c, attempts=3, total=150, best=90, recent=50, latest_at=now)
            for c in characters
        )
        Confusion.objects.bulk_create(Confusion(user=alice, character=c, read_as="日", times=2) for c in characters)

    everything = list(Character.objects.exclude(literal="口"))
    wrote("口", 40, misread_as="日")
    fill(everything[:9])
    few = {path: cost(path) for path in MOST_QUERIES}
    fill(everything[9:])
    Day.objects.bulk_create(Day(user=alice, date=day(back), attempts=5, total=300) for back in range(100, 3750))
    assert {path: cost(path) for path in MOST_QUERIES} == few
    assert all(few[path] <= most for path, most in MOST_QUERIES.items()), few
