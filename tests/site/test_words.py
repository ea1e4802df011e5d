"""The page of words in a real browser on a real site: dictation on a phone, own text, a line without a connection."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.accounts.test_lesson import PASSWORD, make_learner
from tests.site.test_page import PHONE, write
from tests.support.drawings import line_of
from tests.support.pages import OVERFLOWING, violations
from tests.support.site import Site, until

#: Kanji that look like katakana, kanji with hiragana, and katakana with a long vowel: all due today.
WORDS = ["入口", "食べる", "タクシー"]
DUE = """
from accounts.models import User, WordReview
from characters.models import Word
import sys
user = User.objects.get(email=sys.argv[1])
for text in sys.argv[2:]:
    WordReview.objects.begin(user, Word.objects.get(text=text))
"""


@pytest.fixture
def context(chromium: Browser, request) -> Iterator[BrowserContext]:
    """A phone, in the colours that the test asks for."""
    options: dict[str, Any] = {**PHONE, "color_scheme": getattr(request, "param", "light")}
    context = chromium.new_context(**options, reduced_motion="reduce", service_workers="block")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Page:
    """The page of a guest."""
    page = context.new_page()
    page.goto(f"{site.url}words/")
    expect(page.locator("canvas")).to_be_visible()
    return page


def sign_in(page: Page, site: Site, name: str, words: list[str]) -> None:
    """Open the page as a new learner of whom these words are due, in this order."""
    email = make_learner(site, name, 3)
    site.run(f"exec({DUE!r})", email, *words)
    page.goto(f"{site.url}accounts/login/?next=/words/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign In", exact=True).click()
    expect(page.locator("canvas")).to_be_visible()


def write_line(page: Page, characters: str, touch: bool = False) -> None:
    """Write each character into its square, and score the line. ー is written as 一."""
    for i, character in enumerate(characters):
        square = page.locator(".line-squares li").nth(i)
        expect(square).to_have_attribute("data-current", "true")
        write(page, character.replace("ー", "一"), touch)
        button = page.get_by_role("button", name="Next square" if i + 1 < len(characters) else "Score", exact=True)
        button.tap() if touch else page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_be_visible(timeout=15_000)


@pytest.mark.parametrize("context", ["light", "dark"], indirect=True)
def test_three_words_are_dictated_on_a_phone_and_a_wrong_character_is_explained(context, site, request):
    page = context.new_page()
    scheme = request.node.callspec.params["context"]
    sign_in(page, site, f"writer{scheme}", WORDS)

    expect(page.get_by_role("heading", name="いりぐち")).to_be_visible()
    expect(page.get_by_text("entrance", exact=True)).to_be_visible()
    expect(page.get_by_text("2 characters: kanji", exact=True)).to_be_visible()
    write_line(page, "入口", touch=True)
    expect(page.locator(".verdict h1")).to_have_text("A reader reads 入口")
    expect(page.get_by_text(re.compile("^In 入口 this is read as 口"))).to_be_visible()
    page.get_by_role("button", name="Next word").tap()

    expect(page.get_by_text("3 characters: kanji and hiragana", exact=True)).to_be_visible()
    write_line(page, "食べろ", touch=True)
    expect(page.locator(".verdict")).to_contain_text("This should be 食べる")
    expect(page.locator(".verdict")).to_contain_text("It reads as 食べろ.")
    expect(page.get_by_role("button", name=re.compile("^る, character 3, read as ろ"))).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.locator(".line-detail")).to_contain_text("ろ")
    expect(page.locator(".line-detail .score-number strong")).to_be_visible()
    assert page.evaluate(OVERFLOWING) == []
    page.get_by_role("button", name="Next word").tap()

    write_line(page, "タクシー", touch=True)
    expect(page.locator(".verdict h1")).to_have_text("A reader reads タクシー")
    page.get_by_role("button", name="End").tap()
    expect(page.get_by_text("2 of 3 read correctly.")).to_be_visible()

    answer = page.request.get(f"{site.url}api/v1/lines/").json()
    assert [line["text"] for line in answer["results"]] == ["タクシー", "食べる", "入口"]
    page.get_by_role("link", name="Your history").tap()
    page.wait_for_url(f"{site.url}history/")
    attempts = page.request.get(f"{site.url}api/v1/attempts/").json()["results"]
    assert len(attempts) == 9
    for attempt in attempts:
        expect(page.locator(f"a[href='/history/{attempt['id']}/']").first).to_be_visible()


def test_a_character_alone_is_read_as_it_was_asked_for_and_a_wrong_one_is_not(page):
    page.get_by_text("Own text", exact=True).click()
    page.get_by_role("textbox").fill("十\n十")
    page.get_by_role("button", name="Write it").click()
    write_line(page, "十")
    expect(page.locator(".verdict h1")).to_have_text("A reader reads 十")
    page.get_by_role("button", name="Next line").click()
    write_line(page, "千")
    expect(page.locator(".verdict")).to_contain_text("It reads as 千.")


def test_the_result_of_a_vertical_line_stands_in_a_column_beside_what_is_said_about_a_character(page):
    page.get_by_role("button", name="Writing direction: horizontal").click()
    page.get_by_text("Own text", exact=True).click()
    page.get_by_role("textbox").fill("入口")
    page.get_by_role("button", name="Write it").click()
    write_line(page, "入口")
    first, second, detail = (
        page.locator(selector).bounding_box()
        for selector in (".line-characters li:first-child", ".line-characters li:last-child", ".line-detail")
    )
    assert first
    assert second
    assert detail
    assert first["x"] == second["x"]
    assert first["y"] + first["height"] <= second["y"]
    assert detail["x"] + detail["width"] <= first["x"]
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("button", name=re.compile("^入, character 1"))).to_have_attribute("aria-pressed", "true")


def test_the_way_on_from_a_long_result_is_in_view_in_a_wide_window(page):
    page.set_viewport_size({"width": 1280, "height": 700})
    page.get_by_text("Own text", exact=True).click()
    page.get_by_role("textbox").fill("入口")
    page.get_by_role("button", name="Write it").click()
    write_line(page, "山川")
    expect(page.get_by_role("button", name="Next line")).to_be_in_viewport(ratio=1)


def test_squares_are_chosen_by_keys_taps_and_swipes(page, site):
    page.get_by_text("Own text", exact=True).click()
    page.get_by_role("textbox").fill("日本語")
    page.get_by_role("button", name="Write it").click()
    squares = page.locator(".line-squares li")
    expect(squares).to_have_count(3)
    page.keyboard.press("ArrowRight")
    expect(squares.nth(1)).to_have_attribute("data-current", "true")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(squares.nth(0)).to_have_attribute("data-current", "true")
    squares.nth(2).get_by_role("button").tap()
    expect(squares.nth(2)).to_have_attribute("data-current", "true")
    box = squares.nth(0).bounding_box()
    assert box
    page.mouse.move(box["x"] + 5, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 1.1 * box["width"], box["y"] + 10, steps=4)
    page.mouse.up()
    expect(squares.nth(1)).to_have_attribute("data-current", "true")

    page.get_by_role("button", name="Writing direction: horizontal").click()
    page.keyboard.press("ArrowDown")
    expect(squares.nth(2)).to_have_attribute("data-current", "true")


def test_ink_written_in_a_square_stays_there(page):
    page.get_by_text("Free", exact=True).click()
    write(page, "入")
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="Writing area, empty")).to_be_visible()
    write(page, "口")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("img", name="Writing area, 2 strokes")).to_be_visible()
    page.reload()
    expect(page.get_by_role("img", name="Writing area, 2 strokes")).to_be_visible()
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.locator(".verdict h1")).to_have_text("A reader reads 入口", timeout=15_000)
    page.get_by_role("button", name="Score it").click()
    expect(page.locator(".verdict-score").first).to_be_visible(timeout=15_000)


def test_a_free_line_on_one_paper_is_split_as_it_is_read(page):
    page.get_by_text("Free", exact=True).click()
    page.get_by_label("On squares").uncheck()
    expect(page.locator("[data-paper=wide]")).to_be_visible()
    box = page.locator("canvas").bounding_box()
    assert box
    assert box["width"] == pytest.approx(2 * box["height"], rel=0.02)
    for left in (0.1, 0.55):  # 一 twice, far apart
        y = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + left * box["width"], y)
        page.mouse.down()
        page.mouse.move(box["x"] + (left + 0.33) * box["width"], y - 2, steps=8)
        page.mouse.up()
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.locator(".verdict")).to_be_visible(timeout=15_000)
    expect(page.locator(".line-character")).to_have_count(2)


def test_pasted_text_is_cut_into_lines_without_what_cannot_be_read(page):
    page.get_by_text("Own text", exact=True).click()
    page.get_by_role("textbox").fill("入口、人々。")
    page.get_by_role("button", name="Write it").click()
    expect(page.get_by_text("Left out, since it can’t be read: 々")).to_be_visible()
    expect(page.locator(".own-text")).to_have_text("入口")
    expect(page.get_by_text("1 of 2", exact=True)).to_be_visible()


def test_a_line_written_without_a_connection_is_sent_later(page, site):
    page.get_by_text("Own text", exact=True).click()
    page.get_by_role("textbox").fill("入口")
    page.get_by_role("button", name="Write it").click()
    page.wait_for_timeout(2500)  # until the offline parts are loaded
    page.context.set_offline(True)
    write(page, "入")
    page.keyboard.press("Enter")
    write(page, "口")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Kept on this device")).to_be_visible()
    expect(page.get_by_text("1 line is kept on this device")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".verdict h1")).to_have_text("A reader reads 入口", timeout=15_000)
    lines = until(lambda: page.request.get(f"{site.url}api/v1/lines/").json()["results"])
    assert [line["text"] for line in lines] == ["入口"]


@pytest.fixture
def offline_page(chromium: Browser, site: Site) -> Iterator[Page]:
    """The page, opened without a connection by a browser that has opened it before."""
    options: dict[str, Any] = {**PHONE}
    context = chromium.new_context(**options, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{site.url}words/")
    page.evaluate("navigator.serviceWorker.ready")
    context.set_offline(True)
    page.goto(f"{site.url}words/")
    yield page
    context.close()


def test_the_page_opens_without_a_connection_keeps_a_line_and_recovers(offline_page, site):
    page = offline_page
    expect(page.get_by_text("No connection. You can go on writing")).to_be_visible()
    links = page.get_by_role("navigation", name="Site").get_by_role("link")
    expect(links).to_have_text(["Write", "Words", "Characters", "Today"])
    expect(links.nth(1)).to_have_attribute("aria-current", "page")
    assert violations(page) == []
    page.get_by_text("Free", exact=True).click()
    write(page, "口")
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.get_by_role("heading", name="Kept on this device")).to_be_visible()
    page.get_by_text("Dictation", exact=True).click()
    page.context.set_offline(False)
    expect(page.locator("canvas")).to_be_visible(timeout=20_000)  # the words are there
    lines = until(lambda: page.request.get(f"{site.url}api/v1/lines/").json()["results"])
    assert [line["kind"] for line in lines] == ["free"]
    expect(page.get_by_text("No connection.")).to_be_hidden(timeout=20_000)


def photograph_of(text: str) -> bytes:
    """A JPEG of a handwritten line, larger than it is sent."""
    file = io.BytesIO()
    line_of(text, len(text)).resize((2400, 2400 // len(text))).save(file, "JPEG")
    return file.getvalue()


def choose_photograph(page: Page, content: bytes) -> None:
    page.get_by_text("Free", exact=True).click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Photo").click()
    chooser.value.set_files({"name": "line.jpg", "mimeType": "image/jpeg", "buffer": content})


@pytest.mark.parametrize("context", ["light", "dark"], indirect=True)
def test_a_photographed_line_is_shown_with_its_reading_and_scored_for_what_was_meant(page, site):
    choose_photograph(page, photograph_of("入口"))
    expect(page.locator(".verdict h1")).to_have_text("A reader reads 入口", timeout=30_000)
    marks = page.locator(".line-photo button")
    expect(marks).to_have_count(2)
    first, second = (marks.nth(i).bounding_box() for i in range(2))
    assert first
    assert second
    assert first["x"] + first["width"] < second["x"]
    page.get_by_role("button", name="Character 2, read as 口").click()
    expect(page.get_by_role("heading", name="Character 2")).to_be_visible()
    expect(page.locator(".line-characters img")).to_have_count(2)
    page.get_by_role("button", name="Score it").click()
    expect(page.locator(".verdict-score").first).to_be_visible(timeout=30_000)
    assert violations(page) == []
    assert page.evaluate(OVERFLOWING) == []
    page.get_by_role("button", name="End").click()
    expect(page.locator(".summary-inks img")).to_have_count(2)
    page.get_by_role("link", name="Your history").click()
    page.get_by_role("link", name="入口", exact=True).click()
    expect(page.get_by_role("heading", name="入口")).to_be_visible()
    expect(page.locator(".line-tiles img")).to_have_count(2)
    assert violations(page) == []
    assert page.evaluate(OVERFLOWING) == []


def test_a_photograph_of_no_line_is_refused_in_words_for_a_line(page):
    page_of_text = io.BytesIO()
    line_of("永" * 60, 10).save(page_of_text, "JPEG")
    choose_photograph(page, page_of_text.getvalue())
    expect(page.get_by_text("The picture shows more than one line.")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Write it again").click()
    blank = io.BytesIO()
    Image.new("RGB", (900, 400), "white").save(blank, "JPEG")
    choose_photograph(page, blank.getvalue())
    expect(page.get_by_text("No handwriting was found in the picture. Photograph one line")).to_be_visible(
        timeout=30_000
    )


def test_a_deleted_line_comes_back_with_undo(page, site):
    page.get_by_text("Own text", exact=True).click()
    page.get_by_role("textbox").fill("口")
    page.get_by_role("button", name="Write it").click()
    write_line(page, "口")
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("Deleted.")).to_be_visible()
    assert page.request.get(f"{site.url}api/v1/lines/").json()["results"] == []
    page.locator(".trouble").get_by_role("button", name="Undo").click()
    expect(page.locator(".verdict h1")).to_have_text("A reader reads 口")
    assert len(page.request.get(f"{site.url}api/v1/lines/").json()["results"]) == 1


def test_dictation_does_not_give_a_kana_word_away(page, site):
    for word in page.request.get(f"{site.url}api/v1/words/?limit=10").json()["results"]:
        prompt = page.locator(".line-prompt")
        expect(prompt).to_contain_text(word["meanings"][0])
        assert word["text"] not in prompt.inner_text()
        assert word["text"] not in page.locator("p[role=status].visually-hidden").inner_text()
        page.get_by_role("button", name="Skip").click()


@pytest.mark.parametrize("size", [(390, 844), (320, 568), (1280, 800)], ids=str)
def test_every_state_of_the_page_passes_axe_and_fits(page, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})

    def check() -> None:
        assert violations(page) == []
        assert page.evaluate(OVERFLOWING) == []

    check()
    page.get_by_role("button", name="Show", exact=True).click()
    check()
    page.get_by_text("Fill in", exact=True).click()
    expect(page.locator(".cloze")).to_be_visible()
    check()
    page.get_by_text("Own text", exact=True).click()
    check()
    page.get_by_role("textbox").fill("入口")
    page.get_by_role("button", name="Write it").click()
    write(page, "入")
    check()
    page.keyboard.press("Enter")
    write(page, "口")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_be_visible(timeout=15_000)
    check()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What you wrote")).to_be_focused()
    check()


@pytest.mark.parametrize("direction", ["horizontal", "vertical"])
def test_paper_squares_and_tools_are_seen_at_once(page, direction):
    if direction == "vertical":
        page.get_by_role("button", name="Writing direction: horizontal").click()
    for width, height in [(390, 844), (320, 568), (844, 390), (1280, 800)]:
        page.set_viewport_size({"width": width, "height": height})
        paper = page.locator("canvas").bounding_box()
        button = page.get_by_role("button", name="Next square").bounding_box()
        squares = page.locator(".line-squares").bounding_box()
        assert paper
        assert button
        assert squares
        window = (width, height)
        assert paper["width"] >= 144, window
        assert squares["y"] >= 0, window
        assert button["y"] + button["height"] <= height, window
        is_beside = button["x"] >= paper["x"] + paper["width"]
        assert is_beside or paper["y"] + paper["height"] <= button["y"], window
