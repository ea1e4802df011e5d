"""Load test of the site: make load, or make load BEFORE=folder to compare with another checkout

Starts a cluster with PostgreSQL on this machine and posts attempts over loopback. Prints scores per second, processor
time per score, the latency of one client, at half and at nine tenths of the rate, and while 10,000 attempts wait in the
bulk lane. With BEFORE, it measures both checkouts in turns, on the tables of this one. Without, it also prints the rate
of one worker, and the workers' memory after 5,000 and after 50,000 scores. Clients, database and broker use the same
cores.
"""

import argparse
import json
import math
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

import redis

from tests.support.cluster import Cluster
from tests.support.drawings import ink_of
from tests.support.site import ROOT, Browser, children, descendants, resident_bytes, until

CHARACTERS = "永あアR7口鬼書道字"
#: As many as one web process lets wait for a score, so that no answer comes without.
CLIENTS = 12
BATCH = 100
#: Seconds between two questions for a score.
POLL = 0.1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--scores",
        type=int,
        default=50_000,
        help="number of scores after which memory is compared with that after 5,000",
    )
    parser.add_argument("--before", type=Path, help="a checkout of the version to compare with, ready to run")
    parser.add_argument("--rounds", type=int, default=2, help="turns of each checkout")
    parser.add_argument("--seconds", type=float, default=20, help="duration of each measurement")
    parser.add_argument("--waiting", type=int, default=10_000, help="attempts in the bulk lane")
    return parser.parse_args()


def clients(cluster: Cluster, write: Callable[[Browser, int], None], seconds: float, count: int = CLIENTS) -> int:
    """Call `write` repeatedly with `count` concurrent clients for `seconds`; returns the number of calls."""
    end = time.monotonic() + seconds
    done = [0] * count

    def work(number: int) -> None:
        browser = Browser(cluster.port, keep_alive=True)
        while time.monotonic() < end:
            write(browser, done[number])
            done[number] += 1

    threads = [threading.Thread(target=work, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done)


INKS = [ink_of(character) for character in CHARACTERS]


def post(browser: Browser, number: int) -> None:
    index = number % len(INKS)
    status, attempt = browser.post_ink(INKS[index], target=CHARACTERS[index])
    while status == 202 or (status == 200 and attempt["status"] == "queued"):  # as many as may wait do so already
        time.sleep(POLL)
        status, attempt = browser.request("GET", f"/api/v1/attempts/{attempt['id']}/")
    assert status in (200, 201), attempt


def at_rate(cluster: Cluster, rate: float, seconds: float) -> list[float]:
    """Latencies, ms, of posts at `rate` a second, which don't wait for earlier answers."""
    times: list[float] = []
    started = time.monotonic()
    due = iter(range(int(rate * seconds)))
    lock = threading.Lock()

    def work() -> None:
        browser = Browser(cluster.port, keep_alive=True)
        while True:
            with lock:
                number = next(due, None)
            if number is None:
                return
            moment = started + number / rate
            time.sleep(max(0, moment - time.monotonic()))
            post(browser, number)
            times.append((time.monotonic() - moment) * 1000)

    # Not more, or the server would close their connections between two posts.
    threads = [threading.Thread(target=work) for _ in range(min(CLIENTS, math.ceil(rate)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def one_by_one(cluster: Cluster, seconds: float) -> list[float]:
    """Latencies, ms, of one client, until there is a score."""
    browser = Browser(cluster.port, keep_alive=True)
    times: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        index = len(times) % len(INKS)
        started = time.monotonic()
        _, attempt = browser.post_ink(INKS[index], target=CHARACTERS[index])
        while attempt["status"] == "queued":
            time.sleep(POLL)
            attempt = browser.attempt(attempt["id"])
        times.append((time.monotonic() - started) * 1000)
        time.sleep(0.02)
    return times


def report(cluster: Cluster, name: str, seconds: float) -> None:
    clients(cluster, post, 4)  # warm up
    print(f"{name}, one client: {percentiles(one_by_one(cluster, seconds / 2))}")
    before = processor(cluster)
    posted = clients(cluster, post, seconds)
    rate = posted / seconds
    print(f"{name}: {rate:.0f} scores/s through the API")
    taken = {part: (seconds - before[part]) * 1000 / posted for part, seconds in processor(cluster).items()}
    parts = ", ".join(f"{part} {ms:.1f} ms" for part, ms in taken.items())
    print(f"  processor time per score: {parts}, together {sum(taken.values()):.1f} ms")
    for fraction in (0.5, 0.9):
        print(f"  at {fraction:.0%} of that: {percentiles(at_rate(cluster, rate * fraction, seconds))}", flush=True)


def percentiles(times: list[float]) -> str:
    if len(times) < 2:
        return ", ".join(f"{ms:,.0f} ms" for ms in times)
    cuts = statistics.quantiles(times, n=100)
    shown = ", ".join(f"p{percent} {cuts[percent - 1]:,.0f} ms" for percent in (50, 90, 95, 99))
    return f"{shown} (n = {len(times):,})"


def report_backlog(cluster: Cluster, name: str, waiting: int, seconds: float) -> None:
    """Print the latency of one client while `waiting` attempts of another wait, and how many of those are scored."""
    browser = Browser(cluster.port, keep_alive=True)
    queued = "select count(*) from scoring_attempt where status = 'queued'"
    body = batch()
    while cluster.query(queued)[0][0] < waiting:
        status, answer = browser.request("POST", "/api/v1/attempts/batch/", body, {"Prefer": "respond-async"})
        assert status == 202, answer
    [(before,)], started = cluster.query(queued), time.monotonic()
    times = one_by_one(cluster, seconds)
    [(after,)] = cluster.query(queued)
    scored = (before - after) / (time.monotonic() - started)
    print(f"{name}, {before:,} waiting: {percentiles(times)}; of these {scored:.0f} scored a second", flush=True)
    # Drop the rest.
    cluster.query("update scoring_attempt set status = 'failed' where status = 'queued' returning 1")
    redis.Redis.from_url(cluster.redis.url).flushall()


def batch() -> bytes:
    attempts = [{"ink": INKS[n % 10], "target": CHARACTERS[n % 10]} for n in range(BATCH)]
    return json.dumps({"attempts": attempts}).encode()


def switch(cluster: Cluster, code: Path) -> None:
    """Restart web server, workers and beats with the code of a checkout."""
    for name in list(cluster.processes):
        cluster.end(name)
    cluster.start_web(2, code)
    for name in ("worker-1", "worker-2"):
        cluster.start_worker(name, code)
    for name in ("beat-1", "beat-2"):
        cluster.start_beat(name, code)

    def scores() -> bool:
        try:
            return bool(Browser(cluster.port).post_ink(INKS[0], "wait=2")[0] == 201)
        except (OSError, HTTPException):
            return False

    until(scores, 180)
    until(lambda: all(children(cluster.processes[name].pid) for name in ("worker-1", "worker-2")))


def processor(cluster: Cluster) -> dict[str, float]:
    """Processor time of each part since it started, s."""
    roots = {
        "web": [cluster.processes["web"].pid],
        "workers": [],
        "database": [],
        "broker": [cluster.redis.process.pid],
    }
    roots["workers"] = [process.pid for name, process in cluster.processes.items() if name.startswith("worker")]
    roots["database"] = [int((cluster.postgresql.folder / "data" / "postmaster.pid").read_text().split()[0])]
    return {
        part: sum(seconds_of(one) for pid in pids for one in (pid, *descendants(pid))) for part, pids in roots.items()
    }


def seconds_of(pid: int) -> float:
    """Processor time of a process and of its finished children, s."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def memory(cluster: Cluster, scores: int) -> bool:
    """Post batches until there are `scores`; True if the workers' memory grew by less than a tenth since 5,000."""
    body = batch()
    browser = Browser(cluster.port, keep_alive=True)
    names = [name for name in cluster.processes if name.startswith("worker")]
    sizes: list[int] = []
    done = 0
    until(lambda: all(children(cluster.processes[name].pid) for name in names))
    for goal in (5_000, scores):
        while done < goal:
            status, answer = browser.request("POST", "/api/v1/attempts/batch/", body, {"Prefer": "wait=10"})
            assert status in (201, 202), answer
            done += BATCH
        resident = [resident_bytes(cluster.worker_child(name)) for name in names]
        print(f"workers after {done:,} scores: {', '.join(f'{size / 1e6:.0f} MB' for size in resident)}", flush=True)
        sizes.append(sum(resident))
    print(f"change of memory: {sizes[-1] / sizes[0] - 1:+.1%}")
    return sizes[-1] < 1.1 * sizes[0]


def main() -> None:
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="lettersai-load-") as folder:
        cluster = Cluster(Path(folder))
        try:
            for number in range(args.rounds if args.before else 0):
                for name, code in (("before", args.before.resolve()), ("now", ROOT)):
                    switch(cluster, code)
                    report(cluster, f"{number + 1}. {name}", args.seconds)
                    report_backlog(cluster, f"{number + 1}. {name}", args.waiting, args.seconds)
            if not args.before:
                report_all(cluster, args)
        finally:
            cluster.stop()


def report_all(cluster: Cluster, args: argparse.Namespace) -> None:
    report(cluster, "two workers", args.seconds)
    report_backlog(cluster, "two workers", args.waiting, args.seconds)
    second = cluster.processes.pop("worker-2")
    second.terminate()
    second.wait()
    report(cluster, "one worker", args.seconds)
    cluster.start_worker("worker-2")
    if not memory(cluster, args.scores):
        raise SystemExit("Memory grows.")


if __name__ == "__main__":
    main()
