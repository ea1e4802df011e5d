"""What a learner practises, and when."""

import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import CharacterList, Review, Scope, Token, User
from characters.models import Character

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

REVIEWS = "/api/v1/reviews/"


@pytest.fixture
def alice(client_of) -> User:
    client_of("alice")
    return User.objects.get(email="alice@example.org")


def review_of(character: str) -> str:
    return f"{REVIEWS}{quote(character)}/"


def begin(client: Client, character: object):
    return client.post(REVIEWS, json.dumps({"character": character}), "application/json")


def practise(user: User, characters: str, due_in: int = 0, **fields) -> None:
    """Take the characters into the practice, due in so many days."""
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


def test_a_newcomer_begins_with_the_first_kana(client_of):
    answer = client_of("alice").get(REVIEWS)
    assert {name: answer.json()[name] for name in ("due", "new", "goal")} == {
        "due": 0,
        "new": 5,
        "goal": {"writings": 20, "written": 0},
    }
    assert characters_of(answer) == "あいうえお"
    assert answer.json()["results"][0] == {
        "character": "あ",
        "script": "hiragana",
        "is_new": True,
        "is_due": False,
        "due_on": None,
        "reviewed_on": None,
        "stability": None,
        "best": None,
        "on": [],
        "kun": [],
        "meanings": [],
    }


def test_what_is_due_comes_before_what_is_new_and_the_longest_due_first(client_of, alice):
    practise(alice, "日本", due_in=-1)
    practise(alice, "口", due_in=-3)
    practise(alice, "山", due_in=1)
    answer = client_of("alice").get(REVIEWS)
    assert characters_of(answer) == "口日本あいうえお"
    assert answer.json()["due"] == 3
    assert [row["is_due"] for row in answer.json()["results"][2:4]] == [True, False]


def test_a_character_that_is_begun_is_due_today_and_takes_the_room_of_a_new_one(client_of):
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
def test_only_a_character_of_the_catalogue_is_taken_into_the_practice(client_of, character):
    answer = begin(client_of("alice"), character)
    assert answer.status_code == 400
    assert answer.json()["character"][0]["code"]
    assert not Review.objects.exists()


@pytest.mark.parametrize("character", ["永", "鿿", "永日", "\0"])
def test_what_is_not_in_the_practice_is_not_found(client_of, character):
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
def test_a_limit_or_list_that_there_is_not_is_refused(client_of, asked, status):
    assert client_of("alice").get(f"{REVIEWS}?{asked}").status_code == status


def test_a_list_gives_what_is_due_of_it_then_what_is_new_then_the_rest(client_of, alice):
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


def test_meanings_are_in_the_language_of_the_answer(client_of, alice):
    practise(alice, "水")
    [water] = [row for row in client_of("alice").get(REVIEWS).json()["results"] if row["character"] == "水"]
    assert water["meanings"] == ["water"]
    with translation.override("fr"):
        assert client_of("alice").get(review_of("水")).json()["meanings"] == ["eau"]


def test_a_token_reads_with_one_scope_and_changes_with_another(alice):
    def program(*scopes: str) -> Client:
        _, secret = Token.objects.issue(alice, "Tablet", scopes)
        return Client(headers={"Authorization": f"Bearer {secret}"})

    reader, writer = program(Scope.READ_HISTORY), program(Scope.WRITE_ATTEMPTS)
    assert (reader.get(REVIEWS).status_code, writer.get(REVIEWS).status_code) == (200, 403)
    assert (begin(reader, "永").status_code, begin(writer, "永").status_code) == (403, 201)
    assert (reader.delete(review_of("永")).status_code, writer.delete(review_of("永")).status_code) == (403, 204)


@pytest.mark.parametrize("count", [1, 3000])
def test_however_much_is_due_the_answer_costs_the_same(client_of, alice, count):
    practise(alice, "".join(Character.objects.values_list("literal", flat=True)[:count]), due_in=-9)
    everything = "".join(Character.objects.values_list("literal", flat=True)[2000:3000])
    chosen = CharacterList.objects.create(user=alice, name="Mine", characters=everything)
    with CaptureQueriesContext(connection) as queries:
        answer = client_of("alice").get(f"{REVIEWS}?limit=100")
    assert answer.json()["due"] == count
    assert len(queries) == 9
    with CaptureQueriesContext(connection) as queries:
        client_of("alice").get(f"{REVIEWS}?limit=100&list={chosen.pk}")
    assert len(queries) == 12
