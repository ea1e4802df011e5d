"""Measures of how good predictions are."""

import numpy as np
from numpy.typing import NDArray

#: Bins of the calibration error.
_BINS = 15


def fraction(values: NDArray[np.bool_]) -> float:
    """Fraction of True values, 0 to 1."""
    return float(values.mean())


def rank(scores: NDArray[np.floating], labels: NDArray[np.integer]) -> NDArray[np.integer]:
    """(n,) the number of classes that score higher than the label; `scores` (n, classes), `labels` (n,)."""
    return (scores > scores[np.arange(len(labels)), labels][:, None]).sum(axis=1)


def calibration_error(confidence: NDArray[np.floating], is_right: NDArray[np.bool_]) -> float:
    """Expected calibration error over bins of equal width, 0 (best) to 1 (Naeini et al. 2015).

    `confidence` (n,) 0 to 1, `is_right` (n,).
    """
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    members = [bins == index for index in np.unique(bins)]
    return float(sum(own.mean() * abs(confidence[own].mean() - is_right[own].mean()) for own in members))


def auroc(higher: NDArray[np.floating], lower: NDArray[np.floating]) -> float:
    """The probability that a value of `higher` exceeds one of `lower`; ties count half (Mann and Whitney 1947)."""
    ordered = np.sort(lower)
    below = np.searchsorted(ordered, higher, "left")
    not_above = np.searchsorted(ordered, higher, "right")
    return float((below + not_above).mean() / 2 / len(lower))
