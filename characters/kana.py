"""The sounds of kana."""

import unicodedata

import jaconv

from characters.catalogue import literals

#: Spellings beside Hepburn's, as in the Japanese syllabaries and as typed.
_OTHER_ROMAJI = {
    "し": ["si"],
    "ち": ["ti"],
    "つ": ["tu"],
    "ふ": ["hu"],
    "じ": ["zi"],
    "ぢ": ["di"],
    "づ": ["du"],
    "を": ["o"],
    "ん": ["nn"],
}
_CATALOGUE = frozenset(literals())


def romaji(literal: str) -> list[str]:
    """The spellings of a kana in Latin letters, Hepburn's first: shi, si for し and シ. Empty for other characters.

    A small kana is spelled as it is typed: xya, lya for ゃ.
    """
    if not is_kana(literal):
        return []
    hiragana = jaconv.kata2hira(literal)
    name = unicodedata.name(hiragana)
    if "SMALL" not in name:
        return [jaconv.kana2alphabet(hiragana), *_OTHER_ROMAJI.get(hiragana, [])]
    large = romaji(unicodedata.lookup(name.replace("SMALL ", "")))
    return [prefix + sound for sound in large for prefix in "xl"]


def is_kana(literal: str) -> bool:
    return "ぁ" <= literal <= "ゖ" or "ァ" <= literal <= "ヶ"


def counterpart(literal: str) -> str:
    """The same kana in the other script, シ for し; empty if the catalogue lacks it or `literal` is no kana."""
    if not is_kana(literal):
        return ""
    other = jaconv.kata2hira(literal) if literal >= "ァ" else jaconv.hira2kata(literal)
    return other if other in _CATALOGUE else ""
