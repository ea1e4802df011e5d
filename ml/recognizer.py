"""Images to calibrated probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

if TYPE_CHECKING:
    from ml.bundle import Bundle

#: Images judged in one call at most, to bound memory.
_BATCH = 256


def among(probabilities: NDArray[np.floating], allowed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """`probabilities` (n, characters) told that it is one of those `allowed` (characters,) or unknown."""
    kept = probabilities * allowed
    nothing = np.maximum(1 - probabilities.sum(axis=1, keepdims=True), 1e-12)
    return kept / (kept.sum(axis=1, keepdims=True) + nothing)


class Recognizer:
    """The network of a bundle, one compiled call for any number of images."""

    def __init__(self, bundle: Bundle) -> None:
        self._model = bundle.model
        self._temperature = bundle.about.temperature

    def logits(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(n, characters + 1) from images (n, SIDE, SIDE), ink 255 on 0; the last is for what is no known character."""
        # predict() would set up a data pipeline for every call, thirty times the network's own time.
        parts = [images[start : start + _BATCH, :, :, None] for start in range(0, len(images), _BATCH)]
        return np.concatenate([np.asarray(self._model.predict_on_batch(part)) for part in parts])

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float64]:
        """(n, characters) that mean what they say: of the readings given 0.8, four in five are right.

        What they lack to 1 is the probability of no known character.
        """
        return np.asarray(softmax(self.logits(images).astype(np.float64) / self._temperature, axis=1)[:, :-1])
