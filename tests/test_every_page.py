"""Every page: axe finds nothing on it (WCAG 2.2 AA and the best practices, light and dark), and it fits its window.

Windows are 320 px to 4K wide, upright and lying; on desks text is twice its size, too.
"""

import re
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests import learner
from tests.site import Site
from tests.test_page import write
from tests.test_policies import OWN_PAGES, PAGES

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Swagger's page of the API, whose colours and headings are its own.
BORROWED = ["api/v1/docs/"]
#: All that differs in the dark.
COLOUR = ["color-contrast", "link-in-text-block"]
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
    """Of a learner who has signed in; nothing moves there."""
    context = chromium.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    learner.sign_in(page, site)
    yield page
    context.close()


def flaws(page: Page) -> list[str]:
    """What axe finds on the page as it is, in light and then in dark."""
    found = []
    schemes: list[tuple[Literal["light", "dark"], dict[str, Any]]] = [
        ("light", {"type": "tag", "values": TAGS}),
        ("dark", {"type": "rule", "values": COLOUR}),
    ]
    for scheme, rules in schemes:
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(200)  # colours change in a moment
        options = {"runOnly": rules, "resultTypes": ["violations"]}
        found += [f"{scheme}: {flaw}" for flaw in said(Axe().run(page, options=options).response)]
    return found


def said(answer: dict[str, Any]) -> list[str]:
    return [
        f"{flaw['id']} at {node['target']}: {node['failureSummary']}"
        for flaw in answer["violations"]
        for node in flaw["nodes"]
    ]


@pytest.mark.parametrize("path", OWN_PAGES)
def test_a_page_of_ones_own(page, site, path):
    page.goto(site.url + path, wait_until="networkidle")
    if "reauthenticate" in page.url:
        page.locator("input[type=password]").fill(learner.PASSWORD)
        page.locator("input[type=password]").press("Enter")
        page.wait_for_url(site.url + path)
    assert flaws(page) == []


@pytest.mark.parametrize("path", [path for path in PAGES if path not in BORROWED])
def test_a_page_for_everyone(chromium, site, path):
    page = chromium.new_page(reduced_motion="reduce")
    page.goto(site.url + path, wait_until="networkidle")
    assert flaws(page) == []
    page.close()


def test_the_writing_page_in_each_of_its_states(page, site):
    page.goto(site.url, wait_until="networkidle")
    expect(page.locator(".history-square").first).to_be_visible()
    assert flaws(page) == []

    write(page, "日")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Which one did you mean?")).to_be_visible(timeout=15_000)
    assert flaws(page) == []

    page.get_by_role("button", name=re.compile("^日, would score")).click()
    expect(page.locator(".score-number strong")).to_be_visible(timeout=15_000)
    assert flaws(page) == []

    page.context.set_offline(True)
    write(page, "口")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 writing is kept here")).to_be_visible()
    assert flaws(page) == []
    page.context.set_offline(False)


def test_a_turn_of_a_lesson(page, site):
    page.goto(f"{site.url}lesson/?size=5", wait_until="networkidle")
    page.keyboard.press("Enter")
    expect(page.locator("canvas")).to_be_visible()
    assert flaws(page) == []


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
