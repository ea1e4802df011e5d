"""How the API reads request bodies."""

import io

import pytest
from rest_framework.exceptions import ParseError

from scoring.parsers import JSONParser, is_deeper


def test_json_is_read_in_the_encoding_of_the_request():
    body = '{"name": "é"}'.encode("latin-1")
    assert JSONParser().parse(io.BytesIO(body), "application/json", {"encoding": "latin-1"}) == {"name": "é"}


@pytest.mark.parametrize(
    ("body", "message"), [(b"[" * 100_000, "The JSON is nested too deeply."), (b"{", "This is not valid JSON: ")]
)
def test_malformed_json_is_refused(body, message):
    with pytest.raises(ParseError) as caught:
        JSONParser().parse(io.BytesIO(body), "application/json", {"encoding": "utf-8"})
    assert str(caught.value.detail).startswith(message)


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
    def parse(levels: int) -> None:
        JSONParser().parse(io.BytesIO(b"[" * levels + b"]" * levels), "application/json", {"encoding": "utf-8"})

    parse(16)
    with pytest.raises(ParseError, match="nested too deeply"):
        parse(17)
