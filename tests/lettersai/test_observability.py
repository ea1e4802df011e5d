"""Observability: health, metrics, logs, error reports and consistency checks."""

import errno
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import redis
import structlog
from celery import signals
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from prometheus_client import REGISTRY
from psycopg.errors import DiskFull

from accounts.access.tasks import clear_sessions
from accounts.models import Confusion, Day, Progress, User
from accounts.progress.tasks import check_consistency
from lettersai.background import celery_signals
from lettersai.monitoring import sentry
from scoring import tasks
from scoring.models import Attempt, IdempotencyKey, Score
from scoring.signs import Sign
from tests.support.drawings import ink_of
from tests.support.site import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]


@pytest.fixture
def signs(monkeypatch) -> dict[Sign, float]:
    """The signs of life in Redis; at first, everything has just happened."""
    left = dict.fromkeys(Sign, time.time())
    monkeypatch.setattr("scoring.signs.read", lambda: left)
    return left


def _fails(*_: Any) -> None:
    raise OperationalError


def _refuses(*_: Any) -> None:
    raise redis.ConnectionError


def states(client: Client) -> tuple[int, list[str], list[str]]:
    """The status of /health/ready, the parts that don't work, and those that can't be asked."""
    answer = client.get("/health/ready")
    parts = answer.json()
    assert list(parts) == ["database", "migrations", "broker", "worker", "beat", "scores"]
    return (
        answer.status_code,
        [part for part, works in parts.items() if works is False],
        [part for part, works in parts.items() if works is None],
    )


def test_ready_is_200_when_everything_works(client, signs):
    assert states(client) == (200, [], [])


@pytest.mark.parametrize(
    ("function", "failure", "down", "unknown"),
    [
        ("lettersai.monitoring.health.is_migrated", _fails, ["database"], ["migrations", "scores"]),
        ("lettersai.monitoring.health.is_migrated", lambda: False, ["migrations"], ["scores"]),
        ("scoring.signs.read", _refuses, ["broker"], ["worker", "beat"]),
    ],
)
def test_ready_names_the_service_that_is_down_and_what_only_that_service_knows(
    client, signs, monkeypatch, function, failure, down, unknown
):
    monkeypatch.setattr(function, failure)
    assert states(client) == (503, down, unknown)


@pytest.mark.parametrize(("sign", "part", "silence"), [(Sign.WORKER, "worker", 60), (Sign.BEAT, "beat", 30)])
def test_ready_names_a_process_that_has_been_silent_for_too_long(client, signs, sign, part, silence):
    signs[sign] = time.time() - silence + 5
    assert states(client) == (200, [], [])
    signs[sign] = time.time() - silence - 1
    assert states(client) == (503, [part], [])


@pytest.mark.parametrize(
    ("waited", "scored", "stuck"),
    [
        (25, 3600, False),  # nobody has written for an hour, and now somebody has
        (31, 3600, True),
        (3600, 25, False),  # a long queue that is being worked off
        (3600, 31, True),
    ],
)
def test_scores_are_stuck_if_an_attempt_waits_while_none_is_scored(
    client, client_of, post, no_worker, signs, waited, scored, stuck
):
    post(client_of("alice"), {"ink": ink_of("口")})
    Attempt.objects.update(queued_at=timezone.now() - timedelta(seconds=waited))
    signs[Sign.SCORED] = time.time() - scored
    assert states(client) == ((503, ["scores"], []) if stuck else (200, [], []))


def test_without_the_broker_nobody_knows_whether_a_long_queue_is_worked_off(
    client, client_of, post, no_worker, signs, monkeypatch
):
    post(client_of("alice"), {"ink": ink_of("口")})
    Attempt.objects.update(queued_at=timezone.now() - timedelta(seconds=31))
    monkeypatch.setattr("scoring.signs.read", _refuses)
    assert states(client) == (503, ["broker"], ["worker", "beat", "scores"])


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", "/history/"), ("get", "/nowhere/"), ("get", "/api/v1/attempts/"), ("post", "/api/v1/attempts/")],
)
def test_a_signed_in_learner_is_asked_to_wait_while_the_database_is_down(error_client, monkeypatch, method, path):
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", _fails)
    answer = getattr(error_client, method)(path, headers={"Accept-Language": "fr"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    if path.startswith("/api/"):
        sentence = "Le site est surchargé. Attendez un instant, puis réessayez."
        assert answer.json() == {"detail": sentence, "code": "unavailable"}
    else:
        assert '<html lang="fr">' in answer.content.decode()
        assert "Le site est surchargé" in answer.content.decode()


def _full_postgresql(*_: Any) -> None:
    raise OperationalError("could not extend file") from DiskFull()


def _full_sqlite(*_: Any) -> None:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise OperationalError(str(error)) from error


def _full_file(*_: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("failure", [_full_postgresql, _full_sqlite, _full_file])
def test_a_full_disk_is_named(error_client, monkeypatch, failure):
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", failure)
    page = error_client.get("/history/", headers={"Accept-Language": "fr"})
    assert (page.status_code, page["Retry-After"]) == (503, "30")
    assert "Plus d’espace disponible" in page.content.decode()
    api = error_client.get("/api/v1/attempts/", headers={"Accept-Language": "ja"})
    assert (api.status_code, api["Retry-After"], api.json()["code"]) == (503, "30", "storage_full")
    assert "保存容量がいっぱい" in api.json()["detail"]


def test_another_error_of_a_file_is_not_a_full_disk(error_client, monkeypatch):
    def unreadable(*_: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("scoring.history.HistoryView.get", unreadable)
    assert error_client.get("/history/").status_code == 500


@pytest.mark.parametrize("path", ["login/", "signup/", "password/reset/"])
def test_signing_in_answers_503_while_redis_is_down(client, settings, path):
    client.raise_request_exception = False
    redis_cache = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": redis_cache, "LOCATION": "redis://127.0.0.1:9/0"}}
    given = {"login": "alice@example.org", "email": "alice@example.org", "password": "brush and ink 5"}
    given |= {"password1": given["password"], "password2": given["password"]}
    answer = client.post(f"/accounts/{path}", given)
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert "One moment" in answer.content.decode()


def test_any_other_error_is_a_500(error_client, monkeypatch):
    monkeypatch.setattr("scoring.history.HistoryView.get", lambda *_: 1 / 0)
    answer = error_client.get("/history/")
    assert (answer.status_code, "Something went wrong" in answer.content.decode()) == (500, True)


def test_live_needs_no_service_and_version_names_release_and_model(client, settings):
    settings.RELEASE = "v1.2"
    assert client.get("/health/live").json() == {"live": True}
    version = client.get("/health/version").json()
    assert version["release"] == "v1.2"
    assert version["model"].startswith("2026-")


def test_metrics_require_the_token(client, settings):
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = "token"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer token"}).status_code == 200


@pytest.fixture
def metrics(client, settings) -> Callable[[], Counter[str]]:
    """Returns a function that reads the metrics: values by name and labels, 0 for a metric that doesn't exist yet."""
    settings.METRICS_TOKEN = "token"

    def read() -> Counter[str]:
        text = client.get("/metrics", headers={"Authorization": "Bearer token"}).content.decode()
        rows = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
        return Counter({name: float(value) for name, value in rows})

    return read


def test_metrics_name_no_method_that_a_client_has_made_up(client, metrics):
    before = metrics()
    client.generic("BREW", "/health/live")
    name = 'lettersai_request_seconds_count{method="other",route="health/live",status="405"}'
    after = metrics()
    assert after[name] - before[name] == 1
    assert "BREW" not in str(list(after))


def test_metrics_count_requests_scores_and_rejections_one_by_one(client_of, post, metrics):
    alice, before = client_of("alice"), metrics()
    post(alice, {"ink": ink_of("口"), "target": "口"})
    post(alice, {"ink": ink_of("口"), "target": "日"})
    post(alice, {"ink": ink_of("口")})
    post(alice, {"ink": {}})
    after = metrics()
    grown = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    posts = 'lettersai_request_seconds_count{method="POST",route="api/v1/attempts/",status="%d"}'
    assert grown[posts % 201] == 3
    assert grown[posts % 400] == 1
    assert grown['lettersai_scores_total{model="fake"}'] == 3
    assert grown['lettersai_legibility_count{model="fake"}'] == 2
    assert grown['lettersai_legibility_sum{model="fake"}'] == 93 + 12
    assert 'lettersai_legibility_bucket{le="10.0",model="fake"}' not in grown
    assert grown['lettersai_legibility_bucket{le="20.0",model="fake"}'] == 1
    assert grown['lettersai_legibility_bucket{le="95.0",model="fake"}'] == 2
    assert grown["lettersai_wait_seconds_count"] == 3
    assert grown['lettersai_rejections_total{code="malformed"}'] == 1


def test_metrics_show_the_length_and_the_age_of_the_queue(client_of, post, metrics, no_worker):
    assert metrics()["lettersai_queue_length"] == metrics()["lettersai_queue_age_seconds"] == 0
    for _ in range(3):
        post(client_of("alice"), {"ink": ink_of("口")})
    Attempt.objects.update(queued_at=timezone.now() - timedelta(minutes=1))
    Attempt.objects.filter(pk__in=Attempt.objects.values("pk")[:1]).update(
        queued_at=timezone.now() - timedelta(minutes=2)
    )
    after = metrics()
    assert after["lettersai_queue_length"] == 3
    assert 119 < after["lettersai_queue_age_seconds"] < 130


def test_the_bulk_lane_makes_the_queue_old_but_lets_nobody_wait(client_of, post, metrics, fake_scorer, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("scoring.queue.score_waiting.delay", lambda: None)
        post(client_of("alice"), {"ink": ink_of("口")}, Prefer="respond-async")
    Attempt.objects.update(queued_at=timezone.now() - timedelta(minutes=2))
    before = metrics()
    assert before["lettersai_queue_age_seconds"] > 119
    assert before["lettersai_interactive_age_seconds"] == 0
    tasks.score_waiting()
    assert metrics()["lettersai_wait_seconds_count"] == before["lettersai_wait_seconds_count"]
    Attempt.objects.update(status="queued", bulk_owner=None)
    assert metrics()["lettersai_interactive_age_seconds"] > 119


def test_a_task_is_timed():
    def done() -> float:
        labels = {"task": tasks.clear_keys.name, "state": "SUCCESS"}
        return REGISTRY.get_sample_value("lettersai_task_seconds_count", labels) or 0

    before = done()
    tasks.clear_keys.delay()
    assert done() == before + 1


def test_every_log_line_of_an_attempt_has_its_request_id(client_of, post, log):
    answer = post(client_of("alice"), {"ink": ink_of("口"), "target": "口"}, **{"X-Request-ID": "request-12345"})
    assert answer["X-Request-ID"] == "request-12345"
    lines = {line["event"]: line for line in log() if line.get("request") == "request-12345"}
    assert lines["scored"]["attempt"] == lines["answered"]["attempt"] == answer.json()["id"]
    assert (lines["answered"]["route"], lines["answered"]["status"]) == ("api/v1/attempts/", 201)


@pytest.mark.parametrize("given", ["a b\tc{}" * 3, "request-12345 status=200", "1234567", "1" * 65])
def test_a_request_id_that_could_forge_log_lines_is_replaced(client, given):
    assert re.fullmatch("[0-9a-f]{32}", client.get("/health/live", headers={"X-Request-ID": given})["X-Request-ID"])


def test_the_next_request_of_a_thread_does_not_log_the_attempt(client_of, post, log):
    post(client_of("alice"), {"ink": ink_of("口")})
    client_of("bob").get("/health/live")
    assert "attempt" not in log()[-1]


def test_searches_are_not_logged(client, log):
    client.get("/characters/?q=himitsu")
    assert log()
    assert "himitsu" not in json.dumps(log())


#: Paths with secret keys: they give access to everyone who knows them.
KEYS = [
    "/accounts/password/reset/key/2-himitsu/",
    "/accounts/confirm-email/himitsu/",
    "/reminders/stop/himitsu/",
    "/s/himitsu/",
    "/s/himitsu.png",
    "/lists/shared/himitsu/",
    "/api/v1/events/himitsu/",
]


@pytest.mark.parametrize("path", [*KEYS, "/s/himitsu", "/nowhere/himitsu/", "/characters/永himitsu/"])
@pytest.mark.parametrize("method", ["get", "delete"])
def test_paths_with_secret_keys_are_not_logged(client, log, method, path):
    getattr(client, method)(path)
    assert [line for line in log() if line["event"] == "answered"]
    assert "himitsu" not in json.dumps(log())


def test_a_task_has_the_id_of_its_request():
    structlog.contextvars.bind_contextvars(request="request-12345")
    headers: dict[str, Any] = {}
    signals.before_task_publish.send(sender="task", headers=headers)
    assert headers == {"request_of": "request-12345"}
    task = tasks.clear_keys
    task.push_request(**headers)
    try:
        structlog.contextvars.clear_contextvars()
        celery_signals.start_task(task=task)
        assert structlog.contextvars.get_contextvars() == {"request": "request-12345", "task": task.name}
    finally:
        task.pop_request()
        structlog.contextvars.clear_contextvars()


#: The lines of code that Sentry shows around each frame.
SOURCE = ("pre_context", "context_line", "post_context")
REPORT = """
import json, sentry_sdk
from wsgiref.util import setup_testing_defaults
from sentry_sdk.transport import HttpTransport
HttpTransport.capture_envelope = lambda _, envelope: [print(json.dumps(i.payload.json)) for i in envelope.items]
from lettersai.wsgi import application
import characters.views

def fail(view, request):
    secret = "himitsu"
    raise ValueError("broken")

characters.views.CatalogueView.get = fail
asked = {
    "PATH_INFO": "/characters/", "QUERY_STRING": "q=himitsu", "HTTP_COOKIE": "sessionid=himitsu; guest=himitsu",
    "HTTP_AUTHORIZATION": "Bearer himitsu", "REMOTE_ADDR": "192.0.2.7", "HTTP_HOST": "localhost",
}
setup_testing_defaults(asked)
application(asked, lambda status, headers: None)
sentry_sdk.flush()
"""


def test_error_reports_contain_no_personal_data(tmp_path):
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "SENTRY_DSN": "https://key@sentry.example.org/1"}
    run = subprocess.run(
        [sys.executable, "-c", REPORT], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    [event] = [item for item in map(json.loads, run.stdout.splitlines()) if "exception" in item]
    assert event["exception"]["values"][0]["value"] == "broken"
    assert (event["request"], event["transaction"]) == ({"method": "GET"}, "/characters/")
    code = [frame.pop(lines) for frame in event["exception"]["values"][0]["stacktrace"]["frames"] for lines in SOURCE]
    assert code
    assert not [private for private in ("himitsu", "192.0.2.7") if private in json.dumps(event)]


@pytest.mark.parametrize(("source", "name"), [("route", "/lists/shared/<token>/"), ("url", "/lists/shared/himitsu/")])
def test_an_error_report_names_a_route_and_never_a_path(source, name):
    event = sentry.without_personal_data({"transaction": name, "transaction_info": {"source": source}}, {})
    assert event.get("transaction") == (name if source == "route" else None)


@pytest.fixture
def misread_attempt(client_of, post) -> Attempt:
    """An attempt of Alice that is misread and counted."""
    answer = post(client_of("alice"), {"ink": ink_of("口"), "target": "日"})
    return Attempt.objects.get(pk=answer.json()["id"])


def contradictions() -> list[str]:
    output = io.StringIO()
    try:
        call_command("check_consistency", stdout=output)
    except CommandError:
        return output.getvalue().splitlines()
    return []


def test_a_consistent_site_has_no_contradictions(misread_attempt):
    assert contradictions() == []


def _add_file() -> None:
    default_storage.save("attempts/nobodys.png", ContentFile(b"x"))


LATE = timezone.now() - timedelta(hours=1)
BREAKS = {
    "has been waiting for its score": lambda: Attempt.objects.update(status="queued", queued_at=LATE),
    "has the status scored but no score": lambda: Attempt.objects.update(target=None) and Score.objects.all().delete(),
    "has the legibility 13, its newest score 12": lambda: Attempt.objects.update(legibility=13),
    "progress differs from a recount": lambda: Progress.objects.update(best=99),
    "day differs from a recount": lambda: Day.objects.update(duration=1),
    "confusion differs from a recount": lambda: Confusion.objects.all().delete(),
    "names the file attempts/gone.png, which": lambda: Attempt.objects.update(ink=None, image="attempts/gone.png"),
    "file attempts/nobodys.png belongs to no row": _add_file,
}


@pytest.mark.parametrize("sentence", BREAKS)
def test_a_contradiction_is_found(misread_attempt, monkeypatch, caplog, sentence):
    BREAKS[sentence]()
    monkeypatch.setattr("accounts.progress.consistency._GRACE", timedelta())
    assert [line for line in contradictions() if sentence in line]
    check_consistency()
    assert sentence in caplog.text


@pytest.mark.parametrize(("minutes", "is_found"), [(9, False), (11, True)])
def test_an_attempt_may_wait_for_ten_minutes(misread_attempt, minutes, is_found):
    Attempt.objects.update(status="queued", queued_at=timezone.now() - timedelta(minutes=minutes))
    assert any("has been waiting for its score" in line for line in contradictions()) is is_found


def test_a_file_whose_row_may_still_be_stored_is_no_contradiction(misread_attempt):
    _add_file()
    assert contradictions() == []


def test_scores_are_saved_between_the_checks_of_two_learners(misread_attempt, no_worker):
    waiting = Attempt.objects.write(guest=uuid.uuid4(), ink=ink_of("口"))
    check_consistency()
    assert Attempt.objects.get(pk=waiting.pk).status == "scored"


def test_a_deletion_in_progress_is_no_contradiction(misread_attempt):
    User.objects.get().schedule_deletion()
    Attempt.objects.all().delete()
    assert contradictions() == []


def test_idempotency_keys_expire_after_a_week_and_attempts_stay(client_of, post):
    alice, long = client_of("alice"), IdempotencyKey.RETENTION
    old, new, late = (
        post(alice, {"ink": ink_of("口"), "age": age}, **{"Idempotency-Key": key}).json()["id"]
        for key, age in [("old", 0), ("new", 0), ("late", 2 * long // timedelta(milliseconds=1))]
    )
    IdempotencyKey.objects.filter(key="old").update(used_at=timezone.now() - long)
    Attempt.objects.filter(pk=old).update(written_at=timezone.now() - long, queued_at=timezone.now() - long)
    tasks.clear_keys()
    kept = dict(Attempt.objects.values_list("pk", "idempotency_key"))
    assert {str(pk): key for pk, key in kept.items()} == {old: None, new: "new", late: "late"}
    assert set(IdempotencyKey.objects.values_list("key", flat=True)) == {"new", "late"}


def test_expired_sessions_are_deleted(client_of):
    client_of("alice")
    client_of("bob")
    [ended, _] = Session.objects.all()
    Session.objects.filter(pk=ended.pk).update(expire_date=LATE)
    clear_sessions()
    assert Session.objects.count() == 1
