"""The examples of refusals in the API's schema are answers of the site, one for each code.

`RECORD=examples pytest tests/lettersai/test_refusals.py` records them anew; then renew the schema.
"""

import errno
import json
import os
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import CharacterList, Import, Scope, Token, User, Webhook
from lettersai.schema.components import REFUSED
from scoring import events
from tests.lettersai.contract import golden
from tests.support.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

API, JSON = "/api/v1/", "application/json"
RECORDED: dict[str, Any] = json.loads(REFUSED.read_text("utf-8"))
SCHEMA = golden()


class Callers:
    """Alice's browser, and what else a refusal takes."""

    def __init__(self, alice: Client, request: pytest.FixtureRequest) -> None:
        self.alice, self.fixture = alice, request.getfixturevalue
        self.user = User.objects.get(email="alice@example.org")
        alice.raise_request_exception = False

    def program(self, *scopes: str, **about: Any) -> Client:
        _, secret = Token.objects.issue(self.user, "Program", scopes, **about)
        return Client(headers={"Authorization": f"Bearer {secret}"})

    def write(self, **headers: str) -> Any:
        return self.alice.post(f"{API}attempts/", {"ink": ink_of("口"), "target": "口"}, JSON, headers=headers)

    def webhook(self, paused_for: str) -> str:
        webhook = Webhook.objects.register(self.user, "https://example.org/hook")
        webhook.pause(Webhook.Pause(paused_for))
        return f"{API}webhooks/{webhook.pk}/"

    def patch(self, target: str, function: Callable[..., Any]) -> None:
        self.fixture("monkeypatch").setattr(target, function)


@pytest.fixture
def by(client_of: Callable[[str], Client], request: pytest.FixtureRequest) -> Callers:
    return Callers(client_of("alice"), request)


def raising(error: BaseException) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


def invalid(by: Callers) -> Any:
    return by.alice.post(f"{API}attempts/", {"ink": {"width": 300, "height": 300, "strokes": []}, "target": "々"}, JSON)


def parse_error(by: Callers) -> Any:
    return by.alice.post(f"{API}attempts/", '{"ink": ', JSON)


def bad_request(by: Callers) -> Any:
    return by.alice.post(f"{API}attempts/", {f"field{number}": "" for number in range(1001)})


def not_authenticated(by: Callers) -> Any:
    return Client().get(f"{API}lists/")


def invalid_token(by: Callers) -> Any:
    return Client(headers={"Authorization": "Bearer lai_revoked"}).get(f"{API}lists/")


def expired_token(by: Callers) -> Any:
    return by.program("read:lists", expires_at=timezone.now() - timedelta(days=1)).get(f"{API}lists/")


def insufficient_scope(by: Callers) -> Any:
    return by.program("read:lists").get(f"{API}attempts/")


def session_only(by: Callers) -> Any:
    return by.program(*Scope.values).get(f"{API}tokens/")


def cross_site(by: Callers) -> Any:
    return by.write(Origin="https://other.example")


def not_found(by: Callers) -> Any:
    return by.alice.get(f"{API}lists/1/")


def invalid_cursor(by: Callers) -> Any:
    return by.alice.get(f"{API}attempts/?cursor=cD0y")


def not_a_word(by: Callers) -> Any:
    return by.alice.post(f"{API}words/", {"text": "口口口"}, JSON)


def not_acceptable(by: Callers) -> Any:
    return by.alice.get(f"{API}characters/", headers={"Accept": "text/html"})


def another_writer(by: Callers) -> Any:
    return by.write(Writer="00000000-0000-0000-0000-000000000000")


def target_is_set(by: Callers) -> Any:
    written = by.write().json()["id"]
    by.write()
    return by.alice.patch(f"{API}attempts/{written}/", {"target": "日"}, JSON)


def no_target(by: Callers) -> Any:
    written = by.alice.post(f"{API}attempts/", {"ink": ink_of("口")}, JSON).json()["id"]
    return by.alice.put(f"{API}attempts/{written}/share/")


def too_many_lists(by: Callers) -> Any:
    new = (CharacterList(user=by.user, name=f"List {number}", characters="駅") for number in range(CharacterList.MOST))
    CharacterList.objects.bulk_create(new)
    return by.alice.post(f"{API}lists/", {"name": "Station", "characters": "駅"}, JSON)


def too_many_tokens(by: Callers) -> Any:
    for number in range(Token.MOST):
        Token.objects.issue(by.user, f"Program {number}", ["read:lists"])
    return by.alice.post(f"{API}tokens/", {"name": "Tablet", "scopes": ["read:lists"]}, JSON)


def too_many_webhooks(by: Callers) -> Any:
    for _ in range(Webhook.MOST):
        by.webhook("owner")
    return by.alice.post(f"{API}webhooks/", {"url": "https://example.org/hook"}, JSON)


def paused_by_operator(by: Callers) -> Any:
    return by.alice.patch(by.webhook("operator"), {"is_paused": False}, JSON)


def webhook_paused(by: Callers) -> Any:
    return by.alice.post(f"{by.webhook('owner')}test/")


def import_running(by: Callers) -> Any:
    by.alice.post(f"{API}me/export/")
    file = SimpleUploadedFile("export.zip", by.alice.get(f"{API}me/export/file/").getvalue())
    Import.objects.create(user=by.user)
    return by.alice.post(f"{API}me/import/", {"file": file})


def attempt_deleted(by: Callers) -> Any:
    written = by.write(**{"Idempotency-Key": "one"}).json()["id"]
    by.alice.delete(f"{API}attempts/{written}/")
    return by.write(**{"Idempotency-Key": "one"})


def precondition_failed(by: Callers) -> Any:
    return by.alice.get(f"{API}characters/永/", headers={"If-Match": '"former"'})


def too_large(by: Callers) -> Any:
    return by.alice.post(f"{API}lists/", " " * (256 * 1024 + 1), JSON)


def unsupported_media_type(by: Callers) -> Any:
    return by.alice.post(f"{API}lists/", "<list/>", "application/xml")


def idempotency_key_reused(by: Callers) -> Any:
    by.write(**{"Idempotency-Key": "one"})
    return by.alice.post(f"{API}attempts/", {"ink": ink_of("日")}, JSON, headers={"Idempotency-Key": "one"})


def throttled(by: Callers) -> Any:
    by.fixture("rate_of")("1/min")
    by.write()
    return by.write()


def too_many_streams(by: Callers) -> Any:
    by.patch("scoring.events.admit", raising(events.TooManyStreamsError()))
    return by.alice.get(f"{API}events/")


def internal_error(by: Callers) -> Any:
    by.patch("scoring.api.AttemptViewSet.get_queryset", raising(ZeroDivisionError()))
    return by.alice.get(f"{API}attempts/")


def overloaded(by: Callers) -> Any:
    by.patch("scoring.load.is_over", lambda: True)
    return by.write()


def unavailable(by: Callers) -> Any:
    return by.alice.get(f"{API}events/")  # no Redis is running


def storage_full(by: Callers) -> Any:
    by.patch("scoring.api.AttemptViewSet.create", raising(OSError(errno.ENOSPC, "No space left on device")))
    return by.write()


REFUSALS = [value for value in list(globals().values()) if getattr(value, "__annotations__", {}).get("by") is Callers]


@pytest.mark.parametrize("refuse", REFUSALS, ids=lambda refuse: refuse.__name__)
def test_the_site_refuses_as_in_the_example(refuse, by):
    answer, code = refuse(by), refuse.__name__
    body = answer.json()
    assert body["code"] == code
    told = {
        "status": answer.status_code,
        "body": {**body, "detail": re.sub(r"\d+ seconds", "42 seconds", body["detail"])},
    }
    if os.environ.get("RECORD") == "examples":
        RECORDED[code] = told
        REFUSED.write_text(json.dumps(RECORDED, ensure_ascii=False, indent=1) + "\n", "utf-8")
        pytest.skip("recorded")
    assert told == RECORDED[code]


def test_every_code_that_a_response_names_has_an_example():
    own = [
        (status, response)
        for operations in SCHEMA["paths"].values()
        for operation in operations.values()
        for status, response in operation["responses"].items()
        if status >= "400" and "$ref" not in response
    ]
    told = [response for _, response in own] + list(SCHEMA["components"]["responses"].values())
    codes = set(SCHEMA["components"]["schemas"]["ErrorCode"]["enum"])
    for response in told:
        named = {code for code in re.findall(r"`(\w+)`", response["description"]) if code in codes}
        examples = response["content"]["application/json"]["examples"]
        assert named == examples.keys(), response["description"]
        assert named
    assert RECORDED.keys() == {
        code for response in told for code in response["content"]["application/json"]["examples"]
    }
