"""Every page fits its window, from 320 px to 4K, upright and lying, and with text at twice its size."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import learner
from tests.site import Site
from tests.test_page import write
from tests.test_policies import OWN_PAGES, PAGES

WINDOWS = [(320, 568), (568, 320), (390, 844), (1280, 800), (3840, 2160)]
#: Where text at twice its size must fit: on a phone it is the browser that magnifies.
DESKS = [(1280, 800), (3840, 2160)]
#: What sticks out of the window to the right, as far as it can be scrolled to.
STICKS_OUT = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll('body *')]
    .filter((e) => e.getBoundingClientRect().right > room + 1)
    .map((e) => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)} > ${room}`).slice(0, 5);
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    running = Site(tmp_path_factory.mktemp("var"))
    learner.enrol(running)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    context = chromium.new_context()
    page = context.new_page()
    learner.sign_in(page, site)
    yield page
    context.close()


@pytest.mark.parametrize("path", [*PAGES, *OWN_PAGES])
def test_a_page_fits_its_window(page, site, path):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(site.url + path, wait_until="networkidle")
    found = []
    for text in ("100%", "200%"):
        page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", text)
        for width, height in WINDOWS if text == "100%" else DESKS:
            page.set_viewport_size({"width": width, "height": height})
            found += [f"{width} px, text {text}: {what}" for what in page.evaluate(STICKS_OUT)]
    assert found == []


def test_the_left_hand_covers_nothing_that_is_read(page, site):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(site.url)
    page.get_by_label("Left-handed").check()
    page.reload()
    assert left(page, ".paper") > left(page, ".reading")
    page.set_viewport_size({"width": 390, "height": 844})
    assert left(page, ".tools .main-button") < left(page, ".practise, .practise-field, .tools input[type=text]")
    page.get_by_label("Left-handed").uncheck()
    assert left(page, ".tools .main-button") > left(page, ".practise, .practise-field, .tools input[type=text]")


def left(page: Page, what: str) -> float:
    box = page.locator(what).first.bounding_box()
    assert box
    return box["x"]


def test_whoever_wants_it_sees_no_movement(page, site):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{site.url}?practise=一")
    page.get_by_label("Without movement").check()
    write(page, "一")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You meant")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0
    page.get_by_label("Without movement").uncheck()
