"""Every page violates no policy, fits its window and a sheet of paper, and passes axe (WCAG 2.2 AA and best practices).

Windows are 320 px to 4K wide, portrait and landscape, with text of normal and of double size.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.test_page import write
from tests.site.test_policies import VIOLATION
from tests.support import learner
from tests.support.chromium import FONTS, launch
from tests.support.pages import OVERFLOWING, described, faults_on_paper, violations
from tests.support.site import Site, until

PAGES = [
    "",
    "offline/",
    "offline/words/",
    "offline/page/",
    "progress/wall/",
    "words/",
    "characters/",
    "characters/永/",
    "characters/鬱/",
    "characters/of-the-day/",
    "?practise=永&challenge=87",
    "characters/永/report/",
    "history/",
    "sheets/",
    "sheets/?characters=%E6%B0%B8%E3%81%82",
    "sheets/?characters=%E6%B0%B8%E3%81%82&kind=manuscript",
    "api/v1/docs/",
    "api/v1/guide/",
    "api/v1/guide/examples/",
    "api/v1/guide/changes/",
    "accounts/login/",
    "accounts/signup/",
    "accounts/password/reset/",
]
#: Pages that show a learner more than a guest, or that require signing in.
OWN_PAGES = [
    "today/",
    "history/shared/",
    "progress/",
    "progress/永/",
    "progress/wall/",
    "progress/stamps/",
    "progress/then-and-now/",
    "plan/",
    "lists/",
    "lesson/",
    "start/",
    "accounts/preferences/",
    "accounts/data/",
    "accounts/email/",
    "accounts/password/change/",
    "accounts/tokens/",
    "accounts/webhooks/",
    "accounts/2fa/",
    "accounts/2fa/totp/activate/",
    "accounts/2fa/webauthn/add/",
    "accounts/leave/",
    "accounts/logout/",
]
CURATION = [
    "admin/",
    "admin/characters/character/",
    "admin/characters/character/import/",
    "admin/characters/character/export/",
    "admin/characters/exemplar/",
    "admin/scoring/modelbundle/",
    "admin/accounts/webhook/",
]
#: Pages that report an error, with their status.
ERRORS = {"nowhere/": 404, "characters/龘/": 404, "accounts/password/reset/key/1-2/": 200}
ADMIN = [
    *CURATION,
    "admin/accounts/user/",
    "admin/auth/group/add/",
    "admin/characters/report/",
    "admin/characters/strokeorder/add/",
    "admin/scoring/attempt/",
    "admin/scoring/line/",
]
#: Pages that a learner sees otherwise than a guest.
LEARNERS = [*OWN_PAGES, "", "words/", "history/", "characters/", "characters/永/", "sheets/"]
#: Each reader with the pages that they visit.
VISITS = [*(("guest", path) for path in (*PAGES, *ERRORS)), *(("learner", path) for path in LEARNERS)]
WINDOWS = [(320, 568), (568, 320), (390, 844), (1280, 800), (3840, 2160)]
#: The tones that sound for each mark: three for a strike of the bowl, two for each of the wood block.
TONES = {"flower": 3, "double": 4, "circle": 2, "triangle": 2}
#: Counts the tones that are started, in window.tones.
COUNT_TONES = """
  window.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); };
"""
#: The page's cumulative layout shift, https://web.dev/articles/cls.
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) sum += shift.value;
  }).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(sum), 100);
})"""


@pytest.fixture(scope="module")
def refused() -> list[str]:
    """Messages about violations of the site's policies since the last visit."""
    return []


@pytest.fixture(scope="module")
def page(chromium: Browser, enrolled: Site, refused: list[str]) -> Iterator[Page]:
    """A page of a signed-in learner, with reduced motion."""
    page = watched(chromium, refused, reduced_motion="reduce")
    learner.sign_in(page, enrolled)
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def visitor(chromium: Browser, refused: list[str]) -> Iterator[Page]:
    page = watched(chromium, refused, reduced_motion="reduce")
    yield page
    page.context.close()


def watched(chromium: Browser, refused: list[str], **options: Any) -> Page:
    """A page in a new browser context, whose violations of policies are added to `refused`."""
    page = chromium.new_page(viewport={"width": 1280, "height": 800}, service_workers="block", **options)
    page.on("console", lambda message: refused.append(message.text) if VIOLATION.search(message.text) else None)
    return page


@pytest.fixture(scope="module")
def superuser(site: Site) -> str:
    """The email address of a superuser."""
    return site.run(
        "from accounts.models import User; "
        f"print(User.objects.create_superuser('curator@seed.example', '{learner.PASSWORD}').email)"
    ).strip()


@pytest.fixture(scope="module")
def curator(chromium: Browser, site: Site, superuser: str, refused: list[str]) -> Iterator[Page]:
    page = watched(chromium, refused)
    learner.sign_in(page, site, superuser)
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def other_fonts(chromium: Browser, site: Site, superuser: str, tmp_path_factory) -> Iterator[Page]:
    """A page of the superuser with fonts whose Latin letters are narrower, and whose lines are higher."""
    fonts = tmp_path_factory.mktemp("fonts") / "fonts.conf"
    names = {"DejaVu Serif": "Noto Serif CJK JP", "DejaVu Sans Mono": "Noto Sans Mono CJK JP"}
    text = FONTS.read_text()
    for name, other in {**names, "DejaVu Sans": "Noto Sans CJK JP"}.items():
        text = text.replace(f"<family>{name}</family>", f"<family>{other}</family>")
        text = text.replace(f"<string>{name}</string>", f"<string>{other}</string>")
    fonts.write_text(text)
    browser = launch(chromium.browser_type, env={"FONTCONFIG_FILE": str(fonts)})
    page = browser.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce", service_workers="block")
    learner.sign_in(page, site, superuser)
    yield page
    browser.close()


@pytest.fixture(scope="module", params=VISITS, ids=" ".join)
def visited(request, page: Page, visitor: Page, site: Site, refused: list[str]) -> Page:
    """A loaded page. Several tests share it, because loading takes most of their time."""
    reader, path = request.param
    chosen = page if reader == "learner" else visitor
    visit(chosen, site, path, refused)
    return chosen


@pytest.fixture(scope="module", params=ADMIN)
def admin_page(request, curator: Page, site: Site, refused: list[str]) -> Page:
    visit(curator, site, request.param, refused)
    return curator


def visit(page: Page, site: Site, path: str, refused: list[str]) -> None:
    refused.clear()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(media="null", color_scheme="light")
    answer = page.goto(site.url + path, wait_until="networkidle")
    if "reauthenticate" in page.url:
        page.locator("input[type=password]").fill(learner.PASSWORD)
        page.locator("input[type=password]").press("Enter")
        page.wait_for_url(site.url + path)
    page.locator("main").first.wait_for()  # scripts render that of the API documentation
    assert answer
    assert answer.status == ERRORS.get(path, 200)


@pytest.mark.usefixtures("visited")
def test_a_page_violates_no_policy(refused):
    assert refused == []


def test_a_page_fits_its_window(visited):
    assert beyond_windows(visited) == []


def test_a_page_fits_its_window_with_text_of_double_size(visited):
    devtools = visited.context.new_cdp_session(visited)
    try:
        devtools.send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
        assert visited.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        assert beyond_windows(visited) == []
    finally:
        devtools.send("Page.setFontSizes", {"fontSizes": {"standard": 16}})
        devtools.detach()


def beyond_windows(page: Page) -> list[str]:
    """What can't be seen without scrolling sideways, in windows of all sizes."""
    found = []
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width} px: {element}" for element in page.evaluate(OVERFLOWING)]
    page.set_viewport_size({"width": 1280, "height": 800})
    return found


def test_a_page_prints_as_ink_on_white_paper(visited):
    is_sheet = "sheets/?" in visited.url  # as wide as its own paper
    assert faults_on_paper(visited, fits_paper=not is_sheet) == []


def test_a_page_passes_axe(visited):
    assert violations(visited) == []


@pytest.mark.usefixtures("admin_page")
def test_an_admin_page_violates_no_policy(refused):
    assert refused == []


def test_an_admin_page_passes_axe(admin_page):
    assert violations(admin_page) == []


@pytest.mark.parametrize("path", [*PAGES, *ADMIN])
def test_targets_are_large_enough_in_other_fonts(other_fonts, site, path):
    other_fonts.goto(site.url + path, wait_until="networkidle")
    only = {"runOnly": {"type": "rule", "values": ["target-size"]}, "resultTypes": ["violations"]}
    assert described(other_fonts, only) == []


def test_an_admin_form_passes_axe(curator, site):
    curator.goto(f"{site.url}admin/characters/character/?q=永")
    curator.locator("#result_list tbody th a").first.click()
    curator.wait_for_url(re.compile("/change/"))
    assert violations(curator) == []


def test_an_operation_in_the_api_documentation_passes_axe(page, site):
    page.goto(f"{site.url}api/v1/docs/")
    page.locator("#operations-attempts-attempts_create .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    expect(page.locator("textarea")).to_be_visible()
    assert violations(page) == []


def test_every_state_of_the_writing_page_passes_axe(page, site):
    page.goto(site.url, wait_until="networkidle")
    expect(page.locator(".history-square").first).to_be_visible()
    assert violations(page) == []

    write(page, "口")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Which one did you mean?")).to_be_visible(timeout=15_000)
    assert violations(page) == []

    page.get_by_role("button", name=re.compile("^口, ")).click()
    expect(page.locator(".score-number strong")).to_be_visible(timeout=15_000)
    assert violations(page) == []

    page.get_by_role("button", name="Not 口?").click()
    page.get_by_role("button", name="See it written").click()
    expect(page.get_by_role("button", name="Replay")).to_be_visible()
    assert violations(page) == []
    page.get_by_text("Over yours").click()
    expect(page.locator(".reference-over")).to_be_visible()
    assert violations(page) == []

    field = page.get_by_role("textbox", name="Practise")
    field.fill("しょく")
    expect(page.locator(".offers")).to_be_visible()
    assert violations(page) == []
    field.fill("ヰ")
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    field.fill("日")
    write(page, "永")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Did you mean 永?")).to_be_visible(timeout=15_000)
    assert violations(page) == []
    page.get_by_role("button", name="Yes, 永").click()

    page.get_by_role("button", name="Share", exact=True).click()
    page.locator("canvas.share-picture").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Create link").click()
    link = page.locator(".share-link input").input_value()
    assert violations(page) == []
    page.goto(link, wait_until="networkidle")
    assert violations(page) == []
    assert beyond_windows(page) == []

    page.goto(site.url, wait_until="networkidle")
    page.context.set_offline(True)
    write(page, "口")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 attempt is kept on this device")).to_be_visible()
    assert violations(page) == []
    page.context.set_offline(False)


def test_guidance_on_the_writing_page_passes_axe(page, site):
    page.goto(f"{site.url}?practise=永")
    picker = page.get_by_label("Guidance")
    expect(picker).to_be_visible()
    page.get_by_role("button", name="Show reference").click()
    assert violations(page) == []
    for guidance in ("trace", "hints"):
        picker.select_option(guidance)
        write(page, "一")
        write(page, "一")
        expect(page.locator(".guide svg")).to_have_count(1)
        assert violations(page) == []


def test_the_filters_and_the_paper_of_the_catalogue_pass_axe(page, site):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site.url}characters/", wait_until="networkidle")
    page.locator("summary").first.click()
    assert violations(page) == []
    page.locator(".draw-open").click()
    page.locator(".draw canvas").wait_for()
    assert violations(page) == []
    page.keyboard.press("Escape")


def test_a_turn_of_a_lesson_passes_axe(page, site):
    page.goto(f"{site.url}lesson/?size=5", wait_until="networkidle")
    page.keyboard.press("Enter")
    expect(page.locator("canvas")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize(
    "path", ["", "?practise=永", "characters/", "characters/永/", "today/", "lesson/", "words/", "history/"]
)
def test_pages_do_not_shift_when_scripts_load(page, site, path):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(site.url + path, wait_until="networkidle")
    assert page.evaluate(SHIFT) <= 0.01


def test_left_handed_mode_swaps_the_paper_and_the_results(page, site):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(site.url)
    page.get_by_label("Left-handed").check()
    page.reload()
    assert left(page, ".paper") > left(page, ".results")
    page.set_viewport_size({"width": 390, "height": 844})
    assert left(page, ".tools .main-button") < left(page, ".practise, .practise-field, .tools input[type=text]")
    page.get_by_label("Left-handed").uncheck()
    assert left(page, ".tools .main-button") > left(page, ".practise, .practise-field, .tools input[type=text]")


def left(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box
    return box["x"]


def test_reduce_motion_stops_all_animations(page, site):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{site.url}?practise=一")
    page.get_by_label("Reduce motion").check()
    write(page, "一")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You meant")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0
    page.get_by_label("Reduce motion").uncheck()


def test_sound_plays_once_for_each_new_score_when_it_is_on(page, site):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.add_init_script(COUNT_TONES)
    page.goto(f"{site.url}?practise=一")
    write_and_wait_for_score(page)
    assert page.evaluate("window.tones") == 0

    page.get_by_label("Sound").check()
    page.reload()
    write_and_wait_for_score(page)
    # A reload restores the scroll position, which can bend a stroke, so the mark isn't always the flower.
    mark = str(page.locator(".score .mark").get_attribute("class")).rpartition("mark-")[2]
    until(lambda: page.evaluate("window.tones") == TONES[mark], 15)
    page.locator(".history-square").nth(1).click()
    page.locator(".history-square").first.click()
    expect(page.locator(".history-square").first).to_have_attribute("aria-current", "true")
    assert page.evaluate("window.tones") == TONES[mark]
    page.get_by_label("Sound").uncheck()


def write_and_wait_for_score(page: Page) -> None:
    write(page, "一")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You meant")).to_be_visible(timeout=15_000)
