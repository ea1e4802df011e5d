"""Shapes of charts as SVG paths, in a box of 100 by 100 that the page stretches to the available space. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

#: Width of a bar as a fraction of the space for one value.
_BAR_WIDTH = 0.7
#: Ends of a time scale, seconds. Half of each is easy to read too.
_ENDS = [20, 60, 120, 240, 600, 1200, 2400, 3600, 7200, 14400, 36000, 72000, 144000]


@dataclass(frozen=True)
class Chart:
    """The `d` attributes of SVG paths: either a line with its dots, or bars."""

    line: str = ""
    dots: str = ""
    bars: str = ""


def time_scale_end(longest: int) -> int:
    """The end of the shortest scale that has room for `longest`; both in ms."""
    return next((end * 1000 for end in _ENDS if longest <= end * 1000), longest)


def line(values: Sequence[float | None], top: float) -> Chart:
    """A dot for each value, 0 to `top`, from left to right, and a line through them that breaks at None."""
    step = 100 / max(1, len(values))
    path, dots, is_drawing = "", "", False
    for index, value in enumerate(values):
        if value is None:
            is_drawing = False
            continue
        point = f"{(index + 0.5) * step:.2f} {100 - 100 * value / top:.2f}"
        path += ("L" if is_drawing else "M") + point
        dots += f"M{point}h0"  # a line of length 0 with round caps is a dot, however the box is stretched
        is_drawing = True
    return Chart(line=path, dots=dots)


def bars(values: Sequence[float], top: float) -> Chart:
    """A bar for each positive value, 0 to `top`, from left to right."""
    step = 100 / max(1, len(values))
    width = step * _BAR_WIDTH
    path = "".join(
        f"M{index * step + (step - width) / 2:.2f} 100v{-100 * value / top:.2f}h{width:.2f}V100z"
        for index, value in enumerate(values)
        if value
    )
    return Chart(bars=path)
