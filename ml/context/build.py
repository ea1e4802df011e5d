"""Build the language model of words: python -m ml.context.build --edict FILE --enamdict FILE [--out FILE]

From EDICT, ENAMDICT (Debian's packages `edict` and `enamdict`) and PyPI's `wordfreq`, for Japanese and English words,
and from made-up dates, amounts and sizes. The same versions give the same file.
"""

import argparse
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from ml.context import model
from ml.context.alphabet import SHAPES
from ml.strokes import references

#: Longest word, characters; what is longer is made of shorter words.
_LONGEST = 12
#: Least Zipf frequency of a word of wordfreq: of ten million words, one.
_LEAST_ZIPF = 2.0
#: How often a word counts at _LEAST_ZIPF, and how much more if it is ten times as frequent. Less than tenfold, because
#: people practise rare words too.
_ONCE, _TENFOLD = 1.0, 2.5
#: How often a word counts that a dictionary has and wordfreq hasn't, a name, and a made-up word.
_UNLISTED, _NAME, _MADE_UP = 0.5, 0.05, 0.5
#: What an English word counts beside a Japanese one, and how often it is written in small letters, with a capital, and
#: in capitals.
_ENGLISH = 0.25
_CASES = {str.lower: 0.75, str.capitalize: 0.2, str.upper: 0.05}
_COUNTERS = "月日時分秒年人円個本枚回歳階番冊台号位組校点度倍週才杯匹話名件課章名巻つ"
_ENTRY = re.compile(r"(\S+?)(?:\(.*?\))? (?:\[(\S+)\] )?/")


def dictionary(path: Path) -> Iterator[str]:
    """The spellings and readings of an EDICT file."""
    with path.open(encoding="euc-jp", errors="replace") as lines:
        for line in lines:
            if entry := _ENTRY.match(line):
                for spelling in filter(None, entry.groups()):
                    yield from unicodedata.normalize("NFKC", re.sub(r"\(.*?\)", "", spelling)).split(";")


def frequencies(language: str) -> Iterator[tuple[str, float]]:
    """The words of wordfreq's largest list, and how often each counts."""
    import wordfreq  # only this script needs it

    for word, frequency in wordfreq.get_frequency_dict(language, "best").items():
        zipf = math.log10(frequency) + 9
        if zipf >= _LEAST_ZIPF:
            yield word, _ONCE * _TENFOLD ** (zipf - _LEAST_ZIPF)


def made_up() -> Iterator[str]:
    """Numbers, numbers with a counter or a unit after them, and a Latin letter with a digit, as on rooms and seats."""
    for number in [*range(1, 101), *range(110, 1000, 10), *range(1000, 10_000, 500), *range(1900, 2040)]:
        yield str(number)
        yield from (f"{number}{counter}" for counter in _COUNTERS if number <= 31 or counter in "円人年")
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        yield from (f"{letter}{number}" for number in range(1, 10))


def words(edict: Path, enamdict: Path) -> dict[str, float]:
    """{word: how often it counts}."""
    counted: dict[str, float] = defaultdict(float)
    for word, weight in frequencies("ja"):
        counted[unicodedata.normalize("NFKC", word)] += weight
    for word, weight in frequencies("en"):
        for spell, share in _CASES.items():
            counted[spell(word)] += _ENGLISH * share * weight
    for word in set(dictionary(edict)):
        counted[word] += _UNLISTED
    for word in set(dictionary(enamdict)):
        counted[word] += _NAME
    for word in made_up():
        counted[word] += _MADE_UP
    return {word: weight for word, weight in sorted(counted.items()) if 0 < len(word) <= _LONGEST}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edict", type=Path, default=Path("/usr/share/edict/edict"))
    parser.add_argument("--enamdict", type=Path, default=Path("/usr/share/edict/enamdict"))
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "bundle" / "words.npz")
    args = parser.parse_args()
    counted = words(args.edict, args.enamdict)
    fitted = model.fit([*references(), *SHAPES], counted)
    fitted.save(args.out)
    print(f"{len(counted)} words, {args.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
