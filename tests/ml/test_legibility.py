import numpy as np
import pytest
from scipy.special import softmax

from ml import calibrate, legibility
from ml.metrics import auroc, calibration_error
from ml.strokes import references


def test_the_score_rises_with_the_odds_and_stays_between_0_and_100():
    scores = legibility.legibility(np.linspace(-20, 20, 400), np.array(6.0))
    assert np.all(np.diff(scores) >= 0)
    assert np.all(np.diff(scores[160:300]) > 0)
    assert scores.min() >= 0
    assert scores.max() <= 100


def test_the_score_has_no_kink_at_even_odds():
    below, even, above = legibility.legibility(np.array([-1e-4, 0, 1e-4]), np.array(6.0))
    assert above - even == pytest.approx(even - below, rel=0.01)


@pytest.mark.parametrize(("odds", "score"), [(6.0, 95), (0.0, 50)])
def test_odds_at_the_baseline_score_95_and_even_odds_50(odds, score):
    assert legibility.legibility(np.array(odds), np.array(6.0)) == pytest.approx(score)


def test_an_almost_certain_misreading_scores_10_or_less():
    assert legibility.legibility(np.array(-3.0), np.array(6.0)) <= 10


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (100, "textbook"),
        (95, "textbook"),
        (94, "clear"),
        (80, "clear"),
        (79, "readable"),
        (60, "readable"),
        (59, "doubtful"),
        (40, "doubtful"),
        (39, "misread"),
    ],
)
def test_bands_at_their_limits(score, band):
    assert legibility.band(score) == band


@pytest.mark.parametrize(
    ("score", "form", "band"),
    [
        (100, 100, "textbook"),
        (95, 80, "textbook"),
        (95, 79, "clear"),
        (100, 0, "clear"),
        (95, None, "textbook"),
        (94, 100, "clear"),
        (80, 0, "clear"),
        (79, 100, "readable"),
        (60, 0, "readable"),
        (40, 0, "doubtful"),
        (0, 100, "misread"),
    ],
)
def test_a_form_below_80_keeps_a_score_from_the_best_band_and_changes_no_other(score, form, band):
    assert legibility.band(score, form) == band


@pytest.mark.parametrize(("probability", "score"), [(0.5, 50), (0.45, 35), (0.4, 16), (0.25, 0)])
def test_the_score_falls_steeply_below_a_probability_of_one_half(probability, score):
    odds = legibility.log_odds(probability)
    assert legibility.legibility(odds, np.array(3.0)) == pytest.approx(score, abs=0.6)


def test_lookalikes_share_their_probability():
    numbers = legibility.group_numbers(["口", "日", "ロ"], {"口": 7, "ロ": 7})
    assert legibility.pool(np.array([[0.5, 0.1, 0.4]]), numbers) == pytest.approx(np.array([[0.9, 0.1]]))


def test_every_lookalike_is_in_the_catalogue_and_in_one_group():
    members = [character for group in legibility.lookalikes() for character in group]
    assert len(members) == len(set(members))
    assert set(members) <= set(references())


@pytest.mark.parametrize("pair", ["未末", "土士", "シツ", "ソン", "クワ", "はほ", "るろ", "めぬ", "大犬", "大太"])
def test_characters_that_readers_can_tell_apart_are_not_pooled(pair):
    groups = legibility.default_groups()
    assert groups.get(pair[0], "alone") != groups.get(pair[1], "also alone")


def test_the_temperature_undoes_overconfidence():
    rng = np.random.default_rng(0)
    honest = rng.normal(0, 2, (4000, 10))
    labels = np.array([rng.choice(10, p=row) for row in softmax(honest, axis=1)])
    with_unknown = np.pad(honest * 2, ((0, 0), (0, 1)), constant_values=-99)
    assert calibrate.temperature(with_unknown, labels, np.arange(10)) == pytest.approx(2, rel=0.1)


def test_a_temperature_needs_at_least_one_label():
    with pytest.raises(ValueError, match="at least one"):
        calibrate.temperature(np.empty((0, 4)), np.empty(0, int), np.arange(3))


def test_calibration_error_is_the_gap_between_confidence_and_accuracy():
    assert calibration_error(np.full(10, 0.8), np.arange(10) < 8) == pytest.approx(0)
    assert calibration_error(np.full(10, 0.8), np.arange(10) < 3) == pytest.approx(0.5)


def test_auroc_is_the_probability_that_a_value_inside_exceeds_one_outside():
    assert auroc(np.array([0.9, 0.8]), np.array([0.1, 0.2])) == 1
    assert auroc(np.array([0.5]), np.array([0.5])) == 0.5
