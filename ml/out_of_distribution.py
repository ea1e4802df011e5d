"""Out-of-distribution shapes: rare kanji, other scripts, strokes that form no character, several characters at once.

The network learns from these to answer "not a character I know".
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import ImageFont

from ml import raster, skeleton
from ml.datasets import fonts, ink, kanjivg
from ml.strokes import Strokes
from ml.synthesis import POINTS, Shape, shape

#: Files of Debian's fonts-noto-core and fonts-noto-cjk, with the ranges of code points taken from each. These scripts
#: share few shapes with the catalogue.
OTHER_SCRIPTS = {
    "NotoSansCJK-Regular.ttc": [(0x3131, 0x3164), (0xAC00, 0xD7A4)],
    "NotoSansArabic-Regular.ttf": [(0x0621, 0x064B)],
    "NotoSansArmenian-Regular.ttf": [(0x0531, 0x0557), (0x0561, 0x0588)],
    "NotoSansBalinese-Regular.ttf": [(0x1B05, 0x1B4C)],
    "NotoSansBengali-Regular.ttf": [(0x0985, 0x09BA)],
    "NotoSansCanadianAboriginal-Regular.ttf": [(0x1401, 0x1520)],
    "NotoSansCherokee-Regular.ttf": [(0x13A0, 0x13F6)],
    "NotoSansDevanagari-Regular.ttf": [(0x0904, 0x093A)],
    "NotoSansEthiopic-Regular.ttf": [(0x1200, 0x1358)],
    "NotoSansGeorgian-Regular.ttf": [(0x10D0, 0x10F1)],
    "NotoSansGlagolitic-Regular.ttf": [(0x2C30, 0x2C5F)],
    "NotoSansGujarati-Regular.ttf": [(0x0A85, 0x0ABA)],
    "NotoSansGurmukhi-Regular.ttf": [(0x0A05, 0x0A3A)],
    "NotoSansHebrew-Regular.ttf": [(0x05D0, 0x05EB)],
    "NotoSansJavanese-Regular.ttf": [(0xA984, 0xA9B3)],
    "NotoSansKannada-Regular.ttf": [(0x0C85, 0x0CBA)],
    "NotoSansKhmer-Regular.ttf": [(0x1780, 0x17B4)],
    "NotoSansLao-Regular.ttf": [(0x0E81, 0x0EAF)],
    "NotoSansMalayalam-Regular.ttf": [(0x0D05, 0x0D3A)],
    "NotoSansMongolian-Regular.ttf": [(0x1820, 0x1843)],
    "NotoSansMyanmar-Regular.ttf": [(0x1000, 0x102B)],
    "NotoSansSinhala-Regular.ttf": [(0x0D85, 0x0DC7)],
    "NotoSansSyriac-Regular.ttf": [(0x0710, 0x0730)],
    "NotoSansTamil-Regular.ttf": [(0x0B85, 0x0BBA)],
    "NotoSansTelugu-Regular.ttf": [(0x0C05, 0x0C3A)],
    "NotoSansThai-Regular.ttf": [(0x0E01, 0x0E2F)],
    "NotoSansTifinagh-Regular.ttf": [(0x2D30, 0x2D68)],
    "NotoSerifTibetan-Regular.ttf": [(0x0F40, 0x0F6D)],
}
#: The one script of Omniglot whose letters aren't numbered in `Drawing.source`: 20 writers of the first letter, then of
#: the second …
_KOREAN, _WRITERS = "omniglot/Korean", 20
#: Numbers of the letters of each of Omniglot's scripts that look like no catalogue character; chosen by eye.
REAL = {
    "Early_Aramaic": {1, 8, 9, 13, 15, 19},
    "Greek": {4, 8, 12, 14, 16, 21, 23},
    "Korean": {3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 20, 23, 26, 29, 30, 32, 35, 36, 39, 40},
}
#: Largest number of letters taken from one script, evenly spread over it.
_LETTERS = 260
#: A shape is left out if its blurred picture correlates with a catalogue character's by at least this, -1 to 1: readers
#: would take it for that character.
_ALIKE = 0.8
#: The same for rare kanji; lower, since learners' drawings of other kanji come close to them.
_ALIKE_KANJI = 0.7
#: The same for shapes of at most `_FEW_STROKES` strokes when both are stretched to a square: a squat U is a U.
_ALIKE_STRETCHED, _FEW_STROKES = 0.68, 5


def shapes(fonts_folder: Path, *, held_out: bool) -> dict[str, list[Shape]]:
    """The shapes of rare kanji, as KanjiVG draws them, and of letters of other scripts, as fonts do.

    With `held_out`, the tenth of them that thresholds are fitted on; without it, the others.
    """
    return {
        character: [found]
        for character, found in {**_rare(), **_letters(fonts_folder)}.items()
        if (zlib.crc32(character.encode()) % 10 == 0) == held_out
    }


def _rare() -> dict[str, Shape]:
    """The shapes of KanjiVG's kanji outside the catalogue, and of ゐゑヰヱ."""
    return {c: shape(kanjivg.strokes(c)) for c in kanjivg.characters() if c >= "一" or c in "ゐゑヰヱ"}


def _letters(folder: Path) -> dict[str, Shape]:
    files = {path.name: path for path in sorted(folder.rglob("*.[to]t[cf]"))}
    found = {}
    for name, ranges in OTHER_SCRIPTS.items():
        if name not in files:
            continue
        font = ImageFont.truetype(files[name], 96)
        missing = fonts.glyph(font, "\U0010fffd")
        letters = [chr(code) for first, end in ranges for code in range(first, end)]
        for letter in letters[:: -(-len(letters) // _LETTERS)]:
            image = fonts.glyph(font, letter)
            if image.any() and not np.array_equal(image, missing) and (strokes := skeleton.trace(image)):
                found[letter] = shape(strokes)
    return found


def real(paths: Iterable[Path]) -> dict[str, list[Strokes]]:
    """Volunteers' drawings of the letters in `REAL`, by script and number, from files of ink."""
    found: dict[str, list[Strokes]] = defaultdict(list)
    for path in paths:
        korean = 0
        for drawing in ink.read(path):
            source = drawing.source
            if source == _KOREAN:
                source = f"{_KOREAN}/{korean // _WRITERS + 1:02}"
                korean += 1
            script, _, number = source.removeprefix("omniglot/").partition("/")
            if number and int(number) in REAL.get(script, ()):
                found[source].append(drawing.strokes)
    return found


def without_lookalikes(
    unknown: Mapping[str, Sequence[Shape]], catalogue: Sequence[Shape]
) -> dict[str, Sequence[Shape]]:
    """`unknown` without the characters that readers would take for one of the `catalogue` shapes."""
    names = [name for name in unknown if unknown[name]]
    candidates = [unknown[name][0] for name in names]
    few = np.array([len(shape) <= _FEW_STROKES for shape in candidates])
    limits = np.where(["一" <= name <= "\u9fff" for name in names], _ALIKE_KANJI, _ALIKE)
    alike = _correlation(candidates, catalogue, 0.75) >= limits
    stretched = _correlation([_stretched(s) for s in candidates], [_stretched(s) for s in catalogue], 1.6)
    alike |= few & (stretched >= _ALIKE_STRETCHED)
    return {name: unknown[name] for name, left_out in zip(names, alike, strict=True) if not left_out}


def _correlation(shapes: Sequence[Shape], others: Sequence[Shape], blur: float) -> NDArray[np.float32]:
    """(n,) the largest correlation of each shape's blurred picture with any of the others', -1 to 1."""
    return np.asarray((_pictures(shapes, blur) @ _pictures(others, blur).T).max(axis=1), np.float32)


def _stretched(shape: Shape) -> Shape:
    """`shape` stretched to a square; a line stays a line."""
    return (shape / np.maximum(np.ptp(shape, axis=(0, 1)) / 2, 0.35)).astype(np.float32)


def _pictures(shapes: Sequence[Shape], blur: float) -> NDArray[np.float32]:
    """(n, pixels) blurred pictures with mean 0 and length 1, so that dot products are correlations."""
    drawn = [raster.draw(raster.fit(list(shape))).astype(np.float32) for shape in shapes]
    soft = [cv2.GaussianBlur(cv2.resize(d, (32, 32), interpolation=cv2.INTER_AREA), (0, 0), blur) for d in drawn]
    small = np.stack([picture.ravel() for picture in soft])
    small -= small.mean(axis=1, keepdims=True)
    return np.asarray(small / np.linalg.norm(small, axis=1, keepdims=True), np.float32)


def invented(catalogue: Sequence[Shape], rng: Generator) -> tuple[Shape, float]:
    """A shape that is no character, made of `catalogue` shapes or at random, and its looseness (see `augment`)."""
    kind = rng.random()
    if kind < 0.3:
        return _swapped(catalogue, rng, 3), 1
    if kind < 0.42:
        return _swapped(catalogue, rng, 1), 1
    if kind < 0.45:
        return _dots(rng), 0
    if kind < 0.6:
        return _several(catalogue, rng), 1
    if kind < 0.75:
        return _turned(catalogue, rng), 1
    return _scribble(rng), 0


def _pick(catalogue: Sequence[Shape], rng: Generator, least: int = 1) -> Shape:
    while True:
        chosen = catalogue[int(rng.integers(len(catalogue)))]
        if len(chosen) >= least:
            return chosen


def _swapped(catalogue: Sequence[Shape], rng: Generator, least: int) -> Shape:
    """Some strokes of one character and some of another: `least` or more of each, but at most two if `least` is 1."""
    one, other = _pick(catalogue, rng, least + 1), _pick(catalogue, rng, least + 1)
    fraction = rng.uniform(0.3, 0.7)
    most = 64 if least > 2 else least + 1
    first = rng.permutation(len(one))[: min(most, max(least, round(fraction * len(one))))]
    second = rng.permutation(len(other))[: min(most, max(least, round((1 - fraction) * len(other))))]
    return _framed(np.concatenate([one[first], other[second]]))


def _dots(rng: Generator) -> Shape:
    """One to four dots or short dashes."""
    dots = rng.uniform(-1, 1, (int(rng.integers(1, 5)), 1, 2))
    dashes = rng.normal(0, rng.uniform(0, 0.08), (len(dots), 1, 2)) * np.linspace(-1, 1, POINTS)[None, :, None]
    return _framed(dots + dashes)


def _several(catalogue: Sequence[Shape], rng: Generator) -> Shape:
    """Two or three characters, side by side or one below the other."""
    count = int(rng.integers(2, 4))
    axis = int(rng.integers(2))
    parts: list[NDArray[np.floating]] = []
    for index in range(count):
        part = _pick(catalogue, rng, 2) * np.exp(rng.normal(0, 0.12, 2)) + rng.normal(0, 0.1, 2)
        part[..., axis] += index * rng.uniform(2.1, 2.7)
        parts.append(part)
    return _framed(np.concatenate(parts))


def _turned(catalogue: Sequence[Shape], rng: Generator) -> Shape:
    """A character of six strokes or more, rotated or mirrored; one of fewer strokes might then be another character."""
    chosen = _pick(catalogue, rng, 6)
    turns = [np.array([[0, 1], [-1, 0]]), np.array([[0, -1], [1, 0]]), np.array([[1, 0], [0, -1]]), -np.eye(2)]
    return _framed(chosen @ turns[int(rng.integers(len(turns)))])


def _scribble(rng: Generator) -> Shape:
    """Random curves: a few long loops, a zigzag or many short strokes."""
    count = int(rng.choice([1, 1, 2, 4, 6, 9, 14]))
    knot_count = int(rng.integers(10, 40)) if count < 3 else int(rng.integers(2, 7))
    reach = 1.0 if count < 3 else rng.uniform(0.15, 0.8)
    knots = rng.uniform(-1, 1, (count, 1, 2)) + rng.normal(0, reach, (count, knot_count, 2))
    at = np.linspace(0, knot_count - 1, max(POINTS, 4 * knot_count))
    lines = np.stack([[np.interp(at, range(knot_count), line[:, axis]) for axis in (0, 1)] for line in knots])
    lines = lines.transpose(0, 2, 1).astype(np.float32)
    if rng.random() < 0.6:
        for _ in range(int(rng.integers(1, 6))):
            lines[:, 1:-1] = (lines[:, :-2] + lines[:, 1:-1] + lines[:, 2:]) / 3
    return _framed(_as_strokes(lines))


def _as_strokes(lines: NDArray[np.float32]) -> Shape:
    """`lines` (n, points, 2) cut into strokes of POINTS points; each begins where the one before it ends."""
    starts = range(0, lines.shape[1] - 1, POINTS - 1)
    pieces = [lines[:, start : start + POINTS] for start in starts]
    full = [piece for piece in pieces if piece.shape[1] == POINTS]
    return np.concatenate(full or [np.repeat(pieces[0], POINTS, axis=1)[:, :POINTS]])


def _framed(points: NDArray[np.floating]) -> Shape:
    """`points` (strokes, POINTS, 2), centred and scaled as shapes are."""
    low, high = points.min(axis=(0, 1)), points.max(axis=(0, 1))
    return ((points - (low + high) / 2) / max(float((high - low).max()) / 2, 1e-6)).astype(np.float32)
