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
