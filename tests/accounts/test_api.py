"""What all views of the API that accept JSON have in common."""

import pytest


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path"),
    [("patch", "me/"), ("post", "tokens/"), ("patch", "plan/"), ("post", "lists/"), ("post", "reviews/")],
)
def test_json_that_is_nested_too_deeply_is_rejected(client_of, method, path):
    response = getattr(client_of("alice"), method)(f"/api/v1/{path}", "[" * 100_000, "application/json")
    assert (response.status_code, response.json()["code"]) == (400, "parse_error")
