"""Lines in exports and imports."""

import io
import json
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from accounts.transfer.tasks import delete_accounts
from scoring import serving
from scoring.models import Attempt, Line
from tests.support.drawings import ink_of
from tests.support.exports import attempt_row, zipped
from tests.support.scorers import scorer_that_sees

EXPORT, FILE, IMPORT = "/api/v1/me/export/", "/api/v1/me/export/file/", "/api/v1/me/import/"
LINES = "/api/v1/lines/"


@pytest.fixture
def alice(client_of, monkeypatch):
    """Alice, who has written 入口, its 口 like ロ."""
    scorer = scorer_that_sees("入口ロ日")
    monkeypatch.setattr(serving, "scorer", lambda: scorer)
    body = {"kind": "dictation", "text": "入口", "cells": [ink_of("入"), ink_of("ロ")], "before": "この"}
    answer = client_of("alice").post(LINES, json.dumps(body), "application/json", headers={"Prefer": "wait=1"})
    assert answer.status_code == 201
    return client_of("alice")


def export_of(client):
    assert client.post(EXPORT).status_code == 202
    return client.get(FILE).getvalue()


def import_into(client, data):
    answer = client.post(IMPORT, {"file": SimpleUploadedFile("export.zip", data)})
    return client.get(answer["Location"]).json()


def lines_of(client):
    return client.get(LINES).json()["results"]


def without_ids(lines):
    return json.dumps([{**line, "id": 0, "characters": [_plain(one) for one in line["characters"]]} for line in lines])


def _plain(character):
    return {**character, "attempt": {**character["attempt"], "id": 0, "line": 0}}


@pytest.mark.django_db
def test_lines_survive_export_deletion_and_import(alice, client_of):
    before, data = lines_of(alice), export_of(alice)
    User.objects.get(email="alice@example.org").schedule_deletion()
    delete_accounts()
    assert not Line.objects.exists()
    bob = client_of("bob")
    assert import_into(bob, data)["skipped"] == {}
    assert lines_of(bob) == before


@pytest.mark.django_db
def test_a_line_of_somebody_else_is_copied_with_its_attempts_once(alice, client_of):
    data, bob = export_of(alice), client_of("bob")
    import_into(bob, data)
    assert import_into(bob, data)["skipped"] == {"already_here": 2}
    assert Line.objects.count() == 2
    assert without_ids(lines_of(bob)) == without_ids(lines_of(alice))


@pytest.mark.django_db
def test_an_attempt_whose_line_is_missing_or_taken_is_imported_without_it(alice, client_of):
    [line] = lines_of(alice)
    rows = [
        attempt_row(line=line["id"], position=1),
        attempt_row(line=line["id"], position=3),
        attempt_row(line=line["id"], position=3),
        attempt_row(line="0197a3c4-0000-7000-8000-000000000000", position=1),
    ]
    assert import_into(alice, zipped(rows))["added"] == 4
    new = Attempt.objects.filter(pk__in=[row["id"] for row in rows])
    assert sorted(new.values_list("position", flat=True), key=str) == [3, None, None, None]
    assert import_into(client_of("bob"), zipped([attempt_row(line=line["id"], position=9)]))["added"] == 1
    assert Attempt.objects.filter(user__email="bob@example.org", line=None).count() == 1


@pytest.mark.django_db
def test_a_skipped_line_is_counted(alice):
    data = zipped(**{"lines.jsonl": json.dumps({"kind": "poem"}) + "\n"})
    assert import_into(alice, data)["skipped"] == {"malformed": 1}


@pytest.mark.django_db
def test_a_deleted_line_is_not_exported(alice):
    alice.delete(f"{LINES}{lines_of(alice)[0]['id']}/")
    with ZipFile(io.BytesIO(export_of(alice))) as archive:
        assert archive.read("lines.jsonl") == b""
