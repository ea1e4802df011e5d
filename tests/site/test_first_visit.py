"""The first five minutes in a real browser: the first page, a guest's lesson, a shared list, a learner's first day."""

import re
import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.test_lesson import PASSWORD, SMALL_PHONE, make_learner
from tests.site.test_page import PHONE, write
from tests.support.site import until

HEADLINE = "How well does your Japanese handwriting read?"
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
#: Seconds in which a guest goes from the first page to the end of a lesson.
FIRST_LESSON = 90
#: The part of each stroke of the animation that is drawn, 0 to 1.
DRAWN = """() => [...document.querySelectorAll('.welcome-brush path')].map((path) => {
  const { strokeDasharray, strokeDashoffset } = getComputedStyle(path);
  return strokeDasharray === 'none' ? 1 : 1 - parseFloat(strokeDashoffset);
})"""
SHARE = """
from accounts.models import CharacterList, User
owner = User.objects.create_user(email="teacher@example.org", password=None)
CharacterList.objects.create(user=owner, name="Week one", characters="一十", shared_as="week-one")
"""


def take_turns(page: Page, characters: str, touch: bool = False) -> None:
    """Write each character of a lesson, and go on."""
    for character in characters:
        page.get_by_role("button", name="Write it from memory").click()
        write(page, character, touch)
        page.get_by_role("button", name="Score", exact=True).click()
        expect(page.locator(".turn .score-number strong")).to_be_visible(timeout=15_000)
        page.get_by_role("button", name=re.compile("^(Next|Finish)$")).click()


@pytest.mark.parametrize(
    "context", [PHONE, SMALL_PHONE, DESKTOP], indirect=True, ids=["phone", "small phone", "desktop"]
)
def test_the_headline_is_visible_without_scrolling(context, site):
    page = context.new_page()
    for language in ("en", "ja", "fr"):
        context.add_cookies([{"name": "language", "value": language, "url": site.url}])
        page.goto(site.url)
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect_headline(page, language)


def expect_headline(page: Page, language: str) -> None:
    headline = page.locator("h1")
    expect(headline).to_have_count(1)
    if language == "en":
        expect(headline).to_have_text(HEADLINE)
    expect(page.locator(".paper")).to_be_visible()  # a script shows it
    box, paper = headline.bounding_box(), page.locator(".paper").bounding_box()
    assert box
    assert paper
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= paper["y"]
    assert page.evaluate("scrollY") == 0
    if page.viewport_size != SMALL_PHONE["viewport"]:
        expect(page.locator(".paper")).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("button", name=re.compile("^(Score|採点する|Noter)"))).to_be_in_viewport(ratio=1)


def test_the_headline_is_there_before_the_script(chromium, site):
    page = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    page.goto(site.url)
    expect(page.get_by_role("heading", name=HEADLINE)).to_be_in_viewport(ratio=1)
    page.get_by_role("link", name="山", exact=True).click()
    assert page.url.endswith("?practise=%E5%B1%B1")


@pytest.mark.parametrize("language", ["en", "ja", "fr"])
def test_the_page_names_every_script_that_the_paper_needs(context, site, language):
    """One that only another script named would cost a slow phone a further round trip before its first ink."""
    context.add_cookies([{"name": "language", "value": language, "url": site.url}])
    page = context.new_page()
    scripts: list[str] = []
    page.on("request", lambda request: scripts.append(request.url) if request.url.endswith(".js") else None)
    answer = page.goto(site.url)
    page.locator("canvas").wait_for()
    assert scripts
    assert [url for url in scripts if urlsplit(url).path not in answer.text()] == []


def test_the_first_character_is_drawn_once(context, site):
    page = context.new_page()
    page.goto(site.url)
    assert min(page.evaluate(DRAWN)) < 1
    until(lambda: page.evaluate(DRAWN) == [1, 1, 1], 10)


@pytest.mark.parametrize("context", [{"reduced_motion": "reduce"}], indirect=True)
def test_nothing_moves_for_those_who_want_less_motion(context, site):
    page = context.new_page()
    page.goto(site.url)
    assert page.evaluate(DRAWN) == [1, 1, 1]
    assert page.evaluate("document.getAnimations().filter((a) => a.effect.target.closest('.welcome')).length") == 0


@pytest.mark.parametrize("context", [PHONE], indirect=True)
def test_a_guest_finishes_a_lesson_of_three_within_ninety_seconds(context, site):
    page = context.new_page()
    refused: list[str] = []
    page.on("response", lambda answer: refused.extend([answer.url] if answer.status >= 400 else []))
    began = time.monotonic()
    page.goto(site.url)
    page.get_by_role("link", name="or a short lesson").click()
    expect(page.get_by_text("3 characters in this lesson.")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    take_turns(page, "あ山永", touch=True)
    expect(page.get_by_role("heading", name="Your lesson")).to_be_visible()
    assert time.monotonic() - began < FIRST_LESSON
    expect(page.get_by_text("3 of 3 characters read well.")).to_be_visible()
    expect(page.get_by_role("link", name="Sign up")).to_have_attribute("href", "/accounts/signup/?next=/today/")
    page.get_by_role("link", name="Done").click()
    page.get_by_role("navigation", name="Your practice").get_by_role("link", name="History").click()
    expect(page.locator("main a[href^='/history/'] svg")).to_have_count(3)
    assert refused == []


#: The pairs of buttons below the paper that overlap.
OVERLAPPING = """() => {
  const boxes = [...document.querySelectorAll('.turn-tools :is(button, label)')]
    .map((e) => [e.textContent || e.ariaLabel, e.getBoundingClientRect()]).filter(([, box]) => box.width);
  return boxes.flatMap(([name, a], i) => boxes.slice(i + 1)
    .filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
    .map(([other]) => `${name}, ${other}`));
}"""


@pytest.mark.parametrize("language", ["en", "ja", "fr"])
@pytest.mark.parametrize("context", [SMALL_PHONE], indirect=True)
def test_the_tools_of_a_lesson_stand_side_by_side_on_a_small_phone(context, site, language):
    context.add_cookies([{"name": "language", "value": language, "url": site.url}])
    page = context.new_page()
    page.goto(f"{site.url}lesson/")
    page.locator(".start .main-button").tap()
    page.locator(".turn-tools .main-button").tap()
    write(page, "あ", touch=True)
    assert page.evaluate(OVERLAPPING) == []
    paper = page.locator("canvas").bounding_box()
    page.locator(".turn-actions button").first.tap()
    expect(page.locator(".turn-actions button").first).to_have_attribute("data-shown", "true")
    assert page.evaluate(OVERLAPPING) == []
    assert page.locator("canvas").bounding_box() == paper  # the tools still fit in one line


def test_a_shared_list_is_practised_without_an_account(context, site):
    site.run(f"exec({SHARE!r})")
    page = context.new_page()
    page.goto(f"{site.url}lists/shared/week-one/")
    page.get_by_role("link", name="Practise").click()
    expect(page.get_by_text("2 characters in this lesson.")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    take_turns(page, "一十")
    expect(page.get_by_text("2 of 2 characters read well.")).to_be_visible()


def test_the_goal_of_the_first_day_is_reached_by_following_the_plan(context, site):
    email = make_learner(site, "firstday", 5)
    page = context.new_page()
    page.goto(f"{site.url}start/")
    page.goto(f"{site.url}accounts/login/?next=/start/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign In", exact=True).click()
    page.get_by_text("Katakana", exact=True).click()
    page.get_by_text("5", exact=True).click()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("2 new characters today.")).to_be_visible()
    expect(page.get_by_text("Today’s goal: 0 of 2 attempts")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    take_turns(page, "アイ")
    expect(page.get_by_text("Today’s goal reached: 2 attempts")).to_be_visible()
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("Goal reached")).to_be_visible()
    page.get_by_role("link", name="Five more").click()
    expect(page.get_by_text("5 new characters today.")).to_be_visible()


@pytest.mark.parametrize("context", [{"viewport": {"width": 320, "height": 568}}], indirect=True)
def test_today_and_the_history_are_in_reach_on_a_narrow_phone(context, site):
    page = context.new_page()
    page.goto(site.url)
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Today").click()
    expect(page.get_by_role("heading", name="What to practise today?")).to_be_visible()
    page.get_by_role("navigation", name="Your practice").get_by_role("link", name="History").click()
    assert page.url == f"{site.url}history/"
    header = page.locator("header.header").bounding_box()
    assert header
    assert header["height"] <= 60


def test_the_keyboard_skips_the_navigation(context, site):
    page = context.new_page()
    page.goto(f"{site.url}characters/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("context", [{"viewport": {"width": 820, "height": 1180}}], indirect=True)
def test_the_introduction_is_aligned_with_the_paper_on_an_upright_tablet(context, site):
    page = context.new_page()
    page.goto(site.url)
    names = (".paper", ".invitation", ".welcome-brush")
    paper, *others = [page.locator(name).bounding_box()["x"] for name in names]
    assert others == pytest.approx([paper, paper], abs=1)
