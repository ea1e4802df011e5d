"""Drawings as hands make them, from shapes as books show them.

A *shape* is (strokes, POINTS, 2) float32, centred, its longer side reaching from -1 to 1. `Synthesizer` bends shapes
with a strength that scales every distortion at once: at 0 the shape itself, at 1 a quick hand, beyond 1.5 hardly
readable.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml import raster
from ml.strokes import Strokes, resample

Shape = NDArray[np.float32]

#: Points per stroke of a shape.
POINTS = 24
#: Mean distance of corresponding points, of half a side, up to which two strokes count as the same one.
_CORRESPOND = 0.35
_ALONG = np.linspace(0, 1, POINTS, dtype=np.float32)


def shape(strokes: Strokes) -> Shape:
    """`strokes` in any unit as a shape."""
    points = np.stack([resample(stroke, POINTS) for stroke in strokes])
    low, high = points.min(axis=(0, 1)), points.max(axis=(0, 1))
    return ((points - (low + high) / 2) / max(float((high - low).max()) / 2, 1e-6)).astype(np.float32)


def loosen_strokes(shape: Shape, strength: float, rng: Generator) -> Shape:
    """Each stroke a little elsewhere, turned, and longer or shorter; its two ends apart, and bowed between them."""
    count = len(shape)
    middle = (shape.min(axis=1, keepdims=True) + shape.max(axis=1, keepdims=True)) / 2
    turn = rng.normal(0, 0.09 * strength, count)
    scale = np.exp(rng.normal(0, 0.10 * strength, count))
    cos, sin = np.cos(turn) * scale, np.sin(turn) * scale
    matrix = np.stack([np.stack([cos, -sin], 1), np.stack([sin, cos], 1)], 1)
    shift = rng.normal(0, 0.045 * strength, (count, 1, 2))
    ends = rng.uniform(-0.11 * strength, 0.11 * strength, (2, count, 1, 2))
    along = _ALONG[None, :, None]
    bow = rng.normal(0, 0.05 * strength, (count, 1, 2)) * np.sin(np.pi * along)
    loosened = (shape - middle) @ matrix.transpose(0, 2, 1)
    return (loosened + middle + shift + ends[0] * (1 - along) + ends[1] * along + bow).astype(np.float32)


def wobble(shape: Shape, strength: float, rng: Generator) -> Shape:
    """A slow tremble along each stroke, smaller on short strokes."""
    count = len(shape)
    extent = np.ptp(shape, axis=1).max(axis=1)[:, None, None]
    waves = rng.uniform(1.0, 3.5, (count, 1, 2)) * np.pi * _ALONG[None, :, None]
    phase = rng.uniform(0, 2 * np.pi, (count, 1, 2))
    height = rng.normal(0, 0.035 * strength, (count, 1, 2)) * np.minimum(1, extent)
    return (shape + height * np.sin(waves + phase)).astype(np.float32)


def cut_corners(shape: Shape, rng: Generator) -> Shape:
    """Strokes rounded where they turn, as a quick pen does; their ends stay."""
    padded = np.concatenate([shape[:, :1], shape, shape[:, -1:]], axis=1)
    smooth = shape
    for _ in range(rng.integers(1, 5)):
        smooth = (padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]) / 3
        padded = np.concatenate([shape[:, :1], smooth, shape[:, -1:]], axis=1)
    return smooth.astype(np.float32)


def stop_short(shape: Shape, strength: float, rng: Generator) -> Shape:
    """Strokes that begin and end early or late, by up to a tenth of their length."""
    reach = rng.normal(0, 0.05 * strength, (2, len(shape), 1)).clip(-0.15, 0.15)
    first = shape[:, 0] + (shape[:, 0] - shape[:, 2]) * reach[0] * (POINTS - 1) / 2
    last = shape[:, -1] + (shape[:, -1] - shape[:, -3]) * reach[1] * (POINTS - 1) / 2
    stopped = shape.copy()
    stopped[:, 0], stopped[:, -1] = first, last
    return stopped


def warp_plane(shape: Shape, strength: float, rng: Generator) -> Shape:
    """Turned, slanted, squat or tall, and bent by a quadratic and a sine."""
    turn, slant = rng.normal(0, 0.06 * strength), rng.normal(0, 0.12 * strength)
    width, height = np.exp(rng.normal(0, 0.12 * strength, 2))
    cos, sin = np.cos(turn), np.sin(turn)
    matrix = np.array([[cos, -sin], [sin, cos]]) @ np.array([[width, slant], [0, height]])
    x, y = shape[..., :1], shape[..., 1:]
    quadratic = np.concatenate([x * x, x * y, y * y], axis=-1) @ rng.normal(0, 0.07 * strength, (3, 2))
    waves = np.sin(shape[..., ::-1] * rng.uniform(1, 3, 2) + rng.uniform(0, 2 * np.pi, 2))
    return (shape @ matrix.T + quadratic + waves * rng.normal(0, 0.07 * strength, 2)).astype(np.float32)


def join_strokes(strokes: Strokes, rng: Generator) -> Strokes:
    """Some strokes run into the next one, the pen not lifted."""
    joined = [strokes[0]]
    for stroke in strokes[1:]:
        gap = np.hypot(*(stroke[0] - joined[-1][-1]))
        if gap < 0.9 and rng.random() < 0.35:
            joined[-1] = np.concatenate([joined[-1], stroke])
        else:
            joined.append(stroke)
    return joined


def tick_ends(strokes: Strokes, rng: Generator) -> Strokes:
    """Short lines across or beside the ends of strokes, as of somebody who copies the serifs of print."""
    ticks = []
    for end in (end for stroke in strokes for end in (stroke[0], stroke[-1])):
        if rng.random() < 0.4:
            turn, reach = rng.uniform(0, np.pi), rng.uniform(0.04, 0.2)
            half = reach * np.array([np.cos(turn), np.sin(turn)])
            middle = end + half * rng.uniform(-1, 1) + rng.normal(0, 0.02, 2)
            ticks.append(np.stack([middle - half, middle + half]).astype(np.float32))
    return [*strokes, *ticks]


def few_points(stroke: NDArray[np.float32], rng: Generator) -> NDArray[np.float32]:
    """The straight runs a coarse tablet leaves: 5 to 10 of the stroke's points, its ends among them."""
    kept = np.linspace(0, len(stroke) - 1, rng.integers(5, 11)).round().astype(int)
    return stroke[kept]


def bend(shape: Shape, strength: float, rng: Generator, *, loose: float = 1, ticked: float = 0) -> Strokes:
    """`shape` as a hand might write it.

    `loose`: how much its strokes may move apart, little for a traced skeleton's. `ticked`: how often ends get serifs.
    """
    shape = loosen_strokes(shape, strength * loose, rng)
    if loose == 1:
        shape = stop_short(shape, strength, rng)
    shape = wobble(shape, strength * (1 + loose) / 2, rng)
    if rng.random() < 0.5:
        shape = cut_corners(shape, rng)
    shape = warp_plane(shape, strength, rng)
    strokes = list(shape)
    if loose == 1 and rng.random() < 0.2 * strength:
        strokes = join_strokes(strokes, rng)
    if rng.random() < 0.2:
        strokes = [few_points(stroke, rng) for stroke in strokes]
    if rng.random() < 0.3:  # a mouse
        jitter = rng.uniform(0.005, 0.025)
        strokes = [stroke + rng.normal(0, jitter, stroke.shape).astype(np.float32) for stroke in strokes]
    if rng.random() < ticked:
        strokes = tick_ends(strokes, rng)
    return strokes


def picture(strokes: Strokes, rng: Generator, scanned: float = 0.1) -> NDArray[np.uint8]:
    """The network's image of `strokes`: photographed or scanned with probability `scanned`; else mostly as of ink, or
    of another width, blurred or noisy.
    """
    fitted = raster.fit(strokes)
    if rng.random() < scanned:
        scan = small_scan if rng.random() < 0.4 else photograph
        return raster.photo_image(scan(fitted, rng))
    if rng.random() < 0.7:
        return raster.draw(fitted)
    image = raster.draw(fitted, float(rng.uniform(1, 5)))
    if rng.random() < 0.3:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.4, 1.0))), np.uint8)
    if rng.random() < 0.15:
        noisy = image.astype(np.float32) + rng.normal(0, 18, image.shape).astype(np.float32)
        image = noisy.clip(0, 255).astype(np.uint8)
    return image


def photograph(fitted: Strokes, rng: Generator) -> NDArray[np.uint8]:
    """Ink as `photo.read` gives it, a coarse scan or a large one: the pen 4 to 11 hundredths of the character wide."""
    side = int(np.exp(rng.uniform(np.log(48), np.log(200))))
    image = raster.written(fitted, side, max(1, round(rng.uniform(0.04, 0.11) * side)))
    image = np.asarray(cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.3, 0.012 * side + 0.4))), np.uint8)
    noisy = image.astype(np.float32) * rng.uniform(0.5, 1) + rng.normal(0, 5, image.shape).astype(np.float32)
    return noisy.clip(0, 255).astype(np.uint8)


def small_scan(fitted: Strokes, rng: Generator) -> NDArray[np.uint8]:
    """Ink as collections of small scans have it, 28 pixels wide: MNIST's pens are 1.5 to 4 pixels wide on characters 20
    high.
    """
    large = raster.written(fitted, 28 * 8, max(1, round(rng.uniform(1.4, 4.2) * 8 * 28 / 20 * 0.85)))
    small = cv2.resize(cv2.GaussianBlur(large, (0, 0), 4.0), (20, 20), interpolation=cv2.INTER_AREA)
    noisy = np.pad(small, 4).astype(np.float32) * rng.uniform(0.8, 1.2) + rng.normal(0, 4, (28, 28))
    return np.asarray(noisy.clip(0, 255), np.uint8)


def mixed(one: Shape, other: Shape, rng: Generator) -> Shape:
    """A shape between two hands' drawings of a character, each stroke somewhere else between them.

    Just `one` where the strokes of the two don't correspond: their number, or the place of one, differs.
    """
    if len(one) != len(other) or float(np.abs(one - other).mean(axis=(1, 2)).max()) > _CORRESPOND:
        return one
    weight = rng.uniform(0, 1) + rng.normal(0, 0.15, (len(one), 1, 1))
    return (one + (other - one) * weight.clip(-0.2, 1.2)).astype(np.float32)


@dataclass(frozen=True)
class Source:
    """Where shapes come from: `shapes` by character, and how they are augmented.

    `weakest`, `strongest`: range of the strength. `loose`, `ticked`: see `bend`. `scanned`: see `picture`.
    `mixed`: fraction of drawings made from two hands' shapes.
    """

    shapes: Mapping[str, Sequence[Shape]]
    weakest: float
    strongest: float
    loose: float = 1
    ticked: float = 0
    scanned: float = 0.1
    mixed: float = 0


@dataclass(frozen=True)
class Share:
    """How often drawings show one of `characters`, and from which sources, with what weights."""

    weight: float
    characters: Sequence[str]
    sources: Sequence[tuple[float, Source]]


@dataclass(frozen=True)
class Synthesizer:
    """An endless stream of labelled drawings. Batch `n` depends on the seed and `n` alone, so a run can be resumed.

    `outside` is the share of drawings that show no character of the catalogue, taken from `outsiders` or by `invent`,
    which gives a shape and how loose its strokes are; their label is one more than the last of `labels`.
    """

    shares: Sequence[Share]
    labels: Mapping[str, int]
    outside: float
    outsiders: Source
    real_outsiders: Source
    invent: Callable[[Generator], tuple[Shape, float]]
    seed: int = 0
    _odds: NDArray[np.float64] = field(init=False)
    _strange: Sequence[str] = field(init=False)
    _strange_odds: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        weights = np.array([share.weight for share in self.shares])
        object.__setattr__(self, "_odds", weights / weights.sum())
        # The fewer its strokes the oftener: what has few is most easily taken for a kana or a letter.
        weights = np.array([1 / len(shapes[0]) for shapes in self.outsiders.shapes.values()])
        object.__setattr__(self, "_strange", list(self.outsiders.shapes))
        object.__setattr__(self, "_strange_odds", weights / weights.sum())

    def batch(self, number: int, size: int) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
        """Images (size, SIDE, SIDE, 1) and labels (size,) of batch `number`."""
        rng = np.random.default_rng([self.seed, number])
        images = np.empty((size, raster.SIDE, raster.SIDE, 1), np.uint8)
        labels = np.empty(size, np.int32)
        for row, share in enumerate(rng.choice(len(self.shares), size, p=self._odds)):
            if rng.random() < self.outside:
                images[row, ..., 0], labels[row] = self.outsider(rng), len(self.labels)
            else:
                images[row, ..., 0], labels[row] = self.drawing(self.shares[share], rng)
        return images, labels

    def drawing(self, share: Share, rng: Generator) -> tuple[NDArray[np.uint8], int]:
        """One image of a character of `share`, and its label."""
        character = share.characters[int(rng.integers(len(share.characters)))]
        fitting = [(weight, source) for weight, source in share.sources if source.shapes.get(character)]
        odds = np.array([weight for weight, _ in fitting])
        source = fitting[rng.choice(len(fitting), p=odds / odds.sum())][1]
        return self._bent(source, character, rng), self.labels[character]

    def outsider(self, rng: Generator) -> NDArray[np.uint8]:
        """One image of what isn't in the catalogue."""
        kind = rng.random()
        if kind < 0.25:
            letters = list(self.real_outsiders.shapes)
            return self._bent(self.real_outsiders, letters[int(rng.integers(len(letters)))], rng)
        if kind < 0.65:
            return self._bent(self.outsiders, self._strange[rng.choice(len(self._strange), p=self._strange_odds)], rng)
        invented, loose = self.invent(rng)
        strokes = bend(invented, rng.uniform(0.1, 1.3), rng, loose=loose)
        return picture(strokes, rng)

    @staticmethod
    def _bent(source: Source, character: str, rng: Generator) -> NDArray[np.uint8]:
        shapes = source.shapes[character]
        chosen = shapes[int(rng.integers(len(shapes)))]
        if rng.random() < source.mixed:
            chosen = mixed(chosen, shapes[int(rng.integers(len(shapes)))], rng)
        strength = rng.uniform(source.weakest, source.strongest)
        strokes = bend(chosen, strength, rng, loose=source.loose, ticked=source.ticked)
        return picture(strokes, rng, source.scanned)
