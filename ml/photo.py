"""Reads an image of a character or of a line: checks it, decodes it, and finds the pen's ink.

Other people's images are read in `ml.sandbox`, which runs this module in a restricted process.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from ml import cleaning
from ml.cleaning.characters import characters
from ml.formats import MAX_PIXELS, MAX_PIXELS_UNSCALED, SIDE, kind
from ml.ink import WritingError

#: Scans of a JPEG. Progressive photographs have about ten, and each costs a pass over every block of the image,
#: however few bytes it has.
_MAX_SCANS = 64
#: Images with a longer side below this, pixels, show little but the character and are not searched for print.
_SCAN_SIDE = 160
#: Longer side of the image that the background's brightness is estimated on, pixels, and the window of the estimate.
_BACKGROUND_SIDE, _WINDOW = 64, 8
#: Added to grey levels before their ratio is taken, so that nearly black pixels don't count as full of contrast.
_BLACK = 16
#: Least relative difference of ink from its background.
_CONTRAST = 0.1
#: Least polarity (see `_polarity`) at which the surroundings of each pixel decide; below it the image's border decides.
_CLEAR_POLARITY = 0.6
#: Longer side of the image that lines are looked for in, pixels, and the window that their surroundings are, a fraction
#: of it.
_LINES_SIDE, _LINE_WINDOW = 256, 0.16
#: Log ratio to its surroundings at which a pixel counts as fully different; higher ones count as this.
_FULL = 0.4
#: A scanner's lid beside the sheet is darker or lighter than the sheet by more than this factor.
_LID_CONTRAST = 2.0
#: Fraction of a row or column that differs so, above which the lid covers it.
_LID_FRACTION = 0.7
#: Largest fraction of the image's rows or columns that the lid covers at each edge.
_LID_DEPTH = 0.2


def read(data: bytes, *, is_line: bool = False) -> NDArray[np.uint8]:
    """The pen's ink in a PNG, JPEG or WebP: (height, width) uint8, background 0, the strongest ink 255.

    The ink may be darker or lighter than the paper. Shadows, printed lines, holes, stamps and specks are left out. The
    longer side is at most `SIDE`; EXIF orientation is applied; the first frame counts. `is_line`: it may show several
    characters.
    Raises WritingError: unknown_image_format, too_many_pixels, too_many_pixels_for_format, unreadable_image,
    nothing_written, several_characters (with their positions).
    """
    form = kind(data).upper()
    if form == "JPEG" and data.count(b"\xff\xda") > _MAX_SCANS:  # rare in anything but the start of a scan
        raise WritingError("unreadable_image", f"A JPEG has at most {_MAX_SCANS} scans.")
    with _damage_reported(), warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        image = Image.open(io.BytesIO(data), formats=[form])
    pixels = image.width * image.height
    if pixels > MAX_PIXELS:
        raise WritingError("too_many_pixels", f"An image can have at most {MAX_PIXELS // 1_000_000} megapixels.")
    if form != "JPEG" and pixels > MAX_PIXELS_UNSCALED:
        raise _too_many_for_format()
    image.draft("RGB", (SIDE, SIDE))
    with _damage_reported():
        image.load()
        colours = _colours(image)
    ink = _ink(colours)
    # A small scan shows one character, whose parts may stand far apart.
    boxes = [] if is_line or max(ink.shape) < _SCAN_SIDE else characters(ink > 0)
    if len(boxes) > 1:
        height, width = ink.shape
        positions = [
            [round(number, 4) for number in (x / width, y / height, w / width, h / height)] for x, y, w, h in boxes
        ]
        raise WritingError("several_characters", "The image shows more than one character.", positions)
    return ink


def _too_many_for_format() -> WritingError:
    most = MAX_PIXELS_UNSCALED // 1_000_000
    return WritingError("too_many_pixels_for_format", f"A PNG or WebP can have at most {most} megapixels.")


@contextmanager
def _damage_reported() -> Iterator[None]:
    """Raise WritingError instead of whatever Pillow's decoders raise for bytes that make no sense to them."""
    try:
        yield
    except MemoryError as error:
        raise _too_many_for_format() from error
    except Exception as error:
        raise WritingError("unreadable_image", "The image is damaged.") from error


def _colours(image: Image.Image) -> Image.Image:
    """`image` in RGB, upright, at most `SIDE` pixels long.

    Transparent parts become white or black, whichever the opaque parts stand out from.
    """
    orientation = image.getexif()
    if image.mode.startswith("I"):
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        if (factor := min(image.size) // SIDE) > 1:  # before anything makes copies
            image = image.reduce(factor)
        ink, alpha = image.convert("LA").split()
        weight = np.asarray(alpha, np.float32)
        level = float((np.asarray(ink) * weight).sum() / max(float(weight.sum()), 1e-6))
        background = Image.new("RGB", image.size, "white" if level < 128 else "black")
        colours = Image.composite(image.convert("RGB"), background, alpha)
    else:
        colours = image.convert("RGB")
    colours.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    colours.getexif().update(orientation)
    return ImageOps.exif_transpose(colours)


def _ink(colours: Image.Image) -> NDArray[np.uint8]:
    """(height, width) how strongly each pixel of `colours` (RGB) is inked, the strongest 255.

    Raises WritingError: nothing_written.
    """
    grey = colours.convert("L")
    small = grey.copy()
    small.thumbnail((_BACKGROUND_SIDE, _BACKGROUND_SIDE), Image.Resampling.BOX)
    is_scan = max(grey.size) < _SCAN_SIDE
    small = small if is_scan else _without_lid(small)
    levels = np.asarray(small, np.float32) + _BLACK
    surface = _border_surface(levels)
    # Beside its surroundings a line stands out from uneven light; with a thick pen only the border is clear.
    polarity = _polarity_of_lines(grey)
    is_dark = (polarity if abs(polarity) > _CLEAR_POLARITY else _polarity(levels / surface)) < 0
    if not is_scan:
        rgb = np.asarray(colours)
        found = cleaning.ink(rgb if is_dark else 255 - rgb)
    else:
        found = _difference(grey, levels / surface, surface, is_dark)
    strongest = found.max()
    if strongest < _CONTRAST:
        raise WritingError("nothing_written", "Nothing was written.")
    return (found * (255 / strongest)).astype(np.uint8)


def _difference(
    grey: Image.Image, ratio: NDArray[np.float32], surface: NDArray[np.float32], is_dark: bool
) -> NDArray[np.float32]:
    """(height, width) relative difference of each pixel from its background, 0 for any on the paper's side of it.

    ratio: small image of grey levels divided by `surface`, the background that the border suggests.
    """
    # Beside ink too, the background is as bright as the brightest pixel nearby, or as dark as the darkest.
    filters = [ImageFilter.MaxFilter(2 * _WINDOW + 1), ImageFilter.MinFilter(2 * _WINDOW + 1)]
    flat = Image.fromarray((ratio.clip(0, 2) * 100).astype(np.uint8))
    for extreme in filters if is_dark else filters[::-1]:
        flat = flat.filter(extreme)
    background = np.asarray(flat.filter(ImageFilter.GaussianBlur(2)), np.float32) / 100 * surface
    full = np.asarray(Image.fromarray(background).resize(grey.size, Image.Resampling.BILINEAR))
    difference = (np.asarray(grey, np.float32) + _BLACK) / full - 1
    return np.maximum(-difference if is_dark else difference, 0)


def _without_lid(grey: Image.Image) -> Image.Image:
    """`grey` without edge rows and columns far darker or lighter than the sheet, as a scanner's lid is."""
    levels = np.asarray(grey, np.float32) + _BLACK
    middle = float(np.median(levels))
    differs = np.maximum(levels / middle, middle / levels) > _LID_CONTRAST
    edges = []
    for lid in (differs.mean(axis=0) > _LID_FRACTION, differs.mean(axis=1) > _LID_FRACTION):
        most = int(_LID_DEPTH * len(lid))
        first = next((i for i in range(most) if not lid[i]), most)
        last = next((i for i in range(most) if not lid[-1 - i]), most)
        edges.append((first + (first > 0), len(lid) - last - (last > 0)))  # the next one is half lid, half sheet
    (left, right), (top, bottom) = edges
    return grey.crop((left, top, right, bottom))


def _polarity(ratio: NDArray[np.float32]) -> float:
    """-1 if everything that differs from its background is darker, 1 if it is lighter; ratio: pixel to background."""
    off = ratio - 1
    cubes = off * off * off
    return float(cubes.sum() / max(float(np.abs(cubes).sum()), 1e-9))


def _polarity_of_lines(grey: Image.Image) -> float:
    """As `_polarity`, beside the median of the surroundings: shadows and gaps in characters don't differ from it."""
    factor = min(1.0, _LINES_SIDE / max(grey.size))
    size = max(1, round(grey.width * factor)), max(1, round(grey.height * factor))
    levels = cv2.resize(np.asarray(grey), size, interpolation=cv2.INTER_AREA)
    around = cv2.medianBlur(levels, 2 * round(max(size) * _LINE_WINDOW / 2) + 1)
    difference = np.log((levels.astype(np.float32) + _BLACK) / (around.astype(np.float32) + _BLACK))
    return _polarity(1 + difference.clip(-_FULL, _FULL))  # so that no corner of a sheet outweighs a pencil


def _border_surface(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """(height, width) the background's brightness: a quadratic surface fitted to the border of `levels`.

    Border pixels that lie off the surface, as ink does, are left out of the fit.
    """
    height, width = levels.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    border = np.ones(levels.shape, bool)
    border[1:-1, 1:-1] = False
    rows, values = terms[border], levels[border]
    kept = np.abs(values - np.median(values)) <= np.ptp(values)
    for _ in range(3):
        fit = np.linalg.lstsq(rows[kept], values[kept], rcond=None)[0]
        off = np.abs(rows @ fit - values)
        kept = off <= 2 * np.median(off) + 2
    return (terms @ fit).clip(levels.min(), levels.max()).astype(np.float32)
