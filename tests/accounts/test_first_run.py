"""What newcomers get: a lesson without an account, the choice of what to practise, a goal that they can reach."""

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import caches

from accounts.models import CharacterList, CharacterSet, Day, Plan, Review, User
from characters.models import Character
from scoring.guests import TASTE
from scoring.models import Attempt
from tests.support.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]


@pytest.fixture
def alice(client_of) -> User:
    client_of("alice")
    return User.objects.get(email="alice@example.org")


def practice(answer) -> Any:
    """The practice that a lesson's page brings along, or None."""
    found = re.search(r'<script id="practice"[^>]*>(.*?)</script>', answer.content.decode())
    return json.loads(found[1]) if found else None


def characters(answer) -> str:
    return "".join(row["character"] for row in practice(answer)["results"])


def write(client, target: str) -> None:
    body = json.dumps({"ink": ink_of(target), "target": target})
    assert client.post("/api/v1/attempts/", body, "application/json").status_code in (201, 202)


# ── Guests ─────────────────────────────────────────────────


def test_a_guests_first_lesson_has_three_characters_and_no_goal(client_of):
    answer = client_of("visitor").get("/lesson/")
    assert characters(answer) == TASTE
    assert len(TASTE) == 3
    found = practice(answer)
    assert found["goal"] is None
    assert {row["is_new"] for row in found["results"]} == {False}  # nothing is added to a practice
    assert {row["reviewed_on"] for row in found["results"]} == {None}  # so that each is shown first


def test_a_guest_takes_up_the_chosen_set_where_the_last_lesson_ended(client_of):
    visitor = client_of("visitor")
    answer = visitor.post("/start/", {"what": "katakana"})
    assert (answer.status_code, answer["Location"]) == (302, "/lesson/")
    assert characters(visitor.get("/lesson/")) == "アイウ"
    write(visitor, "ア")
    write(visitor, "ウ")
    assert characters(visitor.get("/lesson/")) == "イエオ"
    page = visitor.get("/today/").content.decode()
    assert "Katakana" in page
    lesson = page.split('class="glyphs"')[1].split("</ol>")[0]
    assert re.findall(r'role="img" aria-label="(.)"', lesson) == ["イ", "エ", "オ"]


def test_a_guest_who_has_written_the_whole_set_begins_anew(client_of):
    visitor = client_of("visitor")
    visitor.post("/start/", {"what": "katakana"})
    write(visitor, "ア")
    guest = Attempt.objects.get().guest
    rows = CharacterSet.KATAKANA.rows()
    Attempt.objects.bulk_create(Attempt(guest=guest, target=one, ink=ink_of("ア")) for one in rows)
    assert characters(visitor.get("/lesson/")) == "アイウ"


def test_characters_of_ones_own_go_into_a_guests_lesson(client_of):
    visitor = client_of("visitor")
    answer = visitor.post("/start/", {"what": "own", "characters": "水、火！水"})
    assert characters(visitor.get(answer["Location"])) == "水火"
    assert visitor.post("/start/", {"what": "own", "characters": "…"}).status_code == 400


def test_a_guests_lesson_has_at_most_fifty_characters_of_ones_own(client_of):
    text = "".join(Character.objects.values_list("literal", flat=True)[:51])
    answer = client_of("visitor").post("/start/", {"what": "own", "characters": text})
    assert parse_qs(urlsplit(answer["Location"]).query)["characters"] == [text[:50]]


def test_the_address_of_a_lesson_chooses_at_most_a_hundred_characters(client_of):
    text = "".join(Character.objects.values_list("literal", flat=True)[:101])
    assert characters(client_of("visitor").get("/lesson/", {"characters": text})) == text[:100]


@pytest.mark.parametrize(("goal", "minutes"), [(1, 5), (20, 10), (29, 15), (51, 30), (1000, 30)])
def test_the_first_run_offers_the_minutes_that_come_nearest_to_the_plan(client_of, alice, goal, minutes):
    Plan.objects.create(user=alice, daily_goal=goal)
    assert client_of("alice").get("/start/").context["form"]["minutes"].value() == minutes


@pytest.mark.parametrize("what", ["", "n6", "grade7", "\0"])
def test_an_unknown_set_is_refused(client_of, what):
    for who in ("visitor", "alice"):
        assert client_of(who).post("/start/", {"what": what, "minutes": "10"}).status_code == 400
    assert Plan.objects.count() == 0


@pytest.mark.parametrize("name", ["n6", "", "あ", "hiragana "])
def test_an_unknown_set_in_the_cookie_counts_as_none(client_of, name):
    visitor = client_of("visitor")
    visitor.cookies["practice_set"] = name.encode().decode("latin-1")  # as servers pass bytes on
    assert characters(visitor.get("/lesson/")) == TASTE


@pytest.mark.parametrize("who", ["visitor", "bob"])
def test_everybody_practises_a_shared_list(client_of, alice, who):
    mine = CharacterList.objects.create(user=alice, name="Mine", characters="木林森", shared_as="a-link")
    client = client_of(who)
    assert 'href="/lesson/?shared=a-link"' in client.get("/lists/shared/a-link/").content.decode()
    assert characters(client.get("/lesson/?shared=a-link")) == "木林森"
    assert "Mine" not in client.get("/lesson/?shared=a-link").content.decode()
    mine.unshare()
    assert client.get("/lesson/?shared=a-link").status_code == 404


@pytest.mark.parametrize("address", ["?shared=", "?shared=None", "?shared=%00"])
def test_a_list_that_is_not_shared_cannot_be_practised(client_of, alice, address):
    CharacterList.objects.create(user=alice, name="Mine", characters="木林森")
    assert client_of("visitor").get(f"/lesson/{address}").status_code == 404


def test_a_learners_reviews_of_a_shared_list_are_their_own(client_of, alice):
    CharacterList.objects.create(user=alice, name="Mine", characters="木林", shared_as="a-link")
    Review.objects.begin(alice, Character.objects.get(literal="林"))
    rows = practice(client_of("alice").get("/lesson/?shared=a-link"))["results"]
    assert [(row["character"], row["is_new"], row["is_due"]) for row in rows] == [
        ("木", True, False),
        ("林", False, True),
    ]


def test_a_learners_lesson_asks_the_api_and_a_guest_has_no_lists(client_of):
    assert practice(client_of("alice").get("/lesson/")) is None
    assert client_of("visitor").get("/lesson/?list=1")["Location"].startswith("/accounts/login/")


def test_signing_up_takes_over_the_set_but_never_replaces_a_plan(client, settings):
    client.cookies["practice_set"] = "n5"
    password = "brush and ink 5"
    client.post("/accounts/signup/", {"email": "new@example.org", "password1": password, "password2": password})
    plan = Plan.objects.get(user__email="new@example.org")
    assert plan.character_set == "n5"


# ── The first page ─────────────────────────────────────────

HEADLINE = "How well does your Japanese handwriting read?"


def test_the_first_page_welcomes_newcomers_until_they_have_written(client_of):
    visitor = client_of("visitor")
    page = visitor.get("/").content.decode()
    assert HEADLINE in page.partition('id="app"')[0]
    assert len(re.findall(r'<a lang="ja" href="/\?practise=', page)) == 3
    assert page.count("<h1") == 1
    assert HEADLINE not in visitor.get("/?practise=永").content.decode()
    assert HEADLINE in visitor.get("/").content.decode()
    write(visitor, "永")
    assert HEADLINE not in visitor.get("/").content.decode()
    assert HEADLINE not in client_of("alice").get("/").content.decode()


# ── The plan of a new account ──────────────────────────────


@pytest.mark.parametrize(("minutes", "goal", "new"), [(5, 10, 2), (10, 20, 5), (30, 60, 15)])
def test_the_first_run_sets_the_plan(client_of, alice, minutes, goal, new):
    answer = client_of("alice").post("/start/", {"what": "n5", "minutes": str(minutes)})
    assert answer["Location"] == "/lesson/"
    plan = Plan.objects.get(user=alice)
    assert (plan.character_set, plan.daily_goal, plan.new_per_day) == ("n5", goal, new)
    assert {each.n_level for each in plan.new_characters()} == {5}


def test_a_list_of_ones_own_becomes_a_list_that_the_plan_follows(client_of, alice):
    for number in (1, 2):
        client_of("alice").post("/start/", {"what": "own", "characters": "水 火", "minutes": "10"})
        plan = Plan.objects.get(user=alice)
        assert [each.literal for each in plan.new_characters()] == ["水", "火"]
        assert alice.lists.count() == number
    client_of("alice").post("/start/", {"what": "hiragana", "minutes": "10"})
    assert Plan.of(alice).new_characters()[0].literal == "あ"


@pytest.mark.parametrize("chosen", CharacterSet)
def test_no_set_is_empty_and_none_has_a_character_twice(chosen):
    literals = list(chosen.rows().values_list("literal", flat=True))
    assert literals
    assert len(set(literals)) == len(literals)


@pytest.mark.parametrize(
    ("daily_goal", "new", "due", "goal"), [(20, 5, 0, 5), (20, 5, 15, 20), (4, 5, 0, 4), (20, 0, 0, 20)]
)
def test_the_goal_asks_for_no_more_than_there_is_to_practise(alice, daily_goal, new, due, goal):
    plan = Plan.objects.create(user=alice, daily_goal=daily_goal, new_per_day=new)
    for character in Character.objects.filter(script="kanji")[:due]:
        Review.objects.begin(alice, character)
    Review.objects.update(begun_on=alice.today - timedelta(days=1))
    assert plan.goal_today() == goal


def test_the_goal_does_not_move_while_the_plan_is_followed(alice):
    plan = Plan.objects.create(user=alice)
    for written, character in enumerate(list(plan.new_today()), 1):
        Day.objects.update_or_create(user=alice, date=alice.today, defaults={"attempts": written})
        review, _is_begun = Review.objects.begin(alice, character)
        review.reviewed_on, review.due_on = alice.today, alice.today + timedelta(days=3)
        review.save()
        assert plan.goal_today() == 5
    assert Day.objects.today(alice).attempts == plan.goal_today()


def test_five_more_go_beyond_the_quota(client_of, alice):
    client = client_of("alice")
    Plan.objects.create(user=alice, new_per_day=0)
    assert client.get("/api/v1/reviews/").json()["results"] == []
    found = client.get("/api/v1/reviews/", {"more": 5}).json()
    assert (found["new"], "".join(row["character"] for row in found["results"])) == (5, "あいうえお")
    for more in ("-1", "21", "x"):
        assert client.get("/api/v1/reviews/", {"more": more}).status_code == 400
    assert 'href="/lesson/?more=5"' in client.get("/today/").content.decode()


# ── The account ────────────────────────────────────────────


def sign_up(client, email: str) -> None:
    password = "brush and ink 5"
    client.post("/accounts/signup/", {"email": email, "password1": password, "password2": password})
    mail.outbox.clear()


def test_the_mail_is_sent_again_and_confirms_the_address(client):
    sign_up(client, "new@example.org")
    page = client.get("/accounts/confirm-email/").content.decode()
    assert 'value="new@example.org"' in page
    client.post("/accounts/send-mail-again/", {"email": "New@example.org"})
    [sent] = mail.outbox
    assert sent.to == ["new@example.org"]
    [link] = re.findall(r"http://localhost:8000(/accounts/confirm-email/\S+/)", str(sent.body))
    client.post(link)
    assert EmailAddress.objects.get(email="new@example.org").verified


def test_the_answer_to_send_again_tells_nobody_who_has_an_account(client, client_of, alice):
    sign_up(client, "new@example.org")
    pages = []
    for email in ("new@example.org", "alice@example.org", "nobody@example.org"):
        visitor = client_of("visitor")
        answer = visitor.post("/accounts/send-mail-again/", {"email": email}, follow=True)
        pages.append(
            re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce-\S+|value="[^"]*"', "", answer.content.decode())
        )
    assert pages[0] == pages[1] == pages[2]
    assert [sent.to for sent in mail.outbox] == [["new@example.org"]]


def test_the_mail_is_sent_again_only_to_who_waits_for_it(client):
    sign_up(client, "new@example.org")
    EmailAddress.objects.update(verified=True)
    client.post("/accounts/send-mail-again/", {"email": "new@example.org"})
    EmailAddress.objects.update(verified=False)
    User.objects.get(email="new@example.org").schedule_deletion()
    client.post("/accounts/send-mail-again/", {"email": "new@example.org"})
    assert mail.outbox == []


def test_a_fourth_mail_within_ten_minutes_is_refused(client, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "again"}}
    caches["default"].clear()
    sign_up(client, "new@example.org")
    statuses = [client.post("/accounts/send-mail-again/", {"email": "new@example.org"}).status_code for _ in range(4)]
    assert statuses == [302, 302, 302, 429]
    assert len(mail.outbox) == 3


def test_the_preferences_offer_the_browsers_time_zone(client_of, alice):
    client = client_of("alice")
    alice.time_zone = "Europe/Paris"
    alice.save()
    client.cookies["tz"] = "Asia/Tokyo"
    page = client.get("/accounts/preferences/").content.decode()
    assert "Use Asia/Tokyo" in page
    fields = {"language": "en", "time_zone": "Europe/Paris", "use_zone": "Asia/Tokyo"}
    client.post("/accounts/preferences/", fields)
    alice.refresh_from_db()
    assert alice.time_zone == "Asia/Tokyo"
    assert "Use Asia/Tokyo" not in client.get("/accounts/preferences/").content.decode()


@pytest.mark.parametrize(
    "path", ["/", "/characters/", "/characters/永/", "/today/", "/lesson/", "/start/", "/nowhere/"]
)
def test_every_page_has_a_link_past_the_navigation(client_of, path):
    page = client_of("visitor").get(path).content.decode()
    assert page.index('href="#content"') < page.index("<header") < page.index('id="content"') < page.index("<main")


def test_a_missing_page_leads_to_writing(client_of):
    page = client_of("visitor").get("/nowhere/").content.decode().partition("<main")[2]
    assert 'class="main-button" href="/"' in page
