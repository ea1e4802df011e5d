"""The permissions of every route. A test fails while a route is missing from ROUTES."""

import re
import shutil
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLPattern, get_resolver

from accounts.models import CharacterList, Scope, Token, User, Webhook
from accounts.practice.reminders import stop_token
from characters.models import Exemplar
from scoring import serving
from scoring.models import Attempt, Line
from tests.conftest import FakeScorer
from tests.support.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

#: For each route: the method, then the status for a visitor, for Alice, who owns the objects, and for Bob.
ROUTES = {
    "": [("get", 200, 200, 200)],
    "offline/": [("get", 200, 200, 200)],
    "characters/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "characters/<str:literal>/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "characters/<str:literal>/report/": [("get", 302, 302, 302), ("post", 400, 400, 400)],
    "characters/<str:literal>/practice/": [("get", 405, 405, 405), ("post", 302, 404, 404)],  # names no list
    "sheets/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "plan/": [("get", 302, 200, 200), ("post", 302, 400, 400)],
    "lists/": [("get", 302, 200, 200), ("post", 302, 400, 400)],
    "lists/<int:pk>/": [("get", 302, 200, 404), ("post", 302, 400, 404)],
    "lists/shared/<slug:token>/": [("get", 200, 200, 200), ("post", 302, 302, 302)],
    "reminders/stop/<str:token>/": [("get", 200, 200, 200), ("post", 200, 200, 200)],
    "lesson/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "words/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "start/": [("get", 200, 200, 200), ("post", 400, 400, 400)],
    "accounts/leave/": [("get", 302, 302, 302), ("post", 302, 302, 302)],  # asks for the password again
    "accounts/tokens/": [("get", 302, 200, 200), ("post", 302, 400, 400)],
    "accounts/tokens/<int:pk>/revoke/": [("get", 302, 405, 405), ("post", 302, 302, 404)],
    "accounts/webhooks/": [("get", 302, 200, 200), ("post", 302, 400, 400)],
    "accounts/webhooks/<int:pk>/": [("get", 302, 200, 404), ("post", 302, 400, 404)],  # without an action
    "accounts/data/": [("get", 302, 200, 200), ("post", 302, 400, 400)],  # an empty form
    "history/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "history/forget/": [("get", 302, 200, 302), ("post", 400, 400, 400)],  # Bob has nothing to delete; an empty form
    "history/restore/": [("get", 405, 405, 405), ("post", 400, 400, 400)],  # without a time
    "history/lines/<uuid:pk>/": [("get", 404, 200, 404), ("post", 405, 405, 405)],
    "history/<uuid:pk>/": [("get", 404, 200, 404), ("post", 405, 405, 405)],
    "history/<uuid:pk>/share/": [("get", 302, 405, 405), ("post", 302, 400, 404)],  # without an action
    "history/shared/": [("get", 302, 200, 200), ("post", 302, 405, 405)],
    "s/<slug:token>/": [("get", 404, 404, 404), ("post", 405, 405, 405)],  # the token belongs to a list
    "s/<slug:token>.png": [("get", 404, 404, 404), ("post", 405, 405, 405)],
    "today/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "progress/": [("get", 302, 200, 200), ("post", 302, 405, 405)],
    "progress/wall/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "progress/wall.png": [("get", 404, 404, 404), ("post", 405, 405, 405)],  # nobody has a score
    "progress/stamps/": [("get", 302, 200, 200), ("post", 302, 405, 405)],
    "progress/then-and-now/": [("get", 302, 200, 200), ("post", 302, 405, 405)],
    "characters/of-the-day/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "offline/words/": [("get", 200, 200, 200), ("post", 200, 200, 200)],
    "offline/page/": [("get", 200, 200, 200), ("post", 200, 200, 200)],
    "api/v1/characters/of-the-day/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "progress/<str:literal>/": [("get", 302, 200, 200), ("post", 302, 405, 405)],
    "accounts/claim/": [("get", 302, 302, 302), ("post", 302, 302, 302)],
    "accounts/send-mail-again/": [("get", 405, 405, 405), ("post", 302, 302, 302)],
    "accounts/preferences/": [("get", 302, 200, 200), ("post", 302, 400, 400)],
    "language/": [("get", 405, 405, 405), ("post", 400, 400, 400)],
    "favicon.ico": [("get", 302, 302, 302)],
    "health/live": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "health/ready": [("get", 503, 503, 503), ("post", 405, 405, 405)],  # only the database is running
    "health/version": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "metrics": [("get", 404, 404, 404), ("post", 405, 405, 405)],  # without the operator's token
    "api/v1/attempts/": [("get", 200, 200, 200), ("post", 400, 400, 400)],
    "api/v1/recognitions/": [("get", 405, 405, 405), ("post", 400, 400, 400)],
    "api/v1/attempts/batch/": [("get", 405, 405, 405), ("post", 400, 400, 400)],
    "api/v1/attempts/milestones/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "api/v1/attempts/<uuid:pk>/": [
        ("get", 404, 200, 404),
        ("patch", 404, 400, 404),
        ("put", 405, 405, 405),
        ("delete", 404, 204, 404),
    ],
    "api/v1/attempts/<uuid:pk>/image/": [("get", 404, 404, 404)],
    "api/v1/attempts/<uuid:pk>/picture.svg": [("get", 404, 200, 404), ("post", 405, 405, 405)],
    "api/v1/attempts/<uuid:pk>/picture.png": [("get", 404, 200, 404), ("post", 405, 405, 405)],
    "api/v1/attempts/<uuid:pk>/exemplar/": [
        ("get", 405, 405, 405),
        ("put", 404, 409, 404),  # without a target
        ("delete", 404, 204, 404),
    ],
    "api/v1/attempts/<uuid:pk>/restore/": [("get", 405, 405, 405), ("post", 404, 200, 404)],
    "api/v1/attempts/<uuid:pk>/share/": [
        ("get", 405, 405, 405),
        ("put", 401, 409, 404),  # without a target
        ("delete", 401, 204, 404),
    ],
    "api/v1/characters/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "api/v1/characters/<str:literal>/": [
        ("get", 200, 200, 200),
        ("put", 405, 405, 405),
        ("patch", 405, 405, 405),
        ("delete", 405, 405, 405),
    ],
    "api/v1/characters/<str:literal>/strokes/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "api/v1/characters/<str:literal>/exemplars/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    **{
        f"api/v1/{table}.{extension}": [("get", 401, 200, 200), ("post", 401, 405, 405)]
        for table in ("attempts", "scores", "progress")
        for extension in ("jsonl", "csv")
    },
    "api/v1/characters.jsonl.gz": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "api/v1/sheets/": [("get", 400, 400, 400), ("post", 405, 405, 405)],  # without characters
    "api/v1/plan/": [("get", 401, 200, 200), ("patch", 401, 400, 400), ("put", 401, 405, 405)],
    "api/v1/lines/": [("get", 200, 200, 200), ("post", 400, 400, 400)],
    "api/v1/lines/<uuid:pk>/": [
        ("get", 404, 200, 404),
        ("put", 405, 405, 405),
        ("patch", 405, 405, 405),
        ("delete", 404, 204, 404),
    ],
    "api/v1/lines/<uuid:pk>/restore/": [("get", 405, 405, 405), ("post", 404, 200, 404)],
    "api/v1/words/": [("get", 200, 200, 200), ("post", 401, 400, 400)],
    "api/v1/words/text/": [("get", 405, 405, 405), ("post", 400, 400, 400)],
    "api/v1/words/<str:text>/": [("get", 200, 200, 200), ("put", 405, 405, 405), ("delete", 401, 204, 404)],
    "api/v1/words/<str:text>/reports/": [("get", 405, 405, 405), ("post", 400, 400, 400)],
    "api/v1/lists/": [("get", 401, 200, 200), ("post", 401, 400, 400)],
    "api/v1/lists/<int:pk>/": [
        ("get", 401, 200, 404),
        ("patch", 401, 400, 404),  # names nothing to change
        ("put", 401, 405, 405),
        ("delete", 401, 204, 404),
    ],
    "api/v1/lists/<int:pk>/share/": [("get", 401, 405, 405), ("put", 401, 200, 404), ("delete", 401, 204, 404)],
    "api/v1/reviews/": [("get", 401, 200, 200), ("post", 401, 400, 400)],
    "api/v1/reviews/<str:character>/": [
        ("get", 401, 200, 404),
        ("put", 401, 405, 405),
        ("delete", 401, 204, 404),
    ],
    "api/v1/webhooks/": [("get", 401, 200, 200), ("post", 401, 400, 400)],
    "api/v1/webhooks/<int:pk>/": [
        ("get", 401, 200, 404),
        ("patch", 401, 400, 404),  # names nothing to change
        ("put", 401, 405, 405),
        ("delete", 401, 204, 404),
    ],
    "api/v1/webhooks/<int:pk>/deliveries/": [("get", 401, 200, 404), ("post", 401, 405, 405)],
    "api/v1/webhooks/<int:pk>/test/": [("get", 401, 405, 405), ("post", 401, 202, 404)],
    "api/v1/tokens/": [("get", 401, 200, 200), ("post", 401, 400, 400)],
    "api/v1/progress/": [("get", 401, 200, 200), ("post", 401, 405, 405)],
    "api/v1/progress/<str:literal>/": [("get", 401, 200, 200), ("post", 401, 405, 405)],
    "api/v1/tokens/<int:pk>/": [("get", 401, 405, 405), ("delete", 401, 204, 404)],
    "api/v1/me/": [
        ("get", 401, 200, 200),
        ("patch", 401, 400, 400),
        ("put", 401, 405, 405),
        ("delete", 401, 403, 403),  # signed in too long ago
    ],
    "api/v1/me/export/": [("get", 401, 200, 404), ("delete", 401, 204, 404), ("post", 401, 202, 202)],
    "api/v1/me/export/file/": [("get", 401, 200, 404), ("post", 401, 405, 405)],
    "api/v1/me/import/": [("get", 401, 200, 404), ("post", 401, 415, 415), ("delete", 401, 405, 405)],
    "api/v1/events/": [("get", 503, 503, 503), ("post", 405, 405, 405)],  # Redis isn't running
    "api/v1/schema/": [("get", 200, 200, 200)],
    "api/v1/docs/": [("get", 200, 200, 200)],
    "api/v1/guide/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "api/v1/guide/examples/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "api/v1/guide/changes/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
}
ATTEMPTS, HISTORY, SHARE, WEBHOOKS = "write:attempts", "read:history", "share", "webhooks"
#: For each route of the API that asks who calls: the methods, and the scopes one of which a token needs; none where
#: tokens are refused. The other routes of the API are public.
SCOPES: dict[str, dict[str, set[str]]] = {
    "attempts/": {"get": {HISTORY}, "post": {ATTEMPTS}},
    "attempts/batch/": {"post": {ATTEMPTS}},
    "attempts/milestones/": {"get": {HISTORY}},
    "attempts/<uuid:pk>/": {"get": {HISTORY, ATTEMPTS}, "patch": {ATTEMPTS}, "delete": {ATTEMPTS}},
    "attempts/<uuid:pk>/image/": {"get": {HISTORY, ATTEMPTS}},
    "attempts/<uuid:pk>/picture.svg": {"get": {HISTORY, ATTEMPTS}},
    "attempts/<uuid:pk>/picture.png": {"get": {HISTORY, ATTEMPTS}},
    "attempts/<uuid:pk>/exemplar/": {"put": {SHARE}, "delete": {SHARE}},
    "attempts/<uuid:pk>/restore/": {"post": {ATTEMPTS}},
    "attempts/<uuid:pk>/share/": {"put": {SHARE}, "delete": {SHARE}},
    "lines/": {"get": {HISTORY}, "post": {ATTEMPTS}},
    "lines/<uuid:pk>/": {"get": {HISTORY, ATTEMPTS}, "delete": {ATTEMPTS}},
    "lines/<uuid:pk>/restore/": {"post": {ATTEMPTS}},
    **{
        f"{table}.{extension}": {"get": {HISTORY}}
        for table in ("attempts", "scores", "progress")
        for extension in ("jsonl", "csv")
    },
    "events/": {"get": {HISTORY}},
    "plan/": {"get": {"read:plan"}, "patch": {"write:plan"}},
    "words/": {"get": {"read:plan"}, "post": {"write:plan"}},
    "words/text/": {"post": {ATTEMPTS}},
    "words/<str:text>/": {"get": {"read:plan"}, "delete": {"write:plan"}},
    "words/<str:text>/reports/": {"post": {"write:plan"}},
    "reviews/": {"get": {"read:plan"}, "post": {"write:plan"}},
    "reviews/<str:character>/": {"get": {"read:plan"}, "delete": {"write:plan"}},
    "lists/": {"get": {"read:lists"}, "post": {"write:lists"}},
    "lists/<int:pk>/": {"get": {"read:lists"}, "patch": {"write:lists"}, "delete": {"write:lists"}},
    "lists/<int:pk>/share/": {"put": {SHARE}, "delete": {SHARE}},
    "progress/": {"get": {HISTORY}},
    "progress/<str:literal>/": {"get": {HISTORY}},
    "me/": {"get": {"read:account"}, "patch": set(), "delete": set()},
    "me/export/": {"get": set(), "post": set(), "delete": set()},
    "me/export/file/": {"get": set()},
    "me/import/": {"get": set(), "post": set()},
    "webhooks/": {"get": {WEBHOOKS}, "post": {WEBHOOKS}},
    "webhooks/<int:pk>/": {"get": {WEBHOOKS}, "patch": {WEBHOOKS}, "delete": {WEBHOOKS}},
    "webhooks/<int:pk>/deliveries/": {"get": {WEBHOOKS}},
    "webhooks/<int:pk>/test/": {"post": {WEBHOOKS}},
    "tokens/": {"get": set(), "post": set()},
    "tokens/<int:pk>/": {"delete": set()},
}
#: Routes of the API that ignore tokens, since everybody may call them.
OPEN = {
    "characters.jsonl.gz",
    "characters/",
    "characters/<str:literal>/",
    "characters/<str:literal>/exemplars/",
    "characters/<str:literal>/strokes/",
    "characters/of-the-day/",
    "docs/",
    "guide/",
    "guide/changes/",
    "guide/examples/",
    "recognitions/",
    "schema/",
    "sheets/",
}
#: Routes whose parameter names an object with an owner, and the object's key in `alices`.
OWN = {
    "history/lines/<uuid:pk>/": "line",
    "history/<uuid:pk>/": "attempt",
    "history/<uuid:pk>/share/": "attempt",
    "api/v1/attempts/<uuid:pk>/": "attempt",
    "api/v1/attempts/<uuid:pk>/image/": "attempt",
    "api/v1/attempts/<uuid:pk>/picture.svg": "attempt",
    "api/v1/attempts/<uuid:pk>/picture.png": "attempt",
    "api/v1/attempts/<uuid:pk>/exemplar/": "attempt",
    "api/v1/attempts/<uuid:pk>/share/": "attempt",
    "api/v1/tokens/<int:pk>/": "token",
    "accounts/tokens/<int:pk>/revoke/": "token",
    "accounts/webhooks/<int:pk>/": "webhook",
    "api/v1/webhooks/<int:pk>/": "webhook",
    "api/v1/webhooks/<int:pk>/deliveries/": "webhook",
    "api/v1/webhooks/<int:pk>/test/": "webhook",
    "lists/<int:pk>/": "list",
    "api/v1/attempts/<uuid:pk>/restore/": "attempt",
    "api/v1/lines/<uuid:pk>/": "line",
    "api/v1/lines/<uuid:pk>/restore/": "line",
    "api/v1/lists/<int:pk>/": "list",
    "api/v1/lists/<int:pk>/share/": "list",
}
#: Parameters that name public objects, or are secret tokens: whoever has the link has access.
PUBLIC = ("<str:literal>", "<str:character>", "<str:text>", "<slug:token>", "<str:token>")
#: Routes of libraries, which test their permissions themselves.
LIBRARIES = ("admin/", "accounts/")
#: Routes of this site among those of allauth.
OWN_PAGES = (
    "accounts/claim/",
    "accounts/leave/",
    "accounts/preferences/",
    "accounts/send-mail-again/",
    "accounts/data/",
    "accounts/tokens/",
    "accounts/tokens/<int:pk>/revoke/",
    "accounts/webhooks/",
    "accounts/webhooks/<int:pk>/",
)
#: The users of ROUTES. Alice comes last: she may delete what the others request.
USERS = ("visitor", "bob", "alice")
CASES = [
    (route, method, {"visitor": visitor, "alice": alice, "bob": bob})
    for route, rows in ROUTES.items()
    for method, visitor, alice, bob in rows
]


@pytest.fixture(scope="module")
def alices_objects(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[tuple[dict[str, Any], Path]]:
    """Objects of each kind, owned by Alice, which all tests of this module start with.

    Yields the values of route parameters by kind, and the folder with a copy of her files.
    """
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving, "scorer", FakeScorer)
        user = User.objects.create(email="alice@example.org")
        alice = Client()
        alice.force_login(user)
        attempt = alice.post("/api/v1/attempts/", {"ink": ink_of("口")}, "application/json").json()["id"]
        alice.post("/api/v1/me/export/")
        data = alice.get("/api/v1/me/export/file/").getvalue()
        alice.post("/api/v1/me/import/", {"file": SimpleUploadedFile("export.zip", data)})
        alice.post("/api/v1/reviews/", {"character": "口"}, "application/json")
        alice.post("/api/v1/words/", {"text": "入口"}, "application/json")
        line = Line.objects.create(user=user, kind="own", text="口", status="scored")
        shared = CharacterList.objects.create(user=user, name="Mine", characters="永", shared_as="a-link")
        token, _ = Token.objects.issue(user, "Tablet", Scope.values)
        with override_settings(WEBHOOKS_TO_LOOPBACK=True):
            webhook = Webhook.objects.register(user, "http://127.0.0.1:9/")  # where nobody listens
        links = {"<slug:token>": shared.shared_as, "<str:token>": stop_token(user), "<str:text>": "入口"}
        keys = {"attempt": attempt, "line": line.pk, "token": token.pk, "webhook": webhook.pk, "list": shared.pk}
        yield keys | links, shutil.copytree(settings.MEDIA_ROOT, tmp_path_factory.mktemp("files") / "media")
        transaction.set_rollback(True)


@pytest.fixture
def alices(alices_objects, settings) -> dict[str, Any]:
    """One object of each kind, owned by Alice; returns the values of route parameters by kind.

    She also has an export and an import, for the routes that concern all her data.
    """
    settings.WEBHOOKS_TO_LOOPBACK = True
    parameters, files = alices_objects
    shutil.copytree(files, settings.MEDIA_ROOT, dirs_exist_ok=True)
    return parameters


def address(route: str, alices: dict[str, Any]) -> str:
    return "/" + re.sub("<.*?>", lambda part: str(alices.get(OWN.get(route, part[0]), "口")), route)


@pytest.mark.parametrize(
    ("route", "method", "statuses"), CASES, ids=[f"{method} {route}" for route, method, _ in CASES]
)
def test_every_user_gets_the_expected_status(client_of, alices, route, method, statuses):
    url = address(route, alices)
    answers = {who: getattr(client_of(who), method)(url, content_type="application/json") for who in USERS}
    for answer in answers.values():
        answer.close()  # a download occupies its place until then
    assert {who: answer.status_code for who, answer in answers.items()} == statuses


#: The changes that another user requests, by the kind of the route's object.
CHANGES: dict[str, dict[str, Any]] = {
    "attempt": {"target": "日", "do": "share"},
    "list": {"name": "Taken", "characters": "一", "do": "delete"},
    "token": {},
    "line": {"text": "日"},
    "webhook": {"is_paused": True, "do": "delete"},
}


@pytest.mark.parametrize("route", OWN)
def test_other_users_can_neither_read_nor_change_alices_objects(client_of, alices, route):
    alice, attempt = client_of("alice"), f"/api/v1/attempts/{alices['attempt']}/"
    assert alice.patch(attempt, {"target": "口"}, "application/json").status_code == 200
    assert alice.put(f"{attempt}exemplar/").status_code == 201
    assert alice.put(f"{attempt}share/").status_code == 200
    others = [client_of(who) for who in ("visitor", "bob")]
    before = rows_of_alice()
    assert {"scoring.Attempt", "scoring.Score", "characters.Exemplar", "accounts.CharacterList"} <= before.keys()
    assert all(before.values())
    methods = ("get", "post", "put", "patch", "delete")
    for other, content_type, method in product(others, ("application/json", MULTIPART_CONTENT), methods):
        body: Any = CHANGES[OWN[route]]
        if content_type == MULTIPART_CONTENT and method not in ("get", "post"):
            body = encode_multipart(BOUNDARY, body)
        sent = {} if method == "get" else {"data": body, "content_type": content_type}
        answer = getattr(other, method)(address(route, alices), **sent)
        is_redirected_to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
        assert answer.status_code in (401, 404, 405) or is_redirected_to_sign_in
        assert rows_of_alice() == before, (method, content_type)


def rows_of_alice() -> dict[str, list[Any]]:
    """The rows that belong to Alice, her attempts or her exemplars, by model: the values of all their columns.

    Models without such rows are left out.
    """
    found: dict[str, list[Any]] = {}
    with connection.cursor() as cursor:
        for label, sql, parameters in queries_of_alice():
            cursor.execute(sql, parameters)
            found.setdefault(label, []).extend(cursor.fetchall())
    return {label: rows for label, rows in found.items() if rows}


@cache
def queries_of_alice() -> list[tuple[str, str, Sequence[Any]]]:
    """The model, the statement and its parameters of each query of rows that belong to Alice."""
    users = User.objects.filter(email="alice@example.org")
    attempts = Attempt.objects.filter(user__in=users)
    exemplars = Exemplar.objects.filter(pk__in=attempts.values("exemplar"))
    found: list[tuple[Any, Any]] = [(User, users), (Exemplar, exemplars)]
    for model, owners in ((User, users), (Attempt, attempts)):
        relations: list[Any] = list(model._meta.get_fields(include_hidden=True))
        for relation in relations:
            if relation.auto_created and not relation.concrete:
                rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": owners})
                found.append((relation.related_model, rows.order_by("pk")))
    return [(model._meta.label, *rows.values().query.sql_with_params()) for model, rows in found]


def test_every_route_of_the_api_says_what_tokens_may_do():
    named = {route.removeprefix("api/v1/") for route in ROUTES if route.startswith("api/v1/")}
    assert named == set(SCOPES) | OPEN
    for route, scopes in SCOPES.items():
        assert set(scopes) == {method for method, _, alices, _ in ROUTES[f"api/v1/{route}"] if alices != 405}, route


@pytest.mark.parametrize("route", [f"api/v1/{route}" for route in SCOPES])
def test_a_token_needs_the_scope_that_the_table_names(client_of, alices, route):
    alice, url = User.objects.get(email="alice@example.org"), address(route, alices)
    for method, needed in SCOPES[route.removeprefix("api/v1/")].items():
        may = set()
        for scope in Scope.values:
            _, secret = Token.objects.issue(alice, scope, [scope])
            program = Client(headers={"Authorization": f"Bearer {secret}"})
            answer = getattr(program, method)(url, content_type="application/json")
            answer.close()
            if answer.status_code == 403:
                assert answer.json()["code"] == ("insufficient_scope" if needed else "session_only")
            else:
                may.add(scope)
        assert may == needed, method


def test_every_parameter_is_public_or_names_an_object_with_an_owner():
    named = {route for route in ROUTES if "<" in route and not all(p in PUBLIC for p in re.findall("<.*?>", route))}
    assert named == set(OWN)


@pytest.mark.parametrize("who", ["curator", "operator"])
@pytest.mark.parametrize("route", [route for route in ROUTES if route.startswith("api/")])
def test_curators_and_operators_have_no_extra_rights_in_the_api(client_of, alices, who, route):
    for method, *_, bobs in ROUTES[route]:
        url = address(route, alices)
        answer = getattr(client_of(who), method)(url, content_type="application/json")
        answer.close()  # a download occupies its place until then
        assert answer.status_code == bobs


def test_every_route_is_in_the_table():
    def routes(patterns, prefix=""):
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield route
            else:
                yield from routes(pattern.url_patterns, route)

    own = [r for r in routes(get_resolver().url_patterns) if r in OWN_PAGES or not r.startswith(LIBRARIES)]
    assert set(own) == set(ROUTES)


@pytest.mark.parametrize("who", ["visitor", "alice"])
def test_only_staff_can_open_the_admin(client_of, who):
    assert client_of(who).get("/admin/").status_code == 302


def test_a_guest_sees_only_the_attempts_of_this_browser(client_of, post, client):
    visitor = client_of("visitor")
    written = post(visitor, {"ink": ink_of("口")}).json()["id"]
    assert [row["id"] for row in visitor.get("/api/v1/attempts/").json()["results"]] == [written]
    assert client.get("/api/v1/attempts/").json()["results"] == []
    assert client.get(f"/api/v1/attempts/{written}/").status_code == 404


def test_guests_and_learners_keep_their_attempts_when_the_secret_key_is_rotated(client_of, post, settings):
    visitor, bob = client_of("visitor"), client_of("bob")
    written = [post(who, {"ink": ink_of("口")}).json()["id"] for who in (visitor, bob)]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    for who, mine in zip((visitor, bob), written, strict=True):
        assert [row["id"] for row in who.get("/api/v1/attempts/").json()["results"]] == [mine]


@pytest.mark.parametrize("forged", ["", "x", "45926a13-8b7b-4e11-b1fd-dfb380d59d81"])
def test_a_guest_cookie_with_an_invalid_signature_gives_no_access(client_of, post, client, forged):
    written = post(client_of("visitor"), {"ink": ink_of("口")}).json()["id"]
    signed = client_of("visitor").cookies["guest"].value
    client.cookies["guest"] = forged + signed[len(forged) + 1 :]
    assert client.get(f"/api/v1/attempts/{written}/").status_code == 404


def test_the_guest_cookie_is_http_only_and_same_site_and_lasts_for_months(client):
    client.get("/")
    cookie = client.cookies["guest"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] > 300 * 24 * 60 * 60
