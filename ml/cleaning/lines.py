"""Printed lines: rules, grids, frames and crosses, distinguished from the straight strokes of a character."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.cleaning.marks import blots_of, pen_width, runs_of, shows_something, without_specks
from ml.cleaning.paper import Mask, Ratios, colour_direction

_SIDES = {"above", "below", "left", "right"}
#: Least distance between a character and a frame of the same colour and width as its strokes.
_CLEAR = 0.04
#: Least extent of a character, as a fraction of the side of such a frame.
_FILLED = 0.3
#: Least length of the lines of a row of squares, and how far they may be from their place, fractions of the side.
_DRAWN, _OFF = 0.7, 0.1
#: Least number of straight lines, ending at the image's border or parallel to each other, that make a grid.
_MANY = 3
#: Rounds of the search for lines, and in each round the most peaks of the Hough transform that are kept (`_WAITING`)
#: and the most that are traced (`_PEAKS`).
_ROUNDS, _WAITING, _PEAKS = 4, 400, 30
#: More lines across the whole sheet than this are print, even if they leave nothing of a character between them.
_MANY_LINES = 12
#: A grid is fine if its lines and their surroundings cover more than this fraction of the sheet.
_FINE_GRID = 0.6
#: Cosine of the angle between the directions of two colours above which they belong to one ink.
_SAME_INK = float(np.cos(np.deg2rad(9)))


@dataclass(frozen=True)
class Line:
    """A straight printed line: points are `start` + t * `along` for 0 <= t <= `length`, in pixels (x, y)."""

    start: NDArray[Any]
    along: NDArray[Any]
    length: float
    #: Median width and mean absolute deviation from the straight line, pixels.
    width: float
    wobble: float
    #: Fraction of the length that is marked: below 1 for dashes.
    coverage: float
    #: Whether both ends reach the image's border.
    is_across: bool
    #: Whether one does.
    reaches_border: bool

    @property
    def is_straight(self) -> bool:
        return self.wobble <= 0.3 + 0.0009 * self.length

    @property
    def middle(self) -> NDArray[Any]:
        return self.start + self.along * np.float32(self.length / 2)

    @property
    def ends(self) -> tuple[NDArray[Any], NDArray[Any]]:
        return self.start, self.start + self.along * np.float32(self.length)


def without_lines(marked: Mask, absorbed: Ratios, side: int) -> tuple[Mask, NDArray[Any]]:
    """`marked` without printed rules, grids, frames and crosses; where a stroke crosses one, the stroke stays whole.

    Also (height, width) bool, where the lines were.
    """
    lines, on_lines = _lines(marked, side), np.zeros_like(marked)
    across = [line for line in lines if line.is_across and line.wobble < _across_wobble(line)]
    for _ in range(2):  # with the rules gone, what is left tells frames and crosses from strokes
        if not lines:
            break
        rest = marked.copy()
        for line in across or lines:
            cv2.line(rest, *_pixels(line, 0.12 * side), 0, int(line.width) + 6)
        rest = without_specks(rest, None, side)
        if not across and not shows_something(rest, side):
            # The character has only straight strokes (i, 十): remove the frame, and keep the rest.
            lines = _outermost(lines, side)
            rest = marked.copy()
            for line in lines:
                cv2.line(rest, *_pixels(line, 0.05 * side), 0, int(line.width) + 6)
            rest = without_specks(rest, None, side)
        if lines and (shows_something(rest, side) or len(across) > _MANY_LINES):
            printed = across or _printed(lines, rest, absorbed, marked, side)
            if printed:
                marked = _less(marked, printed, rest, absorbed, side)
                for line in printed:
                    cv2.line(on_lines, *_pixels(line), 1, int(line.width) + 4)
            lines = [line for line in lines if not any(line is other for other in printed)]
        if not across:
            break
        across = []
    return marked, on_lines > 0


def _outermost(lines: list[Line], side: int) -> list[Line]:
    """The four of `lines` that frame all others; none if there are no such four."""
    ends = np.array([end for line in lines for end in line.ends])
    (left, top), (right, bottom) = ends.min(axis=0).tolist(), ends.max(axis=0).tolist()
    inner = left + 0.06 * side, top + 0.06 * side, right - 0.06 * side, bottom - 0.06 * side
    framing = [(line, _place(line, inner, side)) for line in lines]
    outer = [line for line, place in framing if place not in (None, "through")]
    return outer if {place for _, place in framing} >= _SIDES else []


def _across_wobble(line: Line) -> float:
    """The wobble, pixels, from which a line across the whole image is no print: paper that isn't flat bends rules."""
    return 0.45 + 0.0022 * line.length


def _printed(lines: list[Line], rest: Mask, absorbed: Ratios, marked: Mask, side: int) -> list[Line]:
    """The `lines` that are print rather than strokes; `rest` is the marks that no line covers."""
    pen, direction = pen_width(rest), colour_direction(absorbed, rest)
    (top, bottom), (left, right) = (np.percentile(each, (1, 99)).tolist() for each in np.nonzero(rest > 0))
    box = left, top, right, bottom
    if squares := _row_of_squares(lines, box):
        return squares
    printed = [line for line in lines if _is_printed(line, lines, pen, box, direction, absorbed, marked, side)]
    high, wide = marked.shape
    for _ in range(2):  # lines that run from print or the image's border to print, or are like many printed ones
        for line in lines:
            if any(line is other for other in printed) or not line.is_straight:
                continue
            open_ends = [e for e in line.ends if min(*e, wide - 1 - e[0], high - 1 - e[1]) > 3]
            alike = [o for o in printed if abs(float(o.along @ line.along)) > 0.99 and abs(o.width - line.width) <= 1]
            if all(any(_distance(other, end) < 0.03 * side for other in printed) for end in open_ends) or (
                len(alike) >= _MANY and line.width < 0.8 * pen
            ):
                printed.append(line)
    return printed


def _row_of_squares(lines: list[Line], box: tuple[float, float, float, float]) -> list[Line]:
    """The frame and the dividers of a row of two or more squares around `box`; empty if `lines` have none."""
    for axis in (0, 1):  # across, down
        along = [line for line in lines if abs(line.along[axis]) > abs(line.along[1 - axis])]
        others = [line for line in lines if abs(line.along[axis]) <= abs(line.along[1 - axis])]
        if len(along) < 2 or len(others) < 3:
            continue
        depths = np.array([line.middle[1 - axis] for line in along])
        places = np.array([line.middle[axis] for line in others])
        first, last, side = places.min(), places.max(), np.ptp(depths)
        is_around = (first < box[axis] and last > box[2 + axis]) and (
            depths.min() < box[1 - axis] and depths.max() > box[3 - axis]
        )
        if not is_around or not 0 < 1.5 * side < last - first:
            continue
        # Either side of the row may be found as several lines.
        sides = [depths < depths.min() + _OFF * side, depths > depths.max() - _OFF * side]
        lengths = np.array([line.length for line in along])
        expected = np.linspace(first, last, 1 + round(float((last - first) / side)))
        off = np.abs(places - expected[:, None])
        dividers = [others[index] for index in off.argmin(axis=1)]
        if (
            off.min(axis=1).max() < _OFF * side
            and all(line.length > _DRAWN * side for line in dividers)
            and all(lengths[own].sum() > _DRAWN * (last - first) for own in sides)
        ):
            return [*(along[index] for own in sides for index in np.flatnonzero(own)), *dividers]
    return []


def _distance(line: Line, point: NDArray[Any]) -> float:
    """From `point` to the nearest point of `line`, pixels."""
    t = float(np.clip((point - line.start) @ line.along, 0, line.length))
    return float(np.hypot(*(point - line.start - line.along * np.float32(t))))


def _less(marked: Mask, printed: list[Line], rest: Mask, absorbed: Ratios, side: int) -> Mask:
    """`marked` without the lines `printed` and other print of their colour."""
    ink_direction = colour_direction(absorbed, rest)
    cleaned = _erased(marked, printed)
    # The remains of a line lie along it; in a fine grid, so do pieces of strokes.
    beside = _along(printed, 7, marked, side)
    if is_fine := bool(beside.mean() > _FINE_GRID):
        beside = _along(printed, 3, marked, side)
    blots, figures = blots_of(cleaned)
    within = np.bincount(blots[(cleaned & beside) > 0], minlength=len(figures)) > 0.7 * figures[:, cv2.CC_STAT_AREA]
    within &= figures[:, cv2.CC_STAT_AREA] < 0.25 * cv2.countNonZero(rest)
    cleaned[within.take(blots)] = 0
    on_lines = np.zeros_like(marked)
    for line in printed:
        cv2.line(on_lines, *_pixels(line), 1, max(1, int(line.width) - 1))
    print_direction = colour_direction(absorbed, on_lines & marked & ~cleaned)
    if float(print_direction @ ink_direction) < _SAME_INK:
        logs = -np.log(1 - absorbed[:, cleaned > 0].clip(0, 0.97))
        colour: Mask = np.zeros_like(cleaned)
        colour[cleaned > 0] = (print_direction - ink_direction) @ logs > 0
        opened: Mask = np.asarray(cv2.morphologyEx(colour, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)))
        cleaned &= ~opened
    if is_fine:  # it has cut the strokes into pieces
        reach = int(np.median([line.width for line in printed])) + 5
        whole = marked & cv2.morphologyEx(cleaned, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
        cleaned = np.asarray(cv2.morphologyEx(whole, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)))
    return cleaned


def _along(lines: list[Line], further: int, like: Mask, side: int) -> Mask:
    """1 within half of `further` pixels of `lines` and of their continuations; a mask of the shape of `like`."""
    near = np.zeros_like(like)
    for line in lines:
        cv2.line(near, *_pixels(line, 0.12 * side), 1, int(line.width) + further)
    return near


def _pixels(line: Line, further: float = 0) -> tuple[tuple[int, int], tuple[int, int]]:
    """Both ends of `line`, drawn out by `further` pixels."""
    a, b = line.ends
    a, b = a - line.along * np.float32(further), b + line.along * np.float32(further)
    return (round(float(a[0])), round(float(a[1]))), (round(float(b[0])), round(float(b[1])))


def _lines(marked: Mask, side: int) -> list[Line]:
    """Long straight lines in `marked`, level or upright within some degrees, solid or dashed."""
    thick = max(3, round(0.022 * side)) | 1
    solid: Mask = np.asarray(cv2.morphologyEx(marked, cv2.MORPH_OPEN, np.ones((thick, thick), np.uint8)))
    grown: Mask = np.asarray(cv2.dilate(solid, np.ones((3, 3), np.uint8)))
    thin: Any = marked & ~grown
    found: list[Line] = []
    votes = max(20, int(0.16 * min(marked.shape)))
    for upright in (False, True):
        left = thin.copy()
        for _ in range(_ROUNDS):
            if cv2.countNonZero(left) < votes:
                break
            # Hough's angle is that of the line's normal: 0 for upright lines, 90 degrees for level ones.
            middle = 0.0 if upright else np.pi / 2
            least = max(0.0, middle - 0.12)
            peaks = cv2.HoughLines(left, 1, np.pi / 720, votes, min_theta=least, max_theta=middle + 0.12)
            if upright:
                other = cv2.HoughLines(left, 1, np.pi / 720, votes, min_theta=np.pi - 0.12, max_theta=np.pi)
                peaks = other if peaks is None else peaks if other is None else np.concatenate([peaks, other])
            if peaks is None:
                break
            new = False
            waiting = peaks[:_WAITING, 0]
            for _ in range(_PEAKS):
                if not len(waiting):
                    break
                rho, theta = waiting[0]
                # Neighbouring peaks are one line.
                near = (np.abs(waiting[:, 0] - rho) < 7) & (np.abs(waiting[:, 1] - theta) < 0.035)
                waiting = waiting[~near]
                line = _traced(float(rho), float(theta), marked, left, side)
                if line is None:
                    continue
                new = True
                found.append(line)
                cv2.line(left, *_pixels(line), 0, int(line.width) + 5)
            if not new or not (len(waiting) or len(peaks) > _WAITING):  # every peak was tried
                break
    return found


def _traced(rho: float, theta: float, marked: Mask, left: Mask, side: int) -> Line | None:
    """The line that a peak of the Hough transform stands for, if there is one."""
    height, width = marked.shape
    normal = np.array([np.cos(theta), np.sin(theta)])
    along = np.array([-normal[1], normal[0]])
    origin = normal * rho
    # Whole steps along the line for which it is inside the image.
    low, high = -np.inf, np.inf
    for start, step, most in zip(origin, along, (width - 1, height - 1), strict=True):
        if step:
            ends = sorted((-start / step, (most - start) / step))
            low, high = max(low, ends[0]), min(high, ends[1])
        elif not 0 <= start <= most:
            return None
    shorter, length = min(height, width), int(np.floor(high) - np.ceil(low)) + 1
    if length < 0.2 * shorter:
        return None
    origin = origin + np.ceil(low) * along
    half = max(6, round(0.02 * side))
    centre = _strip(left, origin, along, normal, 2, length).max(axis=0) > 0
    if np.count_nonzero(centre) < 0.1 * shorter:
        return None
    profile = _strip(marked, origin, along, normal, half, length)
    # Only positions where the mark is thin across the line tell of it; wide ones are strokes that cross.
    run = profile.sum(axis=0, dtype=np.uint8)
    thin = centre & (run > 0) & (run <= half) & (profile[0] == 0) & (profile[-1] == 0)
    if np.count_nonzero(thin) < 0.1 * shorter:
        return None
    gap = max(4, round(0.05 * side))
    filled = profile[half - 2 : half + 3].max(axis=0) > 0
    start, end = _longest(filled, thin, gap)
    if end - start < 0.28 * shorter:
        return None
    span = slice(start, end + 1)
    chosen = np.flatnonzero(thin[span])
    if len(chosen) < 0.35 * (end - start):
        return None
    widths = run[span][chosen].astype(np.float64)
    where = (np.arange(-half, half + 1.0) @ profile[:, span][:, chosen]) / widths
    slope, offset = _fit(chosen, where)
    off = np.abs(where - slope * chosen - offset)
    wobble = float(np.mean(np.minimum(off, 3 * np.median(off) + 1)))
    first = origin + start * along + normal * offset
    last = origin + end * along + normal * (slope * (end - start) + offset)
    reached = float(np.hypot(*(last - first)))
    margin = max(3.0, 0.015 * side)
    is_across = bool(start <= margin and end >= length - 1 - margin)
    return Line(
        first.astype(np.float32),
        ((last - first) / reached).astype(np.float32),
        reached,
        float(np.median(widths)),
        wobble,
        float(filled[span].mean()),
        is_across,
        bool(start <= 3 or end >= length - 4),
    )


def _longest(filled: NDArray[Any], thin: NDArray[Any], gap: int) -> tuple[int, int]:
    """First and last index of the longest run of `filled` with holes of at most `gap`, ending at thin ones."""
    marks = np.flatnonzero(filled)
    breaks = np.flatnonzero(np.diff(marks) > gap)
    first, last = marks[np.append(0, breaks + 1)], marks[np.append(breaks, -1)]
    best = int(np.argmax(last - first))
    own = np.flatnonzero((filled & thin)[first[best] : last[best] + 1]) + first[best]
    return (int(own[0]), int(own[-1])) if len(own) else (0, 0)


def _strip(
    mask: Mask, origin: NDArray[Any], along: NDArray[Any], normal: NDArray[Any], half: int, length: int
) -> NDArray[Any]:
    """(2 * half + 1, length) `mask` along a line: a column for each step from `origin`, rows across the line."""
    matrix = np.column_stack([along, normal, origin - half * normal])
    how = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(mask, matrix, (length, 2 * half + 1), flags=how))


def _fit(xs: NDArray[Any], ys: NDArray[Any]) -> tuple[float, float]:
    """Slope and offset of the straight line through the points (xs, ys), least squares."""
    x, y = float(xs.mean()), float(ys.mean())
    away = xs - x
    slope = float(away @ (ys - y)) / max(float(away @ away), 1e-9)
    return slope, y - slope * x


def _is_printed(
    line: Line,
    lines: list[Line],
    pen: float,
    box: tuple[float, float, float, float],
    ink_direction: NDArray[Any],
    absorbed: Ratios,
    marked: Mask,
    side: int,
) -> bool:
    """Whether `line` is print rather than a stroke of the other marks, whose pen is `pen` pixels wide."""
    if not line.is_straight:
        return False
    # Widths are whole pixels.
    if line.is_across or line.width < min(0.62 * pen, pen - 1.5):
        return True
    own = np.zeros_like(marked)
    cv2.line(own, *_pixels(line), 1, max(1, int(line.width) - 1))
    if float(colour_direction(absorbed, own & marked) @ ink_direction) < _SAME_INK:
        return True
    straight = [o for o in lines if o.is_straight]
    if line.reaches_border and sum(o.reaches_border for o in straight) >= _MANY:
        return True
    place = _place(line, box, side)
    if place is None:
        return False
    if line.coverage < 0.85 or line.reaches_border:
        return True
    if place == "through":  # a cross
        crossing = [o for o in straight if _place(o, box, side) == "through" and abs(float(o.along @ line.along)) < 0.2]
        return bool(crossing) and line.width < 0.85 * pen
    return _is_framed(box, straight, lines, side)


def _is_framed(box: tuple[float, float, float, float], straight: list[Line], lines: list[Line], side: int) -> bool:
    """Whether some of the lines `straight` are a frame around `box`, of the same ink and width as the strokes in it.

    A frame is closed, all other `lines` are inside, and the character fills it and reaches at most one of its sides;
    the middle of 日 reaches two.
    """
    frame: dict[str, Line] = {}
    for line in straight:
        place = _place(line, box, side)
        if place in _SIDES and (place not in frame or _gap(line, box, place) > _gap(frame[place], box, place)):
            frame[place] = line
    if frame.keys() != _SIDES:
        return False
    near, extent = _CLEAR * side, max(box[2] - box[0], box[3] - box[1])
    ends = np.array([end for line in frame.values() for end in line.ends])
    others = np.array([end for line in lines if not line.reaches_border for end in line.ends])
    return (
        extent > _FILLED * max(line.length for line in frame.values())
        and sum(_gap(line, box, place) > near for place, line in frame.items()) > 2
        and bool((others > ends.min(axis=0) - near).all() and (others < ends.max(axis=0) + near).all())
        and all(
            any(_distance(frame[upright], end) < near for end in frame[level].ends)
            for level in ("above", "below")
            for upright in ("left", "right")
        )
    )


def _gap(line: Line, box: tuple[float, float, float, float], place: str) -> float:
    """Pixels from `box` to `line`, which lies at `place` beside it."""
    (ax, ay), (bx, by) = line.ends
    left, top, right, bottom = box
    return {
        "above": top - max(ay, by),
        "below": min(ay, by) - bottom,
        "left": left - max(ax, bx),
        "right": min(ax, bx) - right,
    }[place]


def _place(line: Line, box: tuple[float, float, float, float], side: int) -> str | None:
    """Where `line` passes `box`: above, below, left, right or through; None for a line no longer than the box."""
    (ax, ay), (bx, by) = line.ends
    left, top, right, bottom = box
    if abs(line.along[0]) > abs(line.along[1]):
        if min(ax, bx) > left - 0.01 * side or max(ax, bx) < right + 0.01 * side:
            return None
        return "above" if max(ay, by) < top else "below" if min(ay, by) > bottom else "through"
    if min(ay, by) > top - 0.01 * side or max(ay, by) < bottom + 0.01 * side:
        return None
    return "left" if max(ax, bx) < left else "right" if min(ax, bx) > right else "through"


def _erased(marked: Mask, printed: list[Line]) -> Mask:
    """`marked` without the lines `printed`; pixels that a crossing stroke covers too stay."""
    cleaned = marked.copy()
    height, width = marked.shape
    on_lines = np.zeros_like(marked)
    for line in printed:
        cv2.line(on_lines, *_pixels(line), 1, int(line.width) + 4)
    # Flecks beside a line are its ragged edge, no stroke.
    beside: Mask = np.asarray(marked & ~on_lines)
    off_lines: Mask = np.asarray(cv2.morphologyEx(beside, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)))
    reach = int(max(line.width for line in printed)) + 8
    off_lines = cv2.copyMakeBorder(off_lines, reach, reach, reach, reach, cv2.BORDER_CONSTANT)
    for line in printed:
        normal = np.array([-line.along[1], line.along[0]])
        steps = np.arange(0, int(line.length) + 1)
        half = line.width / 2 + 2
        away = np.array([half + 1, half + 2, half + 3])
        # (6, steps) points at three distances on both sides of the line.
        xs, ys = (
            np.rint(line.start[axis] + steps * line.along[axis] + np.append(away, -away)[:, None] * normal[axis])
            .astype(int)
            .clip(-reach, most)
            + reach
            for axis, most in ((0, width + reach - 1), (1, height + reach - 1))
        )
        # A stroke crosses where ink stands beside the line; a slanted one leaves it further along than it meets it.
        beside_line = off_lines[ys, xs].any(axis=0).astype(np.uint8)[None]
        # Closing bridges gaps where another line crosses this one, and no ink is seen beside it.
        slant = np.ones((1, 2 * int(line.width) + 9), np.uint8)
        crossing = cv2.morphologyEx(beside_line, cv2.MORPH_CLOSE, slant)[0] > 0
        for start, end in runs_of(~crossing):
            a, b = line.start + start * line.along, line.start + end * line.along
            cv2.line(
                cleaned,
                (round(float(a[0])), round(float(a[1]))),
                (round(float(b[0])), round(float(b[1]))),
                0,
                int(line.width) + 3,
            )
    return cleaned
