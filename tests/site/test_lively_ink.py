"""Ink whose width follows its speed: only its picture changes, never what is stored or scored."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.site import Site, until

#: Gives every event a time that doesn't depend on the machine: 8 ms after the one before.
EVEN_TIMES = """
  let events = 0;
  const times = new WeakMap();
  Object.defineProperty(Event.prototype, 'timeStamp', {get() {
    if (!times.has(this)) times.set(this, 8 * events++);
    return times.get(this);
  }});
  Object.defineProperty(performance, 'timeOrigin', {value: 1_700_000_000_000});
"""
#: Writes a line with the pen, with a pressure that changes, first slowly, then quickly.
WRITE = """async () => {
  const canvas = document.querySelector('.paper canvas');
  for (let seen; window.scrollY || seen !== canvas.getBoundingClientRect().top;) {  // a reload restores the scrolling
    seen = canvas.getBoundingClientRect().top;
    window.scrollTo(0, 0);
    await new Promise(done => setTimeout(done, 200));
  }
  const box = canvas.getBoundingClientRect();
  canvas.setPointerCapture = () => {};
  canvas.hasPointerCapture = () => true;
  const fire = (type, x, pressure) => canvas.dispatchEvent(new PointerEvent(type, {
    pointerId: 7, pointerType: 'pen', isPrimary: true, bubbles: true, cancelable: true,
    button: type === 'pointermove' ? -1 : 0,
    buttons: type === 'pointerup' ? 0 : 1, pressure,
    clientX: box.left + x * box.width, clientY: box.top + box.height / 2,
  }));
  fire('pointerdown', 0.1, 0.9);
  let x = 0.1;
  for (let i = 0; i < 30; i += 1) { fire('pointermove', x += 0.005, 0.9); await new Promise(requestAnimationFrame); }
  for (let i = 0; i < 14; i += 1) { fire('pointermove', x += 0.04, 0.2); await new Promise(requestAnimationFrame); }
  fire('pointerup', x, 0);
  await new Promise(requestAnimationFrame);
}"""
#: Heights of the ink at a quarter and at three quarters of the paper's width, px.
HEIGHTS = """() => [0.2, 0.7].map(fraction => {
  const canvas = document.querySelector('.paper canvas');
  const column = canvas.getContext('2d').getImageData(Math.round(fraction * canvas.width), 0, 1, canvas.height).data;
  return column.filter((value, i) => i % 4 === 3 && value > 127).length;
})"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, service_workers="block")
    context.add_init_script(EVEN_TIMES)
    yield context.new_page()
    context.close()


def turn_on(page: Page, site: Site) -> None:
    page.goto(f"{site.url}?practise=一")
    with page.expect_response(lambda answer: "/lively-" in answer.url):
        page.get_by_label("Width follows speed").check()


def sent(page: Page) -> dict:
    """Write, send, and return the posted attempt."""
    with page.expect_request(lambda one: one.method == "POST" and one.url.endswith("/attempts/")) as posted:
        page.evaluate(WRITE)
        page.keyboard.press("Enter")
    expect(page.get_by_text("You meant")).to_be_visible(timeout=15_000)  # until then the page keeps the ink as a draft
    return json.loads(posted.value.post_data or "")


def test_lively_ink_changes_nothing_that_is_posted(page, site):
    page.goto(f"{site.url}?practise=一")
    expect(page.locator("canvas")).to_be_visible()
    plain = sent(page)
    turn_on(page, site)
    page.reload()
    expect(page.locator("canvas")).to_be_visible()
    lively = sent(page)
    without_times = [[point[:2] for point in stroke] for stroke in plain["ink"]["strokes"]]
    assert len(without_times[0]) > 20
    assert [[point[:2] for point in stroke] for stroke in lively["ink"]["strokes"]] == without_times
    assert lively == plain


def test_a_quick_part_of_a_stroke_is_thinner_than_a_slow_one(page, site):
    page.goto(f"{site.url}?practise=一")
    expect(page.locator("canvas")).to_be_visible()
    page.evaluate(WRITE)
    slow, quick = page.evaluate(HEIGHTS)
    assert abs(slow - quick) <= 1
    turn_on(page, site)  # draws the next strokes at once
    page.evaluate(WRITE)
    slow, quick = page.evaluate(HEIGHTS)
    assert slow > 1.5 * quick


def test_the_option_is_remembered_and_can_be_turned_off(page, site):
    turn_on(page, site)
    page.reload()
    expect(page.get_by_label("Width follows speed")).to_be_checked()
    page.get_by_label("Width follows speed").uncheck()
    page.evaluate(WRITE)
    slow, quick = page.evaluate(HEIGHTS)
    assert abs(slow - quick) <= 1


def test_a_replay_is_lively_too(page, site):
    turn_on(page, site)
    page.reload()
    page.evaluate(WRITE)
    page.keyboard.press("Enter")
    expect(page.get_by_text("You meant")).to_be_visible(timeout=15_000)
    page.goto(f"{site.url}history/")
    page.locator(".sheet-tile a").first.click()
    path = page.locator(".replay path").first
    expect(path).to_have_css("stroke", "none")
    whole = path.get_attribute("d") or ""
    assert whole.count("a") > 40  # a disc at each point
    page.locator(".replay-button").click()
    until(lambda: 0 < len(path.get_attribute("d") or "") < len(whole), 5)
    until(lambda: path.get_attribute("d") == whole, 15)
