"""Imports of lists, preferences, the plan and reviews."""

import io
import math
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any
from zipfile import ZipFile

import pytest

from accounts.models import CharacterList, Plan, Review, User, WordReview
from accounts.transfer.importing.account import AccountImport
from characters.models import Character, Word
from tests.support.exports import zipped

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice@example.org")


def bring(user: User, account: dict[str, Any] | None = None, **files: Any) -> dict[str, int]:
    """Import the account and the files, and return what was skipped."""
    skipped: Counter[str] = Counter()
    characters = dict(Character.objects.filter(literal__in="口日永").values_list("literal", "pk"))
    with ZipFile(io.BytesIO(zipped(**files))) as archive:
        AccountImport(archive, user, characters, skipped).run(account or {})
    return dict(skipped)


def lists(user: User) -> dict[str, str]:
    return dict(user.lists.values_list("name", "characters"))


# ── Lists ──────────────────────────────────────────────────


def test_lists_are_added_with_each_character_once(alice):
    assert bring(alice, lists=[{"name": "Mine", "characters": "口日口"}, {"name": "b", "characters": "永"}]) == {}
    assert lists(alice) == {"Mine": "口日", "b": "永"}


def test_lists_with_a_name_in_use_are_left_out(alice):
    CharacterList.objects.create(user=alice, name="Mine", characters="永")
    rows = [{"name": "Mine", "characters": "口"}, *[{"name": "b", "characters": c} for c in "日口"]]
    assert bring(alice, lists=rows) == {}
    assert lists(alice) == {"Mine": "永", "b": "日"}


@pytest.mark.parametrize(
    "row",
    [
        {"characters": "口"},
        {"name": 7, "characters": "口"},
        {"name": " ", "characters": "口"},
        {"name": "", "characters": "口"},
        {"name": "a\0", "characters": "口"},
        {"name": "a" * 101, "characters": "口"},
        {"name": "a"},
        {"name": "a", "characters": ["口"]},
        {"name": "a", "characters": ""},
        {"name": "a", "characters": "鬱"},
    ],
)
def test_a_malformed_list_is_skipped_and_the_next_is_added(alice, row):
    assert bring(alice, lists=[row, {"name": "good", "characters": "口"}]) == {"malformed_list": 1}
    assert lists(alice) == {"good": "口"}


def test_each_malformed_value_is_counted(alice):
    assert bring(alice, lists=[7, {}, {}, {"name": "a", "characters": ""}, {"name": "a", "characters": ""}, 8]) == {
        "malformed": 2,
        "malformed_list": 4,
    }


def test_no_more_lists_are_added_than_a_learner_can_have(alice, monkeypatch):
    monkeypatch.setattr(CharacterList, "MOST", 3)
    CharacterList.objects.create(user=alice, name="Mine", characters="永")
    assert bring(alice, lists=[{"name": name, "characters": "口"} for name in "abc"]) == {}
    assert list(lists(alice)) == ["Mine", "a", "b"]


# ── Preferences ────────────────────────────────────────────


def preferences(user: User) -> tuple[str, str, int]:
    user.refresh_from_db()
    return user.language, user.time_zone, user.day_starts_at


@pytest.mark.parametrize("hour", [1, 6])
def test_language_and_clock_are_set(alice, hour):
    assert bring(alice, {"language": "ja", "time_zone": "Asia/Tokyo", "day_starts_at": hour}) == {}
    assert preferences(alice) == ("ja", "Asia/Tokyo", hour)


def test_language_and_clock_that_the_user_has_are_kept(alice):
    alice.language, alice.time_zone, alice.day_starts_at = "fr", "Europe/Paris", 3
    alice.save()
    assert bring(alice, {"language": "ja", "time_zone": "Asia/Tokyo", "day_starts_at": 4}) == {}
    assert preferences(alice) == ("fr", "Europe/Paris", 3)


@pytest.mark.parametrize(
    ("account", "skipped"),
    [
        ({}, {}),
        ({"language": "tlh"}, {}),
        ({"language": ["ja"]}, {}),
        ({"time_zone": ""}, {}),
        ({"time_zone": 7}, {}),
        ({"time_zone": "Mars"}, {"unknown_time_zone": 1}),
        ({"time_zone": "Mars\0"}, {"unknown_time_zone": 1}),
        ({"day_starts_at": -1}, {}),
        ({"day_starts_at": 7}, {}),
        ({"day_starts_at": True}, {}),
        ({"day_starts_at": "4"}, {}),
    ],
)
def test_unknown_preferences_are_not_set(alice, account, skipped):
    assert bring(alice, account) == skipped
    assert preferences(alice) == ("", "", 0)


def test_an_import_changes_no_other_columns_of_the_user(alice):
    User.objects.filter(pk=alice.pk).update(shows_examples=True)
    bring(alice, {"language": "ja", "consents": {"shows_examples": False}})
    alice.refresh_from_db()
    assert alice.shows_examples


# ── The plan ───────────────────────────────────────────────

PLAN = {
    "new_per_day": 7,
    "order": "jlpt",
    "scripts": ["kanji"],
    "character_set": "n5",
    "daily_goal": 33,
    "reminds": True,
    "reminds_at": 6,
    "list": None,
}


def plan_of(user: User) -> dict[str, Any]:
    plan = Plan.objects.get(user=user)
    return {**{name: getattr(plan, name) for name in PLAN}, "list": plan.list and plan.list.name}


def test_the_plan_is_added(alice):
    assert bring(alice, {"plan": PLAN}) == {}
    assert plan_of(alice) == PLAN


def test_a_plan_keeps_the_defaults_of_what_it_does_not_say(alice):
    assert bring(alice, {"plan": {"daily_goal": 33}}) == {}
    assert plan_of(alice) == {**PLAN, **{name: getattr(Plan(), name) for name in PLAN}, "daily_goal": 33}


def test_a_plan_that_the_user_has_is_kept(alice):
    Plan.objects.create(user=alice, new_per_day=1)
    assert bring(alice, {"plan": PLAN}) == {}
    assert Plan.objects.get(user=alice).new_per_day == 1


def test_a_plan_of_another_user_is_not_the_users(alice):
    Plan.objects.create(user=User.objects.create_user("bob@example.org"))
    bring(alice, {"plan": PLAN})
    assert plan_of(alice) == PLAN


def test_a_plan_finds_its_list_by_name(alice):
    bring(alice, {"plan": {**PLAN, "order": "list", "list": "Mine"}}, lists=[{"name": "Mine", "characters": "口"}])
    assert plan_of(alice) == {**PLAN, "order": "list", "list": "Mine"}


@pytest.mark.parametrize("name", ["Yours", "You\0rs", "\ud800", 7, None])
def test_an_order_by_a_list_that_does_not_exist_becomes_an_order_by_grade(alice, name):
    CharacterList.objects.create(user=User.objects.create_user("bob@example.org"), name="Yours", characters="口")
    assert bring(alice, {"plan": {**PLAN, "order": "list", "list": name}}) == {}
    assert plan_of(alice) == {**PLAN, "order": "grade"}


@pytest.mark.parametrize(
    "fault",
    [
        {"new_per_day": -5},
        {"new_per_day": 101},
        {"new_per_day": []},
        {"new_per_day": math.inf},
        {"order": "alphabet"},
        {"scripts": "kanji"},
        {"scripts": {"kanji": 1}},
        {"scripts": ["kanji", "runes"]},
        {"scripts": [[]]},
        {"daily_goal": 0},
        {"reminds_at": 24},
    ],
)
def test_a_malformed_plan_is_skipped(alice, fault):
    assert bring(alice, {"plan": {**PLAN, **fault}}) == {"malformed_plan": 1}
    assert not Plan.objects.exists()


@pytest.mark.parametrize("plan", [None, [], "plan"])
def test_without_a_plan_none_is_added(alice, plan):
    assert bring(alice, {"plan": plan}) == {}
    assert not Plan.objects.exists()


# ── Reviews ────────────────────────────────────────────────

NEW = {
    "character": "口",
    "begun_on": "2026-05-01",
    "due_on": "2026-05-02",
    "reviewed_on": None,
    "stability": None,
    "difficulty": None,
    "reviews": 0,
    "lapses": 0,
}
KNOWN = {**NEW, "reviewed_on": "2026-05-03", "stability": 2.5, "difficulty": 4.5, "reviews": 3, "lapses": 1}


MEMORY = ["begun_on", "due_on", "reviewed_on", "stability", "difficulty", "reviews", "lapses"]


def memory(review: Review | WordReview) -> dict[str, Any]:
    fields = {name: getattr(review, name) for name in MEMORY}
    return {name: str(value) if isinstance(value, date) else value for name, value in fields.items()}


def reviews(user: User) -> list[dict[str, Any]]:
    return [{"character": one.character.literal, **memory(one)} for one in user.reviews.order_by("pk")]


@pytest.mark.parametrize(
    "row",
    [
        NEW,
        KNOWN,
        {**KNOWN, "stability": 36500, "difficulty": 1, "reviews": 1_000_000, "lapses": 1_000_000},
        {**KNOWN, "stability": 0.001, "difficulty": 10, "reviews": 0, "lapses": 0},
        {**KNOWN, "due_on": "2126-04-10"},  # 36,500 days from now
        {**KNOWN, "begun_on": "2000-01-01", "due_on": "2000-01-01", "reviewed_on": "2000-01-01"},
        {**KNOWN, "begun_on": "2026-05-05", "reviewed_on": "2026-05-05"},
    ],
)
def test_a_review_is_added(alice, row):
    assert bring(alice, reviews=[row]) == {}
    assert reviews(alice) == [row]


@pytest.mark.parametrize(
    "fault",
    [
        {"character": None},
        {"character": "鬱"},
        {"begun_on": None},
        {"begun_on": "2026-05-06"},
        {"reviewed_on": "2026-05-06"},
        {"reviewed_on": 7},
        {"due_on": None},
        {"due_on": "2126-04-11"},
        {"stability": None},
        {"stability": 0},
        {"stability": 36500.1},
        {"stability": "1"},
        {"difficulty": None},
        {"difficulty": 0.9},
        {"difficulty": 10.1},
        {"difficulty": "1"},
        {"reviews": None},
        {"reviews": -1},
        {"reviews": 1_000_001},
        {"reviews": True},
        {"lapses": None},
        {"lapses": -1},
        {"lapses": 1_000_001},
        {"lapses": 1.0},
        {"reviewed_on": None},
        {"reviewed_on": None, "stability": None},
        {"reviewed_on": None, "difficulty": None},
    ],
)
def test_a_malformed_review_is_skipped_and_the_next_is_added(alice, fault):
    good = {**KNOWN, "character": "日"}
    assert bring(alice, reviews=[{**KNOWN, **fault}, good]) == {"malformed_review": 1}
    assert reviews(alice) == [good]


def test_malformed_reviews_are_counted(alice):
    assert bring(alice, reviews=[{}, 7, {}]) == {"malformed_review": 2, "malformed": 1}


#: Days of the last review of the own and of the imported one, and which of them is kept.
LATER_REVIEWS = [
    ("2026-05-01", "2026-05-02", "theirs"),
    ("2026-05-01", "2026-05-01", "own"),
    ("2026-05-02", "2026-05-01", "own"),
    (None, "2026-05-01", "theirs"),
    ("2026-05-01", None, "own"),
    (None, None, "own"),
]


@pytest.mark.parametrize(("own", "theirs", "kept"), LATER_REVIEWS)
def test_the_later_of_two_reviews_of_a_character_is_kept(alice, own, theirs, kept):
    character = Character.objects.get(literal="口")
    Review.objects.create(
        user=alice, character=character, begun_on=NOW, due_on=NOW, reviewed_on=own and date.fromisoformat(own), lapses=9
    )
    row = {**KNOWN, "reviewed_on": theirs} if theirs else NEW
    later = {**NEW, "character": "日"}
    assert bring(alice, reviews=[row, later]) == {}
    mine = reviews(alice)
    assert len(mine) == 2
    assert mine[1] == later
    assert (mine[0] == row) if kept == "theirs" else (mine[0]["lapses"] == 9)


def test_the_later_of_two_reviews_in_the_file_is_kept(alice):
    rows = [{**KNOWN, "reviewed_on": f"2026-05-0{day}", "lapses": day} for day in (2, 3, 1)]
    assert bring(alice, reviews=rows) == {}
    assert reviews(alice) == [rows[1]]


def test_a_file_that_is_no_list_is_malformed(alice):
    assert bring(alice, lists="{", reviews="{") == {"malformed": 2}


# ── Reviews of words ───────────────────────────────────────


def of_word(row: dict[str, Any], word: Any = "入口") -> dict[str, Any]:
    return {"word": word, **{name: row[name] for name in MEMORY}}


def word_reviews(user: User) -> list[dict[str, Any]]:
    return [{"word": one.word.text, **memory(one)} for one in user.word_reviews.order_by("pk")]


@pytest.mark.parametrize("row", [NEW, KNOWN])
def test_the_review_of_a_word_is_added(alice, row):
    assert bring(alice, word_reviews=[of_word(row)]) == {}
    assert word_reviews(alice) == [of_word(row)]


def test_the_review_of_a_word_as_long_as_the_longest_is_added(alice):
    longest = "口" * 16
    Word.objects.create(text=longest, rank=1)
    assert bring(alice, word_reviews=[of_word(KNOWN, longest)]) == {}
    assert word_reviews(alice) == [of_word(KNOWN, longest)]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"word": "々々"}, "unknown_word"),
        ({"word": None}, "unknown_word"),
        ({"word": ["入口"]}, "unknown_word"),
        ({"word": "入\0口"}, "unknown_word"),
        ({"word": "入\ud800"}, "unknown_word"),
        ({"stability": None}, "malformed_review"),
    ],
)
def test_malformed_reviews_of_words_are_counted_and_the_next_is_added(alice, fault, reason):
    bad, good = {**of_word(KNOWN), **fault}, of_word(KNOWN, "日本")
    assert bring(alice, word_reviews=[bad, bad, good]) == {reason: 2}
    assert word_reviews(alice) == [good]


@pytest.mark.parametrize(("own", "theirs", "kept"), LATER_REVIEWS)
def test_the_later_of_two_reviews_of_a_word_is_kept(alice, own, theirs, kept):
    word = Word.objects.get(text="入口")
    WordReview.objects.create(
        user=alice, word=word, begun_on=NOW, due_on=NOW, reviewed_on=own and date.fromisoformat(own), lapses=9
    )
    row = of_word({**KNOWN, "reviewed_on": theirs} if theirs else NEW)
    later = of_word(NEW, "日本")
    assert bring(alice, word_reviews=[row, later]) == {}
    mine = word_reviews(alice)
    assert len(mine) == 2
    assert mine[1] == later
    assert (mine[0] == row) if kept == "theirs" else (mine[0]["lapses"] == 9)


def test_the_later_of_two_reviews_of_a_word_in_the_file_is_kept(alice):
    rows = [of_word({**KNOWN, "reviewed_on": f"2026-05-0{day}", "lapses": day}) for day in (2, 3, 1)]
    assert bring(alice, word_reviews=rows) == {}
    assert word_reviews(alice) == [rows[1]]
