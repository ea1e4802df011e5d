"""Photographs on the writing page, in a real browser against the real site."""

import io

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import BrowserContext, Page, expect

from tests.site.test_page import PHONE
from tests.support.drawings import png, png_of
from tests.support.pages import violations
from tests.support.site import Site

#: Location and time as a phone's camera stores them in EXIF.
_GPS, _ORIENTATION = 0x8825, 0x0112


def photograph(*characters: str, rotation: int = 0) -> bytes:
    """A JPEG of 3000 × 2250 px: handwriting on paper in uneven light, with a location; EXIF turns it by `rotation`°."""
    paper = Image.linear_gradient("L").resize((3000, 2250)).point(lambda level: 150 + level // 3).convert("RGB")
    for number, character in enumerate(characters):
        drawing = Image.open(io.BytesIO(png_of(character, size=900, pen=30, ground=(0, 0, 0, 0), ink=(40, 45, 80))))
        paper.paste(drawing, (250 + 1350 * number, 650), drawing)
    paper = paper.filter(ImageFilter.GaussianBlur(2))
    exif = Image.Exif()
    if rotation:
        paper = paper.rotate(rotation, expand=True)  # anticlockwise; orientation 6 turns it back
        exif[_ORIENTATION] = {90: 6}[rotation]
    exif.get_ifd(_GPS)[1] = "N"
    file = io.BytesIO()
    paper.save(file, "JPEG", quality=92, exif=exif)
    return file.getvalue()


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Page:
    page = context.new_page()
    page.goto(site.url)
    expect(page.get_by_role("button", name="Photo")).to_be_visible()
    return page


def choose(page: Page, content: bytes, name: str = "photo.jpg", kind: str = "image/jpeg") -> None:
    """Choose a file as a person does: with the button."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Photo").click()
    chooser.value.set_files({"name": name, "mimeType": kind, "buffer": content})


def target_of_page(page: Page, character: str) -> None:
    page.get_by_label("Practise").fill(character)


@pytest.mark.parametrize("context", [{"viewport": {"width": 1280, "height": 800}}, PHONE], indirect=True)
def test_a_photograph_is_scored_like_ink_and_shown_beside_its_score(page, site):
    target_of_page(page, "永")
    choose(page, photograph("永"))
    expect(page.locator(".score-number strong")).to_be_visible(timeout=20_000)
    assert int(page.locator(".score-number strong").inner_text()) >= 80
    expect(page.get_by_role("img", name="Photo")).to_be_visible()
    expect(page.get_by_text("legibility alone counts")).to_be_visible()
    expect(page.locator(".remarks")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []


def test_without_a_target_a_clear_photograph_is_scored_as_what_it_reads_as(page):
    choose(page, photograph("永"))
    expect(page.get_by_role("heading", name="You meant 永")).to_be_visible(timeout=20_000)
    expect(page.locator(".score-number strong")).to_be_visible(timeout=20_000)


def stored_image(page: Page) -> Image.Image:
    address = page.get_by_role("img", name="Photo").get_attribute("src")
    return Image.open(
        io.BytesIO(page.request.get(str(page.evaluate("(path) => location.origin + path", address))).body())
    )


def test_the_picture_is_sent_upright_small_and_without_its_location(page):
    target_of_page(page, "永")
    choose(page, photograph("永", rotation=90))
    expect(page.locator(".score-number strong")).to_be_visible(timeout=20_000)
    image = stored_image(page)
    assert (image.format, image.size) == ("JPEG", (2000, 1500))
    assert not image.getexif()
    assert int(page.locator(".score-number strong").inner_text()) >= 80


def test_white_ink_on_a_transparent_picture_is_read(page):
    target_of_page(page, "永")
    choose(page, png_of("永", ink="white", ground=(0, 0, 0, 0)), "a.png", "image/png")
    expect(page.locator(".score-number strong")).to_be_visible(timeout=20_000)
    assert int(page.locator(".score-number strong").inner_text()) >= 80


def test_where_a_picture_shows_several_characters_a_person_chooses_one(page):
    choose(page, photograph("永", "花"))
    dialog = page.get_by_role("dialog", name="Which character?")
    expect(dialog.get_by_role("button", name="Character 1 of 2")).to_be_visible(timeout=20_000)
    assert violations(page) == []
    dialog.get_by_role("button", name="Character 2 of 2").click()
    expect(page.get_by_role("heading", name="You meant 花")).to_be_visible(timeout=20_000)


def test_closing_the_question_sends_nothing_and_keeps_the_page(page, site):
    choose(page, photograph("永", "花"))
    page.get_by_role("button", name="Cancel").click(timeout=20_000)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("heading", name="Write one character")).to_be_visible()


@pytest.mark.parametrize(
    ("content", "name", "kind", "sentence"),
    [
        (png(Image.new("RGB", (600, 600), "white")), "a.png", "image/png", "No handwriting was found"),
        (b"not a picture", "a.jpg", "image/jpeg", "not a picture that your browser can open"),
    ],
    ids=["blank", "no picture"],
)
def test_a_picture_that_cannot_be_scored_says_why(page, content, name, kind, sentence):
    choose(page, content, name, kind)
    expect(page.get_by_role("alert")).to_contain_text(sentence, timeout=20_000)


def test_without_a_connection_the_page_says_that_a_photograph_is_not_kept(page, context):
    target_of_page(page, "永")
    context.route("**/api/v1/attempts/", lambda route: route.abort())
    choose(page, photograph("永"))
    expect(page.get_by_role("alert")).to_contain_text("can’t be kept for later")
    context.unroute("**/api/v1/attempts/")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".score-number strong")).to_be_visible(timeout=20_000)


def test_ink_on_the_paper_survives_a_photograph(page):
    box = page.locator("canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 150)
    page.mouse.up()
    choose(page, photograph("永"))
    expect(page.get_by_role("heading", name="You meant 永")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("img", name="Writing area, 1 stroke")).to_be_visible()


DELIVER = """([type, bytes]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], "a.png", { type: "image/png" }));
  const init = { bubbles: true, cancelable: true };
  const event = type === "paste"
    ? new ClipboardEvent(type, { ...init, clipboardData: data })
    : new DragEvent(type, { ...init, dataTransfer: data });
  document.body.dispatchEvent(event);
  return event.defaultPrevented;
}"""


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_picture_can_be_pasted_or_dropped(page, way):
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(3500)  # what accepts it is loaded after what most visitors need
    assert page.evaluate(DELIVER, [way, list(png_of("永"))])
    expect(page.get_by_role("heading", name="You meant 永")).to_be_visible(timeout=20_000)
