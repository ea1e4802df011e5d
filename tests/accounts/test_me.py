"""The account through the API."""

import json

import pytest

from accounts.models import Day, Token, User
from tests.accounts.test_accounts import PASSWORD, a_learner
from tests.accounts.test_tokens import program
from tests.support.drawings import ink_of
from tests.support.errors import error_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

ME = "/api/v1/me/"


@pytest.fixture
def alice(client_of):
    return client_of("alice")


def change(client, **wanted):
    return client.patch(ME, json.dumps(wanted), "application/json")


def test_the_account_is_described(alice):
    shown = alice.get(ME).json()
    assert shown["email"] == "alice@example.org"
    assert set(shown) == {
        "email",
        "joined",
        "language",
        "time_zone",
        "day_starts_at",
        "is_school_strict",
        "shows_examples",
        "allows_training",
    }


def test_changing_the_time_zone_recounts_the_days(alice, post):
    post(alice, {"ink": ink_of("口"), "target": "口"})
    User.objects.get().attempts.update(written_at="2026-11-20T20:00:00Z")
    assert change(alice, language="ja", time_zone="Asia/Tokyo").json()["time_zone"] == "Asia/Tokyo"
    assert [str(day.date) for day in Day.objects.all()] == ["2026-11-21"]
    assert change(alice, time_zone="").status_code == 200


@pytest.mark.parametrize(
    "wanted", [{"time_zone": "Mars/Olympus"}, {"time_zone": "a\0"}, {"language": "tlh"}, {"shows_examples": "perhaps"}]
)
def test_an_invalid_value_is_rejected_and_changes_nothing(alice, wanted):
    before = alice.get(ME).json()
    answer = change(alice, **wanted)
    assert error_at(answer, f"/{next(iter(wanted))}")["detail"]
    assert alice.get(ME).json() == before


def test_strictness_is_a_preference(alice):
    assert alice.get(ME).json()["is_school_strict"] is False
    assert change(alice, is_school_strict=True).json()["is_school_strict"] is True
    assert User.objects.get().is_school_strict
    assert change(alice, is_school_strict="perhaps").status_code == 400


def test_the_e_mail_address_cannot_be_changed(alice):
    assert change(alice, email="mallory@example.org", language="ja").json()["email"] == "alice@example.org"


def test_a_token_can_read_the_account_but_not_change_it(alice):
    _, secret = Token.objects.issue(User.objects.get(), "Tablet", ["read:account", "write:attempts"])
    tablet = program(secret)
    assert tablet.get(ME).status_code == 200
    answers = [
        change(tablet, language="fr"),
        tablet.delete(ME),
        tablet.post(f"{ME}export/"),
        tablet.get(f"{ME}export/file/"),
        tablet.post(f"{ME}import/"),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(403, "session_only")}


def test_deleting_the_account_needs_a_recent_sign_in_and_signs_out(client):
    a_learner(client)
    refused = client.delete(ME)
    assert (refused.status_code, refused.json()["code"]) == (403, "reauthentication_required")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.delete(ME).status_code == 202
    assert client.get(ME).status_code == 401
    assert not User.objects.exists()
