"""The writing page in a real browser, against the real site."""

import re
from itertools import chain
from urllib.parse import urljoin

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from ml.strokes import REFERENCE_SIDE, Strokes, references
from scoring import marks
from tests.support.chromium import launch, new_context
from tests.support.site import Site, until

#: 2,000 points on each stroke of each mark.
POINTS_OF_MARKS = """(marks) => {
  const points = (path) => Array.from({ length: 2000 }, (_, i) => {
    const { x, y } = path.getPointAtLength((path.getTotalLength() * i) / 1999);
    return [x, y];
  });
  return marks.map((mark) => [...mark.querySelectorAll('path')].map(points));
}"""
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Page:
    page = context.new_page()
    page.goto(site.url)
    expect(page.get_by_role("img", name="Writing area, empty")).to_be_visible()
    return page


def write(page: Page, character: str, touch: bool = False, steps: int = 1) -> None:
    """Write the reference strokes in order, with the mouse or a finger. The mouse reaches each point in `steps`."""
    draw(page, references()[character], touch, steps)


def draw(page: Page, strokes: Strokes, touch: bool = False, steps: int = 1) -> None:
    box = page.locator("canvas").bounding_box()
    assert box
    pen = Finger(page) if touch else Mouse(page, steps)
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
    def __init__(self, page: Page, steps: int = 1) -> None:
        self._mouse = page.mouse
        self._steps = steps

    def down(self, x: float, y: float) -> None:
        self._mouse.move(x, y)
        self._mouse.down()

    def move(self, x: float, y: float) -> None:
        self._mouse.move(x, y, steps=self._steps)

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


def shown_score(page: Page) -> int:
    number = page.locator(".score-number strong")
    expect(number).to_be_visible(timeout=15_000)
    return int(number.inner_text())


def test_an_attempt_is_scored_and_is_in_the_history_after_a_reload(page):
    write(page, "永")
    expect(page.get_by_role("img", name="Writing area, 5 strokes")).to_be_visible()
    page.get_by_role("button", name="Score", exact=True).click()
    score = shown_score(page)
    assert score >= 80
    expect(page.get_by_role("heading", name="You meant 永")).to_be_visible()
    page.reload()
    square = page.get_by_role("button", name=re.compile(f"^永 {score}"))
    expect(square).to_be_visible()
    assert square.locator("svg path").count() >= 1
    square.click()
    assert shown_score(page) == score


@pytest.mark.parametrize("context", [PHONE], indirect=True)
def test_a_finger_writes_without_scrolling_the_page(page):
    write(page, "あ", touch=True)
    expect(page.get_by_role("img", name="Writing area, 3 strokes")).to_be_visible()
    assert page.evaluate("scrollY") == 0
    page.get_by_role("button", name="Score", exact=True).tap()
    assert shown_score(page) >= 80
    expect(page.locator("canvas")).to_be_in_viewport()


def test_a_practised_character_is_scored_at_once_and_its_lookalikes_are_named(page):
    page.get_by_role("textbox", name="Practise").fill("口")
    write(page, "口")
    page.keyboard.press("Enter")
    assert shown_score(page) >= 80
    expect(page.get_by_text("Reads as 口 or ロ.")).to_be_visible()


def test_a_reversed_stroke_gets_a_remark_and_is_shown_beside_the_reference(page):
    page.goto(page.url + "?practise=十")
    across, down = references()["十"]
    draw(page, [across, down[::-1]])
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Write stroke 2 downwards.")).to_be_visible(timeout=15_000)
    expect(page.locator(".remark-pictures .highlighted")).to_have_count(2)


@pytest.mark.parametrize("context", [{"viewport": {"width": 1280, "height": 800}}, PHONE], indirect=True)
@pytest.mark.parametrize(
    ("target", "written", "sentence", "hint"),
    [
        ("土", "士", "In 土 the lower line is longer; in 士 the upper one is.", "Look at strokes 1 and 3 of 土."),
        (
            "未",
            "末",
            "In 未 the lower of the two horizontal lines is longer; in 末 the upper one is.",
            "Look at strokes 1 and 2 of 未.",
        ),
    ],
)
def test_a_misread_attempt_is_explained_with_the_deciding_strokes_in_red(page, target, written, sentence, hint):
    page.goto(page.url + f"?practise={target}")
    draw(page, references()[written])
    page.keyboard.press("Enter")
    reason = page.locator(".reason")
    expect(reason).to_contain_text(sentence, timeout=15_000)
    expect(reason).to_contain_text(hint)
    expect(reason.locator("figcaption")).to_have_text(["Yours", target, written])
    red = reason.locator(".highlighted")
    expect(red).to_have_count(6)  # two strokes in each of three pictures
    red_of_remarks = page.evaluate("getComputedStyle(document.querySelector('.remark')).color")
    assert set(red.evaluate_all("paths => paths.map((path) => getComputedStyle(path).stroke)")) == {red_of_remarks}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_choosing_kana_removes_kanji_from_the_candidates(page):
    page.get_by_text("Kana", exact=True).click()
    write(page, "口")
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.get_by_role("heading", name="You meant ロ")).to_be_visible(timeout=15_000)
    page.reload()
    expect(page.get_by_role("radio", name="Kana")).to_be_checked()


def test_a_good_attempt_can_become_an_exemplar_and_be_withdrawn(page, site, chromium):
    other = new_context(chromium).new_page()
    practise(page, "永", "永")
    assert shown_score(page) >= 80
    page.get_by_role("button", name="Show as an example").click()
    expect(page.get_by_text("A curator will review it.")).to_be_visible()
    examples = other.get_by_role("region", name="Well written").get_by_role("listitem")
    other.goto(urljoin(site.url, "/characters/永/"))
    expect(examples).to_have_count(1)  # the reference

    site.run("from characters.models import Exemplar; Exemplar.objects.waiting().approve(by=None)")
    other.reload()
    expect(examples).to_have_count(2)
    practise(page, "日", "永")
    page.get_by_role("button", name="No, I meant 永").click()
    expect(page.get_by_role("heading", name="How to write it")).to_be_visible()
    expect(page.get_by_text(re.compile("Written by hand, score"))).to_be_visible()

    page.get_by_role("button", name=re.compile("^永 [89]")).first.click()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("button", name="Show as an example")).to_be_visible()
    other.reload()
    expect(examples).to_have_count(1)
    other.context.close()


def practise(page: Page, written: str, target: str) -> None:
    if page.get_by_role("button", name="Next").is_visible():
        page.get_by_role("button", name="Next").click()
    page.get_by_role("textbox", name="Practise").fill(target)
    write(page, written)
    page.keyboard.press("Enter")
    expect(page.locator(".score, .question")).to_be_visible(timeout=15_000)


def test_a_target_that_is_not_a_candidate_can_be_entered(page):
    write(page, "日")
    page.get_by_role("button", name="Score", exact=True).click()
    page.get_by_role("button", name="Not 日?").click()
    field = page.get_by_role("textbox", name="Another character")
    field.fill("鬱")
    expect(page.get_by_text(re.compile("doesn’t know this character"))).to_be_visible()
    expect(field).to_have_value("")
    field.fill("永")
    field.press("Enter")
    page.get_by_role("button", name="No, I meant 永").click()
    assert shown_score(page) < 40
    expect(page.locator(".remark").get_by_text("Reads as 日.")).to_be_visible()


def test_undo_and_clear_remove_strokes(page):
    write(page, "永")
    page.get_by_role("button", name="Undo").click()
    page.keyboard.press("Control+z")
    expect(page.get_by_role("img", name="Writing area, 3 strokes")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("img", name="Writing area, empty")).to_be_visible()
    expect(page.get_by_role("button", name="Score", exact=True)).to_be_disabled()


def test_redo_restores_strokes(page):
    write(page, "永")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+y")
    expect(page.get_by_role("img", name="Writing area, 5 strokes")).to_be_visible()
    expect(page.get_by_role("button", name="Redo")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(page.get_by_role("img", name="Writing area, empty")).to_be_visible()


def test_the_chosen_guide_lines_are_remembered(page):
    page.get_by_role("button", name="Guide lines: cross").click()
    page.reload()
    expect(page.get_by_role("button", name="Guide lines: diagonals")).to_be_visible()


#: The indices of the canvas's pixels that have ink after the next frame, as text.
INKED = """async canvas => {
    await new Promise(requestAnimationFrame);
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const indices = [];
    for (let i = 0; i < data.length / 4; i++) if (data[4 * i + 3] > 127) indices.push(i);
    return indices.join(" ");
}"""


#: Collects in window.reached, for each move of the pen, whether there is ink under it after the frame of that move.
WATCH_THE_PEN = """canvas => {
    window.reached = [];
    canvas.addEventListener("pointermove", ({ offsetX, offsetY, buttons }) => requestAnimationFrame(() => {
        if (!buttons) return;
        const [x, y] = [offsetX, offsetY].map((at) => at * devicePixelRatio);
        window.reached.push(canvas.getContext("2d").getImageData(x, y, 1, 1).data[3] > 127);
    }));
}"""


def test_the_ink_reaches_the_pen_in_the_frame_of_its_move(page):
    page.locator("canvas").evaluate(WATCH_THE_PEN)
    write(page, "十", steps=3)
    reached = page.evaluate("reached")
    assert len(reached) > 10
    assert all(reached)


def assert_ink_looks_the_same_after_reload(page: Page, strokes: int) -> None:
    """Ink that was painted piece by piece looks like the same ink painted at once."""
    in_pieces = inked(page)
    page.reload()
    expect(page.get_by_role("img", name=f"Writing area, {strokes} strokes")).to_be_visible()
    at_once = inked(page)
    assert len(at_once) > 1000
    assert len(in_pieces ^ at_once) < len(at_once) / 200


def inked(page: Page) -> set[str]:
    return set(page.locator("canvas").evaluate(INKED).split())


def test_ink_painted_while_writing_looks_like_ink_painted_at_once(page):
    # On small paper, the joints of the pieces are more of the ink.
    page.set_viewport_size({"width": 1280, "height": 1000})
    write(page, "永", steps=3)
    assert_ink_looks_the_same_after_reload(page, strokes=5)


#: Writes two strokes: one frame contains the end of the first and the beginning of the second.
TWO_STROKES_IN_A_FRAME = """async canvas => {
    const {left, top, width} = canvas.getBoundingClientRect();
    const send = (type, x, y) => canvas.dispatchEvent(new PointerEvent(type, {
        pointerId: 1, pointerType: "mouse", button: 0, buttons: type === "pointerup" ? 0 : 1,
        clientX: left + x * width, clientY: top + y * width,
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


def test_two_strokes_that_meet_in_one_frame_are_both_complete(page):
    page.locator("canvas").evaluate(TWO_STROKES_IN_A_FRAME)
    assert_ink_looks_the_same_after_reload(page, strokes=2)


@pytest.mark.parametrize("context", [PHONE], indirect=True)
@pytest.mark.parametrize(
    ("width", "height", "ratio"), [(844, 390, 2), (390, 844, 3), (300, 650, 2.6)], ids=["turned", "sharper", "zoomed"]
)
def test_a_change_of_the_screen_during_a_stroke_leaves_the_ink_unchanged(page, width, height, ratio):
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
def test_the_ink_is_sharp_after_the_pixel_ratio_changes(page):
    write(page, "十")
    devtools = page.context.new_cdp_session(page)
    canvas = page.locator("canvas")
    for ratio, motion in ((3, "reduce"), (1.5, "no-preference"), (2, "reduce")):
        screen = {"width": 390, "height": 844, "deviceScaleFactor": ratio, "mobile": True}
        devtools.send("Emulation.setDeviceMetricsOverride", screen)
        page.emulate_media(reduced_motion=motion)  # Chromium notifies no listener if only an emulated ratio changes
        expect(canvas).to_have_js_property("width", 390 * ratio)
        expect(canvas).to_have_js_property("height", 390 * ratio)
        assert len(inked(page)) > 1000


def test_two_visitors_see_only_their_own_attempts(page, chromium, site):
    write(page, "7")
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.locator(".history-square")).to_have_count(1)
    other = new_context(chromium).new_page()
    other.goto(site.url)
    expect(other.get_by_text("Your attempts will appear here.")).to_be_visible()
    other.context.close()


@pytest.mark.parametrize("context", [{"java_script_enabled": False}], indirect=True)
def test_without_javascript_the_page_says_that_it_needs_it(context, site):
    page = context.new_page()
    page.goto(site.url)
    expect(page.get_by_role("heading", name="This page needs JavaScript")).to_be_visible()


def test_everything_that_the_page_loads_exists_and_comes_from_this_site(context, site):
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


def test_the_page_and_the_server_draw_the_same_marks(page):
    drawn = page.locator(".legend .mark").evaluate_all(POINTS_OF_MARKS)
    known = [marks.lines(mark) for mark in ("flower", "double", "circle", "triangle")]
    assert [len(mark) for mark in drawn] == [len(mark) for mark in known]
    for stroke, line in zip(chain(*drawn), chain(*known), strict=True):
        steps = np.linspace(0, len(line) - 1, 2000)
        known_points = np.stack([np.interp(steps, range(len(line)), axis) for axis in zip(*line, strict=True)], axis=1)
        apart = np.linalg.norm(np.array(stroke)[:, None] - known_points[None], axis=2)
        assert max(apart.min(axis=0).max(), apart.min(axis=1).max()) < 1.5  # in a square of 120


def test_an_attempt_deleted_elsewhere_does_not_reappear_on_going_back(chromium, site):
    ignored = ["--disable-back-forward-cache"]  # a default of Playwright that no user's browser has
    browser = launch(chromium.browser_type, ignore_default_args=ignored)
    try:
        page = new_context(browser).new_page()
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
