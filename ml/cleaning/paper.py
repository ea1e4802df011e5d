"""The paper and what marks absorb of its light, per colour channel; shadows, tints and colours of ink."""

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
#: Windows of the estimate, widest first: dark marks narrower than the window are no paper. No pen is as wide as the
#: first.
WIDEST_INK = (0.27, 0.14, 0.08)
#: A window is too narrow if more than `_LOST` of the pixels at the strokes' edges absorb less than `_KEPT` of what they
#: absorbed with the widest.
_LOST, _KEPT = 0.12, 0.6
#: It is too narrow as well if near more than `_HOLLOWED` of these pixels what it takes for paper absorbs more than
#: `_HOLLOW` of what the stroke does. Near: in a square of `_BESIDE` pixels of the image that the paper is estimated on.
_BESIDE, _HOLLOW, _HOLLOWED = 9, 0.8, 0.06
#: Added to grey levels before their ratio is taken, so that nearly black pixels don't count as full of contrast.
_BLACK = 16
#: A pixel counts as marked if it absorbs more of the light than `_FAINTEST`, and more than `_NOISE` times the noise.
_FAINTEST, _NOISE = 0.07, 6.0
#: Least percentage of the pixels that are bare paper, within the noise: a highlighter may cover the rest.
_PAPER = 35
#: Least width of a patch that may be a shadow.
_PATCH = 0.05
#: The patch's edge is soft if its absorption takes more than this length, and more than four pixels, to fall from three
#: quarters of its strongest to one quarter.
_FADE = 0.012
#: Within `_EDGE`, a stroke's edge rises by at least `_SHARP` of what the sharpest edges do.
_EDGE, _SHARP = 0.006, 0.45


def reduced(image: NDArray[Any]) -> NDArray[Any]:
    """`image`, small and without noise, as `estimate_paper` takes it."""
    height, width = image.shape[:2]
    factor = min(1.0, _GROUND_SIDE / max(height, width))
    size = max(8, round(width * factor)), max(8, round(height * factor))
    return np.asarray(cv2.medianBlur(cv2.resize(image, size, interpolation=cv2.INTER_AREA), 3))


def estimate_paper(small: NDArray[Any], widest: float) -> NDArray[Any]:
    """(h, w, 3) float32: levels of the paper in a `reduced` image; marks narrower than `widest` are none."""
    reach = 2 * round(max(small.shape) * widest / 2) + 1
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    return np.asarray(cv2.GaussianBlur(paper.astype(np.float32), (0, 0), 1.5) + _BLACK)


def absorption(planes: NDArray[Any], paper: NDArray[Any]) -> Ratios:
    """(3, height, width) the fraction of the paper's light that each pixel of `planes` (uint8) absorbs."""
    absorbed = np.empty(planes.shape, np.float32)
    for into, plane, levels in zip(absorbed, planes, cv2.split(paper), strict=True):
        full = cv2.resize(levels, plane.shape[::-1], interpolation=cv2.INTER_LINEAR)
        np.divide(plane + np.float32(_BLACK), full, out=into)
        np.subtract(1, into, out=into)
    return absorbed


def greatest_channel(absorbed: Ratios) -> NDArray[Any]:
    """The greatest of the three channels."""
    return np.maximum(np.maximum(absorbed[0], absorbed[1]), absorbed[2])


def least_channel(absorbed: Ratios) -> NDArray[Any]:
    """The least of the three channels."""
    return np.minimum(np.minimum(absorbed[0], absorbed[1]), absorbed[2])


def paper_levels(most: NDArray[Any]) -> tuple[float, float]:
    """The fraction of light that bare paper absorbs, and how much more than that a mark absorbs at least."""
    sample = most[::4]
    noise = float(np.median(np.abs(sample[:, 3:] - sample[:, :-3]))) / np.sqrt(2)
    return float(np.percentile(sample, _PAPER)), max(_FAINTEST, _NOISE * noise)


def closest_paper(
    image: NDArray[Any], small: NDArray[Any], absorbed: Ratios, edges: tuple[NDArray[Any], NDArray[Any]]
) -> NDArray[Any] | None:
    """The paper, measured with the narrowest window that keeps the strokes: a narrower one removes more of the shadows.

    small: `image`, `reduced`; absorbed: ratios with the widest window; edges: rows and columns of the edges of strokes.
    None if only the widest window keeps the strokes.
    """
    if not len(edges[0]):
        return None
    levels, absorbed = image[edges].astype(np.float32) + _BLACK, absorbed[:, edges[0], edges[1]].T
    before = absorbed.mean(axis=1)
    closest = None
    for widest in WIDEST_INK[1:]:
        paper = estimate_paper(small, widest)
        rows, columns = (e * n // m for e, n, m in zip(edges, paper.shape[:2], image.shape[:2], strict=True))
        lost = 1 - (levels / paper[rows, columns]).mean(axis=1) < _KEPT * before
        # Where a stroke is as wide as the window, its middle is taken for paper, though not the edge beside it.
        darkest = cv2.erode(paper, np.ones((_BESIDE, _BESIDE), np.uint8))[rows, columns]
        hollow = 1 - (darkest * (1 - absorbed) / levels).mean(axis=1) > _HOLLOW * before
        if lost.mean() > _LOST or hollow.mean() > _HOLLOWED:
            break
        closest = paper
    return closest


def sharp_edges(most: NDArray[Any], marked: Mask, least: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """Rows and columns of the pixels at the sharp edges of `marked`: strokes have some, shadows don't."""
    step = max(2, round(_EDGE * max(most.shape)))
    window = np.ones((2 * step + 1, 2 * step + 1), np.uint8)
    left, top, width, height = cv2.boundingRect(marked)
    left, right = max(0, left - step - 1), left + width + step + 1
    top, bottom = max(0, top - step - 1), top + height + step + 1
    smooth = cv2.blur(most[top:bottom, left:right], (3, 3))
    slope = cv2.dilate(smooth, window) - cv2.erode(smooth, window)
    inside = (marked[top:bottom, left:right] > 0) & (smooth > 1.5 * least)
    if inside.any():
        inside &= slope > max(least, _SHARP * float(np.percentile(slope[inside], 95)))
    rows, columns = np.nonzero(inside)
    return rows + top, columns + left


def is_tint(colours: NDArray[Any]) -> NDArray[Any]:
    """(n,) bool, whether each of the absorbed ratios `colours` (3, n) leaves one channel as bright as the paper."""
    least, most = least_channel(colours), greatest_channel(colours)
    return np.asarray((least < 0.1) & (most - least > 1.5 * least + 0.03))


def is_red(colours: NDArray[Any]) -> NDArray[Any]:
    """(n,) bool, whether each of the absorbed ratios `colours` (3, n) reflects red light and absorbs the rest."""
    red, green, blue = colours
    return np.asarray((green - red > 0.1) & (red < 0.55 * green) & (red < 0.65 * blue))


def colour_direction(absorbed: Ratios, mask: Mask) -> NDArray[Any]:
    """The direction of the mean colour of the pixels of `mask` in the space of log ratios: an ink's, however thick."""
    left, top, width, height = cv2.boundingRect(mask)
    part = slice(top, top + height), slice(left, left + width)
    logs = -np.log(1 - absorbed[:, *part][:, mask[part] > 0].clip(0, 0.97))
    mean = logs.mean(axis=1) if logs.size else np.ones(3)
    return np.asarray(mean / (np.linalg.norm(mean) + 1e-6), np.float32)


def without_soft_patches(absorbed: NDArray[Any], least: float) -> NDArray[Any]:
    """`absorbed` without wide patches whose edges are soft: what the estimate of the background leaves of shadows."""
    side = max(absorbed.shape)
    reach = max(3, round(_PATCH * side)) | 1
    window = np.ones((reach, reach), np.uint8)
    patches: Mask = cv2.morphologyEx((absorbed > least).astype(np.uint8), cv2.MORPH_OPEN, window)
    if not patches.any():
        return absorbed
    count, blots = cv2.connectedComponents(patches, connectivity=8)
    wide = cv2.morphologyEx(absorbed, cv2.MORPH_OPEN, window)
    smooth, soft = cv2.blur(absorbed, (3, 3)), np.zeros_like(patches, np.uint8)
    for blot in range(1, count):
        own = (blots == blot).astype(np.uint8)
        near, most = cv2.dilate(own, window) > 0, float(wide[own > 0].max())
        inside = (near & (smooth > 0.5 * most)).astype(np.uint8)
        outline = int(inside.sum()) - int(cv2.erode(inside, np.ones((3, 3), np.uint8)).sum())
        fading = int((near & (smooth > 0.25 * most) & (smooth < 0.75 * most)).sum())
        if fading > max(4, _FADE * side) * outline:
            soft |= own
    if not soft.any():
        return absorbed
    soft = np.asarray(cv2.dilate(soft, window), np.uint8)
    ground = cv2.blur(wide, (3, 3))
    return np.where(soft, np.maximum(absorbed - np.maximum(ground, wide), 0), absorbed).astype(np.float32)
