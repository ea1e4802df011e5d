"""InkML documents as strokes. Source: https://www.w3.org/TR/InkML/"""

import math
import re
from typing import Any
from xml.parsers import expat

from ml.ink import WritingError
from scoring.ink_formats.points import from_first

#: One value of a point. A mark before it may say that it is absolute, a difference, or a difference of differences.
_VALUE = re.compile(
    r"\s*+([!'\"]?)\s*+(-?(?:\d++\.?\d*+|\.\d++)(?:[eE][-+]?\d++)?+|-?#[0-9A-Fa-f]{1,16}|[TF?*])", re.ASCII
)
#: Values without digits: yes, no and unknown.
_WORDS = {"T": 1.0, "F": 0.0, "?": math.nan}
#: The beginning of a trace, perhaps with a prefix for its namespace.
_TRACE = re.compile(r"<(?:[^\s<>/:]{1,100}:)?trace[\s>]")
#: Most channels of a trace format; the standard names nineteen.
_MOST_CHANNELS = 32
#: Milliseconds in the units of the channel T. In others, such as a device's, times are not read.
_UNITS = {"ms": 1, "s": 1000}


def from_inkml(document: Any, max_points: int) -> list[list[list[Any]]]:
    """Strokes [x, y, t] of the traces of a document. Its brushes, mappings and views are not read."""
    if not isinstance(document, str):
        raise _malformed()
    reader = _Reader(max_points)
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.refuse  # and with it entities, which may be bombs
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.read
    try:
        parser.Parse(document.encode(), True)
    except expat.ExpatError as error:
        raise _malformed() from error
    return from_first(reader.strokes)


def count(document: Any) -> int:
    """About how many strokes."""
    return len(_TRACE.findall(document)) if isinstance(document, str) else 0


class _Reader:
    """Collects the strokes of a document while it is parsed."""

    def __init__(self, max_points: int) -> None:
        self.strokes: list[list[list[Any]]] = []
        self._max_points = self._left = max_points
        self._is_ink = False
        #: The channels that the trace format names; while it is read, those that it has named so far.
        self._channels: list[str] | None = None
        self._naming: list[str] | None = None
        #: What makes times milliseconds; None if they can't be made that.
        self._unit: int | None = 1
        #: The text of the trace that is being read, and whether it continues the one before.
        self._text: list[str] | None = None
        self._continues = False

    def refuse(self, *_: Any) -> None:
        raise _malformed()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        element = name.rpartition(" ")[2]
        self._is_ink = self._is_ink or element == "ink"
        if not self._is_ink:
            raise _malformed()
        if element == "traceFormat":
            self._naming = []
        elif element == "channel" and self._naming is not None:
            self._naming.append(attributes.get("name", ""))
            if self._naming[-1] == "T":
                self._unit = _UNITS.get(attributes.get("units", "ms"))
        elif element == "trace" and attributes.get("type") != "penUp":
            self._text = []
            self._continues = attributes.get("continuation") in ("middle", "end")

    def read(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self, name: str) -> None:
        element = name.rpartition(" ")[2]
        if element == "traceFormat":
            if self._channels not in (None, self._naming) or len(self._naming or ()) > _MOST_CHANNELS:
                raise _malformed()  # which of them a trace has would be a guess
            self._channels, self._naming = self._naming, None
        elif element == "trace" and self._text is not None:
            points = self._points("".join(self._text))
            if self._continues and self.strokes:
                self.strokes[-1] += points
            else:
                self.strokes.append(points)
            self._text = None

    def _points(self, trace: str) -> list[list[Any]]:
        """The points [x, y, t] of a trace; t is None where there is no time."""
        if not trace.strip():
            return []
        names = self._channels or ["X", "Y"]
        channels = [_Channel() for _ in names]
        points = []
        for text in trace.split(","):
            self._left -= 1
            if self._left < 0:
                raise WritingError("too_many_points", f"Ink has at most {self._max_points} points.")
            values = dict(zip(names, _values(text, channels), strict=False))
            if not {"X", "Y"} <= values.keys():
                raise _malformed()
            time = values["T"] * self._unit if self._unit and "T" in values else None
            points.append([values["X"], values["Y"], time])
        return points


class _Channel:
    """Reads the values of one channel, each of which may build on those of the points before it."""

    def __init__(self) -> None:
        self._mark, self._written, self._value, self._difference = "!", 0.0, 0.0, 0.0

    def next(self, mark: str, text: str) -> float:
        """The value of the next point. Without a mark, the last one still holds; `*` repeats what was written last."""
        self._mark = mark or self._mark
        if text != "*":
            self._written = _number(text)
        before = self._value
        match self._mark:
            case "!":
                self._value = self._written
            case "'":
                self._value = before + self._written
            case _:
                self._value = before + self._difference + self._written
        self._difference = self._value - before
        return self._value


def _values(text: str, channels: list[_Channel]) -> list[float]:
    """The values of a point; the last channels may have none."""
    values: list[float] = []
    place, text = 0, text.rstrip()
    while place < len(text):
        found = _VALUE.match(text, place)
        if not found or len(values) == len(channels):
            raise _malformed()
        values.append(channels[len(values)].next(found[1], found[2]))
        place = found.end()
    return values


def _number(text: str) -> float:
    if text in _WORDS:
        return _WORDS[text]
    return float(int(text.replace("#", ""), 16)) if "#" in text else float(text)


def _malformed() -> WritingError:
    return WritingError("malformed", "This is no InkML that can be read.")
