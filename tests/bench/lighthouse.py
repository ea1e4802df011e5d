"""Lighthouse scores of the pages, and the time until a visitor can write: make lighthouse

Simulates a phone with a slow processor and a slow network: CPU 4 x slower, 1.6 Mbit/s, 150 ms. Prints a table, and
fails if a page scores too low. The site on 127.0.0.1 has no HTTPS; Lighthouse and browsers treat that as secure.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.support import chromium
from tests.support.site import ROOT, Site, until

SLOWER, BITS_PER_SECOND, LATENCY = 4, 1_600_000, 150
#: Lowest acceptable score by category, 0 to 100.
LOWEST = {"performance": 95, "accessibility": 100, "best-practices": 100}
PAGES = {"writing": "", "character": "characters/永/", "today": "today/"}
#: Longest time from a first visit until ink of the first stroke shows, s.
FIRST_INK = 1.2
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
#: Whether the stroke from the paper's middle shows. Reads few pixels, since reading takes time too.
INKED = """() => {
  const canvas = document.querySelector('canvas');
  const at = canvas && [canvas.width / 2, canvas.height / 2, 80, 80];
  return Boolean(at) && canvas.getContext('2d').getImageData(...at).data.some(Boolean);
}"""
RUNS = 5
SECRET = "a long word 8"


def audit(url: str, headers: dict[str, str], folder: Path) -> dict[str, float]:
    """The scores of a page, 0 to 100 by category; prints failed audits, except those of performance."""
    report = folder / "report.json"
    command = [
        "node",
        str(ROOT / "tests/bench/lighthouse/node_modules/lighthouse/cli/index.js"),
        url,
        "--quiet",
        "--output=json",
        f"--output-path={report}",
        f"--only-categories={','.join(LOWEST)}",
        "--form-factor=mobile",
        f"--throttling.cpuSlowdownMultiplier={SLOWER}",
        f"--throttling.throughputKbps={BITS_PER_SECOND / 1000}",
        f"--throttling.rttMs={LATENCY}",
        f"--extra-headers={json.dumps(headers)}",
        f"--chrome-flags=--headless {' '.join(chromium.ARGUMENTS)}",
    ]
    subprocess.run(command, check=True, env={**os.environ, **chromium.ENVIRONMENT, "CHROME_PATH": chromium.PATH})
    found = json.loads(report.read_text())
    # Without a session, a learner's page would redirect, and the scores would be those of another page.
    assert found["finalDisplayedUrl"] == found["requestedUrl"], found["finalDisplayedUrl"]
    for name in LOWEST:
        for one in found["categories"][name]["auditRefs"]:
            result = found["audits"][one["id"]]
            if name != "performance" and one["weight"] and result["score"] is not None and result["score"] < 1:
                print(f"  {url}: {result['title']}")
    return {name: round(found["categories"][name]["score"] * 100) for name in LOWEST}


def sign_in(browser: Browser, site: Site) -> str:
    """Sign in as a new learner; returns the cookies for a header."""
    site.run(
        "from allauth.account.models import EmailAddress; from accounts.models import User; "
        f"user = User.objects.create_user('learner@example.org', '{SECRET}'); "
        "EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)"
    )
    page = browser.new_page()
    page.goto(f"{site.url}accounts/login/")
    page.locator("input[type=email]").fill("learner@example.org")
    page.locator("input[type=password]").fill(SECRET)
    page.locator("input[type=password]").press("Enter")
    page.wait_for_url(re.compile("/today/"))
    cookies = page.context.cookies()
    page.close()
    return "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies)


def middle_of_paper(browser: Browser, url: str) -> tuple[float, float]:
    """The middle of the paper on the phone's screen, where the first stroke begins."""
    page = browser.new_page(**PHONE)
    page.goto(url)
    box = page.locator("canvas").bounding_box()
    assert box
    page.close()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def first_ink(browser: Browser, url: str, middle: tuple[float, float]) -> float:
    """Seconds from the request of a first visit until there is ink on the paper."""
    context = browser.new_context(**PHONE)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    speed = {"downloadThroughput": BITS_PER_SECOND / 8, "uploadThroughput": BITS_PER_SECOND / 8}
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY, **speed})
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    started = time.monotonic()
    page.goto(url, wait_until="commit")

    def leaves_ink() -> bool:
        page.mouse.move(*middle)
        page.mouse.down()
        page.mouse.move(middle[0] + 40, middle[1] + 40)
        page.mouse.up()
        return bool(page.evaluate(INKED))

    until(leaves_ink)
    seconds = time.monotonic() - started
    context.close()
    return seconds


def main() -> int:
    below = 0
    with tempfile.TemporaryDirectory(prefix="lettersai-lighthouse-") as name, sync_playwright() as playwright:
        folder = Path(name)
        site = Site(folder)
        browser = chromium.launch(playwright.chromium)
        try:
            cookies = sign_in(browser, site)
            middle = middle_of_paper(browser, site.url)
            ink = statistics.median(first_ink(browser, site.url, middle) for _ in range(RUNS))
            below += ink > FIRST_INK
            print(f"first ink after {ink:.2f} s, median of {RUNS}; at most {FIRST_INK} s", flush=True)
            print(f"{'':12}" + "".join(f"{category:>16}" for category in LOWEST))
            for title, path in PAGES.items():
                scores = audit(site.url + path, {"Cookie": cookies} if title == "today" else {}, folder)
                below += sum(scores[category] < least for category, least in LOWEST.items())
                print(f"{title:12}" + "".join(f"{scores[category]:16}" for category in LOWEST), flush=True)
        finally:
            browser.close()
            site.stop()
    return int(below > 0)


if __name__ == "__main__":
    sys.exit(main())
