"""Finds the pen's ink in a photograph, without rules, frames, holes, stamps, shadows or specks.

Everything here works on *ratios*: the fraction of the paper's light that each pixel reflects, per colour channel. An
ink keeps its direction in the space of log ratios however thickly it lies, so pencil, blue pen and red stamp can be
told apart even where they are faint.
"""

import itertools
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[Any]
#: (3, height, width) float32, one plane for each of red, green and blue.
Ratios = NDArray[Any]

#: Longer side of the image that the paper's brightness is estimated on, pixels; lengths below are fractions of the
#: photograph's longer side unless they say otherwise.
_GROUND_SIDE = 200
#: Widths below which dark marks aren't paper: the first exceeds that of any pen. A narrower one is used if at most the
#: second fraction of the strokes' edges then absorbs less than the third fraction of what it absorbed before.
_WIDEST_INK, _LOST, _KEPT = (0.27, 0.14, 0.08), 0.12, 0.6
#: Added to grey levels before their ratio is taken, so that nearly black pixels don't count as full of contrast.
_BLACK = 16
#: A pixel counts as marked if it absorbs more than the first and more than the second times the noise.
_FAINTEST, _NOISE = 0.07, 6.0
#: Least percentage of the pixels that are bare paper, within the noise: a highlighter may cover the rest.
_PAPER = 35
#: Width of the patches that are looked at; one is soft if its absorption fades, from three quarters to one,
#: over more than the other, and over more than four pixels.
_PATCH, _FADE = 0.05, 0.012
#: Length within which a stroke's edge rises by this fraction of what the sharpest do.
_EDGE, _SHARP = 0.006, 0.45
_SIDES = {"above", "below", "left", "right"}
#: Least distance between a character and a frame of the same colour and width as its strokes.
_CLEAR = 0.04
#: Least extent of a character, as a fraction of the side of such a frame.
_FILLED = 0.3
#: So many straight lines that end at the image's border, or are parallel, are a grid's.
_MANY = 3
#: Rounds of the search for lines, and lines tried in each.
_ROUNDS, _PEAKS = 4, 30
#: More lines across the whole sheet than this are print, even if they leave nothing of a character between them. A grid
#: is fine if its lines and their surroundings cover more than this fraction of the sheet.
_MANY_LINES, _FINE_GRID = 12, 0.6
#: Dark edges of a scan: at most this deep, along at least this fraction of the side.
_EDGE_DEPTH, _EDGE_LENGTH = 0.15, 0.5
#: Cosine of the angle between the directions of two colours above which they belong to one ink.
_SAME_INK = float(np.cos(np.deg2rad(9)))
#: Ink from the back of the sheet is fainter than this fraction of the ink in front, and at least this fraction of all.
_FAINTER, _BACK = 0.65, 0.08
#: Width of a pen, pixels, above which the mean of nine pixels is as dark as the line.
_WIDE = 6.0
#: Least ratio of length to width of a row of characters, and least length of all strokes of each of at least two
#: characters, as a multiple of the diagonal of its box; one stroke or two (い, ハ, 二) are shorter.
_ROW, _SEVERAL_STROKES = 1.9, 1.4
#: Least space between the characters of a grid, fraction of a character's cell.
_SPACE = 0.1


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
    def ends(self) -> tuple[NDArray[Any], NDArray[Any]]:
        return self.start, self.start + self.along * np.float32(self.length)


def ink(image: NDArray[Any]) -> NDArray[Any]:
    """(height, width) how much the pen's ink absorbs at each pixel, 0 to 1; 0 everywhere else.

    image: (height, width, 3) uint8, ink darker than the paper.
    """
    planes = np.ascontiguousarray(image.transpose(2, 0, 1))
    absorbed = _absorbed(planes, _paper(image, _WIDEST_INK[0]))
    most = _greatest(absorbed)
    base, least = _paper_levels(most)
    side = max(most.shape)
    marked = _without_blobs(_without_edges((most > base + least).astype(np.uint8)), side)
    # A highlighter's edge is as sharp as a stroke's.
    untinted = marked & ~_tinted(absorbed - np.float32(base))
    paper = _closest_paper(image, absorbed, _sharp_edges(most - base, untinted, least))
    if paper is not None:
        absorbed = _absorbed(planes, paper)
        base, least = _paper_levels(_greatest(absorbed))
    absorbed = absorbed - np.float32(base)
    most = np.maximum(_greatest(absorbed), 0)
    marked &= (most > least).astype(np.uint8)
    most = _without_soft_patches(most * marked, least)
    marked = (most > least).astype(np.uint8)
    smooth = np.stack([cv2.blur(plane, (3, 3)) for plane in absorbed])
    # If there is another ink, marks that only tint the paper are a highlighter's, and red ones a teacher's.
    tinted, red = _tinted(smooth), _red(smooth)
    for others in (tinted | red, tinted):
        rest = marked & ~others
        if _shows_something(rest, side):
            marked = rest
            break
    kept, on_lines = _without_lines(marked, smooth, side)
    kept = _without_blobs(kept, side)
    strongest = (kept > 0) & (most >= np.percentile(most[kept > 0], 75)) if kept.any() else kept > 0
    if strongest.any() and np.median(_least(absorbed)[strongest]) > 0.5 * np.median(most[strongest]):
        most = np.maximum(_least(absorbed), 0)  # grey ink is as strong on a highlighter's colour as beside it
    if (free := (kept > 0) & ~on_lines).any():  # where a stroke crosses a line, both absorb
        most = np.where(on_lines, np.minimum(most, np.median(most[free])), most)
    kept = _without_specks(kept, most, side)
    near = cv2.dilate(kept, np.ones((3, 3), np.uint8))
    return np.where(near, most, 0).astype(np.float32)


def _paper(image: NDArray[Any], widest: float) -> NDArray[Any]:
    """(h, w, 3) float32, smaller than `image`: levels of the paper; marks narrower than `widest` are none."""
    height, width = image.shape[:2]
    factor = min(1.0, _GROUND_SIDE / max(height, width))
    size = max(8, round(width * factor)), max(8, round(height * factor))
    small = cv2.medianBlur(cv2.resize(image, size, interpolation=cv2.INTER_AREA), 3)
    reach = 2 * round(max(size) * widest / 2) + 1
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    return np.asarray(cv2.GaussianBlur(paper.astype(np.float32), (0, 0), 1.5) + _BLACK)


def _absorbed(planes: NDArray[Any], paper: NDArray[Any]) -> Ratios:
    """(3, height, width) the fraction of the paper's light that each pixel of `planes` (uint8) absorbs."""
    absorbed = np.empty(planes.shape, np.float32)
    for into, plane, levels in zip(absorbed, planes, cv2.split(paper), strict=True):
        full = cv2.resize(levels, plane.shape[::-1], interpolation=cv2.INTER_LINEAR)
        np.divide(plane + np.float32(_BLACK), full, out=into)
        np.subtract(1, into, out=into)
    return absorbed


def _greatest(absorbed: Ratios) -> NDArray[Any]:
    """(height, width) the greatest of the three channels."""
    return np.maximum(np.maximum(absorbed[0], absorbed[1]), absorbed[2])


def _least(absorbed: Ratios) -> NDArray[Any]:
    """(height, width) the least of the three channels."""
    return np.minimum(np.minimum(absorbed[0], absorbed[1]), absorbed[2])


def _paper_levels(most: NDArray[Any]) -> tuple[float, float]:
    """What bare paper absorbs, and how much more than that makes a mark."""
    sample = most[::4]
    noise = float(np.median(np.abs(sample[:, 3:] - sample[:, :-3]))) / np.sqrt(2)
    return float(np.percentile(sample, _PAPER)), max(_FAINTEST, _NOISE * noise)


def _closest_paper(image: NDArray[Any], absorbed: Ratios, sharp: NDArray[Any]) -> NDArray[Any] | None:
    """The paper as the narrowest window sees it that leaves the strokes: the narrower, the less is left of shadows.

    absorbed: with the widest window; sharp: (height, width) bool, strokes' edges. None if only the widest leaves them.
    """
    edges = np.nonzero(sharp)
    if not len(edges[0]):
        return None
    levels, before = image[edges].astype(np.float32) + _BLACK, absorbed[:, edges[0], edges[1]].mean(axis=0)
    closest = None
    for widest in _WIDEST_INK[1:]:
        paper = _paper(image, widest)
        rows, columns = (e * n // m for e, n, m in zip(edges, paper.shape[:2], image.shape[:2], strict=True))
        lost = 1 - (levels / paper[rows, columns]).mean(axis=1) < _KEPT * before
        if lost.mean() > _LOST:
            break
        closest = paper
    return closest


def _sharp_edges(most: NDArray[Any], marked: Mask, least: float) -> NDArray[Any]:
    """Where `marked` has sharp edges, as strokes do and shadows don't."""
    step = max(2, round(_EDGE * max(most.shape)))
    window = np.ones((2 * step + 1, 2 * step + 1), np.uint8)
    smooth = cv2.blur(most, (3, 3))
    slope = cv2.dilate(smooth, window) - cv2.erode(smooth, window)
    inside = (marked > 0) & (smooth > 1.5 * least)
    return inside & (slope > max(least, _SHARP * float(np.percentile(slope[inside], 95)))) if inside.any() else inside


def _tinted(absorbed: Ratios) -> Mask:
    """1 where the paper is tinted, yet as bright as before in one channel."""
    least, most = _least(absorbed), _greatest(absorbed)
    return ((least < 0.1) & (most - least > 1.5 * least + 0.03)).astype(np.uint8)


def _red(absorbed: Ratios) -> Mask:
    """1 where red light is reflected and the rest absorbed."""
    red, green, blue = absorbed
    return ((green - red > 0.1) & (red < 0.55 * green) & (red < 0.65 * blue)).astype(np.uint8)


def _direction(absorbed: Ratios, mask: Mask) -> NDArray[Any]:
    """The direction of the mean colour of the pixels of `mask` in the space of log ratios: an ink's, however thick."""
    logs = -np.log(1 - absorbed[:, mask > 0].clip(0, 0.97))
    mean = logs.mean(axis=1) if logs.size else np.ones(3)
    return np.asarray(mean / (np.linalg.norm(mean) + 1e-6), np.float32)


def _shows_something(mask: Mask, side: int) -> bool:
    """Whether `mask` has a connected part that could be a character: large enough, and not a long line."""
    opened = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, _, figures, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    extent = figures[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1, initial=0)
    return bool((extent > 0.04 * side).any())


def _without_edges(marked: Mask) -> Mask:
    """`marked` without the dark beside the sheet."""
    cleaned = marked.copy()
    for turn in range(4):
        view = np.rot90(cleaned, turn)  # each side comes to the left once
        height, width = view.shape
        most = max(2, int(_EDGE_DEPTH * width))
        free = view[:, : most + 1] == 0
        runs = np.where(free.any(axis=1), free.argmax(axis=1), most + 1)
        if (runs > 0).mean() < _EDGE_LENGTH:
            continue
        rows = np.flatnonzero((runs > 0) & (runs <= most))
        if len(rows) < 0.3 * height:
            continue
        # A strip's inner side is straight; where a rule or a stroke meets it, only the strip goes.
        fit = np.polyfit(rows, runs[rows], 1)
        for _ in range(3):
            off = runs[rows] - np.polyval(fit, rows)
            near = rows[np.abs(off) <= 2 + 2 * np.median(np.abs(off))]
            if len(near) < 10:
                break
            fit = np.polyfit(near, runs[near], 1)
        depth = np.clip(np.polyval(fit, np.arange(height)) + 3, 0, most + 3)
        view[np.arange(width)[None] < depth[:, None]] = 0
    return cleaned


def _without_soft_patches(absorbed: NDArray[Any], least: float) -> NDArray[Any]:
    """`absorbed` without wide patches whose edges are soft: what the estimate of the background leaves of shadows."""
    side = max(absorbed.shape)
    reach = max(3, round(_PATCH * side)) | 1
    wide = cv2.morphologyEx(absorbed, cv2.MORPH_OPEN, np.ones((reach, reach), np.uint8))
    patches = (wide > least).astype(np.uint8)
    count, blots = cv2.connectedComponents(patches, connectivity=8)
    if count < 2:
        return absorbed
    smooth, reached = cv2.blur(absorbed, (3, 3)), np.ones((reach, reach), np.uint8)
    soft = np.zeros_like(patches)
    for blot in range(1, count):
        own = (blots == blot).astype(np.uint8)
        near, most = cv2.dilate(own, reached) > 0, float(wide[own > 0].max())
        inside = (near & (smooth > 0.5 * most)).astype(np.uint8)
        outline = int(inside.sum()) - int(cv2.erode(inside, np.ones((3, 3), np.uint8)).sum())
        fading = int((near & (smooth > 0.25 * most) & (smooth < 0.75 * most)).sum())
        if fading > max(4, _FADE * side) * outline:
            soft |= own
    if not soft.any():
        return absorbed
    soft = np.asarray(cv2.dilate(soft, reached), np.uint8)
    ground = cv2.blur(wide, (3, 3))
    return np.where(soft, np.maximum(absorbed - np.maximum(ground, wide), 0), absorbed).astype(np.float32)


def _without_blobs(marked: Mask, side: int) -> Mask:
    """`marked` without punched holes: round solid spots near the edge or cut by it, outside the largest mark's box."""
    count, blots, figures, _ = cv2.connectedComponentsWithStats(marked, connectivity=8)
    if count < 3:
        return marked
    height, width = marked.shape
    cleaned = marked.copy()
    holes = []
    for blot in range(1, count):
        x, y, w, h, area = figures[blot].tolist()
        if max(w, h) > 0.12 * side or max(w, h) < 0.008 * side or max(w, h) > 2.6 * min(w, h):
            continue
        to_edge = min(x, y, width - x - w, height - y - h)
        is_round = area > 0.68 * w * h and 0.75 < w / h < 1.34
        if (is_round and to_edge < 0.08 * side) or (to_edge <= 1 and area > 0.6 * w * h):
            holes.append(blot)
    others = [blot for blot in range(1, count) if blot not in holes]
    if not others:
        return marked
    x0, y0, w0, h0, _ = figures[max(others, key=lambda blot: figures[blot][2] * figures[blot][3])].tolist()
    for blot in holes:
        x, y, w, h, _ = figures[blot].tolist()
        away = max(x0 - x - w, x - x0 - w0, y0 - y - h, y - y0 - h0)
        if away > 0.3 * max(w, h) or (w0 > 0.9 * width or h0 > 0.9 * height):
            cleaned[blots == blot] = 0
    return cleaned


def _pen_width(mask: Mask) -> float:
    """Width of the lines of `mask`, weighted by their area, pixels."""
    if not mask.any():
        return 0.0
    depth = cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, 3)[1:-1, 1:-1]
    return 4 * max(float(depth[mask > 0].mean()) - 0.5, 0.25)


def _without_lines(marked: Mask, absorbed: Ratios, side: int) -> tuple[Mask, NDArray[Any]]:
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
        rest = _without_specks(rest, None, side)
        if not across and not _shows_something(rest, side):
            # The character has only straight strokes (i, 十): remove the frame, and keep the rest.
            lines = _outermost(lines, side)
            rest = marked.copy()
            for line in lines:
                cv2.line(rest, *_pixels(line, 0.05 * side), 0, int(line.width) + 6)
            rest = _without_specks(rest, None, side)
        if lines and (_shows_something(rest, side) or len(across) > _MANY_LINES):
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
    return 0.45 + 0.0022 * line.length


def _printed(lines: list[Line], rest: Mask, absorbed: Ratios, marked: Mask, side: int) -> list[Line]:
    """The `lines` that are print rather than strokes; `rest` is the marks that no line covers."""
    pen, direction = _pen_width(rest), _direction(absorbed, rest)
    ys, xs = np.nonzero(rest)
    box = np.percentile(xs, 1), np.percentile(ys, 1), np.percentile(xs, 99), np.percentile(ys, 99)
    printed = [line for line in lines if _is_printed(line, lines, pen, box, direction, absorbed, marked, side)]
    high, wide = marked.shape
    for _ in range(2):  # lines that run from print or the image's border to print, or are like many printed ones
        for line in lines:
            if any(line is other for other in printed) or line.wobble > 0.3 + 0.0009 * line.length:
                continue
            open_ends = [e for e in line.ends if min(*e, wide - 1 - e[0], high - 1 - e[1]) > 3]
            alike = [o for o in printed if abs(float(o.along @ line.along)) > 0.99 and abs(o.width - line.width) <= 1]
            if all(any(_distance(other, end) < 0.03 * side for other in printed) for end in open_ends) or (
                len(alike) >= _MANY and line.width < 0.8 * pen
            ):
                printed.append(line)
    return printed


def _distance(line: Line, point: NDArray[Any]) -> float:
    """From `point` to the nearest point of `line`, pixels."""
    t = float(np.clip((point - line.start) @ line.along, 0, line.length))
    return float(np.hypot(*(point - line.start - line.along * np.float32(t))))


def _less(marked: Mask, printed: list[Line], rest: Mask, absorbed: Ratios, side: int) -> Mask:
    """`marked` without the lines `printed` and other print of their colour."""
    ink_direction = _direction(absorbed, rest)
    cleaned = _erased(marked, printed)
    # The remains of a line lie along it; in a fine grid, so do pieces of strokes.
    beside = _along(printed, 7, marked, side)
    if is_fine := bool(beside.mean() > _FINE_GRID):
        beside = _along(printed, 3, marked, side)
    count, blots, figures, _ = cv2.connectedComponentsWithStats(cleaned, connectivity=8)
    within = np.bincount(blots.ravel(), beside.ravel(), count) > 0.7 * figures[:, cv2.CC_STAT_AREA]
    within &= figures[:, cv2.CC_STAT_AREA] < 0.25 * rest.sum()
    cleaned[within[blots]] = 0
    on_lines = np.zeros_like(marked)
    for line in printed:
        cv2.line(on_lines, *_pixels(line), 1, max(1, int(line.width) - 1))
    print_direction = _direction(absorbed, on_lines & marked & ~cleaned)
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
    shorter = min(marked.shape)
    for upright in (False, True):
        left = thin.copy()
        for _ in range(_ROUNDS):
            # Hough's angle is that of the line's normal: 0 for upright lines, 90 degrees for level ones.
            middle = 0.0 if upright else np.pi / 2
            peaks = cv2.HoughLines(
                left,
                1,
                np.pi / 720,
                max(20, int(0.16 * shorter)),
                min_theta=max(0.0, middle - 0.12),
                max_theta=middle + 0.12,
            )
            if upright:
                other = cv2.HoughLines(
                    left, 1, np.pi / 720, max(20, int(0.16 * shorter)), min_theta=np.pi - 0.12, max_theta=np.pi
                )
                peaks = other if peaks is None else peaks if other is None else np.concatenate([peaks, other])
            if peaks is None:
                break
            new = False
            tried: list[tuple[float, float]] = []
            for rho, theta in peaks[:400, 0]:
                # Neighbouring peaks are one line.
                if any(abs(rho - r) < 7 and abs(theta - t) < 0.035 for r, t in tried):
                    continue
                tried.append((rho, theta))
                if len(tried) > _PEAKS:
                    break
                line = _traced(float(rho), float(theta), marked, left, side)
                if line is None:
                    continue
                new = True
                found.append(line)
                cv2.line(left, *_pixels(line), 0, int(line.width) + 5)
            if not new:
                break
    return found


def _traced(rho: float, theta: float, marked: Mask, left: Mask, side: int) -> Line | None:
    """The line that a peak of the Hough transform stands for, if there is one."""
    height, width = marked.shape
    normal = np.array([np.cos(theta), np.sin(theta)])
    along = np.array([-normal[1], normal[0]])
    origin = normal * rho
    reach = np.arange(-(height + width), height + width)
    points = origin + reach[:, None] * along
    inside = (points[:, 0] >= 0) & (points[:, 0] <= width - 1) & (points[:, 1] >= 0) & (points[:, 1] <= height - 1)
    points = points[inside]
    if len(points) < 0.2 * min(height, width):
        return None
    half = max(6, round(0.02 * side))
    offsets = np.arange(-half, half + 1)
    # A strip along the line: one row for each of its points, columns across it.
    strip = np.array([[normal[0], along[0], 0], [normal[1], along[1], 0]])
    strip[:, 2] = points[0] - half * normal
    size, how = (2 * half + 1, len(points)), cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    fresh = np.asarray(cv2.warpAffine(left, strip, size, flags=how)) > 0
    centre = fresh[:, half - 2 : half + 3].any(axis=1)
    if centre.sum() < 0.1 * min(height, width):
        return None
    profile = np.asarray(cv2.warpAffine(marked, strip, size, flags=how)) > 0
    # Only positions where the mark is thin across the line tell of it; wide ones are strokes that cross.
    run = profile.sum(axis=1)
    thin = centre & (run <= half) & ~profile[:, 0] & ~profile[:, -1]
    if thin.sum() < 0.1 * min(height, width):
        return None
    gap = max(4, round(0.05 * side))
    filled: NDArray[Any] = np.asarray(profile[:, half - 2 : half + 3].any(axis=1))
    start, end = _longest(filled, thin, gap)
    if end - start < 0.28 * min(height, width):
        return None
    span = slice(start, end + 1)
    chosen = np.flatnonzero(thin[span])
    if len(chosen) < 0.35 * (end - start):
        return None
    where = (profile[span][chosen] * offsets).sum(axis=1) / run[span][chosen]
    fit = np.polyfit(chosen, where, 1)
    off = np.abs(where - np.polyval(fit, chosen))
    wobble = float(np.mean(np.minimum(off, 3 * np.median(off) + 1)))
    first = points[start] + normal * np.polyval(fit, 0)
    last = points[end] + normal * np.polyval(fit, end - start)
    length = float(np.hypot(*(last - first)))
    margin = max(3.0, 0.015 * side)
    is_across = bool(start <= margin and end >= len(points) - 1 - margin)
    return Line(
        first.astype(np.float32),
        ((last - first) / length).astype(np.float32),
        length,
        float(np.median(run[span][chosen])),
        wobble,
        float(filled[span].mean()),
        is_across,
        bool(start <= 3 or end >= len(points) - 4),
    )


def _longest(filled: NDArray[Any], thin: NDArray[Any], gap: int) -> tuple[int, int]:
    """First and last index of the longest run of `filled` with holes of at most `gap`, ending at thin ones."""
    marks = np.flatnonzero(filled)
    parts = np.split(marks, np.flatnonzero(np.diff(marks) > gap) + 1)
    best = max(parts, key=lambda part: part[-1] - part[0])
    own = best[thin[best]]
    return (int(own[0]), int(own[-1])) if len(own) else (0, 0)


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
    if line.wobble > 0.3 + 0.0009 * line.length:
        return False
    # Widths are whole pixels.
    if line.is_across or line.width < min(0.62 * pen, pen - 1.5):
        return True
    own = np.zeros_like(marked)
    cv2.line(own, *_pixels(line), 1, max(1, int(line.width) - 1))
    if float(_direction(absorbed, own & marked) @ ink_direction) < _SAME_INK:
        return True
    straight = [o for o in lines if o.wobble < 0.3 + 0.0009 * o.length]
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
    for line in printed:
        normal = np.array([-line.along[1], line.along[0]])
        steps = np.arange(0, int(line.length) + 1)
        half = line.width / 2 + 2
        points = line.start + steps[:, None] * line.along
        sides = []
        for sign in (-1, 1):
            hit = np.zeros(len(points), bool)
            for extra in (1.0, 2.0, 3.0):
                xs, ys = (points + sign * (half + extra) * normal).round().astype(int).T
                ok = (xs >= 0) & (xs < width) & (ys >= 0) & (ys < height)
                hit[ok] |= off_lines[ys[ok], xs[ok]] > 0
            sides.append(hit)
        # A stroke crosses where ink stands beside the line; a slanted one leaves it further along than it meets it.
        beside_line = (sides[0] | sides[1]).astype(np.uint8)[None]
        # Where another line crosses this one too, its neighbours tell.
        slant = np.ones((1, 2 * int(line.width) + 9), np.uint8)
        crossing = cv2.morphologyEx(beside_line, cv2.MORPH_CLOSE, slant)[0] > 0
        for start, end in _runs(~crossing):
            a, b = line.start + start * line.along, line.start + end * line.along
            cv2.line(
                cleaned,
                (round(float(a[0])), round(float(a[1]))),
                (round(float(b[0])), round(float(b[1]))),
                0,
                int(line.width) + 3,
            )
    return cleaned


def _runs(flags: NDArray[Any]) -> list[tuple[int, int]]:
    """First and last index of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(a), int(b) - 1) for a, b in edges.reshape(-1, 2)]


def _without_specks(marked: Mask, absorbed: NDArray[Any] | None, side: int) -> Mask:
    """`marked` without parts that are too small, too faint or too far away to belong to the character."""
    count, blots, figures, _ = cv2.connectedComponentsWithStats(marked, connectivity=8)
    if count < 2:
        return marked
    areas = figures[1:, cv2.CC_STAT_AREA].astype(np.float64)
    extents = figures[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    large = extents >= 0.25 * extents.max()
    body = np.concatenate([[False], large])[blots].astype(np.uint8)
    pen = _pen_width(body)
    kept = (areas >= 0.55 * pen * pen) & (extents >= 1.2 * pen)
    kept &= np.array(
        [
            _pen_width((blots[y : y + h, x : x + w] == i + 1).astype(np.uint8)) > 0.5 * pen if k else False
            for i, ((x, y, w, h, _), k) in enumerate(zip(figures[1:].tolist(), kept, strict=True))
        ]
    )
    kept |= areas == areas.max()
    boxes = figures[1:, :4].tolist()
    largest = boxes[int(np.argmax(extents * kept))]
    reach = float(max(largest[2:]))
    height, width = marked.shape
    for i in np.flatnonzero(kept):
        x, y, w, h = boxes[i]
        touches = x <= 3 or y <= 3 or x + w >= width - 3 or y + h >= height - 3
        if touches and max(w, h) < 0.6 * reach and _apart(boxes[i], largest) > 0.05 * side:
            kept[i] = False
        elif max(w, h) < 0.15 * reach:
            larger = [
                box for box, extent, k in zip(boxes, extents, kept, strict=True) if k and extent > 1.5 * max(w, h)
            ]
            kept[i] = min((_apart(boxes[i], box) for box in larger), default=0) < 0.3 * reach
    kept_mask = np.concatenate([[False], kept])[blots]
    if absorbed is not None and kept_mask.any():
        # The mean around a pixel would make a line one pixel wide fainter than a wider one of the same ink.
        window = (3, 3)
        smooth = cv2.blur(absorbed, window) if pen > _WIDE else cv2.dilate(absorbed, np.ones(window, np.uint8))
        main = float(np.percentile(smooth[kept_mask], 90))
        front = kept_mask & (smooth > max(0.45 * main, _front(smooth, kept_mask, pen)))
        return _without_specks(front.astype(np.uint8), None, side)
    return kept_mask.astype(np.uint8)


def _apart(one: list[int], other: list[int]) -> int:
    """Pixels between two boxes (left, top, width, height), the larger of across and down; negative if they overlap."""
    x, y, w, h = one
    x0, y0, w0, h0 = other
    return max(x0 - x - w, x - x0 - w0, y0 - y - h, y - y0 - h0)


def _front(absorbed: NDArray[Any], marked: NDArray[Any], pen: float) -> float:
    """The absorption that divides the ink from fainter ink that shines through from the back; 0 if none does.

    Edges and light pressure make a part of any stroke fainter; what shines through is also far from the darker part.
    """
    levels = np.round(absorbed[marked] * 255).clip(0, 255).astype(np.uint8)
    threshold = cv2.threshold(levels[None], 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0] / 255
    dark = (marked & (absorbed > threshold)).astype(np.uint8)
    reach = 2 * max(2, round(pen)) + 1
    far = marked & (cv2.dilate(dark, np.ones((reach, reach), np.uint8)) == 0)
    if far.sum() < _BACK * marked.sum() or not dark.any():
        return 0.0
    front, back = float(np.median(absorbed[dark > 0])), float(np.median(absorbed[far]))
    return threshold if back < _FAINTER * front else 0.0


def characters(inked: NDArray[Any]) -> list[tuple[int, int, int, int]]:
    """Left, top, width and height of each character that `inked` (height, width) shows, pixels.

    Several only where a row, column or grid of them is certain: parts of one character (い, 二, 八) are one.
    """
    ys, xs = np.nonzero(inked)
    if not len(xs):
        return []
    left, top = int(xs.min()), int(ys.min())
    width, height = int(xs.max()) - left + 1, int(ys.max()) - top + 1
    box = inked[top : top + height, left : left + width]
    whole = [(0, height)], [(0, width)]
    if width > _ROW * height:
        rows, columns = whole[0], _cells(np.asarray(box.any(axis=0)), height)
    elif height > _ROW * width:
        rows, columns = _cells(np.asarray(box.any(axis=1)), width), whole[1]
    else:
        rows, columns = _cells(np.asarray(box.any(axis=1)), width / 2), _cells(np.asarray(box.any(axis=0)), height / 2)
        if not _is_grid(box, rows, columns):
            rows, columns = whole
    found = []
    for y0, y1 in rows:
        for x0, x1 in columns:
            ys, xs = np.nonzero(box[y0:y1, x0:x1])
            if len(xs):
                w, h = int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1
                found.append((left + x0 + int(xs.min()), top + y0 + int(ys.min()), w, h))
    size = max(max(w, h) for _, _, w, h in found)
    pen = _pen_width(inked.astype(np.uint8))
    certain = [
        (x, y, w, h)
        for x, y, w, h in found
        if max(w, h) > 0.5 * size and inked[y : y + h, x : x + w].sum() / pen > _SEVERAL_STROKES * np.hypot(w, h)
    ]
    return found if len(certain) > 1 else [(left, top, width, height)]


def _cells(inked: NDArray[Any], size: float) -> list[tuple[int, int]]:
    """First and one past the last index of each character along an axis.

    inked: whether any pixel at that index is; size: extent of a character across the axis.
    """
    runs = [(a, b + 1) for a, b in _runs(inked)]
    cells = [runs[0]]
    for start, end in runs[1:]:
        first, last = cells[-1]
        narrow = min(last - first, end - start) < 0.5 * size
        if start - last < 0.08 * size or (narrow and end - first < 1.3 * size):
            cells[-1] = first, end
        else:
            cells.append((start, end))
    return cells


def _is_grid(box: NDArray[Any], rows: list[tuple[int, int]], columns: list[tuple[int, int]]) -> bool:
    """Whether `rows` and `columns` divide `box` into at least six characters with clear space between them."""
    if len(rows) < 2 or len(columns) < 2:
        return False
    height, width = box.shape
    filled = sum(bool(box[y0:y1, x0:x1].any()) for y0, y1 in rows for x0, x1 in columns)
    spaces = [
        (b[0] - a[1]) * len(cells) / extent
        for cells, extent in ((rows, height), (columns, width))
        for a, b in itertools.pairwise(cells)
    ]
    return filled > 5 and min(spaces) > _SPACE
