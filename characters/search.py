"""The language of the search box.

Spaces separate words, and a character must match all of them. A word is one or several characters (食, 食飲), a reading
or its beginning in kana or any romaji (ta.beru, ショク, syoku, tōkyō), the beginning of a word of a meaning, a code
point (U+98DF), a JIS code (1-31-09), or a field with a value: strokes:8, strokes:5-8, grade:3, radical:184, jlpt:4,
frequency:-500, script:kanji.
"""

import re
import unicodedata
from dataclasses import dataclass, field

import jaconv
from django.utils.translation import gettext as _

from characters.quoting import quoted

#: Maximum number of characters and of words in a search.
MAX_LENGTH, MAX_WORDS = 100, 8
FIELDS = ["script", "grade", "strokes", "radical", "jlpt", "frequency"]

_ACCENTS = re.compile("[\u0300-\u036f]")  # not U+3099, which voices kana
_KANA = re.compile("[ぁ-ゖー]+")
_CODE_POINT = re.compile("(?:u[+]|0x)([0-9a-f]{2,6})", re.IGNORECASE)
_JIS_CODE = re.compile(r"[12]-\d{1,2}-\d{1,2}")
#: A kana that only lengthens the vowel before it: おう, とお, くう, かあ, ねえ.
_LONG = re.compile(
    "(?<=[おこそとのほもよろをごぞどぼぽょ])[うお]|(?<=[うくすつぬふむゆるぐずづぶぷゅ])う"
    "|(?<=[あかさたなはまやらわがざだばぱゃ])あ|(?<=[えけせてねへめれげぜでべぺ])え|ー"
)
_DOUBLE_N = re.compile("nn(?=[aiueoy])")
#: Remains where romaji has consonants that start no kana.
_STRAY = re.compile("っ(?:っ|$)")
#: Kana that share their romaji.
_HOMOPHONES = str.maketrans("ぢづを", "じずお")


class SearchError(Exception):
    """The search isn't valid. The message is a sentence for the visitor, in the active language."""


@dataclass(frozen=True)
class Query:
    """A parsed search: the values by field, and the remaining words."""

    fields: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)


def parse(text: str) -> Query:
    """Parse `text`. Raises SearchError if it is too long or names an unknown field."""
    if len(text) > MAX_LENGTH:
        raise SearchError(_("A search can have at most %(most)s characters.") % {"most": MAX_LENGTH})
    query = Query()
    for word in unicodedata.normalize("NFKC", text).split():
        name, colon, value = word.partition(":")
        if not colon:
            query.words.append(word)
        elif name.casefold() in FIELDS and value:
            query.fields[name.casefold()] = value
        else:
            raise SearchError(
                _("%(word)s is not a valid search field. Use %(fields)s, as in strokes:8.")
                % {"word": quoted(word), "fields": ", ".join(FIELDS)}
            )
    if len(query.words) > MAX_WORDS:
        raise SearchError(_("A search can have at most %(most)s words.") % {"most": MAX_WORDS})
    return query


def literals(word: str) -> str:
    """The characters that `word` contains or names by code point; empty for a reading or a meaning."""
    if code := _CODE_POINT.fullmatch(word):
        point = int(code[1], 16)
        # Databases can't compare NUL and lone surrogates.
        return chr(point) if 0 < point < 0xD800 or 0xDFFF < point <= 0x10FFFF else ""
    return word if len(word) == 1 or any(c >= "㐀" for c in word) else ""


def jis_code(word: str) -> str:
    """`word` as a JIS code in the catalogue's format; empty if it isn't one."""
    return "{}-{:0>2}-{:0>2}".format(*word.split("-")) if _JIS_CODE.fullmatch(word) else ""


def reading_key(text: str) -> str:
    """A reading in kana or romaji as hiragana with short vowels, for comparison; empty if it is neither."""
    plain = _without_accents(unicodedata.normalize("NFKC", text).casefold())
    # An apostrophe separates the n of kan'na and shin'ichi.
    romaji = _DOUBLE_N.sub("n'n", plain.translate({ord("’"): "'", ord("."): None, ord("-"): None, ord("・"): None}))
    kana = jaconv.kata2hira(jaconv.alphabet2kana(romaji))
    return _LONG.sub("", kana).translate(_HOMOPHONES) if _KANA.fullmatch(kana) and not _STRAY.search(kana) else ""


def words(text: str) -> str:
    """The words of a meaning in lower case without accents, each between spaces, so that " word " finds one."""
    plain = re.sub(r"\W+", " ", _without_accents(text.casefold())).strip()
    return f" {plain} " if plain else ""


def _without_accents(text: str) -> str:
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text)))
