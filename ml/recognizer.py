"""Images to calibrated probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.special
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ml.bundle import Bundle

#: Most images in one call of the network; bounds memory.
_BATCH = 256


def softmax(logits: NDArray[np.floating], temperature: float) -> NDArray[np.float64]:
    """Probabilities (n, classes) of `logits` (n, classes) divided by `temperature` > 0."""
    return np.asarray(scipy.special.softmax(logits.astype(np.float64) / temperature, axis=1))


class Recognizer:
    """A bundle's network with its temperature. A call of the network takes any number of images."""

    def __init__(self, bundle: Bundle) -> None:
        self._model = bundle.model
        self._temperature = bundle.about.temperature

    def logits(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(n, characters + 1) for images (n, SIDE, SIDE), ink 255 on 0; the last column is "no character I know"."""
        # predict() sets up a data pipeline on every call, which takes thirty times as long as the network.
        batches = [images[start : start + _BATCH, :, :, None] for start in range(0, len(images), _BATCH)]
        return np.concatenate([np.asarray(self._model.predict_on_batch(batch)) for batch in batches])

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float64]:
        """(n, characters) for images (n, SIDE, SIDE), calibrated: of candidates given 0.8, four in five are right.

        1 minus the sum of a row is the probability of "no character I know".
        """
        return softmax(self.logits(images), self._temperature)[:, :-1]
