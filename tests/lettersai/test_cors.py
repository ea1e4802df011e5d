"""What pages of other origins may do with the API."""

import json

import pytest

from accounts.models import Scope, Token, User
from scoring.models import Attempt
from tests.support.drawings import ink_of

ORIGIN = {"Origin": "https://dictionary.example", "Sec-Fetch-Site": "cross-site"}
EXPOSED = {"RateLimit", "RateLimit-Policy", "Retry-After", "ETag", "Location", "Link", "X-Request-ID"}


def allowed(answer) -> str | None:
    assert "Access-Control-Allow-Credentials" not in answer
    return answer.get("Access-Control-Allow-Origin")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["characters/永/", "characters/?grade=1", "characters/永/strokes/", "schema/"])
def test_pages_of_other_origins_read_what_is_public(client, path):
    answer = client.get(f"/api/v1/{path}", headers=ORIGIN)
    assert (answer.status_code, allowed(answer)) == (200, "*")
    exposed = {name.strip() for name in answer["Access-Control-Expose-Headers"].split(",")}
    assert exposed >= EXPOSED


@pytest.mark.django_db
def test_a_page_with_a_token_reads_and_writes(client, client_of, no_worker):
    client_of("alice")
    alice = User.objects.get(email="alice@example.org")
    _, secret = Token.objects.issue(alice, "Page", [Scope.WRITE_ATTEMPTS, Scope.READ_HISTORY])
    headers = {**ORIGIN, "Authorization": f"Bearer {secret}", "Prefer": "respond-async"}
    body = json.dumps({"ink": ink_of("口")})
    written = client.post("/api/v1/attempts/", body, "application/json", headers=headers)
    assert (written.status_code, allowed(written)) == (202, "*")
    read = client.get("/api/v1/attempts/", headers=headers)
    assert (len(read.json()["results"]), allowed(read)) == (1, "*")


@pytest.mark.django_db
def test_a_page_cannot_write_with_cookies(client_of):
    body = json.dumps({"ink": ink_of("口")})
    answer = client_of("alice").post("/api/v1/attempts/", body, "application/json", headers=ORIGIN)
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
    allowed(answer)
    assert not Attempt.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["recognitions/", "attempts/", "characters/"])
def test_a_preflight_costs_nothing(client, throttles, django_assert_num_queries, path):
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization, content-type"}
    with django_assert_num_queries(0):
        answer = client.options(f"/api/v1/{path}", headers={**ORIGIN, **asks})
    assert (answer.status_code, allowed(answer), answer.content) == (200, "*", b"")
    assert "POST" in answer["Access-Control-Allow-Methods"]
    assert {"authorization", "content-type"} <= set(answer["Access-Control-Allow-Headers"].split(", "))
    assert throttles.keys("*") == []


@pytest.mark.django_db
def test_errors_can_be_read_too(client):
    for answer in (
        client.get("/api/v1/characters/々/", headers=ORIGIN),
        client.post("/api/v1/recognitions/", "{", "application/json", headers=ORIGIN),
        client.get("/api/v1/nowhere/", headers=ORIGIN),
    ):
        assert answer.status_code in (400, 404)
        assert allowed(answer) == "*"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/characters/", "/accounts/login/", "/health/version"])
def test_pages_are_not_for_other_origins(client, path):
    assert allowed(client.get(path, headers=ORIGIN)) is None
