"""Characters written with a pen, in UNIPEN's text format (I. Guyon and others 1994, unipen.def 1.0).

A file is a list of statements: a keyword, which begins with a dot at the start of a line, and its arguments. Pen
movements ("components": `.PEN_DOWN` and `.PEN_UP`) are numbered from 0; `.SEGMENT CHARACTER 3-4 OK "a"` labels some of
them. The releases of the UNIPEN project store movements in separate files, which `.INCLUDE` names.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.datasets.ink import Drawing
from ml.datasets.sample import DatasetError
from ml.datasets.stand_ins import refuse_stand_in
from ml.strokes import Strokes

#: Matches near the beginning of any file of this format.
MARK = re.compile(rb"^\.(VERSION|DATA_SOURCE|INCLUDE|HIERARCHY|COORD|SEGMENT|PEN_DOWN|COMMENT)\b", re.MULTILINE)

_STATEMENT = re.compile(r"^\.([A-Z_]+)", re.MULTILINE)
_SEGMENT = re.compile(r'(\S+)(?:\s+([^\s"]+))?(?:\s+([^\s"]+))?(?:\s+"((?:\\.|[^"\\])*)")?')
_PART = re.compile(r"(\d+)(?::(\d+))?(?:-(\d+)(?::(\d+))?)?")


@dataclass
class _Set:
    """Components with a common numbering, the state of the pen in each, and their labels."""

    components: list[NDArray[np.float32]] = field(default_factory=list)
    down: list[bool] = field(default_factory=list)
    #: Delineation, label, writer, and the number of components before the statement.
    segments: list[tuple[str, str, str, int]] = field(default_factory=list)


def read(path: Path) -> Iterator[Drawing]:
    """The segments of level CHARACTER whose label is one character, without those marked BAD.

    y is negated so that it grows downwards; x is scaled if the tablet's resolution differs between x and y. Raises
    DatasetError for missing or malformed components, and for missing files to include.
    """
    try:
        for numbered in _sets(path):
            for delineation, label, writer, first in numbered.segments:
                strokes = _delineated(numbered, delineation, first)
                if strokes:
                    yield Drawing(label, writer, f"unipen/{_kind(label)}", strokes)
    except (ValueError, ZeroDivisionError) as error:
        raise DatasetError(f"{path.name}: {error}.") from error


def _sets(path: Path) -> Iterator[_Set]:
    numbered = _Set()
    coordinates, resolution = ["X", "Y"], {"X": 1.0, "Y": 1.0}
    source, writer = "", path.stem
    for keyword, rest in _statements(path, set()):
        words = rest.split()
        if keyword == "COORD":
            coordinates = [word.upper() for word in words]
        elif keyword in ("X_POINTS_PER_INCH", "X_POINTS_PER_MM", "Y_POINTS_PER_INCH", "Y_POINTS_PER_MM") and words:
            resolution[keyword[0]] = float(words[0])
        elif keyword == "DATA_SOURCE" and words:
            source = words[0]
        elif keyword == "WRITER_ID" and words:
            writer = words[0]
        elif keyword == "START_SET" and numbered.components:
            yield numbered
            numbered = _Set()
        elif keyword in ("PEN_DOWN", "PEN_UP") and words:
            numbered.components.append(_points(words, coordinates, resolution))
            numbered.down.append(keyword == "PEN_DOWN")
        elif keyword == "SEGMENT" and (stated := _SEGMENT.match(rest)):
            level, delineation, quality, label = stated.groups()
            label = re.sub(r"\\(.)", r"\1", label or "")
            if level.upper() == "CHARACTER" and len(label) == 1 and not label.isspace() and quality != "BAD":
                name = "-".join(part.lower() for part in ("unipen", source, writer) if part)
                numbered.segments.append((delineation or "?", label, name, len(numbered.components)))
    yield numbered


def _statements(path: Path, opened: set[Path]) -> Iterator[tuple[str, str]]:
    """Keywords with their arguments; included files are expanded in place."""
    refuse_stand_in(path)
    pieces = _STATEMENT.split(path.read_text(encoding="latin-1"))
    for keyword, rest in zip(pieces[1::2], pieces[2::2], strict=True):
        if keyword == "INCLUDE":
            included = _included(rest.strip(), path)
            if included not in opened:
                yield from _statements(included, opened | {included})
        else:
            yield keyword, rest.strip()


def _included(name: str, path: Path) -> Path:
    """The included file `name`, from the nearest folder at or above `path`, each folder's `include` first."""
    own = path.resolve()
    for folder in own.parents:
        for candidate in (folder / "include" / name, folder / name):
            if candidate.is_file() and candidate != own:
                return candidate
    raise ValueError(f"{name}, which it includes, is neither beside it nor in a folder “include” above it")


def _points(words: list[str], coordinates: list[str], resolution: dict[str, float]) -> NDArray[np.float32]:
    if len(words) % len(coordinates):
        raise ValueError(f"a movement has {len(words)} numbers, which are no points of {' '.join(coordinates)}")
    table = np.array(words, dtype=np.float32).reshape(-1, len(coordinates))
    x, y = table[:, coordinates.index("X")], table[:, coordinates.index("Y")]
    return np.stack([x * (resolution["Y"] / resolution["X"]), -y], axis=1).astype(np.float32)


def _delineated(numbered: _Set, delineation: str, first: int) -> Strokes:
    """The strokes that `delineation` (as 1:40-3,5,6:0-6:12) selects; "?" selects all up to the next segment."""
    if delineation == "?":
        later = [start for *_, start in numbered.segments if start > first]
        following = range(first, min(later, default=len(numbered.components)))
        parts: Iterable[tuple[int, slice]] = ((number, slice(None)) for number in following)
    else:
        parts = (part for text in delineation.split(",") for part in _part(text, len(numbered.components)))
    cut = [numbered.components[number][points] for number, points in parts if numbered.down[number]]
    return [stroke for stroke in cut if len(stroke)]


def _part(text: str, count: int) -> Iterator[tuple[int, slice]]:
    """The indices of the components in one part of a delineation, each with the slice of its points; `count` components
    exist."""
    matched = _PART.fullmatch(text)
    if not matched:
        raise ValueError(f"{text} delineates no segment")
    first, begin, last, end = matched.groups()
    numbers = range(int(first), int(last or first) + 1)
    if numbers.stop > count:
        raise ValueError(f"a segment reaches to movement {numbers.stop - 1}, but there are {count}, from 0")
    for number in numbers:
        start = int(begin) if begin and number == numbers[0] else None
        stop = int(end) + 1 if end and number == numbers[-1] else None
        yield number, slice(start, stop)


def _kind(label: str) -> str:
    if label.isdigit():
        return "digit"
    return "upper" if label.isupper() else "lower" if label.islower() else "other"
