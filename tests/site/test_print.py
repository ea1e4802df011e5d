"""Printing one's own writing and practice sheets. test_every_page.py prints the other pages."""

import io
from collections.abc import Iterator
from statistics import median

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.site.test_page import write
from tests.support import learner
from tests.support.chromium import new_context
from tests.support.pages import PAPER, printed
from tests.support.site import Site


@pytest.fixture(scope="module")
def page(chromium: Browser, enrolled: Site) -> Iterator[Page]:
    """A page of a signed-in learner whose device is dark."""
    context = new_context(
        chromium, color_scheme="dark", reduced_motion="reduce", viewport={"width": PAPER, "height": 1000}
    )
    page = context.new_page()
    learner.sign_in(page, enrolled)
    yield page
    context.close()


def greys(image: bytes) -> list[int]:
    """The greys of an image's pixels, 0 black to 255 white."""
    return list(Image.open(io.BytesIO(image)).convert("L").tobytes())


def test_ink_written_in_dark_mode_prints_dark(page, site):
    page.emulate_media(media="screen")
    page.goto(f"{site.url}?practise=永", wait_until="networkidle")
    write(page, "永")
    paper = page.locator(".paper")
    assert median(greys(paper.screenshot())) < 60  # dark paper
    page.emulate_media(media="print")
    image = greys(paper.screenshot())
    assert median(image) > 250
    assert min(image) < 60


def test_the_writing_page_prints_ones_attempts(page, site):
    page.emulate_media(media="screen")
    page.goto(site.url)
    expect(page.locator(".history-square")).not_to_have_count(0)
    page.emulate_media(media="print")
    expect(page.locator(".history-square").first).to_be_visible()
    expect(page.locator(".guidance")).to_be_hidden()


def test_a_writing_page_without_attempts_prints_no_heading_for_them(chromium, site):
    page = chromium.new_page(service_workers="block")
    page.goto(site.url)
    heading = page.get_by_role("heading", name="Your attempts")
    expect(heading).to_be_visible()
    page.emulate_media(media="print")
    expect(heading).to_be_hidden()
    page.close()


@pytest.mark.parametrize(
    ("query", "size", "pages"),
    [
        ("kind=practice&characters=日月火水木金土山川田&paper=a4", (210, 297), 2),
        ("kind=practice&characters=日月火水木金土山川田&paper=letter", (215.9, 279.4), 2),
        ("characters=日月&kind=manuscript&grid=200&paper=a4", (210, 297), 1),
        ("characters=日月&kind=manuscript&grid=400&paper=a4", (297, 210), 1),
        ("characters=日月&kind=manuscript&grid=400&paper=letter", (279.4, 215.9), 1),
    ],
)
def test_a_sheet_prints_in_its_own_size_and_nothing_else(page, site, query, size, pages):
    page.emulate_media(media="screen")
    page.goto(f"{site.url}sheets/?{query}", wait_until="networkidle")
    file = printed(page)
    assert len(file.pages) == pages
    for each in file.pages:
        box = each.mediabox
        assert (float(box.width) / 72 * 25.4, float(box.height) / 72 * 25.4) == pytest.approx(size, abs=0.5)
        assert "Name" in each.extract_text()
        assert "Download" not in each.extract_text()


def test_the_print_button_opens_the_print_dialogue(page, site):
    page.add_init_script("window.prints = 0; window.print = () => { window.prints += 1; };")
    page.emulate_media(media="screen")
    page.goto(f"{site.url}sheets/?characters=日")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.prints") == 1


def test_changing_an_option_shows_only_those_of_the_kind(page, site):
    page.emulate_media(media="screen")
    page.goto(f"{site.url}sheets/?characters=日&kind=practice")
    expect(page.get_by_label("Squares in a row")).to_be_visible()
    expect(page.get_by_label("Squares on a page")).to_be_hidden()
    page.get_by_label("Kind of sheet").select_option("manuscript")
    expect(page.get_by_label("Squares in a row")).to_be_hidden()
    expect(page.get_by_label("Squares on a page")).to_be_visible()
