"""Work per frame during ten seconds of fast writing at 240 points a second: make bench-ink

DevTools simulates a pen in a real browser, at normal speed and with the processor slowed down four times. A trace shows
how much processor time the page's main thread took for each frame: events, points, paint and commit. But Chromium slows
a thread down by letting it spin for three times the time that passed, even while it waited or another program ran.
Therefore a page with only a canvas and a line is measured for comparison: frames that it misses are due to the machine.
"""

import asyncio
import bisect
import json
import math
import os
import statistics
import tempfile
from pathlib import Path

from playwright.async_api import Browser, CDPSession, FloatRect, async_playwright

from tests.support.chromium import ARGUMENTS, ENVIRONMENT, PATH
from tests.support.site import Site

SECONDS, RATE = 10, 240
#: Points of a stroke, which takes half a second.
STROKE = 120
FRAME = 1000 / 60
BARE = """<!doctype html><canvas width="1056" height="1056" style="width: 528px; touch-action: none"></canvas><script>
    const canvas = document.querySelector("canvas"), context = canvas.getContext("2d");
    [context.lineWidth, context.lineCap] = [30, "round"];
    let from = null, to = null, frame = 0;
    canvas.onpointerdown = (event) => { canvas.setPointerCapture(event.pointerId); from = to = event; };
    canvas.onpointerup = () => { from = null; };
    canvas.onpointermove = (event) => {
        to = event;
        frame ||= requestAnimationFrame(() => {
            frame = 0;
            if (!from) return;
            context.beginPath();
            context.moveTo(2 * from.offsetX, 2 * from.offsetY);
            context.lineTo(2 * to.offsetX, 2 * to.offsetY);
            context.stroke();
            from = to;
        });
    };
</script>"""
CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline"]


async def write(devtools: CDPSession, box: FloatRect) -> int:
    """Write loops all over the paper, without waiting for answers. Returns the number of points sent."""
    clock = asyncio.get_running_loop().time
    started, sent = clock(), []
    for number in range(SECONDS * RATE):
        turn, spread = number / 25, 0.25 + 0.2 * math.sin(number / 190)
        index = number % STROKE
        pen = {
            "type": {0: "mousePressed", STROKE - 1: "mouseReleased"}.get(index, "mouseMoved"),
            "x": box["x"] + box["width"] * (0.5 + spread * math.cos(turn)),
            "y": box["y"] + box["height"] * (0.5 + spread * math.sin(turn * 1.1)),
            "button": "left",
            "buttons": 0 if index == STROKE - 1 else 1,
            "clickCount": 1,
            "pointerType": "pen",
        }
        sent.append(asyncio.create_task(devtools.send("Input.dispatchMouseEvent", pen)))
        await asyncio.sleep(max(0, started + (number + 1) / RATE - clock()))
    await asyncio.gather(*sent)
    return len(sent)


def work_per_frame(trace: bytes) -> list[float]:
    """Milliseconds that the main thread worked for each frame, since it committed the previous one."""
    events = json.loads(trace)["traceEvents"]
    commits = [event for event in events if event["name"] == "Commit" and "dur" in event]
    thread = statistics.mode((event["pid"], event["tid"]) for event in commits)
    own = [event for event in events if (event["pid"], event["tid"]) == thread and "dur" in event]
    committed = sorted(event["ts"] for event in own if event["name"] == "Commit")
    frames = [0.0] * (len(committed) + 1)
    for event in own:
        if event["name"] == "RunTask":
            frames[bisect.bisect_left(committed, event["ts"])] += event.get("tdur", 0) / 1000
    return frames[1:-1]  # the first and the last are incomplete


async def measure(browser: Browser, url: str | None, slower: int) -> None:
    """Measure the page at `url`; without a URL, a page that has only a canvas."""
    page = await browser.new_page(viewport={"width": 1280, "height": 800}, device_scale_factor=2)
    if url:
        await page.goto(url, wait_until="networkidle")
    else:
        await page.set_content(BARE)
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    box = await page.locator("canvas").bounding_box()  # before the trace, since it runs a script in the page
    assert box
    await page.wait_for_timeout(500)
    await browser.start_tracing(page=page, categories=CATEGORIES)
    points = await write(devtools, box)
    frames = work_per_frame(await browser.stop_tracing())
    cuts = statistics.quantiles(frames, n=100)
    within = sum(frame <= FRAME for frame in frames) / len(frames)
    name = f"{slower} x slower" if url else f"{slower} x slower, a canvas alone"
    print(
        f"{name}: {points} points in {len(frames)} frames, p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, "
        f"longest {max(frames):.1f} ms, {within:.1%} within {FRAME:.1f} ms"
    )
    await page.close()


async def main(url: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=PATH, args=ARGUMENTS, env={**os.environ, **ENVIRONMENT}
        )
        for page_url, slower in ((url, 1), (url, 4), (None, 4)):
            await measure(browser, page_url, slower)
        await browser.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="lettersai-bench-") as folder:
        site = Site(Path(folder))
        try:
            asyncio.run(main(site.url))
        finally:
            site.stop()
