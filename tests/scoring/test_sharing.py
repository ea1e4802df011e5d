"""Writings that are shared by a link: who can see them, what they see, and what ends it."""

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
from scoring.tasks import erase_deleted
from tests.support.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

GONE, THERE = [404, 404], [200, 200]


@pytest.fixture
def written(client_of, post) -> str:
    """Alice's 口, as the API names it."""
    return f"/api/v1/attempts/{post(client_of('alice'), {'ink': ink_of('口'), 'target': '口'}).json()['id']}/"


@pytest.fixture
def link(client_of, written) -> str:
    """Where Alice shares it."""
    return share(client_of("alice"), written).json()["shared_url"]


def share(client: Client, written: str) -> Any:
    return client.post(f"{written}share/")


def picture_of(link: str) -> str:
    return f"{link.removesuffix('/')}.png"


def statuses(link: str) -> list[int]:
    """Of the page and of its picture, for somebody who has only the link."""
    return [Client().get(address).status_code for address in (link, picture_of(link))]


def properties(page: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', page))


def test_whoever_has_the_link_sees_the_writing_its_score_and_the_day(link):
    page = Client().get(link).content.decode()
    assert "<strong>93</strong>" in page
    assert f"{timezone.now():%Y-%m-%d}" in page
    assert "/?practise=%E5%8F%A3" in page


def test_nobody_learns_whose_it_is(link):
    page = Client().get(link).content.decode()
    attempt = Attempt.objects.get()
    assert "alice" not in page
    assert str(attempt.pk) not in page


def test_other_sites_are_told_how_to_show_the_link(link):
    about = properties(Client().get(link).content.decode())
    assert about["og:title"].startswith("口")
    assert about["og:url"] == f"http://testserver{link}"
    assert about["og:image"] == f"http://testserver{picture_of(link)}"
    assert about["og:description"]
    assert about["twitter:card"] == "summary_large_image"


def test_search_engines_are_told_to_leave_it_out(link):
    assert properties(Client().get(link).content.decode())["robots"] == "noindex"
    assert [Client().get(address)["X-Robots-Tag"] for address in (link, picture_of(link))] == ["noindex"] * 2


def test_the_picture_has_the_size_that_other_sites_show(link):
    answer = Client().get(picture_of(link))
    assert answer["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)


def test_the_picture_shows_the_ink_and_the_mark(link):
    picture = Image.open(io.BytesIO(Client().get(picture_of(link)).content))
    colours = {colour: count for count, colour in picture.getcolors(1 << 20) or []}
    assert colours[(0x21, 0x1D, 0x1A)] > 5000
    assert colours[(0xC2, 0x3A, 0x1A)] > 5000


def test_a_picture_that_one_has_is_not_drawn_again(link, monkeypatch):
    etag = Client().get(picture_of(link))["ETag"]
    monkeypatch.setattr("scoring.preview.png", None)
    answer = Client().get(picture_of(link), headers={"If-None-Match": etag})
    assert (answer.status_code, answer["ETag"]) == (304, etag)


def test_a_newer_score_makes_another_picture(link):
    etag = Client().get(picture_of(link))["ETag"]
    attempt = Attempt.objects.get()
    attempt.record(model_version="newer", legibility=61, known=True, candidates=[])
    answer = Client().get(picture_of(link), headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert "<strong>61</strong>" in Client().get(link).content.decode()


def test_a_cache_asks_before_it_shows_the_picture_again(link):
    assert Client().get(picture_of(link))["Cache-Control"] == "no-cache"


def test_no_longer_shared_it_is_gone_at_once(client_of, written, link):
    assert statuses(link) == THERE
    assert client_of("alice").delete(f"{written}share/").status_code == 204
    assert statuses(link) == GONE
    assert client_of("alice").get(written).json()["shared_url"] is None


def test_the_picture_is_gone_for_who_has_it_too(client_of, written, link):
    etag = Client().get(picture_of(link))["ETag"]
    client_of("alice").delete(f"{written}share/")
    assert Client().get(picture_of(link), headers={"If-None-Match": etag}).status_code == 404


def test_shared_twice_it_keeps_its_link_and_shared_again_it_has_another(client_of, written, link):
    alice = client_of("alice")
    assert share(alice, written).json()["shared_url"] == link
    alice.delete(f"{written}share/")
    assert share(alice, written).json()["shared_url"] != link


def test_no_link_can_be_guessed_from_another(client_of, post):
    alice = client_of("alice")
    ids = [post(alice, {"ink": ink_of("口"), "target": "口"}).json()["id"] for _ in range(2)]
    one, other = (share(alice, f"/api/v1/attempts/{pk}/").json()["shared_url"] for pk in ids)
    assert len(one) >= len("/s//") + 22
    assert one[3:7] != other[3:7]


def test_what_is_forgotten_is_gone_and_back_when_that_is_undone(client_of, written, link):
    alice = client_of("alice")
    alice.delete(written)
    assert statuses(link) == GONE
    alice.post(f"{written}restore/")
    assert statuses(link) == THERE


def test_what_was_forgotten_for_good_leaves_no_link(client_of, written, link):
    client_of("alice").delete(written)
    Attempt.objects.update(forgotten_at=timezone.now() - timedelta(minutes=2))
    erase_deleted()
    assert statuses(link) == GONE
    assert not Attempt.objects.exists()


def test_who_leaves_takes_the_links_along_at_once(link):
    user = User.objects.get(email="alice@example.org")
    user.schedule_deletion()
    assert statuses(link) == GONE
    delete_accounts()
    assert statuses(link) == GONE


@pytest.mark.parametrize(
    ("writing", "code"),
    [({"ink": ink_of("口")}, "no_target"), ({"ink": ink_of("口"), "target": "口"}, "not_scored")],
)
def test_only_what_has_a_score_is_shared(client_of, post, no_worker, writing, code):
    alice = client_of("alice")
    answer = share(alice, f"/api/v1/attempts/{post(alice, writing).json()['id']}/")
    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_an_image_is_not_shared(client_of):
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


def test_a_score_of_another_site_is_no_score_to_share_until_this_one_has_judged(client_of, written):
    Attempt.objects.get().scores.update(imported=True)
    answer = share(client_of("alice"), written)
    assert (answer.status_code, answer.json()["code"]) == (409, "scored_elsewhere")
    assert share(client_of("alice"), written).status_code == 200


def test_a_guest_is_asked_to_sign_in(client_of, post):
    visitor = client_of("visitor")
    written = post(visitor, {"ink": ink_of("口"), "target": "口"}).json()["id"]
    answer = share(visitor, f"/api/v1/attempts/{written}/")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    page = visitor.get(f"/history/{written}/").content.decode()
    assert f"/accounts/login/?next=/history/{written}/" in page


@pytest.mark.parametrize(("scope", "status"), [("read:history", 403), ("write:attempts", 200)])
def test_a_token_that_may_write_may_share(client_of, written, scope, status):
    _, secret = Token.objects.issue(User.objects.get(email="alice@example.org"), "Tablet", [Scope(scope)])
    answer = Client().post(f"{written}share/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == status


def test_the_writings_page_shares_and_ends_it_without_a_script(client_of, written):
    alice, attempt = client_of("alice"), Attempt.objects.get()
    page = f"/history/{attempt.pk}/"
    alice.post(f"{page}share/", {"do": "share"})
    link = re.search(r'value="http://testserver(/s/[^"]+)"', alice.get(page).content.decode())
    assert link
    assert statuses(link[1]) == THERE
    alice.post(f"{page}share/", {"do": "unshare"})
    assert statuses(link[1]) == GONE


def test_the_list_has_what_is_shared_and_ends_it(client_of, written, link):
    alice, attempt = client_of("alice"), Attempt.objects.get()
    assert link in alice.get("/history/shared/").content.decode()
    assert link not in client_of("bob").get("/history/shared/").content.decode()
    page = alice.post(f"/history/{attempt.pk}/share/", {"do": "unshare", "list": ""}, follow=True)
    assert page.redirect_chain == [("/history/shared/", 302)]
    assert link not in page.content.decode()


def test_the_page_of_ones_data_counts_what_is_shared(client_of, link):
    assert '<a href="/history/shared/">1 writing</a>' in client_of("alice").get("/accounts/data/").content.decode()


def test_an_export_says_what_is_shared_and_no_link(client_of, link):
    alice = client_of("alice")
    alice.post("/api/v1/me/export/")
    with ZipFile(io.BytesIO(alice.get("/api/v1/me/export/file/").getvalue())) as archive:
        lines = archive.read("attempts.jsonl").decode()
    assert '"is_shared":true' in lines
    assert link.split("/")[2] not in lines


@pytest.mark.parametrize(
    ("legibility", "mark"),
    [(100, "flower"), (95, "flower"), (94, "double"), (80, "double"), (79, "circle"), (60, "circle"), (0, "triangle")],
)
def test_each_score_has_its_mark(legibility, mark):
    assert marks.earned(legibility) == mark
    assert all(0 <= x <= marks.SIDE and 0 <= y <= marks.SIDE for line in marks.lines(mark) for x, y in line)
