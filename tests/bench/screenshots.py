"""The pictures in docs/ of the pages that one writes on and of a learner's own: make screenshots

Starts a site with an invented learner's year of writings, and photographs today, history, progress and a lesson at the
size of a phone and of a desktop, in light and in dark; and once the writing page.
"""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.site.test_page import write
from tests.support import learner
from tests.support.chromium import launch
from tests.support.site import ROOT, Site

SIZES = {"phone": (390, 844), "desktop": (1280, 860)}
#: No picture is higher, CSS px.
HIGHEST = 1800


def write_one(page: Page, site: Site) -> None:
    """Begin a lesson and write its first character well."""
    page.goto(f"{site.url}lesson/?size=5", wait_until="networkidle")
    [first, *_] = page.request.get(f"{site.url}api/v1/reviews/?limit=5").json()["results"]
    page.keyboard.press("Enter")
    page.locator("canvas").wait_for()
    write(page, first["character"])
    page.keyboard.press("Enter")
    page.locator(".turn .score-number").wait_for()
    page.wait_for_timeout(2500)  # the mark is drawn


def write_freely(page: Page, site: Site) -> None:
    page.goto(f"{site.url}?practise=永", wait_until="networkidle")
    write(page, "永")
    page.keyboard.press("Enter")
    page.locator(".score-number strong").wait_for()
    page.wait_for_timeout(2500)  # the mark is drawn


def keep(page: Page, name: str, height: int = HIGHEST) -> None:
    """The page as a picture of few colours."""
    picture = Image.open(io.BytesIO(page.screenshot(full_page=height == HIGHEST))).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, height)))
    picture.quantize(64).save(ROOT / "docs" / f"{name}.png", optimize=True)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="lettersai-pictures-") as folder, sync_playwright() as playwright:
        site = Site(Path(folder))
        browser = launch(playwright.chromium)
        try:
            learner.enrol(site, attempts=6000, years=1.0)
            for size, (width, height) in SIZES.items():
                for scheme in ("light", "dark"):
                    context = browser.new_context(
                        viewport={"width": width, "height": height}, color_scheme=scheme, locale="en"
                    )
                    page = context.new_page()
                    learner.sign_in(page, site)
                    for name in ("today", "history", "progress"):
                        page.goto(f"{site.url}{name}/", wait_until="networkidle")
                        keep(page, f"{name}-{size}-{scheme}")
                    write_one(page, site)
                    keep(page, f"lesson-{size}-{scheme}", height)
                    if (size, scheme) == ("desktop", "light"):
                        write_freely(page, site)
                        keep(page, "page", height)
                    context.close()
        finally:
            browser.close()
            site.stop()


if __name__ == "__main__":
    main()
