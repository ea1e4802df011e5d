import io

import numpy as np
import pytest
from PIL import Image, ImageFilter

from ml import photo, raster
from ml.ink import WritingError
from ml.strokes import references
from tests.support.drawings import png, png_of

NOTHING = pytest.mark.parametrize(
    "image", [Image.new("RGB", (40, 40), "white"), Image.new("RGBA", (40, 40)), Image.new("L", (40, 40), 130)]
)


def picture(character: str, **look) -> Image.Image:
    return Image.open(io.BytesIO(png_of(character, **look))).convert("RGB")


def encoded(image: Image.Image, form: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def agreement(one: bytes, other: bytes) -> float:
    """The correlation of the network's images of two files, a little blurred."""
    images = [Image.fromarray(raster.photo_image(photo.read(data))) for data in (one, other)]
    blurred = [np.asarray(image.filter(ImageFilter.GaussianBlur(1.5)), np.float64).ravel() for image in images]
    return float(np.corrcoef(blurred[0], blurred[1])[0, 1])


def shaded(image: Image.Image, light: np.ndarray) -> Image.Image:
    return Image.fromarray((np.asarray(image, float) * light[..., None]).astype(np.uint8))


@pytest.mark.parametrize(("form", "options"), [("PNG", {}), ("JPEG", {"quality": 40}), ("WEBP", {"quality": 40})])
def test_png_jpeg_and_webp_are_read_alike(form, options):
    assert agreement(encoded(picture("語"), form, **options), png_of("語")) > 0.95


@pytest.mark.parametrize("shadow", ["slope", "lamp", "edge"])
def test_uneven_light_changes_nothing(shadow):
    y, x = np.mgrid[0:1:300j, 0:1:300j]
    light = {
        "slope": 0.4 + 0.6 * x,
        "lamp": 1 - 0.9 * ((x - 0.4) ** 2 + (y - 0.4) ** 2),
        "edge": 1 - 0.4 / (1 + np.exp(-40 * (x - 0.6))),
    }[shadow]
    dim = encoded(shaded(picture("語"), light), "JPEG", quality=75)
    assert agreement(dim, png_of("語")) > 0.9


@pytest.mark.parametrize("character", ["永", "ぬ", "シ"])
def test_a_faint_pencil_is_found_in_a_lamps_light_that_differs_more(character):
    y, x = np.mgrid[-1:1:600j, -1:1:600j]
    light = 1 - 0.3 * (x * x + y * y)
    written = np.asarray(picture(character, size=600, pen=14).convert("L"), float)
    pencil = Image.fromarray(((0.6 + 0.4 * written / 255) * 240 * light).astype(np.uint8))
    assert agreement(encoded(pencil, "JPEG", quality=60), png_of(character)) > 0.85


@pytest.mark.parametrize("dark", [True, False])
def test_a_small_character_is_found_on_a_large_unevenly_lit_sheet(dark):
    y, x = np.mgrid[-1:1:1600j, -1:1:1600j]
    sheet = np.full((1600, 1600), 0.9 if dark else 0.15)
    sheet[900:1100, 300:500] = np.asarray(picture("ま", size=200, pen=12).convert("L"), float) / 255
    if not dark:
        sheet[900:1100, 300:500] = 1.05 - 0.9 * sheet[900:1100, 300:500]
    lit = Image.fromarray((255 * sheet.clip(0, 1) * (1 - 0.3 * (x * x + y * y))).astype(np.uint8))
    assert agreement(encoded(lit, "JPEG", quality=80), png_of("ま")) > 0.85


@pytest.mark.parametrize("pen", [3, 6, 14, 18])
def test_the_pens_width_changes_little(pen):
    assert agreement(png_of("あ", pen=pen), png_of("あ")) > 0.85


@pytest.mark.parametrize("size", [48, 100, 1600])
def test_the_images_size_changes_little(size):
    assert agreement(png_of("ま", size=size, pen=max(2, size // 16)), png_of("ま", pen=18)) > 0.85


@pytest.mark.parametrize("character", ["ま", "る", "ぬ", "よ"])
def test_a_small_scan_keeps_its_loops(character):
    ink = photo.read(encoded(picture(character, size=600, pen=48).resize((56, 56), Image.Resampling.BOX)))
    image = raster.photo_image(ink)
    assert holes(image) == holes(raster.ink_image(references()[character]))


def holes(image: np.ndarray) -> int:
    """Grounds enclosed by ink."""
    import cv2

    return (
        cv2.connectedComponents(
            np.pad(np.where(image > 60, 0, 255).astype(np.uint8), 1, constant_values=255), connectivity=4
        )[0]
        - 2
    )


def test_dirt_is_left_out_and_sound_marks_are_kept():
    dirty = picture("が")
    for x, y in [(5, 8), (290, 12), (150, 290)]:
        dirty.putpixel((x, y), (0, 0, 0))
    assert agreement(encoded(dirty), png_of("が")) > 0.98
    assert agreement(png_of("が"), png_of("か")) < 0.95


def test_any_picture_that_shows_something_has_an_image():
    rng = np.random.default_rng(0)
    noise = [Image.fromarray(rng.integers(0, 256, (side, side), np.uint8)) for side in (8, 40)]
    blot = Image.new("L", (90, 90), 255)
    blot.paste(0, (40, 40, 47, 47))
    for image in [*noise, blot]:
        assert raster.photo_image(photo.read(encoded(image))).any()


def test_a_phones_picture_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90° clockwise to see it
    lying = encoded(picture("語").transpose(Image.Transpose.ROTATE_90), "JPEG", quality=90, exif=exif)
    assert agreement(lying, png_of("語")) > 0.95


@pytest.mark.parametrize(("mode", "form"), [("1", "PNG"), ("L", "PNG"), ("P", "PNG"), ("LA", "PNG"), ("CMYK", "JPEG")])
def test_every_kind_of_colour_is_read(mode, form):
    assert agreement(encoded(picture("語").convert(mode), form), png_of("語")) > 0.95


def test_grey_of_sixteen_bits_is_read():
    deep = Image.fromarray(np.asarray(picture("語").convert("L")).astype(np.uint16) * 257)
    assert agreement(encoded(deep), png_of("語")) > 0.95


@pytest.mark.parametrize(
    "look",
    [
        {},
        {"ink": "white", "ground": "black"},
        {"ground": (0, 0, 0, 0)},
        {"ink": "white", "ground": (0, 0, 0, 0)},
        {"ink": (60, 60, 120), "ground": (240, 230, 200)},
        {"size": 900, "pen": 50},
        {"size": 64, "pen": 2},
        {"pen": 3},
    ],
)
def test_a_picture_comes_out_as_its_ink_would(look):
    ink = raster.ink_image(references()["永"]).astype(float)
    picture = raster.photo_image(photo.read(png_of("永", **look))).astype(float)
    near = np.maximum.reduce([np.roll(ink, (dy, dx), (0, 1)) for dy in range(-3, 4) for dx in range(-3, 4)])
    assert (picture * (near > 60)).sum() / picture.sum() > 0.93
    assert 0.75 < picture.sum() / ink.sum() < 1.3


@NOTHING
def test_an_image_of_one_colour_is_nothing_written(image):
    with pytest.raises(WritingError) as refused:
        photo.read(png(image))
    assert refused.value.code == "nothing_written"


def photograph_of(width: int, height: int, form: str) -> bytes:
    """A character on a large grey sheet."""
    sheet = Image.new("L", (width, height), 200)
    sheet.paste(picture("永", size=2000, pen=60).convert("L"), (width // 3, height // 3))
    return encoded(sheet, form)


@pytest.mark.parametrize(
    ("width", "height", "form", "code"),
    [
        (10_000, 5_001, "JPEG", "too_many_pixels"),
        (10_000, 5_001, "PNG", "too_many_pixels"),
        (6_000, 4_001, "PNG", "too_many_pixels_for_format"),
        (6_000, 4_001, "WEBP", "too_many_pixels_for_format"),
    ],
)
def test_an_image_of_more_pixels_than_its_format_may_have_is_refused_before_it_is_decoded(
    monkeypatch, width, height, form, code
):
    data = photograph_of(width, height, form)
    monkeypatch.setattr(Image.Image, "load", lambda image: pytest.fail("decoded"))
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda image: pytest.fail("decoded"))
    with pytest.raises(WritingError) as refused:
        photo.read(data)
    assert refused.value.code == code


@pytest.mark.parametrize("data", [b"", b"not an image", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"GIF89a" + b"\0" * 40])
def test_a_file_that_is_no_image_is_refused(data):
    with pytest.raises(WritingError) as refused:
        photo.read(data)
    assert refused.value.code in ("unknown_image_format", "unreadable_image")


def test_a_truncated_png_is_refused():
    with pytest.raises(WritingError) as refused:
        photo.read(png_of("永")[:-200])
    assert refused.value.code == "unreadable_image"


def test_a_photograph_that_comes_bit_by_bit_is_read():
    assert agreement(encoded(picture("語"), "JPEG", progressive=True), png_of("語")) > 0.95


def test_a_jpeg_of_a_hundred_scans_is_refused():
    whole = encoded(picture("永"), "JPEG", progressive=True)
    scan = whole[whole.rindex(b"\xff\xda") : -2]
    with pytest.raises(WritingError) as refused:
        photo.read(whole[:-2] + 100 * scan + whole[-2:])
    assert refused.value.code == "unreadable_image"


def test_an_image_with_damaged_exif_is_refused():
    with pytest.raises(WritingError) as refused:
        photo.read(encoded(picture("永"), "JPEG", exif=b"Exif\0\0no header"))
    assert refused.value.code == "unreadable_image"
