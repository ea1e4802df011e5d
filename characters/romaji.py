"""Readings and the sounds of kana, as people type them in kana or romaji."""

import re
import unicodedata

import jaconv

from ml.strokes import references

_ACCENTS = re.compile("[\u0300-\u036f]")  # not U+3099, which voices kana
_KANA = re.compile("[ぁ-ゖー]+")
#: A kana that only lengthens the vowel before it: おう, とお, くう, かあ, ねえ.
_LONG = re.compile(
    "(?<=[おこそとのほもよろをごぞどぼぽょ])[うお]|(?<=[うくすつぬふむゆるぐずづぶぷゅ])う"
    "|(?<=[あかさたなはまやらわがざだばぱゃ])あ|(?<=[えけせてねへめれげぜでべぺ])え|ー"
)
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
    for keyed, known in _KEYED:
        romaji = keyed.sub(known, romaji)
    kana: str = jaconv.kata2hira(jaconv.alphabet2kana(romaji))
    return kana if _KANA.fullmatch(kana) else ""


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
