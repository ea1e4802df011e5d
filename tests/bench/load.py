"""Load test of the site: make load

Starts a cluster with PostgreSQL on this machine and posts attempts over loopback. Prints scores per second with one and
with two workers, latency at half and at nine tenths of that rate, and the workers' memory after 5,000 and after 50,000
scores. Clients, database and broker use the same cores.
"""

import argparse
import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.support.cluster import Cluster
from tests.support.drawings import ink_of
from tests.support.site import Browser, children, descendants, resident_bytes, until

CHARACTERS = "永あアR7口鬼書道字"
SECONDS = 20
CLIENTS = 24


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--scores",
        type=int,
        default=50_000,
        help="number of scores after which memory is compared with that after 5,000",
    )
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
    assert status == 201, attempt


def at_rate(cluster: Cluster, rate: float) -> list[float]:
    """Latencies, ms, of posts at `rate` a second, which don't wait for earlier answers."""
    times: list[float] = []
    started = time.monotonic()
    due = iter(range(int(rate * SECONDS)))
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

    threads = [threading.Thread(target=work) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def report(cluster: Cluster, name: str) -> None:
    clients(cluster, post, 4)  # warm up
    before = processor(cluster)
    posted = clients(cluster, post, SECONDS)
    rate = posted / SECONDS
    print(f"{name}: {rate:.0f} scores/s through the API")
    taken = {part: (seconds - before[part]) * 1000 / posted for part, seconds in processor(cluster).items()}
    print("  processor time per score: " + ", ".join(f"{part} {ms:.1f} ms" for part, ms in taken.items()))
    for fraction in (0.5, 0.9):
        cuts = statistics.quantiles(at_rate(cluster, rate * fraction), n=100)
        print(f"  at {fraction:.0%} of that: p50 {cuts[49]:.0f} ms, p90 {cuts[89]:.0f} ms, p99 {cuts[98]:.0f} ms")


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
    """Processor time of a process and of its ended children, s."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def memory(cluster: Cluster, scores: int) -> bool:
    """Post batches until there are `scores`; True if the workers' memory grew by less than a tenth since 5,000."""
    attempts = [{"ink": INKS[n % 10], "target": CHARACTERS[n % 10]} for n in range(100)]
    batch = json.dumps({"attempts": attempts}).encode()
    browser = Browser(cluster.port, keep_alive=True)
    names = [name for name in cluster.processes if name.startswith("worker")]
    sizes: list[int] = []
    done = 0
    until(lambda: all(children(cluster.processes[name].pid) for name in names))
    for goal in (5_000, scores):
        while done < goal:
            status, answer = browser.request("POST", "/api/v1/attempts/batch/", batch, {"Prefer": "wait=10"})
            assert status in (201, 202), answer
            done += len(attempts)
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
            report(cluster, "two workers")
            second = cluster.processes.pop("worker-2")
            second.terminate()
            second.wait()
            report(cluster, "one worker")
            cluster.start_worker("worker-2")
            if not memory(cluster, args.scores):
                raise SystemExit("Memory grows.")
        finally:
            cluster.stop()


if __name__ == "__main__":
    main()
