"""Why an attempt may be misread: the sentence of a lookalike group and the strokes that decide."""

import re
from html import unescape

import pytest

from characters.models import LookalikeGroup
from ml.strokes import references
from scoring import serving
from scoring.models import Attempt
from scoring.reasons import with_pictures
from tests.support.drawings import ink_of
from tests.support.scorers import scorer_that_reads

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(client_of, post, monkeypatch):
    """A function that posts a visitor's attempt, which the network reads with the given probabilities."""

    def write(target: str, written: str, language: str = "en", **probabilities: float):
        scorer = scorer_that_reads("test", **probabilities)
        monkeypatch.setattr(serving, "scorer", lambda: scorer)
        return post(
            client_of("visitor"), {"ink": ink_of(written), "target": target}, **{"Accept-Language": language}
        ).json()

    return write


def only_reason(body):
    [reason] = body["score"]["reasons"]
    return reason


@pytest.mark.parametrize(
    ("target", "written", "strokes", "hint"),
    [
        ("土", "士", [1, 3], "Look at strokes 1 and 3 of 土."),
        ("未", "末", [1, 2], "Look at strokes 1 and 2 of 未."),
    ],
)
def test_a_misread_attempt_is_answered_with_the_reason_and_the_deciding_strokes(
    attempt, target, written, strokes, hint
):
    body = attempt(target, written, **{written: 0.99})
    group = LookalikeGroup.objects.get(members__contains=target, is_pooled=False, members__regex=written)
    assert body["score"]["misread_as"] == [written]
    assert only_reason(body) == {
        "character": written,
        "text": group.reason,
        "language": "en",
        "hint": hint,
        "strokes": strokes,
        "reference": strokes,
        "character_reference": strokes,
    }


def test_the_written_strokes_are_those_that_stand_for_the_deciding_ones(client_of, post, monkeypatch):
    scorer = scorer_that_reads(士=0.99)
    monkeypatch.setattr(serving, "scorer", lambda: scorer)
    ink = ink_of("土")
    ink["strokes"] = [ink["strokes"][1], ink["strokes"][2], ink["strokes"][0]]  # the vertical one first
    reason = only_reason(post(client_of("visitor"), {"ink": ink, "target": "土"}).json())
    assert (reason["strokes"], reason["reference"]) == ([2, 3], [1, 3])


def test_where_the_target_lacks_the_stroke_that_decides_the_extra_stroke_is_named(attempt):
    reason = only_reason(attempt("大", "犬", 犬=0.99))
    assert (reason["reference"], reason["character_reference"], reason["strokes"]) == ([], [4], [4])
    assert reason["hint"] == "Look at stroke 4 of 犬."


def test_strokes_that_do_not_match_the_target_are_not_named(attempt):
    reason = only_reason(attempt("土", "の", 士=0.99))
    assert (reason["strokes"], reason["reference"]) == ([], [1, 3])


def test_a_photograph_has_a_reason_without_written_strokes(client_of, monkeypatch):
    from tests.scoring.test_api import upload
    from tests.support.drawings import png_of

    scorer = scorer_that_reads(士=0.99)
    monkeypatch.setattr(serving, "scorer", lambda: scorer)
    reason = only_reason(upload(client_of("visitor"), png_of("土"), target="土").json())
    assert (reason["strokes"], reason["reference"]) == ([], [1, 3])


@pytest.mark.parametrize(("target", "read"), [("土", "食"), ("口", "ロ")])
def test_without_a_sentence_there_is_no_reason(attempt, target, read):
    assert attempt(target, target, **{read: 0.99})["score"]["reasons"] == []


def test_a_well_read_attempt_has_no_reason_and_takes_no_query_for_one(attempt, client_of, django_assert_num_queries):
    attempt("土", "土", 土=0.99)
    with django_assert_num_queries(3):
        rows = client_of("visitor").get("/api/v1/attempts/").json()["results"]
    assert [row["score"]["reasons"] for row in rows] == [[]]


def test_the_reasons_of_many_attempts_take_one_query(attempt, client_of, django_assert_num_queries):
    for _ in range(5):
        attempt("土", "士", 士=0.99)
    with django_assert_num_queries(4):
        rows = client_of("visitor").get("/api/v1/attempts/").json()["results"]
    assert all(len(row["score"]["reasons"]) == 1 for row in rows)


@pytest.mark.parametrize(
    ("language", "text", "hint"),
    [
        ("ja", "聞が耳です", "「間」の9〜12画目に注目してください。"),
        ("fr", "une oreille dans 聞", "Regardez les traits 9 à 12 de 間."),
        ("en", "an ear in 聞", "Look at strokes 9–12 of 間."),
    ],
)
def test_a_reason_is_in_the_requested_language(attempt, language, text, hint):
    reason = only_reason(attempt("間", "聞", language, 聞=0.99))
    assert (text in reason["text"], reason["language"], reason["hint"]) == (True, language, hint)


def test_a_sentence_of_a_curator_is_answered_with_its_language(attempt):
    LookalikeGroup.objects.filter(members="士土").update(reason="Mind the lines.")
    reason = only_reason(attempt("土", "士", "fr", 士=0.99))
    assert (reason["text"], reason["language"]) == ("Mind the lines.", "en")
    assert reason["hint"] == "Regardez les traits 1 et 3 de 土."


def test_strokes_are_not_named_where_all_of_them_decide(attempt):
    reason = only_reason(attempt("シ", "ツ", ツ=0.99))
    assert (reason["reference"], reason["hint"]) == ([1, 2, 3], "")


def test_an_edited_group_changes_the_reasons_of_past_attempts(attempt, client_of):
    pk = attempt("土", "士", 士=0.99)["id"]
    group = LookalikeGroup.objects.get(members="士土")
    group.deciding_strokes = ["土 3"]
    group.full_clean()
    group.save()
    reason = only_reason(client_of("visitor").get(f"/api/v1/attempts/{pk}/").json())
    assert (reason["strokes"], reason["reference"], reason["character_reference"]) == ([3], [3], [])


def test_the_page_of_an_attempt_shows_the_reason_with_the_deciding_strokes(attempt, client_of):
    pk = attempt("土", "士", 士=0.99)["id"]
    page = unescape(client_of("visitor").get(f"/history/{pk}/", headers={"Accept-Language": "en"}).content.decode())
    assert "In 土 the lower line is longer; in 士 the upper one is." in page
    assert "Look at strokes 1 and 3 of 土." in page
    reason = page[page.index('<div class="reason">') :]
    pictures = re.findall(r"<figure>.*?</figure>", reason, re.DOTALL)
    assert re.findall(r"<figcaption[^>]*>(.*?)<", reason) == ["Yours", "土", "士"]
    deciding = [['class="is-deciding"' in path for path in re.findall(r"<path.*?>", each)] for each in pictures]
    assert deciding == [[True, False, True]] * len(pictures)


def test_the_page_of_an_attempt_shows_a_sentence_for_several_characters_once(attempt, client_of):
    pk = attempt("大", "大", 犬=0.5, 太=0.4)["id"]
    page = client_of("visitor").get(f"/history/{pk}/", headers={"Accept-Language": "en"}).content.decode()
    assert page.count("大 has no dot") == 1
    [(reason, _pictures)] = with_pictures(Attempt.objects.get(pk=pk))
    assert reason.character == "犬"  # the likelier one


def test_every_deciding_stroke_exists():
    for group in LookalikeGroup.objects.filter(is_pooled=False):
        for member, numbers in group.strokes_by_member().items():
            assert set(numbers) <= set(range(1, len(references()[member]) + 1)), group
