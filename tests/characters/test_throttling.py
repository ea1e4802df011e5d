"""Rate limits: what passes, what is left, and when to come back."""

import threading

import pytest

from characters.throttling import Balance, charge

DAY = 24 * 60 * 60
#: Seconds of one of the sixty parts of a day.
PART = DAY // 60


def part_now(throttles) -> int:
    return throttles.time()[0] // PART


def test_a_quota_is_charged_by_cost_until_nothing_is_left(throttles):
    assert charge("a", 10, DAY, 7).remaining == 3
    refused = charge("a", 10, DAY, 4)
    assert (refused.is_allowed, refused.remaining) == (False, 3)
    assert (charge("a", 10, DAY, 3).is_allowed, charge("a", 10, DAY, 1).is_allowed) == (True, False)


def test_each_client_has_a_quota_of_its_own(throttles):
    assert charge("a", 1, DAY, 1).is_allowed
    assert charge("b", 1, DAY, 1).is_allowed


def test_a_cost_above_the_quota_takes_the_whole_quota(throttles):
    taken = charge("a", 5, DAY, 100)
    assert (taken.is_allowed, taken.remaining) == (True, 0)
    assert charge("b", 5, DAY, 1).is_allowed
    assert not charge("b", 5, DAY, 100).is_allowed


def test_a_cost_of_nothing_asks_whether_a_unit_is_free(throttles):
    assert charge("a", 2, DAY, 0) == Balance(True, 2, 0, 0)
    charge("a", 2, DAY, 2)
    assert not charge("a", 2, DAY, 0).is_allowed


@pytest.mark.parametrize(("age", "remaining"), [(0, 2), (60, 2), (61, 5), (-1, 5)])
def test_a_unit_counts_for_the_whole_period_and_not_if_it_comes_from_the_future(throttles, age, remaining):
    throttles.hset("a", str(part_now(throttles) - age), 3)
    assert charge("a", 5, DAY, 0).remaining == remaining


def test_the_wait_is_until_the_oldest_units_that_make_room_expire(throttles):
    now = part_now(throttles)
    throttles.hset("a", mapping={str(now - 50): 2, str(now - 40): 2, str(now): 1})
    one, three, five = (charge("a", 5, DAY, cost) for cost in (1, 3, 5))
    assert {balance.is_allowed for balance in (one, three, five)} == {False}
    assert 10 * PART <= one.wait <= 11 * PART
    assert (three.wait - one.wait, five.wait - three.wait) == (10 * PART, 40 * PART)
    assert one.more_in == three.more_in == one.wait


def test_no_count_outlives_its_period(throttles):
    charge("a", 5, 60, 1)
    assert 60_000 < throttles.pttl("a") <= 61_000


def test_clients_at_once_get_exactly_the_quota(throttles):
    balances: list[Balance] = []
    threads = [
        threading.Thread(target=lambda: balances.extend(charge("a", 100, DAY, 1) for _ in range(20))) for _ in range(24)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(balances) == 480
    assert sorted(balance.remaining for balance in balances if balance.is_allowed) == list(range(100))
