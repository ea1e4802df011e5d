"""Latency of one score and of one recognition through the whole embedded site, and processor time of photographs:
make bench

Starts a site, posts attempts and recognitions in turns over loopback, and times the model without the site for
comparison, with and without the longest text around, as well as the reading of photographs of 12 megapixels.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ml import sandbox
from tests.support.drawings import ink_of
from tests.support.site import Site

WARM_UP, REQUESTS = 40, 200
WORD = "日本料理"
CHARACTERS = "永あアR7口鬼書道字"
#: As much text as the API takes before and after a character or a line, of characters with lookalikes.
AROUND = "人口入力一日二八工ロカタニエトヘ" * 2


def milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def line(name: str, times: list[float]) -> None:
    cuts = statistics.quantiles(times, n=100)
    print(f"{name:34} p50 {cuts[49]:6.1f} ms   p90 {cuts[89]:6.1f} ms   p99 {cuts[98]:6.1f} ms   (n = {len(times)})")


def through_the_api() -> None:
    with tempfile.TemporaryDirectory(prefix="lettersai-bench-") as folder:
        started = time.perf_counter()
        site = Site(Path(folder), ATTEMPT_RATE="100000/min", RECOGNITION_RATE="100000/min")
        print(f"make run until ready: {time.perf_counter() - started:.1f} s")
        try:
            browser = site.browser(keep_alive=True)
            inks = [ink_of(character) for character in CHARACTERS]

            def score(number: int) -> None:
                status, attempt = browser.post_ink(inks[number % len(inks)], target=CHARACTERS[number % len(inks)])
                assert (status, attempt["score"] is not None) == (201, True), attempt

            def recognize(number: int) -> None:
                body = {"ink": inks[number % len(inks)], "targets": [CHARACTERS[number % len(inks)]]}
                status, answer = browser.request("POST", "/api/v1/recognitions/", body)
                assert (status, len(answer["targets"])) == (200, 1), answer

            for number in range(WARM_UP):
                score(number)
                recognize(number)
            # In turns, so that a disturbance of the machine meets both.
            scores, recognitions = [], []
            for number in range(REQUESTS):
                scores.append(milliseconds(partial(score, number)))
                recognitions.append(milliseconds(partial(recognize, number)))
            line("ink to score through the API", scores)
            line("ink to candidates, nothing stored", recognitions)
            cells = {"kind": "dictation", "text": WORD, "cells": [ink_of(character) for character in WORD]}

            def read(_number: int) -> None:
                status, answer = browser.request("POST", "/api/v1/lines/", cells, {"Prefer": "wait=10"})
                assert (status, answer["read_as"]) == (201, WORD), answer

            for number in range(WARM_UP // 4):
                read(number)
            line("four characters to a line", [milliseconds(partial(read, number)) for number in range(REQUESTS // 2)])
            for name, megabytes in site.memory().items():
                print(f"{name} resident: {megabytes:.0f} MB")
        finally:
            site.stop()


def in_process() -> None:
    from ml import bundle, ink, raster
    from ml.context.asked import Asked
    from ml.legibility import default_groups
    from ml.scorer import Scorer

    folder = Path(__file__).resolve().parents[2] / "ml" / "bundle"
    model, scorer, strokes = bundle.read(folder).model, Scorer.load(folder), ink.strokes(ink_of("永"))
    image = raster.ink_image(strokes)
    one = image[None, ..., None]
    groups = default_groups()
    for work in (lambda: model.predict(one, verbose=0), lambda: model.predict_on_batch(one)):
        work()
    line("model.predict, one drawing", [milliseconds(lambda: model.predict(one, verbose=0)) for _ in range(50)])
    line("compiled call, one drawing", [milliseconds(lambda: model.predict_on_batch(one)) for _ in range(200)])
    line(
        "ink to result, one drawing",
        [milliseconds(lambda: scorer.score([raster.ink_image(strokes)], ["永"], groups, [()])) for _ in range(200)],
    )

    word = [ink.strokes(ink_of(character)) for character in WORD]

    def score_within(text: str) -> None:
        scorer.score([raster.ink_image(strokes)], ["永"], groups, [()], [(text, text)])

    def read_within(text: str) -> None:
        scorer.reader.read_cells(word, text, text, Asked(WORD, groups))

    for name, reads in (("ink to result", score_within), ("four characters", read_within)):
        # In turns, so that a disturbance of the machine meets both.
        pairs = [[milliseconds(partial(reads, text)) for text in ("", AROUND)] for _ in range(100)]
        without, within = zip(*pairs, strict=True)
        line(f"{name}, nothing around", [*without])
        line(f"{name}, long text around", [*within])

    def many() -> None:
        scorer.score([raster.ink_image(strokes) for _ in range(32)], ["永"] * 32, groups, [()] * 32)

    many()
    line("32 drawings at once, all", [milliseconds(many) for _ in range(30)])


def photographs() -> None:
    """Prints the processor time of photographs of each kind."""
    # The sandbox's environment takes effect when a process starts.
    subprocess.run(
        [sys.executable, "-m", "ml.photo_trial", "--time"], env={**os.environ, **sandbox.ENVIRONMENT}, check=True
    )


if __name__ == "__main__":
    through_the_api()
    in_process()
    photographs()
