"""Measures of predictions."""

import numpy as np
from numpy.typing import NDArray

_BINS = 15


def fraction(which: NDArray[np.bool_]) -> float:
    """Fraction of True values, 0 to 1."""
    return float(which.mean())


def rank(scores: NDArray[np.floating], labels: NDArray[np.integer]) -> NDArray[np.integer]:
    """(n,) the number of classes in each row that score higher than its label; 0 is best."""
    return (scores > scores[np.arange(len(labels)), labels][:, None]).sum(axis=1)


def calibration_error(confidence: NDArray[np.floating], right: NDArray[np.bool_]) -> float:
    """Expected calibration error over bins of equal width (Naeini et al. 2015): 0 is perfect, 1 the worst."""
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    return float(
        sum((bins == b).mean() * abs(confidence[bins == b].mean() - right[bins == b].mean()) for b in np.unique(bins))
    )


def auroc(higher: NDArray[np.floating], lower: NDArray[np.floating]) -> float:
    """The probability that a value of `higher` exceeds one of `lower`; ties count half (Mann and Whitney 1947)."""
    ordered = np.sort(lower)
    below = np.searchsorted(ordered, higher, "left")
    not_above = np.searchsorted(ordered, higher, "right")
    return float((below + not_above).mean() / 2 / len(lower))
