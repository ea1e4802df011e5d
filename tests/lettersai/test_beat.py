"""Beat goes on when its file can't be written."""

import shelve
from pathlib import Path
from typing import Any

import pytest

from lettersai.background.beat import Scheduler
from lettersai.celery import app


def no_space(*_: Any, **__: Any) -> None:
    raise OSError(28, "No space left on device")


@pytest.fixture
def file(tmp_path):
    return str(tmp_path / "schedule")


def test_beat_remembers_over_a_restart_when_a_task_was_last_due(file):
    first = Scheduler(app=app, schedule_filename=file)
    due: Any = first.reserve(first.schedule["clear sessions"])
    first.close()
    second = Scheduler(app=app, schedule_filename=file)
    assert second.schedule["clear sessions"].last_run_at == due.last_run_at
    second.close()


def test_beat_starts_on_a_full_disk_and_keeps_the_file(file, monkeypatch):
    Scheduler(app=app, schedule_filename=file).close()
    kept = sorted(Path(file).parent.iterdir())
    monkeypatch.setattr(shelve, "open", no_space)
    scheduler = Scheduler(app=app, schedule_filename=file)
    assert set(scheduler.schedule) >= set(app.conf.beat_schedule)
    scheduler.sync()
    scheduler.close()
    assert sorted(Path(file).parent.iterdir()) == kept != []


def test_a_disk_that_becomes_full_neither_stops_beat_nor_its_end(file, monkeypatch):
    scheduler = Scheduler(app=app, schedule_filename=file)
    monkeypatch.setattr(shelve.Shelf, "sync", no_space)
    scheduler.sync()
    scheduler.close()
