"""Downloading all attempts, scores and progress as lines of JSON or as CSV."""

import csv
import io
import json
import socket
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Token, User
from accounts.transfer import rows, streams, tables
from characters.models import Character
from scoring.models import Attempt
from tests.support.drawings import ink_of, png_of
from tests.support.plans import lookups, only_sqlite

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

API = "/api/v1/"
TABLES = [f"{name}.{extension}" for name in ("attempts", "scores", "progress") for extension in ("jsonl", "csv")]


@pytest.fixture
def alice(client_of) -> Client:
    return client_of("alice")


def user_of(client: Client) -> User:
    return User.objects.get(pk=client.session["_auth_user_id"])


def write(client: Client, literal: str = "口", days: int = 0, **fields: Any) -> Attempt:
    """An attempt with a score, written some days ago."""
    target = Character.objects.get(literal=literal)
    at = timezone.now() - timedelta(days=days)
    fields = {"ink": ink_of(literal), "written_at": at, "queued_at": at, "target": target, **fields}
    attempt = Attempt.objects.create(user=user_of(client), **fields)
    candidate = {"character": "日", "confidence": 0.9, "legibility": 41, "lookalikes": []}
    attempt.record(
        model_version="2026",
        legibility=41,
        known=True,
        candidates=[candidate],
        misread_as=["日"],
        form=70,
        scored_at=at,
    )
    return attempt


def lines(client: Client, table: str) -> list[dict[str, Any]]:
    answer = client.get(API + table)
    assert answer.status_code == 200, answer.content
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    answer.close()
    if table.partition("?")[0].endswith("csv"):
        return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    return [json.loads(line) for line in text.splitlines()]


def test_attempts_come_oldest_first_in_the_format_of_the_export(alice, monkeypatch):
    monkeypatch.setattr(rows, "CHUNK", 2)
    written = [write(alice, days=days) for days in (5, 4, 3, 2, 1)]
    found = lines(alice, "attempts.jsonl")
    assert [row["id"] for row in found] == [str(attempt.pk) for attempt in written]
    expected = rows.attempt_row(Attempt.objects.get(pk=written[0].pk), None, rows.literals_by_key())
    assert found[0] == json.loads(rows.to_json(expected))


def test_attempts_of_one_moment_come_once_each(alice, monkeypatch):
    monkeypatch.setattr(rows, "CHUNK", 2)
    moment = timezone.now()
    written = {str(write(alice, written_at=moment).pk) for _ in range(5)}
    found = [row["id"] for row in lines(alice, "attempts.jsonl")]
    assert len(found) == 5
    assert set(found) == written


def test_attempts_as_csv_have_their_newest_score_and_ink(alice):
    attempt = write(alice)
    [row] = lines(alice, "attempts.csv")
    assert (row["id"], row["target"], row["legibility"], row["read_as"]) == (str(attempt.pk), "口", "41", "日")
    assert (row["band"], row["known"], row["misread_as"]) == ("doubtful", "true", "日")
    assert json.loads(row["ink"]) == attempt.ink


@pytest.mark.parametrize("table", ["attempts.jsonl", "attempts.csv"])
def test_ink_is_left_out_and_not_read_if_nobody_wants_it(alice, table):
    write(alice)
    with CaptureQueriesContext(connection) as queries:
        [row] = lines(alice, f"{table}?ink=false")
    assert not row.get("ink")
    assert not any('"ink"' in query["sql"] for query in queries)


def test_an_image_is_named_by_its_address(alice, post):
    uploaded = io.BytesIO(png_of("口"))
    uploaded.name = "a.png"
    alice.post(f"{API}attempts/", {"image": uploaded})
    [row] = lines(alice, "attempts.jsonl")
    assert row["image"] == f"http://testserver/api/v1/attempts/{row['id']}/image/"


def test_all_scores_of_an_attempt_are_rows(alice):
    attempt = write(alice)
    attempt.record(model_version="2027", legibility=88, known=True, candidates=[], misread_as=[], form=None)
    found = lines(alice, "scores.jsonl")
    assert [(row["attempt"], row["model"], row["legibility"]) for row in found] == [
        (str(attempt.pk), "2026", 41),
        (str(attempt.pk), "2027", 88),
    ]
    assert [(row["model"], row["read_as"], row["form"]) for row in lines(alice, "scores.csv")] == [
        ("2026", "日", "70"),
        ("2027", "", ""),
    ]


def test_progress_has_a_row_for_each_character_with_a_score(alice):
    for literal in "日口日":
        write(alice, literal)
    alice.post(f"{API}reviews/", {"character": "日"}, "application/json")
    found = lines(alice, "progress.jsonl")
    assert [(row["character"], row["attempts"], row["best"]) for row in found] == [("口", 1, 41), ("日", 2, 41)]
    assert (found[0]["due_on"], found[1]["due_on"]) == (None, str(user_of(alice).today))
    assert [row["average"] for row in lines(alice, "progress.csv")] == ["41.0", "41.0"]


def test_updated_after_finds_what_was_stored_retargeted_or_scored_since(alice, monkeypatch):
    monkeypatch.setattr(rows, "CHUNK", 2)
    _old, rescored, renamed, new = (write(alice, days=days) for days in (9, 8, 7, 0))
    since = timezone.now() - timedelta(days=1)
    late = write(alice, days=10, queued_at=timezone.now())  # written offline
    rescored.record(model_version="2027", legibility=88, known=True, candidates=[], misread_as=[], form=None)
    Attempt.objects.filter(pk=renamed.pk).update(queued_at=timezone.now())
    found = lines(alice, f"attempts.jsonl?updated_after={quote(since.isoformat())}")
    assert [row["id"] for row in found] == [str(one.pk) for one in (late, rescored, renamed, new)]


def test_a_download_goes_on_after_the_attempt_that_came_last(alice):
    first, second, third = (write(alice, days=days) for days in (3, 2, 1))
    for table, name in (("attempts.jsonl", "id"), ("scores.csv", "attempt")):
        found = lines(alice, f"{table}?after={first.pk}")
        assert [row[name] for row in found] == [str(second.pk), str(third.pk)]


def test_only_ones_own_attempts_are_downloaded_and_no_deleted_ones(alice, client_of):
    attempt = write(alice)
    bob = client_of("bob")
    assert [lines(bob, table) for table in TABLES] == [[]] * len(TABLES)
    assert bob.get(f"{API}attempts.jsonl?after={attempt.pk}").status_code == 400
    alice.delete(f"{API}attempts/{attempt.pk}/")
    assert lines(alice, "attempts.jsonl") == []


@pytest.mark.parametrize(
    ("query", "name"),
    [("updated_after=soon", "updated_after"), ("after=1", "after"), ("ink=maybe", "ink"), ("since=2026", "since")],
)
def test_a_faulty_parameter_is_refused_by_name(alice, query, name):
    answer = alice.get(f"{API}attempts.jsonl?{query}")
    assert answer.status_code == 400
    assert name in answer.content.decode()


@only_sqlite
@pytest.mark.parametrize("query", ["", "?updated_after=2026-11-01T00:00Z"])
def test_attempts_are_looked_up_by_their_keys_and_not_searched_among_all(alice, query):
    for _ in range(20):
        write(alice)
    with CaptureQueriesContext(connection) as queries:
        assert len(lines(alice, f"attempts.jsonl{query}")) == 20
    found = lookups(queries)
    assert found
    assert all(lookup.endswith("(id=?)") for lookup in found), found


@pytest.mark.parametrize("accept", ["application/jsonl", "text/csv", "text/html", "*/*"])
def test_the_address_names_the_format_whatever_the_request_accepts(alice, accept):
    answer = alice.get(f"{API}attempts.csv", headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    answer.close()


def test_one_learner_has_one_download_at_a_time_and_others_go_on(alice, client_of, monkeypatch):
    first = alice.get(f"{API}attempts.jsonl")
    refused = alice.get(f"{API}scores.csv")
    assert (refused.status_code, refused.json()["code"]) == (429, "another_download")
    assert refused["Retry-After"] == "10"
    other = client_of("bob").get(f"{API}attempts.jsonl")
    assert other.status_code == 200
    other.close()
    monkeypatch.setattr(streams, "MOST", 1)
    refused = client_of("bob").get(f"{API}attempts.jsonl")
    assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
    first.close()
    again = alice.get(f"{API}attempts.jsonl")
    assert again.status_code == 200
    again.close()


@pytest.fixture
def begun(alice, monkeypatch):
    """A function that begins a download of two attempts; returns what is left of it after the first piece."""
    monkeypatch.setattr(tables, "_AT_ONCE", 1)
    monkeypatch.setattr(streams, "PIECE", 1)
    for days in (1, 0):
        write(alice, days=days)
    answers = []

    def begin(client: Client):
        answer: Any = client.get(f"{API}attempts.jsonl")
        answers.append(answer)
        pieces = iter(answer.streaming_content)
        next(pieces)
        return pieces

    yield begin
    for answer in answers:
        answer.close()


@pytest.mark.parametrize(
    "end",
    [
        lambda token: token.delete(),
        lambda token: Token.objects.filter(pk=token.pk).update(expires_at=timezone.now()),
        lambda token: token.user.schedule_deletion(),
    ],
    ids=["revoked", "expired", "of a closed account"],
)
def test_a_download_ends_once_its_token_can_no_longer_be_used(alice, begun, end):
    token, secret = Token.objects.issue(user_of(alice), "Tablet", ["read:history"])
    pieces = begun(Client(headers={"Authorization": f"Bearer {secret}"}))
    end(token)
    with pytest.raises(streams.StreamCutError):
        list(pieces)


def test_a_download_ends_when_its_reader_signs_out(alice, begun):
    pieces = begun(alice)
    alice.post("/accounts/logout/")
    with pytest.raises(streams.StreamCutError):
        list(pieces)


def test_a_reader_that_takes_nothing_is_cut_off(rf, monkeypatch):
    monkeypatch.setattr(streams, "PIECE_SECONDS", 0.1)
    ours, theirs = socket.socketpair()
    request = rf.get("/", **{"gunicorn.socket": ours})
    with ours, theirs:
        stream = streams.Stream(request, 1, ("x" * 1000 for _ in range(100_000)))
        with pytest.raises(TimeoutError):
            list(map(ours.sendall, stream))
        stream.close()
        assert ours.gettimeout() is None  # for the next request


def test_a_download_ends_after_its_longest_time(rf, monkeypatch):
    monkeypatch.setattr(streams, "LONGEST", 0)
    stream = streams.Stream(rf.get("/"), 1, ["x"])
    with pytest.raises(streams.StreamCutError):
        list(stream)
    stream.close()


def test_the_number_of_queries_depends_on_the_portions_and_not_on_the_rows(alice):
    counts = []
    for more in (3, 6):
        for days in range(more):
            write(alice, days=days)
        with CaptureQueriesContext(connection) as queries:
            assert lines(alice, "attempts.jsonl")
        counts.append(len(queries))
    assert counts[0] == counts[1]
