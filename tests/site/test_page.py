"""The writing page in a real browser, against the real site."""

import re
from collections.abc import Iterator
from itertools import chain
from urllib.parse import urljoin

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ml.strokes import REFERENCE_SIDE, Strokes, references
from scoring import marks
from tests.support.chromium import launch
from tests.support.site import Site, until

#: For each of the marks, for each of its strokes: 2,000 points on it.
POINTS_OF_MARKS = """(marks) => {
  const points = (path) => Array.from({ length: 2000 }, (_, i) => {
    const { x, y } = path.getPointAtLength((path.getTotalLength() * i) / 1999);
    return [x, y];
  });
  return marks.map((mark) => [...mark.querySelectorAll('path')].map(points));
}"""
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    running = Site(tmp_path_factory.mktemp("var"))
    yield running
    running.stop()


@pytest.fixture
def context(chromium: Browser, request) -> Iterator[BrowserContext]:
    """A browser that was never here; a test may ask for another one by parameter. Errors on the page fail the test."""
    errors: list[str] = []
    context = chromium.new_context(**getattr(request, "param", {"viewport": {"width": 1280, "height": 800}}))
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    context.close()
    assert not errors


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Page:
    page = context.new_page()
    page.goto(site.url)
    expect(page.get_by_role("img", name="Writing area, empty")).to_be_visible()
    return page


def write(page: Page, character: str, touch: bool = False) -> None:
    """The reference strokes, in their order, by mouse or finger."""
    draw(page, references()[character], touch)


def draw(page: Page, strokes: Strokes, touch: bool = False) -> None:
    box = page.locator("canvas").bounding_box()
    assert box
    pen = Finger(page) if touch else Mouse(page)
    for stroke in strokes:
        points = [
            (box["x"] + x / REFERENCE_SIDE * box["width"], box["y"] + y / REFERENCE_SIDE * box["height"])
            for x, y in stroke.tolist()
        ]
        pen.down(*points[0])
        for point in points[1:]:
            pen.move(*point)
        pen.up()


class Mouse:
    def __init__(self, page: Page) -> None:
        self._mouse = page.mouse

    def down(self, x: float, y: float) -> None:
        self._mouse.move(x, y)
        self._mouse.down()

    def move(self, x: float, y: float) -> None:
        self._mouse.move(x, y, steps=3)

    def up(self) -> None:
        self._mouse.up()


class Finger:
    def __init__(self, page: Page) -> None:
        self._devtools = page.context.new_cdp_session(page)

    def _touch(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        self._devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def down(self, x: float, y: float) -> None:
        self._touch("touchStart", (x, y))

    def move(self, x: float, y: float) -> None:
        self._touch("touchMove", (x, y))

    def up(self) -> None:
        self._touch("touchEnd")


def score_shown(page: Page) -> int:
    number = page.locator(".score-number strong")
    expect(number).to_be_visible(timeout=15_000)
    return int(number.inner_text())


def test_the_whole_way_from_the_pen_to_the_history_after_a_reload(page):
    write(page, "永")
    expect(page.get_by_role("img", name="Writing area, 5 strokes")).to_be_visible()
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.get_by_role("heading", name="Which one did you mean?")).to_be_visible()
    page.get_by_role("button", name=re.compile("^永, would score")).click()
    score = score_shown(page)
    assert score >= 80
    expect(page.get_by_role("heading", name="You meant 永")).to_be_visible()
    page.reload()
    square = page.get_by_role("button", name=re.compile(f"^永 {score}"))
    expect(square).to_be_visible()
    assert square.locator("svg path").count() >= 1
    square.click()
    assert score_shown(page) == score


@pytest.mark.parametrize("context", [PHONE], indirect=True)
def test_a_finger_writes_without_scrolling_the_page(page):
    write(page, "あ", touch=True)
    expect(page.get_by_role("img", name="Writing area, 3 strokes")).to_be_visible()
    assert page.evaluate("scrollY") == 0
    page.get_by_role("button", name="Score", exact=True).tap()
    page.get_by_role("button", name=re.compile("^あ, would score")).tap()
    assert score_shown(page) >= 80
    expect(page.locator("canvas")).to_be_in_viewport()


def test_a_practised_character_is_scored_at_once_and_lookalikes_are_named(page):
    page.get_by_role("textbox", name="Practise").fill("口")
    write(page, "口")
    page.keyboard.press("Enter")
    assert score_shown(page) >= 80
    expect(page.get_by_text("Reads as 口 or ロ.")).to_be_visible()


def test_a_stroke_written_the_wrong_way_round_is_minded_and_shown_beside_the_reference(page):
    page.goto(page.url + "?practise=十")
    across, down = references()["十"]
    draw(page, [across, down[::-1]])
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Stroke 2 goes downwards.")).to_be_visible(timeout=15_000)
    expect(page.locator(".remark-pictures .highlighted")).to_have_count(2)


def test_told_that_it_is_kana_a_square_reads_as_kana(page):
    page.get_by_text("Kana", exact=True).click()
    write(page, "口")
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.get_by_role("button", name=re.compile("^ロ, would score"))).to_be_visible(timeout=15_000)
    expect(page.get_by_role("button", name=re.compile("^口"))).to_have_count(0)
    page.reload()
    expect(page.get_by_role("radio", name="Kana")).to_be_checked()


def test_a_good_writing_becomes_an_example_and_is_taken_back(page, site, chromium):
    stranger = chromium.new_page()
    practise(page, "永", "永")
    assert score_shown(page) >= 80
    page.get_by_role("button", name="Show as an example").click()
    expect(page.get_by_text("A curator will review it.")).to_be_visible()
    examples = stranger.get_by_role("region", name="Well written").get_by_role("listitem")
    stranger.goto(urljoin(site.url, "/characters/永/"))
    expect(examples).to_have_count(1)  # the reference

    site.run("from characters.models import Exemplar; Exemplar.objects.waiting().approve(by=None)")
    stranger.reload()
    expect(examples).to_have_count(2)
    practise(page, "日", "永")
    expect(page.get_by_role("heading", name="How to write it")).to_be_visible()
    expect(page.get_by_text(re.compile("Written by hand, score"))).to_be_visible()

    page.get_by_role("button", name=re.compile("^永 [89]")).first.click()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("button", name="Show as an example")).to_be_visible()
    stranger.reload()
    expect(examples).to_have_count(1)
    stranger.close()


def practise(page: Page, written: str, meant: str) -> None:
    if page.get_by_role("button", name="Next").is_visible():
        page.get_by_role("button", name="Next").click()
    page.get_by_role("textbox", name="Practise").fill(meant)
    write(page, written)
    page.keyboard.press("Enter")
    expect(page.locator(".score")).to_be_visible(timeout=15_000)


def test_another_character_than_the_candidates_can_be_meant(page):
    write(page, "日")
    page.get_by_role("button", name="Score", exact=True).click()
    field = page.get_by_role("textbox", name="Another character")
    field.fill("鬱")
    field.press("Enter")
    expect(page.get_by_text(re.compile("doesn’t know this character"))).to_be_visible()
    field.fill("永")
    field.press("Enter")
    assert score_shown(page) < 40
    expect(page.get_by_text("May be misread as 日.")).to_be_visible()


def test_undo_and_clear_take_strokes_back(page):
    write(page, "永")
    page.get_by_role("button", name="Undo").click()
    page.keyboard.press("Control+z")
    expect(page.get_by_role("img", name="Writing area, 3 strokes")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("img", name="Writing area, empty")).to_be_visible()
    expect(page.get_by_role("button", name="Score", exact=True)).to_be_disabled()


def test_redo_puts_strokes_back(page):
    write(page, "永")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+y")
    expect(page.get_by_role("img", name="Writing area, 5 strokes")).to_be_visible()
    expect(page.get_by_role("button", name="Redo")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(page.get_by_role("img", name="Writing area, empty")).to_be_visible()


def test_the_guide_lines_are_chosen_and_remembered(page):
    page.get_by_role("button", name="Guide lines: cross").click()
    page.reload()
    expect(page.get_by_role("button", name="Guide lines: diagonals")).to_be_visible()


#: Where there is ink once the frame is done.
INKED = """async canvas => {
    await new Promise(requestAnimationFrame);
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return Array.from({length: data.length / 4}, (_, i) => data[4 * i + 3] > 127 ? 1 : 0);
}"""


#: Whether there is ink under the pen, for each of its moves, when the frame of that move is done.
WATCH_THE_PEN = """canvas => {
    window.reached = [];
    canvas.addEventListener("pointermove", ({ offsetX, offsetY, buttons }) => requestAnimationFrame(() => {
        if (!buttons) return;
        const [x, y] = [offsetX, offsetY].map((at) => at * devicePixelRatio);
        window.reached.push(canvas.getContext("2d").getImageData(x, y, 1, 1).data[3] > 127);
    }));
}"""


def test_the_line_reaches_the_pen_in_the_frame_of_its_move(page):
    page.locator("canvas").evaluate(WATCH_THE_PEN)
    write(page, "十")
    reached = page.evaluate("reached")
    assert len(reached) > 10
    assert all(reached)


def assert_grown_ink_is_whole(page: Page, strokes: int) -> None:
    """What was painted as it grew looks as it does painted at once, after a reload."""
    growing = page.locator("canvas").evaluate(INKED)
    page.reload()
    expect(page.get_by_role("img", name=f"Writing area, {strokes} strokes")).to_be_visible()
    whole = page.locator("canvas").evaluate(INKED)
    assert sum(whole) > 1000
    assert sum(a != b for a, b in zip(growing, whole, strict=True)) < sum(whole) / 200


def test_a_line_painted_as_it_grows_looks_like_the_whole(page):
    write(page, "永")
    assert_grown_ink_is_whole(page, strokes=5)


#: A stroke, and in the frame in which it goes on and ends the next one.
TWO_STROKES_IN_A_FRAME = """async canvas => {
    const {left, top, width} = canvas.getBoundingClientRect();
    const send = (type, x, y) => canvas.dispatchEvent(new PointerEvent(type, {
        pointerId: 1, pointerType: "mouse", button: 0, clientX: left + x * width, clientY: top + y * width,
    }));
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    send("pointerdown", 0.2, 0.2);
    for (const x of [0.3, 0.4, 0.5]) send("pointermove", x, 0.2);
    await frame();
    for (const x of [0.6, 0.7, 0.8]) send("pointermove", x, 0.4);
    send("pointerup", 0.8, 0.4);
    send("pointerdown", 0.2, 0.6);
    for (const x of [0.4, 0.6, 0.8]) send("pointermove", x, 0.8);
    await frame();
    send("pointerup", 0.8, 0.8);
}"""


def test_a_stroke_that_begins_in_the_frame_in_which_another_ends_leaves_both_whole(page):
    page.locator("canvas").evaluate(TWO_STROKES_IN_A_FRAME)
    assert_grown_ink_is_whole(page, strokes=2)


@pytest.mark.parametrize("context", [PHONE], indirect=True)
@pytest.mark.parametrize(
    ("width", "height", "ratio"), [(844, 390, 2), (390, 844, 3), (300, 650, 2.6)], ids=["turned", "sharper", "zoomed"]
)
def test_a_screen_that_changes_under_the_pen_leaves_the_ink_as_drawn(page, width, height, ratio):
    finger, devtools = Finger(page), page.context.new_cdp_session(page)
    sent: list[dict] = []
    page.on("request", lambda request: sent.extend([request.post_data_json] if request.method == "POST" else []))

    def at(x: float, y: float) -> tuple[float, float]:
        box = page.locator("canvas").bounding_box()
        assert box
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    finger.down(*at(0.2, 0.2))
    finger.move(*at(0.4, 0.4))
    screen = {"width": width, "height": height, "deviceScaleFactor": ratio, "mobile": True}
    devtools.send("Emulation.setDeviceMetricsOverride", screen)
    until(lambda: page.evaluate("innerWidth") == width, 30)
    finger.move(*at(0.6, 0.6))
    finger.move(*at(0.8, 0.8))
    finger.up()
    page.keyboard.press("Enter")
    expect(page.locator(".result[aria-busy=true]")).to_have_count(0, timeout=15_000)
    ink = sent[0]["ink"]
    fractions = [(x / ink["width"], y / ink["height"]) for x, y, _ in ink["strokes"][0]]
    assert len(ink["strokes"]) == 1
    assert fractions == [pytest.approx((f, f), abs=0.01) for f in (0.2, 0.4, 0.6, 0.8)]


@pytest.mark.parametrize("context", [PHONE], indirect=True)
def test_the_ink_is_sharp_again_whenever_the_pixel_ratio_alone_changes(page):
    write(page, "十")
    devtools = page.context.new_cdp_session(page)
    canvas = page.locator("canvas")
    for ratio, motion in ((3, "reduce"), (1.5, "no-preference"), (2, "reduce")):
        screen = {"width": 390, "height": 844, "deviceScaleFactor": ratio, "mobile": True}
        devtools.send("Emulation.setDeviceMetricsOverride", screen)
        page.emulate_media(reduced_motion=motion)  # of a played ratio alone Chromium tells no listener
        expect(canvas).to_have_js_property("width", 390 * ratio)
        expect(canvas).to_have_js_property("height", 390 * ratio)
        assert sum(canvas.evaluate(INKED)) > 1000


def test_two_visitors_see_their_own_writing_only(page, chromium, site):
    write(page, "7")
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.locator(".history-square")).to_have_count(1)
    other = chromium.new_context().new_page()
    other.goto(site.url)
    expect(other.get_by_text("Your attempts will appear here.")).to_be_visible()
    other.context.close()


@pytest.mark.parametrize("context", [{"java_script_enabled": False}], indirect=True)
def test_without_javascript_the_page_says_that_it_needs_it(context, site):
    page = context.new_page()
    page.goto(site.url)
    expect(page.get_by_role("heading", name="This paper needs JavaScript")).to_be_visible()


def test_everything_the_page_asks_for_exists_and_comes_from_here(context, site):
    page, answers = context.new_page(), []
    page.on("response", lambda answer: answers.append((answer.url, answer.status)))
    page.goto(site.url, wait_until="networkidle")
    for link in page.locator("link[href]").evaluate_all("links => links.map(link => link.href)"):
        answers.append((link, page.request.get(link).status))
    manifest = page.locator("link[rel=manifest]").evaluate("link => link.href")
    assert page.request.get(manifest).headers["content-type"].startswith("application/manifest+json")
    for icon in page.request.get(manifest).json()["icons"]:
        answers.append((urljoin(manifest, icon["src"]), page.request.get(urljoin(manifest, icon["src"])).status))
    assert len(answers) > 8
    assert [answer for answer in answers if answer[1] != 200] == []
    assert all(url.startswith(site.url) for url, _ in answers)


def test_the_page_draws_the_marks_that_the_server_draws(page):
    drawn = page.locator(".legend .mark").evaluate_all(POINTS_OF_MARKS)
    known = [marks.lines(mark) for mark in ("flower", "double", "circle", "triangle")]
    assert [len(mark) for mark in drawn] == [len(mark) for mark in known]
    for stroke, line in zip(chain(*drawn), chain(*known), strict=True):
        steps = np.linspace(0, len(line) - 1, 2000)
        known_points = np.stack([np.interp(steps, range(len(line)), axis) for axis in zip(*line, strict=True)], axis=1)
        apart = np.linalg.norm(np.array(stroke)[:, None] - known_points[None], axis=2)
        assert max(apart.min(axis=0).max(), apart.min(axis=1).max()) < 1.5  # in a square of 120


def test_what_was_deleted_elsewhere_does_not_come_back_with_the_browsers_back(chromium, site):
    kept = ["--disable-back-forward-cache"]  # which Playwright asks for and nobody's browser does
    browser = launch(chromium.browser_type, ignore_default_args=kept)
    try:
        page = browser.new_page()
        page.goto(site.url)
        page.get_by_label("Practise", exact=True).fill("一")
        write(page, "一")
        page.get_by_role("button", name="Score", exact=True).click()
        expect(page.locator(".history-square")).to_have_count(1)
        page.evaluate("window.isTheSame = true")
        page.goto(f"{site.url}history/")
        attempt = page.request.get(f"{site.url}api/v1/attempts/").json()["results"][0]["id"]
        token = next(one["value"] for one in page.context.cookies() if one["name"] == "csrftoken")
        page.request.delete(f"{site.url}api/v1/attempts/{attempt}/", headers={"X-CSRFToken": token})
        page.go_back()
        expect(page.get_by_text("Your attempts will appear here.")).to_be_visible()
        assert not page.evaluate("window.isTheSame === true")
    finally:
        browser.close()
