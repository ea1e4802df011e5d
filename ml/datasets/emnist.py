"""EMNIST: letters and digits of NIST's Special Database 19, 28 × 28, as IDX files or as one MATLAB file per split.

Cohen, Afshar, Tapson and van Schaik 2017, arXiv:1702.05373. Both formats store images column by column; `read`
returns them upright.
"""

import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import SupportsInt

import numpy as np
from numpy.typing import NDArray
from scipy.io import loadmat

from ml.datasets.sample import DatasetError, Sample
from ml.datasets.stand_ins import refuse_stand_in

_IMAGES = re.compile(r"(emnist-[a-z]+)-(?:train|test)-images-idx3-ubyte(\.gz)?")
_SIDE = 28


def is_images(path: Path) -> bool:
    """True if `path` is named like a file that `read` accepts."""
    return bool(_IMAGES.fullmatch(path.name)) or (path.name.startswith("emnist-") and path.suffix == ".mat")


def read(path: Path) -> Iterator[Sample]:
    """The images of an IDX file, with labels and mapping in files beside it, or of both parts of a .mat file.

    Classes that merge a small letter with a capital of the same shape (balanced, bymerge) are read as the capital.
    Raises DatasetError for the split `letters`, which merges all small letters with their capitals; for missing and
    damaged files; and for files that end too early, naming the image (from 1).
    """
    return _read_mat(path) if path.suffix == ".mat" else _read_idx(path)


def _read_idx(path: Path) -> Iterator[Sample]:
    named = _IMAGES.fullmatch(path.name)
    if not named:
        raise DatasetError(f"{path.name} isn't named like a file of EMNIST's images.")
    characters = _mapping(_beside(path, f"{named[1]}-mapping.txt"))
    labels_path = _beside(path, path.name.replace("images-idx3", "labels-idx1"))
    try:
        with _open(labels_path) as file:
            labels = _labels(file, labels_path)
        with _open(path) as file:
            images, height, width = _heading(file, path, 3)
            if images != len(labels):
                raise DatasetError(f"{path.name} has {images} images, but there are {len(labels)} labels.")
            for number, label in enumerate(labels, 1):
                pixels = file.read(height * width)
                if len(pixels) < height * width:
                    raise DatasetError(f"{path.name}, image {number}: {len(pixels)} of {height * width} bytes.")
                image = np.frombuffer(pixels, np.uint8).reshape(width, height).T
                yield Sample(characters.get(int(label)), np.ascontiguousarray(image), named[1])
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DatasetError(f"{path.name} or its labels are damaged: {error}.") from error


def _beside(path: Path, name: str) -> Path:
    """The file `name`, compressed or not, in the folder of `path`. Raises DatasetError if there is none."""
    for candidate in (path.with_name(name), path.with_name(name.removesuffix(".gz")), path.with_name(f"{name}.gz")):
        if candidate.is_file():
            return candidate
    raise DatasetError(f"{path.name} needs {name} beside it.")


def _open(path: Path) -> io.BufferedIOBase:
    refuse_stand_in(path)
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")


def _heading(file: io.BufferedIOBase, path: Path, dimensions: int) -> list[int]:
    """The sizes in the heading of an IDX file of unsigned bytes."""
    heading = file.read(4 + 4 * dimensions)
    if len(heading) < 4 + 4 * dimensions or heading[:4] != bytes([0, 0, 8, dimensions]):
        raise DatasetError(f"{path.name} isn't an IDX file of bytes in {dimensions} dimensions.")
    return np.frombuffer(heading[4:], ">u4").tolist()


def _labels(file: io.BufferedIOBase, path: Path) -> NDArray[np.uint8]:
    (number,) = _heading(file, path, 1)
    labels = np.frombuffer(file.read(number), np.uint8)
    if len(labels) < number:
        raise DatasetError(f"{path.name}: {len(labels)} of {number} labels are there.")
    return labels


def _mapping(path: Path) -> dict[int, str]:
    refuse_stand_in(path)
    try:
        rows = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
        return _characters((row for row in rows if row), path.name)
    except ValueError as error:
        raise DatasetError(f"{path.name} isn't a list of classes and code points.") from error


def _characters(rows: Iterable[Iterable[SupportsInt | str]], name: str) -> dict[int, str]:
    """The character of each class, from rows of a class number and its code points."""
    classes = {int(label): [chr(int(code)) for code in codes] for label, *codes in rows}
    if any(len(characters) > 1 for characters in classes.values()):
        raise DatasetError(f"{name} doesn't tell capitals from small letters; take emnist-byclass.")
    return {label: "".join(characters) for label, characters in classes.items()}


def _read_mat(path: Path) -> Iterator[Sample]:
    refuse_stand_in(path)
    try:
        dataset = loadmat(path, simplify_cells=True)["dataset"]
        characters = _characters(np.atleast_2d(dataset["mapping"]), path.name)
        parts = [
            (np.reshape(dataset[part]["images"], (-1, _SIDE, _SIDE)), np.ravel(dataset[part]["labels"]))
            for part in ("train", "test")
        ]
    # Damaged files raise any of these, in SciPy or on access to its result.
    except (ValueError, TypeError, KeyError, IndexError, NotImplementedError, EOFError, zlib.error, OSError) as error:
        raise DatasetError(f"{path.name} isn't one of EMNIST's MATLAB files, or damaged: {error}.") from error
    for images, labels in parts:
        if len(images) != len(labels):
            raise DatasetError(f"{path.name} has {len(images)} images, but there are {len(labels)} labels.")
        for image, label in zip(images, labels, strict=True):
            yield Sample(characters.get(int(label)), np.ascontiguousarray(image.T), path.stem)
