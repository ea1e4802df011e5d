"""Recognitions: read ink and images without storing anything."""

import json
import os
import signal
import threading
import time
from threading import BoundedSemaphore

import pytest
import redis
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Scope, Token, User
from ml.scripts import script
from scoring import load, questions, recognitions
from scoring.recognitions import RecognitionThrottle
from scoring.tasks import recognize as recognize_task
from tests.support.drawings import ink_of, png, png_of
from tests.support.drawings import line_of as line_of_pictures

URL = "/api/v1/recognitions/"
INK = ink_of("口")


def line_of(text: str, step: float = 330) -> dict:
    """The references of `text` side by side, as the ink of one free line."""
    strokes = [
        [[x + place * step, y, t] for x, y, t in stroke]
        for place, character in enumerate(text)
        for stroke in ink_of(character)["strokes"]
    ]
    return {"width": len(text) * step, "height": 327, "strokes": strokes}


def recognize(site, **body):
    status, answer = site.browser().request("POST", URL, body)
    assert status == 200, answer
    return answer


# ── What is read ────────────────────────────────────────────────────────────


def test_ink_is_read_with_candidates_like_those_of_an_attempt(site):
    answer = recognize(site, ink=ink_of("永"))
    [first, *others] = answer["candidates"]
    assert (first["character"], answer["known"]) == ("永", True)
    assert first["confidence"] > 0.9 > others[0]["confidence"]
    attempt = site.browser().post_ink(ink_of("永"))[1]
    assert answer["candidates"] == attempt["candidates"]
    assert answer["model"]


def test_each_target_gets_its_legibility_and_what_a_reader_reads_instead(site):
    answer = recognize(site, ink=INK, targets=["口", "日", "口"])
    mouth, day = answer["targets"]
    assert (mouth["target"], mouth["misread_as"], day["target"]) == ("口", [], "日")
    assert mouth["legibility"] >= 95 > 10 >= day["legibility"]
    assert day["misread_as"] == ["口"] or day["misread_as"] == ["ロ"]


def test_a_target_scores_as_its_attempt_does(site):
    [target] = recognize(site, ink=ink_of("未"), targets=["末"])["targets"]
    score = site.browser().post_ink(ink_of("未"), target="末")[1]["score"]
    assert (target["legibility"], target["misread_as"]) == (score["legibility"], score["misread_as"])


def test_only_the_characters_of_the_scripts_compete(site):
    answer = recognize(site, ink=INK, scripts=["katakana"])
    assert {script(candidate["character"]) for candidate in answer["candidates"]} == {"katakana"}


@pytest.mark.parametrize(("before", "after", "read"), [("入", "", "口"), ("", "ッパ", "ロ")])
def test_one_character_is_read_in_the_text_around_it(site, before, after, read):
    around = {"before": "ヨー"} if after else {}
    answer = recognize(site, ink=INK, **{"before": before, "after": after, **around})
    assert answer["candidates"][0]["character"] == read


def test_an_image_is_read(site):
    status, answer = post_image(site, png_of("永"), targets=["永"])
    assert (status, answer["candidates"][0]["character"]) == (200, "永")
    assert answer["targets"][0]["legibility"] >= 80


def test_an_image_is_read_as_a_line_with_the_place_of_each_character(site):
    status, answer = post_image(site, png(line_of_pictures("入口", 2)), is_line=["true"], after=["です"])
    assert (status, answer["read_as"]) == (200, "入口")
    first, second = answer["characters"]
    assert (first["position"], first["strokes"], second["decided"]) == (1, [], "word")
    assert first["box"][0] < 0.5 <= second["box"][0]
    status, answer = post_image(site, png(line_of_pictures("永" * 60, 10)), is_line=["true"])
    assert (status, codes(answer)) == (400, {"not_a_line"})


def post_image(site, image, **fields):
    edge = "a-boundary-that-no-image-contains"
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, values in fields.items() for value in values]
    parts.append(b'name="image"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n' + image)
    body = b"".join(f"--{edge}\r\nContent-Disposition: form-data; ".encode() + part + b"\r\n" for part in parts)
    headers = {"Content-Type": f"multipart/form-data; boundary={edge}"}
    return site.browser().request("POST", URL, body + f"--{edge}--\r\n".encode(), headers)


def test_squares_are_read_alone_and_in_context(site):
    answer = recognize(site, cells=[ink_of(character) for character in "コ一ヒ"], after="ー")
    assert (answer["read_as"], answer["read_alone"]) == ("コーヒ", "コ一ヒ")
    first, bar, _last = answer["characters"]
    assert (first["decided"], bar["decided"], bar["word"]) == ("", "size", "コーヒー")
    assert (bar["position"], bar["strokes"], bar["read_as"], bar["alone"]) == (2, [1], "ー", "一")
    assert bar["confidence"] > 0.9
    assert bar["candidates"][0] == {"character": "ー", "confidence": bar["confidence"]}


def test_the_context_decides_as_it_does_in_a_line_that_is_kept(site):
    cells = [ink_of(character) for character in "八時"]
    read = recognize(site, cells=cells)["characters"]
    kept = site.browser().request("POST", "/api/v1/lines/", {"kind": "free", "cells": cells}, {"Prefer": "wait=10"})[1]
    assert [one["decided"] for one in read] == [one["decided"] for one in kept["characters"]] == ["word", ""]


def test_a_free_line_is_split_into_characters_with_the_numbers_of_their_strokes(site):
    answer = recognize(site, line=line_of("入口"))
    assert answer["read_as"] == "入口"
    assert [character["strokes"] for character in answer["characters"]] == [[1, 2], [3, 4, 5]]
    assert [character["decided"] for character in answer["characters"]] == ["", "word"]


def test_numbers_of_strokes_follow_the_order_of_writing(site):
    """The second character was written first."""
    line = line_of("入口")
    line["strokes"] = line["strokes"][2:] + line["strokes"][:2]
    answer = recognize(site, line=line)
    assert answer["read_as"] == "入口"
    assert [character["strokes"] for character in answer["characters"]] == [[4, 5], [1, 2, 3]]


# ── Nothing is stored ───────────────────────────────────────────────────────


def test_nothing_is_stored(site):
    def rows():
        tables = site.query("select name from sqlite_master where type = 'table'")
        return {name: site.query(f'select count(*) from "{name}"') for (name,) in tables}  # noqa: S608

    images = set((site.folder / "media").rglob("*"))
    before = rows()
    recognize(site, ink=INK, targets=["口"])
    recognize(site, line=line_of("入口"))
    assert post_image(site, png_of("永"))[0] == 200
    assert rows() == before
    assert set((site.folder / "media").rglob("*")) == images
    broker = redis.Redis(unix_socket_path=str(site.folder / "broker" / "broker.sock"))
    assert broker.keys("recogni*:*") == []


def test_other_origins_may_ask_and_no_cookie_is_set(site):
    headers = {"Origin": "https://dictionary.example", "Sec-Fetch-Site": "cross-site", "Content-Type": "text/plain"}
    client = site.browser()
    assert client.request("POST", URL, {"ink": INK}, {**headers, "Content-Type": "application/json"})[0] == 200
    assert client._cookie == ""


@pytest.mark.django_db
@pytest.mark.parametrize("address", [URL, URL.rstrip("/")])
def test_cookies_are_not_read(client_of, django_assert_num_queries, address):
    """A cookie costs no query, and the answer is the visitor's."""
    alice = client_of("alice")
    User.objects.filter(email="alice@example.org").update(language="ja")
    with django_assert_num_queries(0):
        answer = alice.post(address, {"ink": INK}, "application/json", headers={"Accept-Language": "fr"})
    assert answer.status_code == 503  # there is no Redis
    assert answer["Content-Language"] == "fr"
    assert not answer.cookies


# ── Bad input ───────────────────────────────────────────────────────────────


def post(client, body, content_type="application/json", **headers):
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(URL, text, content_type, headers=headers)


def codes(refusal) -> set[str]:
    """The codes of its errors, or its own if it names none."""
    return {error["code"] for error in refusal.get("errors", [refusal])}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", "parse_error"),
        ([], "invalid"),
        ({}, "ink_cells_or_line"),
        ({"ink": INK, "line": INK}, "ink_cells_or_line"),
        ({"cells": [INK], "line": INK}, "ink_cells_or_line"),
        ({"ink": INK, "target": "口"}, "unknown_field"),
        ({"ink": INK, "image": "x"}, "unknown_field"),
        ({"ink": None}, "null"),
        ({"ink": {"width": 1, "height": 1, "strokes": []}}, "nothing_written"),
        ({"ink": {**INK, "strokes": [[[0, 0, 0]]] * 65}}, "too_many_strokes"),
        ({"line": {**INK, "strokes": [[[0, 0, 0]]] * 65}}, "too_many_strokes"),
        ({"line": {**INK, "strokes": [[[0, 0, 0]] * 4097]}}, "too_many_points"),
        ({"line": "入口"}, "malformed"),
        ({"cells": []}, "empty"),
        ({"cells": INK}, "not_a_list"),
        ({"cells": [INK] * 33}, "max_length"),
        ({"cells": [INK, {**INK, "strokes": []}]}, "nothing_written"),
        ({"cells": [INK], "scripts": ["kana"]}, "only_for_one_character"),
        ({"cells": [INK], "targets": ["口"]}, "only_for_one_character"),
        ({"line": INK, "targets": ["口"]}, "only_for_one_character"),
        ({"ink": INK, "targets": "口"}, "not_a_list"),
        ({"ink": INK, "targets": ["口"] * 11}, "max_length"),
        ({"ink": INK, "targets": ["々"]}, "does_not_exist"),
        ({"ink": INK, "targets": ["口" * 100_000]}, "does_not_exist"),
        ({"ink": INK, "targets": [None]}, "null"),
        ({"ink": INK, "targets": [{}]}, "invalid"),
        ({"ink": INK, "targets": ["口"], "scripts": ["kana"]}, "target_not_among"),
        ({"ink": INK, "scripts": ["greek"]}, "unknown_script"),
        ({"ink": INK, "scripts": {}}, "malformed"),
        ({"ink": INK, "before": "入" * 33}, "max_length"),
        ({"ink": INK, "after": ["入"]}, "incorrect_type"),
        ({"ink": INK, "after": None}, "null"),
    ],
)
def test_bad_input_is_refused_before_a_worker_is_asked(client, body, code):
    answer = post(client, body)
    assert answer.status_code == 400
    assert codes(answer.json()) == {code}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({}, 400, "required"),
        ({"image": b"GIF89a"}, 400, "unknown_image_format"),
        ({"image": png_of("永"), "ink": "{}"}, 400, "unknown_field"),
        ({"image": png_of("永"), "targets": ["永", "x" * 20]}, 400, "does_not_exist"),
        ({"image": bytes(17 * 1024 * 1024)}, 413, "too_large"),
    ],
)
def test_a_bad_image_is_refused(client, fields, status, code):
    files = {n: SimpleUploadedFile("a.png", v) if isinstance(v, bytes) else v for n, v in fields.items()}
    answer = client.post(URL, files)
    assert (answer.status_code, codes(answer.json())) == (status, {code})


@pytest.mark.django_db
def test_json_can_have_a_megabyte(client):
    body = json.dumps({"cells": [INK]})
    assert post(client, body.ljust(1024 * 1024)).status_code == 503  # there is no Redis
    answer = post(client, body.ljust(1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.django_db
def test_a_bad_token_is_refused_and_a_good_one_needs_no_scope(client, client_of):
    assert post(client, {"ink": INK}, Authorization="Bearer nonsense").status_code == 401
    client_of("alice")
    _, secret = Token.objects.issue(User.objects.get(email="alice@example.org"), "Dictionary", [Scope.values[0]])
    assert post(client, {"ink": INK}, Authorization=f"Bearer {secret}").status_code == 503  # there is no Redis


# ── The rate ────────────────────────────────────────────────────────────────


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "cost"),
    [
        ({"ink": INK}, 1),
        ({"ink": INK, "targets": ["口", "日", "一"]}, 4),
        ({"cells": [INK] * 5}, 5),
        ({"cells": [INK] * 33}, 32),
        ({"line": line_of("入口入")}, 2),  # 7 strokes
        ({"line": {"strokes": [0] * 10_000}}, 16),
        ({}, 1),
        ("{", 1),
        ([], 1),
    ],
)
def test_a_recognition_counts_as_the_work_that_it_asks_for_also_if_it_is_refused(
    client, throttles, monkeypatch, body, cost
):
    monkeypatch.setattr(recognitions, "_ask", lambda question: {})
    answer = post(client, body)
    assert answer["RateLimit-Policy"] == '"recognitions";q=1000;w=60'
    assert answer["RateLimit"].startswith(f'"recognitions";r={1000 - cost};')


@pytest.mark.django_db
def test_an_image_counts_as_fifty(client, throttles, monkeypatch):
    monkeypatch.setattr(recognitions, "_ask", lambda question: {})
    answer = client.post(URL, {"image": SimpleUploadedFile("a.png", png_of("口"))})
    assert (answer.status_code, answer["RateLimit"].split(";")[1]) == (200, "r=950")


@pytest.mark.django_db
def test_the_rate_ends_recognitions_but_not_attempts(client, throttles, monkeypatch):
    monkeypatch.setattr(RecognitionThrottle, "THROTTLE_RATES", {"recognitions": "2/min"})
    monkeypatch.setattr(recognitions, "_ask", lambda question: {})
    assert [post(client, {"ink": INK}).status_code for _ in range(3)] == [200, 200, 429]
    refused = post(client, {"ink": INK})
    assert refused.json()["code"] == "throttled"
    assert int(refused["Retry-After"]) > 0
    assert client.post("/api/v1/attempts/", "{}", "application/json").status_code == 400


# ── Faults and load ─────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_without_redis_the_answer_is_unavailable(client):
    answer = post(client, {"ink": INK})
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer["Retry-After"]) > 0


@pytest.mark.django_db
def test_a_question_that_nobody_answers_in_time_is_taken_back(client, throttles, monkeypatch):
    monkeypatch.setattr(recognize_task, "delay", lambda name: None)
    monkeypatch.setattr(questions, "PATIENCE", 0.1)
    answer = post(client, {"ink": INK})
    assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
    assert int(answer["Retry-After"]) > 0
    assert throttles.keys("recognition:*") == []


def test_a_question_is_answered_once(throttles, settings):
    name = questions.leave({"ink": 1})
    assert throttles.ttl(f"recognition:{name}") > 0
    assert questions.take(name) == {"ink": 1}
    assert questions.take(name) is None
    questions.answer(name, {"known": True})
    assert 0 < throttles.ttl(f"recognized:{name}") <= 15
    assert questions.wait(name) == {"known": True}


@pytest.mark.django_db
def test_without_a_free_thread_the_answer_comes_at_once(client, throttles, monkeypatch):
    taken = BoundedSemaphore(1)
    taken.acquire()
    monkeypatch.setattr(load, "_seats_to_recognize", taken)
    answer = post(client, {"ink": INK})
    assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
    assert throttles.keys("recognition:*") == []


def test_recognitions_leave_half_of_the_waiting_threads_to_attempts(monkeypatch):
    from contextlib import ExitStack

    monkeypatch.setattr(load, "_seats", BoundedSemaphore(4))
    monkeypatch.setattr(load, "_seats_to_recognize", BoundedSemaphore(2))
    with ExitStack() as held:
        assert [held.enter_context(load.seat_to_recognize()) for _ in range(3)] == [True, True, False]
        assert [held.enter_context(load.seat()) for _ in range(3)] == [True, True, False]
    with load.seat_to_recognize() as is_free:
        assert is_free


def test_a_score_comes_before_recognitions_that_were_asked_for_earlier(site):
    worker = site.child("worker")
    order = []

    def ask(name, path, **body):
        status, _ = site.browser().request("POST", path, body, {"Prefer": "wait=10"})
        order.append((name, status))

    threads = [
        threading.Thread(target=ask, args=("recognition", URL), kwargs={"line": line_of("東京都")}) for _ in range(6)
    ]
    os.kill(worker, signal.SIGSTOP)
    try:
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        threads.append(threading.Thread(target=ask, args=("attempt", "/api/v1/attempts/"), kwargs={"ink": INK}))
        threads[-1].start()
        time.sleep(0.3)
    finally:
        os.kill(worker, signal.SIGCONT)
    for thread in threads:
        thread.join()
    # The frozen worker was waiting for a task, and so had taken the first recognition.
    assert order.index(("attempt", 201)) <= 2
    assert len(order) == 7
