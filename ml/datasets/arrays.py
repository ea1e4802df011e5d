"""Images in `.npz` files: the arrays `images`, uint8 (n, height, width), dark on light, and `characters` (n,)."""

from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

import cv2
import numpy as np

from ml import photo
from ml.datasets.sample import DatasetError, Sample
from ml.datasets.stand_ins import refuse_stand_in
from ml.ink import WritingError


def read(path: Path) -> Iterator[Sample]:
    """The images of a file, in its order, read as uploaded photographs are; those that show nothing are left out.

    Raises DatasetError for a damaged file and for one without these arrays.
    """
    refuse_stand_in(path)
    try:
        with np.load(path, allow_pickle=False) as arrays:
            images, characters = arrays["images"], arrays["characters"]
    except (KeyError, ValueError, BadZipFile) as error:
        raise DatasetError(f"{path.name} has no arrays named images and characters.") from error
    for image, character in zip(images, characters, strict=True):
        _, png = cv2.imencode(".png", image)
        try:
            yield Sample(str(character), photo.read(png.tobytes()), path.stem)
        except WritingError:
            continue
