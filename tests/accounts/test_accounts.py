"""Accounts: signing up and in, claiming attempts, signing out, and deletion."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.apps import apps
from django.contrib.auth import get_user
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from accounts.models import (
    CharacterList,
    Confusion,
    Delivery,
    Import,
    Plan,
    Review,
    Token,
    User,
    Webhook,
    WordReview,
)
from accounts.transfer import deletion
from accounts.transfer.tasks import delete_accounts
from characters.models import Character, Exemplar, Word
from scoring.models import Attempt, Line
from tests.support.drawings import ink_of, png_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

PASSWORD = "brush and ink 5"
TOTP_SECRET = "JBSWY3DPEHPK3PXP"


def sign_up(client: Client, email: str = "new@example.org"):
    return client.post("/accounts/signup/", {"email": email, "password1": PASSWORD, "password2": PASSWORD})


def sign_in(client: Client, email: str = "new@example.org", password: str = PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


def follow_mail(client: Client):
    """Open the link of the newest mail and confirm the address."""
    [link] = re.findall(r"http://testserver(/accounts/confirm-email/\S+)", str(mail.outbox[-1].body))
    assert client.get(link).status_code == 200
    return client.post(link)


def a_learner(client: Client, email: str = "new@example.org") -> User:
    """A new learner who has just signed in with the password."""
    sign_up(client, email)
    follow_mail(client)
    client.post("/accounts/logout/")
    sign_in(client, email)
    return User.objects.get(email=email)


@pytest.mark.parametrize("language", ["en", "ja", "fr"])
def test_mails_name_the_site_and_not_its_host(language):
    form = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    for _ in range(2):  # the second mail says that there is an account already
        Client().post("/accounts/signup/", form, headers={"Accept-Language": language})
    assert len(mail.outbox) == 2
    for sent in mail.outbox:
        text = re.sub(r"http://testserver/\S+", "", str(sent.body))  # links need the host
        assert sent.subject.startswith("Letters-AI: ")
        assert text.count("Letters-AI") >= 2
        assert "testserver" not in sent.subject + text


def test_signing_up_asks_to_confirm_the_address_and_then_signs_in(client):
    assert sign_up(client)["Location"] == "/accounts/confirm-email/"
    assert not get_user(client).is_authenticated
    assert mail.outbox[0].to == ["new@example.org"]
    follow_mail(client)
    assert get_user(client) == User.objects.get(email="new@example.org")
    assert b">Account</a>" in client.get("/").content


def test_nobody_signs_in_before_confirming_the_address(client):
    sign_up(client)
    assert sign_in(Client())["Location"] == "/accounts/confirm-email/"


def test_signing_in_leads_to_the_requested_page_or_to_today(client):
    a_learner(client)
    client.post("/accounts/logout/")
    assert sign_in(client)["Location"] == "/today/"
    client.post("/accounts/logout/")
    given = {"login": "new@example.org", "password": PASSWORD, "next": "/characters/"}
    assert client.post("/accounts/login/", given)["Location"] == "/characters/"


def test_a_new_learner_is_asked_once_and_claims_the_guests_attempts(client, post):
    written = [post(client, {"ink": ink_of("口"), "target": "口"}).json()["id"] for _ in range(3)]
    sign_up(client)
    assert follow_mail(client)["Location"] == "/accounts/claim/"
    assert "Are these 3 attempts yours?" in client.get("/accounts/claim/").content.decode()
    client.post("/accounts/claim/", {"mine": "yes"})
    elsewhere = Client()
    sign_in(elsewhere)
    found = elsewhere.get("/api/v1/attempts/").json()["results"]
    assert {attempt["id"] for attempt in found} == set(written)
    assert client.get("/accounts/claim/")["Location"] == "/today/"


def test_declined_attempts_stay_with_the_guest_and_are_not_offered_again(client, post):
    post(client, {"ink": ink_of("口")})
    learner = a_learner(client)
    client.post("/accounts/claim/", {"mine": "no"})
    client.post("/accounts/logout/")
    assert len(client.get("/api/v1/attempts/").json()["results"]) == 1
    assert sign_in(client)["Location"] == "/today/"
    assert not Attempt.objects.filter(user=learner).exists()


def test_nobody_can_claim_attempts_of_another_browser(client, post):
    post(Client(), {"ink": ink_of("口")})
    a_learner(client)
    client.post("/accounts/claim/", {"mine": "yes"})
    assert not Attempt.objects.exclude(user=None).exists()


def test_attempts_are_claimed_although_guest_and_learner_used_the_same_idempotency_key(client, post):
    learner = a_learner(client)
    mine = post(client, {"ink": ink_of("口")}, **{"Idempotency-Key": "same"}).json()["id"]
    client.post("/accounts/logout/")
    theirs = post(client, {"ink": ink_of("口")}, **{"Idempotency-Key": "same"}).json()["id"]
    sign_in(client)
    client.post("/accounts/claim/", {"mine": "yes"})
    assert {str(pk) for pk in Attempt.objects.filter(user=learner).values_list("pk", flat=True)} == {mine, theirs}


def test_visitors_cannot_claim_attempts(client):
    assert client.get("/accounts/claim/")["Location"].startswith("/accounts/login/")
    assert client.post("/accounts/claim/", {"mine": "yes"}).status_code == 302


def test_no_answer_tells_whether_an_address_has_an_account(client):
    a_learner(client)
    known, unknown = sign_up(Client()), sign_up(Client(), "other@example.org")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    reset = [Client().post("/accounts/password/reset/", {"email": f"{who}@example.org"}) for who in ("new", "nobody")]
    assert reset[0].status_code == reset[1].status_code == 302
    assert reset[0]["Location"] == reset[1]["Location"]
    wrong = [sign_in(Client(), f"{who}@example.org", "wrong") for who in ("new", "nobody")]
    tokenless = [re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in wrong]
    assert tokenless[0] == tokenless[1]


@pytest.mark.parametrize(
    ("path", "field", "rest", "hashes"),
    [
        ("signup/", "email", {"password1": PASSWORD, "password2": PASSWORD}, 1),
        ("login/", "login", {"password": "wrong"}, 2),  # one for each backend
        ("password/reset/", "email", {}, 1),
    ],
)
def test_hashing_passwords_takes_as_long_with_an_account_as_without(client, monkeypatch, path, field, rest, hashes):
    """It takes longer than everything else together. `make bench-accounts` measures the response times."""
    a_learner(client)
    User.objects.create_user("no-password@example.org")
    encode = Mock(wraps=MD5PasswordHasher().encode)
    monkeypatch.setattr(MD5PasswordHasher, "encode", encode)
    for who in ("new", "no-password", "nobody"):
        encode.reset_mock()
        answer = Client().post(f"/accounts/{path}", {field: f"{who}@example.org", **rest})
        assert answer.status_code == (200 if field == "login" else 302)
        assert encode.call_count == hashes, who


def test_a_forgotten_password_can_be_reset(client):
    a_learner(client)
    visitor = Client()
    visitor.post("/accounts/password/reset/", {"email": "new@example.org"})
    [link] = re.findall(r"http://testserver(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    form = visitor.get(link)["Location"]
    visitor.post(form, {"password1": "another brush 6", "password2": "another brush 6"})
    assert sign_in(Client()).status_code == 200
    assert sign_in(Client(), password="another brush 6").status_code == 302


def test_a_new_address_takes_effect_once_it_is_confirmed(client):
    learner = a_learner(client)
    client.post("/accounts/email/", {"email": "newer@example.org", "action_add": ""})
    learner.refresh_from_db()
    assert learner.email == "new@example.org"
    assert mail.outbox[-1].to == ["newer@example.org"]
    follow_mail(client)
    learner.refresh_from_db()
    assert learner.email == "newer@example.org"


def test_the_rules_for_passwords_are_a_list_and_not_within_a_paragraph(client):
    page = client.get("/accounts/signup/").content.decode()
    assert "<ul><li>" in page
    assert not re.search(r"<p\b(?:(?!</p>).)*<ul", page, re.DOTALL)  # a browser would end the paragraph before the list


@pytest.mark.parametrize("password", ["short", "password123", "new@example.org"])
def test_a_weak_password_is_rejected(client, password):
    answer = client.post(
        "/accounts/signup/", {"email": "new@example.org", "password1": password, "password2": password}
    )
    assert answer.status_code == 200
    assert not User.objects.exists()


def test_guessing_passwords_is_throttled(client, settings):
    a_learner(client)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "limits"}}
    guesses = [sign_in(Client(), password=f"guess {number}") for number in range(12)]
    assert "Too many" in guesses[-1].content.decode()
    assert "Too many" in sign_in(Client()).content.decode()


@pytest.fixture
def root(db) -> User:
    """A superuser with a second factor."""
    user = User.objects.create_superuser("root@example.org", PASSWORD)
    TOTP.activate(user, TOTP_SECRET)
    return user


def test_the_admin_asks_for_the_second_factor(client, root):
    to_sign_in = client.get(client.get("/admin/")["Location"])["Location"]
    assert to_sign_in == "/accounts/login/?next=%2Fadmin%2F"
    asked = client.post(to_sign_in, {"login": root.email, "password": PASSWORD})["Location"]
    assert asked.startswith("/accounts/2fa/authenticate/")
    assert client.get("/admin/").status_code == 302
    code = format_hotp_value(hotp_value(TOTP_SECRET, next(yield_hotp_counters_from_time())))
    assert client.post(asked, {"code": code})["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(("who", "status"), [("visitor", 302), ("alice", 403), ("curator", 302)])
def test_the_admin_cannot_be_entered_without_a_second_factor(client_of, root, who, status):
    """Not by staff either: a curator's password would be enough to become a superuser."""
    before = get_user(client_of(who))
    answer = client_of(who).post("/admin/login/", {"username": root.email, "password": PASSWORD})
    assert answer.status_code == status
    assert get_user(client_of(who)) == before


@pytest.mark.parametrize(
    "path", ["login/", "signup/", "logout/", "password/reset/", "email/", "password/change/", "2fa/", "confirm-email/"]
)
def test_every_page_of_an_account_opens(client, path):
    a_learner(client)
    for browser in (client, Client()):
        assert browser.get(f"/accounts/{path}").status_code in (200, 302)


def test_deleting_an_account_leaves_nothing_behind(client, client_of, post):
    learner = a_learner(client, "deleted_learner@example.org")
    ink = post(client, {"ink": ink_of("口"), "target": "口"}, **{"Idempotency-Key": "k"}).json()["id"]
    client.put(f"/api/v1/attempts/{ink}/exemplar/")
    Exemplar.objects.waiting().approve(by=None)
    photo = SimpleUploadedFile("a.png", png_of("口"))
    image = client.post("/api/v1/attempts/", {"image": photo}, headers={"Prefer": "wait=1"}).json()["id"]
    file = Attempt.objects.get(pk=image).image
    alices = post(client_of("alice"), {"ink": ink_of("口")}).json()["id"]
    session = client.session.session_key
    fill_the_account(client, learner)
    assert all(default_storage.listdir(folder)[1] for folder in ("attempts", "exports", "imports"))

    assert client.get("/accounts/leave/")["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert b"Your 2 attempts" in client.get("/accounts/leave/").content
    assert b"Goodbye" in client.post("/accounts/leave/").content

    assert not get_user(client).is_authenticated
    assert sign_in(Client(), "deleted_learner@example.org").status_code == 200
    assert not file.storage.exists(str(file))
    assert not [path for path in Path(default_storage.path("")).rglob("*") if path.is_file()]
    everything = "\n".join(rows_of_all_tables())
    assert uuid.UUID(alices).hex in everything
    for trace in ("deleted_learner@example.org", "Erasable", uuid.UUID(ink).hex, uuid.UUID(image).hex, session):
        assert trace not in everything
    assert not User.objects.filter(pk=learner.pk).exists()


def fill_the_account(client: Client, learner: User) -> None:
    """Create one row in every table that belongs to a learner."""
    CharacterList.objects.create(user=learner, name="Erasable list", characters="口").share()
    Plan.objects.create(user=learner, list=learner.lists.get(), order="list")
    Review.objects.begin(learner, Character.objects.get(literal="口"))
    WordReview.objects.begin(learner, Word.objects.get(text="入口"))
    Line.objects.create(user=learner, kind="own", text="口", before="Erasable")
    Token.objects.issue(learner, "Erasable tablet", ["read:history"])
    hook = Webhook.objects.register(learner, "https://example.org/Erasable")
    hook.deliveries.create(kind="test", data={"about": "Erasable"})
    client.post("/api/v1/me/export/")
    upload = SimpleUploadedFile("a.zip", client.get("/api/v1/me/export/file/").getvalue())
    client.post("/api/v1/me/import/", {"file": upload})
    Confusion.objects.create(user=learner, character=Character.objects.get(literal="口"), read_as="日", times=1)
    default_storage.save(Import.objects.get().path, ContentFile(b"half read"))  # as during an import
    for owned in (kind for kind in apps.get_app_config("accounts").get_models() if kind not in (User, Delivery)):
        assert owned._default_manager.filter(user=learner).exists(), f"Give the deleted_learner a {owned.__name__}."


def rows_of_all_tables() -> Iterator[str]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the names come from the database
            yield from (f"{table} {row}".replace("-", "") for row in cursor.fetchall())


def test_deleting_an_account_asks_for_the_password_again(client):
    a_learner(client)
    assert client.post("/accounts/leave/")["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": "a guess"})
    assert client.post("/accounts/leave/").status_code == 302
    assert User.objects.exists()


def test_a_deletion_whose_task_was_lost_is_done_by_a_later_run(client, monkeypatch):
    a_learner(client)
    monkeypatch.setattr(delete_accounts, "delay", lambda: None)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/leave/")
    assert User.objects.exists()
    delete_accounts()
    delete_accounts()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "path", ["/", "/lesson/", "/characters/永/", "/accounts/preferences/", "/api/v1/attempts/", "/api/v1/me/"]
)
def test_the_browser_does_not_show_a_learners_pages_again_after_signing_out(client_of, path):
    assert "no-store" in client_of("alice").get(path)["Cache-Control"]


@pytest.fixture
def deleted_learner(no_worker, monkeypatch) -> User:
    """A learner who deleted the account: signed in elsewhere, seven attempts, of which two are erased at a time."""
    monkeypatch.setattr("scoring.models.AttemptQuerySet.ERASED_AT_ONCE", 2)
    user = User.objects.create(email="deleted_learner@example.org")
    Client().force_login(user)
    for _ in range(7):
        Attempt.objects.write(user=user, ink=ink_of("口"), status="scored")
    user.schedule_deletion()
    return user


def test_waiting_attempts_are_scored_during_a_deletion(deleted_learner, monkeypatch):
    """And the worker announces that it is alive."""
    waiting = [Attempt.objects.write(guest=uuid.uuid4(), ink=ink_of("口"))]
    shown: list[int] = []

    def announce(*names: object, **messages: object) -> None:
        shown.append(deleted_learner.attempts.count())
        waiting.append(Attempt.objects.write(guest=uuid.uuid4(), ink=ink_of("口")))

    monkeypatch.setattr("scoring.wakeup.announce", announce)
    delete_accounts()
    assert set(shown) == {5, 3, 1, 0}
    assert [Attempt.objects.get(pk=attempt.pk).status for attempt in waiting[:4]] == ["scored"] * 4
    assert not User.objects.exists()


def test_a_deletion_that_runs_out_of_time_is_continued_by_the_next_run(deleted_learner, monkeypatch):
    run = iter(range(1000))
    monkeypatch.setattr(deletion, "_TIME_LIMIT", 2.5)
    monkeypatch.setattr(deletion, "time", SimpleNamespace(monotonic=lambda: next(run)))
    for left in (3, 0):
        delete_accounts()
        assert Attempt.objects.count() == left
    assert not User.objects.exists()
    assert not Session.objects.exists()


def test_a_deletion_that_was_interrupted_is_finished_by_the_next_run(deleted_learner, monkeypatch):
    delete = User.delete
    monkeypatch.setattr(User, "delete", lambda user: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        delete_accounts()
    assert not Session.objects.exists()
    monkeypatch.setattr(User, "delete", delete)
    delete_accounts()
    assert not User.objects.exists()
