"""The spellings in which a character can be typed or sent."""

import re
import unicodedata

#: Longest text that is one character: a base with its combining mark, a variation selector and stray spaces.
MAX_LENGTH = 16

#: Variation selectors ask for a glyph, not for another character; format characters and the keycap don't show.
_INVISIBLE = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\u20e3]")
#: The voicing marks that stand by themselves, as the combining ones that compose; and the signs of Unicode's block of
#: further radicals, which copying from PDF files yields instead of the characters.
SIGNS = str.maketrans(
    "゛゜⺝⺟⺠⻁⻃⻄⻑⻘⻝⻤⻨⻩⻫⻭⻯⺅⺉⺖⺘⺡⺣⺨⺩⺭⺾⺿⻀⻂⻌⻍⻎⻏⻖",
    "\u3099\u309a月母民虎西西長青食鬼麦黄斉歯竜亻刂忄扌氵灬犭王礻艹艹艹衤辶辶辶阝阝",
)


def spelling(text: str) -> str:
    """`text` as the catalogue spells characters: composed, in their ordinary width, without variation selectors.

    か with a combining or spacing mark becomes が, ｶﾞ becomes ガ, Ａ becomes A. Spaces around it are removed.
    """
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text).translate(SIGNS)).strip()
