"""An image of one character: checked and read without OpenCV, so that the web process can do it too."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from ml import cleaning
from ml.ink import WritingError

MAX_PIXELS = 4_000_000
#: Of a JPEG. Photographs that come bit by bit have about ten, and each costs a look at every block of the image,
#: however few bytes it has.
_MAX_SCANS = 64
#: An image's longer side once it is read, pixels; larger ones are scaled down.
_SIDE = 1000
#: The longer side of the picture that the ground is looked for in, pixels, and how far from ink it is looked for.
_GROUND_SIDE = 64
_REACH = 8
#: Added to grey levels before their ratio is taken, so that what is nearly black doesn't count as full of contrast.
_BLACK = 16
#: By how much of its ground's light ink must differ from it.
_CONTRAST = 0.1
#: From here on how ink stands out from what is near it is told: of -1, all darker, to 1, all lighter.
_SURE = 0.6
_KINDS = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "webp": b"RIFF"}


def kind(data: bytes) -> str:
    """What `data` calls itself: "png", "jpeg" or "webp". With "image/" before it, that is the content type.

    Raises WritingError: unknown_image_format.
    """
    for name, start in _KINDS.items():
        if data.startswith(start) and (name != "webp" or data[8:12] == b"WEBP"):
            return name
    raise WritingError("unknown_image_format", "The image is not a PNG, JPEG or WebP.")


def read(data: bytes) -> NDArray[np.uint8]:
    """The ink of a PNG, JPEG or WebP: (height, width) uint8, ground 0, the strongest ink 255.

    It may be darker or lighter than its ground, which shadows may cross. What is larger than 1000 pixels is scaled down
    to that, and turned as its EXIF says; of several frames the first counts.
    Raises WritingError: unknown_image_format, too_many_pixels, unreadable_image, nothing_written.
    """
    form = kind(data).upper()
    if form == "JPEG" and data.count(b"\xff\xda") > _MAX_SCANS:  # in anything but a scan's start these are rare
        raise WritingError("unreadable_image", f"A JPEG has at most {_MAX_SCANS} scans.")
    with _damaged(), warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        image = Image.open(io.BytesIO(data), formats=[form])
    if image.width * image.height > MAX_PIXELS:
        raise WritingError("too_many_pixels", f"An image has at most {MAX_PIXELS // 1_000_000} megapixels.")
    image.draft("RGB", (_SIDE, _SIDE))
    with _damaged():
        image.load()
        colours = _colours(image)
    return _ink(colours)


@contextmanager
def _damaged() -> Iterator[None]:
    """Whatever Pillow's decoders raise for bytes that they can't make sense of, as one error."""
    try:
        yield
    except Exception as error:
        raise WritingError("unreadable_image", "The image is damaged.") from error


def _colours(image: Image.Image) -> Image.Image:
    """RGB, upright, whatever is transparent laid on a ground that its ink stands out from."""
    if image.mode.startswith("I"):
        image = Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ink, alpha = image.convert("LA").split()
        weight = np.asarray(alpha, np.float32)
        level = float((np.asarray(ink) * weight).sum() / max(float(weight.sum()), 1e-6))
        ground = Image.new("RGB", image.size, "white" if level < 128 else "black")
        colours = Image.composite(image.convert("RGB"), ground, alpha)
        colours.info, colours._exif = image.info, image.getexif()
    else:
        colours = image.convert("RGB")
    colours.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
    return ImageOps.exif_transpose(colours)


def _ink(colours: Image.Image) -> NDArray[np.uint8]:
    """How much each pixel differs from its ground."""
    grey = colours.convert("L")
    small = grey.copy()
    small.thumbnail((_GROUND_SIDE, _GROUND_SIDE), Image.Resampling.BOX)
    seen = np.asarray(small, np.float32) + _BLACK
    around = _around(seen)
    ratio = seen / around
    near = np.asarray(small.filter(ImageFilter.BoxBlur(_REACH)), np.float32) + _BLACK
    # What is near makes a pencil stand out from a lamp's light; a thick pen leaves it unsure, and the border tells.
    lean = _lean(seen / near)
    dark = (lean if abs(lean) > _SURE else _lean(ratio)) < 0
    if max(grey.size) >= 100:
        levels = np.asarray(colours)
        found = cleaning.ink(levels if dark else 255 - levels)
        strongest = found.max()
        if strongest < _CONTRAST:
            raise WritingError("nothing_written", "Nothing was written.")
        return (found * (255 / strongest)).astype(np.uint8)
    # Next to ink too, the ground is as bright as the brightest around, or as dark as the darkest.
    filters = [ImageFilter.MaxFilter(2 * _REACH + 1), ImageFilter.MinFilter(2 * _REACH + 1)]
    flat = Image.fromarray((ratio.clip(0, 2) * 100).astype(np.uint8))
    for way in filters if dark else filters[::-1]:
        flat = flat.filter(way)
    ground = np.asarray(flat.filter(ImageFilter.GaussianBlur(2)), np.float32) / 100 * around
    full = np.asarray(Image.fromarray(ground).resize(grey.size, Image.Resampling.BILINEAR))
    found = (np.asarray(grey, np.float32) + _BLACK) / full - 1
    found = np.maximum(-found if dark else found, 0)
    strongest = found.max()
    if strongest < _CONTRAST:
        raise WritingError("nothing_written", "Nothing was written.")
    return (found * (255 / strongest)).astype(np.uint8)


def _lean(ratio: NDArray[np.float32]) -> float:
    """From -1, what stands out from its ground is all darker than it, to 1, lighter."""
    cubes = (ratio - 1) ** 3
    return float(cubes.sum() / max(np.abs(cubes).sum(), 1e-9))


def _around(seen: NDArray[np.float32]) -> NDArray[np.float32]:
    """The ground as the border of the image suggests: a bent surface through it."""
    height, width = seen.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    edge = np.ones(seen.shape, bool)
    edge[1:-1, 1:-1] = False
    rows, levels = terms[edge], seen[edge]
    kept = np.abs(levels - np.median(levels)) <= np.ptp(levels)
    for _ in range(3):
        fit = np.linalg.lstsq(rows[kept], levels[kept], rcond=None)[0]
        off = np.abs(rows @ fit - levels)
        kept = off <= 2 * np.median(off) + 2
    return (terms @ fit).clip(levels.min(), levels.max()).astype(np.float32)
