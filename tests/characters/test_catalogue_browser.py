"""The catalogue's pages in a real browser, against the real site."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from ml.strokes import REFERENCE_SIDE, references
from tests.site.test_page import PHONE
from tests.support.site import Site

KEPT = "SELECT count(*) FROM scoring_attempt WHERE forgotten_at IS NULL"


@pytest.fixture
def page(chromium: Browser, site: Site, request) -> Iterator[Page]:
    """The catalogue in a new browser. A test may pass options as a parameter; errors on the page fail the test."""
    errors: list[str] = []
    options = {"service_workers": "block", **getattr(request, "param", {"viewport": {"width": 1280, "height": 900}})}
    context = chromium.new_context(**options)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    page = context.new_page()
    page.goto(site.url + "characters/")
    yield page
    context.close()
    assert not errors


def test_a_search_by_handwriting_finds_the_character_and_deletes_the_attempt(page, site):
    before = site.query(KEPT)
    page.get_by_role("button", name="Draw it").click()
    box = page.locator("dialog canvas").bounding_box()
    for stroke in references()["永"]:
        points = [
            (box["x"] + x / REFERENCE_SIDE * box["width"], box["y"] + y / REFERENCE_SIDE * box["height"])
            for x, y in stroke.tolist()
        ]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()
    expect(page.get_by_role("img", name="Writing area, 5 strokes")).to_be_visible()
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as deleted:
        page.get_by_role("dialog").get_by_role("button", name="Search").click()
    assert deleted.value.status == 204
    assert site.query(KEPT) == before
    page.get_by_role("dialog").get_by_role("link", name="永", exact=True).click(timeout=15_000)
    expect(page.get_by_role("heading", level=1)).to_contain_text("永")


def test_the_keyboard_filters_and_the_back_button_restores_the_list(page):
    page.get_by_role("link", name=re.compile("^Grade 3")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="200 characters")).to_be_visible()
    page.get_by_role("searchbox").fill("eat")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"grade=3&q=eat|q=eat&grade=3"))
    page.go_back()
    expect(page.get_by_role("heading", name="200 characters")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="3,175 characters")).to_be_visible()


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_searching_viewing_and_reporting_work_without_javascript(page):
    expect(page.get_by_role("button", name="Draw it")).to_be_hidden()
    page.get_by_role("searchbox").fill("taberu")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=re.compile("^食 ショク")).click()
    expect(page.get_by_role("img", name="Stroke 9", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_hidden()
    page.get_by_text("Report a mistake").click()
    page.get_by_label("What is wrong?").select_option("A reading")
    page.get_by_label("What should it be?").fill("There is one more.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


@pytest.mark.parametrize("page", [PHONE, {**PHONE, "viewport": {"width": 320, "height": 600}}], indirect=True)
def test_no_page_is_wider_than_a_phone(page, site):
    wide = []
    for path in ("", "?script=kanji&grade=3&strokes=8&jlpt=3", "?q=foo:3", "永/", "生/", "鬱/", "../history/"):
        page.goto(f"{site.url}characters/{path}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
    assert wide == []


def test_the_glyph_is_animated_stroke_by_stroke(page, site):
    page.goto(site.url + "characters/永/")
    page.get_by_role("button", name="Previous stroke").click()
    expect(page.locator(".brush .is-to-come")).to_have_count(1)
    page.get_by_role("button", name="Play").click()
    assert page.evaluate("document.getAnimations().filter(a => a.effect.target.closest('.brush')).length") == 5
    expect(page.get_by_role("button", name="Play")).to_be_visible(timeout=20_000)
    expect(page.locator(".brush .is-to-come")).to_have_count(0)


def test_practise_leads_to_the_writing_page(page, site):
    page.goto(site.url + "characters/永/")
    page.get_by_role("link", name="Practise").click()
    expect(page.get_by_label("Practise", exact=True)).to_have_value("永")
    expect(page).to_have_url(site.url)


def test_an_attempt_is_replayed_at_the_speed_it_was_written(page, site):
    page.goto(site.url)
    ink = {"width": 300, "height": 300, "strokes": [[[30, 90, 0], [270, 90, 100]], [[30, 210, 600], [270, 210, 700]]]}
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken")
    page.request.post(site.url + "api/v1/attempts/", data={"ink": ink}, headers={"X-CSRFToken": token})
    page.goto(site.url + "history/")
    page.locator("a.tile").click()
    second = page.locator(".replay path").nth(1)
    page.get_by_role("button", name="Replay").click()
    expect(second).to_have_attribute("d", "")
    expect(second).to_have_attribute("d", "M30.0 210.0L270.0 210.0")
    expect(page.get_by_role("button", name="Replay")).to_be_visible()
