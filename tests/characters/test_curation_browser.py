"""A curator’s work in Chromium, against a running site."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support.drawings import ink_of
from tests.support.site import Site

PASSWORD = "long enough 8"


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    running = Site(tmp_path_factory.mktemp("var"))
    for name in ("first", "second"):
        running.run(
            "from accounts.models import User; from allauth.account.models import EmailAddress; "
            "from django.contrib.auth.models import Group; "
            f"curator = User.objects.create_user('{name}@example.org', {PASSWORD!r}, is_staff=True); "
            "curator.groups.add(Group.objects.get(name='curator')); "
            "EmailAddress.objects.create(user=curator, email=curator.email, verified=True, primary=True)"
        )
    running.run(
        "from characters.models import Character, Exemplar, Report; "
        "row = Character.objects.get(literal='必'); "
        f"[Exemplar.objects.create(character=row, ink={ink_of('必')!r}, legibility=90 + n) for n in range(3)]; "
        "Report.objects.create(character=row, about='strokes', text='The dot comes first.')"
    )
    yield running
    running.stop()


@pytest.fixture
def desk(site, chromium):
    """A function that signs a curator in, in a window as wide as an old laptop's; errors on a page fail the test."""
    contexts, errors = [], []

    def open_desk(name: str) -> Page:
        context = chromium.new_context(viewport={"width": 1366, "height": 768})
        contexts.append(context)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        page = context.new_page()
        page.goto(f"{site.url}admin/")
        page.get_by_label("Email").fill(f"{name}@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign In", exact=True).click()
        return page

    yield open_desk
    for context in contexts:
        context.close()
    assert not errors


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_a_curator_judges_examples_and_clicks_a_stroke_order(desk):
    page = desk("first")
    page.get_by_role("link", name="3 examples to judge").click()
    page.locator("#result_list tbody tr:first-child th a, #result_list tbody tr:first-child td a").first.click()
    pictures = page.locator("svg[data-replay]")
    expect(pictures).to_have_count(2)
    sizes = [pictures.nth(index).bounding_box() for index in range(2)]
    assert (sizes[0]["width"], sizes[0]["height"]) == (sizes[1]["width"], sizes[1]["height"]) == (240, 240)
    page.get_by_role("button", name="Replay").first.click()
    assert page.evaluate("document.getAnimations().length") == 5
    page.go_back()
    page.locator("#action-toggle").check()
    page.get_by_label("Action:").select_option("approve")
    page.get_by_role("button", name="Run").or_(page.get_by_role("button", name="Go")).first.click()
    expect(page.get_by_text("3 approved.")).to_be_visible()

    page.get_by_role("link", name="必", exact=True).first.click()
    page.goto(page.url.split("/admin/")[0] + "/admin/characters/character/?q=必")
    page.locator("#result_list tbody th a").first.click()
    expect(page.get_by_text("The dot comes first.")).to_be_visible()
    page.locator("a", has_text="Add another Stroke order").click()
    row = page.locator(".order-pad").last
    for stroke in (5, 4, 3, 2, 1):
        row.locator("g").nth(stroke - 1).locator(".target").dispatch_event("click")
    expect(page.locator("input[name$='-order']:visible").last).to_have_value("5; 4; 3; 2; 1")
    page.locator("input[name$='-note']:visible").last.fill("nobody")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()


def test_a_table_from_a_japanese_excel_is_imported_and_undone(desk, site):
    page = desk("first")
    page.goto(f"{site.url}admin/characters/character/import/")
    table = 'literal;meanings_en\r\n永;"' + "; ".join(f"meaning {n}" for n in range(40)) + '"\r\n;\r\n'
    page.locator("input[type=file]").set_input_files(
        {"name": "表.csv", "mimeType": "text/csv", "buffer": table.encode("cp932")}
    )
    page.locator("select[name=format]").select_option("0")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("0 new, 1 changed, 0 unchanged.")).to_be_visible()
    assert fits(page)
    page.get_by_role("button", name="Confirm import").click()
    page.get_by_text("Imports", exact=True).click()
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("1 row restored.")).to_be_visible()


def test_a_conflicting_save_is_refused_with_a_comparison(desk, site):
    first, second = desk("first"), desk("second")
    for page in (first, second):
        page.goto(f"{site.url}admin/characters/character/?q=永")
        page.locator("#result_list tbody th a").first.click()
    first.get_by_label("Meanings in English").fill("for ever")
    first.get_by_role("button", name="Save", exact=True).click()
    second.get_by_label("Meanings in French").fill("éternel")
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_text("Somebody has saved a newer version")).to_be_visible()
    expect(second.locator("table.versions")).to_contain_text("for ever")
    assert fits(second)
