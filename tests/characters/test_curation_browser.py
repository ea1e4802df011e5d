"""A curator’s work in Chromium, against a running site."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.support.drawings import ink_of
from tests.support.pages import COLOUR, SETTLED
from tests.support.site import Site

PASSWORD = "long enough 8"
#: Changed by these tests, and used by no other.
IMPORTED, CONTESTED = "謄", "嚇"
_ROWS = (
    "from accounts.models import User; from django.contrib.auth.models import Group; "
    "from characters.models import Character, Exemplar, Report, StrokeOrder; "
)


@pytest.fixture(scope="module", autouse=True)
def _queues(site: Site) -> Iterator[None]:
    """Two curators; three examples of 必 and a report on it, and nothing else, wait for them."""
    curators = "['first@example.org', 'second@example.org']"
    site.run(
        f"{_ROWS}from allauth.account.models import EmailAddress; "
        f"made = [User.objects.create_user(email, {PASSWORD!r}, is_staff=True, language='en') "
        f"for email in {curators}]; "
        "Group.objects.get(name='curator').user_set.set(made); "
        "[EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True) for user in made]; "
        "Exemplar.objects.waiting().delete(); Report.objects.all().delete(); "
        "row = Character.objects.get(literal='必'); "
        f"[Exemplar.objects.create(character=row, ink={ink_of('必')!r}, legibility=90 + n) for n in range(3)]; "
        "Report.objects.create(character=row, about='strokes', text='The dot comes first.')"
    )
    yield
    site.run(
        f"{_ROWS}Exemplar.objects.filter(character__literal='必').delete(); Report.objects.all().delete(); "
        f"StrokeOrder.objects.filter(note='nobody').delete(); User.objects.filter(email__in={curators}).delete()"
    )


@pytest.fixture
def page_of(site, chromium):
    """A function that signs a curator in, in a window as wide as an old laptop's; errors on a page fail the test."""
    contexts, errors = [], []

    def open_desk(name: str) -> Page:
        context = chromium.new_context(viewport={"width": 1366, "height": 768}, service_workers="block")
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


def click_strokes(pad: Locator, numbers: list[int]) -> None:
    pad.scroll_into_view_if_needed()
    for number in numbers:
        x, y = (
            pad.locator(".line")
            .nth(number - 1)
            .evaluate(
                "line => { const near = line.getPointAtLength(0.2 * line.getTotalLength());"
                "const { x, y } = near.matrixTransform(line.getScreenCTM()); return [x, y]; }"
            )
        )
        pad.page.mouse.click(x, y)


def barriers(page: Page) -> list[str]:
    """The rules of axe that the page breaks in light or in dark mode, each with the element that breaks it."""
    page.emulate_media(color_scheme="light")
    page.evaluate(SETTLED)
    violations = Axe().run(page).response["violations"]
    page.emulate_media(color_scheme="dark")
    page.evaluate(SETTLED)
    violations += Axe().run(page, options={"runOnly": COLOUR}).response["violations"]
    return [f"{violation['id']} at {node['target']}" for violation in violations for node in violation["nodes"]]


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_a_curator_judges_examples_and_clicks_a_stroke_order(page_of, site):
    page = page_of("first")
    page.get_by_role("link", name="3 examples to judge").click()
    page.locator("#result_list tbody tr:first-child th a, #result_list tbody tr:first-child td a").first.click()
    pictures = page.locator("svg[data-replay]")
    expect(pictures).to_have_count(2)
    sizes = [pictures.nth(index).bounding_box() for index in range(2)]
    assert (sizes[0]["width"], sizes[0]["height"]) == (sizes[1]["width"], sizes[1]["height"]) == (240, 240)
    page.get_by_role("button", name="Replay").first.click()
    assert pictures.first.evaluate("picture => picture.getAnimations({ subtree: true }).length") == 5
    page.go_back()
    page.locator("#action-toggle").check()
    page.get_by_label("Action:").select_option("approve")
    page.get_by_role("button", name="Run").or_(page.get_by_role("button", name="Go")).first.click()
    expect(page.get_by_text("3 approved.")).to_be_visible()

    page.goto(f"{site.url}admin/characters/character/?q=必")
    page.locator("#result_list tbody th a").first.click()
    expect(page.get_by_text("The dot comes first.")).to_be_visible()
    page.locator("a", has_text="Add another Stroke order").click()
    row = page.locator(".order-pad").last
    click_strokes(row, [4, 5, 4])  # a stroke takes only one number
    expect(page.locator("input[name$='-order']:visible").last).to_have_value("4; 5")
    row.get_by_role("button", name="Start again").click()
    click_strokes(row, [5, 4, 3, 2, 1])
    expect(page.locator("input[name$='-order']:visible").last).to_have_value("5; 4; 3; 2; 1")
    page.locator("input[name$='-note']:visible").last.fill("nobody")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()


def test_a_table_from_a_japanese_excel_is_imported_and_undone(page_of, site):
    page = page_of("first")
    page.goto(f"{site.url}admin/characters/character/import/")
    meanings = "; ".join(f"meaning {n}" for n in range(40))
    table = f'literal;meanings_en\r\n{IMPORTED};"{meanings}"\r\n;\r\n'
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


def test_a_conflicting_save_is_refused_with_a_comparison(page_of, site):
    first, second = page_of("first"), page_of("second")
    for page in (first, second):
        page.goto(f"{site.url}admin/characters/character/?q={CONTESTED}")
        page.locator("#result_list tbody th a").first.click()
    first.get_by_label("Meanings in English").fill("menace")
    first.get_by_role("button", name="Save", exact=True).click()
    expect(first.get_by_text("was changed successfully")).to_be_visible()
    second.get_by_label("Meanings in French").fill("intimider")
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_text("Somebody has saved a newer version")).to_be_visible()
    expect(second.locator("table.versions")).to_contain_text("menace")
    assert fits(second)
    second.get_by_role("link", name="Discard my changes").click()
    expect(second.get_by_label("Meanings in English")).to_have_value("menace")


def test_the_curators_pages_have_no_known_barriers(page_of, site):
    page = page_of("first")
    page.goto(f"{site.url}admin/characters/character/?q=必")
    character = page.locator("#result_list tbody th a").first.get_attribute("href")
    page.goto(f"{site.url}admin/characters/exemplar/")
    example = page.locator("#result_list tbody th a").first.get_attribute("href")
    table = b"literal,meanings_en,colour\r\n" + f"{IMPORTED},copy,red\r\n".encode()
    found = {}
    for path in ("/admin/", "/admin/characters/exemplar/", example, character, "/admin/characters/character/import/"):
        page.goto(site.url + path.lstrip("/"))
        found[path] = barriers(page)
    page.locator("input[type=file]").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": table})
    page.locator("select[name=format]").select_option("0")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("These columns aren’t in the catalogue and are ignored: colour")).to_be_visible()
    found["preview"] = barriers(page)
    assert {path: faults for path, faults in found.items() if faults} == {}
