"""Errors of the API."""

from typing import Any


def error_at(answer: Any, place: str) -> dict[str, Any]:
    """The first error of a refused request at `place`: a JSON pointer, or the name of a parameter or header."""
    body = answer.json()
    assert (answer.status_code, body["code"]) == (400, "invalid")
    return next(e for e in body["errors"] if place in (e.get("pointer"), e.get("parameter"), e.get("header")))
