"""Users in the admin: an operator helps them to sign in, and can't sign in as one of them unnoticed."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.accounts.test_accounts import PASSWORD, a_learner, follow_mail, sign_in

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "another brush 6"
USERS = "/admin/accounts/user/"


@pytest.fixture
def learner(client) -> User:
    learner = a_learner(client)
    client.post("/accounts/logout/")
    mail.outbox.clear()
    return learner


def change(client: Client, user: User, **fields: str):
    known = {"email": user.email, "is_active": "on", "date_joined_0": "2026-11-24", "date_joined_1": "09:00"}
    return client.post(f"{USERS}{user.pk}/change/", {**known, **fields})


def set_password(client: Client) -> None:
    """Follow the link of the newest mail."""
    [link] = re.findall(r"http://testserver(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    form = client.get(link)["Location"]
    assert client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}).status_code == 302


@pytest.mark.parametrize("who", ["operator", "root"])
def test_nobody_sets_a_password_in_the_admin(client_of, admin_client, learner, who):
    client = admin_client if who == "root" else client_of(who)
    passwords = {"password": "known", "password1": "long enough 8", "password2": "long enough 8", "set-password": "1"}
    # Django's page is gone: what follows the number is no page of the admin.
    assert client.post(f"{USERS}{learner.pk}/password/", passwords).status_code in (302, 404)
    assert change(client, learner, **passwords).status_code == 302
    assert client.post(f"{USERS}add/", {"email": "made@example.org", **passwords}).status_code == 302
    assert User.objects.get(pk=learner.pk).check_password(PASSWORD)
    assert not User.objects.get(email="made@example.org").has_usable_password()
    for page in (f"{USERS}{learner.pk}/change/", f"{USERS}add/"):
        assert b'type="password"' not in client.get(page).content


def test_an_operator_sends_a_link_with_which_the_learner_sets_a_password(client_of, learner):
    operator = client_of("operator")
    assert b"Send a link to set a new password" in operator.get(f"{USERS}{learner.pk}/change/").content
    answer = operator.post(f"{USERS}{learner.pk}/reset-link/", follow=True)
    assert "A link to set a new password was sent to new@example.org." in answer.content.decode()
    assert [sent.to for sent in mail.outbox] == [[learner.email]]
    assert LogEntry.objects.get().change_message == "Sent a link to set a new password."
    set_password(Client())
    assert sign_in(Client(), password=NEW_PASSWORD)["Location"] == "/today/"


@pytest.mark.parametrize(
    ("who", "method", "status"),
    [("visitor", "post", 302), ("alice", "post", 302), ("curator", "post", 403), ("operator", "get", 405)],
)
def test_only_operators_send_a_link(client_of, learner, who, method, status):
    assert getattr(client_of(who), method)(f"{USERS}{learner.pk}/reset-link/").status_code == status
    assert mail.outbox == []


def test_an_account_that_is_not_active_gets_no_link(client_of, learner):
    User.objects.filter(pk=learner.pk).update(is_active=False)
    answer = client_of("operator").post(f"{USERS}{learner.pk}/reset-link/", follow=True)
    assert "This account is not active, so no link was sent." in answer.content.decode()
    assert mail.outbox == []


def test_a_user_whom_an_operator_adds_sets_a_password_and_signs_in(client_of):
    assert client_of("operator").post(f"{USERS}add/", {"email": "Made@Example.org"}).status_code == 302
    made = User.objects.get(email="made@example.org")
    assert [sent.to for sent in mail.outbox] == [[made.email]]
    learner = Client()
    set_password(learner)
    sign_in(learner, made.email, NEW_PASSWORD)  # asks to confirm the address
    follow_mail(learner)
    assert sign_in(Client(), made.email, NEW_PASSWORD)["Location"] == "/today/"


def test_an_address_that_an_operator_changes_is_changed_for_signing_in(client_of, learner):
    assert change(client_of("operator"), learner, email="Newer@Example.org").status_code == 302
    addresses = EmailAddress.objects.filter(user=learner).values_list("email", "verified", "primary")
    assert list(addresses) == [("newer@example.org", False, True)]
    browser = Client()
    assert sign_in(browser, "newer@example.org")["Location"] == "/accounts/confirm-email/"
    assert mail.outbox[-1].to == ["newer@example.org"]
    follow_mail(browser)
    assert sign_in(Client(), "newer@example.org")["Location"] == "/today/"
    assert sign_in(Client(), "new@example.org").status_code == 200


@pytest.mark.parametrize(
    ("language", "subject", "sentence"),
    [
        ("", "Your email address has been changed", "from new@example.org to newer@example.org."),
        ("ja", "メールアドレスが変更されました", "new@example.org から newer@example.org に変更しました。"),
        ("fr", "Votre adresse e-mail a été modifiée", "new@example.org, par newer@example.org."),
    ],
)
def test_the_former_address_gets_a_mail_in_the_learners_language(client_of, learner, language, subject, sentence):
    User.objects.filter(pk=learner.pk).update(language=language)
    change(client_of("operator"), learner, email="newer@example.org")
    [sent] = mail.outbox
    assert sent.to == ["new@example.org"]
    assert sent.subject == f"Letters-AI: {subject}"
    assert sentence in str(sent.body)
    assert "127.0.0.1" not in str(sent.body)  # the operator's address is nobody's business


def test_another_change_keeps_the_address_and_sends_no_mail(client_of, learner):
    assert change(client_of("operator"), learner, first_name="A").status_code == 302
    assert EmailAddress.objects.get(user=learner).verified
    assert mail.outbox == []


@pytest.mark.parametrize("email", ["new@example.org", "NEW@example.org", "second@example.org"])
def test_two_accounts_never_share_an_address(client_of, learner, email):
    """The second is one that the learner has confirmed and doesn't use to sign in."""
    EmailAddress.objects.create(user=learner, email="second@example.org", verified=True)
    other = User.objects.create_user("other@example.org")
    for answer in (
        change(client_of("operator"), other, email=email),
        client_of("operator").post(f"{USERS}add/", {"email": email}),
    ):
        assert answer.status_code == 200
        assert answer.context["adminform"].form.errors["email"].data[0].code in ("taken", "unique")
    assert mail.outbox == []
    assert User.objects.get(pk=other.pk).email == "other@example.org"
