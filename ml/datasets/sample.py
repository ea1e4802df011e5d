"""What the readers of image files give."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


class DatasetError(Exception):
    """A file that can't be read as what it seems to be. The message is one sentence that names it."""


@dataclass(frozen=True)
class Sample:
    """One image of `character`; None where the file's code for it stands for no character known here.

    `image` (height, width) uint8, ink high on 0. `source` names the set: etl1, etl9g, emnist-byclass.
    """

    character: str | None
    image: NDArray[np.uint8]
    source: str
