"""The layout of practice sheets: pages of lines and text, whose lengths are mm from the top left corner.

A practice sheet (練習シート) gives each character its readings, its strokes one after the other, and a row of squares:
the reference, copies to trace that fade, and empty squares. Manuscript paper (原稿用紙) is read in columns, from right
to left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from characters.drawing import SIDE, reference_paths
from characters.sheets import typeface
from characters.spelling import spelling
from ml.strokes import references

#: (a, b, c, d, e, f) of SVG and PDF: x' = ax + cy + e, y' = bx + dy + f.
Matrix = tuple[float, float, float, float, float, float]
UPRIGHT: Matrix = (1, 0, 0, 1, 0, 0)

#: Paper sizes in portrait, mm.
PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
#: Left, right and bottom margins, and the height of the head with the name line; mm.
_MARGIN, _BOTTOM, _HEAD = 12.0, 14.0, 21.0

#: Greys, 0 black to 1 white.
_INK, _LABEL, _FRAME, _GUIDE, _EARLIER = 0.0, 0.35, 0.45, 0.72, 0.62
#: Greys of the first and of the last copy to trace.
_DARKEST_COPY, _LIGHTEST_COPY = 0.6, 0.84
#: Pen of characters, in units of which their square has `SIDE`; the square's margin, as a fraction of its side.
_PEN, _INSET = 5.0, 0.07

#: Heights of a character's caption and of the space below its squares, and the greatest side of a step; mm.
_CAPTION, _GAP, _STEP = 5.2, 5.0, 11.0
#: Size of the captions, labels and credits; mm.
_TEXT, _SMALL, _CREDITS = 3.4, 3.0, 2.3

#: Columns of manuscript paper by its number of squares, and the squares in each column.
COLUMNS, ROWS = {200: 10, 400: 20}, 20
#: Width of the space for readings beside a column, as a fraction of a square's side, and the middle of the paper; mm.
_RUBY, _FOLD = 0.42, 9.0
#: Characters that begin no column: they hang below the column before.
_HANGING = "、。，．」』）】〉》〕］｝"
_STOPS = "、。，．"
#: A full stop and the bracket that closes after it share a square; how far lower the bracket is, in rows.
_FULL_STOPS, _CLOSING, _LOWER = "。．", "」』", 0.3
_SMALL_KANA = "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
#: Characters that lie on their side in a column; a long vowel is mirrored besides.
_TURNED, _LONG_VOWEL = "「」『』（）【】〈〉《》〔〕［］｛｝…‥：；〜～—–", "ー"


@dataclass(frozen=True)
class Labels:
    """The words on a sheet, in the reader's language."""

    name: str
    date: str
    credits: str


class Entry(NamedTuple):
    """A character to practise, and what its caption says about it."""

    literal: str
    caption: str


@dataclass(frozen=True)
class Line:
    """SVG path data of M, C and L, stroked. `width` and `dash` are in the path's own units."""

    path: str
    width: float
    grey: float
    matrix: Matrix = UPRIGHT
    dash: float = 0


@dataclass(frozen=True)
class Text:
    """A line of text; the matrix puts the start of its baseline in place. `size` is the em."""

    text: str
    size: float
    grey: float
    matrix: Matrix


@dataclass
class Page:
    width: float
    height: float
    #: The characters on the page, for those who can't see them.
    characters: str = ""
    lines: list[Line] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    def write(self, text: str, x: float, baseline: float, size: float, grey: float = _LABEL) -> None:
        self.texts.append(Text(text, size, grey, (1, 0, 0, 1, x, baseline)))

    def draw(self, path: str, width: float, grey: float, dash: float = 0) -> None:
        self.lines.append(Line(path, width, grey, dash=dash))

    def character(self, path: str, x: float, y: float, side: float, grey: float) -> None:
        """Draw the `path` of a character, or of some strokes of it, in the square of `side` at (x, y)."""
        scale = side * (1 - 2 * _INSET) / SIDE
        self.lines.append(Line(path, _PEN, grey, (scale, 0, 0, scale, x + side * _INSET, y + side * _INSET)))


def practice(
    entries: Sequence[Entry], *, paper: str, squares: int, copies: int, has_steps: bool, labels: Labels
) -> list[Page]:
    """A practice sheet of one or more `entries`: rows of `squares`, of which `copies` are to trace."""
    width, height = PAPERS[paper]
    room = width - 2 * _MARGIN
    side = room / squares
    pages: list[Page] = []
    top = height
    for entry in entries:
        strokes = reference_paths(entry.literal)
        step = min(_STEP, room / len(strokes)) if has_steps else 0.0
        if top + _CAPTION + step + side > height - _BOTTOM:
            pages.append(Page(width, height))
            top = _HEAD
        page = pages[-1]
        page.characters += entry.literal
        page.write(typeface.shortened(entry.caption, room / _TEXT), _MARGIN, top + _TEXT, _TEXT)
        top += _CAPTION
        if has_steps:
            _draw_steps(page, strokes, top, step)
            top += step
        _draw_squares(page, top, side, squares)
        whole = "".join(strokes)
        for square, grey in enumerate([_INK, *_fading(copies)]):
            page.character(whole, _MARGIN + square * side, top, side, grey)
        top += side + _GAP
    return _finished(pages, labels)


def manuscript(text: str, *, paper: str, squares: int, labels: Labels) -> list[Page]:
    """Manuscript paper of 200 or 400 `squares` with `text` to trace; empty without text."""
    short, long = PAPERS[paper]
    is_wide = squares == max(COLUMNS)
    grid = _Grid(*((long, short) if is_wide else (short, long)), COLUMNS[squares], is_wide)
    pages = [grid.page()]
    for character, page, column, row in _columns(text, COLUMNS[squares]):
        while len(pages) <= page:
            pages.append(grid.page())
        grid.place(pages[page], character, column, row)
    return _finished(pages, labels)


def _columns(text: str, columns: int) -> Iterator[tuple[str, int, int, float]]:
    """(character, page, column, row) of each character that isn't a space; row `ROWS` hangs below its column."""
    column = row = 0
    stop = (0, 0)
    for before, character in pairwise("\n" + text):
        if character == "\n":
            if row or before == "\n":
                column, row = column + 1, 0
            continue
        if before in _FULL_STOPS and character in _CLOSING:
            yield character, *divmod(stop[0], columns), stop[1] + _LOWER
            continue
        hangs = row == ROWS and character in _HANGING
        if row == ROWS and not hangs:
            column, row = column + 1, 0
        if not character.isspace():
            yield character, *divmod(column, columns), row
        stop = column, row
        row += 1
        if hangs:
            column, row = column + 1, 0


class _Grid:
    """Where the squares of manuscript paper lie."""

    def __init__(self, width: float, height: float, columns: int, has_fold: bool) -> None:
        self.width, self.height, self.columns = width, height, columns
        self.fold = _FOLD if has_fold else 0.0
        across = (width - 2 * _MARGIN - self.fold) / columns / (1 + _RUBY)
        self.side = min(across, (height - _HEAD - _BOTTOM) / ROWS)
        self.pitch = self.side * (1 + _RUBY)
        self.right = (width + columns * self.pitch + self.fold) / 2

    def left_of(self, column: int) -> float:
        """The x of the left edge of the squares of `column`, which counts from 0 at the right; mm."""
        beyond = self.fold if column >= self.columns / 2 else 0
        return self.right - beyond - column * self.pitch - self.pitch

    def page(self) -> Page:
        """An empty page."""
        page = Page(self.width, self.height)
        top, bottom = _HEAD, _HEAD + ROWS * self.side
        squares = frames = ""
        for column in range(self.columns):
            left = self.left_of(column)
            right = left + self.side
            frames += _path((left, top), (left, bottom)) + _path((right, top), (right, bottom))
            for row in range(1, ROWS):
                y = top + row * self.side
                squares += _path((left, y), (right, y))
        left, right = self.left_of(self.columns - 1), self.right
        page.draw(squares, 0.15, _FRAME)
        page.draw(frames, 0.15, _FRAME)
        page.draw(_box(left, top, right - left, bottom - top), 0.3, _FRAME)
        page.draw(_box(left - 1, top - 1, right - left + 2, bottom - top + 2), 0.6, _FRAME)
        if self.fold:
            self._draw_fold(page, top, bottom)
        return page

    def _draw_fold(self, page: Page, top: float, bottom: float) -> None:
        """The fish tail (魚尾) that marks the middle, where the paper is folded."""
        right = self.left_of(self.columns // 2 - 1)
        left = right - self.fold
        middle, third = (left + right) / 2, (bottom - top) / 3
        tails = ""
        for y, down in ((top + third, 1), (bottom - third, -1)):
            tails += _path((left, y), (right, y)) + _path((left, y + 4 * down), (middle, y + 2 * down))
            tails += _path((middle, y + 2 * down), (right, y + 4 * down))
        page.draw(_path((right, top), (right, bottom)) + tails, 0.3, _FRAME)

    def place(self, page: Page, character: str, column: int, row: float) -> None:
        """Draw `character` in a square of `page`, as vertical writing has it."""
        page.characters += character
        x, y = self.left_of(column), _HEAD + row * self.side
        known = spelling(character)
        if known in references():
            self._draw(page, character, known, x, y)
        elif typeface.has(character):
            self._set(page, character, x, y)

    def _draw(self, page: Page, character: str, known: str, x: float, y: float) -> None:
        """Draw the reference strokes of `known`."""
        scale = self.side * (1 - 2 * _INSET) / SIDE
        x, y = x + self.side * _INSET, y + self.side * _INSET
        matrix: Matrix = (scale, 0, 0, scale, x, y)
        if character in _SMALL_KANA:
            right, up = _moved(known)
            matrix = (scale, 0, 0, scale, x + right * scale, y + up * scale)
        page.lines.append(Line("".join(reference_paths(known)), _PEN, _DARKEST_COPY, matrix))

    def _set(self, page: Page, character: str, x: float, y: float) -> None:
        """Set a character that has no strokes, such as punctuation, from the typeface."""
        em = self.side * 0.86
        middle_x, middle_y = x + self.side / 2, y + self.side / 2
        half = typeface.width(character) / 2 * em
        if character in _TURNED:
            matrix: Matrix = (0, 1, -1, 0, middle_x - 0.38 * em, middle_y - half)
        elif character == _LONG_VOWEL:
            matrix = (0, 1, 1, 0, middle_x + 0.38 * em, middle_y - half)
        else:
            shift = 0.56 if character in _STOPS else 0.12 if character in _SMALL_KANA else 0
            matrix = (1, 0, 0, 1, middle_x - half + shift * em, middle_y + (0.38 - shift) * em)
        page.texts.append(Text(character, em, _DARKEST_COPY, matrix))


def _moved(literal: str) -> tuple[float, float]:
    """How far a small kana moves from where it stands in a row to the upper right, its place in a column."""
    points = [(x / 10, y / 10) for stroke in references()[literal] for x, y in stroke.tolist()]
    return SIDE * 0.89 - max(x for x, _y in points), SIDE * 0.11 - min(y for _x, y in points)


def _fading(copies: int) -> list[float]:
    """The greys of the copies to trace, the darkest first."""
    between = (_LIGHTEST_COPY - _DARKEST_COPY) / max(copies - 1, 1)
    return [_DARKEST_COPY + copy * between for copy in range(copies)]


def _draw_steps(page: Page, strokes: Sequence[str], top: float, side: float) -> None:
    """A small picture for each stroke: it in black with its number, the earlier ones in grey."""
    for number, stroke in enumerate(strokes):
        x = _MARGIN + number * side
        page.draw(_box(x, top, side, side), 0.1, _GUIDE)
        if number:
            page.character("".join(strokes[:number]), x, top, side, _EARLIER)
        page.character(stroke, x, top, side, _INK)
        page.write(str(number + 1), x + side * 0.06, top + side * 0.24, side * 0.24, _LABEL)


def _draw_squares(page: Page, top: float, side: float, squares: int) -> None:
    """A row of squares, each with its cross."""
    left, right, bottom, middle = _MARGIN, _MARGIN + squares * side, top + side, top + side / 2
    frames = _box(left, top, right - left, side)
    frames += "".join(_path((left + n * side, top), (left + n * side, bottom)) for n in range(1, squares))
    cross = _path((left, middle), (right, middle))
    cross += "".join(_path((x, top), (x, bottom)) for x in (left + (n + 0.5) * side for n in range(squares)))
    page.draw(cross, 0.15, _GUIDE, dash=0.9)
    page.draw(frames, 0.25, _FRAME)


def _finished(pages: list[Page], labels: Labels) -> list[Page]:
    """The pages with the lines for name and date, the credits and the page's number."""
    for number, page in enumerate(pages, 1):
        baseline = _MARGIN + 3
        right = page.width - _MARGIN
        for label, start, end in ((labels.date, _MARGIN, _MARGIN + 52), (labels.name, right - 78, right)):
            page.write(label, start, baseline, _SMALL)
            page.draw(
                _path((start + typeface.width(label) * _SMALL + 2, baseline + 0.8), (end, baseline + 0.8)), 0.2, _FRAME
            )
        foot = page.height - 7
        page.write(labels.credits, _MARGIN, foot, _CREDITS)
        if len(pages) > 1:
            count = f"{number} / {len(pages)}"
            page.write(count, right - typeface.width(count) * _SMALL, foot, _SMALL)
    return pages


def _path(*points: tuple[float, float]) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)


def _box(x: float, y: float, width: float, height: float) -> str:
    return _path((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))
