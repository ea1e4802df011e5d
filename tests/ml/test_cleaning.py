"""Only the pen's ink is found on a sheet with print, holes, stamps and shadows."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from ml import photo, raster
from ml.cleaning import lines, marks
from ml.ink import WritingError
from ml.photographs import CONDITIONS, photograph
from ml.strokes import references
from tests.support.drawings import line_of, png, png_of

#: Distance from the true ink beyond which a pixel is not ink, pixels: half of a pen's width, and the camera's blur.
NEAR = 4


def missing_and_stray(taken):
    """The fraction of a photograph's ink that isn't found, and the fraction of found pixels that aren't ink."""
    found = photo.read(png(Image.fromarray(taken.image)))
    found = np.asarray(cv2.threshold(found, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1], np.uint8)
    around = np.ones((2 * NEAR + 1, 2 * NEAR + 1), np.uint8)
    missing = (taken.ink > 0) & (cv2.dilate(found, around) == 0)
    stray = (found > 0) & (cv2.dilate(taken.ink, around) == 0)
    return missing.sum() / (taken.ink > 0).sum(), stray.sum() / max(1, (found > 0).sum())


@pytest.mark.parametrize("name", CONDITIONS)
def test_the_ink_and_nothing_else_is_found(name):
    rng = np.random.default_rng(7)
    for character in "あ永":
        missing, stray = missing_and_stray(photograph(character, CONDITIONS[name], rng))
        assert missing < 0.06, character
        assert stray < 0.12, character


@pytest.mark.parametrize(("size", "pen"), [(100, 2), (200, 2), (300, 3), (300, 9)])
@pytest.mark.parametrize("character", "国口田十一二三王工日目井酉ロマ1pq四")
def test_straight_strokes_are_no_printed_lines(character, size, pen):
    picture = png_of(character, size=size, pen=pen)
    drawn = np.asarray(photo.read(picture))
    expected = 255 - np.asarray(Image.open(io.BytesIO(picture)).convert("L"))
    assert np.mean((drawn > 100)[expected > 200]) > 0.97


def test_a_patch_of_shadow_on_one_character_leaves_its_neighbours():
    mask = np.zeros((300, 640), np.uint8)
    for left in (60, 220, 380):  # three crosses
        cv2.line(mask, (left, 60), (left + 100, 200), 1, 8)
        cv2.line(mask, (left + 100, 60), (left, 200), 1, 8)
    cv2.fillPoly(mask, [np.array([(0, 130), (120, 130), (0, 260)])], 1)
    kept = marks.without_specks(mask, None, 640)
    assert np.array_equal(kept[:, 200:], mask[:, 200:])


@pytest.mark.parametrize(
    "character", ["い", "八", "二", "三", "川", "ハ", "こ", "り", "心", "ふ", "に", "品", "器", "語", "一", "i"]
)
def test_the_parts_of_one_character_are_one(character):
    assert photo.read(png_of(character)).any()


@pytest.mark.parametrize(
    ("characters", "columns"), [("永国語", 3), ("あいう", 3), ("永国語", 1), ("あかさたなは", 3), ("永国語木本山", 2)]
)
def test_several_characters_are_refused_with_their_positions(characters, columns):
    with pytest.raises(WritingError) as refused:
        photo.read(png(line_of(characters, columns)))
    assert refused.value.code == "several_characters"
    rows = len(characters) // columns
    middles = [(x + w / 2, y + h / 2) for x, y, w, h in refused.value.positions]
    expected = [((n % columns + 0.5) / columns, (n // columns + 0.5) / rows) for n in range(len(characters))]
    assert np.allclose(middles, expected, atol=0.1)
    assert all(0 <= x < x + w <= 1 and 0 <= y < y + h <= 1 for x, y, w, h in refused.value.positions)


def test_red_ink_is_read_where_there_is_no_other():
    red = photo.read(png_of("永", ink=(200, 40, 40)))
    assert np.mean((red > 100)[photo.read(png_of("永")) > 100]) > 0.95


@pytest.mark.parametrize("ink", [(20, 60, 200), (30, 140, 60), (110, 40, 140), (250, 120, 20)])
def test_ink_of_any_colour_is_read(ink):
    coloured = raster.photo_image(photo.read(png_of("永", ink=ink))).astype(float)
    black = raster.ink_image(references()["永"]).astype(float)
    near = cv2.dilate(black, np.ones((7, 7)))
    assert (coloured * (near > 60)).sum() / coloured.sum() > 0.93


@pytest.mark.parametrize(("character", "gap"), [("永", 20), ("ん", 22), ("永", 22), ("ん", 26), ("4", 26)])
def test_a_fine_dark_grid_is_no_ink(character, gap):
    sheet = np.asarray(Image.open(io.BytesIO(png_of(character, size=600, pen=6))).convert("RGB")).copy()
    for first in range(5, 10):
        sheet[first::gap] = np.minimum(sheet[first::gap], 90)
        sheet[:, first + 2 :: gap] = np.minimum(sheet[:, first + 2 :: gap], 90)
    found = raster.photo_image(photo.read(png(Image.fromarray(sheet)))).astype(float)
    near = cv2.dilate(raster.ink_image(references()[character]).astype(float), np.ones((7, 7)))
    assert (found * (near > 60)).sum() / found.sum() > 0.9


def tilted(sheet, degrees):
    """`sheet` turned, nine tenths as large."""
    high, wide = sheet.shape
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 0.9)
    return cv2.warpAffine(sheet, turn, (wide, high), borderValue=255)


def kept_and_stray(sheet, writing):
    """The fraction of the writing on `sheet` that is found, and the fraction of what is found that isn't writing."""
    found = (photo.read(png(Image.fromarray(sheet)), is_line=True) > 100).astype(np.uint8)
    near = np.ones((2 * NEAR + 1, 2 * NEAR + 1), np.uint8)
    inked = (writing < 200).astype(np.uint8)
    return cv2.dilate(found, near)[inked > 0].mean(), (found * (1 - cv2.dilate(inked, near))).sum() / found.sum()


@pytest.mark.parametrize("degrees", [-1.5, 0, 1.5])
@pytest.mark.parametrize("words", ["別れる", "国語", "田中", "日本人"])
@pytest.mark.parametrize("is_column", [False, True])
def test_squares_of_the_pens_width_are_no_ink_however_near_the_writing(words, degrees, is_column):
    count = len(words)
    writing = np.maximum(np.asarray(line_of(words, 1 if is_column else count).convert("L")), 100)
    sheet = writing.copy()
    high, wide = sheet.shape
    cv2.rectangle(sheet, (5, 5), (wide - 5, high - 5), 70, 5)
    for place in range(200, 200 * count, 200):
        cv2.line(sheet, *(((5, place), (195, place)) if is_column else ((place, 5), (place, 195))), 70, 5)
    kept, stray = kept_and_stray(tilted(sheet, degrees), tilted(writing, degrees))
    assert kept > 0.93
    assert stray < 0.05


def test_the_guides_within_squares_are_no_ink():
    writing = np.maximum(np.asarray(line_of("語学", 2).convert("L")), 60)
    sheet = writing.copy()
    cv2.rectangle(sheet, (5, 5), (395, 195), 70, 5)
    cv2.line(sheet, (200, 5), (200, 195), 70, 5)
    for start in range(8, 396, 12):  # dashes
        cv2.line(sheet, (start, 100), (start + 5, 100), 90, 2)
    for column in (100, 300):
        for start in range(8, 195, 12):
            cv2.line(sheet, (column, start), (column, start + 5), 90, 2)
    kept, stray = kept_and_stray(tilted(sheet, 0), tilted(writing, 0))
    assert kept > 0.93
    assert stray < 0.05


def test_a_dark_spot_leaves_the_rest_of_the_ink():
    mask = np.zeros((300, 300), np.uint8)
    cv2.line(mask, (60, 60), (240, 240), 1, 4)
    cv2.line(mask, (240, 60), (60, 240), 1, 4)
    absorbed = (mask * np.random.default_rng(1).uniform(0.35, 0.45, mask.shape)).astype(np.float32)
    cv2.circle(absorbed, (60, 60), 4, 0.9, -1)
    kept = marks.without_specks(mask, absorbed, 300)
    assert kept[mask > 0].mean() > 0.95


@pytest.mark.parametrize("seed", [521, 551, 2484])
def test_a_line_that_falls_between_two_rows_of_pixels_is_finite(seed):
    rng = np.random.default_rng(seed)
    step, rho = int(rng.integers(0, 16)), float(rng.integers(40, 60))
    rng.integers(0, 16), rng.integers(40, 60)
    theta, x = np.pi / 2 + step * np.pi / 720, np.arange(640)
    y = np.rint((rho - x * np.cos(theta)) / np.sin(theta) + rng.integers(-3, 4) + rng.uniform(-0.5, 0.5)).astype(int)
    is_drawn = rng.random(640) < 0.9
    mask = np.zeros((120, 640), np.uint8)
    mask[y[is_drawn], x[is_drawn]] = 1
    traced = lines._traced(rho, theta, mask, mask, 640)
    assert traced is not None
    assert np.isfinite(traced.length)
