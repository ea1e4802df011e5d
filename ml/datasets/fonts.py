"""Shapes from fonts: the middle lines of their glyphs.

The fonts come from Debian packages (names and licences in SOURCES.md). Fonts that aren't installed are skipped.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ml import skeleton
from ml.strokes import Strokes

_SMALL = "abcdefghijklmnopqrstuvwxyz"

#: Fonts that look like handwriting or like a school book, each with the characters to leave out: some draw small
#: letters as capitals, which would teach the wrong shape.
FONTS = {
    "KleeOne-Regular.ttf": "",
    "YuseiMagic-Regular.ttf": "",
    "kiloji.ttf": "",
    "setofont.ttf": "",
    "MTLmr3m.ttf": "",
    "Mplus1-Regular.otf": "",
    "VL-PGothic-Regular.ttf": "",
    "YOzREF.ttf": "",
    "YOzRC_.ttf": "",
    "YOzRSX.ttf": "",
    "YOzBAFi.ttf": "",
    "ComicNeue-Regular.otf": "",
    "Breip.ttf": "",
    "Ecolier-court.ttf": "",
    "femkeklaver.ttf": "",
    "Kristi.ttf": "",
    "Rufscript010.ttf": "",
    "Delphine.ttf": "",
    "SteveHand.ttf": "",
    "BecauseWeBuild-Regular.otf": _SMALL,
    "BecauseWeConnect-Regular.otf": _SMALL,
    "BecauseWeCreate-Regular.otf": _SMALL,
    "BecauseWeMentor-Regular.otf": _SMALL,
    "Humor-Sans.ttf": _SMALL,
    "TomsonTalks.ttf": _SMALL,
}

#: Fonts of print, for kana and letters only: people who don't know a script copy its print, serifs included.
PRINT = dict.fromkeys(
    [
        "ipam.ttf",
        "ipaexm.ttf",
        "NotoSerifCJK-Regular.ttc",
        "NotoSansCJK-Regular.ttc",
        "umeplus-gothic.ttf",
        "DejaVuSans.ttf",
        "DejaVuSerif.ttf",
        "LiberationSans-Regular.ttf",
        "LiberationSerif-Regular.ttf",
        "LiberationSerif-Italic.ttf",
        "LinLibertine_R.otf",
        "LinLibertine_RI.otf",
        "LinBiolinum_RI.otf",
        "Lato-Light.ttf",
        "OpenDyslexic-Regular.otf",
    ],
    "",
)

_SIZE = 96


def skeletons(characters: Iterable[str], folder: Path, fonts: Mapping[str, str] = FONTS) -> dict[str, list[Strokes]]:
    """The middle lines of each of `characters` in each of `fonts` that is found below `folder`.

    `fonts`: file names, each with the characters to leave out.
    """
    files = {path.name: path for path in sorted(folder.rglob("*.[to]t[cf]"))}
    found: dict[str, list[Strokes]] = {character: [] for character in characters}
    for name, left_out in fonts.items():
        if name not in files:
            continue
        font = ImageFont.truetype(files[name], _SIZE)
        missing = glyph(font, "\U0010fffd")
        for character in found:
            image = glyph(font, character)
            if character in left_out or not image.any() or np.array_equal(image, missing):
                continue
            strokes = skeleton.trace(image)
            if strokes:
                found[character].append(strokes)
    return found


def glyph(font: ImageFont.FreeTypeFont, character: str) -> NDArray[np.uint8]:
    """The glyph of `character`, 255 on 0, with an empty border."""
    left, top, right, bottom = font.getbbox(character)
    image = Image.new("L", (max(1, round(right - left)) + 8, max(1, round(bottom - top)) + 8))
    ImageDraw.Draw(image).text((4 - left, 4 - top), character, fill=255, font=font)
    return np.where(np.asarray(image) > 80, 255, 0).astype(np.uint8)
