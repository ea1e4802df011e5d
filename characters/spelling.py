"""The spellings in which a character can be typed or sent."""

import re
import unicodedata

from ml.strokes import references

#: Most unknown characters that a message names.
_NAMED = 20
#: Longest text that is one character: a base with its combining mark, a variation selector and stray spaces.
MAX_LENGTH = 16

#: Variation selectors ask for a glyph, not for another character.
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
#: The voicing marks that stand by themselves, as the combining ones that compose.
_VOICING = str.maketrans("゛゜", "\u3099\u309a")


def spelling(text: str) -> str:
    """`text` as the catalogue spells characters: composed, in their ordinary width, without variation selectors.

    か with a combining or spacing mark becomes が, ｶﾞ becomes ガ, Ａ becomes A. Spaces around it are removed.
    """
    return unicodedata.normalize("NFKC", _SELECTORS.sub("", text).translate(_VOICING)).strip()


def split_known(text: str) -> tuple[str, str]:
    """The catalogue's characters in `text` and the other letters and digits, each once and in order.

    Spaces, punctuation and symbols are in neither.
    """
    found = dict.fromkeys(spelling(text))
    known = "".join(c for c in found if c in references())
    return known, "".join(c for c in found if c not in references() and unicodedata.category(c)[0] in "LN")


def name_unknown(unknown: str) -> str:
    """The characters of `unknown` separated by spaces, cut off after `_NAMED`."""
    return " ".join(unknown[:_NAMED]) + (" …" if len(unknown) > _NAMED else "")
