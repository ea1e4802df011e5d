"""The reader's context: when the target is known, its script is expected."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.scripts import expected_with

#: Weight of characters of other scripts than the target's, 0 to 1; 1 is a reader without context. Bundles made before
#: 2026-11-28 don't name one. At 0.05 most legible kana of hands that training hadn't seen were read as themselves
#: (`ml/LOG.md`).
WEIGHT = 0.05


class ScriptPrior:
    """Weighs characters by the target's script: hiragana, katakana, kanji, or Latin letters with digits."""

    def __init__(self, characters: Sequence[str], weight: float = WEIGHT) -> None:
        scripts = [expected_with(character) for character in characters]
        self._scripts = np.unique(scripts, return_inverse=True)[1]
        self._weight = weight

    def is_same_script(self, targets: NDArray[np.integer]) -> NDArray[np.bool_]:
        """(n, characters) whether each character is of the script of each of `targets` (n,), indexes of characters."""
        return np.asarray(self._scripts[targets][:, None] == self._scripts[None, :])

    def in_context(self, probabilities: NDArray[np.floating], targets: NDArray[np.integer]) -> NDArray[np.float64]:
        """`probabilities` (n, characters) as a reader has them who expects the scripts of `targets` (n,).

        Renormalised together with the probability of "no character I know", which is what a row lacks to 1 and keeps
        its weight.
        """
        weighted = probabilities * np.where(self.is_same_script(targets), 1, self._weight)
        unknown = np.maximum(1 - probabilities.sum(axis=1, keepdims=True), 1e-12)
        return np.asarray(weighted / (weighted.sum(axis=1, keepdims=True) + unknown))
