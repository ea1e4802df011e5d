"""Response times of the catalogue's pages in the web process: make bench-catalogue"""

import os
import statistics
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lettersai.settings")
django.setup()

from django.test import Client  # noqa: E402 - Django is set up first

URLS = [
    "/characters/",
    "/characters/?script=kanji&page=12",
    "/characters/?script=kanji&grade=3&grade=4&strokes=8&ordering=frequency",
    "/characters/?q=taberu",
    "/characters/?q=a",
    "/characters/?q=shi",
    "/characters/?q=to+eat",
    "/characters/?q=亻%2B木",
    "/characters/?q=radical:water+8+strokes",
    "/characters/?q=beautyful",
    "/characters/永/",
]
ROUNDS = 60


def main() -> None:
    client = Client(headers={"host": "localhost"})
    for url in URLS:
        times = [timed(client, url) for _ in range(ROUNDS + 5)][5:]
        print(
            f"{url:75} median {statistics.median(times):5.1f} ms   p95 {statistics.quantiles(times, n=20)[-1]:5.1f} ms"
        )


def timed(client: Client, url: str) -> float:
    start = time.perf_counter()
    response = client.get(url)
    if response.status_code != 200:
        raise RuntimeError(f"{url} returned {response.status_code}")
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
