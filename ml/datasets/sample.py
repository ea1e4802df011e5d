"""The results of the readers of image files."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


class DatasetError(Exception):
    """A dataset file can't be read. The message is one sentence that names the file."""


@dataclass(frozen=True)
class Sample:
    """One image of `character`; None if the file's code stands for no single character.

    `image` (height, width) uint8, ink high on 0. `source` names the dataset: etl1, etl9g, emnist-byclass.
    """

    character: str | None
    image: NDArray[np.uint8]
    source: str
    #: True if a model pattern was written for the data set to be copied, and isn't a volunteer's writing.
    is_model: bool = False
