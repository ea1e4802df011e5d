"""The main pages match the pictures in look/, in three window sizes, light and dark. make look renews the pictures.

The pictures are stored at half size. The tests compare the mean colours of blocks: letters may look slightly different
on another machine, but a missing button or a changed colour is a difference.
"""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.site.test_page import write
from tests.support.pages import SETTLED

STORED = Path(__file__).parent / "look"
SCHEMES: list[Literal["light", "dark"]] = ["light", "dark"]
WINDOWS = {"phone": (390, 844), "tablet": (820, 1180), "desktop": (1280, 800)}
#: Side of a block, px of the stored pictures.
BLOCK = 12
#: Largest difference of a block's mean in any channel, 0 to 255; higher is more lenient.
TOLERANCE = 24
#: Largest fraction of blocks that differ by more; higher is more lenient.
MAX_FRACTION = 0.003


def show_result(page: Page) -> None:
    write(page, "永")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You meant")).to_be_visible(timeout=15_000)


def do_nothing(page: Page) -> None:
    """Leave the page as it is after loading."""


#: Name: address, and what to do before the screenshot. No page shows a date or the attempts of other users.
PAGES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "writing": ("", do_nothing),
    "result": ("?practise=永", show_result),
    "characters": ("characters/?script=hiragana", do_nothing),
    "character": ("characters/%E6%B0%B8/", do_nothing),
    "history": ("history/", do_nothing),
    "sign-in": ("accounts/login/", do_nothing),
}


@pytest.fixture(params=WINDOWS)
def window(request) -> str:
    return str(request.param)


@pytest.fixture
def context(chromium: Browser, window) -> Iterator[BrowserContext]:
    """The browser of a first-time visitor, with reduced motion."""
    width, height = WINDOWS[window]
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        service_workers="block",
    )
    yield context
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_before(context, site, window, name):
    address, prepare = PAGES[name]
    page = context.new_page()
    page.goto(site.url + address, wait_until="networkidle")
    prepare(page)
    page.wait_for_timeout(300)  # the result scrolls into view
    page.evaluate("document.activeElement.blur(), scrollTo(0, 0), document.fonts.ready")
    page.wait_for_timeout(200)
    assert [difference for scheme in SCHEMES if (difference := compared(page, f"{name}-{window}", scheme))] == []


def compared(page: Page, name: str, scheme: Literal["light", "dark"]) -> str:
    """What differs from the stored picture; empty if nothing does. Stores the picture if the tests are to paint."""
    page.emulate_media(color_scheme=scheme)
    page.evaluate(SETTLED)
    seen = halved(page.screenshot())
    stored = STORED / f"{name}-{scheme}.png"
    if os.environ.get("LOOK") == "paint":
        STORED.mkdir(exist_ok=True)
        seen.quantize(128, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(stored, optimize=True)
        return ""
    fraction = differing(blocks(seen), blocks(Image.open(stored).convert("RGB")))
    if fraction <= MAX_FRACTION:
        return ""
    seen.save(Path(os.environ.get("LOOK_AT", "/tmp")) / stored.name)
    return f"{fraction:.1%} of the blocks of {stored.name} differ. If the change is intended, run make look."


def halved(png: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.BOX)


def blocks(picture: Image.Image) -> NDArray[np.float64]:
    """The mean colour of each block, (rows, columns, 3)."""
    pixels = np.asarray(picture, float)
    rows, columns = pixels.shape[0] // BLOCK, pixels.shape[1] // BLOCK
    whole = pixels[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK, 3)
    return np.asarray(whole.mean(axis=(1, 3)))


def differing(seen: NDArray[np.float64], stored: NDArray[np.float64]) -> float:
    """The fraction of blocks that differ, 0 to 1; 1 if the sizes differ."""
    if seen.shape != stored.shape:
        return 1.0
    return float((np.abs(seen - stored).max(axis=2) > TOLERANCE).mean())


def test_a_missing_button_is_a_difference():
    stored = Image.open(STORED / "result-phone-light.png").convert("RGB")
    changed = stored.copy()
    changed.paste((251, 249, 244), (100, 221, 195, 265))  # where the button is
    assert differing(blocks(stored), blocks(stored)) == 0
    assert differing(blocks(changed), blocks(stored)) > MAX_FRACTION
