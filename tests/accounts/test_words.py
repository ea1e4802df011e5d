"""Words in the practice: which are offered, when they are due, and what a line does to them."""

import itertools
import json
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import CharacterList, Plan, Progress, Review, User, WordReview
from accounts.models.word_reviews import has_only, is_writable
from accounts.practice.words import BEGINNING
from characters.cloze import frame
from characters.models import Character, Report, Word
from scoring import serving
from scoring.models import Attempt, Line
from tests.support.drawings import ink_of
from tests.support.errors import error_at
from tests.support.scorers import scorer_that_sees

pytestmark = pytest.mark.django_db

URL = "/api/v1/words/"


@pytest.fixture(autouse=True)
def _network(monkeypatch):
    scorer = scorer_that_sees("入口ロ人日本")
    monkeypatch.setattr(serving, "scorer", lambda: scorer)


@pytest.fixture
def alice(client_of):
    return client_of("alice")


@pytest.fixture
def learner(alice):
    return User.objects.get(email="alice@example.org")


def character(literal):
    return Character.objects.get(literal=literal)


def knows(user, literals):
    for literal in literals:
        Progress.objects.create(user=user, character=character(literal), best=95, latest_at="2026-01-01T00:00Z")


def words(client, **query):
    return client.get(URL, query).json()


def texts(client, **query):
    return [word["text"] for word in words(client, **query)["results"]]


def post(client, url, body):
    return client.post(url, json.dumps(body), "application/json", headers={"Prefer": "wait=1"})


def write(client, text, written="", **fields):
    cells = [ink_of(one) for one in written or text]
    return post(client, "/api/v1/lines/", {"kind": "dictation", "text": text, "cells": cells, **fields}).json()


def review_of(user, text):
    return WordReview.objects.get(user=user, word__text=text)


# ── Which are offered ─────────────────────────────────────────────────────────


def test_words_whose_kanji_the_learner_knows_come_first(alice, learner):
    knows(learner, "人口")
    rows = words(alice)["results"]
    assert (rows[0]["text"], rows[0]["known"]) == ("人口", True)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="counts SQLite's steps")
def test_finding_the_next_words_takes_few_steps(alice, learner):
    """It took 200 million while SQLite didn't know the sizes of its tables."""
    knows(learner, "人口")
    thousands = itertools.count()
    connection.connection.set_progress_handler(lambda: next(thousands) * 0, 1000)
    assert texts(alice)
    connection.connection.set_progress_handler(None, 0)
    assert next(thousands) < 3000


def test_a_reviewed_character_counts_as_known(alice, learner):
    day = learner.today
    for literal in "入口":
        Review.objects.create(user=learner, character=character(literal), begun_on=day, due_on=day, reviewed_on=day)
    assert "入口" in texts(alice, limit=3)


def test_words_without_kanji_come_second_and_those_of_the_plans_next_characters_third(alice, learner):
    knows(learner, "人口")
    own = CharacterList.objects.create(user=learner, name="Mine", characters="入")
    Plan.objects.create(user=learner, new_per_day=100, order="list", list=own)
    Word.objects.exclude(text__in=["人口", "テレビ", "入口", "日本"]).update(is_hidden=True)
    assert texts(alice) == ["人口", "テレビ", "入口", "日本"]


def test_guests_get_words_too_and_first_those_whose_kanji_they_wrote_well(client_of):
    visitor = client_of("visitor")
    assert len(texts(visitor)) == 10
    for literal in "入口":
        post(visitor, "/api/v1/attempts/", {"ink": ink_of(literal), "target": literal})
    assert "入口" in texts(visitor, limit=3)
    assert words(visitor)["due"] == 0


def test_a_guests_first_words_are_of_all_scripts_and_no_other_word_comes_to_mind_at_their_hints(client_of):
    first = words(client_of("visitor"))["results"]
    assert [word["text"] for word in first[:3]] == ["ねこ", "入口", "カメラ"]
    assert [word["text"] for word in first] == list(BEGINNING)
    assert [word["unmeant"] for word in first] == [[]] * 10


def test_a_guest_gets_no_word_again(client_of):
    visitor = client_of("visitor")
    write(visitor, "入口")
    offered = texts(visitor, limit=50)
    assert "入口" not in offered
    assert len(set(offered)) == 50


@pytest.mark.parametrize(
    ("text", "unmeant"),
    [
        ("はい", ["ええ", "うん"]),  # the reading would give kana words away
        ("昇る", ["登る"]),
        ("登る", ["昇る"]),
        ("云う", ["言う"]),
        ("言う", []),  # hardly anybody thinks of 云う or 謂う
        ("学校", []),
    ],
)
def test_a_word_names_others_that_come_to_mind_at_its_hints(client_of, text, unmeant):
    assert client_of("visitor").get(f"{URL}{text}/").json()["unmeant"] == unmeant


def test_words_of_another_length_meaning_or_visibility_do_not_come_to_mind(client_of):
    Word.objects.filter(text="ええ").update(meanings_en=["ray"])
    Word.objects.filter(text="うん").update(is_hidden=True)
    assert client_of("visitor").get(f"{URL}はい/").json()["unmeant"] == []


def test_a_list_offers_words_of_its_kanji_only(alice, learner):
    own = CharacterList.objects.create(user=learner, name="Mine", characters="日本人")
    offered = texts(alice, list=own.pk, limit=50)
    assert {"日本", "本人"} <= set(offered)
    assert all(sign in "日本人" for text in offered for sign in text if sign >= "一")


@pytest.mark.parametrize(
    ("text", "characters", "is_theirs"),
    [
        ("日本", "日本", True),
        ("日本", "本日人", True),
        ("日本", "日", False),
        ("食べる", "食", True),
        ("一人", "人", False),
        ("一人", "一人", True),
        ("テレビ", "人", False),
    ],
)
def test_a_word_belongs_to_a_list_with_all_of_its_kanji(text, characters, is_theirs):
    assert has_only(text, characters) is is_theirs


@pytest.mark.parametrize("by_list", [True, False])
def test_only_words_that_the_learner_practises_are_no_longer_new(alice, learner, client_of, by_list):
    knows(learner, "日本人")
    own = CharacterList.objects.create(user=learner, name="Mine", characters="日本人")
    query = {"limit": 50, "more": 20} | ({"list": own.pk} if by_list else {})
    before = texts(alice, **query)
    assert {"日本", "本人"} <= set(before)
    client_of("bob")
    for email, text in (("alice@example.org", "日本"), ("bob@example.org", "本人")):
        user = User.objects.get(email=email)
        WordReview.objects.begin(user, Word.objects.get(text=text))
    WordReview.objects.update(begun_on=learner.today - timedelta(days=9), due_on=learner.today + timedelta(days=9))
    after = texts(alice, **query)
    assert [text for text in before if text != "日本"] == after[: len(before) - 1]


def test_a_list_offers_no_hidden_words(alice, learner):
    own = CharacterList.objects.create(user=learner, name="Mine", characters="日本人")
    Word.objects.filter(text="日本").update(is_hidden=True)
    assert "日本" not in texts(alice, list=own.pk, limit=50)


@pytest.mark.parametrize("who", ["bob", "visitor"])
def test_somebody_elses_list_is_404(client_of, learner, who):
    own = CharacterList.objects.create(user=learner, name="Mine", characters="日本人")
    assert client_of(who).get(URL, {"list": own.pk}).status_code == 404


def test_hidden_words_and_words_that_cannot_be_read_are_not_offered(alice, learner):
    knows(learner, "人口")
    Word.objects.filter(text="人口").update(is_hidden=True)
    Word.objects.create(text="人々", reading="ひとびと", rank=1)
    assert not {"人口", "人々"} & set(texts(alice, limit=50, more=20))
    assert alice.get(f"{URL}人口/").status_code == 404
    assert alice.get(f"{URL}人々/").status_code == 404


@pytest.mark.parametrize(
    ("text", "offered"),
    [("コーヒー", True), ("シャツ", True), ("人々", False), ("口", False), ("口" * 8, True), ("口" * 9, False)],
)
def test_only_words_that_can_be_written_are_offered(text, offered):
    assert is_writable(Word(text=text)) is offered


def test_the_plans_quota_limits_new_words_and_more_exceeds_it(alice, learner):
    Plan.objects.create(user=learner, new_per_day=2)
    assert len(texts(alice)) == 2
    assert len(texts(alice, more=3)) == 5
    write(alice, "人口")
    assert words(alice)["new"] == 1


@pytest.mark.parametrize(
    ("query", "field"), [({"limit": 51}, "limit"), ({"limit": 0}, "limit"), ({"more": 21}, "more")]
)
def test_invalid_queries_are_400(alice, query, field):
    answer = alice.get(URL, query)
    assert error_at(answer, field)


def test_a_word_has_its_reading_meaning_and_a_sentence_with_a_gap(alice):
    word = alice.get(f"{URL}入口/").json()
    assert (word["text"], word["reading"]) == ("入口", "いりぐち")
    assert "entrance" in word["meanings"]
    assert word["cloze"] == {"before": f"「{word['meanings'][0]}」は日本語で「", "after": "」です。"}
    assert (word["is_new"], word["is_due"], word["due_on"]) == (True, False, None)


ENTRANCE = {"text": "入口", "reading": "いりぐち"}


@pytest.mark.parametrize(
    ("word", "language", "before"),
    [
        (Word(**ENTRANCE, meanings_en=["entrance"]), "en", "「entrance」は日本語で「"),
        (Word(**ENTRANCE, meanings_en=["entrance"]), "ja", "「いりぐち」と読む言葉は「"),
        (Word(**ENTRANCE, meanings_en=["a"], meanings_fr=["entrée"]), "fr", "「entrée」は日本語で「"),
        (Word(text="する", reading="する", meanings_en=["to do"]), "ja", "「to do」は日本語で「"),
        (Word(**ENTRANCE), "en", "「いりぐち」と読む言葉は「"),
        (Word(**ENTRANCE, meanings_en=["x" * 40, "way in"]), "en", "「way in」は日本語で「"),
        (Word(**ENTRANCE, meanings_en=["x" * 40]), "en", "「" + "x" * 23 + "…」は日本語で「"),
        (Word(text="する", reading="する"), "en", "「"),
    ],
)
def test_the_sentence_asks_by_meaning_or_reading(word, language, before):
    assert frame(word, language)[0] == before


def test_every_words_sentence_fits_around_an_attempt():
    for word in Word.objects.all():
        for language in ("en", "ja", "fr"):
            assert all(len(part) <= 32 for part in frame(word, language))


def test_the_number_of_queries_does_not_grow_with_the_words(alice, learner, django_assert_max_num_queries):
    for word in Word.objects.filter(text__in=texts(alice, limit=50, more=20)):
        WordReview.objects.begin(learner, word)
    with django_assert_max_num_queries(14):
        assert words(alice, limit=50)["due"] == 25


# ── Reviews ───────────────────────────────────────────────────────────────────


def test_a_dictation_of_a_new_word_adds_it_and_is_its_first_review(alice, learner):
    write(alice, "人口")
    review = review_of(learner, "人口")
    assert (review.reviews, review.reviewed_on) == (1, learner.today)
    assert review.due_on > learner.today
    assert "人口" not in texts(alice, limit=50, more=20)


def test_a_word_is_rated_by_its_worst_character(alice, learner):
    write(alice, "人口")
    write(alice, "入口", "人口")
    assert review_of(learner, "人口").stability > review_of(learner, "入口").stability


def test_a_due_word_is_offered_first_and_a_second_line_of_the_day_changes_nothing(alice, learner):
    write(alice, "人口")
    WordReview.objects.update(due_on=learner.today, reviewed_on=learner.today - timedelta(days=3))
    found = words(alice)
    assert (found["due"], found["results"][0]["text"], found["results"][0]["is_due"]) == (1, "人口", True)
    write(alice, "人口")
    after = review_of(learner, "人口")
    assert after.reviews == 2
    write(alice, "人口", "入口")
    assert review_of(learner, "人口").stability == after.stability


def test_a_word_that_a_curator_hides_is_due_no_longer(alice, learner):
    write(alice, "人口")
    WordReview.objects.update(due_on=learner.today)
    assert words(alice)["due"] == 1
    Word.objects.filter(text="人口").hide(True)
    found = words(alice, limit=50)
    assert (found["due"], "人口" in [word["text"] for word in found["results"]]) == (0, False)


def test_a_words_attempts_are_reviews_of_its_characters(alice, learner):
    Review.objects.begin(learner, character("口"))
    write(alice, "人口")
    assert Review.objects.get(user=learner, character__literal="口").reviews == 1
    assert not Review.objects.filter(character__literal="人").exists()
    assert Progress.objects.get(user=learner, character__literal="人").attempts == 1


def test_progress_counts_the_words_that_were_practised_and_those_that_are_remembered_for_long(alice, learner):
    assert alice.get("/api/v1/progress/").json()["words"] == {"practised": 0, "known": 0}
    WordReview.objects.begin(learner, Word.objects.get(text="入口"))
    write(alice, "人口")
    assert alice.get("/api/v1/progress/").json()["words"] == {"practised": 1, "known": 0}
    assert "of 1 word practised" in alice.get("/progress/").content.decode()
    for stability, known in [(20.9, 0), (21, 1)]:
        WordReview.objects.filter(word__text="人口").update(stability=stability)
        assert alice.get("/api/v1/progress/").json()["words"] == {"practised": 1, "known": known}


@pytest.mark.parametrize("kind", ["own", "free"])
def test_own_text_and_free_lines_are_no_reviews_of_words(alice, kind):
    write(alice, "人口", kind=kind)
    assert not WordReview.objects.exists()


def test_a_hidden_word_a_text_that_is_no_word_and_a_guests_word_are_no_reviews(alice, client_of):
    Word.objects.filter(text="人口").update(is_hidden=True)
    write(alice, "人口")
    write(alice, "口口")
    write(client_of("visitor"), "入口")
    assert not WordReview.objects.exists()


def test_a_word_whose_writer_saw_the_reference_is_due_within_a_week(alice, learner):
    write(alice, "人口")
    WordReview.objects.update(due_on=learner.today, reviewed_on=learner.today - timedelta(days=300), stability=300)
    write(alice, "人口", saw_reference=True)
    assert review_of(learner, "人口").due_on == learner.today + timedelta(days=7)


def test_a_word_can_be_added_and_removed(alice):
    assert post(alice, URL, {"text": "入口"}).status_code == 201
    assert post(alice, URL, {"text": "入口"}).status_code == 200
    assert alice.get(f"{URL}入口/").json()["is_due"] is True
    assert alice.delete(f"{URL}入口/").status_code == 204
    answer = alice.delete(f"{URL}入口/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_in_practice")
    assert post(alice, URL, {"text": "口口口"}).json()["code"] == "not_a_word"


def test_guests_have_no_practice(client_of):
    visitor = client_of("visitor")
    assert post(visitor, URL, {"text": "入口"}).status_code == 401
    assert visitor.delete(f"{URL}入口/").status_code == 401


def test_a_line_and_its_attempts_of_a_guest_count_after_signing_up(client_of, learner):
    write(client_of("visitor"), "人口")
    Attempt.objects.all().give_to(learner)
    assert Line.objects.get().user == learner
    assert Progress.objects.filter(user=learner).count() == 2


# ── Reports and pasted text ───────────────────────────────────────────────────


def test_anybody_can_report_a_word(client_of):
    answer = post(client_of("visitor"), f"{URL}入口/reports/", {"about": "readings", "text": "いりくち"})
    assert answer.status_code == 201
    report = Report.objects.get(word__text="入口")
    assert (report.character, report.about) == (None, "readings")


@pytest.mark.parametrize(
    ("body", "field"), [({"about": "strokes", "text": "a"}, "about"), ({"about": "other", "text": ""}, "text")]
)
def test_an_invalid_report_is_400(client_of, body, field):
    answer = post(client_of("visitor"), f"{URL}入口/reports/", body)
    assert error_at(answer, f"/{field}")


def test_more_than_ten_reports_an_hour_are_429(client_of, throttles):
    visitor, body = client_of("visitor"), {"about": "other", "text": "a"}
    answers = [post(visitor, f"{URL}入口/reports/", body).status_code for _ in range(11)]
    assert answers == [201] * 10 + [429]


def test_a_curator_sees_a_reported_word_in_the_admin(client_of):
    post(client_of("visitor"), f"{URL}入口/reports/", {"about": "readings", "text": "いりくち"})
    shown = client_of("curator").get("/admin/characters/report/")
    word = Word.objects.get(text="入口")
    assert f"/admin/characters/word/{word.pk}/change/" in shown.content.decode()
    pk = Report.objects.get().pk
    assert client_of("curator").get(f"/admin/characters/report/{pk}/change/").status_code == 200


@pytest.mark.parametrize(
    ("text", "lines", "unreadable"),
    [
        ("入口は、ここです。", ["入口は", "ここです"], []),
        ("人々 ヶ月", ["人", "月"], ["々", "ヶ"]),
        ("コーヒー\nシャツ", ["コーヒー", "シャツ"], []),
        ("口" * 40, ["口" * 32, "口" * 8], []),
        ("Ａ４サイズ", ["A4サイズ"], []),
        ("、。", [], []),
    ],
)
def test_a_pasted_text_is_split_into_what_can_be_written(client_of, text, lines, unreadable):
    answer = post(client_of("visitor"), f"{URL}text/", {"text": text})
    assert answer.json() == {"lines": lines, "unreadable": unreadable}


@pytest.mark.parametrize(("length", "status"), [(1000, 200), (1001, 400)])
def test_a_pasted_text_has_at_most_1000_characters(client_of, length, status):
    assert post(client_of("visitor"), f"{URL}text/", {"text": "口" * length}).status_code == status
