"""Reads any dataset file: chooses the reader by the file's name and first bytes."""

import re
from collections.abc import Iterator
from pathlib import Path

from ml.datasets import arrays, emnist, etl, tomoe, unipen
from ml.datasets.ink import Drawing
from ml.datasets.sample import DatasetError, Sample
from ml.datasets.stand_ins import refuse_stand_in

#: Files of a dataset that hold no examples: ETL's notes, EMNIST's labels and mappings.
_COMPANION = re.compile(r"ETL.*INFO.*|emnist-.*(-labels-idx1-ubyte(\.gz)?|-mapping\.txt)", re.IGNORECASE)
_BEGINNING = 4096


def is_companion(path: Path) -> bool:
    """True if `path` holds notes, or is read together with another file of its dataset."""
    return bool(_COMPANION.fullmatch(path.name))


def read(path: Path) -> Iterator[Sample] | Iterator[Drawing]:
    """The images or the drawings of a file of ETL, EMNIST, UNIPEN, Tomoe or `.npz` arrays, in the file's order.

    Raises DatasetError at once for any other file, and during the iteration for a damaged one; OSError if the file
    can't be opened.
    """
    refuse_stand_in(path)
    if path.suffix == ".npz":
        return arrays.read(path)
    with path.open("rb") as file:
        beginning = file.read(_BEGINNING)
    if etl.set_of(path):
        return etl.read(path)
    if emnist.is_images(path):
        return emnist.read(path)
    if path.suffix == ".tdic" or (path.suffix == ".xml" and b"<dictionary" in beginning):
        return tomoe.read(path)
    if unipen.MARK.search(beginning):
        return unipen.read(path)
    raise DatasetError(f"{path.name} is no file of ETL or EMNIST (by its name), of UNIPEN or of Tomoe.")
