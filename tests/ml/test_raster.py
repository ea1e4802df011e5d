import cv2
import numpy as np
import pytest

from ml import raster
from ml.strokes import references


def moved(character: str, scale: float, shift: float):
    return [stroke * scale + shift for stroke in references()[character]]


@pytest.mark.parametrize(("scale", "shift"), [(0.02, 0), (1, 5000), (40, -300)])
def test_size_and_position_in_the_writing_area_change_nothing(scale, shift):
    image, original = raster.ink_image(moved("永", scale, shift)), raster.ink_image(references()["永"])
    assert np.abs(image.astype(int) - original).mean() < 2


def test_the_ink_fills_the_image_up_to_its_margin():
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


def small(character: str, pen: float) -> np.ndarray:
    """`character` as in MNIST: 28 pixels, the character 20 high, with a pen of `pen` pixels."""
    large = raster.written(raster.fit(references()[character]), 20 * 8, round(pen * 8))
    return np.pad(cv2.resize(large, (20, 20), interpolation=cv2.INTER_AREA), 4)


def loops(image: np.ndarray) -> int:
    """How many parts of the ground `image` encloses, but for pixels between lines that touch."""
    figures = cv2.connectedComponentsWithStats(np.asarray(image < 60, np.uint8), connectivity=4)[2]
    return int((figures[1:, cv2.CC_STAT_AREA] > 4).sum()) - 1


@pytest.mark.parametrize("pen", [1.5, 2.5, 3.5, 4.5])
@pytest.mark.parametrize(
    ("character", "expected"), [("6", 1), ("9", 1), ("8", 2), ("x", 0), ("7", 0), ("L", 0), ("5", 0)]
)
def test_small_scans_keep_their_loops_and_crossings(character, pen, expected):
    assert loops(raster.photo_image(small(character, pen))) == expected


@pytest.mark.parametrize(("pen", "narrowest", "widest"), [(5, 1.5, 2.5), (11, 1.5, 2.5), (15, 3, 4.5), (40, 3, 4.5)])
def test_only_characters_by_a_thick_pen_have_wider_lines_than_ink(pen, narrowest, widest):
    image = raster.photo_image(raster.written(raster.fit(references()["l"]), 200, pen))
    assert narrowest <= np.median(image[16:48].sum(axis=1) / 255) <= widest


def test_a_small_scan_by_a_thick_pen_keeps_its_place_and_margin():
    rows, columns = np.nonzero(raster.photo_image(small("4", 4.5)) > 127)
    assert min(rows.min(), columns.min()) >= raster.MARGIN - 3
    assert np.ptp(rows) == pytest.approx(raster.SIDE - 2 * raster.MARGIN, abs=4)
    assert (columns.min() + columns.max()) / 2 == pytest.approx(raster.SIDE / 2, abs=1)


@pytest.mark.parametrize("radius", [1.7, 2])
def test_a_loop_of_a_small_scan_that_a_thick_pen_has_closed_is_opened(radius):
    angles = np.linspace(0, 2 * np.pi, 40)
    ring = np.stack([14 + radius * np.cos(angles), 8 + radius * np.sin(angles)], axis=1)
    stem = np.array([[14 + radius, 8], [14 + radius - 1, 22]])
    large = np.zeros((28 * 8, 28 * 8), np.uint8)
    cv2.polylines(large, [np.rint(line * 8).astype(np.int32) for line in (ring, stem)], False, 255, 28)
    assert loops(raster.photo_image(np.asarray(cv2.resize(large, (28, 28), interpolation=cv2.INTER_AREA)))) == 1
