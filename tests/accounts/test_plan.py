"""The plan and the reviews: what a learner practises, and when."""

import json
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from fsrs import Rating

from accounts.access.preferences import change_clock
from accounts.models import CharacterList, Plan, Progress, Review, Scope, Token, User
from accounts.models.plan import rating
from characters.models import Character
from characters.practice import PracticeSummary
from scoring.models import Attempt
from tests.support.drawings import ink_of
from tests.support.errors import error_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

REVIEWS, PLAN = "/api/v1/reviews/", "/api/v1/plan/"
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def alice(client_of) -> User:
    client_of("alice")
    return User.objects.get(email="alice@example.org")


@pytest.fixture
def at(monkeypatch, settings):
    """A function that sets the current time."""
    settings.SESSION_COOKIE_AGE = int(timedelta(days=10_000).total_seconds())
    written_at = Attempt._meta.get_field("written_at")

    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)
        monkeypatch.setattr(written_at, "_get_default", lambda: moment)

    set_clock(NOON)
    return set_clock


def review_of(character: str) -> str:
    return f"{REVIEWS}{quote(character)}/"


def begin(client: Client, character: object):
    return client.post(REVIEWS, json.dumps({"character": character}), "application/json")


def practise(user: User, characters: str, due_in: int = 0, **fields) -> None:
    """Add the characters to the practice, due in `due_in` days."""
    found = Character.objects.filter(literal__in=list(characters)).in_bulk(field_name="literal")
    Review.objects.bulk_create(
        Review(
            user=user,
            character=found[literal],
            begun_on=user.today - timedelta(days=30),
            due_on=user.today + timedelta(days=due_in),
            **fields,
        )
        for literal in characters
    )


def characters_of(answer) -> str:
    return "".join(row["character"] for row in answer.json()["results"])


def test_a_new_learner_begins_with_the_first_kana(client_of):
    answer = client_of("alice").get(REVIEWS)
    assert {name: answer.json()[name] for name in ("due", "new", "goal")} == {
        "due": 0,
        "new": 5,
        "goal": {"writings": 5, "written": 0},
    }
    assert characters_of(answer) == "あいうえお"
    assert answer.json()["results"][0] == {
        "character": "あ",
        "script": "hiragana",
        "is_new": True,
        "is_due": False,
        "is_leech": False,
        "due_on": None,
        "reviewed_on": None,
        "stability": None,
        "best": None,
        "said": "a",
        "on": [],
        "kun": [],
        "meanings": [],
    }


def test_due_characters_come_before_new_ones_and_the_longest_overdue_first(client_of, alice):
    practise(alice, "日本", due_in=-1)
    practise(alice, "口", due_in=-3)
    practise(alice, "山", due_in=1)
    answer = client_of("alice").get(REVIEWS)
    assert characters_of(answer) == "口日本あいうえお"
    assert answer.json()["due"] == 3
    assert [row["is_due"] for row in answer.json()["results"][2:4]] == [True, False]


def test_a_character_added_by_hand_is_due_today_and_uses_up_todays_quota(client_of):
    alice = client_of("alice")
    answer = begin(alice, "永")
    assert answer.status_code == 201
    assert answer.json()["is_due"]
    assert not answer.json()["is_new"]
    assert begin(alice, "永").status_code == 200
    assert characters_of(alice.get(REVIEWS)) == "永あいうえ"
    assert alice.get(review_of("永")).json() == answer.json()
    assert alice.delete(review_of("永")).status_code == 204
    assert alice.get(review_of("永")).json()["code"] == "not_in_practice"


@pytest.mark.parametrize("character", [None, "", "鿿", "永日", "\0", ["永"], {}])
def test_only_characters_of_the_catalogue_can_be_practised(client_of, character):
    answer = begin(client_of("alice"), character)
    assert error_at(answer, "/character")["detail"]
    assert not Review.objects.exists()


@pytest.mark.parametrize("character", ["永", "鿿", "永日", "\0"])
def test_a_character_that_is_not_practised_is_404(client_of, character):
    assert client_of("alice").get(review_of(character)).json()["code"] == "not_in_practice"
    assert client_of("alice").delete(review_of(character)).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("limit=0", 400),
        ("limit=101", 400),
        ("limit=x", 400),
        ("limit=%00", 400),
        ("list=x", 400),
        ("list=0", 400),
        ("list=99", 404),
        ("list=99999999999999999999", 404),
    ],
)
def test_an_invalid_limit_or_list_is_rejected(client_of, asked, status):
    assert client_of("alice").get(f"{REVIEWS}?{asked}").status_code == status


def test_practising_a_list_gives_its_due_characters_then_new_ones_then_the_rest(client_of, alice):
    chosen = CharacterList.objects.create(user=alice, name="Mine", characters="永一二三四五六七八口")
    practise(alice, "日", due_in=-2)
    practise(alice, "口", due_in=-1)
    practise(alice, "永", due_in=4)
    answer = client_of("alice").get(f"{REVIEWS}?list={chosen.pk}")
    assert characters_of(answer) == "口一二三四五六七八永"
    assert [row["is_new"] for row in answer.json()["results"]] == [False, *[True] * 8, False]
    assert answer.json()["due"] == 2
    assert characters_of(client_of("alice").get(f"{REVIEWS}?list={chosen.pk}&limit=2")) == "口一"
    assert client_of("bob").get(f"{REVIEWS}?list={chosen.pk}").status_code == 404


def test_meanings_are_in_the_language_of_the_response(client_of, alice):
    practise(alice, "水")
    [water] = [row for row in client_of("alice").get(REVIEWS).json()["results"] if row["character"] == "水"]
    assert water["meanings"] == ["water"]
    alice.language = "fr"
    alice.save()
    assert client_of("alice").get(review_of("水")).json()["meanings"] == ["eau"]


def test_a_token_needs_one_scope_to_read_the_practice_and_another_to_change_it(alice):
    def program(*scopes: str) -> Client:
        _, secret = Token.objects.issue(alice, "Tablet", scopes)
        return Client(headers={"Authorization": f"Bearer {secret}"})

    reader, writer = program(Scope.READ_HISTORY), program(Scope.WRITE_ATTEMPTS)
    assert (reader.get(REVIEWS).status_code, writer.get(REVIEWS).status_code) == (200, 403)
    assert (begin(reader, "永").status_code, begin(writer, "永").status_code) == (403, 201)
    assert (reader.delete(review_of("永")).status_code, writer.delete(review_of("永")).status_code) == (403, 204)


@pytest.mark.parametrize("count", [1, 3000])
def test_the_number_of_queries_does_not_grow_with_the_number_of_due_characters(client_of, alice, count):
    practise(alice, "".join(Character.objects.values_list("literal", flat=True)[:count]), due_in=-9)
    everything = "".join(Character.objects.values_list("literal", flat=True)[2000:3000])
    chosen = CharacterList.objects.create(user=alice, name="Mine", characters=everything)
    with CaptureQueriesContext(connection) as queries:
        answer = client_of("alice").get(f"{REVIEWS}?limit=100")
    assert answer.json()["due"] == count
    assert len(queries) == 10
    with CaptureQueriesContext(connection) as queries:
        client_of("alice").get(f"{REVIEWS}?limit=100&list={chosen.pk}")
    assert len(queries) == 13


@pytest.mark.parametrize(
    ("legibility", "form", "given"),
    [
        (100, None, Rating.Easy),
        (95, 80, Rating.Easy),
        (95, 79, Rating.Good),
        (95, 60, Rating.Good),
        (95, 59, Rating.Hard),
        (94, None, Rating.Good),
        (80, 60, Rating.Good),
        (80, 59, Rating.Hard),
        (79, None, Rating.Hard),
        (60, 0, Rating.Hard),
        (59, 100, Rating.Again),
        (0, 0, Rating.Again),
    ],
)
def test_score_and_form_decide_the_rating(legibility, form, given):
    assert rating(legibility, form) == given


@pytest.mark.parametrize(
    ("legibility", "form", "given"),
    [(100, 100, Rating.Hard), (80, 100, Rating.Hard), (60, 0, Rating.Hard), (59, 100, Rating.Again)],
)
def test_an_attempt_with_the_reference_in_view_is_rated_hard_at_best(legibility, form, given):
    assert rating(legibility, form, saw_reference=True) == given


@pytest.mark.parametrize(
    ("legibility", "form", "given"),
    [
        (100, 100, Rating.Good),
        (95, 59, Rating.Hard),
        (80, 80, Rating.Good),
        (79, 80, Rating.Hard),
        (59, 80, Rating.Again),
    ],
)
def test_an_attempt_that_lacks_a_stroke_is_never_rated_easy(legibility, form, given):
    assert rating(legibility, form, is_incomplete=True) == given


@pytest.mark.parametrize("given", list(Rating))
def test_every_rating_sets_a_later_due_day(alice, given):
    review, _ = Review.objects.begin(alice, Character.objects.get(literal="永"))
    for _ in range(20):
        before = review.due_on
        review.rate(given, before)
        assert review.due_on > before


def test_better_ratings_set_later_due_days(alice):
    dues = []
    for given in Rating:
        review = Review(pk=1, user=alice, begun_on=NOON.date(), due_on=NOON.date())
        review.rate(Rating.Good, NOON.date())
        review.rate(given, review.due_on)
        dues.append(review.due_on)
    assert dues == sorted(set(dues))


@pytest.mark.parametrize(("stability", "saw_reference", "days"), [(400, True, 7), (2, True, None), (400, False, None)])
def test_a_character_is_due_within_a_week_of_a_look_at_its_reference(alice, stability, saw_reference, days):
    today = NOON.date()
    before = {"reviewed_on": today - DAY, "stability": stability, "difficulty": 5, "begun_on": today - 90 * DAY}
    looked, usual = (Review(pk=1, user=alice, due_on=today, **before) for _ in range(2))
    looked.rate(Rating.Hard, today, saw_reference=saw_reference)
    usual.rate(Rating.Hard, today)
    assert looked.due_on == (today + days * DAY if days else usual.due_on)
    assert (looked.stability, looked.reviews) == (usual.stability, 1)


def test_the_first_review_is_rated_good_at_most(alice):
    first = {}
    for given in (Rating.Good, Rating.Easy):
        review = Review(pk=1, user=alice, begun_on=NOON.date(), due_on=NOON.date())
        review.rate(given, NOON.date())
        first[given] = review.due_on
    assert first[Rating.Good] == first[Rating.Easy]


def write(client: Client, character: str):
    """Write an attempt: 口 gets a good score, 日 a poor one."""
    body = json.dumps({"ink": ink_of(character), "target": character})
    answer = client.post("/api/v1/attempts/", body, "application/json", headers={"Prefer": "wait=1"})
    assert answer.json()["status"] == "scored"
    return answer.json()["id"]


def test_a_look_at_the_reference_reaches_the_review(client_of, at, alice):
    for literal in "口日":
        practise(alice, literal, stability=400, difficulty=5, reviewed_on=alice.today - 300 * DAY)
    for literal, saw_reference in (("口", True), ("日", False)):
        body: dict[str, object] = {"ink": ink_of(literal), "target": literal, "saw_reference": saw_reference}
        client_of("alice").post("/api/v1/attempts/", json.dumps(body), "application/json")
    reviews = {review.character.literal: review for review in Review.objects.select_related("character")}
    assert reviews["口"].due_on == alice.today + 7 * DAY
    assert reviews["口"].reviewed_on == alice.today
    assert (reviews["日"].stability or 400) < 400


def test_the_practice_of_several_weeks(client_of, at):
    alice = client_of("alice")
    begin(alice, "口")
    now, gaps = NOON, []
    for _ in range(5):
        write(alice, "口")
        row = alice.get(review_of("口")).json()
        assert row["reviewed_on"] == now.date().isoformat()
        assert not row["is_due"]
        write(alice, "口")  # again on the same day, and on the day before it is due
        gap = date.fromisoformat(row["due_on"]) - now.date()
        at(now + gap - DAY)
        write(alice, "口")
        assert alice.get(review_of("口")).json()["due_on"] == row["due_on"]
        now += gap
        at(now)
        assert alice.get(REVIEWS).json()["due"] == 1
        gaps.append(gap)
    assert gaps == sorted(gaps)
    assert gaps[0] <= 3 * DAY
    assert gaps[-1] > 30 * DAY


def test_a_forgotten_character_is_due_tomorrow(client_of, at, alice):
    begin(client_of("alice"), "日")
    for day in range(3):
        at(NOON + day * DAY)
        write(client_of("alice"), "日")
        row = client_of("alice").get(review_of("日")).json()
        assert row["due_on"] == (NOON + (day + 1) * DAY).date().isoformat()
    assert Review.objects.get(user=alice).lapses == 2


def fail(alice: User, at, times: int) -> Review:
    """Forget 口 that many times, each time on the day it is due, after a first review."""
    practise(alice, "口")
    for number in range(times + 1):
        review = Review.objects.get(user=alice)
        at(datetime.combine(review.due_on, NOON.time(), UTC))
        review.rate(Rating.Again if number else Rating.Good, review.due_on)
        review.save()
    return Review.objects.get(user=alice)


@pytest.mark.parametrize(("lapses", "is_leech", "rests"), [(4, False, False), (5, True, True), (6, True, True)])
def test_a_character_forgotten_five_times_is_a_leech_and_rests_for_a_week(alice, at, lapses, is_leech, rests):
    review = fail(alice, at, lapses)
    assert (review.lapses, review.is_leech) == (lapses, is_leech)
    assert review.reviewed_on is not None
    assert (review.due_on - review.reviewed_on >= 7 * DAY) is rests
    assert Review.objects.leeches(alice).exists() is is_leech


def test_a_leech_that_is_remembered_does_not_rest_and_is_none_once_mature(alice, at):
    review = fail(alice, at, 5)
    review.rate(Rating.Hard, review.due_on)
    assert review.is_leech
    assert review.reviewed_on is not None
    assert review.due_on - review.reviewed_on < 7 * DAY
    while (review.stability or 0) < Review.MATURE:
        review.rate(Rating.Easy, review.due_on)
    review.save()
    assert not review.is_leech
    assert not Review.objects.leeches(alice).exists()


def test_leeches_are_marked_on_the_pages_and_in_the_api(client_of, alice, at):
    review = fail(alice, at, 5)
    client = client_of("alice")
    until = f"{review.due_on:%-d %b}"
    assert f'口 keeps slipping away and rests until {until}"' in client.get("/today/").content.decode()
    assert "口 keeps slipping away" not in client_of("bob").get("/today/").content.decode()
    assert client.get(review_of("口")).json()["is_leech"] is True
    assert "It keeps slipping away." in client.get("/characters/口/").content.decode()


def test_a_character_overdue_for_months_is_rated_by_its_next_attempt(client_of, at):
    alice = client_of("alice")
    begin(alice, "口")
    write(alice, "口")
    at(NOON + 300 * DAY)
    write(alice, "口")
    row = alice.get(review_of("口")).json()
    assert date.fromisoformat(row["due_on"]) > (NOON + 310 * DAY).date()


def judge(attempt: Attempt, version: str = "1", legibility: int = 93) -> None:
    attempt.record(
        model_version=version, known=True, candidates=[], legibility=legibility, form=None, misread_as=[], remarks=[]
    )


def written(user: User, moment: datetime, literal: str = "口") -> Attempt:
    target = Character.objects.get(literal=literal)
    return Attempt.objects.create(user=user, target=target, ink=ink_of(literal), written_at=moment)


def test_a_late_score_counts_as_a_review_on_the_day_of_the_attempt(at, alice):
    practise(alice, "口", due_in=-1)
    judge(written(alice, NOON - DAY))
    assert Review.objects.get(user=alice).reviewed_on == (NOON - DAY).date()


@pytest.mark.parametrize("earlier", [1, 5])
def test_an_attempt_on_a_day_when_its_character_was_not_due_is_no_review_however_late_its_score(at, alice, earlier):
    practise(alice, "口")
    judge(written(alice, NOON - earlier * DAY))
    assert Review.objects.get(user=alice).reviewed_on is None


def test_an_attempt_from_before_the_last_review_changes_nothing(at, alice):
    practise(alice, "口", due_in=-5)
    judge(written(alice, NOON))
    after = Review.objects.values().get(user=alice)
    judge(written(alice, NOON - 3 * DAY), legibility=5)
    assert Review.objects.values().get(user=alice) == after


def test_rescoring_does_not_repeat_a_review(at, alice):
    practise(alice, "口")
    attempt = written(alice, NOON)
    judge(attempt)
    after = Review.objects.values().get(user=alice)
    judge(attempt, version="2", legibility=5)
    assert Review.objects.values().get(user=alice) == after


def test_a_review_stays_when_its_attempt_is_deleted_and_restored(client_of, at, alice):
    practise(alice, "口")
    attempt = write(client_of("alice"), "口")
    after = Review.objects.values().get(user=alice)
    client_of("alice").delete(f"/api/v1/attempts/{attempt}/")
    assert Review.objects.values().get(user=alice) == after
    Attempt.objects.filter(pk=attempt).restore()
    assert Review.objects.values().get(user=alice) == after


def test_a_day_begins_at_midnight_in_the_learners_time_zone(client_of, at, alice):
    change_clock(alice, time_zone="Asia/Tokyo")
    at(datetime(2026, 11, 25, 14, 59, tzinfo=UTC))
    practise(alice, "口", due_in=1)
    assert client_of("alice").get(REVIEWS).json()["due"] == 0
    at(datetime(2026, 11, 25, 15, 0, tzinfo=UTC))
    assert client_of("alice").get(REVIEWS).json()["due"] == 1
    write(client_of("alice"), "口")
    assert Review.objects.get(user=alice).reviewed_on == date(2026, 11, 26)


def test_moving_west_repeats_no_review_and_allows_no_further_new_characters(client_of, at, alice):
    change_clock(alice, time_zone="Pacific/Auckland")
    for literal in "口永一二三":
        begin(client_of("alice"), literal)
    write(client_of("alice"), "口")
    after = Review.objects.values().get(character__literal="口")
    change_clock(alice, time_zone="America/Los_Angeles")
    write(client_of("alice"), "口")
    assert Review.objects.values().get(character__literal="口") == after
    assert client_of("alice").get(REVIEWS).json()["new"] == 0


def test_claimed_attempts_of_a_guest_are_no_reviews(client_of, at, alice):
    practise(alice, "口")
    browser = Client()
    browser.get("/")
    write(browser, "口")
    browser.force_login(alice)
    browser.post("/accounts/claim/", {"mine": "yes"})
    assert alice.attempts.count() == 1
    assert Review.objects.get(user=alice).reviewed_on is None


def change_plan(client: Client, **fields):
    return client.patch(PLAN, json.dumps(fields), "application/json")


def test_the_plan_can_be_read_and_changed(client_of):
    alice = client_of("alice")
    before = alice.get(PLAN).json()
    assert before == {
        "new_per_day": 5,
        "order": "grade",
        "character_set": "",
        "list": None,
        "scripts": ["hiragana", "katakana", "kanji"],
        "daily_goal": 20,
        "reminds": False,
        "reminds_at": 19,
    }
    assert change_plan(alice, new_per_day=2).json() == {**before, "new_per_day": 2}
    assert alice.get(PLAN).json() == {**before, "new_per_day": 2}
    assert client_of("bob").get(PLAN).json() == before


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("new_per_day", -1, "min_value"),
        ("new_per_day", 101, "max_value"),
        ("daily_goal", 0, "min_value"),
        ("daily_goal", 1001, "max_value"),
        ("reminds_at", 24, "max_value"),
        ("order", "mood", "invalid_choice"),
        ("order", "list", "required"),
        ("scripts", [], "empty"),
        ("scripts", "kanji", "not_a_list"),
        ("list", 999, "does_not_exist"),
        ("list", "x\0", "incorrect_type"),
    ],
)
def test_an_invalid_plan_is_rejected(client_of, field, value, code):
    answer = change_plan(client_of("alice"), **{field: value})
    assert error_at(answer, "/list" if value == "list" else f"/{field}")["code"] == code
    assert not Plan.objects.exists()


def test_a_plan_cannot_use_another_learners_list(client_of, alice):
    mine = CharacterList.objects.create(user=alice, name="Mine", characters="永")
    refused = change_plan(client_of("bob"), order="list", list=mine.pk)
    assert error_at(refused, "/list")["code"] == "does_not_exist"
    assert change_plan(client_of("alice"), order="list", list=mine.pk).status_code == 200


@pytest.mark.parametrize(
    ("plan", "first"),
    [
        ({"scripts": ["kanji"], "order": "grade"}, "日一人年大"),
        ({"scripts": ["kanji"], "order": "frequency", "new_per_day": 15}, "日一国会人年大十二本中長出三同"),
        ({"scripts": ["kanji"], "order": "jlpt", "new_per_day": 15}, "日一国会人年大十二本中長出三時"),
        ({"scripts": ["katakana", "kanji"]}, "アイウエオ"),
        ({"scripts": ["digit"], "new_per_day": 2}, "01"),
        ({"new_per_day": 0}, ""),
    ],
)
def test_new_characters_come_in_the_order_of_the_plan(client_of, plan, first):
    change_plan(client_of("alice"), **plan)
    assert characters_of(client_of("alice").get(REVIEWS)) == first


def test_new_characters_of_a_list_come_in_the_order_of_the_list(client_of, alice):
    everything = "".join(Character.objects.order_by("-position").values_list("literal", flat=True)[:1000])
    mine = CharacterList.objects.create(user=alice, name="Mine", characters=everything)
    practise(alice, everything[1], due_in=5)
    change_plan(client_of("alice"), order="list", list=mine.pk, new_per_day=100)
    answer = client_of("alice").get(f"{REVIEWS}?limit=100")
    assert characters_of(answer) == everything[0] + everything[2:101]


def test_the_page_shows_due_characters_the_forecast_and_the_stages(client_of, alice):
    practise(alice, "永日", due_in=-1)
    practise(alice, "一二三", due_in=3, stability=21, difficulty=5, reviewed_on=alice.today)
    practise(alice, "四", due_in=20, stability=20.9, difficulty=5, reviewed_on=alice.today)
    page = client_of("alice").get("/plan/")
    shown = page.context
    assert (shown["due"], shown["new"], shown["week"], shown["month"]) == (2, 5, 3, 4)
    assert shown["stages"] == {"begun": 2, "learnt": 4, "mature": 3, "young": 1}
    assert page.text.count("<rect") == 30


def test_the_number_of_queries_of_the_page_does_not_grow_with_the_number_of_reviews(client_of, alice):
    counts = []
    for literals in ("永", "".join(Character.objects.values_list("literal", flat=True)[:3000]).replace("永", "")):
        practise(alice, literals)
        with CaptureQueriesContext(connection) as queries:
            assert client_of("alice").get("/plan/").status_code == 200
        counts.append(len(queries))
    assert counts == [14, 14]


def test_the_page_changes_the_plan(client_of, alice):
    fields = {"new_per_day": 3, "order": "frequency", "scripts": ["kanji"], "daily_goal": 10, "reminds_at": 7}
    assert client_of("alice").post("/plan/", fields).status_code == 302
    plan = Plan.of(alice)
    assert (plan.new_per_day, plan.order, plan.scripts, plan.reminds) == (3, "frequency", ["kanji"], False)
    client_of("alice").post("/plan/", {**fields, "reminds": "on"})
    assert Plan.of(alice).reminds
    mistakes: list[dict[str, object]] = [{"new_per_day": 101}, {"scripts": []}, {"order": "list"}, {"list": "9"}]
    for wrong in mistakes:
        page = client_of("alice").post("/plan/", {**fields, **wrong})
        assert page.status_code == 400
        assert "field-trouble" in page.text
    assert Plan.of(alice).new_per_day == 3


def test_a_characters_page_adds_it_to_the_practice_and_removes_it(client_of, alice):
    page = client_of("alice").get("/characters/永/")
    assert "Add to my practice" in page.text
    page = client_of("alice").post("/characters/永/practice/", {"do": "begin"}, follow=True)
    assert "In your practice, due today" in page.text
    Review.objects.update(due_on=date(2099, 1, 2))
    assert "due on 2 January 2099" in client_of("alice").get("/characters/永/").text
    page = client_of("alice").post("/characters/永/practice/", {"do": "drop"}, follow=True)
    assert "Add to my practice" in page.text
    assert not Review.objects.exists()


def test_practising_asks_a_guest_to_sign_in(client_of):
    assert "Add to my practice" not in client_of("visitor").get("/characters/永/").text
    assert "/accounts/login/" in client_of("visitor").post("/characters/永/practice/", {"do": "begin"})["Location"]


def test_the_catalogues_tiles_show_the_best_score_and_whether_a_character_is_due(client_of, alice):
    practise(alice, "永")
    Progress.objects.create(user=alice, character=Character.objects.get(literal="泳"), best=87, latest_at=NOON)
    tiles = {c.literal: practice for c, practice in client_of("alice").get("/characters/?q=永").context["tiles"]}
    assert tiles["永"].is_due
    assert tiles["永"].best is None
    page = client_of("alice").get("/characters/泳/")
    assert page.context["practice"] == PracticeSummary(87, is_due=False)


def test_the_number_of_queries_of_the_catalogue_does_not_grow_with_the_number_of_attempts(client_of, alice):
    counts = []
    for literals in ("永", "".join(Character.objects.values_list("literal", flat=True)[:96])):
        practise(alice, literals)
        with CaptureQueriesContext(connection) as queries:
            client_of("alice").get("/characters/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
