"""The spellings in which a character can be typed or sent."""

import re
import unicodedata

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
