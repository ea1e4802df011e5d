"""Every page as printed: dark ink on white paper, without navigation or buttons, within the paper's width."""

import io
from collections.abc import Iterator
from statistics import median

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.site.test_every_page import ERRORS, OVERFLOWING
from tests.site.test_page import write
from tests.site.test_policies import OWN_PAGES, PAGES
from tests.support import learner
from tests.support.site import Site

#: The width between the margins of A4, CSS px.
WIDTH = 680
#: What nobody can use on paper, and is visible all the same.
USELESS = """() => [...document.querySelectorAll(
    'nav, button, dialog, .button, .main-button, .languages, .list-form, .sheet-choice input, ' +
    'details:not([open]) > summary')]
    .filter(e => !e.matches('.opblock-summary-control, .history-square'))  // the name of an operation, an attempt
    .filter(e => e.getClientRects().length).map(e => `${e.tagName}.${e.className}`)"""
#: The distances of the header and the footer from what is between them, px.
DISTANCES = """() => [['.header', 'marginBottom'], ['.footer', 'marginTop']].flatMap(([part, margin]) =>
    [...document.querySelectorAll(`body > ${part}`)].filter(e => e.getClientRects().length)
    .map(e => parseFloat(getComputedStyle(e)[margin])))"""
#: Text whose contrast with its background is below 4.5, and backgrounds that aren't light, except the wall's colours.
FAINT = """() => {
  const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const luminance = colour => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    const light = 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    return light * a + 1 - a;
  };
  const below = e => {
    for (; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (colour !== 'rgba(0, 0, 0, 0)') return luminance(colour);
    }
    return 1;
  };
  const contrast = (one, other) => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  const found = [];
  for (const e of document.querySelectorAll('html, body, body *:not(option, script, style, noscript, noscript *)')) {
    if (!e.getClientRects().length || e.closest('svg, .visually-hidden')) continue;
    const style = getComputedStyle(e);
    const isText = [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim());
    if (isText && contrast(luminance(style.color), below(e)) < 4.5) found.push(`text ${e.tagName}.${e.className}`);
    if (e.closest('.wall, .wall-key')) continue;
    if (luminance(style.backgroundColor) < 0.7) found.push(`background ${e.tagName}.${e.className}`);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def page(chromium: Browser, enrolled: Site) -> Iterator[Page]:
    """A page of a signed-in learner whose device is dark."""
    context = chromium.new_context(
        color_scheme="dark", reduced_motion="reduce", viewport={"width": WIDTH, "height": 1000}
    )
    page = context.new_page()
    learner.sign_in(page, enrolled)
    yield page
    context.close()


def greys(image: bytes) -> list[int]:
    """The greys of an image's pixels, 0 black to 255 white."""
    return list(Image.open(io.BytesIO(image)).convert("L").tobytes())


def printed(page: Page) -> PdfReader:
    """What the browser prints."""
    page.emulate_media(media="null")
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize("path", [*PAGES, *OWN_PAGES, *ERRORS])
def test_a_page_prints_as_ink_on_white_paper(page, site, path):
    page.emulate_media(media="screen")
    page.goto(site.url + path, wait_until="networkidle")
    if "reauthenticate" in page.url:
        page.locator("input[type=password]").fill(learner.PASSWORD)
        page.locator("input[type=password]").press("Enter")
        page.wait_for_url(site.url + path)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(USELESS) == []
    assert page.evaluate(FAINT) == []
    assert min(page.evaluate(DISTANCES), default=20) >= 20
    if "sheets/?" not in path:  # a sheet is as wide as its own paper
        assert page.evaluate(OVERFLOWING) == []
    assert printed(page).pages[0].extract_text().strip()


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
