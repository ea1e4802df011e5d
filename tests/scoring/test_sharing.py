"""Sharing attempts by a link: who sees what, and what ends a share."""

import io
import re
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.models import Scope, Token, User
from accounts.transfer.tasks import delete_accounts
from scoring import marks
from scoring.models import Attempt
from scoring.tasks import erase_deleted, score_attempt
from tests.support.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

GONE, THERE = [404, 404], [200, 200]


@pytest.fixture
def attempt_url(client_of, post) -> str:
    """The API's URL of Alice's attempt at 口."""
    return f"/api/v1/attempts/{post(client_of('alice'), {'ink': ink_of('口'), 'target': '口'}).json()['id']}/"


@pytest.fixture
def link(client_of, attempt_url) -> str:
    """The path of the shared attempt's link."""
    return path_of(share(client_of("alice"), attempt_url))


def path_of(answer: Any) -> str:
    address = answer.json()["shared_url"]
    assert address.startswith("http://localhost:8000/")
    return address.removeprefix("http://localhost:8000")


def share(client: Client, attempt_url: str) -> Any:
    return client.put(f"{attempt_url}share/")


def picture_of(link: str) -> str:
    return f"{link.removesuffix('/')}.png"


def statuses(link: str) -> list[int]:
    """The statuses of the page and of its picture for a visitor."""
    return [Client().get(address).status_code for address in (link, picture_of(link))]


def properties(page: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', page))


def test_everybody_with_the_link_sees_the_attempt_its_score_and_its_date(link):
    page = Client().get(link).content.decode()
    assert "<strong>93</strong>" in page
    assert f"{timezone.now():%Y-%m-%d}" in page
    assert "/?practise=%E5%8F%A3" in page


def test_the_shared_page_names_neither_owner_nor_attempt(link):
    page = Client().get(link).content.decode()
    attempt = Attempt.objects.get()
    assert "alice" not in page
    assert str(attempt.pk) not in page


def test_the_shared_page_has_metadata_for_link_previews(link):
    about = properties(Client().get(link).content.decode())
    assert about["og:title"].startswith("口")
    assert about["og:url"] == f"http://localhost:8000{link}"
    assert about["og:image"] == f"http://localhost:8000{picture_of(link)}"
    assert about["og:description"]
    assert about["twitter:card"] == "summary_large_image"


def test_addresses_come_from_the_settings_and_not_from_a_forged_header(link, client_of, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://letters.example", ["*"]
    forged = {"host": "evil.example", "x-forwarded-host": "evil.example"}
    page = Client().get(link, headers=forged).content.decode()
    attempt = client_of("alice").get(f"/history/{Attempt.objects.get().pk}/", headers=forged).content.decode()
    assert "evil.example" not in page + attempt
    assert properties(page)["og:image"] == f"https://letters.example{picture_of(link)}"
    assert f'value="https://letters.example{link}"' in attempt


def test_search_engines_must_not_index_shared_attempts(link):
    assert properties(Client().get(link).content.decode())["robots"] == "noindex"
    assert [Client().get(address)["X-Robots-Tag"] for address in (link, picture_of(link))] == ["noindex"] * 2


def test_the_picture_has_the_size_of_link_previews(link):
    answer = Client().get(picture_of(link))
    assert answer["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)


def test_a_cached_picture_is_304_without_being_drawn(link, monkeypatch):
    etag = Client().get(picture_of(link))["ETag"]
    monkeypatch.setattr("scoring.preview.png", None)
    answer = Client().get(picture_of(link), headers={"If-None-Match": etag})
    assert (answer.status_code, answer["ETag"]) == (304, etag)


def test_a_newer_score_changes_the_picture(link):
    etag = Client().get(picture_of(link))["ETag"]
    attempt = Attempt.objects.get()
    attempt.record(model_version="newer", legibility=61, known=True, candidates=[])
    answer = Client().get(picture_of(link), headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert "<strong>61</strong>" in Client().get(link).content.decode()


@pytest.mark.parametrize(
    ("form", "mark", "band"), [(80, "flower", "Excellent"), (None, "flower", "Excellent"), (79, "double", "Clear")]
)
def test_the_shared_page_has_the_mark_and_the_word_of_legibility_and_form(link, form, mark, band):
    attempt = Attempt.objects.get()
    attempt.record(model_version="newer", legibility=97, form=form, known=True, candidates=[])
    page = Client().get(link).content.decode()
    assert "<strong>97</strong>" in page
    drawn = re.findall(r'<svg class="mark".*?</svg>', page)
    assert [re.findall(r' d="([^"]+)"', each) for each in drawn] == [marks.paths(mark)]
    assert f'<p class="shared-band">{band}</p>' in page


def test_caches_must_revalidate_the_picture(link):
    assert Client().get(picture_of(link))["Cache-Control"] == "no-cache"


def test_ending_a_share_removes_page_and_picture_at_once(client_of, attempt_url, link):
    assert statuses(link) == THERE
    assert client_of("alice").delete(f"{attempt_url}share/").status_code == 204
    assert statuses(link) == GONE
    assert client_of("alice").get(attempt_url).json()["shared_url"] is None


def test_a_cached_picture_is_404_after_the_share_has_ended(client_of, attempt_url, link):
    etag = Client().get(picture_of(link))["ETag"]
    client_of("alice").delete(f"{attempt_url}share/")
    assert Client().get(picture_of(link), headers={"If-None-Match": etag}).status_code == 404


def test_sharing_twice_keeps_the_link_and_sharing_anew_makes_another(client_of, attempt_url, link):
    alice = client_of("alice")
    assert path_of(share(alice, attempt_url)) == link
    alice.delete(f"{attempt_url}share/")
    assert path_of(share(alice, attempt_url)) != link


def test_links_are_long_and_have_no_common_start(client_of, post):
    alice = client_of("alice")
    ids = [post(alice, {"ink": ink_of("口"), "target": "口"}).json()["id"] for _ in range(2)]
    one, other = (path_of(share(alice, f"/api/v1/attempts/{pk}/")) for pk in ids)
    assert len(one) >= len("/s//") + 22
    assert one[3:7] != other[3:7]


def test_deleting_an_attempt_hides_its_shared_page_until_it_is_restored(client_of, attempt_url, link):
    alice = client_of("alice")
    alice.delete(attempt_url)
    assert statuses(link) == GONE
    alice.post(f"{attempt_url}restore/")
    assert statuses(link) == THERE


def test_erasing_an_attempt_removes_its_link(client_of, attempt_url, link):
    client_of("alice").delete(attempt_url)
    Attempt.objects.update(forgotten_at=timezone.now() - timedelta(minutes=2))
    erase_deleted()
    assert statuses(link) == GONE
    assert not Attempt.objects.exists()


def test_deleting_an_account_removes_its_links_at_once(link):
    user = User.objects.get(email="alice@example.org")
    user.schedule_deletion()
    assert statuses(link) == GONE
    delete_accounts()
    assert statuses(link) == GONE


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"ink": ink_of("口")}, "no_target"), ({"ink": ink_of("口"), "target": "口"}, "not_scored")],
)
def test_an_attempt_without_target_or_score_cannot_be_shared(client_of, post, no_worker, fields, code):
    alice = client_of("alice")
    answer = share(alice, f"/api/v1/attempts/{post(alice, fields).json()['id']}/")
    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_an_image_cannot_be_shared(client_of):
    picture = Image.new("L", (60, 60), 255)
    ImageDraw.Draw(picture).rectangle((15, 15, 45, 45), outline=0, width=4)
    file = io.BytesIO()
    picture.save(file, "PNG")
    file.seek(0)
    file.name = "photo.png"
    alice = client_of("alice")
    photo = alice.post("/api/v1/attempts/", {"image": file, "target": "口"}).json()
    answer = share(alice, f"/api/v1/attempts/{photo['id']}/")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_ink")


def test_an_attempt_with_an_imported_score_is_scored_here_before_it_can_be_shared(client_of, attempt_url):
    Attempt.objects.get().scores.update(imported=True)
    answer = share(client_of("alice"), attempt_url)
    assert (answer.status_code, answer.json()["code"]) == (409, "scored_elsewhere")
    assert share(client_of("alice"), attempt_url).status_code == 200


def test_asking_again_takes_the_attempt_from_no_worker(client_of, attempt_url, monkeypatch):
    alice, attempt = client_of("alice"), Attempt.objects.get()
    attempt.scores.update(imported=True)
    monkeypatch.setattr(score_attempt, "delay", lambda attempt_id: None)
    assert share(alice, attempt_url).json()["code"] == "scored_elsewhere"
    [claimed] = Attempt.objects.claim_batch(attempt.pk, 1)
    assert share(alice, attempt_url).json()["code"] == "scored_elsewhere"
    assert Attempt.objects.get().lease == claimed.lease


def test_a_guest_must_sign_in_to_share(client_of, post):
    visitor = client_of("visitor")
    attempt = post(visitor, {"ink": ink_of("口"), "target": "口"}).json()["id"]
    answer = share(visitor, f"/api/v1/attempts/{attempt}/")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    page = visitor.get(f"/history/{attempt}/").content.decode()
    assert f"/accounts/login/?next=/history/{attempt}/" in page


@pytest.mark.parametrize(("scope", "status"), [("write:attempts", 403), ("share", 200)])
def test_a_token_needs_the_scope_share_to_share(client_of, attempt_url, scope, status):
    _, secret = Token.objects.issue(User.objects.get(email="alice@example.org"), "Tablet", [Scope(scope)])
    answer = Client().put(f"{attempt_url}share/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == status


def test_the_attempts_page_shares_and_unshares_without_scripts(client_of, attempt_url):
    alice, attempt = client_of("alice"), Attempt.objects.get()
    page = f"/history/{attempt.pk}/"
    alice.post(f"{page}share/", {"do": "share"})
    link = re.search(r'value="http://localhost:8000(/s/[^"]+)"', alice.get(page).content.decode())
    assert link
    assert statuses(link[1]) == THERE
    assert alice.post(f"{page}share/", {"do": "both"}).status_code == 400
    assert statuses(link[1]) == THERE
    alice.post(f"{page}share/", {"do": "unshare"})
    assert statuses(link[1]) == GONE


def test_the_list_of_shared_attempts_shows_only_ones_own_and_can_unshare(client_of, attempt_url, link):
    alice, attempt = client_of("alice"), Attempt.objects.get()
    assert link in alice.get("/history/shared/").content.decode()
    assert link not in client_of("bob").get("/history/shared/").content.decode()
    page = alice.post(f"/history/{attempt.pk}/share/", {"do": "unshare", "list": ""}, follow=True)
    assert page.redirect_chain == [("/history/shared/", 302)]
    assert link not in page.content.decode()


def test_the_data_page_counts_shared_attempts(client_of, link):
    assert '<a href="/history/shared/">1 attempt</a>' in client_of("alice").get("/accounts/data/").content.decode()


def test_an_export_says_which_attempts_are_shared_without_their_links(client_of, link):
    alice = client_of("alice")
    alice.post("/api/v1/me/export/")
    with ZipFile(io.BytesIO(alice.get("/api/v1/me/export/file/").getvalue())) as archive:
        lines = archive.read("attempts.jsonl").decode()
    assert '"is_shared":true' in lines
    assert link.split("/")[2] not in lines
