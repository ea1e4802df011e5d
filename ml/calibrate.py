"""From a trained network to a bundle: temperature, threshold and baselines, so that its numbers mean what they say."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml import legibility, raster
from ml.recognizer import Recognizer, softmax
from ml.strokes import references
from ml.synthesis import bend, shape

#: Share of real drawings that the threshold for "not a character I know" lets through.
_KEPT = 0.97
#: Good writings drawn per character, and how strongly they are bent at most.
_WRITINGS, _STRENGTH = 12, 0.8
#: What a character's good writings reach: log-odds that all but this share of them exceed, no less than the floor.
_QUANTILE, _FLOOR = 0.25, 1.5


def temperature(logits: NDArray[np.floating], labels: NDArray[np.integer], numbers: NDArray[np.intp]) -> float:
    """The T for which softmax(logits / T), pooled by group `numbers`, best predicts the groups of `labels`.

    logits (n, classes), labels (n,), numbers (classes,). T > 0, no unit. Raises ValueError when n = 0.
    Source: Guo et al. 2017, arXiv:1706.04599.
    """
    if not len(labels):
        raise ValueError("temperature needs at least one label")
    meant = numbers[labels][:, None] == numbers[None, :]

    def loss(t: float) -> float:
        pooled = (softmax(logits, t) * meant).sum(axis=1)
        return float(-np.log(np.maximum(pooled, 1e-12)).mean())

    return min(np.geomspace(0.5, 3, 60).tolist(), key=loss)


def known_from(probabilities: NDArray[np.floating], numbers: NDArray[np.intp]) -> float:
    """The largest pooled probability that 97 % of these real drawings reach."""
    return float(np.quantile(legibility.pool(probabilities, numbers).max(axis=1), 1 - _KEPT))


def baselines(recognizer: Recognizer, groups: Mapping[str, int], seed: int) -> NDArray[np.float64]:
    """(characters,) log-odds that good writings of each reach: its reference drawing and synthesised ones."""
    rng = np.random.default_rng(seed)
    characters = list(references())
    numbers = legibility.group_numbers(characters, groups)
    reached = []
    for place, strokes in enumerate(references().values()):
        book = shape(strokes)
        drawings: Sequence = [bend(book, rng.uniform(0.2, _STRENGTH), rng) for _ in range(_WRITINGS)]
        images = np.stack([raster.ink_image(drawing) for drawing in [strokes, *drawings]])[..., None]
        odds = legibility.log_odds((recognizer.probabilities(images) * (numbers == numbers[place])).sum(axis=1))
        # Never above the reference itself, which is to score high whatever its neighbours.
        reached.append(max(_FLOOR, min(odds[0], np.quantile(odds[1:], _QUANTILE))))
    return np.array(reached)
