"""Weights for what a reader expects.

A reader who knows the target expects characters of its script; one who also knows the text around it expects what that
text makes likely.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.context.alphabet import shapes
from ml.scripts import expected_script

#: Weight of characters of other scripts than the target's, 0 to 1; 1 is a reader without context. Bundles made before
#: 2026-11-28 don't name one. At 0.05 most legible kana of hands that training hadn't seen were read as themselves
#: (`ml/LOG.md`).
WEIGHT = 0.05


def renormalise(probabilities: NDArray[np.floating], weights: NDArray[np.floating | np.bool_]) -> NDArray[np.float64]:
    """`probabilities` times `weights`, each row renormalised; the two (n, characters) or broadcast to it.

    1 minus the sum of a row is the probability of "no character I know", whose weight is always 1.
    """
    weighted = probabilities * weights
    unknown = np.maximum(1 - probabilities.sum(axis=1, keepdims=True), 1e-12)
    return np.asarray(weighted / (weighted.sum(axis=1, keepdims=True) + unknown))


class ScriptPrior:
    """Weights characters by the target's script: hiragana, katakana, kanji, or Latin letters with digits."""

    def __init__(self, characters: Sequence[str], weight: float = WEIGHT) -> None:
        names, scripts = np.unique([expected_script(c) for c in characters], return_inverse=True)
        #: (characters,) the number of each character's script, from 0.
        self.scripts: NDArray[np.intp] = scripts
        self.weight = weight
        self._numbers = {str(name): number for number, name in enumerate(names)}
        self._weights = np.where(np.arange(len(names))[:, None] == scripts, 1, weight)

    def is_same_script(self, targets: NDArray[np.integer]) -> NDArray[np.bool_]:
        """(n, characters) True where a character is of the script of `targets` (n,), indexes of characters."""
        return np.asarray(self.scripts[targets][:, None] == self.scripts)

    def in_context(self, probabilities: NDArray[np.floating], targets: NDArray[np.integer]) -> NDArray[np.float64]:
        """`probabilities` (n, characters) for a reader who expects the scripts of `targets` (n,)."""
        return renormalise(probabilities, self._weights[self.scripts[targets]])

    def in_each_script(self, probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
        """(scripts, characters) `probabilities` (characters,) for a reader who expects each script."""
        return renormalise(probabilities[None], self._weights)

    def in_line(self, probabilities: NDArray[np.floating], text: Iterable[str]) -> NDArray[np.float64]:
        """`probabilities` (n, characters) for a reader who knows that the n characters of `text` were asked for.

        A character outside the catalogue is expected in the scripts of those that share its shape, too.
        """
        expected = [{self._numbers[expected_script(c)] for c in (character, *shapes(character))} for character in text]
        return renormalise(probabilities, np.stack([self._weights[list(own)].max(axis=0) for own in expected]))

    def weights(self, index: int) -> NDArray[np.float64]:
        """(characters,) the weights for a reader who expects the script of the character of `index`."""
        return np.asarray(self._weights[self.scripts[index]])


class NeighbourPrior:
    """Weights characters by how likely the text around them makes them.

    A reader who knows the target gives it the weight 1. A character that the text makes less likely than the target
    weighs less, but no less than `least`, which is what other scripts weigh without text: no word turns a clear drawing
    into another character. One that the text makes more likely weighs at most 1, so that a rare word isn't judged by a
    frequent one; in another script than the target's, at most `least`.
    """

    #: Probability of a character of which the text says nothing; more than 0, since it is divided by.
    _UNHEARD_OF = 1e-12

    def __init__(self, expected: NDArray[np.floating], least: float) -> None:
        """`expected`: (characters,) how likely the text makes each, of any sum; `least`: the least weight, 0 to 1."""
        self._expected = np.maximum(expected, self._UNHEARD_OF)
        self._least = least

    def read(self, probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
        """`probabilities` (characters,), of an unchanged sum, for a reader who knows the text but not the target."""
        weighted = probabilities * self._expected
        return np.asarray(weighted * (probabilities.sum() / weighted.sum()))

    def weights(self, index: int, most: NDArray[np.floating] | float = 1) -> NDArray[np.float64]:
        """(characters,) the weights for a reader who expects the character of `index`.

        `most`: the largest weight of each character; that of a script prior, unless the caller names the scripts.
        """
        return np.asarray(np.clip(self._expected / self._expected[index], self._least, most))

    def in_context(
        self, probabilities: NDArray[np.floating], index: int, most: NDArray[np.floating] | float = 1
    ) -> NDArray[np.float64]:
        """`probabilities` (characters,) for a reader who expects the character of `index`; see `weights`."""
        weights = self.weights(index, most)
        return renormalise(probabilities[None], weights)[0]
