"""The wall as a picture to share. Without words, it suits every language."""

import io
import threading
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw

from accounts.progress import wall
from accounts.progress.wall import Section
from ml.strokes import REFERENCE_SIDE, references
from scoring import marks, preview

#: Held while a picture is drawn: a web process draws one at a time, since each takes 40 MB meanwhile.
_DRAWING = threading.Lock()

#: Change it when the drawing changes: caches then fetch the picture again.
VERSION = 1

# All lengths are px of the picture.
WIDTH = 1600
_COLUMNS, _CELL, _GAP = 56, 25, 2
_EDGE = (WIDTH - _COLUMNS * (_CELL + _GAP) + _GAP) // 2
#: Space above the cells, in which the marks stand with their numbers, and between two sections.
_HEAD, _BETWEEN = 220, 14
_SWATCH, _MARK, _MARK_PEN = 56, 64, 5
_DIGITS, _DIGIT_PEN = 44, 4.5
#: A glyph is drawn this much larger, then averaged down.
_OVERSAMPLING = 2
_GLYPH_PEN = 3
_UNWRITTEN, _UNWRITTEN_GLYPH = "#fffefb", "#c9c2b4"
#: Colour of the glyph on each mark's colour.
_GLYPHS = {"flower": "#ffffff"}


def png(sections: Sequence[Section]) -> bytes:
    """A PNG `WIDTH` px wide: each character in its mark's colour; above them the marks, and how many have each."""
    with _DRAWING:
        return _png(sections)


def _png(sections: Sequence[Section]) -> bytes:
    rows = [-(-len(section.cells) // _COLUMNS) for section in sections]
    height = _HEAD + sum(rows) * (_CELL + _GAP) + len(sections) * _BETWEEN + _EDGE - _BETWEEN
    picture = Image.new("RGB", (WIDTH, height), preview.COLOURS["background"])
    picture.paste(_head(sections), (0, 0))
    draw = ImageDraw.Draw(picture)
    top = _HEAD
    for section, lines in zip(sections, rows, strict=True):
        for number, cell in enumerate(section.cells):
            x = _EDGE + number % _COLUMNS * (_CELL + _GAP)
            y = top + number // _COLUMNS * (_CELL + _GAP)
            colour = wall.COLOURS[cell.mark] if cell.mark else _UNWRITTEN
            ink = _GLYPHS.get(cell.mark, preview.COLOURS["ink"]) if cell.mark else _UNWRITTEN_GLYPH
            draw.rectangle((x, y, x + _CELL - 1, y + _CELL - 1), colour)
            picture.paste(ink, (x, y), _glyph(cell.literal))
        top += lines * (_CELL + _GAP) + _BETWEEN
    file = io.BytesIO()
    picture.quantize(128, Image.Quantize.FASTOCTREE).save(file, "PNG")  # a tenth of the time of the default
    return file.getvalue()


def _head(sections: Sequence[Section]) -> Image.Image:
    """The top of the picture: the marks with their colours and numbers, the site's name and its address."""
    sheet = preview.Sheet(WIDTH, _HEAD)
    numbers = wall.counts(sections)
    step = 250
    for column, mark in enumerate(wall.COLOURS):
        left, top = _EDGE + column * step, 60
        sheet.block(preview.Square(left, top, _SWATCH), wall.COLOURS[mark])
        for line in marks.lines(mark):
            scale = _MARK / marks.SIDE
            sheet.line(preview.placed(line, (left + _SWATCH + 12, top - 4), scale), preview.COLOURS["mark"], _MARK_PEN)
        middle = (left + _SWATCH / 2 + 40, top + _SWATCH + 45)
        for line in preview.number_lines(numbers[mark], middle, 110, _DIGITS):
            sheet.line(line, preview.COLOURS["ink"], _DIGIT_PEN)
    sheet.text("Letters-AI", (WIDTH - _EDGE, 100), 44)
    sheet.text(preview.site_address(), (WIDTH - _EDGE, 145), 30, 420)
    return sheet.finished()


@cache
def _glyph(literal: str) -> Image.Image:
    """The character's reference as a mask of a cell; 3,175 of them take 4 MB."""
    side = _CELL * _OVERSAMPLING
    mask = Image.new("L", (side, side))
    draw = ImageDraw.Draw(mask)
    scale, margin = side * 0.86 / REFERENCE_SIDE, side * 0.07
    for stroke in references()[literal]:
        points = [(margin + x * scale, margin + y * scale) for x, y in stroke.tolist()]
        draw.line(points, 255, _GLYPH_PEN, joint="curve")
    return mask.reduce(_OVERSAMPLING)
