"""Webhooks: what the site posts to them, what becomes of deliveries, and which addresses are refused."""

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.events import delivering, posting, tasks, webhooks
from accounts.events.posting import UndeliverableError, check_url, is_public, post
from accounts.models import Delivery, Token, User, Webhook
from lettersai.celery import app
from ml.ink import Refusal
from scoring.models import Attempt
from tests.accounts.test_tokens import program
from tests.support.drawings import ink_of
from tests.support.errors import error_at
from tests.support.receiver import Receiver, receiving
from tests.support.site import TlsProxy, certificate

pytestmark = pytest.mark.django_db

API, PAGE = "/api/v1/webhooks/", "/accounts/webhooks/"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOKS_TO_LOOPBACK = True
    with receiving() as server:
        yield server


@pytest.fixture
def alice(client_of: Any) -> User:
    client_of("alice")
    return User.objects.get(email="alice@example.org")


@pytest.fixture
def webhook(alice: User, receiver: Receiver) -> Webhook:
    return Webhook.objects.register(alice, receiver.url)


def make_due() -> None:
    """Let the pauses of all waiting deliveries be over, and run beat's task."""
    Delivery.objects.waiting().update(due_at=timezone.now())
    tasks.send_due_deliveries.delay()


@pytest.mark.usefixtures("fake_scorer")
def test_a_webhook_gets_the_outcome_of_its_owners_attempts_signed(client_of, post, receiver, webhook):
    written = post(client_of("alice"), {"ink": ink_of("口")}).json()["id"]
    post(client_of("bob"), {"ink": ink_of("口")})
    post(client_of("visitor"), {"ink": ink_of("口")})
    [(path, headers, body)] = receiver.posts
    assert path == "/hook?a=1"
    event = json.loads(body)
    assert (event["type"], event["data"]) == (
        "attempts",
        {"attempts": [{"id": written, "status": "scored", "failure": ""}]},
    )
    assert abs(time.time() - int(headers["webhook-timestamp"])) < 60
    # As Standard Webhooks says, which many libraries check.
    key = base64.b64decode(webhook.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{signature}"
    [delivery] = client_of("alice").get(f"{API}{webhook.pk}/deliveries/").json()["results"]
    assert {name: delivery[name] for name in ("id", "status", "answer", "tries", "trouble", "due_at")} == {
        "id": headers["webhook-id"],
        "status": "delivered",
        "answer": 204,
        "tries": 1,
        "trouble": "",
        "due_at": None,
    }


@pytest.mark.usefixtures("no_worker")
def test_a_webhook_gets_an_event_when_an_attempt_fails(client_of, post, receiver, webhook):
    written = post(client_of("alice"), {"ink": ink_of("口")}).json()["id"]
    Attempt.objects.get().fail(Refusal.UNREADABLE_IMAGE)
    assert receiver.bodies()[0]["data"]["attempts"] == [
        {"id": written, "status": "failed", "failure": "unreadable_image"}
    ]


def test_a_failed_delivery_is_repeated_with_the_same_id_after_a_pause_and_later_ones_wait(receiver, webhook):
    receiver.status = 500
    webhooks.test(webhook)
    webhooks.test(webhook)
    tasks.send_due_deliveries.delay()
    first, second = Delivery.objects.waiting()
    assert (first.tries, first.answer, first.trouble, second.tries) == (1, 500, "refused", 0)
    assert first.due_at
    assert first.tried_at
    assert first.due_at - first.tried_at == timedelta(seconds=10)
    assert len(receiver.posts) == 1
    receiver.status = 200
    make_due()
    assert [headers["webhook-id"] for _, headers, _ in receiver.posts] == [str(d.pk) for d in (first, first, second)]
    assert not Delivery.objects.waiting().exists()


def test_a_try_that_fails_after_its_webhook_was_paused_is_not_repeated(webhook, monkeypatch):
    def pause(*_: Any) -> int:
        webhook.pause(Webhook.Pause.OWNER)
        return 500

    monkeypatch.setattr(delivering, "post", pause)
    webhook.add(Delivery.Kind.TEST, {})
    assert not delivering.send(webhook.pk)
    assert [(one.status, one.tries, one.answer) for one in Delivery.objects.all()] == [("failed", 1, 500)]


@pytest.mark.parametrize("status", [410, 500])
def test_a_webhook_can_be_deleted_during_a_try(webhook, monkeypatch, status):
    def delete(*_: Any) -> int:
        Webhook.objects.all().delete()
        return status

    monkeypatch.setattr(delivering, "post", delete)
    webhook.add(Delivery.Kind.TEST, {})
    assert not delivering.send(webhook.pk)


def test_pauses_grow_and_after_the_last_try_the_webhook_is_paused(receiver, webhook):
    receiver.status = 503
    for _ in range(3):
        webhooks.test(webhook)
    pauses = []
    while not webhook.paused_for:
        delivery = Delivery.objects.order_by("pk")[0]
        if delivery.due_at and delivery.tried_at:
            pauses.append(round((delivery.due_at - delivery.tried_at).total_seconds()))
        make_due()
        webhook.refresh_from_db()
    assert pauses == [10, 60, 600, 3600, 21600]
    assert webhook.paused_for == "failing"
    assert len(receiver.posts) == 6
    assert [(d.status, d.trouble) for d in Delivery.objects.order_by("pk")] == [
        ("failed", "refused"),
        ("failed", "paused"),
        ("failed", "paused"),
    ]


def test_an_address_that_is_gone_gets_nothing_more(client_of, receiver, webhook):
    receiver.status = 410
    webhooks.test(webhook)
    webhook.refresh_from_db()
    assert webhook.paused_for == "gone"
    answer = client_of("alice").post(f"{API}{webhook.pk}/test/")
    assert (answer.status_code, answer.json()["code"]) == (409, "webhook_paused")
    assert len(receiver.posts) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(receiver, webhook, status):
    receiver.status = status
    webhooks.test(webhook)
    assert len(receiver.posts) == 1
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.answer, delivery.trouble) == ("waiting", status, "refused")


def test_a_webhook_that_another_process_serves_is_left_to_it(receiver, webhook):
    Webhook.objects.filter(pk=webhook.pk).claim([webhook.pk])
    webhooks.test(webhook)
    tasks.send_due_deliveries.delay()
    assert receiver.posts == []
    Webhook.objects.update(leased_until=timezone.now() - timedelta(seconds=1))  # the process died
    tasks.send_due_deliveries.delay()
    assert len(receiver.posts) == 1


def test_a_task_sends_some_deliveries_and_the_next_task_the_others(receiver, webhook, monkeypatch):
    monkeypatch.setattr(delivering, "_AT_ONCE", 2)
    monkeypatch.setattr(webhooks, "enqueue", lambda webhook: None)
    for _ in range(5):
        webhooks.test(webhook)
    assert delivering.send(webhook.pk)
    assert len(receiver.posts) == 2
    tasks.send_deliveries.delay(webhook.pk)
    assert len(receiver.posts) == 5


def test_too_many_waiting_deliveries_pause_the_webhook(receiver, webhook, monkeypatch):
    monkeypatch.setattr(Webhook, "MOST_WAITING", 2)
    monkeypatch.setattr(webhooks, "enqueue", lambda webhook: None)
    assert [webhooks.test(webhook) is not None for _ in range(3)] == [True, True, False]
    assert webhook.paused_for == "too_many_waiting"
    assert not Delivery.objects.waiting().exists()


@pytest.mark.usefixtures("fake_scorer")
def test_paused_webhooks_and_those_of_closed_accounts_get_nothing(client_of, post, receiver, webhook, alice):
    client = client_of("alice")
    assert client.patch(f"{API}{webhook.pk}/", {"is_paused": True}, "application/json").json()["paused_for"] == "owner"
    post(client, {"ink": ink_of("口")})
    assert client.patch(f"{API}{webhook.pk}/", {"is_paused": False}, "application/json").json()["paused_for"] == ""
    Webhook.objects.register(alice, receiver.url)
    alice.schedule_deletion()
    Attempt.objects.get().record(
        model_version="next", legibility=None, known=True, candidates=[], misread_as=[], form=None
    )
    assert receiver.posts == []
    assert not Delivery.objects.exists()


def test_only_the_operator_resumes_what_the_operator_paused(client_of, webhook):
    operator, client = client_of("operator"), client_of("alice")
    page = operator.get("/admin/accounts/webhook/")
    assert webhook.url in page.content.decode()
    assert webhook.secret not in operator.get(f"/admin/accounts/webhook/{webhook.pk}/change/").content.decode()
    chosen = {"_selected_action": [webhook.pk]}
    operator.post("/admin/accounts/webhook/", {"action": "pause", **chosen})
    refused = client.patch(f"{API}{webhook.pk}/", {"is_paused": False}, "application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "paused_by_operator")
    client.patch(f"{API}{webhook.pk}/", {"is_paused": True}, "application/json")
    client.post(f"{PAGE}{webhook.pk}/", {"do": "resume"})
    webhook.refresh_from_db()
    assert webhook.paused_for == "operator"
    operator.post("/admin/accounts/webhook/", {"action": "resume", **chosen})
    webhook.refresh_from_db()
    assert webhook.paused_for == ""


def test_old_deliveries_are_deleted_and_waiting_ones_kept(webhook):
    old = timezone.now() - Delivery.RETENTION - timedelta(minutes=1)
    recent = old + timedelta(minutes=2)
    rows = {"old": (old, None), "recent": (recent, None), "waiting": (old, timezone.now() + timedelta(hours=1))}
    made = {
        name: webhook.deliveries.create(kind="test", data={}, created_at=created, due_at=due)
        for name, (created, due) in rows.items()
    }
    tasks.delete_old_deliveries.delay()
    assert set(Delivery.objects.all()) == {made["recent"], made["waiting"]}


def test_the_mailer_sends_since_the_worker_has_no_network():
    def queue(task: Any) -> str:
        return app.amqp.router.route({}, task.name)["queue"].name

    assert (queue(tasks.send_deliveries), queue(tasks.send_due_deliveries)) == ("mail", "mail")


def test_the_secret_is_shown_once(client_of, alice):
    client = client_of("alice")
    answer = client.post(API, {"url": "https://example.org/hook"}, "application/json")
    assert answer.status_code == 201
    assert "no-store" in answer["Cache-Control"]
    secret = answer.json()["secret"]
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    [shown] = client.get(API).json()["results"]
    assert shown == {name: value for name, value in answer.json().items() if name != "secret"}
    assert secret not in client.get(PAGE).content.decode()


def test_the_webhooks_of_an_account_are_limited(client_of, alice):
    client = client_of("alice")
    for _ in range(Webhook.MOST):
        assert client.post(API, {"url": "https://example.org/hook"}, "application/json").status_code == 201
    refused = client.post(API, {"url": "https://example.org/hook"}, "application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_webhooks")
    page = client.post(PAGE, {"url": "https://example.org/hook"})
    assert page.status_code == 409
    assert "Delete one first" in page.content.decode()


def test_a_token_sees_the_webhooks_that_it_registered_and_they_end_with_it(client_of, alice):
    mine = Webhook.objects.register(alice, "https://example.org/mine")
    token, secret = Token.objects.issue(alice, "Program", ["webhooks"])
    tool = program(secret)
    answer = tool.post(API, json.dumps({"url": "https://example.org/hook"}), "application/json")
    assert "no-store" in answer["Cache-Control"]  # a session's answers never are
    made = answer.json()["id"]
    assert [row["id"] for row in tool.get(API).json()["results"]] == [made]
    assert tool.get(f"{API}{mine.pk}/").status_code == 404
    assert {row["id"] for row in client_of("alice").get(API).json()["results"]} == {mine.pk, made}
    token.delete()
    assert [row["id"] for row in client_of("alice").get(API).json()["results"]] == [mine.pk]


@pytest.mark.usefixtures("throttles")
def test_tests_are_limited(client_of, webhook, monkeypatch):
    monkeypatch.setattr("accounts.events.api.WebhookThrottle.rate", "2/hour")
    client = client_of("alice")
    assert [client.post(f"{API}{webhook.pk}/test/").status_code for _ in range(3)] == [202, 202, 429]
    client.post(f"{PAGE}{webhook.pk}/", {"do": "test"})
    assert Delivery.objects.count() == 2


def test_a_learner_registers_tests_pauses_and_deletes_a_webhook_on_the_pages(client_of, receiver, alice):
    client = client_of("alice")
    assert client.post(PAGE, {"url": "ftp://example.org/"}).status_code == 400
    made = client.post(PAGE, {"url": receiver.url})
    assert made.status_code == 201
    webhook = Webhook.objects.get()
    assert webhook.secret in made.content.decode()
    page = f"{PAGE}{webhook.pk}/"
    assert "Nothing has been sent yet." in client.get(page).content.decode()
    client.post(page, {"do": "test"})
    assert [body["type"] for body in receiver.bodies()] == ["test"]
    assert "Delivered" in client.get(page).content.decode()
    client.post(page, {"do": "pause"})
    assert "You paused it." in client.get(page).content.decode()
    assert client.post(page, {"do": "test"}).status_code == 400
    client.post(page, {"do": "resume"})
    webhook.refresh_from_db()
    assert webhook.paused_for == ""
    client.post(page, {"do": "delete"})
    assert not Webhook.objects.exists()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "blank"),
        ("example.org/hook", "not_https"),
        ("http://example.org/", "not_https"),
        ("ftp://example.org/", "not_https"),
        ("https://", "not_https"),
        ("https://user:password@example.org/", "not_https"),
        ("https://example.org\\@127.0.0.1/", "not_https"),
        ("https://example.org/#part", "not_https"),
        ("https://example.org:0/", "not_https"),
        ("https://example.org:99999/", "not_https"),
        ("https://[::1/", "not_https"),
        ("https://例え.jp/", "not_https"),
        ("https://example.org/a b", "not_https"),
        ("https://example.org/" + "a" * 500, "max_length"),
        ("https://localhost/", "forbidden_address"),
        ("https://postgres:5432/", "forbidden_address"),
        ("https://127.0.0.1/", "forbidden_address"),
        ("https://[::1]/", "forbidden_address"),
        ("https://[::ffff:10.0.0.1]/", "forbidden_address"),
        ("https://169.254.169.254/latest/", "forbidden_address"),
        (7, "incorrect_type"),
    ],
)
def test_addresses_that_no_webhook_may_have_are_refused(client_of, url, code):
    answer = client_of("alice").post(API, json.dumps({"url": url}), "application/json")
    assert answer.status_code == 400
    assert error_at(answer, "/url")["code"] == code
    assert not Webhook.objects.exists()


PRIVATE = [
    *("127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
    *("192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:a00:1::1"),
    *("2001:0:a00:1::1", "fe80::1%1"),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_to_a_private_address_is_not_posted_to(monkeypatch, address):
    public = "93.184.215.14"
    assert is_public(public)
    assert not is_public(address)
    connected = []
    monkeypatch.setattr(posting, "_connected", lambda *_: connected.append(1))
    for found in ([address], [public, address], [address, public]):
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, found=found, **__: [looked_up(a) for a in found])
        with pytest.raises(UndeliverableError, match="forbidden_address"):
            post("https://example.org/", b"", {})
    assert connected == []


def looked_up(address: str, port: int = 443) -> Any:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return family, socket.SOCK_STREAM, 6, "", (address, port)


def test_the_connection_goes_to_the_address_that_was_checked_although_the_name_changes(receiver, monkeypatch):
    answers = [[looked_up("127.0.0.1", receiver.server_port)], [looked_up("10.0.0.1", receiver.server_port)]]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers.pop(0))
    assert post(f"http://hooks.example.org:{receiver.server_port}/", b"{}", {}) == 204
    assert len(answers) == 1
    assert receiver.posts[0][1]["host"] == f"hooks.example.org:{receiver.server_port}"


def test_the_next_address_of_a_host_is_tried_if_one_refuses(receiver, monkeypatch):
    found = [looked_up("::1", receiver.server_port), looked_up("127.0.0.1", receiver.server_port)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    assert post(receiver.url, b"{}", {}) == 204


def test_the_certificate_must_be_valid_for_the_name(receiver, tmp_path, monkeypatch):
    chain, key = certificate(tmp_path)
    proxy = TlsProxy(receiver.server_port, chain, key)
    real, here = socket.getaddrinfo, [looked_up("127.0.0.1", proxy.port)]
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *rest, **names: here if host[0].isalpha() else real(host, *rest, **names)
    )
    with pytest.raises(UndeliverableError, match="invalid_certificate"):
        post("https://localhost/", b"{}", {})  # from an authority that nobody knows
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    with pytest.raises(UndeliverableError, match="invalid_certificate"):
        post("https://example.org/", b"{}", {})
    assert receiver.posts == []
    assert post("https://localhost/", b"{}", {}) == 204
    proxy.stop()


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("drips", [False, True])
def test_a_host_that_answers_slowly_is_cut_off(settings, monkeypatch, scheme, drips):
    settings.WEBHOOKS_TO_LOOPBACK = True
    monkeypatch.setattr(posting, "SECONDS", 0.5)
    done = threading.Event()

    def drip() -> None:
        connection, _ = server.accept()
        with connection:
            while not done.wait(0.1):
                if drips:
                    connection.send(b"H" if scheme == "http" else b"\x16\x03\x01\x40\x00")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip)
        thread.start()
        begun = time.monotonic()
        with pytest.raises(UndeliverableError, match="timeout|unreachable" if drips else "timeout"):
            post(f"{scheme}://127.0.0.1:{server.getsockname()[1]}/", b"{}", {})
        done.set()
        thread.join()
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(("url", "trouble"), [("http://127.0.0.1:9/", "unreachable"), ("http://a..b/", "unknown_host")])
def test_the_log_says_why_nobody_was_reached(settings, alice, url, trouble):
    settings.WEBHOOKS_TO_LOOPBACK = True
    webhook = Webhook.objects.register(alice, url)
    webhooks.test(webhook)
    assert Delivery.objects.get().trouble == trouble


def test_the_setting_for_tests_admits_this_machine_and_no_other(settings):
    settings.WEBHOOKS_TO_LOOPBACK = True
    check_url("http://127.0.0.1:8000/hook")
    with pytest.raises(ValidationError):
        check_url("http://10.0.0.1/")


def test_a_webhook_is_overdue_by_its_first_delivery_unless_it_is_paused(alice, webhook):
    def late(seconds: int) -> None:
        webhook.deliveries.create(kind="test", data={}, due_at=timezone.now() - timedelta(seconds=seconds))

    assert Webhook.objects.lateness() == 0
    late(-60)  # it failed, and is tried again in a minute
    late(500)  # so this one waits for it
    assert Webhook.objects.lateness() == 0
    webhook, waits = Webhook.objects.register(alice, webhook.url), webhook
    late(100)
    late(200)
    assert 100 <= Webhook.objects.lateness() < 130
    webhook.pause(Webhook.Pause.OWNER)
    assert Webhook.objects.lateness() == 0
    assert waits.deliveries.waiting().count() == 2


def test_the_metrics_count_tries_by_their_outcome(receiver, webhook):
    def tries() -> dict[str, float]:
        return {one: delivering._TRIES.labels(one)._value.get() for one in ("delivered", "refused")}

    before = tries()
    receiver.status = 500
    webhooks.test(webhook)
    assert {one: count - before[one] for one, count in tries().items()} == {"delivered": 0, "refused": 1}
    receiver.status = 204
    make_due()
    assert {one: count - before[one] for one, count in tries().items()} == {"delivered": 1, "refused": 1}
