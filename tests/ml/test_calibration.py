"""Probabilities, thresholds and baselines, with a network whose logits are known."""

from types import SimpleNamespace

import numpy as np
import pytest

from ml import calibrate, legibility, raster
from ml.prior import renormalise
from ml.recognizer import Recognizer, softmax
from ml.strokes import Strokes, references

SIDE = raster.SIDE


class FakeNetwork:
    """Gives each image its mean ink for the first class and 0 for the two others; records the sizes of its calls."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, ...]] = []

    def predict_on_batch(self, images: np.ndarray) -> np.ndarray:
        self.calls.append(images.shape)
        return np.stack([images.mean(axis=(1, 2, 3)), *np.zeros((2, len(images)))], axis=1).astype(np.float32)


@pytest.fixture
def network() -> FakeNetwork:
    return FakeNetwork()


@pytest.fixture
def recognizer(network) -> Recognizer:
    return Recognizer(SimpleNamespace(model=network, about=SimpleNamespace(temperature=2.0)))  # type: ignore[arg-type]


def images(*inks: int) -> np.ndarray:
    return np.stack([np.full((SIDE, SIDE), ink, np.uint8) for ink in inks])


def test_softmax_divides_by_the_temperature_and_sums_to_one():
    assert softmax(np.array([[np.log(9.0), 0.0]]), 2) == pytest.approx(np.array([[0.75, 0.25]]))
    assert softmax(np.zeros((2, 4)), 1) == pytest.approx(np.full((2, 4), 0.25))


def test_softmax_is_stable_for_large_logits():
    rows = softmax(np.array([[3e4, 0], [0, 1], [-3e4, -3e4]], np.float32), 1)
    assert rows == pytest.approx(np.array([[1, 0], [0.26894142, 0.73105858], [0.5, 0.5]]))
    assert rows.dtype == np.float64


def test_renormalise_keeps_the_allowed_characters_and_unknown():
    kept = renormalise(np.array([[0.4, 0.3, 0.1], [0.5, 0.5, 0.0]]), np.array([True, False, True]))
    assert kept == pytest.approx(np.array([[0.4 / 0.7, 0, 0.1 / 0.7], [1, 0, 0]]))


def test_renormalise_returns_zeros_if_no_character_is_allowed():
    assert renormalise(np.array([[0.6, 0.4]]), np.array([False, False])).tolist() == [[0, 0]]
    assert renormalise(np.array([[1e-12, 1.0]]), np.array([True, False])) == pytest.approx(np.array([[0.5, 0]]))


def test_the_recognizer_reads_many_images_in_batches_of_256_in_order(recognizer, network):
    inks = np.arange(600) % 251
    logits = recognizer.logits(images(*inks))
    assert logits[:, 0] == pytest.approx(inks)
    assert network.calls == [(256, SIDE, SIDE, 1), (256, SIDE, SIDE, 1), (88, SIDE, SIDE, 1)]


def test_probabilities_use_the_temperature_and_leave_out_unknown(recognizer):
    [row] = recognizer.probabilities(images(2))
    assert row == pytest.approx(np.array([np.e, 1]) / (np.e + 2))


def test_the_threshold_keeps_97_of_100_drawings():
    probabilities = np.stack([np.linspace(0, 0.5, 101), np.linspace(0, 0.5, 101)], axis=1)
    assert calibrate.known_from(probabilities) == pytest.approx(0.03)


def test_log_odds_are_limited_near_0_and_1():
    assert legibility.log_odds(np.array([0.5, 0.75])) == pytest.approx(np.array([0, np.log(3)]))
    extreme = np.log((1 - 1e-9) / 1e-9)
    assert legibility.log_odds(1) == pytest.approx(extreme)
    assert legibility.log_odds(0) == pytest.approx(-extreme)
    single = legibility.log_odds(np.ones(1, np.float32))  # single precision can't represent 1 - 1e-9
    assert single == pytest.approx(extreme)


@pytest.mark.parametrize(
    ("odds", "score"),
    [
        (6, 95),
        (12, 99.5),
        (3, 100 - 50 * 0.1**0.5),
        (0, 50),
        (-0.45, 50 * np.exp(-1) * 0.1 ** (0.45 / 6)),  # somewhat less than 50 / e
        (-0.9, 50 * np.exp(-4) * 0.1 ** (0.9 / 6)),
    ],
)
def test_the_score_follows_its_formula(odds, score):
    assert float(legibility.legibility(np.array(odds), np.array(6.0))) == pytest.approx(score)


@pytest.mark.parametrize(
    ("score", "band"),
    [(95, "textbook"), (94.9, "clear"), (80, "clear"), (79.9, "readable"), (60, "readable"), (59.9, "doubtful")],
)
def test_a_band_begins_at_its_lowest_score(score, band):
    assert legibility.band(score) == band
    assert (legibility.band(40), legibility.band(39.9), legibility.band(0)) == ("doubtful", "misread", "misread")


@pytest.mark.parametrize(
    ("score", "form", "band"),
    [(95, 80, "textbook"), (95, 79, "clear"), (94.9, 80, "clear"), (80, 0, "clear"), (79.9, 79, "readable")],
)
def test_with_a_form_below_80_the_second_band_is_the_best(score, form, band):
    assert legibility.band(score, form) == band


def test_groups_get_one_number_each_in_order():
    assert legibility.group_numbers("口日ロ田", {"口": 7, "ロ": 7, "田": 3}).tolist() == [0, 1, 0, 2]


def test_pooled_probabilities_have_a_column_for_each_group():
    pooled = legibility.pool(np.array([[0.2, 0.3, 0.1], [0.1, 0.0, 0.6]]), np.array([1, 0, 1]))
    assert pooled == pytest.approx(np.array([[0.3, 0.3], [0.0, 0.7]]))


def test_the_temperature_is_searched_from_a_half_to_three():
    surely_right = np.array([[9.0, 0, -99], [0, 9.0, -99]])
    surely_wrong = surely_right[::-1]
    for logits, limit in ((surely_right, 0.5), (surely_wrong, 3)):
        assert calibrate.temperature(logits, np.array([0, 1]), np.arange(2)) == pytest.approx(limit)
    uncertain = calibrate.temperature(
        np.array([[2.0, 0, -99], [0, 2.0, -99], [2.0, 0, -99]]), np.array([0, 1, 1]), np.arange(2)
    )
    assert np.isclose(uncertain, np.geomspace(0.5, 3, 60)).sum() == 1
    assert uncertain == pytest.approx(2 / np.log(2), rel=0.02)
    with pytest.raises(ValueError, match=r"^temperature needs at least one label$"):
        calibrate.temperature(np.empty((0, 3)), np.empty(0, int), np.arange(2))


def test_the_unknown_logit_bias_assumes_one_image_in_twenty_out_of_distribution():
    rng = np.random.default_rng(0)
    odds = np.concatenate([rng.normal(-4, 2, 20_000), rng.normal(4, 2, 20_000)])
    logits = np.stack([np.zeros_like(odds), odds], axis=1)
    inside = rng.random(len(odds)) < 1 / (1 + np.exp(odds))
    # These logits are right if half of the images are unknown. If one in twenty is, they are ln 19 too high.
    for temperature in (1.0, 2.0):
        bias = calibrate.unknown_logit_bias(temperature * logits[inside], temperature * logits[~inside], temperature)
        assert bias == pytest.approx(-np.log(19) * temperature, abs=0.25 * temperature)


def test_the_unknown_logit_bias_lowers_even_odds_to_one_in_twenty_in_steps_of_a_tenth():
    even = np.array([[-np.log(2), -np.log(2), 0]])  # two characters, as likely together as unknown
    assert calibrate.unknown_logit_bias(even, even, 1.0) == pytest.approx(-2.9)  # ln 19, rounded


def test_the_unknown_logit_bias_is_between_minus_six_and_six():
    known = np.array([[50.0, 0.0]])
    unknown = known[:, ::-1]
    assert calibrate.unknown_logit_bias(known, known, 1.0) == pytest.approx(6)
    assert calibrate.unknown_logit_bias(unknown, unknown, 1.0) == pytest.approx(-6)


class FakeRecognizer(Recognizer):
    """Reads each image of a character as that character; the probability depends on the index of the image."""

    def __init__(self, probabilities: list[float]) -> None:
        self.given = probabilities
        self.seen = 0

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        assert images.shape[1:] == (SIDE, SIDE)
        images_each = len(self.given)
        rows = np.zeros((len(images), len(references())))
        for row in range(len(images)):
            rows[row, (self.seen + row) // images_each] = self.given[row % images_each]
        self.seen += len(images)
        return rows


@pytest.fixture
def three_characters(monkeypatch):
    few = {literal: references()[literal] for literal in "口日ロ"}
    monkeypatch.setattr(calibrate, "references", lambda: few)
    monkeypatch.setattr(calibrate, "_BATCH", 2)
    monkeypatch.setattr("tests.ml.test_calibration.references", lambda: few)
    return few


@pytest.mark.parametrize(
    ("of_reference", "of_others", "baseline"),
    [
        (0.9999, 0.99, np.log(99)),  # the quantile of the augmented references
        (0.95, 0.99, 0.97 * np.log(19)),  # no more than 97 % of the reference's log-odds
        (0.9999, 0.6, 1.5),  # no less than the floor
    ],
)
def test_a_baseline_is_a_quantile_limited_by_the_reference_and_a_floor(
    three_characters, of_reference, of_others, baseline
):
    recognizer = FakeRecognizer([of_reference, *[of_others] * 12])
    reached = calibrate.baselines(recognizer, {}, 1.0, seed=1)
    assert reached == pytest.approx(np.full(3, baseline))


def test_a_baseline_is_the_lower_quartile_of_the_augmented_references(three_characters):
    odds = np.linspace(2, 8, 13)
    recognizer = FakeRecognizer([1 - 1e-6, *1 / (1 + np.exp(-odds[1:]))])
    reached = calibrate.baselines(recognizer, {}, 1.0, seed=1)
    assert reached == pytest.approx(np.full(3, np.quantile(odds[1:], 0.25)))


def test_lookalikes_share_their_probability_in_a_baseline(three_characters):
    class Undecided(FakeRecognizer):
        def probabilities(self, images: np.ndarray) -> np.ndarray:
            rows = super().probabilities(images)
            rows[:, [0, 2]] = rows[:, [0, 2]].sum(axis=1, keepdims=True) / 2
            return rows

    groups = {"口": 1, "ロ": 1}
    together = calibrate.baselines(Undecided([0.99] * 13), groups, 1.0, seed=1)
    assert together == pytest.approx(np.full(3, 0.97 * np.log(99)))
    apart = calibrate.baselines(Undecided([0.99] * 13), {}, 1.0, seed=1)
    assert apart[[0, 2]] == pytest.approx(np.full(2, 1.5))


def test_baselines_use_the_reference_and_augmented_copies_that_depend_only_on_the_seed(three_characters, monkeypatch):
    drawn: list[np.ndarray] = []
    ink_image = raster.ink_image

    def draw(strokes: Strokes) -> np.ndarray:
        drawn.append(ink_image(strokes))
        return drawn[-1]

    monkeypatch.setattr(raster, "ink_image", draw)
    for seed in (1, 1, 2):
        calibrate.baselines(FakeRecognizer([0.9] * 13), {}, 1.0, seed=seed)
    first, same, other = np.split(np.stack(drawn), 3)
    assert len(first) == 3 * 13
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)
    for number, literal in enumerate("口日ロ"):
        assert np.array_equal(first[13 * number], ink_image(three_characters[literal]))
        assert not np.array_equal(first[13 * number], first[13 * number + 1])
