"""Rules that all calls of the API share."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import CharacterList, User
from scoring.models import Attempt
from tests.support.drawings import ink_of, png_of
from tests.support.errors import error_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

API = "/api/v1/"
INK = ink_of("口")


def png_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.png", png_of("口"), "image/png")


@pytest.fixture
def alices_list(client_of) -> CharacterList:
    client_of("alice")
    return CharacterList.objects.create(user=User.objects.get(), name="Station", characters="駅")


@pytest.mark.parametrize(
    "path",
    [
        "attempts/",
        "attempts/milestones/",
        "characters/",
        "characters.jsonl.gz",
        "characters/of-the-day/",
        "characters/口/",
        "characters/口/exemplars/",
        "characters/口/strokes/",
        "lists/",
        "me/",
        "me/export/",
        "me/export/file/",
        "me/import/",
        "plan/",
        "progress/",
        "progress/口/",
        "reviews/",
        "reviews/口/",
        "sheets/?characters=日",
        "tokens/",
        "webhooks/",
        "words/",
        "words/入口/",
    ],
)
def test_an_unknown_parameter_is_refused_by_name(client_of, path):
    answer = client_of("alice").get(f"{API}{path}{'&' if '?' in path else '?'}colour=red")
    assert error_at(answer, "colour")["code"] == "unknown_parameter"


def test_the_name_of_an_unknown_parameter_is_quoted_in_part(client_of):
    answer = client_of("alice").get(f"{API}attempts/", {"x" * 50: ""})
    assert error_at(answer, "x" * 20 + "…")["code"] == "unknown_parameter"


@pytest.mark.parametrize("path", ["attempts", "lists", "tokens"])
@pytest.mark.parametrize("parameters", [{"page_size": "1000"}, {"page_size": "0"}, {"page_size": "0000000011000"}])
def test_a_page_size_outside_its_limits_is_refused(client_of, path, parameters):
    answer = client_of("alice").get(f"{API}{path}/", parameters)
    assert error_at(answer, "page_size")["code"] == "invalid_page_size"


def test_lists_come_in_pages(client_of, alices_list):
    CharacterList.objects.create(user=alices_list.user, name="Airport", characters="空港")
    alice = client_of("alice")
    first = alice.get(f"{API}lists/", {"page_size": 1}).json()
    second = alice.get(first["next"]).json()
    assert [row["name"] for row in first["results"] + second["results"]] == ["Airport", "Station"]
    assert second["next"] is None


def test_tokens_come_in_pages(client_of):
    alice = client_of("alice")
    for name in ("Tablet", "Phone"):
        wanted = json.dumps({"name": name, "scopes": ["read:history"]})
        assert alice.post(f"{API}tokens/", wanted, "application/json").status_code == 201
    first = alice.get(f"{API}tokens/", {"page_size": 1}).json()
    second = alice.get(first["next"]).json()
    assert [row["name"] for row in first["results"] + second["results"]] == ["Phone", "Tablet"]


def test_a_cursor_of_attempts_leads_on_and_a_damaged_one_does_not(client_of, post):
    alice = client_of("alice")
    ids = [post(alice, {"ink": INK}).json()["id"] for _ in range(3)]
    page = alice.get(f"{API}attempts/", {"page_size": 2}).json()
    rest = alice.get(page["next"]).json()
    assert [row["id"] for row in page["results"] + rest["results"]] == ids[::-1]
    damaged = alice.get(page["next"].replace("cursor=", "cursor=x"))
    assert (damaged.status_code, damaged.json()["code"]) == (404, "invalid_cursor")


def test_the_slash_at_the_end_of_an_address_is_optional(client_of, post):
    alice = client_of("alice")
    made = alice.post(f"{API}attempts", json.dumps({"ink": INK}), "application/json")
    assert made.status_code == 201
    own = f"{API}attempts/{made.json()['id']}"
    assert alice.get(own).json()["id"] == made.json()["id"]
    assert alice.patch(own, json.dumps({"target": "口"}), "application/json").status_code == 200
    assert alice.get(f"{API}characters/永").json()["literal"] == "永"
    assert alice.get(f"{API}characters.jsonl.gz").status_code == 200
    assert alice.delete(own).status_code == 204
    assert alice.get(f"{API}nowhere").json()["code"] == "not_found"


def test_cursors_are_the_same_with_and_without_the_slash(client_of):
    visitor = client_of("visitor")
    after = visitor.get(f"{API}characters").json()["next"].partition("?")[2]
    assert visitor.get(f"{API}characters?{after}").status_code == 200
    assert visitor.get(f"{API}characters/?{after}").status_code == 200


def test_a_plus_in_a_date_needs_no_escape(client_of, post):
    alice = client_of("alice")
    post(alice, {"ink": INK})
    Attempt.objects.update(written_at="2026-11-20T20:00:00Z")

    def found(query: str) -> int:
        return len(alice.get(f"{API}attempts/?{query}").json()["results"])

    assert found("after=2026-11-21T05:00:00+09:00") == found("after=2026-11-21T05:00:00%2B09:00") == 1
    assert found("after=2026-11-21T05:00:01+09:00") == 0
    assert found("before=2026-11-21T05:00:01+0900") == 1


def test_a_plus_in_the_date_of_a_download_needs_no_escape(client_of, post):
    alice = client_of("alice")
    post(alice, {"ink": INK})

    def found(moment: str) -> int:
        answer = alice.get(f"{API}attempts.jsonl?updated_after={moment}")
        assert answer.status_code == 200
        return len(answer.getvalue().splitlines())

    assert found("2026-11-21T05:00:00+09:00") == found("2026-11-21T05:00:00%2B09:00") == 1
    assert found("2099-11-21T05:00:00+0900") == 0


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        *[("attempts/", name) for name in ("character", "script", "grade", "score", "line", "after", "ink", "fields")],
        *[("characters/", name) for name in ("q", "script", "grade", "strokes", "radical", "n_level", "order")],
        ("lines/", "text"),
        *[(path, "page_size") for path in ("attempts/", "lists/", "tokens/", "webhooks/")],
        *[(path, name) for path in ("reviews/", "words/") for name in ("limit", "list", "more")],
        ("attempts.jsonl", "updated_after"),
        ("attempts.jsonl", "after"),
        ("sheets/", "characters"),
    ],
)
def test_a_parameter_without_a_value_is_refused(client_of, path, parameter):
    assert error_at(client_of("alice").get(f"{API}{path}?{parameter}="), parameter)["detail"]


def test_null_is_no_value(client_of):
    assert error_at(client_of("visitor").get(f"{API}characters/?lookalikes=null"), "lookalikes")["code"] == "blank"


@pytest.mark.parametrize(
    ("prefer", "applied"),
    [
        ("wait=1", "wait=1"),
        ("wait=10", "wait=10"),
        ("wait=11", "wait=10"),
        ("wait=99999", "wait=10"),
        ("respond-async, wait=5", "respond-async"),
        ("Wait=3", "wait=3"),
        ("Respond-Async", "respond-async"),
        ("handling=lenient", None),
        ("wait=soon", None),
        ("xwait=3", None),
    ],
)
def test_an_applied_preference_is_named_within_its_limit(client_of, post, prefer, applied):
    answer = post(client_of("visitor"), {"ink": INK}, Prefer=prefer)
    assert answer.get("Preference-Applied") == applied


def test_a_refused_request_names_no_preference(client_of, post):
    assert "Preference-Applied" not in post(client_of("visitor"), {"ink": 1}, Prefer="wait=1")


def test_an_empty_target_is_refused(client_of, post):
    visitor = client_of("visitor")
    assert error_at(post(visitor, {"ink": INK, "target": ""}), "/target")["code"] == "blank"
    attempt = post(visitor, {"ink": INK, "target": None}).json()["id"]
    for target in ("", None):
        answer = visitor.patch(f"{API}attempts/{attempt}/", json.dumps({"target": target}), "application/json")
        assert error_at(answer, "/target")["detail"]


@pytest.mark.parametrize("body", [{}, {"colour": "red"}])
@pytest.mark.parametrize("path", ["plan/", "me/", "lists/{list}/"])
def test_a_change_that_changes_nothing_is_refused(client_of, alices_list, path, body):
    answer = client_of("alice").patch(f"{API}{path.format(list=alices_list.pk)}", json.dumps(body), "application/json")
    assert error_at(answer, "")["code"] == "nothing_to_change"


@pytest.mark.parametrize("path", ["attempts/0191a5f0-0000-7000-8000-000000000000/", "lists/999/", "tokens/999/"])
def test_a_message_names_no_model(client_of, path):
    answer = client_of("alice").delete(f"{API}{path}")
    assert answer.json() == {"code": "not_found", "detail": "Not found."}


def test_every_address_in_an_answer_is_absolute(client_of, alices_list, post):
    alice = client_of("alice")
    image = alice.post(f"{API}attempts/", {"image": png_file()}, headers={"Prefer": "wait=1"})
    assert image.json()["image"] == f"http://testserver{API}attempts/{image.json()['id']}/image/"
    assert image["Location"] == f"http://testserver{API}attempts/{image.json()['id']}/"
    written = post(alice, {"ink": INK, "target": "口"}).json()
    for shared in (f"attempts/{written['id']}", f"lists/{alices_list.pk}"):
        url = alice.put(f"{API}{shared}/share/").json()["shared_url"]
        assert url.startswith("http://localhost:8000/")
        assert client_of("visitor").get(url).status_code == 200
        assert alice.delete(f"{API}{shared}/share/").status_code == 204
        assert alice.get(f"{API}{shared}/").json()["shared_url"] is None


def test_an_empty_field_of_a_form_is_no_target(client_of):
    answer = client_of("visitor").post(f"{API}attempts/", {"image": png_file(), "target": ""})
    assert (answer.status_code, answer.json()["target"]) == (201, None)
