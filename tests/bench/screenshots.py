"""Renews the picture of the writing page in README: make screenshots"""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import ViewportSize, sync_playwright

from tests.site.test_page import write
from tests.support.chromium import launch
from tests.support.site import ROOT, Site

#: Viewport, CSS px.
SIZE: ViewportSize = {"width": 1280, "height": 860}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="lettersai-pictures-") as folder, sync_playwright() as playwright:
        site = Site(Path(folder))
        browser = launch(playwright.chromium)
        try:
            page = browser.new_page(viewport=SIZE, color_scheme="light", locale="en")
            page.goto(f"{site.url}?practise=永", wait_until="networkidle")
            write(page, "永")
            page.keyboard.press("Enter")
            page.locator(".score-number strong").wait_for()
            page.wait_for_timeout(2500)  # the mark is drawn
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            picture.quantize(64).save(ROOT / "docs" / "page.png", optimize=True)
        finally:
            browser.close()
            site.stop()


if __name__ == "__main__":
    main()
