"""The pages of the history, for a learner and for a guest, without a browser."""

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

from accounts.models import User
from characters.models import Character, Exemplar
from scoring.models import Attempt, AttemptQuerySet, Score
from scoring.tasks import erase_deleted
from tests.support.drawings import ink_of, png_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(params=["alice", "visitor"])
def who(request, client_of, post):
    """The client of a learner or of a guest, and the owner's fields of an attempt."""
    client = client_of(request.param)
    first = Attempt.objects.get(pk=post(client, {"ink": ink_of("口")}).json()["id"])
    owner = {"user_id": first.user_id, "guest": first.guest}
    Attempt.objects.filter(pk=first.pk).hide(timezone.now())
    return client, owner


@pytest.fixture
def client(who):
    return who[0]


@pytest.fixture
def create(who):
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
    """The ids of the attempts on a page, in order."""
    return re.findall(r'class="tile" href="/history/([0-9a-f-]{36})/"', page)


def kept_attempts() -> list[Attempt]:
    """Attempts that aren't deleted."""
    return list(Attempt.objects.filter(forgotten_at=None))


def let_undo_expire() -> None:
    """Let a minute pass: deleted attempts are erased."""
    Attempt.objects.update(forgotten_at=F("forgotten_at") - timedelta(seconds=61))
    erase_deleted()


def undo(client: Client, page: str):
    """Press the page's undo button."""
    [address] = re.findall(r'class="undo" method="post" action="([^"]+)"', page)
    [moment] = re.findall(r'name="forgotten_at" value="([^"]+)"', page)
    return client.post(address, {"forgotten_at": moment}, follow=True)


def test_attempts_are_shown_newest_first_under_their_days(client, create):
    older, newer = create("永", 40), create("口", 93, days=1)
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
def test_filters_keep_only_matching_attempts(client, create, query, expected):
    for days, (literal, score) in enumerate([("永", 12), ("口", 80), ("シ", 59), ("a", 60)]):
        create(literal, score, days)
    page = text(client.get(f"/history/?{query}"))
    assert re.findall(r'class="sheet-target" lang="ja">(.)<', page) == expected


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("score=high", "Score: “high” can’t be read as a number"),
        ("after=yesterday", "From: Enter a valid date"),
        ("after=0001-01-01T00:00%2B14:00", "From: Ensure"),
        ("before=9999-12-31T23:59-14:00", "Before: Ensure"),
        ("script=runes", "Script: Choose one of these: hiragana"),
    ],
)
@pytest.mark.parametrize("path", ["/history/", "/history/forget/"])
def test_an_invalid_filter_is_400_with_a_sentence_and_shows_no_attempts(client, create, path, query, sentence):
    create()
    page = text(client.get(f"{path}?{query}"), 400)
    assert sentence in page
    assert shown(page) == []


@pytest.mark.parametrize("time_zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize("query", ["after=0001-01-01", "before=0001-01-01", "after=9999-12-31", "before=9999-12-31"])
def test_the_first_and_last_dates_of_the_calendar_are_answered(client_of, time_zone, query):
    alice = client_of("alice")
    User.objects.update(time_zone=time_zone, day_starts_at=6)
    assert alice.get(f"/history/?{query}").status_code in (200, 400)


def test_an_attempts_page_shows_its_form_and_remarks(client, post):
    pk = post(client, {"ink": ink_of("口"), "target": "日"}).json()["id"]
    page = text(client.get(f"/history/{pk}/"))
    assert re.search(r"<dt>Strokes</dt><dd>57<br>Stroke 3 is missing.</dd>", page)


@pytest.mark.parametrize("saw_reference", [True, False])
def test_an_attempts_page_says_whether_its_writer_looked_at_the_reference(client, post, saw_reference):
    pk = post(client, {"ink": ink_of("口"), "target": "口", "saw_reference": saw_reference}).json()["id"]
    page = text(client.get(f"/history/{pk}/"))
    assert ("You looked at it for this attempt." in page) is saw_reference


def test_an_empty_history_and_filters_without_matches_have_different_sentences(client, create):
    assert "No attempts yet." in text(client.get("/history/"))
    create()
    assert "No attempts match these filters." in text(client.get("/history/?character=水"))


def test_page_links_visit_every_attempt_once_and_lead_back(client, create):
    # Three at each time: then the id decides.
    written = [str(create(days=-(number // 3)).pk) for number in range(110)]
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
def test_a_forged_cursor_is_404(client, create, path, cursor):
    create()
    for sent in (cursor, b64encode(cursor.encode()).decode()):
        assert client.get(path, {"cursor": sent}).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_history(client, create):
    def cost() -> tuple[int, list[str]]:
        with CaptureQueriesContext(connection) as queries:
            page = text(client.get("/history/?score=0-"))
        asked = [query["sql"] for query in queries]
        assert any("LIMIT 49" in sql for sql in asked)  # a page and one more: no other row is read
        assert len(shown(page)) <= 48
        return len(asked), re.findall(r'rel="next"', page)

    create()
    few, no_more = cost()
    for number in range(120):
        create(days=-number)
    many, more = cost()
    assert (no_more, more) == ([], ['rel="next"'])
    assert few == many <= 5  # session, user, the page's ids, attempts, scores


def test_an_attempts_page_shows_its_score_candidates_and_time(client, create):
    page = text(client.get(f"/history/{create('口', 93).pk}/"))
    for part in ("<strong>93</strong>", "Clear", "口 or ロ", "90%", "Friday, 20 November 2026, 12:00"):
        assert part in page
    assert 'href="/?practise=%E5%8F%A3"' in page
    assert 'href="/characters/%E5%8F%A3/"' in page
    assert len(re.findall(r"<path d=", page.split('class="replay"')[1].split("</svg>")[0])) == 3


def test_an_attempt_without_a_score_has_a_page(client, create):
    page = text(client.get(f"/history/{create(score=None, status='queued').pk}/"))
    assert "Reload in a moment" in page
    assert "None" not in page.replace("None:", "")


def test_an_image_is_shown_as_an_image(client, create):
    made = client.post("/api/v1/attempts/", {"image": SimpleUploadedFile("a.png", png_of("口"))}).json()["id"]
    for url in ("/history/", f"/history/{made}/"):
        assert f'<img src="/api/v1/attempts/{made}/image/"' in text(client.get(url))


def test_others_can_neither_see_nor_delete_an_attempt(client, create, client_of):
    attempt = create()
    for other in (client_of("bob"), Client()):
        assert shown(text(other.get("/history/"))) == []
        assert other.get(f"/history/{attempt.pk}/").status_code == 404
        assert other.post("/history/forget/", {"attempt": attempt.pk}).status_code == 404
        assert other.post("/history/forget/", {"number": "1"}).status_code == 302  # nothing of theirs
    assert Attempt.objects.filter(pk=attempt.pk).exists()


def test_deleting_an_attempt_hides_and_later_erases_its_exemplar(client, create):
    attempt, kept = create(), create()
    attempt.offer()
    Exemplar.objects.all().approve(by=None)
    answer = client.post("/history/forget/", {"attempt": attempt.pk}, follow=True)
    assert "1 attempt deleted." in text(answer)
    assert kept_attempts() == [kept]
    assert not Exemplar.objects.approved().exists()
    let_undo_expire()
    assert not Exemplar.objects.exists()
    assert not Score.objects.filter(attempt=attempt.pk).exists()


def test_a_deleted_attempt_is_hidden_everywhere_at_once(client, create):
    made = client.post("/api/v1/attempts/", {"image": SimpleUploadedFile("a.png", png_of("口"))}).json()["id"]
    attempt = create("永", 96)
    client.post("/history/forget/", {"attempt": [made, attempt.pk]})
    for path in (f"/history/{attempt.pk}/", f"/api/v1/attempts/{attempt.pk}/", f"/api/v1/attempts/{made}/image/"):
        assert client.get(path).status_code == 404
    assert client.get("/api/v1/attempts/").json()["results"] == []
    assert "Your attempts" not in text(client.get("/characters/永/"))
    assert "flower" not in text(client.get("/characters/?q=永"))


def test_the_image_of_a_deleted_attempt_is_erased_once_it_cannot_be_restored(client):
    made = client.post("/api/v1/attempts/", {"image": SimpleUploadedFile("a.png", png_of("口"))}).json()["id"]
    image = Attempt.objects.get(pk=made).image
    client.post("/history/forget/", {"attempt": made})
    erase_deleted()
    assert image.storage.exists(str(image))  # it can still be restored
    let_undo_expire()
    assert not image.storage.exists(str(image))


@pytest.mark.parametrize("number", [1, 3])
def test_undo_restores_deleted_attempts_and_their_exemplars(client, create, number):
    attempts = [create() for _ in range(number)]
    attempts[0].offer()
    Exemplar.objects.all().approve(by=None)
    page = text(client.post("/history/forget/", {"attempt": [a.pk for a in attempts]}, follow=True))
    answer = undo(client, page)
    assert f"{number} attempt{'s' * (number > 1)} restored." in text(answer)
    assert set(shown(text(answer))) == {str(attempt.pk) for attempt in attempts}
    assert Exemplar.objects.approved().count() == 1
    let_undo_expire()
    assert len(kept_attempts()) == number


def test_undo_restores_only_attempts_that_were_deleted_together(client, create):
    first, second, kept = create(), create(), create()
    client.post("/history/forget/", {"attempt": first.pk}, follow=True)
    page = text(client.post("/history/forget/?score=0-", {"attempt": second.pk}, follow=True))
    answer = undo(client, page)
    assert answer.redirect_chain[0][0] == "/history/?score=0-"
    assert set(kept_attempts()) == {second, kept}


def test_deleting_all_attempts_can_be_undone(client, create):
    create(), create()
    page = text(client.post("/history/forget/", {"number": "2"}, follow=True))
    assert kept_attempts() == []
    undo(client, page)
    assert len(kept_attempts()) == 2


def test_undo_after_the_window_is_404_with_a_sentence(client, create):
    create()
    page = text(client.post("/history/forget/", {"number": "1"}, follow=True))
    Attempt.objects.update(forgotten_at=F("forgotten_at") - timedelta(seconds=61))
    moment = timezone.now() - timedelta(seconds=61)
    assert "It is too late" in text(undo(client, page), 404)
    assert "It is too late" in text(client.post("/history/restore/", {"forgotten_at": moment.isoformat()}), 404)
    assert kept_attempts() == []


def test_undo_restores_no_attempts_of_others(client, create, client_of):
    create()
    page = text(client.post("/history/forget/", {"number": "1"}, follow=True))
    for other in (client_of("bob"), Client()):
        assert undo(other, page).status_code == 404
    assert kept_attempts() == []


@pytest.mark.parametrize("moment", ["", "now", "0001-01-01T00:00:00+14:00", "2026-13-01T00:00"])
def test_undo_without_a_valid_moment_is_400(client, moment):
    assert "Choose what to restore." in text(client.post("/history/restore/", {"forgotten_at": moment}), 400)


def test_an_attempt_restored_during_erasure_stays(client, create, monkeypatch):
    attempt = create()
    client.post("/history/forget/", {"attempt": attempt.pk})

    def restored_meanwhile(attempts):
        Attempt.objects.filter(pk=attempt.pk).restore()
        return erase(attempts)

    erase = AttemptQuerySet.erase
    monkeypatch.setattr(AttemptQuerySet, "erase", restored_meanwhile)
    erase_deleted()
    assert kept_attempts() == [attempt]


def test_deleting_several_attempts_keeps_the_filters(client, create):
    first, second, kept = create(), create(), create()
    answer = client.post("/history/forget/?script=kanji", {"attempt": [first.pk, second.pk]})
    assert answer.headers["Location"] == "/history/?script=kanji"
    assert kept_attempts() == [kept]


def test_all_matching_attempts_are_deleted_once_their_number_is_confirmed(client, create):
    kept = create("永")
    create("口"), create("口")
    url = "/history/forget/?character=口"
    assert "Delete 2 attempts?" in text(client.get(url))
    assert len(kept_attempts()) == 3
    client.post(url, {"number": "2"})
    assert kept_attempts() == [kept]


def test_nothing_is_deleted_when_more_attempts_match_than_were_confirmed(client, create):
    create(), create()
    assert "Delete 2 attempts?" in text(client.post("/history/forget/", {"number": "1"}), 409)
    assert len(kept_attempts()) == 2


@pytest.mark.parametrize(("sent", "status"), [({}, 400), ({"attempt": "x"}, 400), ({"attempt": str(uuid4())}, 404)])
def test_an_invalid_choice_deletes_nothing(client, create, sent, status):
    create()
    assert client.post("/history/forget/", sent).status_code == status
    assert client.post("/history/forget/?score=x", {"number": "1"}).status_code == 400
    assert len(kept_attempts()) == 1


def test_deleting_needs_the_csrf_token_of_the_page(client, create):
    attempt = create()
    client.handler.enforce_csrf_checks = True
    answer = client.post("/history/forget/", {"attempt": attempt.pk})
    assert answer.status_code == 403
    assert b"This form has expired" in answer.content
    assert len(kept_attempts()) == 1
