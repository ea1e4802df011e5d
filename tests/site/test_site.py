"""The whole site as real processes: it scores attempts, and loses none when the worker or the broker fails."""

import os
import signal
from functools import partial

import pytest
import redis

from ml.strokes import references
from tests.support.drawings import ink_of, png_of
from tests.support.listener import Listener
from tests.support.postgresql import postgresql, prepared_data
from tests.support.receiver import receiving
from tests.support.site import RedisServer, Site, until


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def scaled_out(tmp_path_factory, broker):
    """A site on PostgreSQL and a Redis-compatible server."""
    with postgresql(prepared_data()) as database:
        folder = tmp_path_factory.mktemp("var")
        running = Site(folder, DATABASE_URL=database, REDIS_URL=broker.url, WEBHOOKS_TO_LOOPBACK="1")
        yield running
        running.stop()


@pytest.fixture(params=["site", "scaled_out"], ids=["embedded", "scaled_out"])
def running(request):
    return request.getfixturevalue(request.param)


def test_a_guest_hears_of_a_score_at_the_address_that_the_site_names(running):
    browser = running.browser()
    browser.post_ink(ink_of("永"))
    address = browser.redirected("/api/v1/events/")
    assert address.startswith(f"http://localhost:{running.environment['EVENTS_PORT']}/api/v1/events/")
    stream = Listener(address)
    _, attempt = browser.post_ink(ink_of("一"), prefer="respond-async")
    assert stream.outcomes() == [{"id": attempt["id"], "status": "scored", "failure": ""}]
    stream.close()


#: Prints the secret of a token of a learner who has a webhook.
REGISTER = """
import sys
from accounts.models import Token, User, Webhook
user = User.objects.create_user("hooked@example.org")
Webhook.objects.register(user, sys.argv[1])
print(Token.objects.issue(user, "Program", ["write:attempts"])[1])
"""


def test_the_mailer_tells_a_webhook_of_a_score_which_a_token_that_writes_may_read(scaled_out):
    with receiving() as receiver:
        secret = scaled_out.run(f"exec({REGISTER!r})", receiver.url).strip()
        browser, bearer = scaled_out.browser(), {"Authorization": f"Bearer {secret}"}
        sent = {**bearer, "Prefer": "respond-async"}
        status, attempt = browser.request("POST", "/api/v1/attempts/", {"ink": ink_of("永"), "target": "永"}, sent)
        assert status == 202
        until(lambda: receiver.posts)
        assert receiver.bodies()[0]["data"]["attempts"] == [{"id": attempt["id"], "status": "scored", "failure": ""}]
    status, read = browser.request("GET", f"/api/v1/attempts/{attempt['id']}/", headers=bearer)
    assert status == 200
    assert read["score"]["legibility"] > 60


@pytest.mark.parametrize("character", ["永", "あ", "ア", "R", "7"])
def test_ink_and_images_are_read_as_the_written_character(running, character):
    browser = running.browser()
    for status, attempt in (browser.post_ink(ink_of(character)), browser.post_png(png_of(character))):
        assert status == 201
        best = attempt["candidates"][0]
        assert (best["character"], best["legibility"] >= 80, attempt["known"]) == (character, True, True)


@pytest.mark.parametrize(("written", "lookalike"), [("口", "ロ"), ("ロ", "口"), ("0", "O"), ("O", "0")])
def test_an_attempt_scores_high_for_a_lookalike_of_the_target(running, written, lookalike):
    browser = running.browser()
    for target in (written, lookalike):
        _, attempt = browser.post_ink(ink_of(written), target=target)
        assert attempt["score"]["legibility"] >= 90
        assert lookalike in [attempt["candidates"][0]["character"], *attempt["candidates"][0]["lookalikes"]]


def test_writing_another_character_than_the_target_scores_low(running):
    _, attempt = running.browser().post_ink(ink_of("日"), target="永")
    assert attempt["score"]["legibility"] <= 10
    assert (attempt["score"]["band"], attempt["score"]["misread_as"]) == ("misread", ["日"])


def test_a_target_chosen_later_is_scored_and_saved(running):
    browser = running.browser()
    _, attempt = browser.post_ink(ink_of("永"))
    status, scored = browser.request("PATCH", f"/api/v1/attempts/{attempt['id']}/", {"target": "永"})
    assert (status, scored["score"]["legibility"] >= 95) == (200, True)
    assert browser.request("GET", "/api/v1/attempts/")[1]["results"] == [scored]


def test_killing_a_worker_during_a_task_loses_no_attempt(running):
    browser, written = running.browser(), list(references())[:40]
    posted = [browser.post_ink(ink_of(c), prefer="respond-async")[1]["id"] for c in written]
    victim = running.worker_child()
    # Stop the worker again and again until it is stopped during a task: it leases an attempt that it hasn't scored.
    for _ in range(200):
        os.kill(victim, signal.SIGSTOP)
        if leased(running):
            break
        os.kill(victim, signal.SIGCONT)
        posted.append(browser.post_ink(ink_of("永"), prefer="respond-async")[1]["id"])
    assert leased(running) > 0
    os.kill(victim, signal.SIGKILL)
    for attempt_id in posted:
        until(partial(is_scored, browser, attempt_id), 120)
    [[scores, attempts]] = running.query(
        "select count(*), count(distinct attempt_id) from scoring_score where attempt_id in "
        "(select id from scoring_attempt where target_id is null)"
    )
    assert scores == attempts >= len(posted)


def is_scored(browser, attempt_id: str) -> bool:
    return bool(browser.attempt(attempt_id)["status"] == "scored")


def leased(running) -> int:
    [[count]] = running.query("select count(*) from scoring_attempt where status = 'queued' and lease is not null")
    return int(count)


def test_emptying_the_broker_loses_no_attempt(running):
    browser = running.browser()
    victim = running.worker_child()
    os.kill(victim, signal.SIGSTOP)
    try:
        posted = [browser.post_ink(ink_of(c), prefer="respond-async")[1]["id"] for c in "永あア"]
        broker_of(running).flushall()
    finally:
        os.kill(victim, signal.SIGCONT)
    until(lambda: all(browser.attempt(attempt_id)["status"] == "scored" for attempt_id in posted), 60)


def broker_of(running) -> redis.Redis:
    return redis.Redis.from_url(running.environment.get("REDIS_URL") or f"unix://{running.folder}/broker/broker.sock")


def test_attempts_posted_while_the_broker_is_down_are_scored_later(scaled_out, broker):
    browser = scaled_out.browser()
    broker.stop()
    try:
        answers = [browser.post_ink(ink_of(c), prefer="wait=1") for c in "永あア"]
    finally:
        broker.start()
    assert [status for status, _ in answers] == [202, 202, 202]
    until(lambda: all(browser.attempt(attempt["id"])["status"] == "scored" for _, attempt in answers), 60)
    assert browser.post_ink(ink_of("永"))[0] == 201
