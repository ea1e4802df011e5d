"""An image of one character: checked and read without OpenCV, so that the web process can do it too."""

import io
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.ink import WritingError

MAX_PIXELS = 4_000_000
#: Grey levels by which ink must differ from its ground, of 255.
_CONTRAST = 24


def read(data: bytes) -> NDArray[np.uint8]:
    """The ink of a PNG: (height, width) uint8, the darker the pen or the paler on a dark ground, the higher; ground 0.

    Raises WritingError: not_a_png, too_many_pixels, unreadable_image, nothing_written.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=["PNG"])
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise WritingError("not_a_png", "The image is not a PNG.") from error
    if image.width * image.height > MAX_PIXELS:
        raise WritingError("too_many_pixels", f"An image has at most {MAX_PIXELS // 1_000_000} megapixels.")
    try:
        grey = _grey(image)
    except (OSError, ValueError, SyntaxError) as error:
        raise WritingError("unreadable_image", "The image is damaged.") from error
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ink = np.abs(grey.astype(np.int16) - int(np.median(border))).astype(np.uint8)
    if ink.max() < _CONTRAST:
        raise WritingError("nothing_written", "Nothing was written.")
    return ink


def _grey(image: Image.Image) -> NDArray[np.uint8]:
    """Grey levels, whatever is transparent laid on a ground that its ink stands out from."""
    grey, alpha = np.split(np.asarray(image.convert("LA"), dtype=np.float32), 2, axis=2)
    weight = alpha / 255
    if weight.min() == 1:
        return grey[..., 0].astype(np.uint8)
    ink = (grey * weight).sum() / max(float(weight.sum()), 1e-6)
    ground = 255 if ink < 128 else 0
    return (grey * weight + ground * (1 - weight))[..., 0].astype(np.uint8)
