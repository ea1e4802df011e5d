"""The language of the search box.

Spaces separate words, and a character must match all of them. A word is one or several characters (食, 食飲), a reading
or its beginning in kana or any romaji (ta.beru, ショク, syoku, tōkyō), the sound of a kana (shi, xtsu), the reading of
a word (がっこう), the beginning of a word of a meaning (dogs, l’eau), the Japanese name of a radical (にんべん),
components (亻+木), a code point (U+98DF), a JIS code (1-31-09), a four-corner code (8073.2), or a field with a value:
strokes:8, strokes:5-8, strokes:>20, grade:3, radical:184, radical:氵, jlpt:4, frequency:-500, script:kanji. Some
fields have a form without a colon too: 8 strokes, grade 3, N5.
"""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from characters.catalogue import other_form, radical_names, with_corner_code
from characters.catalogue import radicals as radicals_by_number
from characters.meanings import ARTICLES, words
from characters.quoting import quoted
from characters.romaji import reading_key
from characters.spelling import spelling
from ml.strokes import references

#: Maximum number of characters and of words in a search.
MAX_LENGTH, MAX_WORDS = 100, 8
FIELDS = ["script", "grade", "strokes", "radical", "jlpt", "frequency"]
#: A valid value of each field.
EXAMPLES = {
    "script": "script:kanji",
    "grade": "grade:3",
    "strokes": "strokes:8",
    "radical": "radical:85",
    "jlpt": "jlpt:N5",
    "frequency": "frequency:-500",
}
#: Other names of the fields.
_NAMES = {
    "stroke": "strokes",
    "trait": "strokes",
    "traits": "strokes",
    "画数": "strokes",
    "学年": "grade",
    "année": "grade",
    "部首": "radical",
    "clé": "radical",
    "clef": "radical",
    "頻度": "frequency",
    "fréquence": "frequency",
    "文字": "script",
}
_NAME = "|".join([*FIELDS, *_NAMES])
#: Ways to write a field without a colon, or with spaces in it, each with the field.
_PHRASES = [
    (re.compile(pattern, re.IGNORECASE), written)
    for pattern, written in [
        (rf"(?<!\S)({_NAME})\s*[:=]\s*(?=\S)", r"\1:"),
        (rf"(?<!\S)({_NAME}):?\s*([<>]=?)\s*(?=\d)", r"\1:\2"),
        (r"(?<!\S)([<>]=?\d{1,2}|\d{1,2}(?:-\d{1,2}|\+)?)\s*(?:strokes?|traits?|画)(?!\S)", r"strokes:\1"),
        (r"(?<!\S)(?:strokes?|traits?|画数)\s+(\d{1,2})(?!\S)", r"strokes:\1"),
        (r"(?<!\S)(?:grade|année|小)\s*(\d{1,2})(?!\S)", r"grade:\1"),
        (r"(?<!\S)(?:小学)?(\d)年生(?!\S)", r"grade:\1"),
        (r"(?<!\S)(?:radical|clé|clef|部首)\s*(\d{1,3})(?!\S)", r"radical:\1"),
        (r"(?<!\S)(?:jlpt[\s:]*)?n([1-5])(?!\S)", r"jlpt:n\1"),
    ]
]
#: Fewest letters of romaji that name a radical: ki and ta would find too many.
_MIN_ROMAJI = 5
_N_LEVEL = re.compile("n([1-5])", re.IGNORECASE)
_CODE_POINT = re.compile("(?:u[+]|0x)([0-9a-f]{2,6})", re.IGNORECASE)
_JIS_CODE = re.compile(r"[12]-\d{1,2}-\d{1,2}")
_CORNERS = re.compile(r"\d{4}\.\d")


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
    for word in _with_fields(spelling(text)).split():
        name, colon, value = word.partition(":")
        name = _NAMES.get(name.casefold(), name.casefold())
        if not colon:
            query.words.append(word)
        elif name == "jlpt" and (level := _N_LEVEL.fullmatch(value)):
            query.fields["n_level"] = level[1]
        elif name in FIELDS and value:
            query.fields[name] = value
        else:
            raise SearchError(_unknown_field(word, name))
    if len(query.words) > MAX_WORDS:
        raise SearchError(_("A search can have at most %(most)s words.") % {"most": MAX_WORDS})
    query.words[:] = [word for word in query.words if word.casefold() not in ARTICLES] or query.words
    return query


def _with_fields(text: str) -> str:
    """`text` with a field in the place of each phrase for one, such as 8 strokes."""
    for phrase, written in _PHRASES:
        text = phrase.sub(written, text)
    return text


def _unknown_field(word: str, name: str) -> str:
    """A sentence about a word with a colon that is no field with a value."""
    if name in FIELDS:
        return _("%(word)s lacks a value. Write, for example, %(example)s.") % {
            "word": quoted(word),
            "example": EXAMPLES[name],
        }
    return _("%(word)s is not a valid search field. Use %(fields)s, as in strokes:8.") % {
        "word": quoted(word),
        "fields": ", ".join(FIELDS),
    }


def literals(word: str) -> str:
    """The characters that `word` contains or names by code point; empty for a reading or a meaning."""
    if code := _CODE_POINT.fullmatch(word):
        point = int(code[1], 16)
        # Databases can't compare NUL and lone surrogates.
        return chr(point) if 0 < point < 0xD800 or 0xDFFF < point <= 0x10FFFF else ""
    if len(word) > 1 and components(word):
        return ""
    return word if len(word) == 1 or any(c >= "㐀" for c in word) else ""


def components(word: str) -> list[str]:
    """The components that a character must have: those that `word` joins by +, or one that is no character itself."""
    parts = word.split("+")
    if len(parts) > 1 and all(len(part) == 1 and part > "\u02ff" for part in parts):
        return list(dict.fromkeys(parts))
    is_component = len(word) == 1 and word >= "\u2e80" and word not in references() and not other_form(word)
    return [word] if is_component else []


def jis_code(word: str) -> str:
    """`word` as a JIS code in the catalogue's format; empty if it isn't one."""
    return "{}-{:0>2}-{:0>2}".format(*word.split("-")) if _JIS_CODE.fullmatch(word) else ""


def corner_code(word: str) -> str:
    """`word` as a four-corner code; empty if it isn't one."""
    return word if _CORNERS.fullmatch(word) else ""


def named(word: str) -> str:
    """The characters of the catalogue that `word` contains or names by a code, in its order.

    A character outside the catalogue stands for its form there.
    """
    found = [one if one in references() else other_form(one) for one in literals(word)]
    return "".join(dict.fromkeys([*found, *with_corner_code(corner_code(word))]))


def radicals_named(word: str) -> list[int]:
    """The numbers of the radicals that have `word` as a Japanese name; short romaji names none.

    Names in other languages are those of meanings, which a word finds first: see `Browsing.radicals`.
    """
    kana = "" if word.isascii() and len(word) < _MIN_ROMAJI else reading_key(word)
    return radical_names().get(kana, []) if kana else []


def radicals(text: str) -> list[int]:
    """The numbers of the radicals that `text` names by number, glyph, or name in any language and romaji."""
    if text.isdecimal():
        return [int(text)] if 0 < int(text[:4]) <= 214 and len(text) < 4 else []
    glyph = spelling(text)
    found = [radical.number for radical in radicals_by_number().values() if radical.glyph == glyph]
    found = found or [radical.number for radical in radicals_by_number().values() if glyph in radical.glyphs]
    found = found or radical_names().get(words(text.replace("_", " ")).strip(), [])
    return found or radical_names().get(reading_key(text) or "-", [])
