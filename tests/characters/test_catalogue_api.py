"""The API of the catalogue."""

import gzip
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from characters import api
from characters.models import Character, Exemplar, LookalikeGroup, StrokeOrder
from tests.support.drawings import ink_of
from tests.support.errors import error_at

pytestmark = pytest.mark.django_db

URL = "/api/v1/characters/"
DUMP = "/api/v1/characters.jsonl.gz"


@pytest.fixture
def anyone() -> Client:
    return Client()


def literals(client: Client, query: str) -> list[str]:
    """All results of a query, page by page, in order."""
    found, url = [], f"{URL}?page_size=200&{query}"
    while url:
        page = client.get(url).json()
        found += [row["literal"] for row in page["results"]]
        url = page["next"]
    return found


def test_a_character_has_all_its_facts(anyone):
    answer = anyone.get(f"{URL}食/")
    assert answer.status_code == 200
    row = answer.json()
    assert row["code_point"] == "U+98DF"
    assert row["radical"]["number"] == 184
    assert row["radical"]["glyph"] == "食"
    assert (row["grade"], row["stroke_count"], row["script"]) == (2, 9, "kanji")
    assert "た.べる" in row["kun"]
    assert "eat" in row["meanings"]["en"]
    assert row["meanings"]["fr"]
    assert row["sources"]["grade"] == {"source": "kanjidic2"}
    assert set(row) == {
        *("literal", "script", "code_point", "jis", "stroke_count", "grade", "radical", "on", "kun", "nanori"),
        *("meanings", "said", "frequency", "jlpt", "components", "variants", "lookalikes", "sources"),
        *("other_stroke_count", "n_level", "romaji", "words"),
    }


@pytest.mark.parametrize(
    ("literal", "said"), [("あ", "a"), ("っ", "small tsu"), ("7", "seven"), ("a", "small letter"), ("食", "")]
)
def test_a_character_without_readings_has_a_name(anyone, literal, said):
    assert anyone.get(f"{URL}{literal}/").json()["said"] == said


def test_a_character_without_radical_has_null(anyone):
    row = anyone.get(f"{URL}a/").json()
    assert row["radical"] is None
    assert row["on"] == []


def test_the_literal_may_be_percent_encoded(anyone):
    assert anyone.get(f"{URL}%E9%A3%9F/").json() == anyone.get(f"{URL}食/").json()


def test_lookalikes_have_reasons_and_pooled_groups_come_first(anyone):
    groups = anyone.get(f"{URL}口/").json()["lookalikes"]
    assert groups[0]["is_pooled"]
    assert {"口", "ロ"} <= set(groups[0]["characters"])
    assert groups[0]["reason"]
    [other] = anyone.get(f"{URL}土/").json()["lookalikes"]
    assert not other["is_pooled"]
    assert other["deciding_strokes"] == {"士": [1, 3], "土": [1, 3]}


@pytest.mark.parametrize(
    ("literal", "code", "part"),
    [
        ("𠮟", "outside_the_catalogue", "叱"),
        ("丼", "outside_the_catalogue", "jōyō"),
        ("鬱", "outside_the_catalogue", "jōyō"),
        ("x1", "not_in_the_catalogue", ""),
        ("%FF", "not_in_the_catalogue", ""),
        ("😀", "not_in_the_catalogue", ""),
    ],
)
@pytest.mark.parametrize("below", ["", "strokes/", "exemplars/"])
def test_a_character_outside_the_catalogue_is_404_with_a_reason(anyone, literal, code, part, below):
    answer = anyone.get(f"{URL}{literal}/{below}")
    assert answer.status_code == 404
    assert answer.json()["code"] == code
    assert part in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "count"),
    [("script=hiragana", 75), ("script=hiragana&script=katakana", 146), ("script=kanji&grade=1", 80)],
)
def test_filters_match_their_values(anyone, query, count):
    assert len(literals(anyone, query)) == count


@pytest.mark.parametrize(
    "query", ["q=taberu", "q=たべる", "q=食", "q=eat", "q=U%2B98DF", "q=strokes:9 grade:2", "strokes=9&grade=2"]
)
def test_the_search_finds_characters(anyone, query):
    assert "食" in literals(anyone, query)


def test_characters_can_be_filtered_by_lookalikes(anyone):
    with_some = literals(anyone, "grade=1&lookalikes=true")
    without = literals(anyone, "grade=1&lookalikes=false")
    assert "口" in with_some
    assert "口" not in without
    assert len(with_some) + len(without) == 80


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("grade=7", "grade", "invalid_choice"),
        ("script=hangul", "script", "invalid_choice"),
        ("strokes=many", "strokes", "invalid_span"),
        ("radical=1-2-3", "radical", "invalid_span"),
        ("ordering=beauty", "ordering", "invalid_choice"),
        ("q=colour:red", "q", "not_understood"),
        ("q=50%25(x)s:1", "q", "not_understood"),
        ("strokes=5%25s", "strokes", "invalid_span"),
        ("radical=%25(x)s", "radical", "unknown_radical"),
        ("q=" + "x" * 200, "q", "not_understood"),
    ],
)
def test_an_invalid_filter_is_400_with_a_code(anyone, query, field, code):
    answer = anyone.get(f"{URL}?{query}")
    assert error_at(answer, field)["code"] == code


@pytest.mark.parametrize(
    "query",
    ["", *(f"ordering={sign}{name}" for name in ("strokes", "grade", "frequency", "jlpt") for sign in ("", "-"))],
)
def test_cursors_visit_every_character_once(anyone, query):
    # Kana without a grade, a frequency or a level, and kanji that share theirs, over many pages.
    found = literals(anyone, f"strokes=3&page_size=9&{query}")
    assert sorted(found) == sorted(Character.objects.filter(stroke_count=3).values_list("literal", flat=True))
    assert len(found) > 60


def test_without_a_filter_cursors_visit_every_character_once(anyone):
    found = literals(anyone, "")
    assert len(found) == 3175
    assert sorted(found) == sorted(Character.objects.values_list("literal", flat=True))


def test_cursors_visit_every_search_result_once(anyone):
    found = literals(anyone, "q=ka&strokes=8&page_size=7")
    assert len(found) > 30
    assert len(found) == len(set(found))


def test_a_page_links_to_the_previous_one(anyone):
    first = anyone.get(f"{URL}?ordering=-strokes").json()
    second = anyone.get(first["next"]).json()
    assert anyone.get(second["previous"]).json()["results"] == first["results"]


def test_characters_come_in_the_requested_order(anyone):
    rows = anyone.get(f"{URL}?ordering=-strokes&page_size=200").json()["results"]
    strokes = [row["stroke_count"] for row in rows]
    assert strokes == sorted(strokes, reverse=True)
    assert literals(anyone, "q=食")[0] == "食"


def test_a_page_has_50_rows_by_default_and_200_at_most(anyone):
    assert len(anyone.get(URL).json()["results"]) == 50
    assert len(anyone.get(f"{URL}?page_size=200").json()["results"]) == 200


@pytest.mark.parametrize("size", ["201", "0", "-1", "1.5", "", "many", "٣", "9" * 5000])
def test_a_page_size_outside_its_limits_is_refused(anyone, size):
    answer = anyone.get(URL, {"page_size": size})
    assert error_at(answer, "page_size")["code"] == "invalid_page_size"


def test_a_cursor_that_is_damaged_made_up_or_of_another_list_is_refused(anyone):
    cursor = parse_qs(urlsplit(anyone.get(URL).json()["next"]).query)["cursor"][0]
    assert anyone.get(URL, {"cursor": cursor}).status_code == 200
    flipped = ("B" if cursor[0] == "A" else "A") + cursor[1:]
    for refused in ("", "x", "cD0x", "\0", cursor[:-1], cursor[1:], flipped, f"{cursor}="):
        answer = anyone.get(URL, {"cursor": refused})
        assert (answer.status_code, answer.json()["code"]) == (404, "invalid_cursor"), refused
    assert anyone.get("/api/v1/attempts/", {"cursor": cursor}).json()["code"] == "invalid_cursor"


@pytest.mark.parametrize("below", ["", "strokes/", "exemplars/"])
@pytest.mark.parametrize("condition", [{"If-None-Match": "*"}, {"If-Modified-Since": "Tue, 01 Jan 2030 00:00:00 GMT"}])
def test_what_does_not_exist_is_404_rather_than_304(anyone, below, condition):
    assert anyone.get(f"{URL}x1/{below}", headers=condition).status_code == 404


def test_an_invalid_filter_is_400_rather_than_304(anyone):
    assert error_at(anyone.get(f"{URL}?grade=7", headers={"If-None-Match": "*"}), "grade")["code"] == "invalid_choice"


def test_a_weak_etag_is_answered_with_304(anyone):
    etag = anyone.get(f"{URL}食/")["ETag"]
    assert anyone.get(f"{URL}食/", headers={"If-None-Match": f"W/{etag}"}).status_code == 304


def test_a_condition_that_fails_is_412_with_a_code(anyone):
    answer = anyone.get(f"{URL}食/", headers={"If-Match": '"another"'})
    assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")


@pytest.mark.parametrize("size", [10, 200])
def test_a_list_of_any_length_takes_six_queries(anyone, size, django_assert_num_queries):
    with django_assert_num_queries(6):
        anyone.get(f"{URL}?page_size={size}")


def test_a_search_takes_seven_queries(anyone, django_assert_num_queries):
    with django_assert_num_queries(7):
        anyone.get(f"{URL}?q=ka&page_size=200")


@pytest.mark.parametrize(("below", "queries"), [("", 6), ("strokes/", 6), ("exemplars/", 3)])
def test_one_character_takes_a_fixed_number_of_queries(anyone, below, queries, django_assert_num_queries):
    with django_assert_num_queries(queries):
        anyone.get(f"{URL}食/{below}")


def test_strokes_are_points_within_their_square_with_other_orders(anyone):
    character = Character.objects.get(literal="十")
    StrokeOrder.objects.create(character=character, order=["2", "1"], note="Calligraphers")
    answer = anyone.get(f"{URL}十/strokes/").json()
    assert answer["side"] == 1090
    assert len(answer["strokes"]) == 2
    assert all(0 <= x <= 1090 and 0 <= y <= 1090 for stroke in answer["strokes"] for x, y in stroke)
    assert answer["stroke_orders"] == [{"order": [2, 1], "note": "Calligraphers"}]


def regroup() -> None:
    LookalikeGroup.objects.create(members="土士", is_pooled=True, reason="The lengths of two lines")


def ungroup() -> None:
    LookalikeGroup.objects.get(members__contains="口", is_pooled=True).delete()


def correct() -> None:
    character = Character.objects.get(literal="食")
    character.jlpt = 1
    character.save()


ADDRESSES = [URL, f"{URL}?q=ka", f"{URL}食/", f"{URL}食/strokes/", f"{URL}食/exemplars/", DUMP]


@pytest.mark.parametrize("url", ADDRESSES)
def test_an_unchanged_answer_is_304(anyone, url):
    first = anyone.get(url)
    assert "max-age=0" in first["Cache-Control"]
    again = anyone.get(url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert anyone.get(url, headers={"If-None-Match": '"another"'}).status_code == 200


def test_an_exemplar_that_is_withdrawn_shows_at_once_though_a_later_one_stays(anyone):
    eat = Character.objects.get(literal="食")
    first, _second = (Exemplar.objects.create(character=eat, ink=ink_of("食"), legibility=n) for n in (98, 99))
    for one in Exemplar.objects.order_by("pk"):
        Exemplar.objects.filter(pk=one.pk).approve(by=None)
    before = anyone.get(f"{URL}食/exemplars/")
    first.delete()
    after = anyone.get(f"{URL}食/exemplars/", headers={"If-None-Match": before["ETag"]})
    assert [row["legibility"] for row in after.json()["results"]] == [99]


@pytest.mark.parametrize("url", [url for url in ADDRESSES if "exemplars" not in url])
def test_an_answer_not_modified_since_is_304(anyone, url):
    first = anyone.get(url)
    assert anyone.get(url, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    long_ago = {"If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"}
    assert anyone.get(url, headers=long_ago).status_code == 200


@pytest.mark.parametrize("change", [regroup, ungroup, correct])
@pytest.mark.parametrize("url", [URL, f"{URL}食/", DUMP])
def test_a_curators_change_shows_at_once(anyone, url, change, monkeypatch):
    monkeypatch.setattr(api, "dump", lambda version: version.name.encode())  # the whole one takes seconds
    first = anyone.get(url)
    change()
    again = anyone.get(url, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert again["ETag"] != first["ETag"]
    assert url != DUMP or again.content != first.content


def test_every_url_has_its_own_etag(anyone):
    assert len({anyone.get(url)["ETag"] for url in ADDRESSES}) == len(ADDRESSES)


def test_the_dump_contains_the_whole_catalogue(anyone):
    answer = anyone.get(DUMP)
    assert answer["Content-Type"] == "application/gzip"
    assert 'filename="characters.jsonl.gz"' in answer["Content-Disposition"]
    rows = [json.loads(line) for line in gzip.decompress(answer.content).splitlines()]
    assert len(rows) == 3175
    assert rows[:50] == anyone.get(URL).json()["results"]


def test_the_dump_is_built_once_and_has_the_same_bytes_each_time(anyone, django_assert_num_queries):
    first = anyone.get(DUMP).content
    with django_assert_num_queries(6):  # only the version, twice
        assert anyone.get(DUMP).content == first
    api.dump.cache_clear()
    assert anyone.get(DUMP).content == first


def test_the_dump_can_be_requested_by_media_type(anyone):
    assert anyone.get(DUMP, headers={"Accept": "application/gzip"}).status_code == 200


def test_approved_exemplars_come_best_first_without_their_writers(anyone):
    character = Character.objects.get(literal="一")
    ink = {"width": 300, "height": 300, "strokes": [[[30, 150, 0], [270, 150, 200]]]}
    for legibility, status in [(85, "approved"), (97, "approved"), (99, "offered"), (98, "refused")]:
        Exemplar.objects.create(character=character, ink=ink, legibility=legibility, status=status)
    results = anyone.get(f"{URL}一/exemplars/").json()["results"]
    assert results == [{"ink": ink, "legibility": 97}, {"ink": ink, "legibility": 85}]
    assert anyone.get(f"{URL}二/exemplars/").json()["results"] == []


def test_exemplars_are_paginated(anyone):
    character = Character.objects.get(literal="一")
    ink = {"width": 300, "height": 300, "strokes": [[[30, 150, 0], [270, 150, 200]]]}
    Exemplar.objects.bulk_create(
        Exemplar(character=character, ink=ink, legibility=80 + n % 3, status="approved") for n in range(25)
    )
    found, url = [], f"{URL}一/exemplars/?page_size=4"
    while url:
        page = anyone.get(url).json()
        found += [row["legibility"] for row in page["results"]]
        url = page["next"]
    assert found == sorted((80 + n % 3 for n in range(25)), reverse=True)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("url", ADDRESSES)
def test_the_api_of_the_catalogue_is_read_only(anyone, method, url):
    assert getattr(anyone, method)(url).status_code == 405


@pytest.mark.parametrize("what", ["", "strokes/", "exemplars/"])
@pytest.mark.parametrize("literal", ["%00", "\u2603", "ab", "%F0%9F%8D%A3"])
def test_anything_but_a_character_is_404(client, literal, what):
    assert client.get(f"/api/v1/characters/{literal}/{what}").status_code == 404
    assert client.get(f"/characters/{literal}/").status_code == 404
