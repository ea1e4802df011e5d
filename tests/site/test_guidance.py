"""Guidance while writing, in a real browser: by touch on a phone, and by mouse and keyboard."""

import re
from urllib.parse import urljoin

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from ml.strokes import REFERENCE_SIDE, references
from tests.site.test_page import PHONE, draw, shown_score, write
from tests.support.site import Site

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
both = pytest.mark.parametrize("context", [PHONE, DESKTOP], ids=["touch", "mouse"], indirect=True)
#: The third stroke of 永, and one in a corner that none of its strokes resembles.
THIRD = references()["永"][2]
ASTRAY = (references()["永"][2] * 0.05 + 0.9 * REFERENCE_SIDE).clip(0, REFERENCE_SIDE)


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Page:
    """The writing page, as a character's page opens it to practise 永."""
    page = context.new_page()
    page.goto(f"{site.url}characters/永/")
    page.get_by_role("link", name="Practise").first.click()
    expect(page.get_by_role("heading", name="eternity, long, lengthy")).to_be_visible()
    return page


def is_touch(page: Page) -> bool:
    return bool(page.evaluate("navigator.maxTouchPoints > 0"))


def press(page: Page, name: str) -> None:
    """Tap or click the button."""
    button = page.get_by_role("button", name=name, exact=True)
    if is_touch(page):
        button.tap()
    else:
        button.click()


def choose(page: Page, guidance: str) -> None:
    """Choose the guidance: on a phone from its menu, else with the keyboard."""
    picker = page.get_by_label("Guidance")
    if is_touch(page):
        picker.select_option(guidance)
        return
    picker.focus()
    page.keyboard.type(guidance)
    expect(picker.locator("option:checked")).to_have_text(guidance)


def reference(page: Page) -> Locator:
    return page.get_by_role("img", name="Stroke order of 永, 5 strokes")


def looked(page: Page) -> bool:
    """Send what is on the paper. Whether it is stored as an attempt with the reference in view."""
    press(page, "Score")
    assert shown_score(page) >= 80
    newest = page.request.get(urljoin(page.url, "/api/v1/attempts/")).json()["results"][0]
    return bool(newest["saw_reference"])


@both
def test_practising_shows_meaning_and_readings_and_the_reference_on_demand(page):
    expect(page.get_by_text("エイ")).to_be_visible()
    expect(reference(page)).to_have_count(0)
    press(page, "Show reference")
    expect(reference(page)).to_be_visible()
    write(page, "永", touch=is_touch(page))
    expect(reference(page)).to_have_count(0)
    assert looked(page)


def test_the_reference_can_be_shown_and_hidden_with_the_keyboard(page):
    page.keyboard.press("s")
    expect(reference(page)).to_be_visible()
    page.keyboard.press("s")
    expect(reference(page)).to_have_count(0)
    page.get_by_label("Practise", exact=True).fill("s")  # in a text field it is a letter
    expect(reference(page)).to_have_count(0)


@both
def test_writing_from_memory_does_not_count_as_a_look(page):
    write(page, "永", touch=is_touch(page))
    assert not looked(page)


@both
def test_the_reference_to_trace_stays_under_the_ink(page):
    choose(page, "Trace")
    expect(reference(page)).to_be_visible()
    draw(page, references()["永"][:4], touch=is_touch(page))
    expect(reference(page)).to_be_visible()
    page.reload()
    expect(page.get_by_label("Guidance").locator("option:checked")).to_have_text("Trace")
    expect(reference(page)).to_be_visible()
    press(page, "Clear")
    write(page, "永", touch=is_touch(page))
    assert looked(page)


@both
def test_the_fading_reference_has_gone_when_half_of_the_strokes_are_written(page):
    choose(page, "Fading reference")
    expect(reference(page)).to_be_visible()
    strokes = references()["永"]
    draw(page, strokes[:2], touch=is_touch(page))
    expect(reference(page)).to_be_visible()
    draw(page, strokes[2:3], touch=is_touch(page))
    expect(reference(page)).to_have_count(0)
    draw(page, strokes[3:], touch=is_touch(page))
    assert looked(page)


@both
def test_after_two_misses_the_next_stroke_is_shown(page):
    choose(page, "Hints")
    hint = page.get_by_role("img", name=re.compile("^Hint: stroke"))
    draw(page, references()["永"][:2], touch=is_touch(page))
    draw(page, [ASTRAY], touch=is_touch(page))
    expect(hint).to_have_count(0)
    draw(page, [ASTRAY], touch=is_touch(page))
    expect(page.get_by_role("img", name="Hint: stroke 3")).to_be_visible()
    for _ in range(2):
        press(page, "Undo")
    draw(page, [THIRD], touch=is_touch(page))
    expect(hint).to_have_count(0)
    draw(page, references()["永"][3:], touch=is_touch(page))
    assert looked(page)


def test_hints_that_were_not_needed_do_not_count_as_a_look(page):
    choose(page, "Hints")
    write(page, "永")
    assert not looked(page)


def test_kana_have_their_name(page):
    page.get_by_label("Practise", exact=True).fill("あ")
    expect(page.get_by_role("heading", name="a", exact=True)).to_be_visible()
    page.get_by_label("Practise", exact=True).fill("")
    expect(page.get_by_label("Guidance")).to_have_count(0)
