"""API tokens: creating, limiting and revoking them."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Scope, Token, User
from scoring.models import Attempt
from tests.support.drawings import ink_of
from tests.support.errors import error_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

TOKENS, ATTEMPTS = "/api/v1/tokens/", "/api/v1/attempts/"
BODY = json.dumps({"ink": ink_of("口")})


@pytest.fixture
def alice(client_of) -> User:
    client_of("alice")
    return User.objects.get(email="alice@example.org")


def program(secret: str) -> Client:
    """A client without cookies that enforces CSRF checks."""
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {secret}"})


def issue(user: User, *scopes: str, **fields) -> tuple[Token, Client]:
    token, secret = Token.objects.issue(user, "Tablet", scopes or Scope.values, **fields)
    return token, program(secret)


def make(client: Client, **fields):
    wanted = {"name": "Tablet", "scopes": ["read:history"], **fields}
    return client.post(TOKENS, json.dumps(wanted), "application/json")


def test_the_secret_is_shown_once_and_only_its_hash_is_stored(client_of):
    answer = make(client_of("alice"))
    assert answer.status_code == 201
    assert "no-store" in answer["Cache-Control"]
    secret = answer.json()["secret"]
    assert re.fullmatch(r"lai_[\w-]{43}", secret)
    [kept] = Token.objects.values()
    assert secret not in str(kept)
    [shown] = client_of("alice").get(TOKENS).json()["results"]
    assert set(shown) == {"id", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at"}
    assert secret.startswith(shown["prefix"])
    assert len(shown["prefix"]) == 10
    assert program(secret).get(ATTEMPTS).status_code == 200


def test_scopes_are_kept_once_each_and_in_one_order(client_of):
    answer = make(client_of("alice"), scopes=["read:plan", "write:attempts", "read:plan"])
    assert answer.json()["scopes"] == ["write:attempts", "read:plan"]


def test_attempts_written_with_a_token_belong_to_its_user(alice):
    _, tablet = issue(alice)
    answer = tablet.post(ATTEMPTS, BODY, "application/json")
    assert answer.status_code == 201
    assert Attempt.objects.get(pk=answer.json()["id"]).user == alice
    assert [row["id"] for row in tablet.get(ATTEMPTS).json()["results"]] == [answer.json()["id"]]


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("read:history", {"list", "read"}),
        ("write:attempts", {"read", "write"}),
        ("share", {"share"}),
        ("read:catalogue", set()),
    ],
)
def test_a_token_is_limited_to_its_scopes(alice, scope, allowed):
    _, tablet = issue(alice, scope)
    own = f"{ATTEMPTS}{Attempt.objects.create(user=alice, ink=ink_of('口')).pk}/"
    answers = [
        ("list", tablet.get(ATTEMPTS)),
        ("list", tablet.get(f"{ATTEMPTS}milestones/")),
        ("read", tablet.get(own)),
        ("read", tablet.get(f"{own}image/")),
        ("share", tablet.put(f"{own}exemplar/")),
        ("share", tablet.delete(f"{own}exemplar/")),
        ("share", tablet.put(f"{own}share/")),
        ("share", tablet.delete(f"{own}share/")),
        ("write", tablet.patch(own, json.dumps({"target": "口"}), "application/json")),
        ("write", tablet.post(ATTEMPTS, BODY, "application/json")),
        ("write", tablet.post(f"{own}restore/")),
        ("write", tablet.delete(own)),
    ]
    refused = [answer.status_code == 403 and answer.json()["code"] == "insufficient_scope" for _, answer in answers]
    assert refused == [kind not in allowed for kind, _ in answers]
    assert tablet.get("/api/v1/characters/口/").status_code == 200


def test_a_token_that_may_only_write_reads_the_result_of_what_it_wrote(alice):
    _, tablet = issue(alice, "write:attempts")
    written = tablet.post(ATTEMPTS, BODY, "application/json", headers={"Prefer": "respond-async"})
    assert tablet.get(written["Location"]).json()["id"] == written.json()["id"]


def test_an_expired_token_is_rejected(alice):
    token, tablet = issue(alice, expires_at=timezone.now() + timedelta(days=1))
    assert tablet.get(ATTEMPTS).status_code == 200
    Token.objects.filter(pk=token.pk).update(expires_at=timezone.now())
    answer = tablet.get(ATTEMPTS)
    assert (answer.status_code, answer.json()["code"]) == (401, "expired_token")


@pytest.mark.parametrize("secret", ["", "lai_", "lai_" + "x" * 43, "é", "a b"])
def test_a_forged_token_is_rejected_even_with_a_session(client_of, secret):
    answer = client_of("alice").get(ATTEMPTS, headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_token_of_a_closed_account_is_rejected(alice):
    _, tablet = issue(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert tablet.get(ATTEMPTS).json()["code"] == "inactive_user"


def test_a_revoked_token_is_rejected_at_once(client_of, alice):
    token, tablet = issue(alice)
    assert tablet.get(ATTEMPTS).status_code == 200
    assert client_of("alice").delete(f"{TOKENS}{token.pk}/").status_code == 204
    answer = tablet.get(ATTEMPTS)
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


def test_the_tokens_of_others_are_404_and_stay_valid(client_of, alice):
    token, tablet = issue(alice)
    bob = client_of("bob")
    assert bob.get(TOKENS).json()["results"] == []
    assert bob.delete(f"{TOKENS}{token.pk}/").status_code == 404
    assert bob.post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 404
    assert token.prefix not in bob.get("/accounts/tokens/").content.decode()
    assert tablet.get(ATTEMPTS).status_code == 200


def test_a_token_cannot_read_the_attempts_of_others(client_of, alice):
    client_of("bob")
    bobs = Attempt.objects.create(user=User.objects.get(email="bob@example.org"), ink=ink_of("口"))
    _, tablet = issue(alice)
    assert tablet.get(f"{ATTEMPTS}{bobs.pk}/").status_code == 404
    assert tablet.delete(f"{ATTEMPTS}{bobs.pk}/").status_code == 404
    assert tablet.get(ATTEMPTS).json()["results"] == []


def test_the_last_use_of_a_token_is_stored_at_most_once_a_minute(alice):
    token, tablet = issue(alice)
    for ago, is_noted in ((None, True), (timedelta(seconds=50), False), (timedelta(seconds=70), True)):
        before = timezone.now()
        Token.objects.filter(pk=token.pk).update(last_used_at=ago and before - ago)
        with CaptureQueriesContext(connection) as queries:
            tablet.get(ATTEMPTS)
        assert any(query["sql"].startswith("UPDATE") for query in queries) is is_noted
        token.refresh_from_db()
        assert (token.last_used_at is not None and token.last_used_at >= before) is is_noted


def test_a_token_cannot_create_show_or_revoke_tokens(alice):
    token, tablet = issue(alice)
    for answer in (make(tablet), tablet.get(TOKENS), tablet.delete(f"{TOKENS}{token.pk}/")):
        assert (answer.status_code, answer.json()["code"]) == (403, "session_only")
    assert Token.objects.count() == 1
    assert tablet.get("/accounts/tokens/").status_code == 302


def test_a_session_still_needs_its_csrf_token(alice):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    assert make(browser).status_code == 403
    assert browser.post(ATTEMPTS, BODY, "application/json").status_code == 403


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "", "blank"),
        ("name", "x" * 101, "max_length"),
        ("scopes", [], "empty"),
        ("scopes", "read:history", "not_a_list"),
        ("expires_at", "2020-01-01T00:00Z", "past"),
        ("expires_at", "soon", "invalid"),
    ],
)
def test_an_invalid_token_is_not_created(client_of, field, value, code):
    answer = make(client_of("alice"), **{field: value})
    assert error_at(answer, f"/{field}")["code"] == code
    assert not Token.objects.exists()


@pytest.mark.parametrize("body", ["[" * 100_000, "[]", "{", json.dumps({"name": "x", "scopes": ["admin"]})])
def test_a_body_that_does_not_describe_a_token_is_400(client_of, body):
    assert client_of("alice").post(TOKENS, body, "application/json").status_code == 400


def test_a_learner_has_at_most_50_tokens(client_of, alice):
    for _ in range(Token.MOST):
        issue(alice)
    answer = make(client_of("alice"))
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_tokens")
    page = client_of("alice").post("/accounts/tokens/", {"name": "x", "scopes": "read:history", "days": "30"})
    assert page.status_code == 409
    assert "You already have 50 tokens." in page.content.decode()
    assert alice.tokens.count() == 50
    assert make(client_of("bob")).status_code == 201


@pytest.mark.parametrize(("days", "valid"), [("30", 30), ("90", 90), ("365", 365), ("", None)])
def test_the_page_creates_a_token_shows_it_once_and_revokes_it(client_of, days, valid):
    alice = client_of("alice")
    made = alice.post("/accounts/tokens/", {"name": "<b>Tablet", "scopes": ["read:history"], "days": days})
    assert made.status_code == 201
    assert "no-store" in made["Cache-Control"]
    [secret] = re.findall(r'value="(lai_[\w-]+)" readonly', made.content.decode())
    token = Token.objects.get()
    assert token.scopes == ["read:history"]
    assert (token.expires_at and (token.expires_at - token.created_at + timedelta(hours=1)).days) == valid
    assert program(secret).get(ATTEMPTS).status_code == 200
    page = alice.get("/accounts/tokens/").content.decode()
    assert secret not in page
    assert f"{secret[:10]}…" in page
    assert "&lt;b&gt;Tablet" in page
    assert ">API tokens</a>" in page
    assert alice.post(f"/accounts/tokens/{token.pk}/revoke/")["Location"] == "/accounts/tokens/"
    assert " revoked." in alice.get("/accounts/tokens/").content.decode()
    assert program(secret).get(ATTEMPTS).status_code == 401


@pytest.mark.parametrize("wanted", [{"name": "x"}, {"scopes": "read:history"}, {"name": "x", "scopes": "admin"}])
def test_the_page_says_which_field_is_missing(client_of, wanted):
    answer = client_of("alice").post("/accounts/tokens/", {"days": "30", **wanted})
    assert answer.status_code == 400
    assert b'class="field-trouble"' in answer.content
    assert not Token.objects.exists()


def test_visitors_are_sent_to_sign_in(client):
    for answer in (client.get("/accounts/tokens/"), client.post("/accounts/tokens/1/revoke/")):
        assert answer["Location"].startswith("/accounts/login/")
    assert client.get(TOKENS).json()["code"] == "not_authenticated"
