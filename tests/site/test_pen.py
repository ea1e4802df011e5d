"""What the pen does on the paper, in a real browser against the real site."""

import itertools
import math
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from ml.strokes import REFERENCE_SIDE, references
from tests.site.test_page import shown_score
from tests.support.chromium import new_context
from tests.support.site import Site

#: Dispatches pointer events to the canvas, [type, x, y, options]; x and y in fractions of the paper.
#: The browser captures no pointer that it doesn't know, so that captures are left out.
POINT = """(events) => {
  const canvas = document.querySelector("canvas");
  canvas.setPointerCapture = () => {};
  canvas.hasPointerCapture = () => true;
  const box = canvas.getBoundingClientRect();
  for (const [type, x, y, options] of events) {
    const at = { clientX: box.left + x * box.width, clientY: box.top + y * box.height };
    const init = { pointerId: 7, pointerType: "pen", isPrimary: true, bubbles: true, cancelable: true };
    canvas.dispatchEvent(new PointerEvent(type, { ...init, ...at, ...options }));
  }
}"""
PRESSED, HOVERING = {"buttons": 1}, {"buttons": 0, "button": -1}
ERASING = {"buttons": 32, "button": 5}
FINGER = {"pointerId": 8, "pointerType": "touch", "buttons": 1}


@pytest.fixture
def page(chromium: Browser, site: Site, request) -> Iterator[Page]:
    """The writing page; a test may pass the size of the window as a parameter."""
    width, height = getattr(request, "param", (1280, 800))
    page = new_context(chromium, viewport={"width": width, "height": height}).new_page()
    page.goto(site.url)
    expect_strokes(page, 0)
    yield page
    page.context.close()


def expect_strokes(page: Page, count: int) -> None:
    amount = {0: "empty", 1: "1 stroke"}.get(count, f"{count} strokes")
    expect(page.get_by_role("img", name=f"Writing area, {amount}", exact=True)).to_be_visible()


def line(y: float) -> list[list[object]]:
    return [["pointerdown", 0.2, y, PRESSED], ["pointermove", 0.8, y, PRESSED], ["pointerup", 0.8, y, {}]]


@pytest.mark.parametrize("page", [(1920, 1080)], indirect=True)
def test_a_dense_kanji_fits_on_a_large_paper_at_a_point_per_pixel(page):
    page.goto(f"{page.url}?practise=竃")  # without the welcome, which leaves less room
    expect_strokes(page, 0)
    side = page.locator("canvas").bounding_box()["width"]
    assert side > 790
    events: list[list[object]] = []
    for stroke in references()["竃"]:
        corners = [(x / REFERENCE_SIDE, y / REFERENCE_SIDE) for x, y in stroke.tolist()]
        events.append(["pointerdown", *corners[0], PRESSED])
        for (x, y), (to_x, to_y) in itertools.pairwise(corners):
            steps = math.ceil(math.dist((x, y), (to_x, to_y)) * side)
            events += [
                ["pointermove", x + (to_x - x) * step / steps, y + (to_y - y) * step / steps, PRESSED]
                for step in range(1, steps + 1)
            ]
        events.append(["pointerup", *corners[-1], {}])
    page.get_by_label("Practise").fill("竃")
    page.evaluate(POINT, events)
    expect_strokes(page, 17)
    expect(page.get_by_text("The paper is full")).to_have_count(0)
    page.get_by_role("button", name="Score", exact=True).click()
    assert shown_score(page) >= 95


def test_a_mouse_that_comes_back_without_a_button_draws_nothing(page):
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 50)
    page.evaluate(POINT, [["pointermove", 0.9, 0.9, {"pointerId": 1, "pointerType": "mouse", "buttons": 0}]])
    page.mouse.move(box["x"] + 300, box["y"] + 50)
    page.mouse.up()
    page.mouse.move(box["x"] + 300, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.up()
    expect_strokes(page, 2)


def test_the_eraser_end_removes_the_strokes_it_touches_and_undo_brings_them_back(page):
    page.evaluate(POINT, [*line(0.2), *line(0.5), *line(0.8)])
    expect_strokes(page, 3)
    page.evaluate(
        POINT, [["pointerdown", 0.5, 0.4, ERASING], ["pointermove", 0.5, 0.6, ERASING], ["pointerup", 0.5, 0.6, {}]]
    )
    expect_strokes(page, 2)
    page.get_by_role("button", name="Undo").click()
    expect_strokes(page, 3)


def test_a_finger_after_a_hovering_stylus_writes(page):
    page.evaluate(POINT, [["pointermove", 0.5, 0.5, HOVERING]])
    page.wait_for_timeout(600)
    page.evaluate(POINT, [[kind, x, y, FINGER] for kind, x, y, _ in line(0.5)])
    expect_strokes(page, 1)


def test_a_finger_soon_after_the_stylus_wrote_is_ignored_with_a_word_and_then_writes(page):
    page.evaluate(POINT, line(0.2))
    finger = [[kind, x, y, FINGER] for kind, x, y, _ in line(0.5)]
    page.evaluate(POINT, finger)
    expect(page.get_by_role("status").filter(has_text="You can write with your finger now.")).to_be_visible()
    expect_strokes(page, 1)
    page.evaluate(POINT, finger)
    expect_strokes(page, 2)
    expect(page.get_by_text("You can write with your finger now.")).to_have_count(0)
