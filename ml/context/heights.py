"""How high Latin letters and digits stand in their line, which tells c from C and s from 8."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.strokes import REFERENCE_SIDE, references

#: Standard deviation of a written top or bottom from where it should be, a fraction of the square, before anything is
#: known of the hand, and how many tops and bottoms of the line that is worth. Higher lets heights decide less.
_DEVIATION, _PRIOR = 0.1, 6
#: Most that heights count against a character, ln of a probability.
_MOST = -4.0


class Heights:
    """The tops and bottoms of the references of Latin letters and digits."""

    def __init__(self, characters: Sequence[str]) -> None:
        """`characters`: those of the language model, whose codes begin with 1."""
        #: (codes, 2) the top and bottom of each reference, y downwards, fractions of its square; 0 in other scripts.
        self._edges = np.zeros((len(characters) + 1, 2))
        for code, character in enumerate(characters, 1):
            if character.isascii():
                heights = np.concatenate(references()[character])[:, 1] / REFERENCE_SIDE
                self._edges[code] = heights.min(), heights.max()
        self.is_latin = self._edges[:, 1] > 0

    def log(
        self,
        written: NDArray[np.floating],
        read: NDArray[np.integer],
        probabilities: NDArray[np.floating],
        candidates: Sequence[NDArray[np.integer]],
    ) -> list[NDArray[np.float64]]:
        """ln of how well each of the `candidates` (k,) of each character suits its height; 0 for the best of them.

        `written` (n, 2): the top and bottom of each character, y downwards; `read` (n,): the code that it is read as,
        `probabilities` (n,), how surely. 0 for characters of other scripts, and where no other is a letter or digit.

        Two hands may have written the line: one whose letters stand as in print, in squares that the other characters
        give away by least squares, and one whose letters are all of one height, which then says nothing. How well each
        explains the other characters decides how much it counts.
        """
        found = [np.zeros(len(codes)) for codes in candidates]
        latin = np.flatnonzero(self.is_latin[read])
        for index in map(int, latin if len(latin) > 1 else []):
            others = latin[latin != index]
            weights = np.repeat(probabilities[others, None], 2, axis=1)
            printed, seen, own = self._edges[read[others]], written[others], written[index]
            side, top = np.polyfit(printed.ravel(), seen.ravel(), 1, w=np.sqrt(weights.ravel()))
            if side <= 0:
                continue
            is_latin = self.is_latin[candidates[index]]
            possible = self._edges[candidates[index][is_latin]]
            level = np.average(seen, axis=0, weights=weights)
            as_in_print = _explained((seen - top) / side - printed, weights, (own - top) / side - possible)
            of_one_height = _explained((seen - level) / side, weights, (own - level)[None] / side)
            log = np.logaddexp(as_in_print, of_one_height)
            found[index][is_latin] = np.maximum(log - log.max(), _MOST)
        return found


def _explained(
    others: NDArray[np.floating], weights: NDArray[np.floating], own: NDArray[np.floating]
) -> NDArray[np.float64]:
    """(k,) ln of the density of a line whose tops and bottoms are this far, in squares, from where they should be.

    `others` (n, 2) with `weights` (n, 2); `own` (k, 2): of one more character, for each that it may be. Normal, of the
    deviation that the others and _DEVIATION suggest; constants left out.
    """
    squares, total = (weights * others**2).sum(), weights.sum()
    variance = (_PRIOR * _DEVIATION**2 + squares) / (_PRIOR + total)
    return -(total / 2 + 1) * np.log(variance) - (squares + (own**2).sum(axis=1)) / (2 * variance)
