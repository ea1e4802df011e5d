"""Lists of characters: creating, sharing and practising them."""

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import CharacterList, Plan, Progress, Scope, Token, User
from characters.catalogue import split_known
from characters.models import Character
from tests.support.errors import error_at

pytestmark = pytest.mark.django_db

LISTS = "/api/v1/lists/"


@pytest.fixture
def alice(client_of) -> User:
    client_of("alice")
    return User.objects.get(email="alice@example.org")


def make(client: Client, name: object = "Station", characters: object = "駅電車"):
    return client.post(LISTS, json.dumps({"name": name, "characters": characters}), "application/json")


def change(client: Client, pk: int, **fields):
    return client.patch(f"{LISTS}{pk}/", json.dumps(fields), "application/json")


@pytest.mark.parametrize(
    ("text", "known", "unknown"),
    [
        ("駅、電車。駅 !", "駅電車", ""),
        ("か\u3099く", "がく", ""),
        ("永鿿é永", "永", "鿿é"),
        ("", "", ""),
    ],
)
def test_a_text_is_split_into_known_and_unknown_characters(text, known, unknown):
    assert split_known(text) == (known, unknown)


def test_a_list_is_created_renamed_reordered_and_deleted(client_of):
    alice = client_of("alice")
    answer = make(alice, characters="駅, 電\n車")
    assert answer.status_code == 201
    made = answer.json()
    assert {name: made[name] for name in ("name", "characters", "shared_url", "written", "mastered")} == {
        "name": "Station",
        "characters": "駅電車",
        "shared_url": None,
        "written": 0,
        "mastered": 0,
    }
    assert alice.get(LISTS).json()["results"] == [made]
    assert change(alice, made["id"], characters="車駅").json()["characters"] == "車駅"
    assert change(alice, made["id"], name="At the station").json()["characters"] == "車駅"
    assert alice.delete(f"{LISTS}{made['id']}/").status_code == 204
    assert alice.get(LISTS).json() == {"next": None, "previous": None, "results": []}


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"name": ""}, "name", "blank"),
        ({"name": "x" * 101}, "name", "max_length"),
        ({"name": "a\0"}, "name", "null_characters_not_allowed"),
        ({"name": "Taken"}, "name", "name_taken"),
        ({"characters": ""}, "characters", "blank"),
        ({"characters": "、。"}, "characters", "required"),
        ({"characters": "永鿿"}, "characters", "unknown_characters"),
        ({"characters": "永\0"}, "characters", "null_characters_not_allowed"),
        ({"characters": "永" * 20_001}, "characters", "max_length"),
        ({"characters": ["永"]}, "characters", "incorrect_type"),
        ({"name": 7}, "name", "incorrect_type"),
    ],
)
def test_an_invalid_list_is_rejected_with_a_code(client_of, alice, fields, field, code):
    CharacterList.objects.create(user=alice, name="Taken", characters="永")
    answer = make(client_of("alice"), **fields)
    assert error_at(answer, f"/{field}")["code"] == code
    assert alice.lists.count() == 1


def test_a_list_has_at_most_a_thousand_characters_and_a_learner_at_most_a_hundred_lists(client_of, alice):
    thousand = "".join(Character.objects.values_list("literal", flat=True)[:1001])
    refused = make(client_of("alice"), characters=thousand)
    assert error_at(refused, "/characters")["code"] == "too_many_characters"
    assert make(client_of("alice"), characters=thousand[1:]).status_code == 201
    CharacterList.objects.bulk_create(CharacterList(user=alice, name=f"{n}", characters="永") for n in range(99))
    answer = make(client_of("alice"), name="One more")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_lists")
    assert change(client_of("alice"), alice.lists.last().pk, name="Another name").status_code == 200


def test_two_learners_can_have_lists_with_the_same_name(client_of):
    assert [make(client_of(who)).status_code for who in ("alice", "bob")] == [201, 201]


@pytest.mark.parametrize("who", ["visitor", "bob"])
def test_others_cannot_change_share_or_delete_a_list(client_of, alice, who):
    mine = CharacterList.objects.create(user=alice, name="Mine", characters="永")
    before = CharacterList.objects.values().get()
    client, url = client_of(who), f"{LISTS}{mine.pk}/"
    assert change(client, mine.pk, name="Theirs", characters="日").status_code in (401, 404)
    assert client.put(f"{url}share/").status_code in (401, 404)
    assert client.delete(url).status_code in (401, 404)
    assert CharacterList.objects.values().get() == before


def test_a_list_counts_its_written_and_mastered_characters(client_of, alice):
    for literal, in_a_row in (("駅", 3), ("電", 2), ("永", 5)):
        character = Character.objects.get(literal=literal)
        Progress.objects.create(user=alice, character=character, in_a_row=in_a_row, latest_at=timezone.now())
    answer = make(client_of("alice")).json()
    assert (answer["written"], answer["mastered"]) == (2, 1)


def test_the_number_of_queries_does_not_grow_with_the_number_of_lists(client_of, alice):
    client = client_of("alice")
    for url in (LISTS, "/lists/"):
        make(client)
        with CaptureQueriesContext(connection) as one:
            client.get(url)
        CharacterList.objects.bulk_create(CharacterList(user=alice, name=f"{n}", characters="永") for n in range(50))
        with CaptureQueriesContext(connection) as many:
            client.get(url)
        assert len(one) == len(many) == 4
        alice.lists.all().delete()


def test_a_shared_list_can_be_read_by_link_without_revealing_its_owner(client_of, client):
    alice = client_of("alice")
    pk = make(alice).json()["id"]
    url = alice.put(f"{LISTS}{pk}/share/").json()["shared_url"]
    assert alice.put(f"{LISTS}{pk}/share/").json()["shared_url"] == url
    page = client.get(url)
    assert page.status_code == 200
    assert page["X-Robots-Tag"] == "noindex"
    assert "Station" in page.text
    assert "駅" in page.text
    assert "alice" not in page.text
    assert alice.delete(f"{LISTS}{pk}/share/").status_code == 204
    assert alice.get(f"{LISTS}{pk}/").json()["shared_url"] is None
    assert client.get(url).status_code == 404
    assert alice.put(f"{LISTS}{pk}/share/").json()["shared_url"] != url


def test_a_shared_list_is_copied_under_a_free_name(client_of, alice):
    pk = make(client_of("alice")).json()["id"]
    url = client_of("alice").put(f"{LISTS}{pk}/share/").json()["shared_url"]
    bob = client_of("bob")
    for _ in range(2):
        assert bob.post(url).status_code == 302
    assert sorted(row["name"] for row in bob.get(LISTS).json()["results"]) == ["Station", "Station (2)"]
    assert "/accounts/login/" in client_of("visitor").post(url)["Location"]
    CharacterList.objects.bulk_create(
        CharacterList(user=User.objects.get(email="bob@example.org"), name=f"{n}", characters="永") for n in range(98)
    )
    full = bob.post(url)
    assert full.status_code == 409
    assert "Delete one first" in full.text


def test_the_copy_of_a_list_with_the_longest_name_has_a_shorter_one(client_of):
    pk = make(client_of("alice"), name="駅" * 100).json()["id"]
    url = client_of("alice").put(f"{LISTS}{pk}/share/").json()["shared_url"]
    bob = client_of("bob")
    assert [bob.post(url).status_code for _ in range(2)] == [302, 302]
    assert [row["name"] for row in bob.get(LISTS).json()["results"]] == [f"{'駅' * 90} (2)", "駅" * 100]


def test_the_page_creates_a_list_from_a_text_and_names_the_characters_it_left_out(client_of, alice):
    page = client_of("alice").post("/lists/", {"name": "Text", "characters": "駅で、電車を待つ。鿿"}, follow=True)
    assert alice.lists.get().characters == "駅で電車を待つ"
    assert re.search(r"not in the catalogue: 鿿", page.text)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"name": "Station", "characters": "永"}, 400),
        ({"name": "New", "characters": "鿿"}, 400),
        ({"name": "New"}, 400),
        ({"name": "New", "characters": "永"}, 302),
    ],
)
def test_the_page_says_why_a_list_is_invalid(client_of, alice, fields, status):
    CharacterList.objects.create(user=alice, name="Station", characters="駅")
    answer = client_of("alice").post("/lists/", fields)
    assert answer.status_code == status
    assert ("field-trouble" in answer.text) is (status == 400)


def test_a_list_is_edited_shared_followed_and_deleted_on_its_page(client_of, alice):
    client = client_of("alice")
    pk = make(client).json()["id"]
    url = f"/lists/{pk}/"
    assert client.post(url, {"name": "Trains", "characters": "車駅"}).status_code == 302
    assert alice.lists.values_list("name", "characters").get() == ("Trains", "車駅")
    assert client.post(url, {"name": "", "characters": "車"}).status_code == 400
    assert "/lists/shared/" in client.post(url, {"do": "share"}, follow=True).text
    assert "/lists/shared/" not in client.post(url, {"do": "unshare"}, follow=True).text
    client.post(url, {"do": "plan"})
    assert "".join(row["character"] for row in client.get("/api/v1/reviews/").json()["results"]) == "車駅"
    assert client.post(url, {"do": "delete"}).status_code == 302
    assert not alice.lists.exists()
    assert Plan.of(alice).list is None
    assert "".join(row["character"] for row in client.get("/api/v1/reviews/").json()["results"]) == "あいうえお"


def test_a_character_is_added_to_a_list_from_its_page(client_of, alice):
    client = client_of("alice")
    pk = make(client).json()["id"]
    assert "Add to this list" in client.get("/characters/永/").text
    page = client.post("/characters/永/practice/", {"do": "list", "list": pk}, follow=True)
    assert "永 was added to “Station”" in page.text
    assert "Add to this list" not in page.text
    assert alice.lists.get().characters == "駅電車永"
    assert client_of("bob").post("/characters/永/practice/", {"do": "list", "list": pk}).status_code == 404


def test_characters_that_are_added_to_a_list_at_once_all_stay(client_of, alice, monkeypatch):
    client = client_of("alice")
    pk = make(client).json()["id"]
    lock = User.objects.lock

    def late(user: int) -> User:
        CharacterList.objects.filter(pk=pk).update(characters="駅電車口")  # another request had the lock
        return lock(user)

    monkeypatch.setattr(User.objects, "lock", late)
    client.post("/characters/永/practice/", {"do": "list", "list": pk})
    assert alice.lists.get().characters == "駅電車口永"


def test_a_list_that_is_renamed_while_its_link_is_removed_stays_unshared(alice):
    renamed = CharacterList.objects.create(user=alice, name="Station", characters="駅")
    renamed.share()
    CharacterList.objects.get().unshare()
    renamed.name = "Airport"
    renamed.keep()
    now = CharacterList.objects.get()
    assert (now.name, now.shared_as) == ("Airport", None)


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 5000])
def test_a_list_without_a_usable_number_is_not_found(client_of, number):
    asked = {"do": "list", "list": number}
    assert client_of("alice").post("/characters/永/practice/", asked).status_code == 404


def test_a_token_needs_one_scope_to_read_lists_and_another_to_change_them(alice):
    def program(*scopes: str) -> Client:
        _, secret = Token.objects.issue(alice, "Tablet", scopes)
        return Client(headers={"Authorization": f"Bearer {secret}"})

    reader, writer = program(Scope.READ_LISTS), program(Scope.WRITE_LISTS)
    assert (make(reader).status_code, make(writer).status_code) == (403, 201)
    assert (reader.get(LISTS).status_code, writer.get(LISTS).status_code) == (200, 403)
