"""Lines: words and sentences through the API, read by a network that knows the references of some characters."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from ml.ink import MAX_LINE_STROKES
from scoring import judging, serving
from scoring.models import Attempt, Line
from scoring.tasks import erase_deleted, read_line, requeue_attempts
from tests.support.drawings import ink_of
from tests.support.scorers import scorer_that_reads, scorer_that_sees

pytestmark = pytest.mark.django_db

URL = "/api/v1/lines/"
SIDE = 300


@pytest.fixture(autouse=True)
def _network(monkeypatch):
    scorer = scorer_that_sees("入口ロ人明日月シヤツ一コヒ")
    monkeypatch.setattr(serving, "scorer", lambda: scorer)


def word(text: str, written: str = "", **fields: Any) -> dict[str, Any]:
    """A dictation of `text`, in cells; `written` instead."""
    return {"kind": "dictation", "text": text, "cells": [ink_of(character) for character in written or text], **fields}


def beside(*characters: str, gap: float = 60.0) -> dict[str, Any]:
    """A free line with the characters side by side."""
    inks = [ink_of(character) for character in characters]
    strokes = [
        [[x + number * (ink["width"] + gap), y, t] for x, y, t in stroke]
        for number, ink in enumerate(inks)
        for stroke in ink["strokes"]
    ]
    return {"width": len(inks) * (inks[0]["width"] + gap), "height": inks[0]["height"], "strokes": strokes}


def send(client: Client, body: Any, **headers: str) -> Any:
    return client.post(URL, json.dumps(body), "application/json", headers={"Prefer": "wait=1", **headers})


def codes(answer: Any) -> dict[str, str]:
    return {error["pointer"].removeprefix("/"): error["code"] for error in answer.json()["errors"]}


def test_a_word_is_read_in_context_and_its_characters_are_scored(client_of):
    answer = send(client_of("visitor"), word("入口", "入ロ"))
    assert answer.status_code == 201
    body = answer.json()
    assert (body["status"], body["read_as"], body["is_right"]) == ("scored", "入口", True)
    second = body["characters"][1]
    assert (second["character"], second["read_as"], second["word"], second["decided"]) == ("口", "口", "入口", "word")
    assert "ロ" in second["alone_also"]
    assert second["explanation"] == "In 入口 this is read as 口. Alone it could also be ロ."
    assert second["attempt"]["target"] == "口"
    assert (second["attempt"]["before"], second["attempt"]["after"]) == ("入", "")
    assert second["attempt"]["score"]["misread_as"] == []
    assert second["legibility"] == second["attempt"]["score"]["legibility"] >= 80
    assert body["legibility"] == sum(one["legibility"] for one in body["characters"]) // 2


def test_a_lookalike_that_nobody_could_tell_apart_is_read_as_what_was_asked_for(client_of):
    body = send(client_of("visitor"), word("日ロ", "日口")).json()
    assert (body["read_as"], body["is_right"]) == ("日ロ", True)
    assert send(client_of("visitor"), {**word("日口"), "kind": "free", "text": ""}).json()["read_as"] == "日口"


def test_a_wrong_character_is_named_with_what_it_reads_as(client_of):
    body = send(client_of("visitor"), word("入口", "入日")).json()
    assert (body["read_as"], body["is_right"]) == ("入日", False)
    wrong = body["characters"][1]
    assert wrong["legibility"] <= 10
    assert wrong["attempt"]["score"]["misread_as"] == ["日"]


def test_what_was_asked_for_is_expected_in_its_script_as_by_the_reader_of_a_single_attempt(
    client_of, post, monkeypatch
):
    scorer = scorer_that_reads(十=0.4, t=0.5)
    monkeypatch.setattr(serving, "scorer", lambda: scorer)
    visitor = client_of("visitor")
    alone = post(visitor, {"target": "十", "ink": ink_of("十")}).json()
    body = send(visitor, word("十", kind="own")).json()
    [one] = body["characters"]
    assert (body["read_as"], body["is_right"]) == ("十", True)
    assert one["legibility"] == alone["score"]["legibility"] >= 60
    assert (one["alone"], one["alone_also"]) == ("十", alone["alone_also"]) == ("十", ["t"])
    assert send(visitor, word("千", "十", kind="own")).json()["read_as"] == "十"
    assert send(visitor, {"kind": "free", "cells": [ink_of("十")]}).json()["read_as"] == "t"


def test_the_fixed_text_around_a_line_is_context_of_its_ends(client_of):
    body = send(client_of("visitor"), word("口", kind="cloze", before="入", after="は")).json()
    assert body["characters"][0]["decided"] == "word"
    assert (body["characters"][0]["attempt"]["before"], body["characters"][0]["attempt"]["after"]) == ("入", "は")


def test_nothing_decides_how_a_single_character_without_text_around_is_read(client_of):
    [character] = send(client_of("visitor"), word("口", kind="own")).json()["characters"]
    assert (character["alone_also"], character["decided"], character["explanation"]) == (["ロ"], "", "")


def test_a_character_outside_the_catalogue_is_read_through_its_shape_and_is_no_target(client_of):
    body = send(client_of("visitor"), word("シャツ", "シヤツ")).json()
    assert (body["read_as"], body["is_right"]) == ("シャツ", True)
    small = body["characters"][1]
    assert (small["character"], small["attempt"]["target"], small["decided"]) == ("ャ", None, "size")
    assert small["legibility"] >= 80
    assert body["legibility"] is not None


def test_a_character_outside_the_catalogue_that_is_not_read_at_all_scores_nothing(client_of):
    visitor = client_of("visitor")
    pk = send(visitor, word("シャツ", "シ日ツ")).json()["id"]
    small = Attempt.objects.get(position=2).scores
    small.update(candidates=[one for one in small.get().candidates if one["character"] != "ヤ"])
    assert [one["legibility"] for one in visitor.get(f"{URL}{pk}/").json()["characters"]][1] == 0


def test_a_line_has_no_legibility_while_a_character_has_none(client_of):
    visitor = client_of("visitor")
    pk = send(visitor, word("入口")).json()["id"]
    last = Attempt.objects.get(position=2)
    last.scores.all().delete()
    line = visitor.get(f"{URL}{pk}/").json()
    assert [one["legibility"] is None for one in line["characters"]] == [False, True]
    assert line["legibility"] is None


def test_the_32_characters_next_to_each_one_are_its_context(client_of):
    body = send(client_of("visitor"), word("入口", before="い" * 31 + "ろ", after="は" + "に" * 31)).json()
    first, second = (one["attempt"] for one in body["characters"])
    assert (first["before"], first["after"]) == ("い" * 31 + "ろ", "口は" + "に" * 30)
    assert (second["before"], second["after"]) == ("い" * 30 + "ろ入", "は" + "に" * 31)


def test_a_free_line_is_split_into_attempts_whose_target_nobody_knows(client_of):
    body = send(client_of("visitor"), {"kind": "free", "line": beside("入", "口")}).json()
    assert (body["read_as"], body["is_right"], body["legibility"]) == ("入口", None, None)
    assert [one["attempt"]["target"] for one in body["characters"]] == [None, None]
    assert [len(one["attempt"]["ink"]["strokes"]) for one in body["characters"]] == [2, 3]
    assert [one["attempt"]["before"] for one in body["characters"]] == ["", "入"]
    assert Line.objects.get().ink is None


def test_a_free_line_that_was_asked_for_is_split_into_its_characters(client_of):
    """明 and 日月 have the same strokes."""
    asked = {"kind": "own", "line": beside("明")}
    assert send(client_of("visitor"), {**asked, "text": "明"}).json()["read_as"] == "明"
    two = send(client_of("visitor"), {**asked, "line": beside("日", "月", gap=-100), "text": "日月"}).json()
    assert [one["attempt"]["target"] for one in two["characters"]] == ["日", "月"]


def test_a_free_line_with_fewer_characters_than_asked_for_is_read_as_it_is(client_of):
    body = send(client_of("visitor"), {"kind": "own", "text": "入口入口", "line": beside("口")}).json()
    assert (body["read_as"], body["is_right"]) == ("口", False)
    assert [one["character"] for one in body["characters"]] == [None]


def test_the_size_of_a_free_lines_characters_is_not_judged_as_that_of_a_square(client_of):
    line = beside("口")
    line["width"] = line["height"] = 4 * SIDE
    [one] = send(client_of("visitor"), {"kind": "own", "text": "口", "line": line}).json()["characters"]
    assert one["attempt"]["score"]["remarks"] == []


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({**word("入口"), "kind": "poem"}, "kind", "invalid_choice"),
        ({"text": "口", "cells": [ink_of("口")]}, "kind", "required"),
        ({**word("入口"), "text": "人々"}, "text", "unreadable_characters"),
        ({**word("入口"), "text": "口" * 33}, "text", "max_length"),
        ({**word("入口"), "text": "入"}, "cells", "cells_do_not_match"),
        ({**word("入口"), "line": beside("入", "口")}, "cells", "cells_or_line"),
        ({"kind": "free"}, "cells", "cells_or_line"),
        ({"kind": "dictation", "cells": [ink_of("口")]}, "text", "required"),
        ({"kind": "free", "cells": []}, "cells", "empty"),
        ({"kind": "free", "cells": [ink_of("口")] * 33}, "cells", "max_length"),
        ({"kind": "free", "line": {**ink_of("口"), "strokes": []}}, "line", "nothing_written"),
        ({**word("入口"), "direction": "up"}, "direction", "invalid_choice"),
        ({**word("入口"), "before": "口" * 33}, "before", "max_length"),
        (["入口"], "", "invalid"),
    ],
)
def test_an_invalid_line_is_400_with_a_code_and_stores_nothing(client_of, body, field, code):
    answer = send(client_of("visitor"), body)
    assert answer.status_code == 400
    assert codes(answer)[field] == code
    assert not Line.objects.exists()
    assert not Attempt.objects.exists()


def test_an_invalid_cell_is_named(client_of):
    body = word("入口")
    body["cells"][1] = {"width": 1, "height": 1, "strokes": []}
    answer = send(client_of("visitor"), body)
    assert codes(answer) == {"cells/1": "nothing_written"}


@pytest.mark.parametrize(("strokes", "status"), [(MAX_LINE_STROKES, 201), (MAX_LINE_STROKES + 1, 400)])
def test_a_free_line_has_at_most_200_strokes(client_of, strokes, status):
    dots = [[[10 * number, 5, number], [10 * number + 1, 9, number]] for number in range(strokes)]
    line = {"width": 3000, "height": 20, "strokes": dots}
    answer = send(client_of("visitor"), {"kind": "free", "line": line})
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["detail"] == "An attempt can have at most 200 strokes."


def test_a_body_over_1_mb_is_413(client_of):
    assert send(client_of("visitor"), {"kind": "free", "text": "口" * 400_000}).status_code == 413


def test_a_line_counts_as_its_characters_against_the_rate(client_of, rate_of):
    rate_of("5/min")
    alice = client_of("alice")
    assert send(alice, word("入口"))["RateLimit"].startswith('"attempts";r=3;')
    assert send(alice, {**word("入口"), "kind": "poem"}).status_code == 400
    assert send(alice, word("入口")).status_code == 429


@pytest.mark.parametrize("prefer", ["respond-async", "wait=0"])
def test_a_line_that_nobody_waits_for_is_202_and_read_later(client_of, no_worker, prefer):
    alice = client_of("alice")
    answer = send(alice, word("入口"), Prefer=prefer)
    assert answer.status_code == 202
    assert int(answer["Retry-After"]) >= 1
    body = alice.get(answer["Location"]).json()
    assert (body["status"], body["read_as"]) == ("queued", "")
    assert [one["character"] for one in body["characters"]] == ["入", "口"]
    read_line(body["id"])
    for pk in Attempt.objects.filter(status="queued").values_list("pk", flat=True):
        judging.score(pk)
    assert alice.get(answer["Location"]).json()["status"] == "scored"


def test_a_lost_line_is_sent_again(client_of, monkeypatch, no_worker):
    body = send(client_of("alice"), word("入口")).json()
    sent: list[str] = []
    monkeypatch.setattr(read_line, "apply_async", lambda args, **_: sent.append(*args))
    requeue_attempts()
    assert sent == []
    Line.objects.update(queued_at=timezone.now() - timedelta(seconds=6))
    requeue_attempts()
    assert sent == [body["id"]]


def test_reading_a_line_twice_changes_nothing(client_of):
    body = send(client_of("alice"), {"kind": "free", "line": beside("入", "口")}).json()
    read_line(body["id"])
    assert client_of("alice").get(f"{URL}{body['id']}/").json() == body


def test_a_line_whose_reading_ends_the_worker_five_times_fails(client_of, no_worker):
    pk = send(client_of("alice"), word("入口")).json()["id"]
    Line.objects.update(tries=5)
    read_line(pk)
    body = client_of("alice").get(f"{URL}{pk}/").json()
    assert (body["status"], body["failure"]) == ("failed", "scoring_failed")


def test_a_part_of_a_free_line_that_exceeds_an_attempts_limits_fails_the_line(client_of):
    scrawl = [[[5 + number % 7, 5, number], [60, 60 + number % 9, number]] for number in range(65)]
    body = send(client_of("alice"), {"kind": "free", "line": {"width": 200, "height": 100, "strokes": scrawl}}).json()
    assert (body["status"], body["failure"]) == ("failed", "too_many_strokes")


def test_a_repeated_request_stores_nothing_and_a_different_one_is_422(client_of):
    alice, key = client_of("alice"), {"Idempotency-Key": "a"}
    first = send(alice, word("入口"), **key)
    again = send(alice, word("入口"), **key)
    assert again["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    assert Line.objects.count() == 1
    assert send(alice, word("口口"), **key).status_code == 422
    alice.delete(f"{URL}{first.json()['id']}/")
    assert send(alice, word("入口"), **key).status_code == 410


@pytest.mark.parametrize(("who", "status"), [("visitor", 404), ("alice", 200), ("bob", 404), ("curator", 404)])
def test_only_its_writer_reads_a_line(client_of, who, status):
    pk = send(client_of("alice"), word("入口")).json()["id"]
    assert client_of(who).get(f"{URL}{pk}/").status_code == status
    assert len(client_of(who).get(URL).json()["results"]) == (1 if status == 200 else 0)


def test_lines_are_filtered_by_kind_and_text(client_of):
    alice = client_of("alice")
    send(alice, word("入口"))
    send(alice, word("人口", kind="own"))
    found = alice.get(URL, {"kind": "own"}).json()["results"]
    assert [line["text"] for line in found] == ["人口"]
    assert [line["text"] for line in alice.get(URL, {"text": "入口"}).json()["results"]] == ["入口"]


def test_the_number_of_queries_does_not_grow_with_the_misread_characters(client_of, django_assert_num_queries):
    alice = client_of("alice")
    for number in range(3):
        send(alice, word("入口", "入日"))
        # Session, user, the page's ids, lines, attempts, scores, lookalikes.
        with django_assert_num_queries(7):
            rows = alice.get(URL).json()["results"]
        assert [row["characters"][1]["attempt"]["score"]["misread_as"] for row in rows] == [["日"]] * (number + 1)


def test_a_deleted_line_hides_its_attempts_and_can_be_restored(client_of):
    alice = client_of("alice")
    pk = send(alice, word("入口")).json()["id"]
    assert alice.delete(f"{URL}{pk}/").status_code == 204
    assert alice.get(f"{URL}{pk}/").status_code == 404
    assert alice.get("/api/v1/attempts/").json()["results"] == []
    assert alice.post(f"{URL}{pk}/restore/").status_code == 200
    assert len(alice.get("/api/v1/attempts/").json()["results"]) == 2


def test_a_line_that_is_deleted_twice_at_once_can_be_restored(client_of):
    alice = client_of("alice")
    line = Line.objects.get(pk=send(alice, word("入口")).json()["id"])
    for seconds in (2, 1):
        line.hide(timezone.now() - timedelta(seconds=seconds))
    assert alice.post(f"{URL}{line.pk}/restore/").status_code == 200
    assert len(alice.get("/api/v1/attempts/").json()["results"]) == 2


def test_restoring_a_line_restores_no_attempt_that_was_deleted_before_it(client_of):
    alice = client_of("alice")
    body = send(alice, word("入口")).json()
    first, second = (one["attempt"]["id"] for one in body["characters"])
    alice.delete(f"/api/v1/attempts/{first}/")
    alice.delete(f"{URL}{body['id']}/")
    alice.post(f"{URL}{body['id']}/restore/")
    assert [row["id"] for row in alice.get("/api/v1/attempts/").json()["results"]] == [second]


def test_a_line_goes_with_its_last_attempt(client_of):
    alice = client_of("alice")
    body = send(alice, word("入口")).json()
    first, second = (one["attempt"]["id"] for one in body["characters"])
    alice.delete(f"/api/v1/attempts/{first}/")
    left = alice.get(f"{URL}{body['id']}/").json()
    assert [one["attempt"] is None for one in left["characters"]] == [True, False]
    alice.delete(f"/api/v1/attempts/{second}/")
    assert alice.get(f"{URL}{body['id']}/").status_code == 404
    alice.post(f"/api/v1/attempts/{second}/restore/")
    assert alice.get(f"{URL}{body['id']}/").status_code == 200


def test_a_deleted_line_is_erased_with_its_attempts(client_of):
    pk = send(client_of("alice"), word("入口")).json()["id"]
    client_of("alice").delete(f"{URL}{pk}/")
    long_ago = timezone.now() - timedelta(minutes=2)
    Attempt.objects.update(forgotten_at=long_ago)
    erase_deleted()
    assert not Line.objects.exists()


def test_a_guests_lines_are_claimed_with_the_attempts(client_of):
    visitor = client_of("visitor")
    pk = send(visitor, word("入口")).json()["id"]
    alice = client_of("alice")
    Attempt.objects.all().give_to(User.objects.get())
    assert alice.get(f"{URL}{pk}/").status_code == 200
    assert visitor.get(f"{URL}{pk}/").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_lines(client_of, django_assert_max_num_queries):
    alice = client_of("alice")
    for _ in range(3):
        send(alice, word("入口"))
    with django_assert_max_num_queries(12):
        alice.get(URL)


def test_the_history_shows_the_attempts_of_a_line_and_each_leads_to_it(client_of, post):
    alice = client_of("alice")
    body = send(alice, word("入口")).json()
    post(alice, {"ink": ink_of("日"), "target": "日"})
    assert len(alice.get("/api/v1/attempts/", {"line": body["id"]}).json()["results"]) == 2
    page = alice.get("/history/", {"line": body["id"]}).content.decode()
    assert [page.count(f"/history/{one['attempt']['id']}/") > 0 for one in body["characters"]] == [True, True]
    first = alice.get(f"/history/{body['characters'][0]['attempt']['id']}/").content.decode()
    assert f'<a href="/history/lines/{body["id"]}/"><span lang="ja"><strong>入</strong>口</span></a>' in first
    assert alice.get("/history/", {"line": "x"}).status_code == 400


def test_the_history_groups_the_attempts_of_a_line_in_its_order(client_of, post):
    alice = client_of("alice")
    post(alice, {"ink": ink_of("日"), "target": "日"})
    body = send(alice, word("入口", "入日")).json()
    page = alice.get("/history/").content.decode()
    places = [page.index(f"/history/{one['attempt']['id']}/") for one in body["characters"]]
    heading = page.index(f'<a href="/history/lines/{body["id"]}/" lang="ja">入日</a>')
    assert [heading, *places] == sorted([heading, *places])
    assert 'should be <span lang="ja">入口</span>' in page
    assert page.count('class="sheet-line"') == 1


def test_the_page_of_a_line_says_what_a_reader_reads_and_leads_to_its_characters(client_of):
    alice = client_of("alice")
    body = send(alice, word("入口", "入ロ")).json()
    page = alice.get(f"/history/lines/{body['id']}/").content.decode()
    assert f"<strong>{body['legibility']}</strong> out of 100" in page
    assert "In 入口 this is read as 口. Alone it could also be ロ." in page
    for one in body["characters"]:
        assert (
            f'href="/history/{one["attempt"]["id"]}/" aria-label="{one["character"]}, {one["legibility"]} out' in page
        )


def test_a_line_is_deleted_on_its_page_and_that_can_be_undone(client_of):
    alice = client_of("alice")
    address = f"/history/lines/{send(alice, word('入口')).json()['id']}/"
    form = re.findall(r'name="attempt" value="([^"]+)"', alice.get(address).content.decode())
    answer = alice.post("/history/forget/", {"attempt": form}, follow=True)
    assert alice.get(address).status_code == 404
    moment = re.search(r'name="forgotten_at" value="([^"]+)"', answer.content.decode())
    assert moment
    alice.post("/history/restore/", {"forgotten_at": moment[1]})
    assert alice.get(address).status_code == 200


def test_a_line_that_lost_a_character_shows_the_others(client_of):
    alice = client_of("alice")
    body = send(alice, word("入口")).json()
    alice.delete(f"/api/v1/attempts/{body['characters'][0]['attempt']['id']}/")
    page = alice.get(f"/history/lines/{body['id']}/").content.decode()
    assert page.count('name="attempt"') == 1
    assert "deleted" in page


@pytest.mark.parametrize("fields", [{"text": "入口"}, {"kind": "free"}])
def test_the_page_of_a_line_that_is_not_read_yet_says_so(client_of, no_worker, fields):
    alice = client_of("alice")
    body = {"kind": "own", "line": beside("入", "口"), **fields}
    page = alice.get(f"/history/lines/{send(alice, body).json()['id']}/").content.decode()
    assert "Not scored yet." in page


def test_the_history_reads_its_lines_with_its_attempts(client_of, django_assert_max_num_queries):
    alice = client_of("alice")
    for _ in range(4):
        send(alice, word("入口"))
    with django_assert_max_num_queries(12):
        alice.get("/history/")


def test_lines_are_found_read_only_and_deleted_in_the_admin(admin_client, client_of):
    alice = client_of("alice")
    pk = send(alice, word("入口")).json()["id"]
    other = send(alice, word("人口")).json()["id"]
    pages = "/admin/scoring/line/"
    found = admin_client.get(pages, {"q": "入"}).content.decode()
    assert (pk in found, other in found) == (True, False)
    assert pk in admin_client.get(pages, {"q": pk}).content.decode()
    assert admin_client.get(f"{pages}add/").status_code == 403
    admin_client.post(f"{pages}{pk}/change/", {"text": "人口"})
    assert Line.objects.get(pk=pk).text == "入口"
    admin_client.post(pages, {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})
    assert alice.get(f"{URL}{pk}/").status_code == 404
    assert Attempt.objects.filter(line=pk, forgotten_at=None).count() == 0
    assert pk not in admin_client.get(pages).content.decode()
