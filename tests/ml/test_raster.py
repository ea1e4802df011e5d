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
def test_a_thick_pen_closes_no_loops_of_small_scans_and_opens_no_crossings(character, pen, expected):
    assert loops(raster.photo_image(small(character, pen))) == expected
