"""The metrics' files of dead processes are added up and deleted."""

import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.mmap_dict import MmapedDict

from lettersai.monitoring import metric_files

#: Counts the numbers given to it, and may die at once.
PROCESS = """
import os, sys
from prometheus_client import Counter, Gauge, Histogram
attempts, seconds = Counter("attempts", "Attempts", ["script"]), Histogram("seconds", "Seconds", buckets=[1, 10])
busy = Gauge("busy", "Threads at work", multiprocess_mode="livesum")
for number in sys.argv[1:]:
    attempts.labels(f"script {number}").inc(float(number))
    seconds.observe(float(number))
    busy.inc()
os._exit(0)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    return tmp_path


def run_process(*numbers: int) -> None:
    subprocess.run([sys.executable, "-c", PROCESS, *map(str, numbers)], check=True)


def values() -> dict[str, float]:
    """The metrics as Prometheus reads them."""
    registry = CollectorRegistry()
    metric_files.Collector(registry)
    rows = (line.rsplit(" ", 1) for line in generate_latest(registry).decode().splitlines() if line[0] != "#")
    return {name: float(value) for name, value in rows}


def database_files(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.glob("*.db"))


def test_dead_processes_leave_one_file_per_type_and_no_count_is_lost(folder):
    run_process(1, 2)
    metric_files.fold_dead()
    run_process(2, 5)
    metric_files.fold_dead()
    assert database_files(folder) == ["counter_dead.db", "histogram_dead.db"]
    counts = {script: values()[f'attempts_total{{script="script {script}"}}'] for script in (1, 2, 5)}
    assert counts == {1: 1, 2: 4, 5: 5}
    buckets = {limit: values()[f'seconds_bucket{{le="{limit}"}}'] for limit in ("1.0", "10.0", "+Inf")}
    assert buckets == {"1.0": 1, "10.0": 4, "+Inf": 4}
    assert (values()["seconds_sum"], values()["seconds_count"]) == (10, 4)


def test_many_dead_processes_take_no_more_space_than_one(folder):
    sizes = []
    for _ in range(3):
        run_process(1, 2)
        metric_files.fold_dead()
        sizes.append((folder / "counter_dead.db").stat().st_size)
    assert sizes[1] == sizes[2]
    assert sizes[2] < 4096


def test_files_of_living_processes_stay(folder):
    for name in ("counter_1.db", "histogram_1.db"):  # process 1 always lives
        file = MmapedDict(str(folder / name))
        file.close()
    metric_files.fold_dead()
    assert database_files(folder) == ["counter_1.db", "histogram_1.db"]


def test_a_scrape_folds_first(folder):
    run_process(3)
    assert values()['attempts_total{script="script 3"}'] == 3
    assert database_files(folder) == ["counter_dead.db", "histogram_dead.db"]


def test_without_space_nothing_is_folded_and_no_count_is_lost(folder, monkeypatch):
    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    run_process(1)
    monkeypatch.setattr(Path, "write_bytes", no_space)
    metric_files.fold_dead()
    assert values()['attempts_total{script="script 1"}'] == 1
    monkeypatch.undo()
