"""How many requests wait for scores, when a site refuses attempts, and when clients should ask again."""

from contextlib import ExitStack
from datetime import timedelta
from threading import BoundedSemaphore

import pytest
from django.http import HttpRequest
from django.utils import timezone

from scoring import load
from scoring.load import Load
from scoring.models import Attempt
from tests.support.drawings import ink_of

URL = "/api/v1/attempts/"
INK = ink_of("口")


@pytest.fixture
def clock(monkeypatch):
    """Sets time.monotonic()."""

    def set_to(seconds: float) -> None:
        monkeypatch.setattr("scoring.load.time.monotonic", lambda: seconds)

    set_to(0)
    return set_to


@pytest.mark.parametrize(("requests", "is_over"), [(17, False), (18, True), (24, True)])
def test_three_quarters_of_the_threads_taken_for_a_second_are_an_overload(clock, requests, is_over):
    now = Load(threads=24)
    with ExitStack() as handled:
        for _ in range(requests):
            handled.enter_context(now.request())
        clock(0.99)
        assert not now.is_over()
        clock(1)
        assert now.is_over() == is_over


@pytest.mark.parametrize(("finished", "is_over"), [(3, True), (4, False)])
def test_an_overload_ends_when_fewer_than_five_eighths_of_the_threads_are_taken(clock, finished, is_over):
    now = Load(threads=24)
    with ExitStack() as others:
        for _ in range(18 - finished):
            others.enter_context(now.request())
        with ExitStack() as first:
            for _ in range(finished):
                first.enter_context(now.request())
        clock(5)
        assert now.is_over() == is_over


def test_a_request_that_fails_is_counted_no_longer(clock):
    now = Load(threads=1)
    with pytest.raises(ZeroDivisionError), now.request():
        raise ZeroDivisionError
    clock(5)
    assert not now.is_over()


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_the_middleware_counts_a_request_while_it_is_handled(monkeypatch, clock, threads):
    monkeypatch.setattr(load, "_load", now := Load(threads))

    def view(_):
        clock(1)
        return now.is_over()

    assert load.LoadMiddleware(view)(HttpRequest()) == (threads == 1)
    assert not now.is_over()


def overload(monkeypatch):
    monkeypatch.setattr(load, "is_over", lambda: True)


@pytest.mark.django_db
@pytest.mark.usefixtures("fake_scorer")
def test_an_overloaded_site_refuses_attempts_and_goes_on_reading(client_of, post, monkeypatch):
    visitor = client_of("visitor")
    written = post(visitor, {"ink": INK}).json()
    overload(monkeypatch)
    at_once = visitor.post(f"{URL}batch/", {"attempts": [{"ink": INK}]}, "application/json")
    changed = visitor.patch(f"{URL}{written['id']}/", {"target": "口"}, "application/json")
    for refused in (post(visitor, {"ink": INK}), at_once, changed):
        assert (refused.status_code, refused["Retry-After"], refused.json()["code"]) == (503, "3", "overloaded")
    assert visitor.get(URL).json()["results"] == [written]


@pytest.mark.django_db
def test_a_refusal_by_an_overloaded_site_costs_no_query_and_no_quota(
    client_of, post, monkeypatch, rate_of, django_assert_num_queries
):
    overload(monkeypatch)
    rate_of("1/min")
    with django_assert_num_queries(0):
        answers = [post(client_of("visitor"), {"ink": INK}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [503, 503]


@pytest.fixture
def seats(monkeypatch):
    """Leaves `number` seats, and returns the seconds for which requests wait."""

    def leave(number: int) -> list[float]:
        waits: list[float] = []
        monkeypatch.setattr(load, "_seats", BoundedSemaphore(number))

        def wait(name: object, seconds: float) -> None:
            waits.append(seconds)
            Attempt.objects.update(status="scored")

        monkeypatch.setattr("scoring.wakeup.wait", wait)
        return waits

    return leave


@pytest.mark.django_db
@pytest.mark.usefixtures("no_worker")
@pytest.mark.parametrize(("number", "status", "count"), [(1, 201, 1), (0, 202, 0)])
def test_a_request_waits_only_if_there_is_a_seat(client_of, post, seats, number, status, count):
    waits = seats(number)
    for _ in range(2):  # it returns its seat
        assert post(client_of("visitor"), {"ink": INK}).status_code == status
    assert len(waits) == 2 * count
    batch = client_of("visitor").post(f"{URL}batch/", {"attempts": [{"ink": INK}] * 2}, "application/json")
    assert batch.status_code == status


@pytest.mark.django_db
@pytest.mark.usefixtures("no_worker")
@pytest.mark.parametrize(("waited", "pause"), [(0, "1"), (3, "2"), (10, "5"), (59, "30"), (3600, "30")])
def test_the_longer_an_attempt_waits_the_later_clients_should_ask_again(client_of, post, waited, pause):
    visitor = client_of("visitor")
    written = post(visitor, {"ink": INK}).json()
    Attempt.objects.update(queued_at=timezone.now() - timedelta(seconds=waited))
    assert visitor.get(f"{URL}{written['id']}/")["Retry-After"] == pause


@pytest.mark.django_db
@pytest.mark.usefixtures("fake_scorer")
def test_a_scored_attempt_needs_no_retry(client_of, post):
    visitor = client_of("visitor")
    written = post(visitor, {"ink": INK}).json()
    assert "Retry-After" not in visitor.get(f"{URL}{written['id']}/")
