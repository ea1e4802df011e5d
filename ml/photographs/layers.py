"""Things other than the character on the paper of synthetic photographs: printed lines, holes, stamps, shadows."""

import cv2
import numpy as np
from numpy.random import Generator

from ml.photographs.sheet import FRACTION_BITS, Colour, Sheet, drawn, grey
from ml.strokes import references
from ml.synthesis import shape


def _print_colour(rng: Generator) -> Colour:
    """The light that printed lines let through: blue, green, red, brown, grey or black."""
    kind = int(rng.integers(6))
    low, middle, high = rng.uniform(0.1, 0.6), rng.uniform(0.45, 0.8), rng.uniform(0.7, 0.98)
    return [
        (low, middle, high),
        (low, high, middle),
        (high, low, low + 0.1),
        (high, middle, low),
        grey(middle),
        grey(float(rng.uniform(0.05, 0.35))),
    ][kind]


def ruled(sheet: Sheet, colour: Colour | None = None) -> None:
    """Lines across the whole sheet, or down it."""
    colour = colour or _print_colour(sheet.rng)
    gap = sheet.side * sheet.rng.uniform(0.3, 1.5)
    first = sheet.rng.uniform(0, gap)
    width = _line_width(sheet)
    if sheet.rng.random() < 0.75:
        lines = [(-9.0, y, sheet.width + 9.0, y) for y in np.arange(first, sheet.height, gap)]
    else:
        lines = [(x, -9.0, x, sheet.height + 9.0) for x in np.arange(first, sheet.width, gap)]
    sheet.cover(sheet.segments(lines, width), colour)


def grid(sheet: Sheet, colour: Colour | None = None) -> None:
    """Squares across the whole sheet, from millimetres to a square for each character."""
    colour = colour or _print_colour(sheet.rng)
    gap = sheet.side * float(np.exp(sheet.rng.uniform(np.log(0.15), np.log(1.3))))
    x0, y0 = sheet.rng.uniform(0, gap, 2)
    lines = [(-9.0, y, sheet.width + 9.0, y) for y in np.arange(y0, sheet.height, gap)]
    lines += [(x, -9.0, x, sheet.height + 9.0) for x in np.arange(x0, sheet.width, gap)]
    sheet.cover(sheet.segments(lines, _line_width(sheet)), colour)


def manuscript(sheet: Sheet, colour: Colour | None = None) -> None:
    """原稿用紙: columns of squares with a narrow strip between them; the character in one square."""
    colour = colour or _print_colour(sheet.rng)
    cell = sheet.side * sheet.rng.uniform(1.08, 1.4)
    strip = cell * sheet.rng.uniform(0.15, 0.35)
    left = sheet.left + sheet.side / 2 - cell / 2
    top = sheet.top + sheet.side / 2 - cell / 2
    ys = top + cell * np.arange(-6, 7)
    lines = []
    for column in range(-4, 5):
        x = left + column * (cell + strip)
        lines += [(x, ys[0], x, ys[-1]), (x + cell, ys[0], x + cell, ys[-1])]
        lines += [(x, y, x + cell, y) for y in ys]
    sheet.cover(sheet.segments(lines, _line_width(sheet)), colour)


def frame(sheet: Sheet, colour: Colour | None = None) -> None:
    """A printed square round the character."""
    colour = colour or _print_colour(sheet.rng)
    left, top, right, bottom = _box(sheet)
    lines = [
        (left, top, right, top),
        (right, top, right, bottom),
        (right, bottom, left, bottom),
        (left, bottom, left, top),
    ]
    sheet.cover(sheet.segments(lines, _line_width(sheet)), colour)


def cross(sheet: Sheet, colour: Colour | None = None) -> None:
    """A printed cross, dashed or not, through the middle of the square; now and then with diagonals."""
    colour = colour or _print_colour(sheet.rng)
    left, top, right, bottom = _box(sheet)
    x, y = (left + right) / 2, (top + bottom) / 2
    lines = [(x, top, x, bottom), (left, y, right, y)]
    if sheet.rng.random() < 0.1:
        lines += [(left, top, right, bottom), (left, bottom, right, top)]
    if sheet.rng.random() < 0.75:
        dash = sheet.side * sheet.rng.uniform(0.015, 0.06)
        lines = [part for line in lines for part in _dashes(line, dash, dash * sheet.rng.uniform(0.5, 1.3))]
    sheet.cover(sheet.segments(lines, _line_width(sheet)), colour)


def squares(sheet: Sheet) -> None:
    """A row of adjoining squares, one for each character."""
    colour, width = _print_colour(sheet.rng), _line_width(sheet)
    left, top, side = sheet.left, sheet.top, sheet.side
    lines = [(left, y, left + sheet.length * side, y) for y in (top, top + side)]
    lines += [(left + number * side, top, left + number * side, top + side) for number in range(sheet.length + 1)]
    sheet.cover(sheet.segments(lines, width), colour)


def frame_and_cross(sheet: Sheet, colour: Colour | None = None) -> None:
    """A practice square: frame and cross in one colour."""
    colour = colour or _print_colour(sheet.rng)
    state = sheet.rng.bit_generator.state
    frame(sheet, colour)
    sheet.rng.bit_generator.state = state  # the same box
    cross(sheet, colour)


def _line_width(sheet: Sheet) -> float:
    return float(max(1, sheet.side * sheet.rng.uniform(0.003, 0.009)))


def _box(sheet: Sheet) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a printed square round the character."""
    half = sheet.side * sheet.rng.uniform(1.15, 1.7) / 2
    x = sheet.left + sheet.side * (0.5 + sheet.rng.uniform(-0.04, 0.04))
    y = sheet.top + sheet.side * (0.5 + sheet.rng.uniform(-0.04, 0.04))
    return x - half, y - half, x + half, y + half


def _dashes(
    line: tuple[float, float, float, float], dash: float, gap: float
) -> list[tuple[float, float, float, float]]:
    x, y, x2, y2 = line
    length = float(np.hypot(x2 - x, y2 - y))
    ux, uy = (x2 - x) / length, (y2 - y) / length
    starts = np.arange(0, length, dash + gap)
    return [
        (x + ux * s, y + uy * s, x + ux * min(s + dash, length), y + uy * min(s + dash, length))
        for s in starts.tolist()
    ]


def holes(sheet: Sheet) -> None:
    """Punched holes along an edge: dark discs, sometimes with a lit rim, some cut by the edge."""
    side = int(sheet.rng.integers(4))
    long = sheet.height if side < 2 else sheet.width
    radius = max(sheet.width, sheet.height) * sheet.rng.uniform(0.01, 0.035)
    away = radius * sheet.rng.uniform(0.6, 2.5)
    gap = radius * 2 * sheet.rng.uniform(1.5, 4) if sheet.rng.random() < 0.6 else long * sheet.rng.uniform(0.3, 0.6)
    level = grey(float(sheet.rng.uniform(0.03, 0.5)))
    canvas = np.zeros(sheet.ink.shape, np.uint8)
    for along in np.arange(sheet.rng.uniform(0, gap), long, gap):
        x, y = [(away, along), (sheet.width - away, along), (along, away), (along, sheet.height - away)][side]
        if not _near_character(sheet, x, y, radius):
            cv2.circle(canvas, (round(x * 16), round(y * 16)), round(radius * 16), 255, -1, cv2.LINE_AA, FRACTION_BITS)
    sheet.cover(canvas.astype(np.float32) / 255, level)


def _near_character(sheet: Sheet, x: float, y: float, reach: float) -> bool:
    inside_x = sheet.left - reach * 1.3 < x < sheet.left + sheet.side + reach * 1.3
    return inside_x and sheet.top - reach * 1.3 < y < sheet.top + sheet.side + reach * 1.3


def scanner_edge(sheet: Sheet) -> None:
    """The dark that a scanner sees beside the sheet, along one or two edges, straight or slanted."""
    canvas = np.zeros(sheet.ink.shape, np.uint8)
    for side in sheet.rng.choice(4, int(sheet.rng.integers(1, 3)), replace=False):
        room = [sheet.left, sheet.width - sheet.left - sheet.side, sheet.top, sheet.height - sheet.top - sheet.side][
            side
        ]
        most = max(2.0, min(room * 0.7, 0.12 * max(sheet.ink.shape)))
        a, b = sheet.rng.uniform(1, most, 2) if sheet.rng.random() < 0.4 else [float(sheet.rng.uniform(1, most))] * 2
        w, h = sheet.width, sheet.height
        corners = [
            [(0, 0), (a, 0), (b, h), (0, h)],
            [(w, 0), (w - a, 0), (w - b, h), (w, h)],
            [(0, 0), (0, a), (w, b), (w, 0)],
            [(0, h), (0, h - a), (w, h - b), (w, h)],
        ][side]
        cv2.fillPoly(canvas, [np.array(corners, np.int32)], 255, cv2.LINE_AA)
    sheet.cover(canvas.astype(np.float32) / 255, grey(float(sheet.rng.uniform(0, 0.3))))


def stamp(sheet: Sheet) -> None:
    """A red seal or a small red circle beside the character."""
    spot = _beside(sheet, sheet.side * sheet.rng.uniform(0.2, 0.4))
    if spot is None:
        return
    x, y, radius = spot
    canvas = np.zeros(sheet.ink.shape, np.uint8)
    centre, kind = (round(x), round(y)), sheet.rng.random()
    width = max(1, round(radius * sheet.rng.uniform(0.06, 0.15)))
    if kind < 0.6:
        cv2.circle(canvas, centre, round(radius), 255, width, cv2.LINE_AA)
    else:
        corner = round(x - radius), round(y - radius)
        opposite = round(x + radius), round(y + radius)
        cv2.rectangle(canvas, corner, opposite, 255, width if kind < 0.8 else -1, cv2.LINE_AA)
    if sheet.rng.random() < 0.6:
        literal = str(sheet.rng.choice(list("田中山林木川口済見")))
        inside = [s * radius * 0.6 + np.array([x, y], np.float32) for s in shape(references()[literal])]
        text = drawn(inside, sheet.ink.shape, width) * 255
        canvas = np.where(text > 127, 0 if kind >= 0.8 else 255, canvas).astype(np.uint8)
    sheet.cover(canvas.astype(np.float32) / 255, _red(sheet.rng))


def red_circle(sheet: Sheet) -> None:
    """A teacher's circle round the character or over a part of it, or a tick beside it."""
    angle = np.linspace(0.3, 2 * np.pi * sheet.rng.uniform(0.95, 1.15), 60)
    reach = sheet.side * sheet.rng.uniform(0.55, 0.85)
    x = sheet.left + sheet.side / 2 + sheet.side * sheet.rng.normal(0, 0.06)
    y = sheet.top + sheet.side / 2 + sheet.side * sheet.rng.normal(0, 0.06)
    circle = np.stack([x + reach * np.cos(angle) * sheet.rng.uniform(0.85, 1.1), y + reach * np.sin(angle)], 1)
    mask = drawn([circle.astype(np.float32)], sheet.ink.shape, sheet.side * sheet.rng.uniform(0.01, 0.03))
    sheet.cover(mask, _red(sheet.rng))


def _red(rng: Generator) -> Colour:
    return (float(rng.uniform(0.75, 0.98)), float(rng.uniform(0.1, 0.35)), float(rng.uniform(0.1, 0.4)))


def _beside(sheet: Sheet, size: float) -> tuple[float, float, float] | None:
    """x, y, radius of a free place beside the character; None where there is none."""
    radius = size / 2
    for _ in range(60):
        x = sheet.rng.uniform(radius * 1.1, max(radius * 1.2, sheet.width - radius * 1.1))
        y = sheet.rng.uniform(radius * 1.1, max(radius * 1.2, sheet.height - radius * 1.1))
        if not _near_character(sheet, x, y, radius):
            return x, y, radius
    return None


def shadow(sheet: Sheet) -> None:
    """A hand's or phone's shadow with a soft edge."""
    h, w = sheet.ink.shape
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    angle = sheet.rng.uniform(0, 2 * np.pi)
    reach = max(h, w)
    cx, cy = sheet.left + sheet.side * sheet.rng.uniform(0, 1), sheet.top + sheet.side * sheet.rng.uniform(0, 1)
    away = (x - cx) * np.cos(angle) + (y - cy) * np.sin(angle)
    away = away + reach * 0.03 * np.sin(
        ((y - cy) * np.cos(angle) - (x - cx) * np.sin(angle)) / reach * sheet.rng.uniform(3, 14)
    )
    soft = reach * sheet.rng.uniform(0.006, 0.06)
    dim = sheet.rng.uniform(0.25, 0.6)
    sheet.light *= (1 - dim / (1 + np.exp(np.clip(-away / soft, -30, 30))))[..., None]


def lamp(sheet: Sheet) -> None:
    """A lamp's light: bright in one place, dim far from it."""
    h, w = sheet.ink.shape
    y, x = np.mgrid[0:h, 0:w].astype(np.float32) / max(h, w)
    cx, cy = sheet.rng.uniform(0, w / max(h, w)), sheet.rng.uniform(0, h / max(h, w))
    sheet.light *= (1 - np.clip(sheet.rng.uniform(0.3, 0.8) * ((x - cx) ** 2 + (y - cy) ** 2), 0, 0.7))[..., None]


def highlighter(sheet: Sheet) -> None:
    """One or two bars of a highlighter through the character."""
    colours: list[Colour] = [(1, 0.97, 0.35), (0.6, 1, 0.5), (1, 0.65, 0.8), (1, 0.8, 0.4), (0.55, 0.9, 1)]
    colour = colours[int(sheet.rng.integers(5))]
    for _ in range(int(sheet.rng.integers(1, 3))):
        y = sheet.top + sheet.side * sheet.rng.uniform(0.1, 0.9)
        slope = sheet.side * sheet.rng.normal(0, 0.05)
        ends = sheet.rng.uniform(0.1, 0.6, 2) * sheet.side
        line = (sheet.left - ends[0], y - slope, sheet.left + sheet.side + ends[1], y + slope)
        sheet.cover(sheet.segments([line], sheet.side * sheet.rng.uniform(0.25, 0.9)), colour)


def bleed_through(sheet: Sheet) -> None:
    """Writing on the back of the sheet: mirrored, faint, blurred."""
    literal = str(sheet.rng.choice(list("安語春東道楽風森さあめなぬ")))
    for _ in range(int(sheet.rng.integers(1, 4))):
        middle = np.array([sheet.rng.uniform(0, sheet.width), sheet.rng.uniform(0, sheet.height)], np.float32)
        back = [s * (-sheet.side / 2, sheet.side / 2) + middle for s in shape(references()[literal])]
        mask = cv2.GaussianBlur(drawn(back, sheet.ink.shape, sheet.pen), (0, 0), sheet.side * 0.01)
        sheet.cover(mask, grey(float(sheet.rng.uniform(0.7, 0.88))))


def specks(sheet: Sheet) -> None:
    """Dust and toner: dark dots up to about the pen's width, anywhere."""
    canvas = np.zeros(sheet.ink.shape, np.uint8)
    for _ in range(int(sheet.rng.integers(2, 25))):
        x, y = sheet.rng.uniform(0, sheet.width), sheet.rng.uniform(0, sheet.height)
        radius = sheet.pen * sheet.rng.uniform(0.1, 0.42)
        cv2.circle(canvas, (round(x * 16), round(y * 16)), round(radius * 16), 255, -1, cv2.LINE_AA, FRACTION_BITS)
    sheet.cover(canvas.astype(np.float32) / 255, grey(float(sheet.rng.uniform(0.05, 0.5))))
