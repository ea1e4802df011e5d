"""Time per frame during ten seconds of fast writing at 240 points per second: make bench-ink

Plays a pen through DevTools in a real browser, at full speed and with the processor slowed down four times. A trace
gives the processor time that the page's main thread spends on each frame: events, points, paint and commit. Chromium
slows a thread down by letting it spin for three times the elapsed time, even while it waits or another program runs.
Therefore a page with nothing but a canvas is measured too: its late frames are the machine's fault.
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
    """Draw loops all over the paper without waiting for responses, as a digitizer does; return the number of points."""
    clock = asyncio.get_running_loop().time
    begun, sent = clock(), []
    for number in range(SECONDS * RATE):
        turn, spread = number / 25, 0.25 + 0.2 * math.sin(number / 190)
        step = number % STROKE
        pen = {
            "type": {0: "mousePressed", STROKE - 1: "mouseReleased"}.get(step, "mouseMoved"),
            "x": box["x"] + box["width"] * (0.5 + spread * math.cos(turn)),
            "y": box["y"] + box["height"] * (0.5 + spread * math.sin(turn * 1.1)),
            "button": "left",
            "buttons": 0 if step == STROKE - 1 else 1,
            "clickCount": 1,
            "pointerType": "pen",
        }
        sent.append(asyncio.create_task(devtools.send("Input.dispatchMouseEvent", pen)))
        await asyncio.sleep(max(0, begun + (number + 1) / RATE - clock()))
    await asyncio.gather(*sent)
    return len(sent)


def work_per_frame(trace: bytes) -> list[float]:
    """Milliseconds of processor time that the main thread spent on each frame, from commit to commit."""
    events = json.loads(trace)["traceEvents"]
    commits = [event for event in events if event["name"] == "Commit" and "dur" in event]
    thread = statistics.mode((event["pid"], event["tid"]) for event in commits)
    own = [event for event in events if (event["pid"], event["tid"]) == thread and "dur" in event]
    handed_over = sorted(event["ts"] for event in own if event["name"] == "Commit")
    frames = [0.0] * (len(handed_over) + 1)
    for event in own:
        if event["name"] == "RunTask":
            frames[bisect.bisect_left(handed_over, event["ts"])] += event.get("tdur", 0) / 1000
    return frames[1:-1]  # the first and the last frame are incomplete


async def measure(browser: Browser, url: str | None, slower: int) -> None:
    """Measure the page at `url`, or one with nothing but a canvas, and print the result."""
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
    of = f"{slower} x slower" if url else f"{slower} x slower, a canvas alone"
    print(
        f"{of}: {points} points in {len(frames)} frames, p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, "
        f"longest {max(frames):.1f} ms, {within:.1%} within {FRAME:.1f} ms"
    )
    await page.close()


async def main(url: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=PATH, args=ARGUMENTS, env={**os.environ, **ENVIRONMENT}
        )
        for of, slower in ((url, 1), (url, 4), (None, 4)):
            await measure(browser, of, slower)
        await browser.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="lettersai-bench-") as folder:
        site = Site(Path(folder))
        try:
            asyncio.run(main(site.url))
        finally:
            site.stop()
