"""What goes wrong in years of service, done to the site on purpose while people write."""

import json
import os
import resource
import signal
import time
from pathlib import Path

import psycopg
import pytest

from tests.support.cluster import Answers, Cluster, Load
from tests.support.drawings import png_of
from tests.support.site import Browser, children, until

#: Seconds of writing before and after each fault; more of them by `make test-faults`.
SECONDS = float(os.environ.get("FAULT_SECONDS") or 1.5)

#: Where the code of the release before lies, if its web server and worker are to be tried beside those of this one.
BEFORE = os.environ.get("RELEASE_BEFORE", "")

#: Of a connection that writes whatever the server's default is.
WRITES = "-c default_transaction_read_only=off"

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    running = Cluster(tmp_path_factory.mktemp("cluster"))
    yield running
    running.stop()


def pause() -> None:
    time.sleep(SECONDS)


def assert_nothing_is_lost(cluster: Cluster, answers: Answers) -> None:
    """Every accepted attempt has one score by the one model there is, and the clients were told what is documented."""
    assert answers.odd == []
    assert len(answers.ids) > 5
    assert len(set(answers.ids)) == len(answers.ids)
    unscored = "select count(*) from scoring_attempt where id = any(%s::uuid[]) and status <> 'scored'"
    until(lambda: cluster.query(unscored, answers.ids) == [(0,)], 90)
    scores = "select attempt_id, count(*) from scoring_score where attempt_id = any(%s::uuid[]) group by 1"
    counted = cluster.query(scores, answers.ids)
    assert {str(attempt_id): count for attempt_id, count in counted} == dict.fromkeys(answers.ids, 1)


def test_a_quiet_day(cluster):
    with Load(cluster) as answers:
        pause()
    assert_nothing_is_lost(cluster, answers)
    assert (set(answers.statuses), answers.unanswered) == ({201}, 0)


def test_web_and_workers_keep_their_connections(cluster):
    opened = "select sessions from pg_stat_database where datname = current_database()"
    [(before,)] = cluster.query(opened)
    with Load(cluster) as answers:
        pause()
    time.sleep(1)  # what is counted comes a moment later
    [(after,)] = cluster.query(opened)
    assert after - before < len(answers.ids) / 2


def test_a_worker_is_killed(cluster):
    """As the kernel does when the machine is out of memory."""
    with Load(cluster) as answers:
        pause()
        os.kill(cluster.worker_child("worker-1"), signal.SIGKILL)
        pause()
    assert_nothing_is_lost(cluster, answers)
    assert answers.unanswered == 0


def test_a_worker_dies_with_all_its_processes(cluster):
    with Load(cluster) as answers:
        pause()
        for pid in (cluster.processes["worker-1"].pid, cluster.worker_child("worker-1")):
            os.kill(pid, signal.SIGKILL)
        cluster.processes["worker-1"].wait()
        pause()
        cluster.start_worker("worker-1")
    assert_nothing_is_lost(cluster, answers)


def test_a_worker_hangs_with_attempts_in_its_hands_and_comes_back_later(cluster):
    with Load(cluster) as answers:
        pause()
        hung = cluster.worker_child("worker-2")
        os.kill(hung, signal.SIGSTOP)
        time.sleep(12)  # longer than its lease
        os.kill(hung, signal.SIGCONT)
        pause()
    assert_nothing_is_lost(cluster, answers)


def test_the_broker_restarts_and_has_forgotten_everything(cluster):
    with Load(cluster) as answers:
        pause()
        cluster.redis.stop()
        pause()
        cluster.redis.start()
        pause()
    assert_nothing_is_lost(cluster, answers)
    assert set(answers.statuses) <= {201, 202}


def test_the_database_restarts(cluster):
    both = [cluster.guest, cluster.session]
    with Load(cluster) as answers:
        pause()
        cluster.postgresql.stop()
        pause()
        told = [[cluster.get(path, who) for path in ("/history/", "/api/v1/attempts/")] for who in both]
        cluster.postgresql.start()
        pause()
    assert_nothing_is_lost(cluster, answers)
    for page, api in told:
        assert (page[0], "One moment" in page[1]) == (503, True)
        assert (api[0], json.loads(api[1])["code"]) == (503, "unavailable")
    assert [cluster.get("/history/", who)[0] for who in both] == [200, 200]


def test_the_database_loses_its_power(cluster):
    with Load(cluster) as answers:
        pause()
        cluster.postgresql.kill()
        pause()
        cluster.postgresql.start()
        pause()
    assert_nothing_is_lost(cluster, answers)


def test_the_database_is_slow(cluster):
    with Load(cluster) as answers:
        pause()
        with psycopg.connect(cluster.postgresql.url) as other:
            other.execute("lock table scoring_attempt in access exclusive mode")
            time.sleep(3)
        pause()
    assert_nothing_is_lost(cluster, answers)


def test_the_database_freezes(cluster):
    """Its machine still takes what is sent, so that nothing on the way tells that nobody reads it."""
    with Load(cluster) as answers:
        pause()
        cluster.postgresql.freeze()
        try:
            page, api = cluster.get("/history/"), cluster.get("/api/v1/attempts/")
            time.sleep(12)  # longer than whoever waits for it has patience
        finally:
            cluster.postgresql.thaw()
        pause()
    assert_nothing_is_lost(cluster, answers)
    assert (page[0], "One moment" in page[1]) == (503, True)
    assert (api[0], '"code":"unavailable"' in api[1]) == (503, True)
    assert answers.longest < 14
    assert (answers.unanswered, set(answers.statuses) <= {201, 202, 503}) == (0, True)


def test_the_database_has_no_connection_left(cluster):
    taken = []
    with Load(cluster) as answers:
        pause()
        try:
            while True:
                taken.append(psycopg.connect(cluster.postgresql.url))
        except psycopg.OperationalError:
            pass
        pause()
        for connection in taken:
            connection.close()
        pause()
    assert_nothing_is_lost(cluster, answers)


def test_the_database_fails_over_and_for_a_while_only_reads(cluster):
    """As a standby does until it is promoted: whoever writes is told to come again."""

    def read_only(value: str) -> None:
        with psycopg.connect(cluster.postgresql.url, autocommit=True, options=WRITES) as connection:
            connection.execute(f"alter system set default_transaction_read_only = {value}")
            connection.execute("select pg_reload_conf()")

    with Load(cluster) as answers:
        pause()
        read_only("on")
        try:
            pause()
        finally:
            read_only("off")
        pause()
    assert_nothing_is_lost(cluster, answers)
    assert answers.statuses[503]


def test_the_database_dies_and_its_standby_takes_its_place(cluster):
    cluster.postgresql.start_standby()
    with Load(cluster) as answers:
        pause()
        cluster.postgresql.kill()
        pause()
        cluster.postgresql.fail_over()
        pause()
    assert_nothing_is_lost(cluster, answers)
    [(has_recovered,)] = cluster.query("select timeline_id > 1 from pg_control_checkpoint()")
    assert has_recovered


def test_the_disk_is_full(cluster):
    """Images can't be kept and are refused; ink, which the database keeps, is written all the while."""
    browser = Browser(cluster.port)
    before = cluster.query("select count(*) from scoring_attempt where image <> ''")
    with Load(cluster) as answers:
        limit_files(cluster, 100)
        try:
            status, refusal = browser.post_png(png_of("永"))
        finally:
            limit_files(cluster, resource.RLIM_INFINITY)
        pause()
    assert (status, refusal["code"]) == (503, "storage_unavailable")
    assert cluster.query("select count(*) from scoring_attempt where image <> ''") == before
    assert browser.post_png(png_of("永"))[0] == 201
    assert_nothing_is_lost(cluster, answers)


def limit_files(cluster: Cluster, size: int) -> None:
    """Let the web server write files of so many bytes: more fails, as on a full disk."""
    for pid in children(cluster.processes["web"].pid):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_web_and_workers_are_restarted_one_after_the_other_and_no_request_fails(cluster):
    with Load(cluster) as answers:
        pause()
        cluster.processes["web"].send_signal(signal.SIGHUP)
        pause()
        for name in ("worker-1", "worker-2"):
            cluster.restart(name)
            pause()
    assert_nothing_is_lost(cluster, answers)
    assert (set(answers.statuses) <= {201, 202}, answers.unanswered) == (True, 0)


@pytest.mark.skipif(not BEFORE, reason="RELEASE_BEFORE names no checkout")
def test_the_release_before_serves_on_the_tables_of_this_one(cluster):
    """As while a roll-out lasts, or once it is taken back: its web server, and a worker of each."""
    before = Path(BEFORE)
    with Load(cluster) as answers:
        pause()
        cluster.end("web")
        cluster.start_web(2, before)
        cluster.restart("worker-2", before)
        until(lambda: cluster.get("/health/ready")[0] == 200, 60)
        pause()
        cluster.end("web")
        cluster.start_web(2)
        cluster.restart("worker-2")
        pause()
    assert_nothing_is_lost(cluster, answers)
