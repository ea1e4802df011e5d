import numpy as np
import pytest

from ml import raster, skeleton, synthesis
from ml.datasets import shapes
from ml.drawings import is_fragment
from ml.strokes import dump, parse, references, resample

BOOK = {character: [synthesis.shape(references()[character])] for character in "永あ7"}
LABELS = {character: label for label, character in enumerate(BOOK)}


def stream(seed: int = 0) -> synthesis.Synthesizer:
    category = synthesis.Category(1, list(BOOK), [(1, synthesis.Source(BOOK, 0.3, 1.5))])
    source = synthesis.Source({"乂": BOOK["7"]}, 0.3, 1.5)
    unknown = synthesis.OutOfDistribution(0.2, source, source, lambda rng: (BOOK["永"][0], 0))
    return synthesis.Synthesizer([category], LABELS, unknown, seed)


def test_a_batch_depends_only_on_seed_and_number():
    again, images, labels = stream().batch(5, 16), *stream().batch(5, 16)
    assert np.array_equal(again[0], images)
    assert np.array_equal(again[1], labels)
    assert not np.array_equal(stream().batch(6, 16)[0], images)
    assert not np.array_equal(stream(seed=1).batch(5, 16)[0], images)


def test_a_batch_holds_images_with_ink_labelled_as_a_character_or_as_unknown():
    images, labels = stream().batch(0, 64)
    assert images.shape == (64, raster.SIDE, raster.SIDE, 1)
    assert set(labels) == {*LABELS.values(), len(LABELS)}
    assert images[..., 0].reshape(64, -1).max(axis=1).min() > 100


def test_a_batch_needs_no_real_letters_of_other_scripts():
    category = synthesis.Category(1, list(BOOK), [(1, synthesis.Source(BOOK, 0.3, 1.5))])
    none, drawn = synthesis.Source({}, 0.1, 0.9), synthesis.Source({"乂": BOOK["7"]}, 0.3, 1.5)
    unknown = synthesis.OutOfDistribution(1, none, drawn, lambda rng: (BOOK["永"][0], 0))
    _, labels = synthesis.Synthesizer([category], LABELS, unknown).batch(0, 16)
    assert set(labels) == {len(LABELS)}


@pytest.mark.parametrize(
    ("character", "strokes", "fragment"),
    [
        ("H", [[[0, 0], [50, 1], [100, 0]]], True),
        ("X", [[[0, 0], [100, 100]]], True),
        ("I", [[[0, 0], [100, 3]]], True),  # on its side: only a serif
        ("I", [[[0, 0], [3, 100]]], False),
        ("7", [[[0, 0], [50, 0], [20, 80]]], False),
        ("T", [[[0, 0], [100, 0]], [[50, 0], [50, 100]]], False),
    ],
)
def test_a_straight_line_is_a_fragment_of_most_letters(character, strokes, fragment):
    assert is_fragment(character, [np.array(stroke, np.float32) for stroke in strokes]) is fragment


def test_traced_shapes_read_back_to_a_thousandth(tmp_path):
    several = [BOOK, {"乂": [*BOOK["7"], *BOOK["永"]], "丶": []}]
    shapes.write(tmp_path / "shapes.npz", several)
    for written, read in zip(several, shapes.read(tmp_path / "shapes.npz"), strict=True):
        assert list(read) == list(written)
        for character, found in written.items():
            for one, other in zip(found, read[character], strict=True):
                assert one == pytest.approx(other, abs=1e-3)


def test_resampling_spreads_points_evenly_and_keeps_the_ends():
    line = resample(np.array([[0, 0], [10, 0], [10, 30]], np.float32), 5)
    assert line.tolist() == [[0, 0], [10, 0], [10, 10], [10, 20], [10, 30]]


def test_references_read_back_as_written():
    text = "10,20 30,40;5,6"
    assert dump(parse(text)) == text


def test_a_cross_is_traced_as_its_four_arms():
    image = np.zeros((60, 60), np.uint8)
    image[28:32, 5:55] = 255
    image[5:55, 28:32] = 255
    arms = skeleton.trace(image)
    assert len([arm for arm in arms if len(arm) > 15]) == 4
    assert not [arm for arm in arms if 3 < len(arm) < 15]


@pytest.mark.parametrize("side", [1, 2, 5, 12])
def test_a_blot_is_traced_as_a_dot_in_its_middle(side):
    image = np.zeros((60, 60), np.uint8)
    image[5:55, 10:13] = 255
    image[20 : 20 + side, 40 : 40 + side] = 255
    dots = [line for line in skeleton.trace(image) if line[:, 0].min() > 30]
    assert len(dots) == 1
    assert np.abs(dots[0].mean(axis=0) - (40 + side / 2, 20 + side / 2)).max() <= 1


def test_a_ring_is_traced_as_one_closed_line():
    y, x = np.mgrid[:80, :80]
    radius = np.hypot(y - 40, x - 40)
    rings = skeleton.trace(np.where(abs(radius - 25) < 3, 255, 0).astype(np.uint8))
    assert len(rings) == 1
    assert np.hypot(*(rings[0][0] - rings[0][-1])) < 2
