"""The writing page in French and in Japanese, from the empty paper to the result, and a lesson in French."""

import pytest
from playwright.sync_api import Browser, expect

from tests.accounts.test_lesson import PASSWORD, make_learner
from tests.site.test_page import write
from tests.support.chromium import new_context
from tests.support.site import Site


@pytest.mark.parametrize(
    ("locale", "area", "score", "out_of", "heading"),
    [
        (
            "fr-FR",
            "Zone d’écriture, vide",
            "Noter",
            "sur 100",
            "Vous vouliez écrire 永",
        ),
        (
            "ja-JP",
            "手書き欄、空",
            "採点する",
            "100点満点",
            "書いた字： 永",
        ),
    ],
)
def test_an_attempt_is_scored_in_the_language_of_the_browser(
    chromium: Browser, site: Site, locale, area, score, out_of, heading
):
    context = new_context(chromium, locale=locale, timezone_id="Asia/Tokyo", viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(site.url)
    expect(page.get_by_role("img", name=area)).to_be_visible()
    for line in (".paper-tools :is(label, button)", ".script-choice"):
        tops = page.locator(line).evaluate_all("tools => tools.map(tool => tool.getBoundingClientRect().top)")
        assert len(set(tops)) == 1
    write(page, "永")
    page.get_by_role("button", name=score).click()
    expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=20_000)
    expect(page.locator(".score-number")).to_contain_text(out_of)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert {"name": "tz", "value": "Asia/Tokyo"}.items() <= next(
        cookie for cookie in context.cookies() if cookie["name"] == "tz"
    ).items()
    context.close()


def test_a_lesson_is_in_french_from_its_start_to_the_first_score(chromium: Browser, site: Site):
    email = make_learner(site, "apprenti", new=3)
    context = new_context(chromium, locale="fr-FR", viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{site.url}accounts/login/?next=/lesson/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Leçon")).to_be_visible()
    expect(page.get_by_text("3 nouveaux caractères aujourd’hui.")).to_be_visible()
    page.get_by_role("button", name="Commencer").click()
    expect(page.get_by_text("Hiragana, nouveau pour vous · repassez-le", exact=True)).to_be_visible()
    page.get_by_role("button", name="Écrire de mémoire").click()
    write(page, "あ")
    page.get_by_role("button", name="Noter").click()
    expect(page.locator(".turn .score-number")).to_contain_text("sur 100", timeout=20_000)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    context.close()
