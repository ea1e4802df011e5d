"""A lesson in a real browser on a real site: from the first new character to the summary at the end."""

import json
import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from scoring.guests import TASTE
from tests.site.test_page import PHONE, write
from tests.support.site import Site

PASSWORD = "brush and ink 5"
SMALL_PHONE = {**PHONE, "viewport": {"width": 320, "height": 568}}
LEARNER = """
from accounts.models import Plan, User
from allauth.account.models import EmailAddress
import json, sys
email, new = sys.argv[1], int(sys.argv[2])
user = User.objects.create_user(email=email, password=sys.argv[3])
EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
Plan.objects.create(user=user, new_per_day=new, scripts=["hiragana"])
"""


@pytest.fixture
def page(context: BrowserContext, site: Site, request) -> Page:
    """The lesson of a new learner who has three new characters today: あ, い and う."""
    return open_lesson(context, site, request.node.name, 3)


def make_learner(site: Site, name: str, new: int) -> str:
    """Create a learner with `new` hiragana today. Returns the e-mail address."""
    email = f"{name}@example.org"
    site.run(f"exec({json.dumps(LEARNER)})", email, str(new), PASSWORD)
    return email


def open_lesson(context: BrowserContext, site: Site, name: str, new: int) -> Page:
    email = make_learner(site, re.sub("[^a-z]", "", name.split("[")[0])[:40], new)
    page = context.new_page()
    page.goto(f"{site.url}accounts/login/?next=/lesson/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign In", exact=True).click()
    expect(page.locator(".start h1")).to_be_visible()
    return page


def show_score(page: Page) -> int:
    """Press Enter, and return the score that appears."""
    page.keyboard.press("Enter")
    number = page.locator(".turn .score-number strong")
    expect(number).to_be_visible(timeout=15_000)
    return int(number.inner_text())


def test_a_lesson_by_keyboard_repeats_a_badly_written_character(page):
    expect(page.get_by_text("3 new characters today.")).to_be_visible()
    page.keyboard.press("Enter")

    expect(page.get_by_text("1 of 3", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="a", exact=True)).to_be_visible()
    expect(page.get_by_role("img", name="Stroke order of あ, 3 strokes")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="Stroke order of あ, 3 strokes")).to_have_count(0)
    write(page, "あ")
    assert show_score(page) >= 80
    page.keyboard.press("Enter")

    expect(page.get_by_text("2 of 3", exact=True)).to_be_visible()
    page.keyboard.press("Enter")
    write(page, "れ")
    page.keyboard.press("Escape")
    expect(page.get_by_role("img", name="Writing area, empty")).to_be_visible()
    page.keyboard.press("Control+z")
    assert show_score(page) < 60
    expect(page.get_by_text("Reads as れ.")).to_be_visible()
    expect(page.get_by_role("img", name="Stroke order of い, 2 strokes")).to_be_visible()
    page.keyboard.press("Enter")

    page.keyboard.press("Enter")
    page.keyboard.press("s")
    expect(page.get_by_role("img", name="Stroke order of う, 2 strokes")).to_be_visible()
    write(page, "う")
    assert show_score(page) >= 80
    page.keyboard.press("Enter")

    expect(page.get_by_text("Once more: 1 of 1", exact=True)).to_be_visible()
    write(page, "い")
    again = show_score(page)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Your lesson")).to_be_focused()
    expect(page.get_by_text("3 of 3 characters read well.")).to_be_visible()
    expect(page.get_by_role("link", name=f"い, {again} out of 100, due tomorrow")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^あ, .* due in"))).to_be_visible()
    expect(page.get_by_text("Today’s goal reached: 4 attempts")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Nothing is due today")).to_be_visible()


OLD_FRIENDS = """
from accounts.models import Review, User
from characters.models import Character
from datetime import timedelta
import sys
user = User.objects.get(email=sys.argv[1])
for literal in "一十":
    Review.objects.create(user=user, character=Character.objects.get(literal=literal), begun_on=user.today,
        due_on=user.today, reviewed_on=user.today - timedelta(300), stability=300, difficulty=5, reviews=9)
"""


@pytest.mark.parametrize("context", [PHONE, {"viewport": {"width": 1280, "height": 800}}], indirect=True)
def test_a_character_that_was_looked_at_comes_back_within_a_week(context, site, request):
    name = "friends" + ("t" if "context0" in request.node.name else "m")
    page = open_lesson(context, site, name, 0)
    is_phone = bool(page.evaluate("navigator.maxTouchPoints > 0"))
    site.run(f"exec({json.dumps(OLD_FRIENDS)})", f"{re.sub('[^a-z]', '', name)}@example.org")
    page.reload()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("1 of 2", exact=True)).to_be_visible()
    if is_phone:
        page.get_by_role("button", name="Show", exact=True).tap()
    else:
        page.keyboard.press("s")
    expect(page.get_by_role("img", name="Stroke order of 一, 1 stroke")).to_be_visible()
    write(page, "一", touch=is_phone)
    assert show_score(page) >= 80
    expect(page.get_by_text("You saw the reference, so this is due again")).to_be_visible()
    page.keyboard.press("Enter")
    write(page, "十", touch=is_phone)
    assert show_score(page) >= 80
    expect(page.get_by_text("You saw the reference")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=re.compile("^一, .* due in 7 days"))).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^十, .* due in [0-9]+ months"))).to_be_visible()


@pytest.mark.parametrize("context", [PHONE, {"viewport": {"width": 1280, "height": 800}}], indirect=True)
def test_the_reference_of_a_new_character_can_be_traced(context, site, request):
    page = open_lesson(context, site, "tracer" + ("t" if "context0" in request.node.name else "m"), 1)
    is_phone = bool(page.evaluate("navigator.maxTouchPoints > 0"))
    page.get_by_role("button", name="Start").click()
    reference = page.get_by_role("img", name="Stroke order of あ, 3 strokes")
    expect(page.get_by_text("You can trace it")).to_be_visible()
    write(page, "あ", touch=is_phone)
    expect(page.get_by_role("img", name="Writing area, 3 strokes")).to_be_visible()
    expect(reference).to_be_visible()
    assert show_score(page) >= 80
    expect(page.get_by_text("You saw the reference, so this is due again")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=re.compile("^あ, .* due tomorrow"))).to_be_visible()


def test_a_guest_for_whom_nothing_is_scheduled_is_not_told_that_a_character_is_due_again(context, site):
    page = context.new_page()
    page.goto(f"{site.url}lesson/")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("You can trace it")).to_be_visible()
    write(page, TASTE[0])
    assert show_score(page) >= 80
    expect(page.get_by_text("You saw the reference")).to_have_count(0)


@pytest.mark.parametrize("context", [SMALL_PHONE], indirect=True)
def test_a_small_phone_shows_the_writing_area_and_all_buttons_without_scrolling(page):
    page.get_by_role("button", name="Start").tap()
    page.get_by_role("button", name="Write it from memory").tap()
    expect(page.locator("canvas")).to_be_in_viewport(ratio=1)
    for name in ("Undo", "Redo", "Clear", "Show", "Skip", "End lesson", "Score"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)
    paper = page.locator("canvas").bounding_box()
    write(page, "あ", touch=True)
    page.get_by_role("button", name="Score", exact=True).tap()
    expect(page.locator(".turn .score-band")).to_be_in_viewport(timeout=15_000)
    expect(page.get_by_role("button", name="Next")).to_be_in_viewport(ratio=1)
    assert paper
    assert paper["width"] >= 300
    assert page.evaluate("[scrollY, document.documentElement.scrollWidth]") == [0, 320]


def test_no_attempt_is_lost_or_stored_twice_when_the_connection_fails(page, context, site):
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    write(page, "あ")
    context.set_offline(True)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("No connection")
    context.set_offline(False)
    assert show_score(page) >= 80
    page.reload()
    expect(page.get_by_text("2 of 3", exact=True)).to_be_visible()
    page.keyboard.press("Enter")
    write(page, "い")
    page.reload()
    expect(page.get_by_role("img", name="Writing area, 2 strokes")).to_be_visible()
    assert show_score(page) >= 80
    page.get_by_role("button", name="End lesson").click()
    expect(page.get_by_text("1 character wasn’t written. It stays due.")).to_be_visible()
    expect(page.get_by_text("2 of 3 attempts")).to_be_visible()


def test_a_lesson_without_characters_suggests_other_pages(context, site):
    page = open_lesson(context, site, "nothing", 0)
    expect(page.get_by_role("heading", name="Nothing is due today")).to_be_visible()
    page.get_by_role("link", name="Write freely").click()
    expect(page.get_by_role("heading", name="Write one character")).to_be_visible()
