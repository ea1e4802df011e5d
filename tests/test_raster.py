import numpy as np
import pytest
from PIL import Image

from ml import photo, raster
from ml.ink import WritingError
from ml.strokes import references
from tests.drawings import png, png_of

NOTHING = pytest.mark.parametrize(
    "image", [Image.new("RGB", (40, 40), "white"), Image.new("RGBA", (40, 40)), Image.new("L", (40, 40), 130)]
)


def moved(character: str, scale: float, shift: float):
    return [stroke * scale + shift for stroke in references()[character]]


@pytest.mark.parametrize(("scale", "shift"), [(0.02, 0), (1, 5000), (40, -300)])
def test_size_and_place_in_the_writing_area_change_nothing(scale, shift):
    there, here = raster.ink_image(moved("永", scale, shift)), raster.ink_image(references()["永"])
    assert np.abs(there.astype(int) - here).mean() < 2


def test_the_ink_fills_the_image_but_for_its_margin():
    rows, columns = np.nonzero(raster.ink_image(references()["口"]))
    assert min(rows.min(), columns.min()) >= raster.MARGIN - 2
    assert max(np.ptp(rows), np.ptp(columns)) >= raster.SIDE - 2 * raster.MARGIN


def test_proportions_are_kept():
    rows, columns = np.nonzero(raster.ink_image(references()["一"]))
    assert np.ptp(rows) < np.ptp(columns) / 3


def test_a_dot_is_drawn_in_the_middle():
    image = raster.ink_image([np.array([[7, 9]], np.float32)])
    assert image[31:33, 31:33].min() > 100
    assert image.sum() == image[29:35, 29:35].sum()


@pytest.mark.parametrize(
    "look",
    [
        {},
        {"ink": "white", "ground": "black"},
        {"ground": (0, 0, 0, 0)},
        {"ink": "white", "ground": (0, 0, 0, 0)},
        {"ink": (60, 60, 120), "ground": (240, 230, 200)},
        {"size": 900, "pen": 60},
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


def test_a_huge_image_is_refused_before_it_is_decoded():
    with pytest.raises(WritingError) as refused:
        photo.read(png(Image.new("1", (2001, 2000))))
    assert refused.value.code == "too_many_pixels"


@pytest.mark.parametrize("data", [b"", b"not an image", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"GIF89a" + b"\0" * 40])
def test_what_is_no_png_is_refused(data):
    with pytest.raises(WritingError) as refused:
        photo.read(data)
    assert refused.value.code in ("not_a_png", "unreadable_image")


def test_a_truncated_png_is_refused():
    with pytest.raises(WritingError) as refused:
        photo.read(png_of("永")[:-200])
    assert refused.value.code == "unreadable_image"
