"""Faults that occur in years of operation, caused on purpose while clients post attempts."""

import json
import os
import re
import resource
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest

from scoring.models.lease import LeasedQuerySet
from tests.support.cluster import ACCEPTED, Answers, Cluster, Load
from tests.support.drawings import ink_of, png_of
from tests.support.site import Browser, children, until

#: Seconds of load before and after each fault; `make test-faults` sets a longer time.
SECONDS = float(os.environ.get("FAULT_SECONDS") or 1.5)

#: Path of a checkout of the previous release, to test its web server and worker beside those of this one; or empty.
PREVIOUS = os.environ.get("RELEASE_BEFORE", "")

#: File that gets a row of figures for each fault; or empty.
FIGURES = os.environ.get("FAULT_FIGURES", "")

#: Option of a connection that may write even if the server's default is read-only.
WRITES = "-c default_transaction_read_only=off"

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    running = Cluster(tmp_path_factory.mktemp("cluster"))
    yield running
    running.stop()


def pause() -> None:
    time.sleep(SECONDS)


@contextmanager
def few(answers: Answers) -> Iterator[None]:
    """Let the clients send few attempts while time passes: each costs processor time."""
    before, answers.pause = answers.pause, 0.5
    yield
    answers.pause = before


def assert_nothing_is_lost(cluster: Cluster, answers: Answers) -> None:
    """Every accepted attempt gets exactly one score, and every answer was one that the API documents."""
    assert answers.undocumented == []
    assert len(answers.ids) >= Load.ENOUGH
    assert len(set(answers.ids)) == len(answers.ids)
    wait_for_scores(cluster, answers.ids, 90)
    scores = "select attempt_id, count(*) from scoring_score where attempt_id = any(%s::uuid[]) group by 1"
    counted = cluster.query(scores, answers.ids)
    assert {str(attempt_id): count for attempt_id, count in counted} == dict.fromkeys(answers.ids, 1)
    if FIGURES:
        note_figures(cluster, answers)


def wait_for_scores(cluster: Cluster, ids: list[str], seconds: float) -> None:
    unscored = "select count(*) from scoring_attempt where id = any(%s::uuid[]) and status <> 'scored'"
    until(lambda: cluster.query(unscored, ids) == [(0,)], seconds)


def note_figures(cluster: Cluster, answers: Answers) -> None:
    """Append the test's row of the table in docs/figures.md to the file FIGURES."""
    scored = "select scored_at from scoring_score where attempt_id = any(%s::uuid[]) order by 1"
    times = [at for (at,) in cluster.query(scored, answers.ids)]
    gap = max((after - before).total_seconds() for before, after in pairwise(times))
    healed = [(at - answers.mended).total_seconds() for at in times if answers.mended and at > answers.mended]
    test = os.environ["PYTEST_CURRENT_TEST"].split("::")[1].split(" ")[0].removeprefix("test_").replace("_", " ")
    with Path(FIGURES).open("a") as table:
        heal = f"{healed[0]:.1f} s" if healed else ""
        table.write(f"| {test} | {len(answers.ids)} | {len(times)} | {gap:.1f} s | {heal} |\n")


def test_without_a_fault_every_request_succeeds(cluster):
    with Load(cluster) as answers:
        pause()
    assert_nothing_is_lost(cluster, answers)
    assert set(answers.statuses) <= ACCEPTED
    assert answers.unanswered == 0


def test_web_and_workers_reuse_their_database_connections(cluster):
    opened = "select sessions from pg_stat_database where datname = current_database()"
    [(before,)] = cluster.query(opened)
    with Load(cluster) as answers:
        pause()
    time.sleep(1)  # PostgreSQL updates its statistics with a delay
    [(after,)] = cluster.query(opened)
    assert after - before < len(answers.ids) / 2


@contextmanager
def stopped(*pids: int) -> Iterator[None]:
    """Freeze processes, as when their machine is paused."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


#: Attempts that have no score and that a worker holds until a time or longer.
HELD = "select from scoring_attempt where status = 'queued' and leased_until > %s limit 1"


def freeze_with_attempts(cluster: Cluster, name: str, other: str) -> int:
    """Freeze the child of the worker `name` while it holds attempts. Returns the child's id."""
    child = cluster.worker_child(name)

    def holds_attempts() -> bool:
        os.kill(child, signal.SIGSTOP)
        if not (holds := bool(cluster.query(HELD, later))):
            os.kill(child, signal.SIGCONT)
        return holds

    with stopped(cluster.worker_child(other)):
        later = datetime.now(UTC) + LeasedQuerySet.LEASE
        until(holds_attempts, 30)
    return child


def test_killing_a_child_of_a_worker_loses_no_attempt(cluster):
    """The kernel does so when the machine is out of memory."""
    with Load(cluster) as answers:
        pause()
        os.kill(freeze_with_attempts(cluster, "worker-1", "worker-2"), signal.SIGKILL)
        pause()
    assert_nothing_is_lost(cluster, answers)
    assert answers.unanswered == 0


def test_killing_all_processes_of_a_worker_loses_no_attempt(cluster):
    with Load(cluster) as answers:
        pause()
        for pid in (cluster.processes["worker-1"].pid, freeze_with_attempts(cluster, "worker-1", "worker-2")):
            os.kill(pid, signal.SIGKILL)
        cluster.processes["worker-1"].wait()
        pause()
        cluster.start_worker("worker-1")
        answers.mend()
    assert_nothing_is_lost(cluster, answers)


def test_the_attempts_of_a_worker_that_hangs_are_scored_by_another(cluster):
    with Load(cluster) as answers:
        pause()
        with stopped(freeze_with_attempts(cluster, "worker-2", "worker-1")):
            pause()
            with few(answers):
                wait_for_scores(cluster, list(answers.ids), 30)
        answers.mend()
        pause()
    assert_nothing_is_lost(cluster, answers)


#: The connections that wait for a lock, and those in a transaction whose client sends nothing.
WAITING = "select from pg_stat_activity where wait_event_type = 'Lock'"
IDLE = "select from pg_stat_activity where state = 'idle in transaction' and state_change < now() - interval '1 s'"


def test_a_worker_that_freezes_in_a_transaction_holds_the_others_up_for_seconds(cluster):
    """It holds the lock on its learner, whose attempts the other worker claims too."""
    frozen, other = (cluster.worker_child(name) for name in ("worker-1", "worker-2"))
    with stopped(frozen):
        with stopped(other), psycopg.connect(cluster.postgresql.url) as connection, Load(cluster) as answers:
            connection.execute("select from accounts_user where email = 'learner@example.org' for no key update")
            os.kill(frozen, signal.SIGCONT)
            until(lambda: cluster.query(WAITING))
            os.kill(frozen, signal.SIGSTOP)
            connection.rollback()  # now the lock is the frozen worker's
            until(lambda: cluster.query(IDLE))
            os.kill(other, signal.SIGCONT)
            answers.mend()
            assert not cluster.query(SCORED_SINCE, answers.mended)
            until(lambda: cluster.query(SCORED_SINCE, answers.mended), 14)
            pause()
        [(waiting,)] = cluster.query("select count(*) from scoring_attempt where status = 'queued'")
        assert waiting <= 32  # those that the frozen worker had claimed
        until(lambda: cluster.query("select count(*) from scoring_attempt where status = 'queued'") == [(0,)], 30)
    assert_nothing_is_lost(cluster, answers)


#: Scores of the learner's attempts after a time.
SCORED_SINCE = """
select from scoring_score join scoring_attempt on scoring_attempt.id = attempt_id
where user_id is not null and scored_at > %s limit 1
"""


def test_ready_says_whether_scores_advance(cluster):
    """Frozen workers have announced themselves within a minute, and answer nobody."""
    until(lambda: cluster.ready()["scores"], 60)
    with stopped(*(cluster.worker_child(name) for name in ("worker-1", "worker-2"))):
        assert cluster.post(ink_of("永"), cookie=cluster.session)[0] == 202
        until(lambda: cluster.ready()["scores"] is False, 45)
    until(lambda: cluster.get("/health/ready")[0] == 200, 30)


def test_beat_that_dies_is_noticed(cluster):
    def seconds_since_tick() -> float:
        [tick] = re.findall(r"^lettersai_beat_tick_timestamp_seconds (\S+)$", cluster.get("/metrics")[1], re.MULTILINE)
        return time.time() - float(tick)

    until(lambda: cluster.get("/health/ready")[0] == 200, 60)
    assert seconds_since_tick() < 5
    for name in ("beat-1", "beat-2"):
        cluster.processes[name].kill()
        cluster.processes[name].wait()
    until(lambda: cluster.ready()["beat"] is False, 45)
    assert seconds_since_tick() > 25
    cluster.start_beat("beat-1")
    cluster.start_beat("beat-2")
    until(lambda: cluster.get("/health/ready")[0] == 200, 60)
    assert seconds_since_tick() < 5


def test_restarting_the_broker_loses_no_attempt(cluster):
    with Load(cluster) as answers:
        pause()
        cluster.redis.stop()
        pause()
        cluster.redis.start()
        answers.mend()
        pause()
    assert_nothing_is_lost(cluster, answers)
    assert set(answers.statuses) <= {201, 202}


def test_a_broker_that_refuses_commands_loses_no_attempt(cluster):
    """As one does on a full disk, without memory, or as a replica. Workers that asked it for tasks ended."""
    with Load(cluster) as answers:
        pause()
        cluster.redis.refuse(True)
        try:
            pause()
        finally:
            cluster.redis.refuse(False)
        answers.mend()
        pause()
    assert_nothing_is_lost(cluster, answers)
    assert set(answers.statuses) <= {201, 202}
    assert [name for name, process in cluster.processes.items() if process.poll() is not None] == []


def test_restarting_the_database_shows_the_busy_page_and_loses_no_attempt(cluster):
    cookies = [cluster.guest, cluster.session]
    with Load(cluster) as answers:
        pause()
        cluster.postgresql.stop()
        pause()
        refusals = [[cluster.get(path, one) for path in ("/history/", "/api/v1/attempts/")] for one in cookies]
        cluster.postgresql.start()
        answers.mend()
        pause()
    assert_nothing_is_lost(cluster, answers)
    for page, api in refusals:
        assert (page[0], "One moment" in page[1]) == (503, True)
        assert (api[0], json.loads(api[1])["code"]) == (503, "unavailable")
    assert [cluster.get("/history/", one)[0] for one in cookies] == [200, 200]


#: Seconds without the database, long enough for a pool that backs off to stop trying.
AWAY = 20

#: Seconds that a request waits for a connection to the database before it knows of an outage.
PATIENCE = 5


def test_after_a_time_without_the_database_the_web_server_answers_within_seconds(cluster):
    def timed(path: str) -> tuple[int, float]:
        begun = time.monotonic()
        return cluster.get(path)[0], time.monotonic() - begun

    with Load(cluster) as answers:
        pause()
        cluster.postgresql.stop()
        try:
            time.sleep(AWAY)
            with ThreadPoolExecutor(48) as visitors:
                refused = list(visitors.map(timed, ["/api/v1/attempts/"] * 48))
            health = {path: timed(path) for path in ("/metrics", "/health/ready", "/health/live", "/health/version")}
            parts = cluster.ready()
        finally:
            cluster.postgresql.start()
        answers.mend()
        until(lambda: cluster.get("/api/v1/attempts/")[0] == 200, 8)
        pause()
    assert_nothing_is_lost(cluster, answers)
    assert {status for status, _ in refused} == {503}
    assert max(seconds for _, seconds in refused) < PATIENCE
    assert {path: status for path, (status, _) in health.items()} == {
        "/metrics": 200,
        "/health/ready": 503,
        "/health/live": 200,
        "/health/version": 503,
    }
    assert max(seconds for _, seconds in health.values()) < PATIENCE
    # Figures that come from the database are unknown, so that only the database's alarm rings.
    assert (parts["database"], parts["migrations"], parts["scores"], parts["broker"]) == (False, None, None, True)


def test_killing_the_database_loses_no_attempt(cluster):
    with Load(cluster) as answers:
        pause()
        cluster.postgresql.kill()
        pause()
        cluster.postgresql.start()
        answers.mend()
        pause()
    assert_nothing_is_lost(cluster, answers)


def test_a_slow_database_loses_no_attempt(cluster):
    with Load(cluster) as answers:
        pause()
        with psycopg.connect(cluster.postgresql.url) as other:
            other.execute("lock table scoring_attempt in access exclusive mode")
            time.sleep(3)
        answers.mend()
        pause()
    assert_nothing_is_lost(cluster, answers)


def test_a_frozen_database_causes_503_within_seconds_and_loses_no_attempt(cluster):
    """The kernel still accepts packets for it, so that clients can't notice from the connection."""
    with Load(cluster) as answers:
        pause()
        cluster.postgresql.freeze()
        try:
            begun = time.monotonic()
            assert cluster.get("/metrics")[0] == 200
            assert cluster.get("/health/ready")[0] == 503
            asked = time.monotonic() - begun
            page, api = cluster.get("/history/"), cluster.get("/api/v1/attempts/")
            time.sleep(12)  # longer than the site waits for the database
        finally:
            cluster.postgresql.thaw()
        answers.mend()
        pause()
    assert_nothing_is_lost(cluster, answers)
    assert (page[0], "One moment" in page[1]) == (503, True)
    assert (api[0], '"code":"unavailable"' in api[1]) == (503, True)
    assert asked < 4
    assert answers.longest < 14
    assert (answers.unanswered, set(answers.statuses) <= {201, 202, 503}) == (0, True)


def test_running_out_of_database_connections_loses_no_attempt(cluster):
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
        answers.mend()
        pause()
    assert_nothing_is_lost(cluster, answers)


def test_a_database_that_is_read_only_for_a_while_loses_no_attempt(cluster):
    """A standby is read-only until it is promoted. Clients that post are asked to retry."""

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
        answers.mend()
        pause()
    assert_nothing_is_lost(cluster, answers)
    assert answers.statuses[503]


def test_failing_over_to_the_standby_loses_no_attempt(cluster):
    cluster.postgresql.start_standby()
    with Load(cluster) as answers:
        pause()
        cluster.postgresql.kill()
        pause()
        cluster.postgresql.fail_over()
        answers.mend()
        pause()
    assert_nothing_is_lost(cluster, answers)
    [(has_recovered,)] = cluster.query("select timeline_id > 1 from pg_control_checkpoint()")
    assert has_recovered


def test_people_get_scores_while_a_program_has_sent_many_attempts(cluster):
    waiting = "select count(*) from scoring_attempt where status = 'queued' and bulk_owner is not null"
    ink = ink_of("永")
    program, person = Browser(cluster.port), Browser(cluster.port)
    batch = {"attempts": [{"ink": ink, "target": "永"}] * 100}
    for _ in range(5):
        assert program.request("POST", "/api/v1/attempts/batch/", batch, {"Prefer": "respond-async"})[0] == 202
    [(before,)] = cluster.query(waiting)
    assert [person.post_ink(ink, target="永")[0] for _ in range(5)] == [201] * 5
    [(after,)] = cluster.query(waiting)
    assert 0 < after < before  # nobody had to wait for them, and they advanced
    until(lambda: cluster.query(waiting) == [(0,)], 180)


def test_a_full_disk_refuses_images_and_accepts_ink(cluster):
    """Images are stored on the disk of the web server, ink in the database."""
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
    """Limit the files that the web server writes to `size` bytes: writing more fails, as on a full disk."""
    for pid in children(cluster.processes["web"].pid):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_a_rolling_restart_fails_no_request(cluster):
    with Load(cluster) as answers:
        pause()
        cluster.processes["web"].send_signal(signal.SIGHUP)
        pause()
        for name in ("worker-1", "worker-2"):
            cluster.restart(name)
            pause()
    assert_nothing_is_lost(cluster, answers)
    assert (set(answers.statuses) <= {201, 202}, answers.unanswered) == (True, 0)


@pytest.mark.skipif(not PREVIOUS, reason="RELEASE_BEFORE names no checkout")
def test_the_previous_release_works_on_the_tables_of_this_one(cluster):
    """As during a roll-out, or after it is reverted: the web server of the previous release, and a worker of each."""
    previous = Path(PREVIOUS)
    with Load(cluster) as answers:
        pause()
        cluster.end("web")
        cluster.start_web(2, previous)
        cluster.restart("worker-2", previous)
        until(lambda: cluster.get("/health/ready")[0] == 200, 60)
        pause()
        cluster.end("web")
        cluster.start_web(2)
        cluster.restart("worker-2")
        pause()
    assert_nothing_is_lost(cluster, answers)
