"""The plan's counts and orders: quotas, new characters, forecasts and reviews, all of one learner only."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from fsrs import Rating

from accounts.models import CharacterList, Plan, Review, User
from accounts.models.plan import Order
from characters.models import Character

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice@example.org")


@pytest.fixture
def bob() -> User:
    return User.objects.create_user("bob@example.org")


def due(user: User, literal: str, days: int) -> Review:
    """A review of the character, due some days after today."""
    character = Character.objects.get(literal=literal)
    return Review.objects.create(
        user=user, character=character, begun_on=user.today, due_on=user.today + timedelta(days=days)
    )


def test_the_longest_overdue_reviews_of_the_learner_come_first(alice, bob):
    for literal, days in {"一": 0, "二": 1, "三": -5, "四": -1}.items():
        due(alice, literal, days)
    due(bob, "七", -2)
    assert [review.character.literal for review in Review.objects.due(alice)] == ["三", "四", "一"]


def test_todays_count_is_of_the_learners_reviews_that_are_due_or_done(alice, bob):
    due(alice, "一", 0)
    due(alice, "二", 1)
    Review.objects.filter(pk=due(alice, "三", 2).pk).update(reviewed_on=alice.today)
    due(bob, "七", 0)
    assert Review.objects.count_today(alice) == 2


def test_the_learners_leeches_that_are_due_first_come_first(alice, bob):
    for user, literal, days in ((alice, "一", 3), (alice, "二", 1), (alice, "三", 2), (bob, "七", 0)):
        due(user, literal, days)
    Review.objects.update(lapses=5, stability=1)
    due(alice, "四", 0)
    assert [review.character.literal for review in Review.objects.leeches(alice)] == ["二", "三", "一"]


def test_a_plan_is_read_with_its_list_in_one_query(alice, django_assert_num_queries):
    own = CharacterList.objects.create(user=alice, name="Mine", characters="口")
    Plan.objects.create(user=alice, order="list", list=own)
    with django_assert_num_queries(1):
        assert Plan.of(alice).list == own


def test_the_forecast_counts_the_learners_reviews_from_tomorrow_to_its_last_day(alice, bob):
    for literal, days in {"一": -1, "二": 0, "三": 1, "四": 1, "五": 7, "六": 8}.items():
        due(alice, literal, days)
    due(bob, "七", 2)
    with_counts = Review.objects.forecast(alice, 7)
    assert [count for _, count in with_counts] == [2, 0, 0, 0, 0, 0, 1]
    assert [day - alice.today for day, _ in with_counts] == [timedelta(days=n) for n in range(1, 8)]


def test_the_forecast_asks_the_database_for_its_days_only(alice, django_assert_num_queries):
    with django_assert_num_queries(1) as queries:
        Review.objects.forecast(alice, 7)
    [query] = queries.captured_queries
    for day in (alice.today, alice.today + timedelta(days=7)):
        assert f"'{day}'" in query["sql"]


def test_an_attempt_is_a_review_of_its_own_learner_and_character_only(alice, bob):
    alices, other, bobs = due(alice, "一", 0), due(alice, "二", 0), due(bob, "一", 0)

    def counts() -> list[int]:
        for review in (alices, other, bobs):
            review.refresh_from_db()
        return [alices.reviews, other.reviews, bobs.reviews]

    Review.objects.record(bob, bobs.character_id, Rating.Good, bob.today, saw_reference=False)
    assert counts() == [0, 0, 1]
    Review.objects.record(alice, other.character_id, Rating.Good, alice.today, saw_reference=False)
    assert counts() == [0, 1, 1]


def test_every_review_is_counted(alice):
    review = due(alice, "一", 0)
    for count in (1, 2, 3):
        review.rate(Rating.Good, review.due_on)
        assert review.reviews == count


def test_characters_of_a_set_are_new_until_the_learner_practises_them(alice, bob):
    plan = Plan(user=alice, character_set="n5")
    first, second, third = (character.literal for character in plan.new_characters()[:3])
    due(alice, first, 1)
    due(bob, second, 1)
    assert [character.literal for character in plan.new_characters()[:2]] == [second, third]


def test_a_plan_without_new_characters_counts_none(alice):
    assert Plan(user=alice, new_per_day=0).count_new_today() == 0
    assert Plan(user=alice, new_per_day=3).count_new_today() == 3


def test_an_order_by_list_asks_for_the_list(alice):
    with pytest.raises(ValidationError) as error:
        Plan(user=alice, order=Order.LIST).clean()
    assert error.value.message_dict == {"list": ["Choose the list that new characters come from."]}


def test_others_reviews_use_up_neither_the_quota_nor_the_new_characters(alice, bob):
    for literal in "あいう":
        Review.objects.begin(bob, Character.objects.get(literal=literal))
    Review.objects.begin(alice, Character.objects.get(literal="い"))
    plan = Plan(user=alice, new_per_day=4)
    assert [str(character) for character in plan.new_today()] == ["あ", "う", "え"]


#: For each order, what follows a character's script in its sort key; None comes last.
KEYS = {
    Order.GRADE: ("grade", "frequency"),
    Order.FREQUENCY: ("frequency",),
    Order.JLPT: ("-jlpt", "frequency"),
    Order.LIST: ("grade", "frequency"),  # the list was deleted
}


@pytest.mark.parametrize("order", KEYS)
def test_new_characters_are_sorted_by_script_order_and_position(alice, order):
    scripts = ["kanji", "digit", "hiragana", "katakana"]

    def key(character: Character) -> list[float]:
        values = [getattr(character, name.removeprefix("-")) for name in KEYS[order]]
        signs = [-1 if name.startswith("-") else 1 for name in KEYS[order]]
        known = [float("inf") if value is None else sign * value for sign, value in zip(signs, values, strict=True)]
        return [["hiragana", "katakana", "kanji", "digit"].index(character.script), *known, character.position]

    expected = sorted(Character.objects.filter(script__in=scripts), key=key)
    found = list(Plan(user=alice, order=order, scripts=scripts).new_characters())
    assert "".join(map(str, found)) == "".join(map(str, expected))


def test_a_list_counts_only_in_the_order_by_list(alice):
    chosen = CharacterList.objects.create(user=alice, name="Mine", characters="書永")
    by_list, by_grade = (Plan(user=alice, order=order, list=chosen) for order in (Order.LIST, Order.GRADE))
    assert [str(character) for character in by_list.new_characters()] == ["書", "永"]
    assert str(by_grade.new_characters()[0]) == str(Plan(user=alice).new_characters()[0]) != "書"


@pytest.mark.parametrize(
    ("before", "after", "reminded"),
    [
        (None, (True, 19), True),
        (None, (True, 18), True),
        (None, (True, 20), False),
        ((True, 20), (True, 19), True),
        ((False, 19), (True, 19), True),
        ((True, 19), (True, 19), False),
    ],
)
def test_changed_reminders_begin_tomorrow_if_the_hour_has_come_where_the_learner_is(
    alice, bob, monkeypatch, before, after, reminded
):
    alice.time_zone = "Asia/Tokyo"
    alice.save()
    Plan.objects.create(user=bob, reminds=after[0], reminds_at=after[1])
    if before:
        Plan.objects.create(user=alice, reminds=before[0], reminds_at=before[1])
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 11, 20, 10, 30, tzinfo=UTC))  # 19:30
    plan = Plan.of(alice)
    plan.reminds, plan.reminds_at = after
    plan.keep()
    assert Plan.objects.get(user=alice).reminded_on == (date(2026, 11, 20) if reminded else None)
