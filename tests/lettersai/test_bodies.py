"""Requests that are made to cost much: whatever a body contains, the work, the answer and the log stay small."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rest_framework import serializers
from structlog.stdlib import ProcessorFormatter

from accounts.models import User
from lettersai.monitoring import logs
from scoring import accepting, serving
from scoring.api import MAX_BATCH_BYTES
from scoring.errors import TargetIsSet
from scoring.fields import BoundedListField
from scoring.ink_formats import FORMATS
from scoring.serializers import BatchSerializer
from tests.conftest import FakeScorer
from tests.support.drawings import ink_of
from tests.support.errors import error_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

INK = ink_of("口")
ATTEMPTS, BATCH = "/api/v1/attempts/", "/api/v1/attempts/batch/"
#: Bounds of one refused request: calls of functions, and bytes of its answer and of its log. Twenty targets that aren't
#: in the catalogue take 37,000 calls, about 20 ms: each is looked up.
MOST_CALLS, MOST_ANSWERED, MOST_LOGGED = 50_000, 5_000, 10_000
EXAMPLES = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,  # so that a test fails because of a change, not by chance
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

#: A step into JSON: the name of a field, or None for an item of a list.
Step = str | None


@cache
def schema() -> Any:
    return SchemaGenerator().get_schema(public=True)


def operations() -> Iterator[tuple[str, str, Any]]:
    """The method, the path and the resolved schema of the JSON body of every operation that takes one."""
    for path, methods in schema()["paths"].items():
        for method, about in methods.items():
            content = about.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                yield method, path, content["application/json"]["schema"]


def fields(part: Any, steps: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Any]]:
    """The steps to every field in a body with the schema `part`, and the field's schema."""
    while "$ref" in part or "oneOf" in part:
        part = part.get("oneOf", [part])[0]  # of several formats, the first
        part = schema()["components"]["schemas"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part
    if steps:
        yield steps, part
    for name, inner in part.get("properties", {}).items():
        if not inner.get("readOnly"):
            yield from fields(inner, (*steps, name))
    if part.get("type") == "array":
        yield from fields(part.get("items") or part["prefixItems"][0], (*steps, None))


FIELDS = [(method, path, steps) for method, path, body in operations() for steps, _ in fields(body)]
LISTS = [
    (method, path, steps)
    for method, path, body in operations()
    for steps, about in fields(body)
    if about.get("type") == "array" or steps[-1] == "ink"
]


#: A valid body of each operation that has required fields, by path.
VALID = {
    ATTEMPTS: {"ink": INK},
    BATCH: {"attempts": [{"ink": INK}]},
    "/api/v1/lines/": {"kind": "free", "cells": [INK]},
    "/api/v1/lists/": {"name": "other", "characters": "口"},
    "/api/v1/reviews/": {"character": "口"},
    "/api/v1/words/": {"text": "入口"},
    "/api/v1/words/text/": {"text": "入口"},
    "/api/v1/tokens/": {"name": "token", "scopes": ["read:history"]},
    "/api/v1/webhooks/": {"url": "https://example.org/hook"},
}
_HOLE = "hole"


def body_with(path: str, steps: tuple[Step, ...], value: str) -> str:
    """A valid body as JSON, except that it has `value`, which is JSON, where `steps` lead."""
    return json.dumps(_with_hole(VALID.get(path), steps)).replace(f'"{_HOLE}"', value)


def _with_hole(valid: Any, steps: tuple[Step, ...]) -> Any:
    if not steps:
        return _HOLE
    step, *rest = steps
    if step is None:
        return [_with_hole(valid[0] if isinstance(valid, list) else None, tuple(rest))]
    return {**(valid or {}), step: _with_hole((valid or {}).get(step), tuple(rest))}


def nested(levels: int, start: str = "[", end: str = "]") -> str:
    return start * levels + "1" + end * levels


#: Values that are long, deep or no text, as JSON.
HOSTILE = st.one_of(
    st.sampled_from(["{}", "[]", "null", "true", "0", "1e400", "-1e400", "1" * 4000, '"nan"', '"\\u0000"', '""']),
    st.integers(1, 900).map(nested),
    st.integers(1, 900).map(lambda levels: nested(levels, '{"a":', "}")),
    st.sampled_from(['"\\ud800"', '"口\\udfff"', '{"\\ud800": 1}', '["\\udc00"]']),
    st.tuples(st.characters(codec="utf-8"), st.integers(21, 50_000)).map(lambda text: json.dumps(text[0] * text[1])),
    st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=20).map(json.dumps),
)
#: Lists of one value, repeated as often as fits into a body.
LONG_LISTS = st.tuples(
    st.one_of(
        st.sampled_from(["{}", "[]", "null", "1", '"kana"', '"口"', '{"ink":{}}', '{"target":"x"}', "[[[]]]"]),
        st.integers(1, 12).map(nested),
        st.integers(21, 200).map(lambda length: json.dumps("字" * length)),
    ),
    st.sampled_from([1, 5, 21, 100, 101, 5_000, 1_000_000]),
)


class Site:
    """Sends requests as alice, and measures them."""

    def __init__(self, client: Client, attempt: str, list_id: int) -> None:
        self.client, self.attempt, self.list_id = client, attempt, list_id
        self.client.raise_request_exception = False
        self.calls = self.logged = 0

    def send(self, method: str, path: str, body: str) -> Any:
        """The answer. `calls` and `logged` are the functions it called and the bytes it logged."""
        path = path.replace("{id}", self.attempt if "attempts" in path else str(self.list_id))
        log = io.StringIO()
        handler = logging.StreamHandler(log)
        handler.setFormatter(_formatter())
        self.calls = 0
        logging.getLogger().addHandler(handler)
        sys.setprofile(self._count)
        try:
            return getattr(self.client, method)(path, body.encode(), "application/json")
        finally:
            sys.setprofile(None)
            logging.getLogger().removeHandler(handler)
            self.logged = len(log.getvalue().encode())

    def _count(self, frame: Any, event: str, argument: Any) -> None:
        self.calls += event in ("call", "c_call")


def _formatter() -> logging.Formatter:
    about = logs.configured("json", "INFO")["formatters"]["chosen"]
    return ProcessorFormatter(processors=about["processors"], foreign_pre_chain=about["foreign_pre_chain"])


@pytest.fixture(scope="module")
def alice(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Client, str, int]]:
    """The client of Alice, and the keys of an attempt and of a list, which all tests of this module start with."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving, "scorer", FakeScorer)
        client = Client()
        client.force_login(User.objects.create(email="alice@example.org"))
        attempt = client.post(ATTEMPTS, {"ink": INK}, "application/json").json()["id"]
        characters = client.post("/api/v1/lists/", {"name": "mine", "characters": "口"}, "application/json")
        yield client, attempt, characters.json()["id"]
        transaction.set_rollback(True)


@pytest.fixture
def site(alice: tuple[Client, str, int]) -> Site:
    browser, attempt, characters = alice
    client = Client()
    client.cookies.update(browser.cookies)
    return Site(client, attempt, characters)


def assert_cheap(site: Site, answer: Any, most_calls: int = MOST_CALLS) -> None:
    """A refusal took at most `most_calls` calls of functions, which doesn't depend on the speed of the machine."""
    assert 200 <= answer.status_code < 500, answer.content[:500]
    assert answer["Content-Type"] == "application/json"
    assert site.logged <= MOST_LOGGED
    if answer.status_code >= 400:
        assert site.calls <= most_calls
        assert len(answer.content) <= MOST_ANSWERED


@pytest.mark.parametrize(("method", "path", "steps"), FIELDS)
@EXAMPLES
@given(value=HOSTILE)
@example(value=nested(600))
def test_no_value_of_a_field_breaks_the_site_or_costs_much(site, method, path, steps, value):
    body = body_with(path, steps, value)
    # Django REST framework calls `ord` for each character of a text.
    assert_cheap(site, site.send(method, path, body), MOST_CALLS + len(body))


@pytest.mark.parametrize(("method", "path", "steps"), LISTS)
@EXAMPLES
@given(item_and_length=LONG_LISTS)
@example(item_and_length=("{}", 1_000_000))
@example(item_and_length=('"hiragana"', 20_000))
@example(item_and_length=('"read:history"', 15_000))
def test_no_list_costs_much(site, method, path, steps, item_and_length):
    item, length = item_and_length
    length = min(length, MAX_BATCH_BYTES // (len(item.encode()) + 1))
    answer = site.send(method, path, body_with(path, steps, f"[{','.join([item] * length)}]"))
    assert_cheap(site, answer)


@pytest.mark.parametrize("member", FORMATS)
@EXAMPLES
@given(value=HOSTILE, item_and_length=LONG_LISTS)
@example(value=json.dumps("M0 0" + "h1" * 100_000), item_and_length=("[[1,1],[1,1]]", 1_000_000))
@example(value=json.dumps("<ink>" + "<trace>1 1</trace>" * 10_000), item_and_length=('"M0 0l1 1 1 1"', 1_000_000))
def test_ink_in_no_format_breaks_the_site_or_costs_much(site, member, value, item_and_length):
    item, length = item_and_length
    items = ",".join([item] * min(length, MAX_BATCH_BYTES // (len(item.encode()) + 1)))
    for sent in (value, f"[{value}]", f"[{items}]", f"[[{items}]]"):
        body = f'{{"ink": {{"width": 300, "height": 300, "{member}": {sent}}}}}'
        assert_cheap(site, site.send("post", ATTEMPTS, body), MOST_CALLS + len(body))


def test_the_lists_of_the_api_are_among_those_tried():
    assert {(path, steps) for _method, path, steps in LISTS} >= {
        (BATCH, ("attempts",)),
        (BATCH, ("attempts", None, "scripts")),
        (BATCH, ("attempts", None, "ink")),
        (ATTEMPTS, ("scripts",)),
        ("/api/v1/plan/", ("scripts",)),
        ("/api/v1/tokens/", ("scopes",)),
    }


INVALID_INK = {"ink": {**INK, "strokes": [[[1, 2]]]}}


@pytest.mark.parametrize(("invalid", "reported"), [(20, 20), (21, 20), (100, 20)])
def test_an_answer_names_the_first_20_invalid_items(client_of, invalid, reported):
    attempts = [{"ink": INK}] * (100 - invalid) + [INVALID_INK] * invalid
    errors = client_of("visitor").post(BATCH, {"attempts": attempts}, "application/json").json()["errors"]
    places = [f"/attempts/{index}/ink" for index in range(100 - invalid, 100 - invalid + reported)]
    assert [error["pointer"] for error in errors] == places


def test_a_list_validates_no_items_after_the_twentieth_invalid_one():
    tried: list[int] = []

    class Refusing(serializers.Field):
        def to_internal_value(self, item: int) -> int:
            tried.append(item)
            raise serializers.ValidationError("refused")

    with pytest.raises(serializers.ValidationError):
        BoundedListField(child=Refusing(), max_length=100).run_validation(list(range(100)))
    assert tried == list(range(20))


def test_an_answer_names_20_errors_even_if_each_item_has_several(client_of):
    attempt = {"ink": 1, "target": "?", "age": -1}
    answer = client_of("visitor").post(BATCH, {"attempts": [attempt] * 20}, "application/json")
    assert len(answer.json()["errors"]) == 20


QUOTING = [
    ("post", ATTEMPTS, ("target",)),
    ("post", "/api/v1/reviews/", ("character",)),
    ("post", "/api/v1/lines/", ("kind",)),
    ("post", "/api/v1/lines/", ("direction",)),
    ("patch", "/api/v1/plan/", ("order",)),
    ("patch", "/api/v1/plan/", ("scripts", None)),
    ("patch", "/api/v1/me/", ("language",)),
    ("patch", "/api/v1/me/", ("time_zone",)),
    ("post", "/api/v1/tokens/", ("scopes", None)),
]


@pytest.mark.parametrize(("method", "path", "steps"), QUOTING)
@pytest.mark.parametrize(("length", "quoted"), [(20, "7" * 20), (21, "7" * 20 + "…")])
def test_a_message_quotes_at_most_20_characters_of_a_value(site, method, path, steps, length, quoted):
    answer = site.send(method, path, body_with(path, steps, json.dumps("7" * length)))
    assert answer.status_code == 400
    text = answer.content.decode()
    assert quoted in text
    assert "7" * 21 not in text


@pytest.mark.parametrize(
    "query",
    [
        f"{ATTEMPTS}?script=",
        f"{ATTEMPTS}?grade=",
        f"{ATTEMPTS}?score=",
        "/api/v1/characters/?script=",
        "/api/v1/characters/?ordering=",
        "/api/v1/characters/?strokes=",
        "/api/v1/characters/?q=x:",
        "/api/v1/characters/?q=7777777777777777777777777:",
    ],
)
def test_a_message_about_a_filter_quotes_at_most_20_characters(client_of, query):
    answer = client_of("alice").get(query + "7" * 50)
    assert answer.status_code == 400
    assert "7" * 21 not in answer.content.decode()


def test_messages_about_method_and_media_type_quote_at_most_20_characters(client_of):
    alice = client_of("alice")
    media_type = alice.post(ATTEMPTS, "x", "a/" + "7" * 500)
    method = alice.generic("X" + "7" * 500, ATTEMPTS)
    assert (media_type.status_code, method.status_code) == (415, 405)
    assert "7" * 21 not in (media_type.content + method.content).decode()


def test_a_form_with_a_long_boundary_is_refused_without_quoting_it(client_of):
    answer = client_of("alice").post(ATTEMPTS, b"x", "multipart/form-data; boundary=" + "é7" * 100)
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
    assert "7" not in answer.json()["detail"]


@pytest.mark.parametrize(("over", "status"), [(0, 201), (1, 413)])
def test_a_batch_may_have_4_mb(client_of, over, status):
    body = json.dumps({"attempts": [{"ink": INK}]})
    answer = client_of("visitor").post(BATCH, body.ljust(4 * 1024 * 1024 + over), "application/json")
    assert answer.status_code == status
    if status == 413:
        assert answer.json()["code"] == "too_large"


@pytest.mark.parametrize("path", ["/api/v1/lists/", "/api/v1/reviews/"])
@pytest.mark.parametrize(("over", "status"), [(0, 201), (1, 413)])
def test_other_json_may_have_256_kb(client_of, path, over, status):
    answer = client_of("alice").post(path, json.dumps(VALID[path]).ljust(256 * 1024 + over), "application/json")
    assert answer.status_code == status


@pytest.mark.parametrize(("size", "charged"), [(1, 1), (30, 30), (100, 100), (101, 100), (50_000, 100)])
def test_a_batch_is_charged_before_it_is_validated(client_of, monkeypatch, size, charged):
    order: list[Any] = []

    def charge(_throttle: Any, attempts: int) -> bool:
        order.append(attempts)
        return True

    def validate(*_: Any, **__: Any) -> None:
        order.append("validated")
        raise TargetIsSet

    monkeypatch.setattr(accepting.AttemptThrottle, "charge", charge)
    monkeypatch.setattr(BatchSerializer, "is_valid", validate)
    answer = client_of("visitor").post(BATCH, {"attempts": [{}] * size}, "application/json")
    # First whether any unit is free: then the body is read.
    assert (answer.status_code, order) == (409, [0, charged, "validated"])


def test_a_throttled_body_is_not_read(client_of, monkeypatch):
    monkeypatch.setattr(accepting.AttemptThrottle, "allow_request", lambda *_: False)
    monkeypatch.setattr(accepting.AttemptThrottle, "wait", lambda *_: 7)
    monkeypatch.setattr("scoring.parsers.JSONParser.parse", lambda *_: pytest.fail("parsed"))
    assert client_of("visitor").post(ATTEMPTS, {"ink": INK}, "application/json").status_code == 429


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/v1/nowhere/", 404, "not_found"),
        ("get", "/api/", 404, "not_found"),
        ("post", "/api/v1/schema/", 405, "method_not_allowed"),
        ("post", "/api/v1/docs/", 405, "method_not_allowed"),
        ("post", "/api/v1/characters.jsonl.gz", 405, "method_not_allowed"),
        ("get", "/api/v1/schema/?format=x", 404, "not_found"),
    ],
)
def test_errors_under_api_are_json_whatever_the_view_answers(client_of, method, path, status, code):
    answer = getattr(client_of("visitor"), method)(path)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
    assert answer.json()["code"] == code


def test_an_unexpected_error_under_api_is_json(client_of, monkeypatch):
    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("scoring.api.AttemptViewSet.get_queryset", broken)
    alice = client_of("alice")
    alice.raise_request_exception = False
    answer = alice.get(ATTEMPTS, headers={"Accept-Language": "fr"})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "vient de nous" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("fields", "options"),
    [({f"field{number}": "" for number in range(1001)}, {}), ({"target": "口"}, {"headers": {"Host": "evil.example"}})],
)
def test_a_request_that_django_refuses_is_json_under_api_and_a_page_elsewhere(client_of, fields, options):
    visitor = client_of("visitor")
    api_answer, page = visitor.post(ATTEMPTS, fields, **options), visitor.post("/language/", fields, **options)
    assert (api_answer.status_code, api_answer.json()["code"]) == (400, "bad_request")
    assert (page.status_code, page["Content-Type"]) == (400, "text/html; charset=utf-8")


def test_a_form_with_a_huge_text_is_413(client_of):
    visitor, fields = client_of("visitor"), {"target": "7" * (4 * 1024 * 1024 + 1)}
    api_answer, page = visitor.post(ATTEMPTS, fields), visitor.post("/language/", fields)
    assert (api_answer.status_code, api_answer.json()["code"], page.status_code) == (413, "too_large", 413)


@pytest.mark.parametrize("encoding", ["punycode", "idna", "utf-7", "unicode_escape"])
def test_an_unusual_encoding_is_400(client_of, encoding):
    answer = client_of("visitor").generic("POST", ATTEMPTS, b"{}", f"application/json; charset={encoding}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-8", "latin-1", "shift_jis", "unheard-of"])
def test_a_usual_or_unknown_encoding_is_accepted(client_of, encoding):
    body = json.dumps({"ink": INK}).encode()
    answer = client_of("visitor").generic("POST", ATTEMPTS, body, f"application/json; charset={encoding}")
    assert answer.status_code == 201


def test_half_of_a_surrogate_pair_is_400_and_a_whole_one_is_text(client_of):
    visitor = client_of("visitor")
    half, whole = (
        visitor.post(ATTEMPTS, body_with(ATTEMPTS, ("target",), value), "application/json")
        for value in ('"\\ud83d"', '"\\ud83d\\ude00"')
    )
    assert (half.status_code, half.json()["code"]) == (400, "parse_error")
    assert error_at(whole, "/target")["code"] == "does_not_exist"


@pytest.mark.parametrize("form", ["json", "line"])
def test_a_log_line_leaves_out_the_middle_of_a_long_text(form):
    about = logs.configured(form, "INFO")["formatters"]["chosen"]
    formatter = ProcessorFormatter(processors=about["processors"], foreign_pre_chain=about["foreign_pre_chain"])
    try:
        raise ValueError("7" * 200_000)
    except ValueError:
        record = logging.LogRecord(
            "site", logging.ERROR, "", 0, "The start %s the end", ("7" * 200_000,), sys.exc_info()
        )
    line = formatter.format(record)
    assert len(line) < 10_000
    assert "The start" in line
    assert "the end" in line
    assert "Traceback" in line
    assert "characters left out" in line
