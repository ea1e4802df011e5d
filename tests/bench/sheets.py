"""Time, size and memory of practice sheets of 100 characters: make bench-sheets"""

import os
import resource
import statistics
import time
from urllib.parse import quote

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lettersai.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django is set up first
from django.test import Client  # noqa: E402

from characters.catalogue import literals  # noqa: E402

HUNDRED = quote("".join(literals()[1000:1100]))
URLS = {
    "PDF, 100 kanji with steps": f"/api/v1/sheets/?characters={HUNDRED}",
    "PDF, 100 kanji without steps": f"/api/v1/sheets/?characters={HUNDRED}&steps=0",
    "PDF, ten kanji": f"/api/v1/sheets/?characters={quote('日月火水木金土山川田')}",
    "PDF, manuscript paper with 100 kanji": f"/api/v1/sheets/?kind=manuscript&grid=400&characters={HUNDRED}",
    "page, 100 kanji with steps": f"/sheets/?characters={HUNDRED}",
}
ROUNDS = 5


def main() -> None:
    settings.REDIS_URL = "unix:///nowhere"  # no rate limit
    client = Client(headers={"host": "localhost"})
    client.get("/characters/")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, url in URLS.items():
        first, *times = [timed(client, url) for _ in range(ROUNDS)]
        size = len(client.get(url).content)
        print(f"{name:38} first {first:4.0f} ms, then {statistics.median(times):4.0f} ms   {size / 1000:5.0f} kB")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"the process grew by {grown / 1000:.0f} MB at most")


def timed(client: Client, url: str) -> float:
    """Processor time of one request, ms."""
    start = time.process_time()
    response = client.get(url)
    if response.status_code != 200:
        raise RuntimeError(f"{url} returned {response.status_code}")
    return (time.process_time() - start) * 1000


if __name__ == "__main__":
    main()
