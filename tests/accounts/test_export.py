"""Exporting all data as a zip file, and importing it on the same site or another."""

import csv
import io
import json
import struct
from datetime import timedelta
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from fsrs import Rating

from accounts.models import CharacterList, Confusion, Day, Export, Import, Plan, Progress, Review, Token, User, Webhook
from accounts.progress.tally import rebuild
from accounts.transfer import importing
from accounts.transfer.tasks import (
    delete_accounts,
    delete_expired_transfers,
    export_data,
    import_data,
    resume_transfers,
)
from characters.models import Character, Exemplar
from scoring.models import Attempt, Score
from tests.support.drawings import png_of
from tests.support.exports import CANDIDATE, INK, attempt_row, zipped

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

EXPORT, FILE, IMPORT = "/api/v1/me/export/", "/api/v1/me/export/file/", "/api/v1/me/import/"


@pytest.fixture
def alice(client_of) -> Client:
    return client_of("alice")


def user_of(client: Client) -> User:
    return User.objects.get(pk=client.session["_auth_user_id"])


def photo(character: str = "口") -> SimpleUploadedFile:
    return SimpleUploadedFile("a.png", png_of(character))


def live(client: Client, post: Any) -> None:
    """Give the learner one of everything."""
    user = user_of(client)
    user.time_zone, user.language = "Asia/Tokyo", "ja"
    user.save()
    for number, target in enumerate(["口", "日", "口", None]):
        body = {"ink": {**INK, "height": 300 + number}, "pen_width": 4, "saw_reference": number == 1, "before": "入"}
        written = post(client, {**body, **({"target": target} if target else {})})
        Attempt.objects.filter(pk=written.json()["id"]).update(
            written_at=timezone.now() - timedelta(days=3 - number, hours=5)
        )
    client.post("/api/v1/attempts/", {"image": photo(), "target": "口"}, headers={"Prefer": "wait=1"})
    twice = Attempt.objects.filter(user=user, target__literal="口", ink__isnull=False).earliest("written_at")
    twice.record(
        model_version="2026-later",
        legibility=41,
        known=True,
        candidates=[CANDIDATE | {"character": "日", "legibility": 88}],
        misread_as=["日"],
        excluded=CANDIDATE,
        form=70,
        remarks=[{"code": "extra", "strokes": [2], "reference": [], "where": ""}],
        notes=[{"code": "end_hook", "strokes": [1], "reference": [1], "where": ""}],
        counterparts=[[1, 2]],
    )
    own = CharacterList.objects.create(user=user, name="Mine", characters="口日")
    Plan.objects.create(user=user, order="list", list=own, new_per_day=7, daily_goal=33)
    review, _new = Review.objects.begin(user, Character.objects.get(literal="日"))
    review.rate(Rating.Good, user.today)
    review.save()
    Token.objects.issue(user, "Tablet", ["read:history"])
    rebuild(user)  # the attempts were moved into the past after they had been counted


def export_of(client: Client) -> bytes:
    assert client.post(EXPORT).status_code == 202
    return client.get(FILE).getvalue()


def import_into(client: Client, data: bytes) -> dict[str, Any]:
    answer = client.post(IMPORT, {"file": SimpleUploadedFile("export.zip", data)})
    assert answer.status_code == 202, answer.content
    return client.get(answer["Location"]).json()


def history(client: Client) -> list[dict[str, Any]]:
    """All attempts, without exemplars, which aren't imported, and what depends on the language."""
    rows = client.get("/api/v1/attempts/?page_size=100").json()["results"]
    for remark in (remark for row in rows if row["score"] for remark in row["score"]["remarks"]):
        del remark["text"]
    return [{**row, "exemplar": None} for row in rows]


def counted(user: User) -> list[Any]:
    left_out = ("id", "user_id")
    rows = [list(kind.objects.filter(user=user).values()) for kind in (Progress, Day, Confusion, Review)]
    return [sorted(str({k: v for k, v in row.items() if k not in left_out}) for row in some) for some in rows]


def stored(user: User) -> list[str]:
    """Each ink and score of the user, as text."""
    fields = sorted({field.name for field in Score._meta.fields} - {"id", "attempt", "imported"})
    inks = (
        Attempt.objects.filter(user=user).order_by("pk").values_list("pk", "ink", "written_at", "duration", "pen_width")
    )
    scores = Score.objects.filter(attempt__user=user).order_by("attempt", "pk").values_list(*fields)
    return [json.dumps(row, default=str) for row in [*inks, *scores]]


def test_an_account_that_is_exported_deleted_and_imported_has_the_same_history(alice, client_of, post):
    live(alice, post)
    user = user_of(alice)
    before, counts, rows = history(alice), counted(user), stored(user)
    image = alice.get(before[0]["image"]).getvalue()
    data = export_of(alice)
    user.schedule_deletion()
    delete_accounts()
    assert not Attempt.objects.exists()

    bob = client_of("bob")
    User.objects.filter(email="bob@example.org").update(language="")  # which was taken from the browser at sign-in
    answer = import_into(bob, data)
    assert (answer["status"], answer["added"], answer["skipped"]) == ("done", 5, {})
    assert history(bob) == before
    assert bob.get(before[0]["image"]).getvalue() == image
    fresh = user_of(bob)
    assert counted(fresh) == counts
    assert stored(fresh) == rows
    assert (fresh.language, fresh.time_zone, fresh.plan.list and fresh.plan.list.name) == ("ja", "Asia/Tokyo", "Mine")
    assert not default_storage.listdir("imports")[1]


def test_a_second_import_adds_nothing(alice, post):
    live(alice, post)
    data = export_of(alice)
    before = stored(user_of(alice)), counted(user_of(alice))
    for _ in range(2):
        assert import_into(alice, data)["skipped"] == {"already_here": 5}
    assert (stored(user_of(alice)), counted(user_of(alice))) == before
    assert CharacterList.objects.count() == Review.objects.count() == 1


def test_an_attempt_whose_id_another_learner_has_is_imported_once_with_a_new_id(alice, client_of, post):
    live(alice, post)
    data, before, bob = export_of(alice), stored(user_of(alice)), client_of("bob")
    assert [import_into(bob, data)["added"] for _ in range(2)] == [5, 0]
    assert stored(user_of(alice)) == before
    assert Attempt.objects.filter(user=user_of(bob)).count() == 5


def test_an_export_has_all_data_and_no_secrets(alice, post):
    live(alice, post)
    token = Token.objects.get()
    webhook = Webhook.objects.register(user_of(alice), "https://example.org/hook")
    with ZipFile(io.BytesIO(export_of(alice))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    image = Attempt.objects.get(ink__isnull=True).pk
    assert set(files) == {
        "README.txt",
        "account.json",
        "attempts.jsonl",
        f"images/{image}.png",
        "scores.csv",
        "lines.jsonl",
        "lists.json",
        "reviews.json",
        "tokens.json",
        "webhooks.json",
        "word_reviews.json",
    }
    assert json.loads(files["account.json"])["email"] == "alice@example.org"
    assert json.loads(files["tokens.json"])[0]["name"] == "Tablet"
    assert token.digest.encode() not in b"".join(files.values())
    assert json.loads(files["webhooks.json"])[0]["url"] == webhook.url
    assert webhook.secret.encode() not in b"".join(files.values())
    rows = list(csv.DictReader(io.StringIO(files["scores.csv"].decode())))
    assert [(row["character"], row["score"], row["read as"]) for row in rows][:2] == [
        ("口", "41", "日"),
        ("日", "12", "口"),
    ]
    lines = [json.loads(line) for line in files["attempts.jsonl"].splitlines()]
    assert lines[0]["ink"] == INK
    assert max(len(line["scores"]) for line in lines) == 2
    assert [line["saw_reference"] for line in lines] == [False, True, False, False, False]
    assert [line["before"] for line in lines] == ["入", "入", "入", "入", ""]


def test_only_its_owner_sees_an_export(alice, client_of, post):
    live(alice, post)
    export_of(alice)
    for who, status in (("bob", 404), ("curator", 404), ("visitor", 401)):
        assert client_of(who).get(FILE).status_code == client_of(who).get(EXPORT).status_code == status
    shown = alice.get(EXPORT).json()
    assert shown["url"] == f"http://testserver{FILE}"
    assert (shown["status"], shown["done"], shown["total"]) == ("done", 5, 5)
    assert shown["size"] == len(alice.get(FILE).getvalue())


def test_stored_files_have_no_public_address(alice, post, settings):
    live(alice, post)
    export_of(alice)
    path = Export.objects.get().path
    assert default_storage.exists(path)
    for start in ("/", "/media/", "/static/", settings.MEDIA_URL):
        assert alice.get(f"{start}{path}").status_code == 404


def test_one_export_runs_at_a_time_and_a_lost_one_is_resumed(alice, monkeypatch):
    sent: list[str] = []
    monkeypatch.setattr(export_data, "delay", sent.append)
    for _ in range(2):
        assert alice.post(EXPORT).json()["status"] == "waiting"
    assert len(sent) == Export.objects.count() == 1
    assert alice.get(FILE).status_code == 404
    resume_transfers()
    assert len(sent) == 1
    Export.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    resume_transfers()
    assert sent[1:] == sent[:1]
    export_data(sent[0])
    export_data(sent[0])
    assert alice.get(FILE).status_code == 200


def test_an_export_of_a_killed_worker_cannot_be_downloaded_and_is_finished_by_another(alice, post, monkeypatch):
    live(alice, post)
    with monkeypatch.context() as killed:
        killed.setattr("accounts.transfer.export.reviews", lambda user: 1 / 0)
        alice.post(EXPORT)
    assert alice.get(EXPORT).json()["status"] == "running"
    assert alice.get(FILE).status_code == 404
    assert not default_storage.exists(Export.objects.get().path)
    pk = Export.objects.get().pk
    export_data(str(pk))  # its lease has not expired yet
    assert alice.get(FILE).status_code == 404
    Export.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    export_data(str(pk))
    assert alice.get(FILE).status_code == 200


def test_what_a_killed_worker_has_left_of_the_file_is_replaced(alice):
    with_part = Export.objects.create(user=user_of(alice))
    default_storage.save(with_part.path, ContentFile(b"PK"))
    export_data(str(with_part.pk))
    assert "account.json" in ZipFile(io.BytesIO(b"".join(alice.get(FILE)))).namelist()


def test_an_export_that_is_deleted_while_its_file_is_stored_leaves_none(alice, monkeypatch):
    begun, store = Export.objects.create(user=user_of(alice)), default_storage.save

    def meanwhile_deleted(name: str, content: Any) -> str:
        assert alice.delete(EXPORT).status_code == 204
        return store(name, content)

    monkeypatch.setattr(default_storage, "save", meanwhile_deleted)
    export_data(str(begun.pk))
    assert not default_storage.exists(begun.path)


def test_an_image_that_is_erased_during_the_export_is_left_out(alice, post, monkeypatch):
    live(alice, post)
    image = Attempt.objects.exclude(image="").get()

    def erase() -> None:
        Attempt.objects.filter(pk=image.pk).erase()
        default_storage.delete(str(image.image))

    monkeypatch.setattr("accounts.transfer.export.score_waiting", erase)
    with ZipFile(io.BytesIO(export_of(alice))) as archive:
        assert not [name for name in archive.namelist() if name.startswith("images/")]


def set_clock_back(model: type[Export] | type[Import]) -> None:
    """Move the rows' times to the future, as if the clock had been set back by an hour."""
    for row in model.objects.all():
        ahead = timedelta(hours=1)
        model.objects.update(
            created_at=row.created_at + ahead, leased_until=row.leased_until and row.leased_until + ahead
        )


def test_a_lost_export_is_resumed_after_the_clock_was_set_back(alice, monkeypatch):
    sent: list[str] = []
    monkeypatch.setattr(export_data, "delay", sent.append)
    alice.post(EXPORT)
    set_clock_back(Export)
    resume_transfers()
    assert sent[1:] == sent[:1]


def test_an_export_of_a_killed_worker_is_finished_after_the_clock_was_set_back(alice, monkeypatch):
    with monkeypatch.context() as killed:
        killed.setattr("accounts.transfer.export.reviews", lambda user: 1 / 0)
        alice.post(EXPORT)
    assert alice.get(EXPORT).json()["status"] == "running"
    set_clock_back(Export)
    resume_transfers()
    assert alice.get(EXPORT).json()["status"] == "done"


def test_an_export_that_kills_every_worker_fails(alice, monkeypatch):
    monkeypatch.setattr(export_data, "delay", lambda pk: None)
    alice.post(EXPORT)
    Export.objects.update(tries=5)
    export_data(str(Export.objects.get().pk))
    assert alice.get(EXPORT).json()["failure"] == "interrupted"


def test_expired_exports_are_deleted_with_their_files(alice):
    export_of(alice)
    path = Export.objects.get().path
    delete_expired_transfers()
    assert default_storage.exists(path)
    Export.objects.update(expires_at=timezone.now())
    delete_expired_transfers()
    assert not default_storage.exists(path)
    assert alice.get(EXPORT).status_code == 404


def test_replacing_or_deleting_an_export_deletes_its_file(alice):
    export_of(alice)
    export_of(alice)
    assert len(default_storage.listdir("exports")[1]) == 1
    assert alice.delete(EXPORT).status_code == 204
    assert default_storage.listdir("exports")[1] == []


def test_an_interrupted_import_continues_where_it_was(alice, monkeypatch):
    monkeypatch.setattr(importing.archive, "CHUNK", 2)
    data = zipped([attempt_row() for _ in range(5)])
    stored = importing.ImportRun.store

    def killed(import_run: importing.ImportRun, lines: list[bytes | None]) -> int:
        added = stored(import_run, lines)
        if import_run.job.done == 2:
            raise KeyboardInterrupt
        return added

    with monkeypatch.context() as once:
        once.setattr(importing.ImportRun, "store", killed)
        with pytest.raises(KeyboardInterrupt):
            alice.post(IMPORT, {"file": SimpleUploadedFile("a.zip", data)})
    assert Attempt.objects.count() == alice.get(IMPORT).json()["done"] == 2
    Import.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    import_data(str(Import.objects.get().pk))
    answer = alice.get(IMPORT).json()
    assert (answer["status"], answer["done"], answer["added"], answer["skipped"]) == ("done", 5, 5, {})
    assert Attempt.objects.count() == Progress.objects.get().attempts == 5


def test_an_import_of_a_killed_worker_is_finished_after_the_clock_was_set_back(alice, monkeypatch):
    def killed(import_run: importing.ImportRun, lines: list[bytes | None]) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as once:
        once.setattr(importing.ImportRun, "store", killed)
        with pytest.raises(KeyboardInterrupt):
            alice.post(IMPORT, {"file": SimpleUploadedFile("a.zip", zipped([attempt_row()]))})
    assert alice.get(IMPORT).json()["status"] == "running"
    set_clock_back(Import)
    resume_transfers()
    assert alice.get(IMPORT).json()["status"] == "done"
    assert Attempt.objects.count() == 1


def deep(levels: int) -> str:
    return "[" * levels + "]" * levels


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("no json", "malformed"),
        ("[]", "malformed"),
        (deep(100_000), "malformed"),
        (json.dumps(attempt_row())[:-1] + ', "x": "' + "x" * 1_100_000 + '"}', "too_long"),
        (json.dumps(attempt_row()).replace("327.5", "NaN"), "malformed"),
        (attempt_row(id="x"), "malformed"),
        (attempt_row(id=7), "malformed"),
        (attempt_row(target="鬱"), "unknown_character"),
        (attempt_row(target="口\0"), "unknown_character"),
        (attempt_row(target=["口"]), "unknown_character"),
        (attempt_row(ink=None), "malformed"),
        (attempt_row(ink={"width": 1, "height": 1, "strokes": []}), "nothing_written"),
        (attempt_row(ink={**INK, "width": -1}), "out_of_range"),
        (attempt_row(ink={**INK, "strokes": [[[0, 0, 0]]] * 65}), "too_many_strokes"),
        (attempt_row(ink=None, image="../../etc/passwd"), "image_missing"),
        (attempt_row(ink=None, image="account.json"), "unknown_image_format"),
        (attempt_row(written_at="2999-01-01T00:00:00+00:00"), "in_the_future"),
        (attempt_row(written_at="0001-01-01T00:00:00+14:00"), "malformed"),
        (attempt_row(written_at="2026-01-01T00:00:00"), "malformed"),
        (attempt_row(pen_width=1e99), "malformed"),
        (attempt_row(scripts=["runes"]), "malformed"),
        (attempt_row(scores=[{}]), "malformed"),
        (attempt_row(scores=[{**attempt_row()["scores"][0], "legibility": 101}]), "malformed"),
        (attempt_row(scores=[{**attempt_row()["scores"][0], "legibility": True}]), "malformed"),
        (attempt_row(scores=[{**attempt_row()["scores"][0], "model": "a\0b"}]), "malformed"),
        (attempt_row(scores=[{**attempt_row()["scores"][0], "remarks": [{"code": "x"}]}]), "malformed"),
        (attempt_row(scores=[{**attempt_row()["scores"][0], "candidates": [{"character": "口"}]}]), "malformed"),
        (attempt_row(scores=[{**attempt_row()["scores"][0], "candidates": [CANDIDATE | {"alone": 2}]}]), "malformed"),
        (attempt_row(scores=[{**attempt_row()["scores"][0], "misread_as": [["口"]]}]), "unknown_character"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else "",
)
def test_an_invalid_attempt_is_skipped_and_its_code_counted(alice, line, code):
    answer = import_into(alice, zipped([line, attempt_row()]))
    assert (answer["status"], answer["added"], answer["skipped"]) == ("done", 1, {code: 1})


def test_imported_images_are_only_read_in_the_sandbox(alice, monkeypatch):
    monkeypatch.setattr("ml.photo.read", None)
    image = attempt_row(ink=None, image="images/a.png")
    assert import_into(alice, zipped([image], **{"images/a.png": png_of("口")}))["added"] == 1


def test_two_attempts_with_one_id_are_imported_as_one(alice):
    one = attempt_row()
    assert import_into(alice, zipped([one, one]))["skipped"] == {"already_here": 1}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no zip",
        png_of("口"),
        zipped()[:-30],
        zipped(account=None),
        zipped(account="[]"),
        zipped(account={"format": 2}),
        zipped(account="{"),
        zipped(**{"attempts.jsonl": None}),
    ],
    ids=["empty", "text", "image", "cut", "no account", "no object", "later", "no json", "no writings"],
)
def test_a_file_that_is_not_an_export_is_rejected_and_not_stored(alice, data):
    answer = alice.post(IMPORT, {"file": SimpleUploadedFile("a.zip", data)})
    assert answer.status_code == 400
    assert not Import.objects.exists()
    assert alice.post("/accounts/data/", {"do": "import", "file": SimpleUploadedFile("a.zip", data)}).status_code == 400


def test_zip_bombs_are_rejected_on_upload(alice, monkeypatch):
    bomb = zipped(**{"bomb.txt": b"0" * 3_000_000})
    monkeypatch.setattr(importing.archive, "_MAX_UNPACKED", 2_000_000)
    answer = alice.post(IMPORT, {"file": SimpleUploadedFile("a.zip", bomb)})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    monkeypatch.setattr(importing.archive, "_MAX_ENTRIES", 2)
    assert alice.post(IMPORT, {"file": SimpleUploadedFile("a.zip", bomb)}).status_code == 413


def crowded(entries: int, *, declared: int, zip64: bool = False) -> bytes:
    """An export with more entries whose end record declares another number; a ZIP64 record may have the right one."""
    whole = zipped()
    end = whole.rindex(b"PK\5\6")
    begin = whole.index(b"PK\1\2")
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 0, 20, 0, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = whole[begin:end] + entries * entry
    many = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, entries, entries, len(directory), begin)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, begin + len(directory), 1)
    last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, declared, declared, 10 if zip64 else len(directory), begin, 0)
    return whole[:begin] + directory + (many + locator if zip64 else b"") + last


@pytest.mark.parametrize("zip64", [False, True])
def test_a_file_with_more_entries_than_declared_is_rejected_before_they_are_read(alice, monkeypatch, zip64):
    monkeypatch.setattr(importing.archive, "_MAX_ENTRIES", 100)
    assert import_into(alice, crowded(98, declared=100))["status"] == "done"
    monkeypatch.setattr(importing.archive, "ZipFile", None)
    file = SimpleUploadedFile("a.zip", crowded(1000, declared=2, zip64=zip64))
    answer = alice.post(IMPORT, {"file": file})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_nothing_of_a_damaged_file_is_stored(alice):
    data = bytearray(zipped([attempt_row() for _ in range(50)]))
    data[len(data) // 2] ^= 0xFF
    answer = import_into(alice, bytes(data))
    assert (answer["status"], answer["failure"]) == ("failed", "not_an_export")
    assert not Attempt.objects.exists()


def test_an_import_keeps_newer_reviews_and_existing_lists_plan_and_preferences(alice, post):
    live(alice, post)
    data, user = export_of(alice), user_of(alice)
    Review.objects.update(reviews=9)
    CharacterList.objects.update(characters="日")
    Plan.objects.update(new_per_day=1)
    User.objects.update(language="fr")
    Review.objects.begin(user, Character.objects.get(literal="口"))
    import_into(alice, data)
    assert sorted(user.reviews.values_list("reviews", flat=True)) == [0, 9]
    assert user.lists.get().characters == "日"
    assert Plan.of(user).new_per_day == 1
    assert user_of(alice).language == "fr"


def test_invalid_lists_plans_reviews_and_preferences_are_skipped(alice):
    review = {"character": "口", "begun_on": "2026-01-01", "due_on": "2026-01-01", "reviews": 0, "lapses": 0}
    answer = import_into(
        alice,
        zipped(
            account={
                "format": 1,
                "language": ["x"],
                "time_zone": "Mars\0",
                "plan": {"new_per_day": -5, "scripts": [[]]},
            },
            lists=[7, {"name": "a\0", "characters": "口"}, {"name": "b", "characters": "鬱"}],
            reviews=[{**review, "stability": 1e400, "reviewed_on": "2026-01-01"}, {**review, "due_on": "9999-12-31"}],
            tokens=[{"name": "mine"}],
        ),
    )
    assert answer["status"] == "done"
    assert sum(answer["skipped"].values()) >= 5
    user = user_of(alice)
    assert not any(mine.exists() for mine in (user.lists, user.reviews, user.tokens))
    assert not user.time_zone


def test_an_attempt_with_a_forged_score_is_no_example_until_this_site_has_scored_it(alice):
    import_into(alice, zipped([attempt_row()]))
    pk = Attempt.objects.get().pk
    offer = f"/api/v1/attempts/{pk}/exemplar/"
    refused = alice.put(offer)
    assert (refused.status_code, refused.json()["code"]) == (409, "scored_elsewhere")
    assert Attempt.objects.get().legibility == 93  # by now scored by this site
    assert alice.put(offer).status_code == 201
    assert Exemplar.objects.get().legibility == 93


def test_consents_are_not_imported(alice):
    import_into(alice, zipped(account={"format": 1, "consents": {"shows_examples": True, "allows_training": True}}))
    user = user_of(alice)
    assert not user.shows_examples
    assert not user.allows_training


def test_the_data_page_says_in_the_learners_time_zone_when_the_file_was_made(alice):
    User.objects.update(time_zone="Asia/Tokyo")
    alice.post("/accounts/data/", {"do": "export"})
    made = Export.objects.get().created_at.astimezone(ZoneInfo("Asia/Tokyo"))
    assert f"Created on {made:%-d %B %Y, %H:%M}. Available" in alice.get("/accounts/data/").content.decode()


def test_the_data_page_starts_shows_and_deletes_exports_and_imports(alice):
    assert b"Create file" in alice.get("/accounts/data/").content
    assert alice.post("/accounts/data/", {"do": "export"})["Location"] == "/accounts/data/"
    assert FILE.encode() in alice.get("/accounts/data/").content
    alice.post("/accounts/data/", {"do": "delete"})
    assert not Export.objects.exists()
    file = SimpleUploadedFile("a.zip", zipped([attempt_row(), attempt_row(target="鬱")]))
    alice.post("/accounts/data/", {"do": "import", "file": file})
    page = alice.get("/accounts/data/").content.decode()
    assert "1 attempt was added." in page
    assert "1 entry couldn’t be read and was left out." in page
    assert alice.post("/accounts/data/", {"do": "dance"}).status_code == 400
