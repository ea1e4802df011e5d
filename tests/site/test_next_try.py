"""From a result to the next try, in a real browser: nothing that was drawn is lost, whatever was chosen by mistake."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.site.test_page import PHONE, Mouse, shown_score, write
from tests.support.site import Site

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
DEVICES = pytest.mark.parametrize("context", [PHONE, DESKTOP], ids=["phone", "desktop"], indirect=True)


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Page:
    return opened(context.new_page(), site)


def opened(page: Page, site: Site) -> Page:
    page.goto(site.url)
    expect(page.get_by_role("img", name="Writing area, empty")).to_be_visible()
    return page


def press(target: Locator) -> None:
    """Tap where there is a touch screen, otherwise click."""
    has_touch = target.page.evaluate("navigator.maxTouchPoints > 0")
    (target.tap if has_touch else target.click)()


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Practise")


def score(page: Page, character: str) -> None:
    """Write the reference of `character` and press Score."""
    settle(page)
    write(page, character, touch=page.evaluate("navigator.maxTouchPoints > 0"))
    press(button(page, "Score"))


def settle(page: Page) -> None:
    """Wait until the page has scrolled to the whole paper and rests."""
    paper = page.locator("canvas")
    expect(paper).to_be_in_viewport(ratio=0.99)
    before = None
    while (box := paper.bounding_box()) != before:
        before = box
        page.wait_for_timeout(300)


def expect_result(page: Page, target: str) -> None:
    expect(page.get_by_role("heading", name=f"You meant {target}")).to_be_visible(timeout=15_000)


def expect_ink(page: Page, strokes: int) -> None:
    expect(page.get_by_role("img", name=f"Writing area, {strokes} strokes")).to_be_visible()


@DEVICES
def test_a_wrong_target_is_replaced_by_what_was_clearly_written(page):
    field(page).fill("口")
    score(page, "永")
    expect(page.get_by_role("heading", name=re.compile(r"This reads as 永 \(\d+\)"))).to_be_visible(timeout=15_000)
    expect(page.locator(".remarks, .score")).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="Reads as 永.")).to_have_count(1)
    press(button(page, "Yes, 永"))
    expect_result(page, "永")
    assert shown_score(page) >= 80
    expect_ink(page, 5)
    expect(page.locator(".history-square")).to_have_count(1)
    expect(field(page)).to_have_value("永")


def test_a_writer_who_meant_the_target_sees_its_score(page):
    field(page).fill("口")
    score(page, "永")
    button(page, "No, I meant 口").click()
    assert shown_score(page) < 40
    expect(page.locator(".remark").get_by_text("Reads as 永.")).to_be_visible()


def test_a_misread_lookalike_keeps_its_score_and_its_reason(page):
    field(page).fill("末")
    score(page, "未")
    assert shown_score(page) < 40
    expect(button(page, "Not 末?")).to_be_visible()


@DEVICES
def test_a_wrong_candidate_can_be_changed_until_something_newer_is_written(page):
    score(page, "口")
    press(page.get_by_role("button", name=re.compile("^ロ, ")))
    expect_result(page, "ロ")
    press(button(page, "Not ロ?"))
    press(page.get_by_role("button", name=re.compile("^口, would score")))
    expect_result(page, "口")
    expect_ink(page, 3)
    expect(page.locator(".history-square")).to_have_count(1)

    press(button(page, "Next"))
    score(page, "食")
    expect_result(page, "食")
    press(page.locator(".history-square").nth(1))
    expect_result(page, "口")
    expect(button(page, "Not 口?")).to_have_count(0)


@DEVICES
def test_a_kanji_is_accepted_although_kana_was_chosen(page):
    press(page.get_by_text("Kana", exact=True))
    score(page, "食")
    expect(page.get_by_text(re.compile(r"This reads as 食 \(\d+\)\."))).to_be_visible(timeout=15_000)
    expect(page.get_by_text("You chose Kana")).to_be_visible()
    press(button(page, "Yes, 食"))
    expect_result(page, "食")
    assert shown_score(page) >= 80
    expect_ink(page, 9)
    expect(page.locator(".history-square")).to_have_count(1)
    press(button(page, "Next"))
    expect(page.get_by_role("radio", name="All")).to_be_checked()


def test_a_clear_character_is_scored_without_a_question(page):
    score(page, "食")
    expect_result(page, "食")
    expect(button(page, "Not 食?")).to_be_visible()
    expect(page.locator(".read-as dd")).to_have_text([re.compile("食")])


@DEVICES
def test_a_new_score_takes_the_focus_and_delete_comes_last(page):
    score(page, "食")
    expect_result(page, "食")
    expect(page.get_by_role("region", name="Result")).to_be_focused()
    page.keyboard.press("Tab")
    expect(button(page, "Try again")).to_be_focused()
    names = page.locator(".attempt button").evaluate_all("all => all.map((one) => one.ariaLabel ?? one.textContent)")
    assert names[-1] == "Delete"


def test_a_score_does_not_take_the_focus_from_the_field_in_which_somebody_types(page):
    page.route("**/api/v1/attempts/", lambda route: (page.wait_for_timeout(500), route.continue_()))
    score(page, "食")
    field(page).focus()
    expect_result(page, "食")
    expect(field(page)).to_be_focused()


@DEVICES
def test_another_try_keeps_the_character_and_next_moves_on(page):
    score(page, "食")
    expect_result(page, "食")
    press(button(page, "Try again"))
    expect(field(page)).to_have_value("食")
    expect(page.get_by_role("img", name="Writing area, empty")).to_be_in_viewport()
    expect(page.locator(".practise-help")).to_be_visible()  # the choice of guidance for the next try
    score(page, "食")
    expect_result(page, "食")
    expect(page.get_by_role("region", name="Your earlier attempts").get_by_role("link")).to_have_count(1)
    press(button(page, "Next"))
    expect(field(page)).to_have_value("")


def test_enter_scores_and_then_moves_on(page):
    field(page).fill("食")
    write(page, "食")
    page.keyboard.press("Enter")
    expect_result(page, "食")
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="Writing area, empty")).to_be_visible()
    expect(field(page)).to_have_value("")


def test_the_earlier_attempts_are_the_first_the_best_and_the_latest(page):
    field(page).fill("一")
    for _ in range(3):
        score(page, "一")
        expect_result(page, "一")
        button(page, "Try again").click()
    box = page.locator("canvas").bounding_box()
    assert box
    mouse = Mouse(page)  # a poor 一
    mouse.down(box["x"] + 60, box["y"] + 60)
    mouse.move(box["x"] + 300, box["y"] + 160)
    mouse.move(box["x"] + 80, box["y"] + 300)
    mouse.up()
    button(page, "Score").click()
    region = page.get_by_role("region", name="Your earlier attempts")
    insist = page.get_by_role("button", name="No, I meant 一")
    expect(region.or_(insist).first).to_be_visible(timeout=15_000)
    if insist.is_visible():
        insist.click()
    links = region.get_by_role("link")
    expect(links.first).to_have_text(re.compile("^First"))
    expect(links.last).to_have_text(re.compile("Latest: "))
    links.first.click()
    expect(page).to_have_url(re.compile("/history/[0-9a-f-]+/$"))


#: The box of the paths within an element, in CSS px: left, top, right, bottom.
BOX = """element => {
    const boxes = [...element.querySelectorAll("path")].map((path) => path.getBoundingClientRect());
    const least = (side) => Math.min(...boxes.map((box) => box[side]));
    const most = (side) => Math.max(...boxes.map((box) => box[side]));
    return [least("left"), least("top"), most("right"), most("bottom")];
}"""


@DEVICES
def test_a_character_is_seen_written_beside_and_over_ones_own(page):
    score(page, "食")
    expect_result(page, "食")
    press(button(page, "See it written"))
    pictures = page.get_by_role("region", name="How to write it")
    expect(pictures.get_by_text("Yours", exact=True)).to_be_visible()
    expect(pictures.get_by_role("img", name="Stroke order of 食, 9 strokes")).to_be_visible()
    expect(button(page, "Replay")).to_be_visible()

    press(pictures.get_by_text("Over yours"))
    press(button(page, "Stop"))
    expect(pictures.get_by_text("9 of 9")).to_be_visible()
    own, reference = (page.locator(f".reference-over .{part}").evaluate(BOX) for part in ("own", "numbered-reference"))
    assert own == [pytest.approx(side, abs=6) for side in reference]
    press(button(page, "Previous stroke"))
    expect(pictures.get_by_text("8 of 9")).to_be_visible()
    expect(page.locator(".numbered-reference .is-to-come")).to_have_count(1)
    press(button(page, "Play"))
    expect(button(page, "Stop")).to_be_visible()


def test_a_writer_who_watches_a_character_being_written_has_seen_its_reference(page):
    sent: list[dict] = []
    page.on("request", lambda request: sent.extend([request.post_data_json] if request.method == "POST" else []))
    field(page).fill("食")
    for _ in range(2):
        score(page, "食")
        expect_result(page, "食")
        button(page, "See it written").click()
        pictures = page.get_by_role("region", name="How to write it")
        pictures.get_by_role("img", name="Stroke order of 食, 9 strokes").scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        button(page, "Try again").click()
    assert [attempt.get("saw_reference", False) for attempt in sent] == [False, True]


def test_how_a_poor_attempt_is_written_is_shown_at_once(page):
    field(page).fill("末")
    score(page, "未")
    expect(page.get_by_role("heading", name="How to write it")).to_be_visible(timeout=15_000)


def test_a_target_lasts_as_long_as_its_tab(page, context, site):
    field(page).fill("永")
    page.reload()
    expect(field(page)).to_have_value("永")
    expect(field(opened(context.new_page(), site))).to_have_value("")


def test_a_cross_removes_the_target(page):
    field(page).fill("永")
    button(page, "Remove this character and write freely").click()
    expect(field(page)).to_have_value("")
    score(page, "食")
    expect_result(page, "食")


@pytest.mark.parametrize("typed", ["ヰ", "😀", "鬱"])
def test_the_field_refuses_characters_outside_the_catalogue(page, typed):
    field(page).fill(typed)
    expect(page.get_by_role("alert")).to_contain_text("doesn’t know this character")
    expect(field(page)).to_have_value("")


def test_the_field_accepts_other_spellings(page):
    for typed, character in [("Ａ", "A"), ("ｶﾞ", "ガ"), ("か\u3099", "が"), ("永\ufe0e", "永")]:
        field(page).fill(typed)
        expect(field(page)).to_have_value(character)
        page.wait_for_timeout(600)
        expect(field(page)).to_have_value(character)


@DEVICES
def test_the_field_offers_the_characters_of_a_reading(page):
    field(page).fill("しょく")
    press(button(page, "食"))
    expect(field(page)).to_have_value("食")
    expect(page.locator(".offers")).to_have_count(0)
    score(page, "食")
    expect_result(page, "食")


def test_enter_takes_the_first_character_of_a_reading(page):
    field(page).fill("えいきゅう")
    field(page).fill("しょく")
    first = page.locator(".offer").first
    expect(first).to_be_visible()
    character = first.inner_text()
    field(page).press("Enter")
    expect(field(page)).to_have_value(character)


def test_an_address_with_a_character_outside_the_catalogue_chooses_none(page, site):
    page.goto(f"{site.url}?practise=ヰ")
    expect(page.get_by_role("img", name="Writing area, empty")).to_be_visible()
    expect(field(page)).to_have_value("")
