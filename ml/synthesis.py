"""Synthetic handwriting: shapes from books, fonts and real hands, augmented as hands vary.

A *shape* is float32 (strokes, POINTS, 2), centred, its longer side reaching from -1 to 1. `Synthesizer` augments shapes
with a strength that scales every distortion: 0 returns the shape, 1 looks like a quick hand, above 1.5 is hardly
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

#: (strokes, POINTS, 2) x and y of a drawing whose box is centred on 0, its longer side from -1 to 1.
Shape = NDArray[np.float32]

#: Points per stroke of a shape.
POINTS = 24
#: Largest mean difference between the coordinates of two hands' strokes that still count as the same stroke.
_CORRESPONDING = 0.35
#: Width and height of a small scan, and the height of the character in it, pixels: those of MNIST and EMNIST.
_SMALL_SCAN, _SMALL_CHARACTER = 28, 20
#: Range of line widths, pixels of the network's image; ink's own is `raster.LINE`.
LINES = (1, 5)
#: Resolution at which a small scan is drawn before it is reduced, as a multiple of its own.
_OVERSAMPLING = 8
#: Fraction of the drawings of kanji with several parts that look like those of a learner who hasn't written them often,
#: and their largest strength.
_UNPRACTISED, _CAREFUL = 0.25, 0.7
#: Strokes of a kanji that can be misplaced fully and leave it legible; more strokes leave each less room.
_ROOMY = 8
_ALONG = np.linspace(0, 1, POINTS, dtype=np.float32)


def shape(strokes: Strokes) -> Shape:
    """`strokes` in any unit as a shape."""
    points = np.stack([resample(stroke, POINTS) for stroke in strokes])
    low, high = points.min(axis=(0, 1)), points.max(axis=(0, 1))
    return ((points - (low + high) / 2) / max(float((high - low).max()) / 2, 1e-6)).astype(np.float32)


def loosen_strokes(shape: Shape, strength: float, rng: Generator) -> Shape:
    """Move, rotate, scale, shear and bow each stroke on its own."""
    count = len(shape)
    middle = (shape.min(axis=1, keepdims=True) + shape.max(axis=1, keepdims=True)) / 2
    turn = rng.normal(0, 0.09 * strength, count)
    scale = np.exp(rng.normal(0, 0.10 * strength, count))
    cos, sin = np.cos(turn) * scale, np.sin(turn) * scale
    matrix = np.stack([np.stack([cos, -sin], 1), np.stack([sin, cos], 1)], 1)
    offset = rng.normal(0, 0.045 * strength, (count, 1, 2))
    ends = rng.uniform(-0.11 * strength, 0.11 * strength, (2, count, 1, 2))
    along = _ALONG[None, :, None]
    bow = rng.normal(0, 0.05 * strength, (count, 1, 2)) * np.sin(np.pi * along)
    loosened = (shape - middle) @ matrix.transpose(0, 2, 1)
    return (loosened + middle + offset + ends[0] * (1 - along) + ends[1] * along + bow).astype(np.float32)


def loosen_parts(shape: Shape, parts: Sequence[range], strength: float, rng: Generator) -> Shape:
    """Move and scale each of a kanji's `parts`, the indexes of its strokes, on its own, as learners do."""
    loosened = shape.copy()
    for part in parts:
        strokes = shape[part.start : part.stop]
        middle = (strokes.min(axis=(0, 1)) + strokes.max(axis=(0, 1))) / 2
        scale, offset = np.exp(rng.normal(0, 0.09 * strength, 2)), rng.normal(0, 0.07 * strength, 2)
        loosened[part.start : part.stop] = (strokes - middle) * scale + middle + offset
    return loosened


def stunt(shape: Shape, rng: Generator) -> Shape:
    """Write a quarter of the strokes too short: 0.5 to 0.9 of their size, from the same start."""
    count = len(shape)
    scale = np.where(rng.random(count) < 0.25, rng.uniform(0.5, 0.9, count), 1)[:, None, None]
    return (shape[:, :1] + (shape - shape[:, :1]) * scale).astype(np.float32)


def misplace(shape: Shape, parts: Sequence[range], strength: float, rng: Generator) -> Shape:
    """Loosen parts and strokes twice as far as a practised hand does."""
    shape = loosen_parts(shape, parts, 2 * strength, rng)
    return loosen_strokes(shape, 2 * strength * min(1, _ROOMY / len(shape)), rng)


def square(shape: Shape, rng: Generator) -> Shape:
    """Turn the runs of strokes towards level and upright, as learners write who don't know their slants yet.

    Each stroke keeps its start. Runs turn by 0.3 to 1 of their angle to the nearer axis, or by less near the diagonal.
    """
    steps = np.diff(shape, axis=1)
    angle = np.arctan2(steps[..., 1], steps[..., 0])
    off = (angle + np.pi / 4) % (np.pi / 2) - np.pi / 4  # to the nearer axis, -π/4 to π/4
    turn = -rng.uniform(0.3, 1) * off * np.clip((np.pi / 4 - np.abs(off)) / 0.25, 0, 1)
    cos, sin = np.cos(turn), np.sin(turn)
    turned = np.stack([cos * steps[..., 0] - sin * steps[..., 1], sin * steps[..., 0] + cos * steps[..., 1]], axis=-1)
    return np.concatenate([shape[:, :1], shape[:, :1] + turned.cumsum(axis=1)], axis=1).astype(np.float32)


def wobble(shape: Shape, strength: float, rng: Generator) -> Shape:
    """Add a slow tremor to each stroke, in proportion to the stroke's extent."""
    count = len(shape)
    extent = np.ptp(shape, axis=1).max(axis=1)[:, None, None]
    waves = rng.uniform(1.0, 3.5, (count, 1, 2)) * np.pi * _ALONG[None, :, None]
    phase = rng.uniform(0, 2 * np.pi, (count, 1, 2))
    height = rng.normal(0, 0.035 * strength, (count, 1, 2)) * np.minimum(1, extent)
    return (shape + height * np.sin(waves + phase)).astype(np.float32)


def round_corners(shape: Shape, rng: Generator) -> Shape:
    """Round the corners of strokes, as a quick pen does; the strokes become a little shorter."""
    padded = np.concatenate([shape[:, :1], shape, shape[:, -1:]], axis=1)
    smooth = shape
    for _ in range(rng.integers(1, 5)):
        smooth = (padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]) / 3
        padded = np.concatenate([shape[:, :1], smooth, shape[:, -1:]], axis=1)
    return smooth.astype(np.float32)


def vary_ends(shape: Shape, strength: float, rng: Generator) -> Shape:
    """Lengthen or shorten strokes at both ends, by up to 15 % of the stroke's length."""
    reach = rng.normal(0, 0.05 * strength, (2, len(shape), 1)).clip(-0.15, 0.15)
    first = shape[:, 0] + (shape[:, 0] - shape[:, 2]) * reach[0] * (POINTS - 1) / 2
    last = shape[:, -1] + (shape[:, -1] - shape[:, -3]) * reach[1] * (POINTS - 1) / 2
    varied = shape.copy()
    varied[:, 0], varied[:, -1] = first, last
    return varied


def warp(shape: Shape, strength: float, rng: Generator) -> Shape:
    """Warp the whole character: an affine map plus two fields of displacements."""
    mapped = shape @ affine(strength, rng).T
    return (mapped + quadratic(shape, strength, rng) + waves(shape, strength, rng)).astype(np.float32)


def affine(strength: float, rng: Generator) -> NDArray[np.float64]:
    """(2, 2) a matrix that stretches, slants and then rotates."""
    turn, slant = rng.normal(0, 0.06 * strength), rng.normal(0, 0.12 * strength)
    width, height = np.exp(rng.normal(0, 0.12 * strength, 2))
    cos, sin = np.cos(turn), np.sin(turn)
    return np.array([[cos, -sin], [sin, cos]]) @ np.array([[width, slant], [0, height]])


def quadratic(shape: Shape, strength: float, rng: Generator) -> NDArray[np.float64]:
    """Displacements of the points of `shape` that grow with the square of their distance from the centre."""
    x, y = shape[..., :1], shape[..., 1:]
    return np.asarray(np.concatenate([x * x, x * y, y * y], axis=-1) @ rng.normal(0, 0.07 * strength, (3, 2)))


def waves(shape: Shape, strength: float, rng: Generator) -> NDArray[np.float64]:
    """Displacements of the points of `shape` along x by a sine of y, and along y by a sine of x."""
    phase = shape[..., ::-1] * rng.uniform(1, 3, 2) + rng.uniform(0, 2 * np.pi, 2)
    return np.asarray(np.sin(phase) * rng.normal(0, 0.07 * strength, 2))


def join_strokes(strokes: Strokes, rng: Generator) -> Strokes:
    """Join some strokes to the next one, as if the pen had not been lifted."""
    joined = [strokes[0]]
    for stroke in strokes[1:]:
        gap = np.hypot(*(stroke[0] - joined[-1][-1]))
        if gap < 0.9 and rng.random() < 0.35:
            joined[-1] = np.concatenate([joined[-1], stroke])
        else:
            joined.append(stroke)
    return joined


def add_ticks(strokes: Strokes, rng: Generator) -> Strokes:
    """Add short lines at the ends of strokes, as people do who copy the serifs of print."""
    ticks = []
    for end in (end for stroke in strokes for end in (stroke[0], stroke[-1])):
        if rng.random() < 0.4:
            turn, reach = rng.uniform(0, np.pi), rng.uniform(0.04, 0.2)
            half = reach * np.array([np.cos(turn), np.sin(turn)])
            middle = end + half * rng.uniform(-1, 1) + rng.normal(0, 0.02, 2)
            ticks.append(np.stack([middle - half, middle + half]).astype(np.float32))
    return [*strokes, *ticks]


def drop_points(stroke: NDArray[np.float32], rng: Generator) -> NDArray[np.float32]:
    """Keep 5 to 10 points of the stroke, both ends included: straight runs, as coarse tablets record them."""
    kept = np.linspace(0, len(stroke) - 1, rng.integers(5, 11)).round().astype(int)
    return stroke[kept]


def straighten(stroke: NDArray[np.float32], rng: Generator) -> NDArray[np.float32]:
    """The stroke's corners with straight runs between them, up to 0.15 from the curve: an angular hand."""
    corners = cv2.approxPolyDP(stroke[:, None], rng.uniform(0.05, 0.15), False)
    return np.asarray(corners[:, 0], np.float32)


def jitter(strokes: Strokes, rng: Generator) -> Strokes:
    """Move each point a little, as a mouse does."""
    deviation = rng.uniform(0.005, 0.025)
    return [stroke + rng.normal(0, deviation, stroke.shape).astype(np.float32) for stroke in strokes]


def mix(one: Shape, other: Shape, rng: Generator) -> Shape:
    """A shape between two hands' drawings of one character, with a weight of its own for each stroke.

    Returns `one` where the strokes of the two don't correspond: their number or the place of a stroke differs.
    """
    if len(one) != len(other) or float(np.abs(one - other).mean(axis=(1, 2)).max()) > _CORRESPONDING:
        return one
    weight = rng.uniform(0, 1) + rng.normal(0, 0.15, (len(one), 1, 1))
    return (one + (other - one) * weight.clip(-0.2, 1.2)).astype(np.float32)


def augment(
    shape: Shape,
    strength: float,
    rng: Generator,
    *,
    looseness: float = 1,
    ticks: float = 0,
    parts: Sequence[range] = (),
) -> Strokes:
    """`shape` as a hand might write it.

    `looseness`: how far strokes move apart, 0 to 1; below 1 for traced skeletons, whose lines aren't whole strokes.
    `ticks`: probability that ends get serifs.
    `parts`: see `loosen_parts`.
    """
    if rng.random() < _UNPRACTISED and parts:
        # Only the proportions are off: the lines themselves are careful.
        strength = min(strength, _CAREFUL)
        shape = misplace(stunt(square(shape, rng), rng), parts, strength, rng)
    else:
        shape = loosen_parts(shape, parts, strength, rng)
        shape = loosen_strokes(shape, strength * looseness, rng)
    if looseness == 1:
        shape = vary_ends(shape, strength, rng)
    shape = wobble(shape, strength * (1 + looseness) / 2, rng)
    if rng.random() < 0.5:
        shape = round_corners(shape, rng)
    shape = warp(shape, strength, rng)
    strokes = list(shape)
    if looseness == 1 and rng.random() < 0.2 * strength:
        strokes = join_strokes(strokes, rng)
    if rng.random() < 0.2:
        strokes = [drop_points(stroke, rng) for stroke in strokes]
    elif looseness == 1 and rng.random() < 0.1:
        strokes = [straighten(stroke, rng) for stroke in strokes]
    if rng.random() < 0.3:
        strokes = jitter(strokes, rng)
    if rng.random() < ticks:
        strokes = add_ticks(strokes, rng)
    return strokes


def render(strokes: Strokes, rng: Generator, scans: float = 0.1) -> NDArray[np.uint8]:
    """`strokes` as an image for the network; with probability `scans`, as a photograph or scan shows them.

    Of the other images, seven in ten look like ink; the rest vary in line width, sharpness and noise.
    """
    fitted = raster.fit(strokes)
    if rng.random() < scans:
        scan = small_scan if rng.random() < 0.4 else photograph
        return raster.photo_image(scan(fitted, rng))
    if rng.random() < 0.7:
        return raster.draw(fitted)
    image = raster.draw(fitted, float(rng.uniform(*LINES)))
    if rng.random() < 0.3:
        image = blur(image, rng)
    if rng.random() < 0.15:
        image = add_noise(image, rng)
    return image


def blur(image: NDArray[np.uint8], rng: Generator) -> NDArray[np.uint8]:
    """`image`, blurred by 0.4 to 1 pixel."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.4, 1.0))), np.uint8)


def add_noise(image: NDArray[np.uint8], rng: Generator) -> NDArray[np.uint8]:
    """`image` with Gaussian noise of standard deviation 18 of 255."""
    noisy = image.astype(np.float32) + rng.normal(0, 18, image.shape).astype(np.float32)
    return np.asarray(noisy.clip(0, 255), np.uint8)


def photograph(fitted: Strokes, rng: Generator) -> NDArray[np.uint8]:
    """Ink as `photo.read` returns it: 48 to 200 pixels wide, the pen 4 to 11 % of that."""
    side = int(np.exp(rng.uniform(np.log(48), np.log(200))))
    image = raster.written(fitted, side, max(1, round(rng.uniform(0.04, 0.11) * side)))
    image = np.asarray(cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.3, 0.012 * side + 0.4))), np.uint8)
    noisy = image.astype(np.float32) * rng.uniform(0.5, 1) + rng.normal(0, 5, image.shape).astype(np.float32)
    return noisy.clip(0, 255).astype(np.uint8)


def small_scan(fitted: Strokes, rng: Generator) -> NDArray[np.uint8]:
    """Ink as MNIST and EMNIST have it: 28 × 28 pixels, the character 20 high, the pen 1.2 to 3.6 wide."""
    pen = rng.uniform(1.2, 3.6) * _OVERSAMPLING * _SMALL_SCAN / _SMALL_CHARACTER
    large = raster.written(fitted, _SMALL_SCAN * _OVERSAMPLING, max(1, round(pen)))
    soft = cv2.GaussianBlur(large, (0, 0), _OVERSAMPLING / 2)
    small = cv2.resize(soft, (_SMALL_CHARACTER, _SMALL_CHARACTER), interpolation=cv2.INTER_AREA)
    framed = np.pad(small, (_SMALL_SCAN - _SMALL_CHARACTER) // 2).astype(np.float32)
    return np.asarray((framed * rng.uniform(0.8, 1.2) + rng.normal(0, 4, framed.shape)).clip(0, 255), np.uint8)


@dataclass(frozen=True)
class Source:
    """Where shapes come from: `shapes` by character, and how they are augmented."""

    shapes: Mapping[str, Sequence[Shape]]
    #: Range of the strength.
    weakest: float
    strongest: float
    #: See `augment`.
    looseness: float = 1
    ticks: float = 0
    #: See `render`.
    scans: float = 0.1
    #: Fraction of drawings that are a `mix` of two hands' shapes.
    mixed: float = 0
    #: The parts of characters that have several: see `loosen_parts`. Shapes with more or fewer strokes are left whole.
    parts: Mapping[str, Sequence[range]] = field(default_factory=dict)


@dataclass(frozen=True)
class Category:
    """Characters that are drawn equally often: the category's weight and its sources, each with its own weight."""

    weight: float
    characters: Sequence[str]
    sources: Sequence[tuple[float, Source]]


@dataclass(frozen=True)
class OutOfDistribution:
    """Drawings of no catalogue character: letters of other scripts by real hands, drawn shapes, invented ones."""

    #: Fraction of all drawings.
    fraction: float
    real: Source
    drawn: Source
    #: Returns a shape, and its looseness.
    invent: Callable[[Generator], tuple[Shape, float]]


#: Fractions of out-of-distribution drawings that are real letters and drawn ones; the rest is invented. Without real
#: letters, more are drawn.
_REAL, _DRAWN = 0.25, 0.40


@dataclass(frozen=True)
class Synthesizer:
    """An endless stream of labelled drawings.

    Batch n depends only on the seed and n, so a run can be resumed. The label of an out-of-distribution drawing is
    `len(labels)`.
    """

    categories: Sequence[Category]
    labels: Mapping[str, int]
    unknown: OutOfDistribution
    seed: int = 0
    _odds: NDArray[np.float64] = field(init=False)
    _drawn_odds: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        weights = np.array([category.weight for category in self.categories])
        object.__setattr__(self, "_odds", weights / weights.sum())
        # Letters of few strokes come more often: they are the ones that are taken for kana and Latin letters.
        weights = np.array([1 / len(shapes[0]) for shapes in self.unknown.drawn.shapes.values()])
        object.__setattr__(self, "_drawn_odds", weights / weights.sum())

    def batch(self, number: int, size: int) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
        """Images (size, SIDE, SIDE, 1) and labels (size,) of batch `number`."""
        rng = np.random.default_rng([self.seed, number])
        images = np.empty((size, raster.SIDE, raster.SIDE, 1), np.uint8)
        labels = np.empty(size, np.int32)
        for row, category in enumerate(rng.choice(len(self.categories), size, p=self._odds)):
            if rng.random() < self.unknown.fraction:
                images[row, ..., 0], labels[row] = self.out_of_distribution(rng), len(self.labels)
            else:
                images[row, ..., 0], labels[row] = self.drawing(self.categories[category], rng)
        return images, labels

    def drawing(self, category: Category, rng: Generator) -> tuple[NDArray[np.uint8], int]:
        """One image of a character of `category`, and its label."""
        character = category.characters[int(rng.integers(len(category.characters)))]
        fitting = [(weight, source) for weight, source in category.sources if source.shapes.get(character)]
        odds = np.array([weight for weight, _ in fitting])
        source = fitting[rng.choice(len(fitting), p=odds / odds.sum())][1]
        return self._drawn(source, character, rng), self.labels[character]

    def out_of_distribution(self, rng: Generator) -> NDArray[np.uint8]:
        """One image of no catalogue character."""
        kind = rng.random()
        if kind < _REAL and self.unknown.real.shapes:
            letters = list(self.unknown.real.shapes)
            return self._drawn(self.unknown.real, letters[int(rng.integers(len(letters)))], rng)
        if kind < _REAL + _DRAWN:
            letters = list(self.unknown.drawn.shapes)
            return self._drawn(self.unknown.drawn, letters[rng.choice(len(letters), p=self._drawn_odds)], rng)
        invented, looseness = self.unknown.invent(rng)
        strokes = augment(invented, rng.uniform(0.1, 1.3), rng, looseness=looseness)
        return render(strokes, rng)

    @staticmethod
    def _drawn(source: Source, character: str, rng: Generator) -> NDArray[np.uint8]:
        shapes = source.shapes[character]
        chosen = shapes[int(rng.integers(len(shapes)))]
        if rng.random() < source.mixed:
            chosen = mix(chosen, shapes[int(rng.integers(len(shapes)))], rng)
        strength = rng.uniform(source.weakest, source.strongest)
        parts = source.parts.get(character, ())
        if parts and parts[-1].stop != len(chosen):
            parts = ()
        strokes = augment(chosen, strength, rng, looseness=source.looseness, ticks=source.ticks, parts=parts)
        return render(strokes, rng, source.scans)
