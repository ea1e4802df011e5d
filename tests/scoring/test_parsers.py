"""How the API reads request bodies."""

import io
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.test import RequestFactory
from rest_framework.exceptions import ParseError

from scoring.errors import TooLarge
from scoring.parsers import MAX_JSON_BYTES, JSONParser, MultiPartParser, is_deeper


def parse(body: bytes, **context: Any) -> Any:
    return JSONParser().parse(io.BytesIO(body), "application/json", context)


def refusal(body: bytes) -> str:
    """The message with which the JSON is refused."""
    with pytest.raises(ParseError) as caught:
        parse(body)
    return str(caught.value.detail)


def json_of(length: int) -> bytes:
    """A string of JSON that is `length` bytes long."""
    return b'"%s"' % (b"x" * (length - 2))


def test_json_is_read_in_the_encoding_of_the_request_by_default_in_utf_8():
    assert parse('{"name": "é"}'.encode("latin-1"), encoding="latin-1") == {"name": "é"}
    assert parse('"é"'.encode()) == "é"


@pytest.mark.parametrize(
    ("body", "message"), [(b"[" * 100_000, "The JSON is nested too deeply."), (b"{", "This is not valid JSON: ")]
)
def test_malformed_json_is_refused(body, message):
    assert refusal(body).startswith(message)


@pytest.mark.parametrize(
    ("limit", "context"),
    [
        (MAX_JSON_BYTES, {}),
        (MAX_JSON_BYTES, {"view": SimpleNamespace()}),
        (9, {"view": SimpleNamespace(max_json_bytes=9)}),
        (MAX_JSON_BYTES + 1, {"view": SimpleNamespace(max_json_bytes=MAX_JSON_BYTES + 1)}),
    ],
)
def test_the_length_of_json_is_limited_by_the_view_or_by_default(limit, context):
    assert len(parse(json_of(limit), **context)) == limit - 2
    with pytest.raises(TooLarge):
        parse(json_of(limit + 1), **context)


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_a_constant_that_is_no_json_is_refused(name):
    assert refusal(b"[%s]" % name.encode()) == f"This is not valid JSON: {name} is not a JSON number"


def test_half_of_a_surrogate_pair_is_refused_and_a_whole_one_is_read():
    assert refusal(rb'{"text": "\ud83d"}') == "The JSON contains half of a surrogate pair."
    assert parse(rb'"\ud83d\ude00"') == "😀"


def test_a_form_is_read_with_its_files():
    request = RequestFactory().post("/", {"kind": "free", "image": io.BytesIO(b"ink")})
    form = MultiPartParser().parse(cast(Any, request), request.META["CONTENT_TYPE"], {"request": request})
    assert form.data["kind"] == "free"
    assert form.files["image"].read() == b"ink"


def test_a_malformed_form_is_refused_without_its_header():
    request = RequestFactory().generic("POST", "/", b"-", "multipart/form-data; boundary=" + "x" * 1000)
    with pytest.raises(ParseError) as caught:
        MultiPartParser().parse(cast(Any, request), request.META["CONTENT_TYPE"], {"request": request})
    assert str(caught.value.detail) == "The form is malformed."


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("1", 0),
        ('"[[["', 0),
        ("[]", 1),
        ("[[1], [2]]", 2),
        ('{"a": [{"b": 1}, {}]}', 3),
        ('["]", "\\"[[", [1]]', 2),
        ('{"[": [1, "\\\\"], "é": [[]]}', 3),
    ],
)
def test_the_levels_of_json_are_counted_outside_its_strings(text, levels):
    assert not is_deeper(text, levels)
    assert levels == 0 or is_deeper(text, levels - 1)


def test_json_may_have_16_levels():
    parse(b"[" * 16 + b"]" * 16)
    assert refusal(b"[" * 17 + b"]" * 17) == "The JSON is nested too deeply."
