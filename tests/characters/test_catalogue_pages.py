"""The HTML of the catalogue's pages."""

import re
from html import unescape
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters.models import Character, Exemplar, Report
from tests.support.drawings import ink_of

pytestmark = pytest.mark.django_db


def found(response) -> list[str]:
    """The characters of the tiles, in order."""
    assert response.status_code == 200
    return re.findall(r'<a class="tile".*?aria-label="(.)"', unescape(response.content.decode()))


def search(client, q: str) -> list[str]:
    return found(client.get("/characters/", {"q": q}))


@pytest.mark.parametrize(
    "q",
    ["食", "taberu", "ta.beru", "たべる", "ショク", "shoku", "syoku", "eat", "manger", "U+98DF", "strokes:9 grade:2"],
)
def test_a_character_is_found_by_each_of_its_facts(client, q):
    assert "食" in search(client, q)


@pytest.mark.parametrize(
    ("literal", "spellings"),
    [("下", ["shita", "sita"]), ("月", ["tsuki", "tuki"]), ("東", ["tō", "tou", "too"]), ("大", ["ō", "ou", "oo"])],
)
def test_romaji_may_be_spelt_in_several_ways(client, literal, spellings):
    for spelling in spellings:
        assert literal in search(client, f"{spelling} frequency:-500")


@pytest.mark.parametrize("literal", ["食", "か", "A", "7"])
def test_the_searched_character_comes_first(client, literal):
    assert search(client, literal)[0] == literal


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", "3,175"),
        ("script=hiragana", "75"),
        ("script=katakana", "71"),
        ("script=kanji", "2,967"),
        ("script=latin", "52"),
        ("script=digit", "10"),
        ("grade=1", "80"),
        ("grade=1&grade=2", "240"),
        ("frequency=1-500", "500"),
        ("radical=85&strokes=5", "5"),
        ("script=hiragana&script=digit", "85"),
    ],
)
def test_filters_match_a_known_number_of_characters(client, query, number):
    assert f"{number} characters" in client.get(f"/characters/?{query}").content.decode()


def option(page: str, label: str) -> tuple[str, int]:
    """The URL and the count of an option."""
    [(url, count)] = re.findall(rf'<a href="([^"]+)"[^>]*>{label} <small>([\d,]+)</small>', unescape(page))
    return url, int(count.replace(",", ""))


def test_following_an_option_shows_as_many_characters_as_its_count(client):
    page = client.get("/characters/?script=kanji&strokes=8").content.decode()
    for label in ("Grade 3", "Old level 2", "501–1,000", "9"):
        url, count = option(page, label)
        assert f">{count:,} character" in client.get(url).content.decode()


def test_a_filter_in_the_search_box_can_be_removed(client):
    page = unescape(client.get("/characters/?q=eat+strokes:9").content.decode())
    assert re.findall(r'<a class="chip" href="([^"]+)"', page) == ["/characters/?q=eat"]


def test_an_option_without_matches_is_not_a_link(client):
    page = client.get("/characters/?grade=3").content.decode()
    assert "<span>Hiragana <small>0</small></span>" in page


@pytest.mark.parametrize("query", ["q=foo:3", "q=" + "x" * 101, "q=grade:7", "strokes=many", "script=runes"])
def test_an_invalid_search_shows_an_error_beside_the_box(client, query):
    response = client.get(f"/characters/?{query}")
    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()


def test_pages_show_every_character_once(client):
    pages = [found(client.get(f"/characters/?script=kanji&strokes=12&page={number}")) for number in (1, 2, 3, 4)]
    shown = [literal for page in pages for literal in page]
    assert len(shown) == len(set(shown)) == Character.objects.filter(script="kanji", stroke_count=12).count()


@pytest.mark.parametrize("number", ["0", "35", "x", "-1"])
def test_a_page_number_out_of_range_is_404(client, number):
    assert client.get(f"/characters/?page={number}").status_code == 404


def test_a_search_for_a_missing_joyo_kanji_links_to_its_page(client):
    page = client.get("/characters/?q=鬱").content.decode()
    assert "not among the 3,175" in page
    assert 'href="/characters/%E9%AC%B1/"' in page


def test_an_empty_result_has_a_message(client):
    assert "None of the 3,175 characters matches." in client.get("/characters/?q=zzzz").content.decode()


def test_a_characters_page_shows_all_its_facts(client):
    page = re.sub(r"<[^>]+>", "", client.get("/characters/食/").content.decode())
    for fact in ("ショク", "たべる", "ぐい", "eat, food", "manger", "number 184", "Grade 2", "Old level 4", "rank 328"):
        assert fact in page
    assert "U+98DF · JIS 1-31-09" in page
    assert "KANJIDIC2, CC BY-SA 4.0" in page


@pytest.mark.parametrize("literal", ["あ", "ヴ", "ー", "っ", "a", "9"])
def test_a_character_with_few_facts_has_a_page_without_gaps(client, literal):
    page = client.get(f"/characters/{literal}/").content.decode()
    assert not re.search(r"<d[td][^>]*>\s*</d[td]>|None", page)


@pytest.mark.parametrize(("literal", "previous", "following"), [("あ", "", "い"), ("い", "あ", "う"), ("ん", "を", "")])
def test_a_characters_page_leads_to_its_neighbours_in_the_script(client, literal, previous, following):
    page = client.get(f"/characters/{literal}/").content.decode()
    found = {rel: unquote(url) for url, rel in re.findall(r'<a href="/characters/([^"]+)/" rel="(prev|next)"', page)}
    assert (found.get("prev", ""), found.get("next", "")) == (previous, following)


def test_lookalikes_are_shown_with_their_difference(client):
    assert "the lower of the two horizontal lines is longer" in client.get("/characters/未/").content.decode()
    assert "Cannot be told apart on their own" in client.get("/characters/口/").content.decode()


def test_only_approved_exemplars_are_shown_best_first(client):
    ei = Character.objects.get(literal="永")
    for status, legibility in (("approved", 91), ("approved", 97), ("offered", 99), ("refused", 98)):
        Exemplar.objects.create(character=ei, ink=ink_of("永"), legibility=legibility, status=status)
    page = client.get("/characters/永/").content.decode()
    assert re.findall(r"<b>(\d+)</b>", page) == ["97", "91"]


@pytest.mark.parametrize(("literal", "form"), [("鬱", ""), ("𠮟", "叱"), ("塡", "填"), ("剝", "剥"), ("頰", "頬")])
def test_a_missing_joyo_kanji_has_a_page_that_says_so(client, literal, form):
    response = client.get(f"/characters/{literal}/")
    assert response.status_code == 200
    page = response.content.decode()
    assert "not among the 3,175" in page
    assert (f'lang="ja">{form}</a> is among them' in page) == bool(form)


@pytest.mark.parametrize("literal", ["龘", "食食", "U+98DF", "!", "%22%3E%3Cb%3E"])
def test_any_other_literal_is_404(client, literal):
    response = client.get(f"/characters/{literal}/")
    assert response.status_code == 404
    assert b"Page not found" in response.content
    assert b"<b>" not in response.content


@pytest.mark.usefixtures("fake_scorer")
def test_pages_show_users_only_their_own_attempts(client_of, post):
    post(client_of("alice"), {"ink": ink_of("口"), "target": "口"})
    for who, is_shown in (("alice", True), ("bob", False), ("visitor", False)):
        page = client_of(who).get("/characters/口/").content.decode()
        assert ("Your attempts" in page) == is_shown
        assert ("<strong>93</strong> best score" in page) == is_shown
        tiles = client_of(who).get("/characters/?q=口").content.decode()
        assert ("Your best: </span>93" in tiles) == is_shown


REPORT = {"about": "strokes", "text": "The dot comes last."}


def test_a_question_of_a_report_ends_with_its_own_mark(client):
    page = client.get("/characters/永/", headers={"Accept-Language": "ja"}).content.decode()
    assert "どこが間違っていますか？</label>" in page


def test_a_report_is_saved_and_acknowledged(client):
    response = client.post("/characters/永/report/", REPORT, follow=True)
    assert "Thank you" in response.content.decode()
    report = Report.objects.get()
    assert report.character
    assert (report.character.literal, report.about, report.text) == ("永", "strokes", "The dot comes last.")


@pytest.mark.parametrize("wrong", [{"about": ""}, {"about": "x"}, {"text": " "}, {"text": "x" * 501}])
def test_an_incomplete_report_is_shown_again(client, wrong):
    response = client.post("/characters/永/report/", {**REPORT, **wrong})
    assert response.status_code == 400
    assert 'class="field-trouble"' in response.content.decode()
    assert not Report.objects.exists()


def test_a_program_that_fills_in_the_honeypot_saves_nothing(client):
    assert client.post("/characters/永/report/", {**REPORT, "website": "http://x"}).status_code == 302
    assert not Report.objects.exists()


def test_the_eleventh_report_within_an_hour_is_429(client, throttles):
    answers = [client.post("/characters/永/report/", REPORT) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [302] * 10 + [429]
    assert 3590 < int(answers[10]["Retry-After"]) <= 3660


def queries(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as made:
        assert client.get(url).status_code == 200
    return len(made)


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("/characters/", 2),
        ("/characters/?page=9", 2),
        ("/characters/?script=kanji&grade=1&jlpt=4&ordering=frequency", 2),
        ("/characters/?script=hiragana", 2),
        ("/characters/?q=a", 3),
        ("/characters/永/", 7),
        ("/characters/あ/", 7),
        ("/characters/鬱/", 0),
    ],
)
def test_a_page_takes_a_fixed_number_of_queries(client, url, number):
    assert queries(client, url) == number


def test_ten_characters_take_as_many_queries_as_all(client):
    everything = queries(client, "/characters/")
    Character.objects.filter(position__gte=10).delete()
    assert queries(client, "/characters/") == everything
