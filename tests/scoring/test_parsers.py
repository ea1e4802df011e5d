"""How the API reads request bodies."""

import io

import pytest
from rest_framework.exceptions import ParseError

from scoring.parsers import JSONParser


def test_json_is_read_in_the_encoding_of_the_request():
    body = '{"name": "é"}'.encode("latin-1")
    assert JSONParser().parse(io.BytesIO(body), "application/json", {"encoding": "latin-1"}) == {"name": "é"}


@pytest.mark.parametrize(
    ("body", "message"), [(b"[" * 100_000, "The JSON is nested too deeply."), (b"{", "JSON parse error - ")]
)
def test_malformed_json_is_refused(body, message):
    with pytest.raises(ParseError) as caught:
        JSONParser().parse(io.BytesIO(body), "application/json", {"encoding": "utf-8"})
    assert str(caught.value.detail).startswith(message)
