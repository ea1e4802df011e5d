"""Who may do what. A route that is missing here fails the suite."""

import uuid

import pytest
from django.urls import URLPattern, get_resolver

from scoring.guests import COOKIE
from scoring.models import Attempt
from tests.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

#: For each route: method, then the status for a visitor, for Alice whose attempt it is, and for Bob.
ROUTES = {
    "": [("get", 200, 200, 200)],
    "characters/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "characters/<str:literal>/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "characters/<str:literal>/report/": [("get", 302, 302, 302), ("post", 400, 400, 400)],
    "accounts/leave/": [("get", 302, 302, 302), ("post", 302, 302, 302)],  # asked for the password once more
    "history/": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "history/forget/": [("get", 302, 200, 302), ("post", 400, 400, 400)],  # nothing to forget, nothing chosen
    "history/<uuid:pk>/": [("get", 404, 200, 404), ("post", 405, 405, 405)],
    "accounts/claim/": [("get", 302, 302, 302), ("post", 302, 302, 302)],
    "accounts/preferences/": [("get", 302, 200, 200), ("post", 302, 400, 400)],
    "language/": [("get", 405, 405, 405), ("post", 400, 400, 400)],
    "favicon.ico": [("get", 302, 302, 302)],
    "health/live": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "health/ready": [("get", 503, 503, 503), ("post", 405, 405, 405)],  # nothing but the database is there
    "health/version": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "metrics": [("get", 404, 404, 404), ("post", 405, 405, 405)],  # without the operator's token
    "api/v1/attempts/": [("get", 200, 200, 200), ("post", 400, 400, 400)],
    "api/v1/attempts/batch/": [("get", 405, 405, 405), ("post", 400, 400, 400)],
    "api/v1/attempts/<uuid:pk>/": [
        ("get", 404, 200, 404),
        ("patch", 404, 400, 404),
        ("put", 405, 405, 405),
        ("delete", 404, 204, 404),
    ],
    "api/v1/attempts/<uuid:pk>/image/": [("get", 404, 404, 404)],
    "api/v1/attempts/<uuid:pk>/exemplar/": [
        ("get", 405, 405, 405),
        ("put", 404, 409, 404),  # without a target
        ("delete", 404, 204, 404),
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
    "api/v1/characters.jsonl.gz": [("get", 200, 200, 200), ("post", 405, 405, 405)],
    "api/v1/tokens/": [("get", 401, 200, 200), ("post", 401, 400, 400)],
    "api/v1/tokens/<int:pk>/": [("get", 401, 405, 405), ("delete", 401, 404, 404)],
    "api/v1/schema/": [("get", 200, 200, 200)],
    "api/v1/docs/": [("get", 200, 200, 200)],
}
#: Whose own tests say who may do what.
LIBRARIES = ("admin/", "accounts/")
CASES = [
    (route, method, who, status)
    for route, rows in ROUTES.items()
    for method, *statuses in rows
    for who, status in zip(("visitor", "alice", "bob"), statuses, strict=True)
]


@pytest.fixture
def alices_attempt(client_of, post) -> Attempt:
    return Attempt.objects.get(pk=post(client_of("alice"), {"ink": ink_of("口")}).json()["id"])


@pytest.mark.parametrize(("route", "method", "who", "status"), CASES)
def test_who_may_do_what(client_of, alices_attempt, route, method, who, status):
    url = "/" + route.replace("<uuid:pk>", str(alices_attempt.pk)).replace("<str:literal>", "口").replace(
        "<int:pk>", "0"
    )
    assert getattr(client_of(who), method)(url, content_type="application/json").status_code == status


@pytest.mark.parametrize("who", ["curator", "operator"])
@pytest.mark.parametrize("route", [route for route in ROUTES if route.startswith("api/")])
def test_curators_and_operators_may_no_more_through_the_api_than_bob(client_of, alices_attempt, who, route):
    for method, *_, bobs in ROUTES[route]:
        url = "/" + route.replace("<uuid:pk>", str(alices_attempt.pk)).replace("<str:literal>", "口").replace(
            "<int:pk>", "0"
        )
        assert getattr(client_of(who), method)(url, content_type="application/json").status_code == bobs


def test_every_route_is_in_the_table():
    def routes(patterns, prefix=""):
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield route
            else:
                yield from routes(pattern.url_patterns, route)

    own = [
        r
        for r in routes(get_resolver().url_patterns)
        if r in ("accounts/claim/", "accounts/leave/", "accounts/preferences/") or not r.startswith(LIBRARIES)
    ]
    assert set(own) == set(ROUTES)


@pytest.mark.parametrize("who", ["visitor", "alice"])
def test_only_staff_sees_the_admin(client_of, who):
    assert client_of(who).get("/admin/").status_code == 302


def test_a_guest_finds_what_was_written_in_this_browser_and_no_other(client_of, post, client):
    visitor = client_of("visitor")
    written = post(visitor, {"ink": ink_of("口")}).json()["id"]
    assert [row["id"] for row in visitor.get("/api/v1/attempts/").json()["results"]] == [written]
    assert client.get("/api/v1/attempts/").json()["results"] == []
    assert client.get(f"/api/v1/attempts/{written}/").status_code == 404


@pytest.mark.parametrize("forged", ["", "x", str(uuid.uuid4())])
def test_a_cookie_that_this_site_did_not_sign_is_nobodys(client_of, post, client, forged):
    written = post(client_of("visitor"), {"ink": ink_of("口")}).json()["id"]
    signed = client_of("visitor").cookies[COOKIE].value
    client.cookies[COOKIE] = forged + signed[len(forged) + 1 :]
    assert client.get(f"/api/v1/attempts/{written}/").status_code == 404


def test_the_guests_cookie_is_out_of_reach_for_scripts_and_other_sites(client):
    client.get("/")
    cookie = client.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] > 300 * 24 * 60 * 60
