"""What an answer has of each attempt: `fields` and `ink`."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from scoring.serializers import AttemptSerializer
from tests.support.drawings import ink_of
from tests.support.errors import error_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

ATTEMPTS = "/api/v1/attempts/"


class Reader:
    """Reads an attempt of alice's, in a list or by itself, with further parameters."""

    def __init__(self, alice: Client, written: dict[str, Any], in_list: bool) -> None:
        self.written = written
        self._alice, self._in_list = alice, in_list

    def answer(self, query: str) -> Any:
        return self._alice.get(f"{ATTEMPTS}{'' if self._in_list else self.written['id'] + '/'}?{query}")

    def __call__(self, query: str = "") -> Any:
        found = self.answer(query)
        assert found.status_code == 200, found.content
        return found.json()["results"][0] if self._in_list else found.json()


@pytest.fixture(params=["list", "detail"])
def read(request, client_of, post) -> Reader:
    alice = client_of("alice")
    return Reader(alice, post(alice, {"ink": ink_of("口"), "target": "口"}).json(), request.param == "list")


def test_an_attempt_has_all_fields_and_its_ink_by_default(read):
    assert read() == read("ink=true") == read.written


def test_an_attempt_has_the_fields_that_are_asked_for(read):
    assert read("fields=id&fields=score") == {name: read.written[name] for name in ("id", "score")}
    assert read("fields=ink") == {"ink": read.written["ink"]}


def test_each_field_can_be_asked_for(read):
    for name in AttemptSerializer.Meta.fields:
        assert read(f"fields={name}") == {name: read.written[name]}


def test_without_ink_it_is_null_and_the_rest_stays(read):
    assert read("ink=false") == {**read.written, "ink": None}
    assert read("ink=false&fields=id&fields=ink") == {"id": read.written["id"], "ink": None}


@pytest.mark.parametrize("name", ["colour", "id,score", "", "pk"])
def test_an_unknown_field_is_refused(read, name):
    assert error_at(read.answer(f"fields=id&fields={name}"), "fields")["code"] == "invalid_choice"


def test_ink_is_true_or_false(read):
    assert error_at(read.answer("ink=perhaps"), "ink")["code"] == "invalid"


def test_scores_and_ink_are_read_if_they_are_asked_for(read):
    def tables(query: str) -> tuple[bool, bool]:
        with CaptureQueriesContext(connection) as captured:
            read(query)
        found = " ".join(query["sql"] for query in captured)
        return '"scoring_score"' in found, '"scoring_attempt"."ink"' in found

    assert tables("") == (True, True)
    assert tables("ink=false") == (True, False)
    assert tables("fields=id&fields=status") == (False, False)
    assert tables("fields=known") == (True, False)
    assert tables("fields=ink") == (False, True)


@pytest.mark.parametrize(("method", "path"), [("get", "milestones/"), ("patch", "{id}/")])
def test_other_calls_do_not_know_these_parameters(client_of, post, method, path):
    alice = client_of("alice")
    attempt = post(alice, {"ink": ink_of("口")}).json()["id"]
    url = f"{ATTEMPTS}{path.format(id=attempt)}?fields=id"
    answer = getattr(alice, method)(url, {"target": "口"}, "application/json") if method == "patch" else alice.get(url)
    errors = answer.json()["errors"]
    assert answer.status_code == 400
    assert [error["code"] for error in errors] == ["unknown_parameter"]


def test_pages_follow_with_the_same_fields(client_of, post):
    alice = client_of("alice")
    ids = [post(alice, {"ink": ink_of("口")}).json()["id"] for _ in range(2)]
    first = alice.get(f"{ATTEMPTS}?page_size=1&fields=id&ink=false").json()
    second = alice.get(first["next"]).json()
    assert first["results"] + second["results"] == [{"id": ids[1]}, {"id": ids[0]}]
