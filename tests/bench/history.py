"""Response times of a learner's pages on a large PostgreSQL database: make bench-history

Starts PostgreSQL, creates 1,000,000 attempts of 1,000 learners, 100,000 of them by the first one, and requests pages as
that learner and as others. LEARNERS, ATTEMPTS and MOST set smaller numbers; COPIES multiplies the attempts: with
LEARNERS=251 ATTEMPTS=350000 COPIES=39 there are 10,100,000. LIMIT is the longest p95 of a page, ms. DATABASE_URL names
a database that was filled before. PLANS=1 prints the query plans of the slowest pages.
"""

import gc
import os
import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.postgresql import postgresql

LEARNERS, ATTEMPTS, MOST, COPIES = (
    int(os.environ.get(name, otherwise))
    for name, otherwise in [("LEARNERS", "1000"), ("ATTEMPTS", "1000000"), ("MOST", "100000"), ("COPIES", "0")]
)
ROUNDS = 40
#: Longest p95 of a page, ms.
LIMIT = float(os.environ.get("LIMIT", "60"))
PAGES = [
    "/history/",
    "/history/?script=katakana",
    "/history/?script=latin",
    "/history/?grade=1&grade=8",
    "/history/?grade=6",
    "/history/?score=95-",
    "/history/?score=-10",
    "/history/?script=kanji&score=-10",
    "/history/?after=2020-01-01&before=2025-01-01",
    "/history/?character=永",
    "/history/?character=Z&score=-20",
    "/history/?script=digit&grade=1",
    "/api/v1/attempts/",
    "/api/v1/attempts/?script=hiragana&page_size=100",
    # Pages that an older release may lack:
    "/progress/",
    "/today/",
    "/api/v1/progress/",
    "/api/v1/reviews/",
]
#: Matches the statements whose plans are printed.
READS = re.compile('FROM "(scoring_attempt|accounts_progress)"')
#: Number of pages that are requested one after another.
DEEP = 30


@contextmanager
def filled() -> Iterator[None]:
    """Set up Django on a database full of attempts."""
    if "DATABASE_URL" in os.environ:
        set_up()
        yield
        return
    with postgresql() as url:
        os.environ["DATABASE_URL"] = url
        set_up()
        fill()
        yield


def set_up() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lettersai.settings")
    django.setup()


def fill() -> None:
    from django.core.management import call_command
    from django.db import connection

    begun = time.perf_counter()
    call_command("migrate", verbosity=0)
    call_command("load_catalogue", verbosity=0)
    call_command("seed_attempts", learners=LEARNERS, attempts=ATTEMPTS, most=MOST, copies=COPIES, verbosity=1)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(f"filled in {time.perf_counter() - begun:.0f} s")


def time_pages() -> bool:
    """Time all pages and print the results; True if each is within the limit."""
    from django.test import Client
    from django.urls import Resolver404, resolve

    from accounts.models import User

    clients = []
    for user in User.objects.order_by("pk")[: ROUNDS // 2]:
        client = Client(headers={"host": "localhost"})
        client.force_login(user)
        clients.append(client)
        client.get("/history/")
    gc.collect()
    gc.freeze()  # as lettersai.wsgi does
    slow = []
    for url in PAGES:
        try:
            resolve(url.partition("?")[0])
        except Resolver404:
            continue
        for who, users in [("most attempts", clients[:1] * ROUNDS), ("other learners", (clients[1:] or clients) * 2)]:
            slow += report(f"{url} ({who})", [timed(client, url) for client in [users[0], *users]][1:])
    older = "/api/v1/attempts/"
    times = []
    for _ in range(DEEP):
        begun = time.perf_counter()
        answer = clients[0].get(older)
        times.append((time.perf_counter() - begun) * 1000)
        older = answer.json()["next"] or older
    slow += report(f"{DEEP} pages, one after another", times)
    for url in slow:
        print(f"slower than {LIMIT} ms: {url}")
    return not slow


def timed(client: Any, url: str) -> float:
    begun = time.perf_counter()
    answer = client.get(url)
    if answer.status_code != 200:
        raise RuntimeError(f"{url} returned {answer.status_code}")
    return (time.perf_counter() - begun) * 1000


def report(name: str, times: list[float]) -> list[str]:
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    print(f"{name:62} median {cuts[49]:6.1f} ms   p95 {cuts[94]:6.1f} ms")
    return [name] if cuts[94] > LIMIT else []


def sizes() -> None:
    """Print the sizes of the largest tables and their indexes on the disk."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, reltuples::bigint, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples > 10000 ORDER BY 3 DESC"
        )
        for table, rows, own, of_indexes in cursor.fetchall():
            print(f"{table:32} {rows:>12,} rows {own / 1e6:>9,.0f} MB   indexes {of_indexes / 1e6:>7,.0f} MB")
        cursor.execute(
            "SELECT indexrelname, pg_relation_size(indexrelid) FROM pg_stat_user_indexes"
            " WHERE relname IN ('scoring_attempt', 'scoring_score') ORDER BY 2 DESC"
        )
        for index, size in cursor.fetchall():
            print(f"    {index:68} {size / 1e6:>7,.0f} MB")


def plans(urls: list[str]) -> None:
    """Print the plans of the queries for `urls`, requested by the learner with the most attempts."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.earliest("pk"))
    for url in urls:
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        print(f"\n{url}")
        for statement in [query["sql"] for query in queries.captured_queries if READS.search(query["sql"])]:
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) " + statement)
                print("\n".join(row[0][:160] for row in cursor.fetchall()))


def delete_all() -> None:
    """Delete and restore all attempts of the first learner at once; then delete and erase them."""
    from django.utils import timezone

    from accounts.models import User
    from scoring.models import Attempt
    from scoring.tasks import erase_deleted

    learner = User.objects.earliest("pk")
    mine = Attempt.objects.filter(user=learner)
    seconds("delete", lambda: mine.hide(timezone.now()))
    seconds("restore", lambda: Attempt.objects.hidden_by(learner, None).restore())
    mine.hide(timezone.now() - 2 * Attempt.objects.all().UNDO_KEPT)
    runs = 0
    begun = time.perf_counter()
    while Attempt.objects.erasable().exists():
        erase_deleted()
        runs += 1
    print(f"erase: {runs} runs, {time.perf_counter() - begun:.1f} s in all")


def seconds(name: str, work: Callable[[], int]) -> None:
    begun = time.perf_counter()
    number = work()
    print(f"{name} {number:,}: {time.perf_counter() - begun:.1f} s")


if __name__ == "__main__":
    with filled():
        is_fast = time_pages()
        if "PLANS" in os.environ:
            plans(["/history/", "/history/?grade=1&grade=8", "/history/?script=kanji&score=-10", "/progress/"])
        sizes()
        delete_all()
    raise SystemExit(not is_fast)
