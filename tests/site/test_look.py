"""The main pages look as they did: three windows, light and dark, against look/. make look paints those anew.

Pictures are kept at half their size. They are compared by their blocks' mean colours, so that a letter which another
machine draws a little differently is no difference, and a button that is gone or a colour that has changed is one.
"""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.site.test_page import write
from tests.support.site import Site

KEPT = Path(__file__).parent / "look"
WINDOWS = {"phone": (390, 844), "tablet": (820, 1180), "desktop": (1280, 800)}
#: Pixels of a block's side, in the kept pictures.
BLOCK = 12
#: So much, of 255, may a block's mean differ in each channel.
NEAR = 24
#: Share of blocks that may differ by more.
FEW = 0.003


def look_at_the_result(page: Page) -> None:
    write(page, "永")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You meant")).to_be_visible(timeout=15_000)


def look(page: Page) -> None:
    """As it is when it has come."""


#: Name: address, and what is done there first. None of them shows a day, or what somebody else has written.
PAGES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "writing": ("", look),
    "result": ("?practise=永", look_at_the_result),
    "characters": ("characters/?script=hiragana", look),
    "character": ("characters/%E6%B0%B8/", look),
    "history": ("history/", look),
    "sign-in": ("accounts/login/", look),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    running = Site(tmp_path_factory.mktemp("var"))
    yield running
    running.stop()


@pytest.fixture(params=["light", "dark"])
def scheme(request) -> str:
    return str(request.param)


@pytest.fixture(params=WINDOWS)
def window(request) -> str:
    return str(request.param)


@pytest.fixture
def context(chromium: Browser, scheme, window) -> Iterator[BrowserContext]:
    """Of a visitor who was never here; nothing moves."""
    width, height = WINDOWS[window]
    context = chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    yield context
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_it_did(context, site, window, scheme, name):
    address, first = PAGES[name]
    page = context.new_page()
    page.goto(site.url + address, wait_until="networkidle")
    first(page)
    page.wait_for_timeout(300)  # a result has come into sight
    page.evaluate("document.activeElement.blur(), scrollTo(0, 0), document.fonts.ready")
    page.wait_for_timeout(200)
    seen = halved(page.screenshot())
    kept = KEPT / f"{name}-{window}-{scheme}.png"
    if os.environ.get("LOOK") == "paint":
        KEPT.mkdir(exist_ok=True)
        seen.quantize(128, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(kept, optimize=True)
        return
    share = differing(blocks(seen), blocks(Image.open(kept).convert("RGB")))
    if share > FEW:
        seen.save(Path(os.environ.get("LOOK_AT", "/tmp")) / kept.name)
    assert share <= FEW, f"{share:.1%} of {kept.name} differ: look, and if it is meant, make look"


def halved(png: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.BOX)


def blocks(picture: Image.Image) -> NDArray[np.float64]:
    """(rows, columns, 3): each block's mean colour."""
    pixels = np.asarray(picture, float)
    rows, columns = pixels.shape[0] // BLOCK, pixels.shape[1] // BLOCK
    whole = pixels[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK, 3)
    return np.asarray(whole.mean(axis=(1, 3)))


def differing(seen: NDArray[np.float64], kept: NDArray[np.float64]) -> float:
    """Share of the blocks that differ, 0 to 1; all of them where the sizes do."""
    if seen.shape != kept.shape:
        return 1.0
    return float((np.abs(seen - kept).max(axis=2) > NEAR).mean())


def test_a_button_that_is_gone_is_a_difference():
    kept = Image.open(KEPT / "result-phone-light.png").convert("RGB")
    changed = kept.copy()
    changed.paste((251, 249, 244), (100, 221, 195, 265))  # where the button is
    assert differing(blocks(kept), blocks(kept)) == 0
    assert differing(blocks(changed), blocks(kept)) > FEW
