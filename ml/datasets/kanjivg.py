"""KanjiVG's drawings of characters, stroke by stroke, from the PyPI package `kanjivg`."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import numpy as np
from numpy.typing import NDArray
from svg.path import parse_path

_SVG, _KVG = "{http://www.w3.org/2000/svg}", "{http://kanjivg.tagaini.net}"
#: Points sampled from each curve of a path, before points on straight lines are dropped.
_POINTS_PER_CURVE = 16
#: Largest distance of a dropped point from the remaining line, in tenths of KanjiVG's unit.
_TOLERANCE = 3.0


def characters() -> Iterator[str]:
    """Every character that KanjiVG draws, in Unicode order."""
    yield from (chr(int(name, 16)) for name in _files() if re.fullmatch("[0-9a-f]{5}", name))


def strokes(character: str) -> list[NDArray[np.float32]]:
    """The strokes of KanjiVG's drawing, in writing order, as lines of points (n, 2) in tenths of its unit."""
    return _strokes(_drawing(character))


def variants(character: str) -> dict[str, list[NDArray[np.float32]]]:
    """KanjiVG's other drawings of `character`: their strokes, as `strokes` returns them, by their names there.

    Kaisho: as written by hand. Insatsu: as printed. Hyougai, Jinmei: another form, outside the jōyō table or in names.
    Other names: another order.
    """
    named = (name.removeprefix(f"{ord(character):05x}-") for name in _files() if name[:6] == f"{ord(character):05x}-")
    return {name: _strokes(_drawing(character, f"-{name}")) for name in named}


@dataclass(frozen=True)
class Group:
    """Consecutive strokes of a drawing that form the character `element`: indexes from `first` to before `end`."""

    element: str
    #: Its position in the kanji, such as left or bottom; empty if KanjiVG names none.
    position: str
    first: int
    end: int


def groups(character: str) -> list[Group]:
    """The groups of KanjiVG's drawing, outer ones first; those that are divided into several places are left out."""
    root = ET.fromstring(_drawing(character)).find(f"{_SVG}g")
    return [] if root is None else list(_groups(root, 0))


def _groups(parent: ET.Element, first: int) -> Iterator[Group]:
    count = len(parent.findall(f".//{_SVG}path"))
    if parent.get(f"{_KVG}element") and not parent.get(f"{_KVG}part"):
        yield Group(parent.get(f"{_KVG}element", ""), parent.get(f"{_KVG}position", ""), first, first + count)
    for child in parent:
        if child.tag == f"{_SVG}g":
            yield from _groups(child, first)
        first += len(child.findall(f".//{_SVG}path")) or 1


def stroke_types(character: str) -> list[str]:
    """KanjiVG's type of each stroke, a sign of Unicode's CJK strokes with a letter for details, such as ㇐b; may be
    empty.
    """
    return re.findall(r'<path[^>]*? kvg:type="([^"]*)"', _drawing(character))


def components(character: str) -> list[str]:
    """The parts that KanjiVG divides `character` into, in writing order, each once."""
    elements = re.findall('kvg:element="([^"]+)"', _drawing(character))
    return [part for part in dict.fromkeys(elements) if part != character]


def parts(character: str) -> dict[str, tuple[int, int]]:
    """The two halves of `character` by position (left and right, or top and bottom): first and last stroke, from 1.

    Empty if the character has no halves.
    """
    root = ET.fromstring(_drawing(character)).find(f"{_SVG}g")
    group = None if root is None else root.find(f"{_SVG}g")
    while group is not None and not (positions := _positions(group)):
        groups = group.findall(f"{_SVG}g")
        group = groups[0] if len(groups) == len(group) == 1 else None
    if group is None:
        return {}
    found, stroke = {}, 0
    for child in group:
        count = len(child.findall(f".//{_SVG}path")) or 1
        position = child.get(f"{_KVG}position", "")
        if position in positions:
            found[position] = (stroke + 1, stroke + count)
        stroke += count
    return found


def _positions(group: ET.Element) -> list[str]:
    """["left", "right"] or ["top", "bottom"] if exactly one part of `group` stands in each; else empty."""
    named = [child.get(f"{_KVG}position", "") for child in group]
    halves = (["left", "right"], ["top", "bottom"])
    return next((pair for pair in halves if all(named.count(position) == 1 for position in pair)), [])


def _strokes(drawing: str) -> list[NDArray[np.float32]]:
    return [_simplified(_points(path)) for path in re.findall(r'<path[^>]* d="([^"]+)"', drawing)]


@cache
def _files() -> dict[str, Traversable]:
    """All drawings by name, in order of their names: five hexadecimal digits, then for variants a hyphen and a name."""
    found = {file.name.removesuffix(".svg"): file for file in files("kanji").iterdir() if file.name.endswith(".svg")}
    return dict(sorted(found.items()))


def _drawing(character: str, variant: str = "") -> str:
    return _files()[f"{ord(character):05x}{variant}"].read_text(encoding="utf-8")


def _points(path: str) -> NDArray[np.float32]:
    curves = parse_path(path)
    along = [curve.point(t) for curve in curves for t in np.linspace(0, 1, _POINTS_PER_CURVE + 1)]
    line = 10 * np.array([(point.real, point.imag) for point in along], dtype=np.float32)
    moved = np.any(np.diff(line, axis=0) != 0, axis=1)
    return line[np.concatenate([[True], moved])]


def _simplified(line: NDArray[np.float32]) -> NDArray[np.float32]:
    """`line` without points within the tolerance of a straight line between the remaining ones (Ramer 1972)."""
    if len(line) < 3:
        return line
    first, last = line[0], line[-1]
    chord, inner = last - first, line[1:-1] - first
    length = np.hypot(*chord)
    away = np.abs(inner[:, 0] * chord[1] - inner[:, 1] * chord[0]) / length if length else np.hypot(*inner.T)
    farthest = int(away.argmax())
    if away[farthest] <= _TOLERANCE:
        return np.array([first, last])
    return np.concatenate([_simplified(line[: farthest + 2])[:-1], _simplified(line[farthest + 1 :])])
