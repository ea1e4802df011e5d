"""A language model of words: how likely each character is after those before it in the word.

Character n-grams of up to four, interpolated as Witten and Bell (1991) do. A word's beginning and end count as a
character of their own, which no n-gram crosses. A *key* is one number for up to five characters: 12 bits each, 1 more
than the code, the last character lowest.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

#: Most characters of an n-gram.
ORDER = 4
#: The code of a word's beginning and end.
BOUNDARY = 0
#: The context at a word's beginning.
START = np.int64(BOUNDARY + 1)
#: N-grams that a model keeps, besides those that begin them.
ENTRIES = 900_000
_BITS = 12
#: Steps of the stored logarithms.
_STEP = 1 / 12


class WordModel:
    """The stored n-grams. A code is 1 + the index in `characters`, or BOUNDARY. Threads may share it."""

    def __init__(
        self, characters: Sequence[str], keys: NDArray[np.int64], costs: NDArray[np.uint8], backoffs: NDArray[np.uint8]
    ) -> None:
        """`keys` (entries,) of the n-grams, sorted; all single characters are among them.

        `costs` and `backoffs` (entries,), both -ln in steps: the probability of an n-gram's last character after the
        others, and the probability that the n-gram, as a context, leaves to its shorter one.
        """
        self.characters = "".join(characters)
        self.codes = {character: code for code, character in enumerate(characters, 1)}
        self._keys = keys
        self._log = -costs.astype(np.float32) * _STEP
        self._backoff = -backoffs.astype(np.float32) * _STEP

    @classmethod
    def load(cls, path: Path) -> Self:
        """The model in `path`. Raises OSError, ValueError or KeyError if it can't be read."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(str(arrays["characters"]), np.cumsum(arrays["gaps"]), arrays["costs"], arrays["backoffs"])

    def save(self, path: Path) -> None:
        """Write the model; the sorted keys as differences, which compress well."""
        costs, backoffs = (np.round(-values / _STEP).astype(np.uint8) for values in (self._log, self._backoff))
        gaps = np.diff(self._keys, prepend=0)
        np.savez_compressed(path, characters=np.array(self.characters), gaps=gaps, costs=costs, backoffs=backoffs)

    def log_probabilities(self, contexts: NDArray[np.int64], codes: NDArray[np.integer]) -> NDArray[np.float64]:
        """(m, k) ln of the probability of each of `codes` (k,) after each of `contexts` (m,), which `advance` gives."""
        result = np.zeros((len(contexts), len(codes)))
        is_open = np.ones(result.shape, bool)
        for length in range(ORDER - 1, -1, -1):
            rows = np.flatnonzero(contexts >> _BITS * max(length - 1, 0))
            context = _last(contexts[rows], length)[:, None]
            entries, is_found = self._find(context << _BITS | codes + 1)
            is_found &= is_open[rows]
            result[rows] += np.where(is_found, self._log[entries], 0)
            is_open[rows] &= ~is_found
            if length:
                entries, is_found = self._find(context)
                result[rows] += np.where(is_found & is_open[rows], self._backoff[entries], 0)
        return result

    def _find(self, keys: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Indexes of the entries of `keys`, and whether there is one."""
        entries = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return entries, self._keys[entries] == keys


def advance(contexts: NDArray[np.int64], codes: NDArray[np.integer]) -> NDArray[np.int64]:
    """The contexts in which a word goes on after `codes`, from START; arrays of one shape, or that broadcast."""
    return _last(contexts << _BITS | codes + 1, ORDER - 1)


def last_codes(contexts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The code that each context ends with."""
    return _last(contexts, 1) - 1


def _last(keys: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """The keys of the last `length` characters."""
    return keys & (1 << _BITS * length) - 1


def fit(characters: Sequence[str], words: Mapping[str, float], entries: int = ENTRIES) -> WordModel:
    """The model of `words`: {word: how often it counts, > 0}. Leaves out words with other characters.

    Keeps all single characters and the `entries` n-grams that matter most: how often they occur, times how far their
    probability is from the one that their shorter context gives. So the probabilities sum to 1 only nearly.
    """
    codes = {character: code for code, character in enumerate(characters, 1)}
    spelt = {word: weight for word, weight in words.items() if codes.keys() >= set(word)}
    ends = [np.array([BOUNDARY, *map(codes.__getitem__, word), BOUNDARY]) for word in spelt]
    weights = np.fromiter(spelt.values(), float)
    keys = [np.arange(len(codes) + 1) + 1]
    number = np.bincount(np.concatenate([word[1:] for word in ends]), _repeated(weights, ends, -1), len(codes) + 1)
    kinds = np.count_nonzero(number)
    logs = [np.log((number + kinds / len(number)) / (number.sum() + kinds))]
    backoffs: list[NDArray[np.float64]] = []
    gains = [np.full(len(number), np.inf)]
    for length in range(2, ORDER + 1):
        long = [word for word in ends if len(word) >= length]
        grams = np.concatenate([np.lib.stride_tricks.sliding_window_view(word, length) for word in long])
        own_weights = weights[[len(word) >= length for word in ends]]
        own, inverse = np.unique(_key(grams), return_inverse=True)
        number = np.bincount(inverse, _repeated(own_weights, long, 1 - length))
        contexts, inverse = np.unique(own >> _BITS, return_inverse=True)
        total, kinds_after = np.bincount(inverse, number), np.bincount(inverse)
        backoff = np.log(kinds_after / (total + kinds_after))
        shorter = backoff[inverse] + logs[-1][np.searchsorted(keys[-1], _last(own, length - 1))]
        log = np.logaddexp(np.log(number / (total + kinds_after)[inverse]), shorter)
        of_contexts = np.zeros(len(keys[-1]))
        of_contexts[np.searchsorted(keys[-1], contexts)] = backoff
        backoffs.append(of_contexts)
        keys.append(own)
        logs.append(log)
        gains.append(number * (log - shorter))
    backoffs.append(np.zeros(len(keys[-1])))
    everything = np.concatenate(keys)
    kept = _kept(everything, np.concatenate(gains), entries)
    costs, left = (
        np.clip(np.round(-np.concatenate(values)[kept] / _STEP), 0, 255).astype(np.uint8) for values in (logs, backoffs)
    )
    return WordModel(characters, everything[kept], costs, left)


def _repeated(weights: NDArray[np.float64], words: Sequence[NDArray[np.integer]], fewer: int) -> NDArray[np.float64]:
    """The weight of each n-gram of `words`; a word has as many n-grams as characters, plus `fewer` (negative)."""
    return np.repeat(weights, [len(word) + fewer for word in words])


def _key(grams: NDArray[np.integer]) -> NDArray[np.int64]:
    """(n,) the keys of n-grams of codes (n, length)."""
    keys = np.zeros(len(grams), np.int64)
    for codes in grams.T:
        keys = keys << _BITS | codes + 1
    return keys


def _kept(keys: NDArray[np.int64], gains: NDArray[np.float64], entries: int) -> NDArray[np.intp]:
    """Indexes, sorted by key, of the `entries` of largest gain, of those that begin them, and of single characters."""
    wanted = keys[np.argsort(-gains, kind="stable")[:entries]]
    for _ in range(ORDER - 1):
        wanted = np.union1d(wanted, wanted >> _BITS)
    return np.flatnonzero(np.isin(keys, wanted))
