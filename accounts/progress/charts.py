"""The shapes of charts, in a box of 100 by 100 that a page stretches to the room it has. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

#: How much of its place a bar fills.
_BAR = 0.7
#: Where a scale of time may end, seconds, such that its half is easy to read.
_ENDS = [20, 60, 120, 240, 600, 1200, 2400, 3600, 7200, 14400, 36000, 72000, 144000]


@dataclass(frozen=True)
class Chart:
    """Paths as the `d` of SVG: a line with its dots, or bars."""

    line: str = ""
    dots: str = ""
    bars: str = ""


def end_of_time(longest: int) -> int:
    """Where a scale ends that has room for `longest`; both in ms."""
    return next((end * 1000 for end in _ENDS if longest <= end * 1000), longest)


def line(values: Sequence[float | None], top: float) -> Chart:
    """A dot for each value, 0 to `top`, from left to right, and a line that breaks where there is none."""
    step = 100 / max(1, len(values))
    path, dots, is_drawing = "", "", False
    for place, value in enumerate(values):
        if value is None:
            is_drawing = False
            continue
        point = f"{(place + 0.5) * step:.2f} {100 - 100 * value / top:.2f}"
        path += ("L" if is_drawing else "M") + point
        dots += f"M{point}h0"  # round caps make it a dot, however the box is stretched
        is_drawing = True
    return Chart(line=path, dots=dots)


def bars(values: Sequence[float], top: float) -> Chart:
    """A bar for each value, 0 to `top`."""
    step = 100 / max(1, len(values))
    width = step * _BAR
    path = "".join(
        f"M{place * step + (step - width) / 2:.2f} 100v{-100 * value / top:.2f}h{width:.2f}V100z"
        for place, value in enumerate(values)
        if value
    )
    return Chart(bars=path)
