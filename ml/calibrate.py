"""From a trained network to a bundle: temperature, threshold and baselines, so that its numbers mean what they say."""

from collections.abc import Mapping

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml import legibility, raster
from ml.prior import ScriptPrior
from ml.recognizer import Recognizer, softmax
from ml.strokes import Strokes, references
from ml.synthesis import bend, shape

#: Share of real drawings that the threshold for "not a character I know" lets through.
_KEPT = 0.97
#: Share of drawings that are no known character, where people write what they like.
_OUTSIDE = 0.05
#: Good writings drawn per character, and how strongly they are bent at most.
_WRITINGS, _STRENGTH = 12, 0.8
#: Characters whose writings are judged in one call.
_TOGETHER = 16
#: What a character's good writings reach: log-odds that all but this share of them exceed, no less than the floor.
_QUANTILE, _FLOOR = 0.25, 1.5
#: The reference's own log-odds, less what another backend may round away.
_HAIR = 0.97


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


def unknown_shift(inside: NDArray[np.floating], outside: NDArray[np.floating], temperature: float) -> float:
    """What to add to the logit of "no known character" so that its probability fits a world in which one drawing of
    twenty is none.

    Logits (n, characters + 1) of drawings `inside` and `outside` the catalogue; the network learnt another mixture.
    """

    def odds(logits: NDArray[np.floating]) -> NDArray[np.float64]:
        scaled = logits.astype(np.float64) / temperature
        return scaled[:, -1] - np.logaddexp.reduce(scaled[:, :-1], axis=1)

    known, unknown = odds(inside), odds(outside)

    def loss(shift: float) -> float:
        return float(
            (1 - _OUTSIDE) * np.logaddexp(0, known + shift).mean() + _OUTSIDE * np.logaddexp(0, -unknown - shift).mean()
        )

    return temperature * min(np.linspace(-6, 6, 121).tolist(), key=loss)


def known_from(probabilities: NDArray[np.floating]) -> float:
    """The largest probability of being any known character that 97 % of these real drawings reach."""
    return float(np.quantile(probabilities.sum(axis=1), 1 - _KEPT))


def baselines(recognizer: Recognizer, groups: Mapping[str, int], prior: float, seed: int) -> NDArray[np.float64]:
    """(characters,) log-odds that good drawings of each reach, its reference and augmented ones, for a reader who
    expects its script.

    `prior`: weight of other scripts' characters, see `ml.prior`.
    """
    rng = np.random.default_rng(seed)
    characters = list(references())
    expecting = ScriptPrior(characters, prior)
    numbers = legibility.group_numbers(characters, groups)
    reached = []
    for start in range(0, len(characters), _TOGETHER):
        images = [
            raster.ink_image(drawing)
            for character in characters[start : start + _TOGETHER]
            for drawing in _good_writings(references()[character], rng)
        ]
        probabilities = recognizer.probabilities(np.stack(images)).reshape(-1, 1 + _WRITINGS, len(characters))
        for index, alone in enumerate(probabilities, start):
            own = expecting.in_context(alone, np.full(len(alone), index))
            odds = legibility.log_odds((own * (numbers == numbers[index])).sum(axis=1))
            # Never above the reference itself, which is to score high whatever its neighbours.
            reached.append(max(_FLOOR, min(_HAIR * odds[0], np.quantile(odds[1:], _QUANTILE))))
    return np.array(reached)


def _good_writings(reference: Strokes, rng: Generator) -> list[Strokes]:
    book = shape(reference)
    return [reference, *(bend(book, rng.uniform(0.2, _STRENGTH), rng) for _ in range(_WRITINGS))]
