"""Calibration of a trained network: temperature, threshold for unknown drawings, baselines."""

from collections.abc import Mapping

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml import legibility, raster
from ml.prior import ScriptPrior
from ml.recognizer import Recognizer, softmax
from ml.strokes import Strokes, references
from ml.synthesis import augment, shape

#: Fraction of real drawings that the threshold for "not a character I know" keeps.
_KEPT = 0.97
#: Fraction of drawings that are out of distribution where people write freely.
_OUTSIDE = 0.05
#: Synthesised drawings per character that count as good, and the range of their augmentation's strength.
_DRAWINGS, _STRENGTHS = 12, (0.2, 0.8)
#: Characters per call of the network.
_BATCH = 16
#: A baseline is this quantile of the good drawings' log-odds, but no less than the floor.
_QUANTILE, _FLOOR = 0.25, 1.5
#: No baseline exceeds this fraction of the log-odds of the reference, since other backends round differently.
_OF_REFERENCE = 0.97


def temperature(logits: NDArray[np.floating], labels: NDArray[np.integer], numbers: NDArray[np.intp]) -> float:
    """The T for which softmax(logits / T), pooled by group `numbers`, best predicts the groups of `labels`.

    logits (n, characters + 1), labels (n,), numbers (characters,). T > 0, no unit. Raises ValueError when n = 0.
    Source: Guo et al. 2017, arXiv:1706.04599.
    """
    if not len(labels):
        raise ValueError("temperature needs at least one label")
    meant = numbers[labels][:, None] == numbers[None, :]

    def loss(t: float) -> float:
        pooled = (softmax(logits, t)[:, :-1] * meant).sum(axis=1)
        return float(-np.log(np.maximum(pooled, 1e-12)).mean())

    return min(np.geomspace(0.5, 3, 60).tolist(), key=loss)


def unknown_logit_bias(inside: NDArray[np.floating], outside: NDArray[np.floating], temperature: float) -> float:
    """The bias to add to the logit of "no known character", for a mixture in which one drawing in twenty is out of
    distribution; the network was trained with more of them.

    Logits (n, characters + 1) of drawings `inside` and `outside` the catalogue. Minimises the log loss over a grid.
    """

    def odds(logits: NDArray[np.floating]) -> NDArray[np.float64]:
        scaled = logits.astype(np.float64) / temperature
        return scaled[:, -1] - np.logaddexp.reduce(scaled[:, :-1], axis=1)

    known, unknown = odds(inside), odds(outside)

    def loss(bias: float) -> float:
        return float(
            (1 - _OUTSIDE) * np.logaddexp(0, known + bias).mean() + _OUTSIDE * np.logaddexp(0, -unknown - bias).mean()
        )

    return temperature * min(np.linspace(-6, 6, 121).tolist(), key=loss)


def known_from(probabilities: NDArray[np.floating]) -> float:
    """The threshold on the probability of being in the catalogue that 97 % of these real drawings reach.

    probabilities (n, characters). A higher threshold rejects more drawings.
    """
    return float(np.quantile(probabilities.sum(axis=1), 1 - _KEPT))


def baselines(recognizer: Recognizer, groups: Mapping[str, int], prior: float, seed: int) -> NDArray[np.float64]:
    """(characters,) the log-odds that good drawings of each character reach with a reader who expects its script.

    Good drawings are the reference and augmented copies of it. `prior`: weight of other scripts' characters, see
    `ml.prior`.
    """
    rng = np.random.default_rng(seed)
    characters = list(references())
    expecting = ScriptPrior(characters, prior)
    numbers = legibility.group_numbers(characters, groups)
    reached = []
    for start in range(0, len(characters), _BATCH):
        images = [
            raster.ink_image(drawing)
            for character in characters[start : start + _BATCH]
            for drawing in _good_drawings(references()[character], rng)
        ]
        probabilities = recognizer.probabilities(np.stack(images)).reshape(-1, 1 + _DRAWINGS, len(characters))
        for index, alone in enumerate(probabilities, start):
            own = expecting.in_context(alone, np.full(len(alone), index))
            odds = legibility.log_odds((own * (numbers == numbers[index])).sum(axis=1))
            # The reference always scores high, however close its neighbours are.
            reached.append(max(_FLOOR, min(_OF_REFERENCE * odds[0], np.quantile(odds[1:], _QUANTILE))))
    return np.array(reached)


def _good_drawings(reference: Strokes, rng: Generator) -> list[Strokes]:
    drawn = shape(reference)
    return [reference, *(augment(drawn, rng.uniform(*_STRENGTHS), rng) for _ in range(_DRAWINGS))]
