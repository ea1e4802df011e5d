"""Each augmentation is applied with its probability, and changes the ink or the image as specified."""

from collections import Counter

import numpy as np
import pytest

from ml import raster, synthesis
from ml.strokes import references, resample
from ml.synthesis import POINTS, augment, render, shape

BOOK = shape(references()["永"])
#: Many horizontal strokes from (-1, 0) to (1, 0), so that one call draws a sample.
LINES = np.tile(np.stack([np.linspace(-1, 1, POINTS), np.zeros(POINTS)], axis=1), (4000, 1, 1)).astype(np.float32)
CORNER = np.concatenate([np.linspace([-1, -1], [1, -1], 12), np.linspace([1, -1], [1, 1], 12)])[None].astype(np.float32)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture
def calls(monkeypatch) -> set[str]:
    """The names of the augmentations called since the set was last cleared."""
    called: set[str] = set()

    def spied(name: str):
        function = getattr(synthesis, name)

        def spy(*args, **kwargs):
            called.add(name)
            return function(*args, **kwargs)

        return spy

    for name in [*STROKES, *UNPRACTISED, *IMAGES, "mix"]:
        monkeypatch.setattr(synthesis, name, spied(name))
    return called


def fractions(calls: set[str], names, draw) -> dict[str, float]:
    """The fraction of 600 calls of `draw` in which each of the augmentations `names` is called."""
    found = Counter[str]()
    for _ in range(600):
        calls.clear()
        draw()
        found.update(calls)
    return {name: found[name] / 600 for name in names}


#: The probability of each augmentation of strokes at strength 1.
STROKES = {
    "loosen_strokes": 1,
    "vary_ends": 1,
    "wobble": 1,
    "round_corners": 0.5,
    "affine": 1,
    "quadratic": 1,
    "waves": 1,
    "join_strokes": 0.2,
    "drop_points": 0.2,
    "straighten": 0.8 * 0.1,
    "jitter": 0.3,
    "add_ticks": 0.4,
}
#: The augmentations of an unpractised learner.
UNPRACTISED = ["square", "stunt", "misplace"]
#: The probability of each augmentation of images if half of the images are photographs or scans.
IMAGES = {"photograph": 0.3, "small_scan": 0.2, "blur": 0.5 * 0.3 * 0.3, "add_noise": 0.5 * 0.3 * 0.15}


def test_augment_applies_each_augmentation_with_its_probability(calls, rng):
    found = fractions(calls, STROKES, lambda: augment(BOOK, 1, rng, ticks=0.4))
    assert found == pytest.approx(STROKES, abs=0.06)


def test_render_applies_each_augmentation_with_its_probability(calls, rng):
    strokes = list(shape(references()["一"]))
    found = fractions(calls, IMAGES, lambda: render(strokes, rng, 0.5))
    assert found == pytest.approx(IMAGES, rel=0.4, abs=0.015)


def test_the_synthesizer_mixes_shapes_with_the_probability_of_the_source(calls, rng):
    source = synthesis.Source({"永": [BOOK, BOOK]}, 0.1, 0.9, mixed=0.5)
    category = synthesis.Category(1, ["永"], [(1, source)])
    unknown = synthesis.OutOfDistribution(0, source, source, lambda rng: (BOOK, 1))
    stream = synthesis.Synthesizer([category], {"永": 0}, unknown)
    assert fractions(calls, ["mix"], lambda: stream.drawing(category, rng)) == pytest.approx({"mix": 0.5}, abs=0.06)


@pytest.mark.parametrize("name", [*STROKES, *UNPRACTISED])
def test_augment_keeps_the_result_of(name, monkeypatch, rng):
    function = getattr(synthesis, name)

    def enlarged(*args):
        found = function(*args)
        return [1000 * stroke for stroke in found] if isinstance(found, list) else 1000 * found

    monkeypatch.setattr(synthesis, name, enlarged)
    drawn = [augment(BOOK[:5], 1, rng, ticks=0.4, parts=[range(2), range(2, 5)]) for _ in range(60)]
    assert max(np.abs(stroke).max() for strokes in drawn for stroke in strokes) > 10


@pytest.mark.parametrize("name", IMAGES)
def test_render_keeps_the_result_of(name, monkeypatch, rng):
    result = np.zeros((64, 64), np.uint8)
    monkeypatch.setattr(synthesis, name, lambda *args: result)
    monkeypatch.setattr(raster, "photo_image", lambda image: image)
    strokes = list(shape(references()["一"]))
    assert any(render(strokes, rng, 0.5) is result for _ in range(200))


def test_the_synthesizer_keeps_the_mixed_shape(monkeypatch, rng):
    source = synthesis.Source({"永": [BOOK]}, 0, 0, mixed=1)
    mixed = LINES[:2].copy()
    monkeypatch.setattr(synthesis, "mix", lambda *args: mixed)
    monkeypatch.setattr(synthesis, "augment", lambda shape, *args, **kwargs: shape)
    monkeypatch.setattr(synthesis, "render", lambda strokes, *args: strokes)
    assert np.array_equal(synthesis.Synthesizer._drawn(source, "永", rng), mixed)


def test_traced_skeletons_are_loosened_less_and_never_joined(calls, rng):
    found = fractions(calls, ["join_strokes", "vary_ends"], lambda: augment(BOOK, 1, rng, looseness=0.3))
    assert found == {"join_strokes": 0, "vary_ends": 0}


def test_a_stronger_augmentation_moves_points_farther(rng):
    def distance(strength: float) -> float:
        drawn = [synthesis.warp(synthesis.loosen_strokes(BOOK, strength, rng), strength, rng) for _ in range(40)]
        return float(np.mean([np.abs(one - BOOK).mean() for one in drawn]))

    distances = [distance(strength) for strength in (0, 0.5, 1, 1.5)]
    assert distances[0] == pytest.approx(0, abs=1e-6)
    assert distances == sorted(distances)


def variances(strokes) -> dict[str, float]:
    """Variances over horizontal strokes: offset, slope and bow of y, and length along x."""
    along = np.linspace(0, 1, POINTS)
    basis = np.stack([np.ones(POINTS), along - 0.5, np.sin(np.pi * along)], axis=1)
    y, *_ = np.linalg.lstsq(basis, strokes[..., 1].T, rcond=None)
    x, *_ = np.linalg.lstsq(basis, strokes[..., 0].T, rcond=None)
    return dict(zip(("offset", "slope", "bow", "length"), [*y.var(axis=1), x[1].var()], strict=True))


END = 0.11**2 / 3  # the variance of how far an end moves


@pytest.mark.parametrize(
    ("quantity", "variance"),
    [
        ("offset", 0.045**2 + END / 2),
        ("slope", 4 * 0.09**2 + 2 * END),
        ("bow", 0.05**2),
        ("length", 4 * 0.10**2 + 2 * END),
    ],
)
def test_loosened_strokes_have_the_specified_variance(quantity, variance, rng):
    assert variances(synthesis.loosen_strokes(LINES, 1, rng))[quantity] == pytest.approx(variance, rel=0.1)


PARTS = [range(3), range(3, 6)]


def test_parts_of_a_kanji_move_and_grow_independently(rng):
    whole = LINES[:6] + np.linspace(-1, 1, 6, dtype=np.float32)[:, None, None] * np.array([0, 1], np.float32)
    moved = np.stack([synthesis.loosen_parts(whole, PARTS, 1, rng) for _ in range(2000)])
    middles = np.stack([moved[:, part.start : part.stop].mean(axis=(1, 2)) for part in PARTS])
    lengths = np.log(np.stack([np.ptp(moved[:, part.start, :, 0], axis=1) for part in PARTS]))
    assert middles.std(axis=1) == pytest.approx(np.full((2, 2), 0.07), rel=0.1)
    assert lengths.std(axis=1) == pytest.approx(np.full(2, 0.09), rel=0.1)
    for values in (middles[..., 0], middles[..., 1], lengths):
        assert abs(np.corrcoef(values)[0, 1]) < 0.1


def test_parts_keep_their_shape_when_they_move(rng):
    moved = synthesis.loosen_parts(LINES[:6], PARTS, 1, rng)
    assert moved[:3] == pytest.approx(np.broadcast_to(moved[0], (3, POINTS, 2)))
    assert moved[3:] == pytest.approx(np.broadcast_to(moved[3], (3, POINTS, 2)))
    assert np.abs(moved[0] - moved[3]).max() > 0.01


@pytest.mark.parametrize(("strokes", "part_count"), [(5, 2), (4, 0)], ids=["the reference's", "fewer"])
def test_the_synthesizer_moves_parts_only_in_shapes_with_all_strokes_of_the_reference(
    strokes, part_count, monkeypatch, rng
):
    given: list[int] = []

    def record(shape, parts, strength, rng):
        given.append(len(parts))
        return shape

    monkeypatch.setattr(synthesis, "loosen_parts", record)
    source = synthesis.Source({"永": [BOOK[:strokes]]}, 0.1, 0.9, parts={"永": [range(2), range(2, 5)]})
    category = synthesis.Category(1, ["永"], [(1, source)])
    unknown = synthesis.OutOfDistribution(0, source, source, lambda rng: (BOOK, 1))
    synthesis.Synthesizer([category], {"永": 0}, unknown).drawing(category, rng)
    assert given == [part_count]


@pytest.mark.parametrize(("parts", "probability"), [(PARTS, 0.25), ((), 0)], ids=["several parts", "one part"])
def test_a_quarter_of_kanji_with_several_parts_are_drawn_as_by_an_unpractised_learner(parts, probability, calls, rng):
    found = fractions(calls, UNPRACTISED, lambda: augment(LINES[:6], 1, rng, parts=parts))
    assert found == pytest.approx(dict.fromkeys(UNPRACTISED, probability), abs=0.06)


@pytest.mark.parametrize(("strokes", "reach"), [(6, 1.4), (16, 0.7)])
def test_an_unpractised_learner_is_careful_but_misplaces_strokes_where_there_is_room(strokes, reach, monkeypatch, rng):
    strengths = {}

    def record(name):
        function = getattr(synthesis, name)

        def recorder(shape, *others):
            strengths[name] = others[-2]
            return function(shape, *others)

        return recorder

    for name in ("loosen_parts", "loosen_strokes", "wobble"):
        monkeypatch.setattr(synthesis, name, record(name))
    monkeypatch.setattr(synthesis, "_UNPRACTISED", 1)
    augment(LINES[:strokes], 1, rng, parts=PARTS)
    assert strengths == pytest.approx({"loosen_parts": 1.4, "loosen_strokes": reach, "wobble": 0.7})


@pytest.mark.parametrize(
    ("angle", "least", "most"),
    [(0.4, 0.3, 1), (-0.3, 0.3, 1), (np.pi / 2 - 0.3, 0.3, 1), (np.pi / 4, 0, 0)],
    ids=["falling", "rising", "steep", "diagonal"],
)
def test_squared_strokes_turn_towards_the_nearer_axis(angle, least, most, rng):
    direction = np.array([np.cos(angle), np.sin(angle)])
    line = (0.5 + np.linspace(0, 1, POINTS)[:, None] * direction)[None].astype(np.float32)
    squared = np.concatenate([synthesis.square(line, rng) for _ in range(400)])
    assert np.array_equal(squared[:, 0], np.broadcast_to(line[0, 0], (400, 2)))
    run = squared[:, -1] - squared[:, 0]
    assert np.hypot(*run.T) == pytest.approx(np.ones(400), abs=1e-4)
    turned = np.arctan2(run[:, 1], run[:, 0])
    axis = np.round(angle / (np.pi / 2)) * np.pi / 2
    fractions = (turned - angle) / (axis - angle)
    assert [fractions.min(), fractions.max()] == pytest.approx([least, most], abs=0.02)


def test_a_quarter_of_strokes_are_shortened_from_their_start(rng):
    shortened = np.concatenate([synthesis.stunt(LINES, rng) for _ in range(200)])
    lines = np.concatenate([LINES] * 200)
    assert np.array_equal(shortened[:, 0], lines[:, 0])
    scale = np.ptp(shortened, axis=1).max(axis=1) / np.ptp(lines, axis=1).max(axis=1)
    shorter = scale[scale < 0.999]
    assert len(shorter) / len(scale) == pytest.approx(0.25, abs=0.03)
    assert [shorter.min(), shorter.max()] == pytest.approx([0.5, 0.9], abs=0.02)


def test_strokes_wobble_in_proportion_to_their_extent(rng):
    large = synthesis.wobble(LINES, 1, rng)[..., 1].std()
    small = synthesis.wobble(LINES * np.float32(0.1), 1, rng)[..., 1].std()
    assert large == pytest.approx(0.035 / np.sqrt(2), rel=0.1)
    assert small == pytest.approx(large * 0.2, rel=0.1)


def test_varied_ends_move_along_the_stroke_in_both_directions(rng):
    varied = synthesis.vary_ends(LINES, 1, rng)
    assert np.array_equal(varied[:, 1:-1], LINES[:, 1:-1])
    for moved in (varied[:, 0] - LINES[:, 0], varied[:, -1] - LINES[:, -1]):
        assert moved[:, 0].std() == pytest.approx(0.05 * 2, rel=0.1)  # of a length of 2
        assert np.abs(moved[:, 0]).max() <= 0.15 * 2 + 1e-6
        assert not moved[:, 1].any()


def test_rounded_corners_turn_in_smaller_steps_and_nearly_keep_their_ends(rng):
    def sharpest(stroke) -> float:
        steps = np.diff(stroke, axis=0)
        steps = steps[np.hypot(*steps.T) > 1e-6]
        angles = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
        return float(np.abs(np.diff(angles)).max())

    (rounded,) = synthesis.round_corners(CORNER, rng)
    assert sharpest(rounded) < 0.8 * sharpest(CORNER[0])
    assert np.abs(rounded[[0, -1]] - CORNER[0][[0, -1]]).max() < 0.2


@pytest.fixture
def matrices(rng):
    """(3000, 2, 2) affine maps at strength 1."""
    return np.stack([synthesis.affine(1, rng) for _ in range(3000)])


def unrotated(matrices):
    """Rotation in radians, and the matrices without it, (n, 2, 2)."""
    turn = np.arctan2(matrices[:, 1, 0], matrices[:, 0, 0])
    back = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]).transpose(2, 0, 1)
    return turn, back @ matrices


def test_characters_are_rotated(matrices):
    assert unrotated(matrices)[0].std() == pytest.approx(0.06, rel=0.1)


def test_characters_are_slanted(matrices):
    assert unrotated(matrices)[1][:, 0, 1].std() == pytest.approx(0.12, rel=0.1)


@pytest.mark.parametrize("axis", [0, 1])
def test_characters_are_stretched(axis, matrices):
    assert np.log(unrotated(matrices)[1][:, axis, axis]).std() == pytest.approx(0.12, rel=0.1)


def test_quadratic_displacements_grow_with_the_square_of_the_distance(rng):
    points = np.array([[[0.25, 0.25], [0.5, 0.5], [1, 1]]], np.float32)
    moved = np.concatenate([synthesis.quadratic(points, 1, rng) for _ in range(2000)])
    assert moved.std(axis=(0, 2)) == pytest.approx(0.07 * np.sqrt(3) * np.array([1 / 16, 1 / 4, 1]), rel=0.1)


def test_waves_displace_points_across_each_axis(rng):
    moved = np.stack([synthesis.waves(LINES[0], 1, rng) for _ in range(2000)])
    assert moved.std(axis=(0, 1)) == pytest.approx(0.07 / np.sqrt(2), rel=0.1)
    assert moved[..., 0].std(axis=1) == pytest.approx(0)  # a sine of y, which is 0 on these lines


@pytest.mark.parametrize(("gap", "probability"), [(0.5, 0.35), (0.95, 0)])
def test_joined_strokes_are_near_each_other(gap, probability, rng):
    strokes = [LINES[0], LINES[0] + np.array([2 + gap, 0], np.float32)]
    joined = [synthesis.join_strokes(strokes, rng) for _ in range(1000)]
    assert np.mean([len(found) == 1 for found in joined]) == pytest.approx(probability, abs=0.05)


def test_ticks_are_short_lines_at_the_ends_of_strokes(rng):
    strokes = [LINES[0], CORNER[0]]
    ends = np.stack([end for stroke in strokes for end in (stroke[0], stroke[-1])])
    drawn = [synthesis.add_ticks(strokes, rng) for _ in range(500)]
    ticks = [tick for found in drawn for tick in found[len(strokes) :]]
    assert all(found[0] is strokes[0] and found[1] is strokes[1] for found in drawn)
    assert len(ticks) / 500 == pytest.approx(0.4 * len(ends), rel=0.1)
    assert max(np.hypot(*(tick[1] - tick[0])) for tick in ticks) <= 0.41
    assert max(np.hypot(*(ends - tick.mean(axis=0)).T).min() for tick in ticks) <= 0.35


def test_dropped_points_leave_five_to_ten_and_both_ends(rng):
    found = [synthesis.drop_points(CORNER[0], rng) for _ in range(200)]
    assert {len(stroke) for stroke in found} == {5, 6, 7, 8, 9, 10}
    assert all(np.array_equal(stroke[[0, -1]], CORNER[0][[0, -1]]) for stroke in found)


def test_straightened_strokes_run_straight_between_points_of_the_curve(rng):
    along = np.linspace(0, np.pi, POINTS)
    arc = np.stack([-np.cos(along), np.sin(along)], axis=1).astype(np.float32)
    found = [synthesis.straighten(arc, rng) for _ in range(100)]
    assert {len(stroke) for stroke in found} <= set(range(4, 11))
    for stroke in found:
        assert np.array_equal(stroke[[0, -1]], arc[[0, -1]])
        assert all((arc == point).all(axis=1).any() for point in stroke)
        assert np.hypot(*resample(stroke, 100).T).min() > 0.85 - 0.01


def test_jitter_moves_points_independently(rng):
    moved = [synthesis.jitter([LINES[0]], rng)[0] - LINES[0] for _ in range(300)]
    deviations = [one.std() for one in moved]
    assert 0.003 < min(deviations) < 0.008
    assert 0.02 < max(deviations) < 0.033
    neighbours = np.concatenate([one[1:] * one[:-1] for one in moved])
    assert neighbours.mean() == pytest.approx(0, abs=1e-5)


def test_mixed_shapes_interpolate_between_two_shapes(rng):
    other = LINES[:3] + np.array([0, 0.3], np.float32)
    weights = np.concatenate([synthesis.mix(LINES[:3], other, rng)[:, 0, 1] / 0.3 for _ in range(500)])
    assert weights.min() >= -0.201
    assert weights.max() <= 1.201
    assert weights.std() == pytest.approx(np.sqrt(1 / 12 + 0.15**2), rel=0.1)


@pytest.mark.parametrize("other", [LINES[:2], LINES[:3] + np.array([0, 0.8], np.float32)], ids=["count", "place"])
def test_shapes_whose_strokes_differ_are_not_mixed(other, rng):
    assert np.array_equal(synthesis.mix(LINES[:3], other, rng), LINES[:3])


def test_rendered_lines_vary_in_thickness(rng):
    strokes = list(shape(references()["十"]))
    ink = np.array([render(strokes, rng, 0).sum() for _ in range(300)]) / render(strokes, rng, 0).sum()
    usual = np.median(ink)
    assert ink.min() < 0.7 * usual
    assert ink.max() > 2 * usual


def test_blurred_lines_are_softer_and_keep_their_ink(rng):
    image = raster.draw(raster.fit([LINES[0]]))
    blurred = synthesis.blur(image, rng)
    assert blurred.max() < image.max()
    assert int(blurred.sum()) == pytest.approx(int(image.sum()), rel=0.02)


def test_noise_has_the_specified_deviation(rng):
    grey = np.full((64, 64), 128, np.uint8)
    assert synthesis.add_noise(grey, rng).std() == pytest.approx(18, rel=0.1)


def test_photographs_differ_in_size_pen_and_strength(rng):
    fitted = raster.fit([LINES[0]])
    photographs = [synthesis.photograph(fitted, rng) for _ in range(200)]
    sides = [len(image) for image in photographs]
    pens = [np.count_nonzero(image[:, image.shape[1] // 2] > image.max() / 2) / len(image) for image in photographs]
    assert 48 <= min(sides) < 60
    assert 170 < max(sides) <= 200
    assert min(pens) < 0.06
    assert max(pens) > 0.09
    assert min(image.max() for image in photographs) < 160


def test_small_scans_have_the_size_and_the_pen_widths_of_mnist(rng):
    fitted = raster.fit([LINES[0]])
    scans = [synthesis.small_scan(fitted, rng) for _ in range(200)]
    pens = [image[:, 14].sum() / 255 for image in scans]
    assert {image.shape for image in scans} == {(28, 28)}
    assert min(pens) < 1.6
    assert max(pens) > 3
    assert max(image[:3].max() for image in scans) < 30  # the border holds only noise
