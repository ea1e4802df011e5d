"""Readings and the sounds of kana, as people type them in kana or romaji."""

import re
import unicodedata
from itertools import product

import jaconv

from ml.strokes import references

_ACCENTS = re.compile("[\u0300-\u036f]")  # not U+3099, which voices kana
_KANA = re.compile("[ぁ-ゖー]+")
#: A kana that only lengthens the vowel before it: おう, とお, くう, かあ, ねえ.
_LONG = re.compile(
    "(?<=[おこそとのほもよろをごぞどぼぽょ])[うお]|(?<=[うくすつぬふむゆるぐずづぶぷゅ])う"
    "|(?<=[あかさたなはまやらわがざだばぱゃ])あ|(?<=[えけせてねへめれげぜでべぺ])え|ー"
)
#: A vowel with a macron or a circumflex, and how kana spell the long vowels whose spellings differ.
_MARKED = re.compile("([aeiou])[\u0304\u0302]")
_MARKED_SPELLINGS = ({"o": "ou", "e": "ei"}, {"o": "oo", "e": "ee"})
#: A kana after which romaji may leave out that the vowel is long, with the kana that lengthens it.
_LENGTHENED = {
    **dict.fromkeys("おこそとのほもよろごぞどぼぽょ", ("う", "お")),
    **dict.fromkeys("うくすつぬふむゆるぐずづぶぷゅ", ("う",)),
    **dict.fromkeys("あかさたなはまやらわがざだばぱゃ", ("あ",)),
}
#: Most vowels in a word that may be long.
_MAX_LENGTHENED = 4
#: Spellings that keyboards and older romanisations use, with one that the converter knows.
_KEYED = [
    (re.compile("dz(?=u)"), "d"),
    (re.compile("dj|dz(?=[iy])"), "j"),
    (re.compile("tch"), "cch"),
    (re.compile("m(?=[bmp])"), "n"),
    (re.compile("n{2,}(?=[aiueoy])"), "n'n"),
    (re.compile("n{2,}"), "n'"),
]
_PUNCTUATION = {ord("’"): "'", ord("."): None, ord("-"): None, ord("・"): None}
#: Remains where romaji has consonants that start no kana.
_STRAY = re.compile("っ(?:っ|$)")
#: Kana that share their romaji.
_HOMOPHONES = str.maketrans("ぢづを", "じずお")
_SAME_SOUND = {"じ": "ぢ", "ぢ": "じ", "ず": "づ", "づ": "ず", "お": "を", "を": "お"}
_SMALL = dict(zip("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ", strict=True))
_LARGE = {large: small for small, large in _SMALL.items()}
#: Kana that the catalogue lacks, each with the nearest that it has.
_NEAREST = {"ゔ": "うぶ", "ゐ": "い", "ゑ": "え", **_SMALL}


def without_accents(text: str) -> str:
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text)))


def hiragana(text: str) -> str:
    """Kana or any romaji as hiragana; empty if it is neither."""
    romaji = without_accents(unicodedata.normalize("NFKC", text).casefold()).translate(_PUNCTUATION)
    if _KANA.fullmatch(kana := jaconv.kata2hira(romaji)):
        return str(kana)  # most readings; looking for romaji takes four times as long
    for keyed, known in _KEYED:
        romaji = keyed.sub(known, romaji)
    kana = str(jaconv.kata2hira(jaconv.alphabet2kana(romaji)))
    return kana if _KANA.fullmatch(kana) else ""


def word_spellings(text: str) -> list[str]:
    """The hiragana that `text`, a word's reading in kana or romaji, may stand for, as it is typed first.

    In romaji, a vowel may be long although only a macron or nothing says so: tōkyō and tokyo are とうきょう. Empty if
    `text` is neither.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    if _MARKED.search(decomposed):
        return [kana for vowels in _MARKED_SPELLINGS if (kana := _without_marks(decomposed, vowels))]
    kana = hiragana(text)
    if not kana or _KANA.search(jaconv.kata2hira(text)):
        return [kana] if kana else []
    longer: list[tuple[str, ...]] = []
    for one, following in zip(kana, [*kana[1:], ""], strict=True):
        added = () if following in ("ゃ", "ゅ", "ょ") else _LENGTHENED.get(one, ())
        longer.append((one, *(one + each for each in added if following not in added)))
    if sum(len(each) > 1 for each in longer) > _MAX_LENGTHENED:
        return [kana]
    return ["".join(each) for each in product(*longer)]


def _without_marks(decomposed: str, vowels: dict[str, str]) -> str:
    return hiragana(_MARKED.sub(lambda marked: vowels.get(marked[1], 2 * marked[1]), decomposed))


def reading_key(text: str) -> str:
    """A reading in kana or romaji as hiragana with short vowels, for comparison; empty if it is neither."""
    kana = hiragana(text)
    return "" if _STRAY.search(kana) else _LONG.sub("", kana).translate(_HOMOPHONES)


def kana_of_sound(word: str) -> str:
    """The catalogue's kana that sound like `word`, one syllable in kana or romaji; the closest first.

    The same kana comes first, then the other script's, then small and large ones, then those of the same sound.
    """
    kana = hiragana(word)
    if not kana or len(kana) > 2 or (len(kana) == 2 and kana[1] not in "ゃゅょぁぃぅぇぉゎ"):
        return ""
    is_katakana = word == jaconv.hira2kata(kana)
    related = [*kana, *(_LARGE.get(k, "") for k in kana[:1] if len(kana) == 1), *(_SAME_SOUND.get(k, "") for k in kana)]
    if not any(both(one, is_katakana) for one in kana):
        related = list(nearest_kana(kana))
    found = [one for k in related for one in both(k, is_katakana)]
    return "".join(dict.fromkeys(found))


def both(kana: str, is_katakana: bool = False) -> str:
    """The hiragana `kana` and its katakana, as far as the catalogue has them; katakana first if `is_katakana`."""
    pair = [kana, jaconv.hira2kata(kana)] if kana else []
    return "".join(one for one in (pair[::-1] if is_katakana else pair) if one in references())


def nearest_kana(kana: str) -> str:
    """The hiragana that stand in for one that the catalogue lacks, such as い for ゐ; empty for any other character."""
    return _NEAREST.get(jaconv.kata2hira(kana), "")
