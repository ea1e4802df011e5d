"""Probabilities and lookalikes to a score: how surely readers take a writing for the intended character."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LOOKALIKES = Path(__file__).with_name("lookalikes.txt")

#: (lowest score, its word), best first.
BANDS = [(95, "textbook"), (80, "clear"), (60, "readable"), (40, "doubtful"), (0, "misread")]

#: The score of a good writing, one that reaches its character's baseline, and of one that could as well be another.
_GOOD, EVEN = 95, 50
#: Log-odds below even ones by which a score has fallen to less than 1/e of `EVEN`.
_FALL = 0.45


@cache
def lookalikes() -> dict[tuple[str, ...], str]:
    """The groups the catalogue starts with: their characters, and why readers can't tell them apart."""
    lines = LOOKALIKES.read_text(encoding="utf-8").splitlines()
    split = [line.split("\t") for line in lines]
    return {tuple(members.split()): reason for members, reason in split}


def default_groups() -> dict[str, int]:
    """The number of its group for every character of `lookalikes`."""
    return {character: number for number, members in enumerate(lookalikes()) for character in members}


def group_numbers(characters: Sequence[str], groups: Mapping[str, int]) -> NDArray[np.intp]:
    """(characters,) a number from 0 for each, the same for two characters exactly when `groups` gives them the same."""
    keys = [("group", groups[c]) if c in groups else ("alone", c) for c in characters]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.array([numbers[key] for key in keys])


def pool(probabilities: NDArray[np.floating], numbers: NDArray[np.intp]) -> NDArray[np.float64]:
    """(n, groups) from (n, characters): every group has the sum of its characters' probabilities."""
    groups = int(numbers.max()) + 1
    return np.stack([np.bincount(numbers, row, groups) for row in probabilities])


def log_odds(probability: NDArray[np.floating] | float) -> NDArray[np.float64]:
    """ln(p / (1 - p)), p kept 1e-9 away from 0 and 1."""
    p = np.clip(np.asarray(probability, dtype=np.float64), 1e-9, 1 - 1e-9)
    return np.log(p / (1 - p))


def legibility(odds: NDArray[np.floating], baseline: NDArray[np.floating]) -> NDArray[np.float64]:
    """The score, 0 to 100: `odds` are log-odds of the meant group, `baseline` > 0 what good writings of it reach.

    Rises from 50 at even odds to 95 at the baseline and on towards 100; below even odds, where most readers would take
    the writing for something else, it falls away as a bell does. Monotone, and smooth at even odds too.
    """
    odds, baseline = np.broadcast_arrays(odds, baseline)
    doubt = (100 - _GOOD) / (100 - EVEN)
    above = 100 - (100 - EVEN) * doubt ** (np.maximum(odds, 0) / baseline)
    short = np.minimum(odds, 0)
    below = EVEN * np.exp(-np.log(doubt) / baseline * short - (short / _FALL) ** 2)
    return np.where(odds >= 0, above, below)


def band(score: float) -> str:
    """The word for a score."""
    return next(word for lowest, word in BANDS if score >= lowest)
