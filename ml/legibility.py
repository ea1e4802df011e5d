"""From probabilities and lookalike groups to legibility, 0 to 100: how surely readers recognise the character meant."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LOOKALIKES = Path(__file__).with_name("lookalikes.txt")

#: (lowest legibility, band), best first.
BANDS = [(95, "textbook"), (80, "clear"), (60, "readable"), (40, "doubtful"), (0, "misread")]
#: Lowest form, 0 to 100, with which an attempt can reach the best band, and become an example.
GOOD_FORM = 80

#: The legibility of an attempt whose log-odds reach its character's baseline, and of one at even odds.
_GOOD, EVEN = 95, 50
#: Log-odds below even at which legibility is less than `EVEN` / e; higher is more lenient.
_FALL = 0.45


@cache
def lookalikes() -> dict[tuple[str, ...], str]:
    """The lookalike groups that the catalogue starts with: each one's characters, and why they look alike."""
    lines = LOOKALIKES.read_text(encoding="utf-8").splitlines()
    split = [line.split("\t") for line in lines]
    return {tuple(members.split()): reason for members, reason in split}


def default_groups() -> dict[str, int]:
    """The group number of every character in `lookalikes`, from 0."""
    return {character: number for number, members in enumerate(lookalikes()) for character in members}


def group_numbers(characters: Sequence[str], groups: Mapping[str, int]) -> NDArray[np.intp]:
    """(characters,) group numbers from 0; two characters share one exactly if `groups` gives both the same number."""
    keys = [groups.get(c, c) for c in characters]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.array([numbers[key] for key in keys])


def pool(probabilities: NDArray[np.floating], numbers: NDArray[np.intp]) -> NDArray[np.float64]:
    """(n, groups) the sum of each group's probabilities (n, characters); `numbers` (characters,) as `group_numbers`."""
    return np.stack([np.bincount(numbers, row) for row in probabilities])


def log_odds(probability: NDArray[np.floating] | float) -> NDArray[np.float64]:
    """ln(p / (1 - p)), with p clipped to 1e-9 from 0 and 1."""
    p = np.clip(np.asarray(probability, dtype=np.float64), 1e-9, 1 - 1e-9)
    return np.log(p / (1 - p))


def legibility(odds: NDArray[np.floating], baseline: NDArray[np.floating]) -> NDArray[np.float64]:
    """Legibility, 0 to 100, for the log-odds of the target's group and the `baseline` > 0 that good attempts reach.

    It rises from 50 at even odds to 95 at the baseline, and on towards 100. Below even odds, where most readers would
    read something else, it falls like a Gaussian. Monotonic, with a continuous slope.
    """
    odds, baseline = np.broadcast_arrays(odds, baseline)
    doubt = (100 - _GOOD) / (100 - EVEN)
    above = 100 - (100 - EVEN) * doubt ** (np.maximum(odds, 0) / baseline)
    deficit = np.minimum(odds, 0)
    below = EVEN * np.exp(-np.log(doubt) / baseline * deficit - (deficit / _FALL) ** 2)
    return np.where(odds >= 0, above, below)


def band(legibility: float, form: int | None = None) -> str:
    """The name of the band that legibility, 0 to 100, reaches; with a form below GOOD_FORM, the second at best.

    `form`: 0 to 100, None if it isn't judged.
    """
    reached = BANDS if form is None or form >= GOOD_FORM else BANDS[1:]
    return next(name for lowest, name in reached if legibility >= lowest)
