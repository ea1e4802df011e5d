"""manage.py run starts every process or says why it can't, starts one that died again, and leaves none behind."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import cast
from urllib.parse import quote, urlencode

import pytest
from django.core.management import CommandError

from lettersai.management.commands.run import Children
from tests.support import starts
from tests.support.cluster import CSRF_TOKEN, SIGN_IN
from tests.support.disk import SmallDisk
from tests.support.drawings import ink_of, png_of
from tests.support.listener import Listener
from tests.support.site import ROOT, Browser, Site, children, command_line, descendants, free_port, prepared, until

NAME, TOKEN = "PROMETHEUS_MULTIPROC_DIR", "token"
EVENTS = "/api/v1/events/"


def run(folder, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start a site with a migrated database, which can't go on."""
    if not (folder / "lettersai.sqlite3").exists():
        shutil.copyfile(prepared(cast(Path, Site.database)), folder / "lettersai.sqlite3")
    ports = {name: str(free_port()) for name in ("PORT", "EVENTS_PORT")}
    return starts.run("manage.py", "run", environment={**os.environ, "DATA_DIR": str(folder), **ports, **environment})


def are_gone(pids: list[int]) -> bool:
    return not any(command_line(pid) for pid in pids)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A site that several tests use, and the small disk with its data."""
    folder = tmp_path_factory.mktemp("site")
    started: list[Site] = []
    disk = SmallDisk(folder, 80, lambda: descendants(started[0].process.pid))
    try:
        started.append(Site(folder, METRICS_TOKEN=TOKEN))
        yield started[0], disk
    finally:
        if started:
            started[0].process.kill()
            started[0].process.wait()
        disk.remove()


@pytest.fixture
def site(shared):
    """The shared site; it starts again if the test before stopped it."""
    running, _ = shared
    if running.process.poll() is not None:
        running.start()
    return running


@pytest.fixture
def disk(shared):
    _, small = shared
    yield small
    small.free()


@pytest.fixture
def first_start(tmp_path, monkeypatch):
    """A site in an empty folder, where it creates its database."""
    monkeypatch.setattr(Site, "database", None)
    running = Site(tmp_path)
    yield running
    running.process.kill()
    running.process.wait()


def test_ctrl_c_and_sigterm_end_every_process_and_a_second_start_finds_the_attempts(first_start):
    site = first_start
    browser = site.browser()
    _, written = browser.post_ink(ink_of("永"))
    stream = Listener(browser.redirected(EVENTS))
    stop(site, signal.SIGINT)
    assert stream.has_ended()
    begun = time.monotonic()
    site.start()
    assert time.monotonic() - begun < 60
    assert browser.attempt(written["id"]) == written
    stop(site, signal.SIGTERM)


def test_further_signals_do_not_interrupt_the_stop(site):
    started = descendants(site.process.pid)
    for _ in range(100):
        site.process.send_signal(signal.SIGTERM)
        time.sleep(0.0005)
    assert site.stop(signal.SIGTERM) == 0
    until(lambda: are_gone(started), 5)
    assert "Traceback" not in site.log.read_text()


def stop(site: Site, ending: int) -> None:
    """Stop the site, and check that none of its processes is left and nothing failed."""
    started = descendants(site.process.pid)
    assert len(started) >= 5
    assert site.stop(ending) == 0
    until(lambda: are_gone(started), 5)
    assert "Traceback" not in site.log.read_text()


@pytest.mark.parametrize(
    ("process", "name"),
    [
        *((name, name) for name in ("worker", "mailer", "beat", "web server", "server of streams")),
        ("valkey-server", "broker"),
    ],
)
def test_a_process_that_is_killed_starts_again_and_nothing_is_lost(site, process, name):
    browser = site.browser()
    victim = site.child(process)
    os.kill(victim, signal.SIGKILL)
    said = until(lambda: [line for line in site.log.read_text().splitlines() if f"The {name} stopped" in line])
    assert said == [f"The {name} stopped unexpectedly (killed by SIGKILL). It starts again in 1 s."]
    until(lambda: is_scored(site, browser), 90)
    until(lambda: site.child(process) != victim)
    assert site.process.poll() is None


def is_scored(site: Site, browser: Browser) -> bool:
    """Whether the site scores an attempt at once."""
    try:
        return browser.post_ink(ink_of("永"))[0] == 201
    except (OSError, http.client.HTTPException):
        browser.disconnect()
        return False


def test_listeners_come_back_to_a_server_of_streams_that_was_killed(site):
    browser = site.browser()
    browser.post_ink(ink_of("永"))
    stream = until(lambda: listened(browser))
    victim = site.child("server of streams")
    os.kill(victim, signal.SIGKILL)
    assert stream.has_ended()
    again = until(lambda: listened(browser))
    _, written = browser.post_ink(ink_of("永"))
    assert [one["id"] for one in again.outcomes()] == [written["id"]]
    again.close()


def listened(browser: Browser) -> Listener | None:
    """A stream; None while no server answers."""
    try:
        stream = Listener(browser.redirected(EVENTS))
    except OSError:
        return None
    return stream if stream.answer.status == 200 else None


#: By Django's connection, which has the functions that the indexes use.
INTEGRITY = "from django.db import connection; print(*connection.cursor().execute('pragma integrity_check').fetchone())"


def test_a_full_disk_stops_writing_but_not_reading_and_heals(site, disk):
    """Processes that wrote to their mapped metrics died, and the broker refused what the worker asked of it."""
    browser = site.browser()
    _, kept = browser.post_ink(ink_of("永"))
    learner = {"Cookie": site.run(SIGN_IN).strip()}
    before = processes(site)
    disk.fill()
    for path in ("/", "/history/", quote("/characters/永/")):
        assert site.browser().request("GET", path)[0] == 200
    for path in ("/", "/history/", "/progress/", "/today/", "/accounts/data/"):
        assert site.browser().request("GET", path, headers=learner)[0] == 200
    assert browser.attempt(kept["id"]) == kept
    stream = until(lambda: listened(browser))
    for _ in range(3):
        status, refusal = browser.post_ink(ink_of("永"))
        assert (status, refusal["code"]) == (503, "storage_full")
    status, refusal = browser.post_png(png_of("永"))
    assert (status, refusal["code"]) == (503, "storage_unavailable")
    assert sign_up(site) == (503, True)
    disk.free()
    status, written = browser.post_ink(ink_of("永"))
    assert status == 201
    assert [one["id"] for one in stream.outcomes()] == [written["id"]]
    stream.close()
    assert browser.post_png(png_of("永"))[0] == 201
    assert processes(site).items() >= before.items()  # what reads images is new
    assert site.run(INTEGRITY).strip() == "ok"


def processes(site: Site) -> dict[int, str]:
    return {pid: command_line(pid) for pid in descendants(site.process.pid)}


def sign_up(site: Site) -> tuple[int, bool]:
    """Sign up. Returns the status, and whether the page says that there is no space."""
    form = {"email": "alice@example.org", "password1": "brush and ink 5", "password2": "brush and ink 5"}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={CSRF_TOKEN}"}
    body = urlencode({**form, "csrfmiddlewaretoken": CSRF_TOKEN}).encode()
    status, page = site.browser().request("POST", "/accounts/signup/", body, headers)
    return status, b"No space left" in page


def test_the_metrics_are_in_memory_and_a_dead_process_leaves_no_files(site):
    """On a full disk, a process that wrote to its mapped metrics would die."""

    def answered() -> float:
        text = site.browser().request("GET", "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})[1].decode()
        rows = [line for line in text.splitlines() if line.startswith("lettersai_request_seconds_count")]
        return sum(float(row.rsplit(" ", 1)[1]) for row in rows)

    def folder_of(pid: int) -> Path:
        environment = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
        [folder] = [value for name, _, value in (one.partition("=") for one in environment) if name == NAME]
        return Path(folder)

    [web] = children(site.child("web server"))
    files = folder_of(web)
    assert files.is_relative_to("/dev/shm")
    assert files.stat().st_mode & 0o777 == 0o700
    assert is_scored(site, site.browser())
    before = answered()
    os.kill(web, signal.SIGKILL)
    until(lambda: is_scored(site, site.browser()))
    assert answered() > before > 0
    assert [file for file in files.iterdir() if str(web) in file.name] == []


def test_a_second_run_on_the_same_data_is_reported_in_one_sentence(site):
    ended = run(site.folder)
    assert ended.returncode == 1
    [sentence] = ended.stderr.strip().splitlines()
    assert "Another run uses" in sentence


def test_killing_the_main_process_leaves_no_orphans(site):
    started = descendants(site.process.pid)
    site.process.kill()
    until(lambda: are_gone(started), 30)


def test_a_busy_port_is_reported_in_one_sentence(tmp_path):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        ended = run(tmp_path, PORT=str(port))
    assert ended.returncode == 1
    assert ended.stderr.strip().splitlines() == [f"CommandError: Port {port} is in use: set PORT to another."]


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"MODEL_BUNDLE": "/nowhere"}, "MODEL_BUNDLE"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}, "see DATABASE_URL"),
        ({"REDIS_URL": "redis://127.0.0.1:9/0"}, "Redis did not answer"),
        ({"DATABASE_URL": "elsewhere"}, "Set DATABASE_URL"),
        ({"REDIS_URL": "elsewhere"}, "Set REDIS_URL"),
        ({"WORKER_CONCURRENCY": "many"}, "Set WORKER_CONCURRENCY"),
        ({"ATTEMPT_RATE": "often"}, "Set ATTEMPT_RATE"),
        ({"DATA_DIR": "/dev/null/var"}, "Set DATA_DIR"),
        ({"EMAIL_URL": "localhost:25"}, "Set EMAIL_URL"),
        ({"SITE_URL": "letters.example"}, "Set SITE_URL"),
        ({"PRODUCTION": "1"}, "Set SECRET_KEY"),
        ({"PORT": "eighty"}, "PORT"),
    ],
)
def test_an_invalid_configuration_stops_the_start_and_says_what_to_set(tmp_path, environment, sentence):
    ended = run(tmp_path, **environment)
    assert ended.returncode == 1
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_damaged_model_stops_the_start(tmp_path):
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    for file in (ROOT / "ml" / "bundle").iterdir():
        (bundle / file.name).write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    ended = run(tmp_path, MODEL_BUNDLE=str(bundle))
    assert ended.returncode == 1
    assert "can't be read" in ended.stderr
    assert "stopped unexpectedly" in ended.stderr


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr("lettersai.management.commands.run.FIRST_PAUSE", 0.01)


def test_a_process_that_keeps_dying_ends_the_site(quick):
    said: list[str] = []
    with Children(said.append) as children:
        children.start("worker", ["false"])
        with pytest.raises(CommandError) as ended:
            until(children.revive)
    assert said[:2] == [
        "The worker stopped unexpectedly (exit code 1). It starts again in 0.01 s.",
        "The worker stopped unexpectedly (exit code 1). It starts again in 0.02 s.",
    ]
    assert len(said) == 5
    assert str(ended.value) == (
        "The worker stopped unexpectedly 6 times within 10 minutes (last time: exit code 1), so everything was stopped."
    )


def test_deaths_long_ago_are_forgotten(quick, monkeypatch):
    monkeypatch.setattr("lettersai.management.commands.run.PERIOD", 0.001)
    said: list[str] = []
    with Children(said.append) as children:
        children.start("worker", ["false"])
        while len(said) < 10:
            children.revive()
            time.sleep(0.01)
    assert set(said) == {"The worker stopped unexpectedly (exit code 1). It starts again in 0.01 s."}


def test_children_of_a_dead_process_end_before_it_starts_again(quick, tmp_path):
    """Its children would hold the port and the tasks."""
    pids = tmp_path / "pids"
    with Children(lambda sentence: None) as children:
        children.start("web server", ["sh", "-c", f"sleep 1000 & echo $! >> {pids}; wait"])
        [orphan] = until(lambda: pids.exists() and pids.read_text().split())
        started = [pid for pid in descendants(os.getpid()) if str(pids) in command_line(pid)]
        [parent] = [pid for pid in started if pid != int(orphan)]  # which may not be called sleep yet
        os.kill(parent, signal.SIGKILL)
        while len(pids.read_text().split()) == 1:
            children.revive()
            time.sleep(0.01)
        assert are_gone([int(orphan)])
