"""Reminders by mail: whom they reach, when, and how a link ends them."""

import re
import smtplib
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Day, Plan, User
from accounts.practice.reminders import stop_token
from accounts.practice.tasks import send_reminder_batch, send_reminders
from characters.models import Character
from tests.accounts.test_plan import practise

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
EVENING = datetime(2026, 11, 25, 19, 5, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 21, 5, tzinfo=UTC)
NEXT_EVENING = datetime(2026, 11, 26, 19, 5, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch):
    """A function that sets the current time."""

    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_clock(MORNING)
    return set_clock


def learner(who: str = "alice", *, verified: bool = True, plan: dict[str, Any] | None = None, **fields) -> User:
    """A learner who has asked for reminders at 19:00."""
    user = User.objects.create_user(f"{who}@example.org", **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    Plan.objects.create(user=user, reminds=True, **(plan or {}))
    return user


def write(user: User, day: str, attempts: int = 1) -> None:
    Day.objects.create(user=user, date=day, attempts=attempts)


def html_of(message: Any) -> str:
    return str(message.alternatives[0][0])


def remind(at, moment: datetime) -> list[str]:
    """Send the reminders that are due at `moment`. Returns the recipients."""
    before = len(mail.outbox)
    at(moment)
    send_reminders()
    return [message.to[0] for message in mail.outbox[before:]]


def test_a_learner_is_reminded_once_a_day_at_their_hour(at):
    learner()
    assert remind(at, MORNING) == []
    assert remind(at, EVENING) == ["alice@example.org"]
    assert remind(at, EVENING) == []
    assert remind(at, LATER) == []
    assert remind(at, NEXT_EVENING) == ["alice@example.org"]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "Asia/Kolkata", ""])
def test_the_hour_is_in_the_learners_time_zone(at, zone):
    learner(time_zone=zone)
    here = ZoneInfo(zone or "UTC")
    assert remind(at, datetime(2026, 11, 25, 18, 59, tzinfo=here)) == []
    assert remind(at, datetime(2026, 11, 25, 19, 0, tzinfo=here)) == ["alice@example.org"]


@pytest.mark.parametrize(
    "made",
    [
        {"plan": {"reminds_at": 22}},
        {"verified": False},
        {"is_active": False},
    ],
)
def test_inactive_or_unverified_learners_and_those_with_a_later_hour_are_not_reminded(at, made):
    learner(**made)
    learner("bob")
    assert remind(at, EVENING) == ["bob@example.org"]


def test_a_learner_whose_address_was_confirmed_in_other_letters_is_reminded(at):
    EmailAddress.objects.filter(user=learner()).update(email="Alice@Example.org")
    assert remind(at, EVENING) == ["alice@example.org"]


def test_learners_who_have_not_asked_are_not_reminded(at):
    Plan.objects.filter(user=learner()).update(reminds=False)
    assert remind(at, EVENING) == []


@pytest.mark.parametrize(("written", "is_reminded"), [(0, True), (4, True), (5, False), (20, False)])
def test_learners_who_have_reached_todays_goal_are_not_reminded(at, written, is_reminded):
    alice = learner()
    write(alice, "2026-11-24", 40)
    if written:
        write(alice, "2026-11-25", written)
    assert bool(remind(at, EVENING)) is is_reminded


def test_reminders_turned_on_after_their_hour_begin_tomorrow(at, client_of):
    client_of("alice")
    alice = User.objects.get(email="alice@example.org")
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    at(EVENING)
    client_of("alice").patch("/api/v1/plan/", {"reminds": True, "reminds_at": 8}, "application/json")
    assert remind(at, LATER) == []
    assert remind(at, datetime(2026, 11, 26, 8, 0, tzinfo=UTC)) == ["alice@example.org"]


def test_the_mail_has_the_due_characters_the_distance_to_the_goal_and_links(at, settings):
    settings.SITE_URL = "https://letters.example"
    alice = learner()
    practise(alice, "永日本")
    practise(alice, "山", due_in=1)
    write(alice, "2026-11-23")
    write(alice, "2026-11-24")
    write(alice, "2026-11-25", 7)
    remind(at, EVENING)
    [sent] = mail.outbox
    assert sent.subject == "Letters-AI: 3 characters are due today"
    for part in (str(sent.body), html_of(sent)):
        assert "3 characters are due today" in part
        assert "永 日 本" in part
        assert "You need one more attempt" in part  # of 8: 3 are due and 5 new
        assert "streak is 3 days" in part
        assert "https://letters.example/" in part
    assert "山" not in sent.body


def test_a_mail_names_only_some_of_many_due_characters(at):
    alice = learner()
    practise(alice, "".join(Character.objects.values_list("literal", flat=True)[:500]))
    remind(at, EVENING)
    assert "500 characters are due today" in mail.outbox[0].body
    assert len(mail.outbox[0].body) < 600


class Server:
    """A mail server that can't be reached, or whose connection fails during a mail."""

    def __init__(self, *, opens: bool) -> None:
        self.opens = opens
        self.tries = 0

    def __enter__(self) -> "Server":
        self.tries += 1
        if not self.opens:
            raise ConnectionRefusedError("Nobody listens")
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send_messages(self, messages: list[Any]) -> int:
        raise smtplib.SMTPServerDisconnected("It may or may not have been sent")


def test_mails_are_sent_later_that_day_if_the_mail_server_cannot_be_reached(at, monkeypatch):
    learner()
    with monkeypatch.context() as down:
        server = Server(opens=False)
        down.setattr("accounts.practice.tasks.get_connection", lambda: server)
        assert remind(at, EVENING) == []
        assert server.tries == 1
    assert remind(at, LATER) == ["alice@example.org"]


def test_a_mail_that_failed_is_not_repeated_and_the_others_are_sent_later(at, monkeypatch):
    learner()
    learner("bob")
    with monkeypatch.context() as down:
        down.setattr("accounts.practice.tasks.get_connection", lambda: Server(opens=True))
        remind(at, EVENING)
    assert remind(at, LATER) == ["bob@example.org"]


def test_a_redelivered_task_does_not_send_a_mail_that_is_being_sent(at, monkeypatch):
    plan = Plan.of(learner())

    class Slow(Server):
        def send_messages(self, messages: list[Any]) -> int:
            with monkeypatch.context() as other:
                other.setattr("accounts.practice.tasks.get_connection", mail.get_connection)
                send_reminder_batch([plan.pk])
            return 1

    monkeypatch.setattr("accounts.practice.tasks.get_connection", lambda: Slow(opens=True))
    assert remind(at, EVENING) == []


def test_a_mail_that_waited_in_the_queue_past_midnight_is_not_sent(at):
    alice = learner()
    at(datetime(2026, 11, 26, 0, 5, tzinfo=UTC))
    send_reminder_batch([Plan.of(alice).pk])
    assert mail.outbox == []
    assert remind(at, NEXT_EVENING) == ["alice@example.org"]


def test_one_click_ends_reminders_without_a_session(at, settings):
    settings.SITE_URL = "https://letters.example"
    alice = learner()
    remind(at, EVENING)
    [sent] = mail.outbox
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(r"<https://letters\.example(/.+)>", sent.extra_headers["List-Unsubscribe"])
    assert found
    program = Client(enforce_csrf_checks=True)
    assert program.post(found[1], {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Plan.of(alice).reminds
    assert remind(at, NEXT_EVENING) == []


def test_opening_the_link_ends_nothing_until_the_button_is_pressed(at, client):
    alice = learner()
    url = f"/reminders/stop/{stop_token(alice)}/"
    assert "Stop reminders" in client.get(url).text
    assert Plan.of(alice).reminds
    assert "Reminders are off" in client.post(url).text
    assert "Stop reminders" not in client.get(url).text
    assert not Plan.of(alice).reminds


@pytest.mark.parametrize("token", ["x", "MQ:1tX:y", "%00"])
def test_a_forged_link_ends_nothing(at, client, token):
    alice = learner()
    assert client.get(f"/reminders/stop/{token}/").status_code == 404
    assert client.post(f"/reminders/stop/{token}/").status_code == 404
    assert Plan.of(alice).reminds


def test_a_mail_is_in_the_learners_language(at):
    learner(language="fr")
    remind(at, EVENING)
    assert '<html lang="fr">' in html_of(mail.outbox[0])
