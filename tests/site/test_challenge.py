"""A challenge in Chromium: from the character of the day to a guest who beats the score."""

import re

from playwright.sync_api import Browser, expect

from tests.site.test_page import write


def test_a_guest_follows_a_challenge_and_learns_who_is_ahead(context, site):
    page = context.new_page()
    page.goto(f"{site.url}?practise=一&challenge=1", wait_until="networkidle")
    expect(page.get_by_role("complementary", name="Challenge")).to_contain_text("The score to beat: 1")
    expect(page.get_by_label("Practise", exact=True)).to_have_value("一")
    write(page, "一")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"You beat the challenge: \d+ to 1\."))).to_be_visible(timeout=15_000)
    expect(page.get_by_role("button", name="Copy a link that challenges back")).to_be_visible()


def test_the_character_of_the_day_leads_to_the_writing_page_and_to_a_link(context, site):
    page = context.new_page()
    page.goto(f"{site.url}characters/of-the-day/", wait_until="networkidle")
    link = page.get_by_label("Link to today’s character").input_value()
    literal = page.locator(".day-character [lang=ja]").inner_text()
    page.get_by_role("link", name="Write it").click()
    expect(page.get_by_label("Practise", exact=True)).to_have_value(literal)
    page.goto(link)
    expect(page.get_by_role("complementary", name="Challenge")).to_contain_text(literal)


def test_the_link_can_be_copied(chromium: Browser, site):
    browser = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = browser.new_page()
    page.goto(f"{site.url}characters/of-the-day/", wait_until="networkidle")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.get_by_label("Link to today’s").input_value()
    browser.close()
