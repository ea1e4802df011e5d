"""The API of attempts, through requests."""

import io
import json
import re
from datetime import datetime, timedelta
from typing import Any

import kombu.exceptions
import pytest
import redis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import Confusion, Progress
from characters.models import Character, Exemplar
from ml import sandbox
from ml.ink import Refusal, WritingError
from ml.result import Candidate, Result
from scoring.errors import plainly
from scoring.models import Attempt
from scoring.parsers import MAX_JSON_BYTES
from scoring.serializers import MAX_IMAGE_BYTES
from scoring.tasks import erase_deleted, score_attempt
from tests.support.drawings import ink_of, png, png_of
from tests.support.errors import error_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

URL = "/api/v1/attempts/"
INK = ink_of("口")


def upload(client: Client, image: bytes, **fields: Any):
    return client.post(URL, {"image": SimpleUploadedFile("a.png", image, "image/png"), **fields})


@pytest.fixture
def attempt(client_of, post) -> Attempt:
    """Alice's 口, scored, its target unknown."""
    return Attempt.objects.get(pk=post(client_of("alice"), {"ink": INK}).json()["id"])


def patch(client: Client, attempt: Attempt, body):
    return client.patch(f"{URL}{attempt.pk}/", json.dumps(body), "application/json")


@pytest.mark.parametrize(("fields", "stored"), [({"saw_reference": True}, True), ({}, False)])
def test_an_attempt_says_whether_its_writer_saw_the_reference(client_of, post, fields, stored):
    answer = post(client_of("visitor"), {"ink": INK, "target": "口", **fields})
    assert answer.json()["saw_reference"] is stored
    assert Attempt.objects.get().saw_reference is stored


def test_the_text_around_an_attempt_is_stored_as_the_catalogue_spells_it_and_counts(client_of, post, fake_scorer):
    answer = post(client_of("visitor"), {"ink": INK, "target": "口", "before": "入", "after": " ｱ "})
    assert (answer.json()["before"], answer.json()["after"]) == ("入", "ア")
    assert (Attempt.objects.get().before, Attempt.objects.get().after) == ("入", "ア")
    assert fake_scorer.around == [("入", "ア")]


def test_an_image_has_text_around_it(client_of, fake_scorer):
    answer = upload(client_of("visitor"), png_of("口"), target="口", before="入")
    assert (answer.json()["before"], answer.json()["after"]) == ("入", "")
    assert fake_scorer.around == [("入", "")]


def test_an_attempt_without_text_around_it_is_scored_without(client_of, post, fake_scorer):
    assert post(client_of("visitor"), {"ink": INK, "target": "口"}).json()["before"] == ""
    assert fake_scorer.around == [("", "")]


@pytest.mark.parametrize("field", ["before", "after"])
@pytest.mark.parametrize(("text", "code"), [("口" * 32, None), ("口" * 33, "max_length"), ("口" * 300, "max_length")])
def test_the_text_around_an_attempt_has_at_most_32_characters(client_of, post, field, text, code):
    answer = post(client_of("visitor"), {"ink": INK, field: text})
    if code is None:
        assert answer.json()[field] == text
    else:
        assert answer.status_code == 400
        assert error_at(answer, f"/{field}")["code"] == code
        assert not Attempt.objects.exists()


def test_ink_is_answered_with_candidates(client_of, post):
    answer = post(client_of("visitor"), {"ink": INK, "pen_width": 8})
    assert answer.status_code == 201
    body = answer.json()
    assert answer["Location"] == f"http://testserver{URL}{body['id']}/"
    assert body["status"] == "scored"
    assert body["candidates"][0] == {
        "character": "口",
        "confidence": 0.9,
        "legibility": 93,
        "lookalikes": ["ロ"],
        "alone": 0.9,
    }
    assert body["alone_also"] == []
    assert (body["target"], body["score"], body["known"], body["ink"]) == (None, None, True, INK)


def test_a_known_target_is_scored_at_once(client_of, post):
    body = post(client_of("visitor"), {"ink": INK, "target": "日"}).json()
    assert body["score"] == {
        "legibility": 12,
        "form": 57,
        "band": "misread",
        "misread_as": ["口"],
        "reasons": [],
        "remarks": [{"code": "missing", "text": "Stroke 3 is missing.", "strokes": [], "reference": [3], "where": ""}],
        "notes": [],
        "model": "fake",
    }


@pytest.fixture
def reads_97(fake_scorer, monkeypatch):
    """The network gives every image a legibility of 97 as its target."""

    def score(images: Any, targets: list[str | None], *_: Any) -> list[Result]:
        return [Result("fake", True, [Candidate("口", 0.9, 97, [], 0.9)], 97 if t else None, []) for t in targets]

    monkeypatch.setattr(fake_scorer, "score", score)


#: The ink of 食 with a fault, and the remark on it.
FAULTS = {
    "missing": lambda strokes: strokes[:5] + strokes[6:],
    "order_of_many": lambda strokes: strokes[::-1],
    "direction_of_many": lambda strokes: [stroke[::-1] for stroke in strokes],
    "off_centre": lambda strokes: [[[x / 2, y / 2, t] for x, y, t in stroke] for stroke in strokes],
    "small": lambda strokes: [[[120 + x / 4, 120 + y / 4, t] for x, y, t in stroke] for stroke in strokes],
    "narrow": lambda strokes: [[[80 + x / 2, y, t] for x, y, t in stroke] for stroke in strokes],
}


def with_times(strokes: list[list[list[float]]]) -> list[list[list[float]]]:
    """The same points, a later one every 16 ms."""
    time = iter(range(0, 1_000_000, 16))
    return [[[x, y, next(time)] for x, y, _ in stroke] for stroke in strokes]


@pytest.mark.usefixtures("reads_97")
@pytest.mark.parametrize("code", FAULTS)
def test_with_a_poor_form_a_legible_attempt_is_clear_and_not_textbook(client_of, post, code):
    ink = ink_of("食")
    ink["strokes"] = with_times(FAULTS[code](ink["strokes"]))
    score = post(client_of("visitor"), {"ink": ink, "target": "食"}).json()["score"]
    assert (score["legibility"], score["band"]) == (97, "clear")
    assert [remark["code"] for remark in score["remarks"]] == [code]
    assert score["form"] < (60 if code.endswith("_of_many") else 80)


@pytest.mark.usefixtures("reads_97")
def test_with_legibility_and_form_an_attempt_is_textbook(client_of, post):
    score = post(client_of("visitor"), {"ink": ink_of("食"), "target": "食"}).json()["score"]
    assert (score["legibility"], score["form"], score["band"], score["remarks"]) == (97, 100, "textbook", [])


@pytest.mark.usefixtures("reads_97")
@pytest.mark.parametrize("target", ["a", "Q", "7"])
def test_letters_and_digits_have_no_form_and_legibility_makes_them_textbook(client_of, post, target):
    ink = ink_of(target)
    tiny = [[[x / 8, y / 8, t] for x, y, t in stroke[::-1]] for stroke in ink["strokes"][::-1]]
    answer = post(client_of("visitor"), {"ink": {**ink, "strokes": with_times(tiny)}, "target": target})
    score = answer.json()["score"]
    assert (score["legibility"], score["form"], score["band"], score["remarks"]) == (97, None, "textbook", [])


@pytest.mark.usefixtures("reads_97")
def test_a_photograph_has_no_form_and_legibility_makes_it_textbook(client_of):
    score = upload(client_of("visitor"), png_of("食"), target="食").json()["score"]
    assert (score["legibility"], score["form"], score["band"], score["remarks"]) == (97, None, "textbook", [])


@pytest.mark.usefixtures("reads_97")
def test_the_size_is_judged_in_a_square_and_not_in_a_wide_area(client_of, post):
    small = with_times(FAULTS["small"](ink_of("食")["strokes"]))
    for width, form in ((327, 75), (408, 75), (420, 100)):
        ink = {
            "width": width,
            "height": 327,
            "strokes": [[[x + (width - 327) / 2, y, t] for x, y, t in s] for s in small],
        }
        assert post(client_of("visitor"), {"ink": ink, "target": "食"}).json()["score"]["form"] == form


def test_a_png_is_answered_like_ink_and_can_be_seen_again(client_of):
    visitor, picture = client_of("visitor"), png_of("口")
    answer = upload(visitor, picture, target="口")
    assert answer.status_code == 201
    assert answer.json()["score"]["legibility"] == 93
    assert answer.json()["ink"] is None
    assert b"".join(visitor.get(answer.json()["image"])) == picture


def test_a_photograph_of_50_megapixels_is_accepted(client_of):
    photograph = Image.new("L", (10_000, 5_000), "white")
    with Image.open(io.BytesIO(png_of("口", size=2000, pen=60))) as drawn:
        photograph.paste(drawn.convert("L"), (4000, 1500))
    file = io.BytesIO()
    photograph.save(file, "JPEG")
    assert upload(client_of("visitor"), file.getvalue()).status_code == 201


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_an_image_is_returned_unchanged_with_its_own_content_type(client_of, form):
    file = io.BytesIO()
    Image.open(io.BytesIO(png_of("口"))).convert("RGB").save(file, form)
    visitor = client_of("visitor")
    given_back = visitor.get(upload(visitor, file.getvalue()).json()["image"])
    assert given_back.headers["Content-Type"] == f"image/{form.lower()}"
    assert b"".join(given_back) == file.getvalue()


def test_a_target_can_be_changed_until_something_newer_is_written(client_of, post, attempt):
    alice = client_of("alice")
    first = patch(alice, attempt, {"target": "ロ"})
    assert (first.status_code, first.json()["target"], first.json()["score"]["legibility"]) == (200, "ロ", 93)
    again = patch(alice, attempt, {"target": "ロ"})
    assert (again.status_code, again.json()["score"]) == (200, first.json()["score"])
    other = patch(alice, attempt, {"target": "日"})
    assert (other.status_code, other.json()["target"], other.json()["score"]["legibility"]) == (200, "日", 12)
    post(client_of("visitor"), {"ink": INK})
    assert patch(alice, attempt, {"target": "ロ"}).json()["score"] == first.json()["score"]

    post(alice, {"ink": INK})
    late = patch(alice, attempt, {"target": "日"})
    assert (late.status_code, late.json()["code"]) == (409, "target_is_set")
    assert patch(alice, attempt, {"target": "ロ"}).status_code == 200
    assert str(Attempt.objects.get(pk=attempt.pk).target) == "ロ"


def test_of_attempts_written_in_one_moment_the_last_stored_is_the_newest(client_of, post):
    alice = client_of("alice")
    earlier, later = (post(alice, {"ink": INK, "target": "口"}).json()["id"] for _ in range(2))
    Attempt.objects.update(written_at=timezone.now())
    answers = [patch(alice, Attempt.objects.get(pk=pk), {"target": "日"}).status_code for pk in (earlier, later)]
    assert answers == [409, 200]


def test_the_first_target_can_be_set_after_something_newer_is_written(client_of, post, attempt):
    post(client_of("alice"), {"ink": INK})
    assert patch(client_of("alice"), attempt, {"target": "日"}).json()["target"] == "日"


def test_after_a_newer_attempt_is_deleted_the_target_can_be_changed_again(client_of, post, attempt):
    alice = client_of("alice")
    patch(alice, attempt, {"target": "日"})
    newer = post(alice, {"ink": INK}).json()["id"]
    alice.delete(f"{URL}{newer}/")
    assert patch(alice, attempt, {"target": "口"}).json()["target"] == "口"


def test_a_changed_target_moves_the_attempt_in_the_learners_progress(client_of, attempt):
    alice = client_of("alice")
    patch(alice, attempt, {"target": "日"})
    patch(alice, attempt, {"target": "口"})
    counted = Progress.objects.values_list("character__literal", "attempts", "best")
    assert list(counted) == [("口", 1, 93)]
    patch(alice, attempt, {"target": "日"})
    assert list(counted.all()) == [("日", 1, 12)]
    assert list(Confusion.objects.values_list("character__literal", "read_as")) == [("日", "口")]
    patch(alice, attempt, {"target": "口"})  # which has a score already
    assert list(counted.all()) == [("口", 1, 93)]


def test_changing_the_target_withdraws_the_example(client_of, attempt):
    alice = client_of("alice")
    patch(alice, attempt, {"target": "口"})
    assert alice.put(f"{URL}{attempt.pk}/exemplar/").status_code == 201
    assert patch(alice, attempt, {"target": "ロ"}).json()["exemplar"] is None
    assert not Exemplar.objects.exists()


def test_a_score_for_the_target_before_does_not_count(client_of, attempt):
    target = {literal: Character.objects.get(literal=literal) for literal in "日口"}
    attempt.set_target(target["日"])
    [claimed] = Attempt.objects.claim_batch(attempt.pk, 1)
    attempt.set_target(target["口"])
    claimed.record(model_version="late", known=True, candidates=[], legibility=12, misread_as=["口"])
    now = Attempt.objects.get(pk=attempt.pk)
    assert (now.status, now.legibility, now.misread_as) == ("queued", None, "")


def test_nothing_is_excluded_any_more_once_the_scripts_are_taken_back(client_of, post, monkeypatch):
    visitor = client_of("visitor")
    body = post(visitor, {"ink": INK, "scripts": ["kana"]}).json()
    monkeypatch.setattr(score_attempt, "delay", lambda attempt_id: None)
    waiting = patch(visitor, Attempt.objects.get(pk=body["id"]), {"target": "口", "scripts": []}).json()
    assert (waiting["status"], waiting["candidates"], waiting["excluded"]) == ("queued", body["candidates"], None)


def test_a_character_outside_the_scripts_is_accepted_if_the_scripts_are_changed_with_it(client_of, post):
    visitor = client_of("visitor")
    body = post(visitor, {"ink": INK, "scripts": ["kana"]}).json()
    assert body["excluded"] == {
        "character": "食",
        "confidence": 0.8,
        "legibility": 97,
        "lookalikes": [],
        "alone": 0.8,
    }
    attempt = Attempt.objects.get(pk=body["id"])
    refused = patch(visitor, attempt, {"target": "口"})
    assert error_at(refused, "/target")["code"] == "target_not_among"
    accepted = patch(visitor, attempt, {"target": "口", "scripts": []}).json()
    assert (accepted["target"], accepted["scripts"], accepted["excluded"]) == ("口", [], None)
    assert accepted["score"]["legibility"] == 93


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ("か\u3099", "が"),
        ("か゛", "が"),
        ("ｶﾞ", "ガ"),
        ("Ａ", "A"),
        ("１", "1"),
        ("永\ufe0e", "永"),
        ("永\U000e0100", "永"),
    ],
)
def test_other_spellings_of_a_target_are_accepted(client_of, post, attempt, typed, target):
    assert post(client_of("visitor"), {"ink": INK, "target": typed}).json()["target"] == target
    assert post(client_of("visitor"), {"ink": INK, "scripts": [typed]}).json()["scripts"] == [target]
    assert patch(client_of("alice"), attempt, {"target": typed}).json()["target"] == target


@pytest.mark.parametrize("typed", ["永永", "ヰ", "😀", "", " ", "永" + "\ufe0e" * 16, ["永"], None])
def test_a_target_outside_the_catalogue_is_refused(client_of, attempt, typed):
    answer = patch(client_of("alice"), attempt, {"target": typed})
    assert answer.status_code == 400
    assert Attempt.objects.get(pk=attempt.pk).target is None


def test_milestones_are_the_first_best_and_latest_attempt_with_a_score(client_of, post):
    alice = client_of("alice")
    assert alice.get(f"{URL}milestones/?character=口").json() == {"first": None, "best": None, "latest": None}
    written = [post(alice, {"ink": INK, "target": target}).json() for target in ("口", "日", "日", "口", "日")]
    ids = [attempt["id"] for attempt in written]
    Attempt.objects.filter(pk=ids[2]).update(legibility=40)
    post(alice, {"ink": INK})
    post(client_of("bob"), {"ink": INK, "target": "日"})

    def milestones(query: str) -> list[str]:
        found = alice.get(f"{URL}milestones/?{query}").json()
        return [found[name] and found[name]["id"] for name in ("first", "best", "latest")]

    assert milestones("character=日") == [ids[1], ids[2], ids[4]]
    assert milestones(f"character=日&before={written[4]['written_at']}") == [ids[1], ids[2], ids[2]]
    assert milestones("") == [ids[0], ids[3], ids[4]]
    alice.delete(f"{URL}{ids[2]}/")
    assert milestones("character=日") == [ids[1], ids[4], ids[4]]


@pytest.mark.parametrize("scripts", [["kana"], ["末", "digit", "未"], []])
def test_ink_and_images_accept_scripts(client_of, post, fake_scorer, scripts):
    ink = post(client_of("visitor"), {"ink": INK, "scripts": scripts})
    image = upload(client_of("visitor"), png_of("口"), scripts=scripts)
    assert (ink.status_code, image.status_code) == (201, 201)
    assert ink.json()["scripts"] == image.json()["scripts"] == scripts
    assert fake_scorer.scripts == [scripts, scripts]


def test_repeated_scripts_count_once_at_their_first_position(client_of, post):
    body = post(client_of("visitor"), {"ink": INK, "scripts": ["未", "kana", "未"]}).json()
    assert body["scripts"] == ["未", "kana"]


@pytest.mark.parametrize("scripts", [["kanji"], ["latin", "口"], ["口"]])
def test_a_target_among_the_scripts_is_accepted(client_of, post, scripts):
    body = post(client_of("visitor"), {"ink": INK, "scripts": scripts, "target": "口"}).json()
    assert (body["target"], body["scripts"]) == ("口", scripts)


def test_an_image_whose_target_is_not_among_its_scripts_is_400_and_stores_nothing(client_of, settings):
    answer = upload(client_of("visitor"), png_of("口"), scripts=["kana", "digit"], target="口")
    assert error_at(answer, "/target")["code"] == "target_not_among"
    assert not Attempt.objects.exists()
    assert not settings.MEDIA_ROOT.exists()


def test_a_target_set_later_must_be_among_the_scripts(client_of, post):
    alice = client_of("alice")
    attempt = Attempt.objects.get(pk=post(alice, {"ink": INK, "scripts": ["kanji"]}).json()["id"])
    refused = patch(alice, attempt, {"target": "ロ"})
    assert error_at(refused, "/target")["code"] == "target_not_among"
    assert patch(alice, attempt, {"target": "口"}).json()["target"] == "口"


@pytest.mark.usefixtures("no_worker")
@pytest.mark.parametrize("prefer", ["respond-async", "wait=0", "wait=1"])
def test_an_attempt_without_a_score_is_202_with_its_location(client_of, post, prefer):
    visitor = client_of("visitor")
    answer = post(visitor, {"ink": INK}, Prefer=prefer)
    assert (answer.status_code, answer["Retry-After"]) == (202, "1")
    later = visitor.get(answer["Location"]).json()
    assert (later["status"], later["candidates"], later["known"]) == ("queued", [], None)


@pytest.mark.usefixtures("no_worker")
def test_attempts_are_stored_while_redis_is_down(client_of, post, monkeypatch):
    def down(*_args):
        raise redis.ConnectionError("down")

    def cannot_send(*_args):
        raise kombu.exceptions.OperationalError("down")

    monkeypatch.setattr("scoring.tasks.score_attempt.delay", cannot_send)
    monkeypatch.setattr("scoring.wakeup.wait", down)
    answer = post(client_of("visitor"), {"ink": INK})
    assert (answer.status_code, "RateLimit" in answer) == (202, False)
    assert Attempt.objects.get().status == "queued"


def test_a_delayed_attempt_counts_at_the_time_when_it_was_written(client_of, post):
    alice = client_of("alice")
    now = post(alice, {"ink": INK, "target": "口"}).json()
    earlier = post(alice, {"ink": INK, "target": "口", "age": 2 * 86_400_000}).json()
    picture = upload(alice, png_of("口"), age=86_400_000).json()
    assert [row["id"] for row in alice.get(URL).json()["results"]] == [now["id"], picture["id"], earlier["id"]]
    written_at = datetime.fromisoformat(earlier["written_at"])
    assert timedelta(0) < timezone.now() - timedelta(days=2) - written_at < timedelta(minutes=1)
    assert alice.get("/api/v1/progress/").json()["streak"]["current"] == 1
    post(alice, {"ink": INK, "target": "口", "age": 86_400_000})
    assert alice.get("/api/v1/progress/").json()["streak"]["current"] == 3


def test_attempts_are_listed_newest_first_in_pages(client_of, post):
    visitor = client_of("visitor")
    ids = [post(visitor, {"ink": INK}).json()["id"] for _ in range(5)]
    page = visitor.get(f"{URL}?page_size=3").json()
    rest = visitor.get(page["next"]).json()
    assert [row["id"] for row in page["results"] + rest["results"]] == ids[::-1]
    assert rest["next"] is None


def test_the_number_of_queries_does_not_grow_with_the_history(client_of, post, django_assert_num_queries):
    visitor = client_of("visitor")
    for _ in range(3):
        post(visitor, {"ink": INK})
    with django_assert_num_queries(3):
        visitor.get(URL)
    for _ in range(5):
        post(visitor, {"ink": INK})
    with django_assert_num_queries(3):
        visitor.get(URL)


def test_a_deleted_attempt_is_erased_with_its_image(client_of, settings):
    visitor = client_of("visitor")
    body = upload(visitor, png_of("口")).json()
    assert len(list(settings.MEDIA_ROOT.rglob("*.png"))) == 1
    assert visitor.delete(f"{URL}{body['id']}/").status_code == 204
    assert visitor.get(f"{URL}{body['id']}/").status_code == 404
    Attempt.objects.update(forgotten_at=timezone.now() - timedelta(seconds=61))
    erase_deleted()
    assert not list(settings.MEDIA_ROOT.rglob("*.png"))
    assert not Attempt.objects.exists()


def test_a_deleted_attempt_can_be_restored_by_its_owner_in_time(client_of, post):
    visitor = client_of("visitor")
    body = post(visitor, {"ink": INK}).json()
    restore = f"{URL}{body['id']}/restore/"
    visitor.delete(f"{URL}{body['id']}/")
    assert client_of("alice").post(restore).status_code == 404
    for _ in range(2):  # the answer to the first may be lost
        answer = visitor.post(restore)
        assert (answer.status_code, answer.json()) == (200, body)
    visitor.delete(f"{URL}{body['id']}/")
    Attempt.objects.update(forgotten_at=timezone.now() - timedelta(seconds=61))
    assert visitor.post(restore).status_code == 404
    assert visitor.post(restore).json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "ink", "required"),
        ({"ink": None}, "ink", "null"),
        ({"ink": 7}, "ink", "malformed"),
        ({"ink": {**INK, "strokes": []}}, "ink", "nothing_written"),
        ({"ink": {**INK, "strokes": [[[1, 2, 3]]] * 65}}, "ink", "too_many_strokes"),
        ({"ink": {**INK, "strokes": [[[1, 2, 3]] * 4097]}}, "ink", "too_many_points"),
        ({"ink": INK, "target": "鬱"}, "target", "does_not_exist"),
        ({"ink": INK, "target": "永永"}, "target", "does_not_exist"),
        ({"ink": INK, "target": ["口"]}, "target", "does_not_exist"),
        ({"ink": INK, "target": "\0"}, "target", "does_not_exist"),
        ({"ink": INK, "pen_width": -1}, "pen_width", "min_value"),
        ({"ink": INK, "pen_width": "1"}, "pen_width", "incorrect_type"),
        ({"ink": INK, "saw_reference": None}, "saw_reference", "null"),
        ({"ink": INK, "before": None}, "before", "null"),
        ({"ink": INK, "before": ["入"]}, "before", "incorrect_type"),
        ({"ink": INK, "after": "a\0b"}, "after", "null_characters_not_allowed"),
        ({"ink": INK, "saw_reference": 1}, "saw_reference", "incorrect_type"),
        ({"ink": INK, "age": -1}, "age", "min_value"),
        ({"ink": INK, "age": 31 * 86_400_000}, "age", "max_value"),
        ({"ink": INK, "age": "7"}, "age", "incorrect_type"),
        ({"ink": INK, "age": True}, "age", "incorrect_type"),
        ({"ink": INK, "scripts": ["hangul"]}, "scripts", "unknown_script"),
        ({"ink": INK, "scripts": ["kana", "鬱"]}, "scripts", "unknown_script"),
        ({"ink": INK, "scripts": ["未末"]}, "scripts", "unknown_script"),
        ({"ink": INK, "scripts": ["", "\0"]}, "scripts", "unknown_script"),
        ({"ink": INK, "scripts": ["kana"] * 101}, "scripts", "too_many_scripts"),
        ({"ink": INK, "scripts": "kana"}, "scripts", "malformed"),
        ({"ink": INK, "scripts": {"kana": True}}, "scripts", "malformed"),
        ({"ink": INK, "scripts": [["kana"]]}, "scripts", "malformed"),
        ({"ink": INK, "scripts": [7]}, "scripts", "malformed"),
        ({"ink": INK, "scripts": None}, "scripts", "null"),
        ({"ink": INK, "scripts": ["kana", "未"], "target": "口"}, "target", "target_not_among"),
        ([], "", "invalid"),
    ],
)
def test_invalid_ink_is_400_with_a_code_and_stores_nothing(client_of, post, body, field, code):
    answer = post(client_of("visitor"), body)
    assert error_at(answer, field and f"/{field}")["code"] == code
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("body", ["{", '{"ink": NaN}', "[" * 100_000])
def test_malformed_or_too_deep_json_is_400(client_of, body):
    answer = client_of("visitor").post(URL, body, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (b"", "unknown_image_format"),
        (b"GIF89a", "unknown_image_format"),
        (png(Image.new("RGB", (50, 50), "white")), "nothing_written"),
        (png(Image.new("1", (10_000, 5_001))), "too_many_pixels"),
        (png(Image.new("1", (6_000, 4_001))), "too_many_pixels_for_format"),
        (png_of("口")[:60], "unreadable_image"),
        (png_of("口")[:-300], "unreadable_image"),
    ],
)
def test_an_unusable_image_is_400_with_a_code_and_stores_nothing(client_of, settings, image, code):
    answer = upload(client_of("visitor"), image)
    refusal = error_at(answer, "/image")
    assert (refusal["code"], refusal["positions"]) == (code, [])
    assert not Attempt.objects.exists()
    assert not settings.MEDIA_ROOT.exists()


def test_an_image_of_two_characters_is_400_with_their_positions(client_of, settings):
    sheet = Image.new("RGB", (600, 200), "white")
    for character, left in (("永", 0), ("国", 400)):
        with Image.open(io.BytesIO(png_of(character, size=200))) as drawn:
            sheet.paste(drawn.convert("RGB"), (left, 0))
    answer = upload(client_of("visitor"), png(sheet))
    refusal = error_at(answer, "/image")
    assert refusal["code"] == "several_characters"
    assert [round(left + width / 2, 1) for left, _, width, _ in refusal["positions"]] == [0.2, 0.8]
    assert not Attempt.objects.exists()
    assert not settings.MEDIA_ROOT.exists()


def test_a_large_photograph_is_stored_unchanged(client_of):
    sheet = Image.effect_noise((1800, 1800), 60).convert("RGB")
    with Image.open(io.BytesIO(png_of("口", size=1200, pen=60))) as drawn:
        sheet.paste(drawn.convert("RGB"), (300, 300))
    file = io.BytesIO()
    sheet.save(file, "JPEG", quality=100, subsampling=0)
    assert len(file.getvalue()) > 2_500_000  # Django's limit for uploads in memory
    visitor = client_of("visitor")
    answer = upload(visitor, file.getvalue())
    assert answer.status_code == 201
    assert b"".join(visitor.get(answer.json()["image"])) == file.getvalue()


@pytest.mark.parametrize(
    ("scripts", "code"),
    [
        ("hangul", "unknown_script"),
        (["kana"] * 101, "too_many_scripts"),
        (SimpleUploadedFile("a.txt", b"kana"), "malformed"),
    ],
)
def test_invalid_scripts_of_an_image_are_400_with_a_code_and_store_nothing(client_of, settings, scripts, code):
    answer = upload(client_of("visitor"), png_of("口"), scripts=scripts)
    assert error_at(answer, "/scripts")["code"] == code
    assert not Attempt.objects.exists()
    assert not settings.MEDIA_ROOT.exists()


@pytest.mark.parametrize("over", [1, 100_000])
def test_a_body_that_is_too_large_is_413(client_of, over):
    visitor = client_of("visitor")
    ink = visitor.post(URL, b" " * (MAX_JSON_BYTES + over), "application/json")
    image = upload(visitor, b"\x89PNG" + b"\0" * (MAX_IMAGE_BYTES + over))
    for answer in (ink, image):
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_another_content_type_is_415(client_of):
    answer = client_of("visitor").post(URL, "x", "text/plain")
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_too_many_attempts_are_429_and_say_when_to_come_back(client_of, post, rate_of):
    rate_of("2/min")
    answers = [post(client_of("visitor"), {"ink": INK}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert answers[2].json()["code"] == "throttled"
    assert 59 <= int(answers[2]["Retry-After"]) <= 61
    assert [answer["RateLimit-Policy"] for answer in answers] == ['"attempts";q=2;w=60'] * 3
    left = [re.fullmatch(r'"attempts";r=(\d);t=(59|60|61)', answer["RateLimit"]) for answer in answers]
    assert [match and match[1] for match in left] == ["1", "0", "0"]
    assert Attempt.objects.count() == 2


def test_reading_attempts_costs_nothing_and_names_no_quota(client_of, rate_of):
    rate_of("1/min")
    answers = [client_of("visitor").get(URL) for _ in range(2)]
    assert [(answer.status_code, "RateLimit" in answer) for answer in answers] == [(200, False)] * 2


def test_an_image_counts_as_fifty_attempts_even_if_it_is_damaged(client_of, rate_of):
    rate_of("149/min")
    answers = [upload(client_of("visitor"), image) for image in (png_of("口"), png_of("口")[:200], png_of("口"))]
    assert [answer.status_code for answer in answers] == [201, 400, 429]
    assert [answer["RateLimit"].split(";")[1] for answer in answers] == ["r=99", "r=49", "r=49"]


def test_ink_that_is_refused_counts_against_the_rate(client_of, post, rate_of):
    rate_of("1/min")
    answers = [post(client_of("visitor"), {"ink": "none"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [400, 429]


@pytest.mark.usefixtures("no_worker")
def test_an_image_whose_attempt_cannot_be_stored_leaves_no_file(client_of, settings, monkeypatch):
    def full(*_args, **_kwargs):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(Attempt, "save", full)
    assert upload(client_of("visitor"), png_of("口")).status_code == 503
    assert not list(settings.MEDIA_ROOT.rglob("*.png"))


def test_an_image_that_waits_too_long_for_the_sandbox_is_503_and_stores_nothing(client_of, settings, monkeypatch):
    monkeypatch.setattr("scoring.serializers._PATIENCE", 0.1)
    with sandbox._reader._lock:
        answer = upload(client_of("visitor"), png_of("口"))
    assert (answer.status_code, answer.json()["code"]) == (503, "too_many_images")
    assert int(answer["Retry-After"]) > 0
    assert not Attempt.objects.exists()
    assert not settings.MEDIA_ROOT.exists()


def test_an_image_whose_file_is_gone_is_404(client_of):
    visitor = client_of("visitor")
    attempt = Attempt.objects.get(pk=upload(visitor, png_of("口")).json()["id"])
    attempt.image.storage.delete(str(attempt.image))
    assert visitor.get(f"{URL}{attempt.pk}/image/").status_code == 404


def test_a_likely_character_of_another_script_is_listed_in_alone_also(client_of, post):
    attempt = Attempt.objects.get(pk=post(client_of("visitor"), {"ink": INK}).json()["id"])
    # Confidences are probabilities before the script prior.
    candidates = [{"character": "し", "confidence": 0.6}, {"character": "l", "confidence": 0.3}]
    attempt.scores.update(candidates=[{**c, "legibility": 0, "lookalikes": []} for c in candidates])
    body = client_of("visitor").get(f"{URL}{attempt.pk}/").json()
    assert body["alone_also"] == ["l"]
    assert [candidate["alone"] for candidate in body["candidates"]] == [0.6, 0.3]


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_has_a_complete_sentence(refusal):
    assert re.fullmatch(r"[A-Z][^%]+\.", plainly(WritingError(refusal, "")))
