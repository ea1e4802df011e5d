"""The history's pages, of a learner and of a guest, without a browser."""

import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from characters.models import Character, Exemplar
from scoring.models import Attempt, AttemptQuerySet, Score
from scoring.tasks import erase_deleted
from tests.support.drawings import ink_of, png_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(params=["alice", "visitor"])
def who(request, client_of, post):
    """A learner's browser and a guest's, each with its owner as a writing is given it."""
    client = client_of(request.param)
    first = Attempt.objects.get(pk=post(client, {"ink": ink_of("口")}).json()["id"])
    owner = {"user_id": first.user_id, "guest": first.guest}
    Attempt.objects.filter(pk=first.pk).hide(timezone.now())
    return client, owner


@pytest.fixture
def client(who):
    return who[0]


@pytest.fixture
def wrote(who):
    def write(literal: str = "口", score: int | None = 93, days: float = 0, **fields) -> Attempt:
        target = Character.objects.get(literal=literal)
        written = {"ink": ink_of("口"), "written_at": NOON + timedelta(days=days), "status": "scored"}
        attempt = Attempt.objects.create(**who[1], target=target, **(written | fields))
        if score is not None:
            attempt.record(
                model_version="1",
                legibility=score,
                known=True,
                candidates=[{"character": "口", "confidence": 0.9, "legibility": score, "lookalikes": ["ロ"]}],
            )
        return attempt

    return write


def text(response, status: int = 200) -> str:
    assert response.status_code == status
    return unescape(response.content.decode())


def shown(page: str) -> list[str]:
    """The writings of a page, in order."""
    return re.findall(r'class="tile" href="/history/([0-9a-f-]{36})/"', page)


def left() -> list[Attempt]:
    """What isn't forgotten."""
    return list(Attempt.objects.filter(forgotten_at=None))


def time_passes() -> None:
    """A minute, and what is done meanwhile."""
    Attempt.objects.update(forgotten_at=F("forgotten_at") - timedelta(seconds=61))
    erase_deleted()


def undo(client: Client, page: str):
    """Press the button of the page."""
    [address] = re.findall(r'class="undo" method="post" action="([^"]+)"', page)
    [moment] = re.findall(r'name="forgotten_at" value="([^"]+)"', page)
    return client.post(address, {"forgotten_at": moment}, follow=True)


def test_all_writings_are_shown_newest_first_under_their_days(client, wrote):
    older, newer = wrote("永", 40), wrote("口", 93, days=1)
    page = text(client.get("/history/"))
    assert shown(page) == [str(newer.pk), str(older.pk)]
    assert re.findall(r'<time datetime="[\d-]{10}">(.+?)</time>', page) == [
        "Saturday, 21 November 2026",
        "Friday, 20 November 2026",
    ]
    assert re.findall(r'class="tile-score">(\d+)<', page) == ["93", "40"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("character=永", ["永"]),
        ("script=katakana&script=latin", ["a", "シ"]),
        ("grade=1&grade=5", ["口", "永"]),
        ("score=-59", ["シ", "永"]),
        ("after=2026-11-22", ["a", "シ"]),
        ("before=2026-11-21", ["永"]),
        ("character=&score=&after=&before=", ["a", "シ", "口", "永"]),
    ],
)
def test_filters_leave_what_they_say(client, wrote, query, expected):
    for days, (literal, score) in enumerate([("永", 12), ("口", 80), ("シ", 59), ("a", 60)]):
        wrote(literal, score, days)
    page = text(client.get(f"/history/?{query}"))
    assert re.findall(r'class="sheet-target" lang="ja">(.)<', page) == expected


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("score=high", "Score: high is no number"),
        ("after=yesterday", "Since: Enter a valid date"),
        ("after=0001-01-01T00:00%2B14:00", "Since: Ensure"),
        ("before=9999-12-31T23:59-14:00", "Before: Ensure"),
        ("script=runes", "Script: Select a valid choice"),
    ],
)
@pytest.mark.parametrize("path", ["/history/", "/history/forget/"])
def test_a_filter_that_is_not_understood_is_said(client, wrote, path, query, sentence):
    wrote()
    page = text(client.get(f"{path}?{query}"), 400)
    assert sentence in page
    assert shown(page) == []


def test_a_writing_tells_its_form_and_what_to_mind(client, post):
    pk = post(client, {"ink": ink_of("口"), "target": "日"}).json()["id"]
    page = text(client.get(f"/history/{pk}/"))
    assert re.search(r"<dt>Form</dt><dd>62<br>Stroke 3 is missing.</dd>", page)


def test_an_empty_history_and_an_empty_search_differ(client, wrote):
    assert "An empty sheet." in text(client.get("/history/"))
    wrote()
    assert "Nothing that you wrote is like that." in text(client.get("/history/?character=水"))


def test_pages_walk_through_everything_once_and_back(client, wrote):
    # Some at the same instant: the order is told by the id then.
    written = [str(wrote(days=-(number // 3)).pk) for number in range(110)]
    walked, url, pages = [], "/history/?script=kanji", []
    while url:
        page = text(client.get(url))
        pages.append(shown(page))
        walked += pages[-1]
        url = (re.findall(r'href="([^"]+)" rel="next"', page) or [None])[0]
    assert len(walked) == len(set(walked)) == len(written)
    assert set(walked) == set(written)
    newer = re.findall(r'href="([^"]+)" rel="prev"', page)[0]
    assert shown(text(client.get(newer))) == pages[-2]


@pytest.mark.parametrize("cursor", ["p=x", "p=10", "p=0001-01-01T00:00+14:00", "o=-5"])
@pytest.mark.parametrize("path", ["/history/", "/api/v1/attempts/"])
def test_a_cursor_that_there_is_not_is_404(client, wrote, path, cursor):
    wrote()
    for sent in (cursor, b64encode(cursor.encode()).decode()):
        assert client.get(path, {"cursor": sent}).status_code == 404


def test_a_page_costs_the_same_however_long_the_history(client, wrote):
    def cost() -> tuple[int, list[str]]:
        with CaptureQueriesContext(connection) as queries:
            page = text(client.get("/history/?score=0-"))
        asked = [query["sql"] for query in queries]
        assert any("LIMIT 49" in sql for sql in asked)  # a page and one more: no other row is read
        assert len(shown(page)) <= 48
        return len(asked), re.findall(r'rel="next"', page)

    wrote()
    few, no_more = cost()
    for number in range(120):
        wrote(days=-number)
    many, more = cost()
    assert (no_more, more) == ([], ['rel="next"'])
    assert few == many <= 5  # session and user, which attempts, these, scores


def test_a_writing_is_shown_with_its_score_and_what_it_was_read_as(client, wrote):
    page = text(client.get(f"/history/{wrote('口', 93).pk}/"))
    for part in ("<strong>93</strong>", "Clear", "口 or ロ", "90%", "Friday, 20 November 2026, 12:00"):
        assert part in page
    assert 'href="/?practise=%E5%8F%A3"' in page
    assert 'href="/characters/%E5%8F%A3/"' in page
    assert len(re.findall(r"<path d=", page.split('class="replay"')[1].split("</svg>")[0])) == 3


def test_a_writing_without_target_or_score_has_a_page(client, wrote):
    page = text(client.get(f"/history/{wrote(score=None, status='queued').pk}/"))
    assert "Look again in a moment" in page
    assert "None" not in page.replace("None:", "")


def test_an_image_is_shown_as_one(client, wrote):
    made = client.post("/api/v1/attempts/", {"image": SimpleUploadedFile("a.png", png_of("口"))}).json()["id"]
    for url in ("/history/", f"/history/{made}/"):
        assert f'<img src="/api/v1/attempts/{made}/image/"' in text(client.get(url))


def test_others_see_nothing_of_it(client, wrote, client_of):
    attempt = wrote()
    for other in (client_of("bob"), Client()):
        assert shown(text(other.get("/history/"))) == []
        assert other.get(f"/history/{attempt.pk}/").status_code == 404
        assert other.post("/history/forget/", {"attempt": attempt.pk}).status_code == 404
        assert other.post("/history/forget/", {"number": "1"}).status_code == 302  # nothing of theirs
    assert Attempt.objects.filter(pk=attempt.pk).exists()


def test_one_is_forgotten_with_what_others_see_of_it(client, wrote):
    attempt, kept = wrote(), wrote()
    attempt.offer()
    Exemplar.objects.all().approve(by=None)
    answer = client.post("/history/forget/", {"attempt": attempt.pk}, follow=True)
    assert "1 writing forgotten." in text(answer)
    assert left() == [kept]
    assert not Exemplar.objects.approved().exists()
    time_passes()
    assert not Exemplar.objects.exists()
    assert not Score.objects.filter(attempt=attempt.pk).exists()


def test_what_is_forgotten_is_hidden_everywhere_at_once(client, wrote):
    made = client.post("/api/v1/attempts/", {"image": SimpleUploadedFile("a.png", png_of("口"))}).json()["id"]
    attempt = wrote("永", 96)
    client.post("/history/forget/", {"attempt": [made, attempt.pk]})
    for path in (f"/history/{attempt.pk}/", f"/api/v1/attempts/{attempt.pk}/", f"/api/v1/attempts/{made}/image/"):
        assert client.get(path).status_code == 404
    assert client.get("/api/v1/attempts/").json()["results"] == []
    assert "Your writing" not in text(client.get("/characters/永/"))
    assert "flower" not in text(client.get("/characters/?q=永"))


def test_an_image_goes_with_its_writing(client):
    made = client.post("/api/v1/attempts/", {"image": SimpleUploadedFile("a.png", png_of("口"))}).json()["id"]
    image = Attempt.objects.get(pk=made).image
    client.post("/history/forget/", {"attempt": made})
    erase_deleted()
    assert image.storage.exists(str(image))  # it can be brought back yet
    time_passes()
    assert not image.storage.exists(str(image))


@pytest.mark.parametrize("number", [1, 3])
def test_what_was_forgotten_comes_back_with_undo(client, wrote, number):
    attempts = [wrote() for _ in range(number)]
    attempts[0].offer()
    Exemplar.objects.all().approve(by=None)
    page = text(client.post("/history/forget/", {"attempt": [a.pk for a in attempts]}, follow=True))
    answer = undo(client, page)
    assert f"{number} writing{' is' if number == 1 else 's are'} back." in text(answer)
    assert set(shown(text(answer))) == {str(attempt.pk) for attempt in attempts}
    assert Exemplar.objects.approved().count() == 1
    time_passes()
    assert len(left()) == number


def test_undo_brings_back_what_was_forgotten_in_one_go(client, wrote):
    first, second, kept = wrote(), wrote(), wrote()
    client.post("/history/forget/", {"attempt": first.pk}, follow=True)
    page = text(client.post("/history/forget/?score=0-", {"attempt": second.pk}, follow=True))
    answer = undo(client, page)
    assert answer.redirect_chain[0][0] == "/history/?score=0-"
    assert set(left()) == {second, kept}


def test_undo_all(client, wrote):
    wrote(), wrote()
    page = text(client.post("/history/forget/", {"number": "2"}, follow=True))
    assert left() == []
    undo(client, page)
    assert len(left()) == 2


def test_undo_that_comes_too_late_says_so(client, wrote):
    wrote()
    page = text(client.post("/history/forget/", {"number": "1"}, follow=True))
    Attempt.objects.update(forgotten_at=F("forgotten_at") - timedelta(seconds=61))
    moment = timezone.now() - timedelta(seconds=61)
    assert "It is too late" in text(undo(client, page), 404)
    assert "It is too late" in text(client.post("/history/restore/", {"forgotten_at": moment.isoformat()}), 404)
    assert left() == []


def test_what_others_forgot_is_not_brought_back(client, wrote, client_of):
    wrote()
    page = text(client.post("/history/forget/", {"number": "1"}, follow=True))
    for other in (client_of("bob"), Client()):
        assert undo(other, page).status_code == 404
    assert left() == []


@pytest.mark.parametrize("moment", ["", "now", "0001-01-01T00:00:00+14:00", "2026-13-01T00:00"])
def test_undo_of_no_moment_is_refused(client, moment):
    assert "Say what to bring back." in text(client.post("/history/restore/", {"forgotten_at": moment}), 400)


def test_what_comes_back_while_it_is_erased_stays(client, wrote, monkeypatch):
    attempt = wrote()
    client.post("/history/forget/", {"attempt": attempt.pk})

    def restored_meanwhile(attempts):
        Attempt.objects.filter(pk=attempt.pk).restore()
        return erase(attempts)

    erase = AttemptQuerySet.erase
    monkeypatch.setattr(AttemptQuerySet, "erase", restored_meanwhile)
    erase_deleted()
    assert left() == [attempt]


def test_several_are_forgotten_and_the_filters_stay(client, wrote):
    first, second, kept = wrote(), wrote(), wrote()
    answer = client.post("/history/forget/?script=kanji", {"attempt": [first.pk, second.pk]})
    assert answer.headers["Location"] == "/history/?script=kanji"
    assert left() == [kept]


def test_all_that_match_are_forgotten_once_their_number_is_confirmed(client, wrote):
    kept = wrote("永")
    wrote("口"), wrote("口")
    url = "/history/forget/?character=口"
    assert "Forget 2 writings?" in text(client.get(url))
    assert len(left()) == 3
    client.post(url, {"number": "2"})
    assert left() == [kept]


def test_nobody_loses_more_than_was_confirmed(client, wrote):
    wrote(), wrote()
    assert "Forget 2 writings?" in text(client.post("/history/forget/", {"number": "1"}), 409)
    assert len(left()) == 2


@pytest.mark.parametrize(("sent", "status"), [({}, 400), ({"attempt": "x"}, 400), ({"attempt": str(uuid4())}, 404)])
def test_what_is_no_choice_forgets_nothing(client, wrote, sent, status):
    wrote()
    assert client.post("/history/forget/", sent).status_code == status
    assert client.post("/history/forget/?score=x", {"number": "1"}).status_code == 400
    assert len(left()) == 1


def test_forgetting_needs_the_pages_token(client, wrote):
    attempt = wrote()
    client.handler.enforce_csrf_checks = True
    answer = client.post("/history/forget/", {"attempt": attempt.pk})
    assert answer.status_code == 403
    assert b"This form is too old" in answer.content
    assert len(left()) == 1
