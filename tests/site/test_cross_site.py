"""Requests that another site makes a browser send, and the cookies that no neighbour can plant."""

import json
import uuid

import pytest
from django.core import signing
from django.test import Client

from accounts.models import Token
from scoring.models import Attempt
from tests.support.drawings import ink_of, png_of

ATTEMPTS = "/api/v1/attempts/"
#: A page that posts an image with a form as soon as it opens.
EVIL_PAGE = """<!doctype html>
<form method="post" action="{url}api/v1/attempts/" enctype="multipart/form-data"><input type="file" name="image"></form>
<script>
  const image = new File([Uint8Array.from({image})], "a.png", {{ type: "image/png" }});
  const files = new DataTransfer();
  files.items.add(image);
  document.querySelector("input").files = files.files;
  document.querySelector("form").submit();
</script>"""


def test_a_form_on_another_site_cannot_replace_a_guest(context, site):
    """The answer to it would set the cookie of a new guest: the attempts of the old one would be lost."""
    page = context.new_page()
    page.goto(site.url)
    [before] = [cookie["value"] for cookie in context.cookies() if cookie["name"] == "guest"]
    evil = EVIL_PAGE.format(url=site.url, image=list(png_of("口")))
    context.route("http://evil.example/", lambda route: route.fulfill(content_type="text/html", body=evil))
    with page.expect_response(lambda answer: answer.request.method == "POST") as refused:
        page.goto("http://evil.example/")
    [after] = [cookie["value"] for cookie in context.cookies() if cookie["name"] == "guest"]
    assert after == before
    assert (refused.value.status, refused.value.json()["code"]) == (403, "cross_site")


def post(client, path=ATTEMPTS, **headers):
    body = json.dumps({"ink": ink_of("口")})
    return client.post(path, body, "application/json", headers={"Prefer": "respond-async", **headers})


@pytest.mark.django_db
@pytest.mark.usefixtures("fake_scorer")
@pytest.mark.parametrize(
    ("site", "origin", "status"),
    [
        ("cross-site", "https://evil.example", 403),
        ("cross-site", "null", 403),
        ("cross-site", "http://testserver", 403),  # redirected by another site
        ("cross-site", None, 403),
        ("same-site", "http://neighbour.testserver", 403),
        ("same-site", None, 403),
        (None, "https://evil.example", 403),  # a browser without Fetch metadata
        (None, "https://testserver", 403),
        (None, "http://testserver.evil.example", 403),
        (None, "null", 403),
        (None, "http://testserver", 202),
        (None, None, 202),  # a program
        ("none", None, 202),
        ("same-origin", "http://testserver", 202),
        ("same-origin", "http://inside-of-the-proxy", 202),
        ("cross-site", "https://trusted.example", 202),
        ("same-site", "https://a.neighbours.example", 202),
        ("same-site", "http://a.neighbours.example", 403),
    ],
)
def test_other_sites_may_not_post(client, settings, no_worker, site, origin, status):
    settings.CSRF_TRUSTED_ORIGINS = ["https://trusted.example", "https://*.neighbours.example"]
    headers = {"Sec-Fetch-Site": site, "Origin": origin}
    answer = post(client, **{name: value for name, value in headers.items() if value})
    assert answer.status_code == status
    assert Attempt.objects.count() == (status == 202)
    assert ("guest" in answer.cookies) == (status == 202)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", ATTEMPTS),
        ("post", f"{ATTEMPTS}batch/"),
        ("patch", f"{ATTEMPTS}45926a13-8b7b-4e11-b1fd-dfb380d59d81/"),
        ("delete", f"{ATTEMPTS}45926a13-8b7b-4e11-b1fd-dfb380d59d81/"),
        ("post", "/history/forget/"),
        ("post", "/accounts/login/"),
        ("post", "/language/"),
    ],
)
def test_no_unsafe_method_passes_from_another_site(client, method, path):
    answer = getattr(client, method)(path, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    if path.startswith("/api/"):
        assert answer.json() == {"detail": "Another site sent this request. Nothing was changed.", "code": "cross_site"}
    else:
        assert b"This request came from another site" in answer.content


@pytest.mark.django_db
def test_links_from_other_sites_work(client):
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.django_db
@pytest.mark.usefixtures("fake_scorer")
@pytest.mark.parametrize(("has_cookie", "status"), [(False, 201), (True, 403)])
def test_a_token_without_a_cookie_works_from_other_sites(client_of, has_cookie, status):
    alice = client_of("alice")
    _token, secret = Token.objects.issue(alice.get("/").wsgi_request.user, "tablet", ["write:attempts"])
    client = alice if has_cookie else Client()
    answer = post(client, **{"Sec-Fetch-Site": "cross-site", "Authorization": f"Bearer {secret}", "Prefer": "wait=1"})
    assert answer.status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "title"), [("ja", "ほかのサイトからの操作です"), ("fr", "Cette demande vient d’un autre site")]
)
def test_the_refusal_is_translated(client, language, title):
    answer = client.post("/language/", headers={"Sec-Fetch-Site": "cross-site", "Accept-Language": language})
    assert title in answer.content.decode()


# The cookie's prefix


@pytest.fixture
def production_cookie(settings):
    settings.GUEST_COOKIE_NAME = "__Host-guest"
    settings.SESSION_COOKIE_SECURE = True


def signed(guest: uuid.UUID | None, name: str) -> str:
    return signing.get_cookie_signer(salt=f"{name}scoring.guests").sign(str(guest))


@pytest.mark.django_db
@pytest.mark.usefixtures("production_cookie")
def test_the_guest_cookie_of_production_fulfils_its_prefix(client):
    client.get("/")
    cookie = client.cookies["__Host-guest"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")


@pytest.mark.django_db
@pytest.mark.usefixtures("production_cookie")
def test_a_guest_known_by_the_cookie_without_a_prefix_keeps_the_attempts(client):
    guest = uuid.uuid4()
    written = Attempt.objects.write(guest=guest, ink=ink_of("口"))
    client.cookies["guest"] = signed(guest, "guest")
    assert client.get(f"{ATTEMPTS}{written.pk}/").status_code == 200
    del client.cookies["guest"]
    assert client.get(f"{ATTEMPTS}{written.pk}/").status_code == 200


@pytest.mark.django_db
@pytest.mark.usefixtures("production_cookie")
def test_a_planted_cookie_without_a_prefix_replaces_no_guest(client):
    mine, planted = (Attempt.objects.write(guest=uuid.uuid4(), ink=ink_of("口")) for _ in range(2))
    client.cookies["__Host-guest"] = signed(mine.guest, "__Host-guest")
    client.cookies["guest"] = signed(planted.guest, "guest")
    assert [row["id"] for row in client.get(ATTEMPTS).json()["results"]] == [str(mine.pk)]
