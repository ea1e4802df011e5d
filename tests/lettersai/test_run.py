"""manage.py run starts every process or says why it can't, and leaves no process behind."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from tests.support.drawings import ink_of
from tests.support.site import ROOT, Site, command_line, descendants, free_port, until


def run(folder, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "run"],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(folder), "PORT": str(free_port()), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def are_gone(pids: list[int]) -> bool:
    return not any(command_line(pid) for pid in pids)


@pytest.fixture
def site(tmp_path):
    running = Site(tmp_path)
    yield running
    running.process.kill()
    running.process.wait()


@pytest.fixture
def first_start(tmp_path, monkeypatch):
    """A site in an empty folder, where it creates its database."""
    monkeypatch.setattr(Site, "database", None)
    running = Site(tmp_path)
    yield running
    running.process.kill()
    running.process.wait()


def test_ctrl_c_ends_every_process_and_a_second_start_finds_the_attempts(first_start):
    site = first_start
    browser = site.browser()
    _, written = browser.post_ink(ink_of("永"))
    stop(site, signal.SIGINT)
    begun = time.monotonic()
    site.start()
    assert time.monotonic() - begun < 60
    assert browser.attempt(written["id"]) == written
    site.stop()


def test_sigterm_ends_every_process(site):
    stop(site, signal.SIGTERM)


def stop(site: Site, ending: int) -> None:
    """Stop the site, and check that none of its processes is left and nothing failed."""
    started = descendants(site.process.pid)
    assert len(started) >= 5
    assert site.stop(ending) == 0
    until(lambda: are_gone(started), 5)
    assert "Traceback" not in site.log.read_text()


def test_killing_the_main_process_leaves_no_orphans(site):
    started = descendants(site.process.pid)
    site.process.kill()
    until(lambda: are_gone(started), 30)


@pytest.mark.parametrize("part", [" worker ", " beat ", "gunicorn", "valkey-server"])
def test_a_process_that_dies_stops_the_others_with_one_sentence(site, part):
    started = descendants(site.process.pid)
    victim = next(pid for pid in started if part in command_line(pid))
    os.kill(victim, signal.SIGKILL)
    assert site.process.wait(60) == 1
    assert "stopped unexpectedly" in site.log.read_text().splitlines()[-1]
    until(lambda: are_gone(started), 5)


def test_a_busy_port_is_reported_in_one_sentence(tmp_path):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        ended = run(tmp_path, PORT=str(port))
    assert ended.returncode == 1
    assert ended.stderr.strip().splitlines() == [f"CommandError: Port {port} is in use: set PORT to another."]


def test_a_second_run_on_the_same_data_is_reported_in_one_sentence(site):
    ended = run(site.folder)
    assert ended.returncode == 1
    [sentence] = ended.stderr.strip().splitlines()
    assert "Another run uses" in sentence
    site.stop()


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
