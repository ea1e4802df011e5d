"""Accounts: from the first sign-up to the drawings that were there before."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.apps import apps
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from accounts.models import CharacterList, Confusion, Import, Plan, Review, Token, User
from accounts.transfer import tasks
from accounts.transfer.tasks import erase_leavers
from characters.models import Character, Exemplar
from scoring.models import Attempt
from tests.support.drawings import ink_of, png_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

PASSWORD = "brush and ink 5"
TOTP_SECRET = "JBSWY3DPEHPK3PXP"


def sign_up(client: Client, email: str = "new@example.org"):
    return client.post("/accounts/signup/", {"email": email, "password1": PASSWORD, "password2": PASSWORD})


def sign_in(client: Client, email: str = "new@example.org", password: str = PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


def follow_mail(client: Client):
    """Open the link of the newest mail and confirm."""
    [link] = re.findall(r"http://testserver(/accounts/confirm-email/\S+)", str(mail.outbox[-1].body))
    assert client.get(link).status_code == 200
    return client.post(link)


def a_learner(client: Client, email: str = "new@example.org") -> User:
    """Signed in with the password a moment ago."""
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


def test_who_signs_up_confirms_the_mail_and_is_signed_in(client):
    assert sign_up(client)["Location"] == "/accounts/confirm-email/"
    assert not get_user(client).is_authenticated
    assert mail.outbox[0].to == ["new@example.org"]
    follow_mail(client)
    assert get_user(client) == User.objects.get(email="new@example.org")
    assert b">Account</a>" in client.get("/").content


def test_an_address_that_is_not_confirmed_opens_nothing(client):
    sign_up(client)
    assert sign_in(Client())["Location"] == "/accounts/confirm-email/"


def test_who_signs_in_lands_where_they_were_going_else_on_today(client):
    a_learner(client)
    client.post("/accounts/logout/")
    assert sign_in(client)["Location"] == "/today/"
    client.post("/accounts/logout/")
    given = {"login": "new@example.org", "password": PASSWORD, "next": "/characters/"}
    assert client.post("/accounts/login/", given)["Location"] == "/characters/"


def test_drawings_from_before_are_claimed_once_asked(client, post):
    written = [post(client, {"ink": ink_of("口"), "target": "口"}).json()["id"] for _ in range(3)]
    sign_up(client)
    assert follow_mail(client)["Location"] == "/accounts/claim/"
    assert "Are these 3 drawings yours?" in client.get("/accounts/claim/").content.decode()
    client.post("/accounts/claim/", {"mine": "yes"})
    elsewhere = Client()
    sign_in(elsewhere)
    found = elsewhere.get("/api/v1/attempts/").json()["results"]
    assert {attempt["id"] for attempt in found} == set(written)
    assert client.get("/accounts/claim/")["Location"] == "/today/"


def test_drawings_of_somebody_else_stay_and_are_not_asked_about_again(client, post):
    post(client, {"ink": ink_of("口")})
    learner = a_learner(client)
    client.post("/accounts/claim/", {"mine": "no"})
    client.post("/accounts/logout/")
    assert len(client.get("/api/v1/attempts/").json()["results"]) == 1
    assert sign_in(client)["Location"] == "/today/"
    assert not Attempt.objects.filter(user=learner).exists()


def test_nobody_claims_what_another_browser_wrote(client, post):
    post(Client(), {"ink": ink_of("口")})
    a_learner(client)
    client.post("/accounts/claim/", {"mine": "yes"})
    assert not Attempt.objects.exclude(user=None).exists()


def test_a_key_that_a_guest_used_as_well_keeps_nothing_from_being_claimed(client, post):
    learner = a_learner(client)
    mine = post(client, {"ink": ink_of("口")}, **{"Idempotency-Key": "same"}).json()["id"]
    client.post("/accounts/logout/")
    theirs = post(client, {"ink": ink_of("口")}, **{"Idempotency-Key": "same"}).json()["id"]
    sign_in(client)
    client.post("/accounts/claim/", {"mine": "yes"})
    assert {str(pk) for pk in Attempt.objects.filter(user=learner).values_list("pk", flat=True)} == {mine, theirs}


def test_only_who_is_signed_in_is_asked(client):
    assert client.get("/accounts/claim/")["Location"].startswith("/accounts/login/")
    assert client.post("/accounts/claim/", {"mine": "yes"}).status_code == 302


def test_nobody_learns_which_addresses_have_an_account(client):
    a_learner(client)
    known, unknown = sign_up(Client()), sign_up(Client(), "other@example.org")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    reset = [Client().post("/accounts/password/reset/", {"email": f"{who}@example.org"}) for who in ("new", "nobody")]
    assert reset[0].status_code == reset[1].status_code == 302
    assert reset[0]["Location"] == reset[1]["Location"]
    wrong = [sign_in(Client(), f"{who}@example.org", "wrong") for who in ("new", "nobody")]
    tokenless = [re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in wrong]
    assert tokenless[0] == tokenless[1]


def test_a_forgotten_password_is_set_anew(client):
    a_learner(client)
    visitor = Client()
    visitor.post("/accounts/password/reset/", {"email": "new@example.org"})
    [link] = re.findall(r"http://testserver(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    form = visitor.get(link)["Location"]
    visitor.post(form, {"password1": "another brush 6", "password2": "another brush 6"})
    assert sign_in(Client()).status_code == 200
    assert sign_in(Client(), password="another brush 6").status_code == 302


def test_a_changed_address_counts_once_it_is_confirmed(client):
    learner = a_learner(client)
    client.post("/accounts/email/", {"email": "newer@example.org", "action_add": ""})
    learner.refresh_from_db()
    assert learner.email == "new@example.org"
    assert mail.outbox[-1].to == ["newer@example.org"]
    follow_mail(client)
    learner.refresh_from_db()
    assert learner.email == "newer@example.org"


@pytest.mark.parametrize("password", ["short", "password123", "new@example.org"])
def test_a_weak_password_is_refused(client, password):
    answer = client.post(
        "/accounts/signup/", {"email": "new@example.org", "password1": password, "password2": password}
    )
    assert answer.status_code == 200
    assert not User.objects.exists()


def test_guessing_passwords_is_slowed_down(client, settings):
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
def test_the_admin_has_no_other_way_in(client_of, root, who, status):
    """For one of the staff neither: a password alone would make a superuser of a curator."""
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


def test_who_leaves_leaves_nothing_behind(client, client_of, post):
    learner = a_learner(client, "leaver@example.org")
    ink = post(client, {"ink": ink_of("口"), "target": "口"}).json()["id"]
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
    assert b"Your 2 drawings" in client.get("/accounts/leave/").content
    assert b"Goodbye" in client.post("/accounts/leave/").content

    assert not get_user(client).is_authenticated
    assert sign_in(Client(), "leaver@example.org").status_code == 200
    assert not file.storage.exists(str(file))
    assert not [path for path in Path(default_storage.path("")).rglob("*") if path.is_file()]
    everything = "\n".join(rows_of_all_tables())
    assert uuid.UUID(alices).hex in everything
    for trace in ("leaver@example.org", "Leaver's", uuid.UUID(ink).hex, uuid.UUID(image).hex, session):
        assert trace not in everything
    assert not User.objects.filter(pk=learner.pk).exists()


def fill_the_account(client: Client, learner: User) -> None:
    """One of everything that a learner can have, which the tables of what is theirs show."""
    CharacterList.objects.create(user=learner, name="Leaver's list", characters="口").share()
    Plan.objects.create(user=learner, list=learner.lists.get(), order="list")
    Review.objects.begin(learner, Character.objects.get(literal="口"))
    Token.objects.issue(learner, "Leaver's tablet", ["read:history"])
    client.post("/api/v1/me/export/")
    upload = SimpleUploadedFile("a.zip", client.get("/api/v1/me/export/file/").getvalue())
    client.post("/api/v1/me/import/", {"file": upload})
    Confusion.objects.create(user=learner, character=Character.objects.get(literal="口"), read_as="日", times=1)
    default_storage.save(Import.objects.get().path, ContentFile(b"half read"))  # as while it runs
    for owned in (kind for kind in apps.get_app_config("accounts").get_models() if kind is not User):
        assert owned._default_manager.filter(user=learner).exists(), f"Give the leaver a {owned.__name__}."


def rows_of_all_tables() -> Iterator[str]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the database's own names
            yield from (f"{table} {row}".replace("-", "") for row in cursor.fetchall())


def test_whoever_finds_the_browser_open_is_asked_for_the_password(client):
    a_learner(client)
    assert client.post("/accounts/leave/")["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": "a guess"})
    assert client.post("/accounts/leave/").status_code == 302
    assert User.objects.exists()


def test_a_lost_task_is_made_up_for(client, monkeypatch):
    a_learner(client)
    monkeypatch.setattr(erase_leavers, "delay", lambda: None)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/leave/")
    assert User.objects.exists()
    erase_leavers()
    erase_leavers()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "path", ["/", "/lesson/", "/characters/永/", "/accounts/preferences/", "/api/v1/attempts/", "/api/v1/me/"]
)
def test_what_a_learner_sees_comes_back_to_nobody_after_signing_out(client_of, path):
    assert "no-store" in client_of("alice").get(path)["Cache-Control"]


@pytest.fixture
def leaver(no_worker, monkeypatch) -> User:
    """Who has left, signed in somewhere, with seven writings, of which two are erased at once."""
    monkeypatch.setattr("scoring.tasks._ERASED_AT_ONCE", 2)
    user = User.objects.create(email="leaver@example.org")
    Client().force_login(user)
    for _ in range(7):
        Attempt.objects.write(user=user, ink=ink_of("口"), status="scored")
    user.leave()
    return user


def test_scores_go_in_between_what_a_leaver_wrote(leaver, monkeypatch):
    """And the worker shows that it lives."""
    waiting = [Attempt.objects.write(guest=uuid.uuid4(), ink=ink_of("口"))]
    shown: list[int] = []

    def announce(*names: object) -> None:
        shown.append(leaver.attempts.count())
        waiting.append(Attempt.objects.write(guest=uuid.uuid4(), ink=ink_of("口")))

    monkeypatch.setattr("scoring.wakeup.announce", announce)
    erase_leavers()
    assert set(shown) == {5, 3, 1, 0}
    assert [Attempt.objects.get(pk=attempt.pk).status for attempt in waiting[:4]] == ["scored"] * 4
    assert not User.objects.exists()


def test_what_one_run_leaves_of_a_leaver_the_next_one_erases(leaver, monkeypatch):
    run = iter(range(1000))
    monkeypatch.setattr(tasks, "_ERASING", 2.5)
    monkeypatch.setattr(tasks, "time", SimpleNamespace(monotonic=lambda: next(run)))
    for left in (3, 0):
        erase_leavers()
        assert Attempt.objects.count() == left
    assert not User.objects.exists()
    assert not Session.objects.exists()


def test_an_erasure_that_is_cut_off_is_made_up_for(leaver, monkeypatch):
    delete = User.delete
    monkeypatch.setattr(User, "delete", lambda user: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        erase_leavers()
    assert not Session.objects.exists()
    monkeypatch.setattr(User, "delete", delete)
    erase_leavers()
    assert not User.objects.exists()
