/** Ink as one small SVG path. */

import { curve } from "./curve";
import type { Point, Stroke } from "./ink";

/** The thumbnail's square. */
export const SIDE = 100;
const MARGIN = 14;
/** A dot stays a dot: no writing is shown larger than this many times its share of the area. */
const MOST_ZOOM = 3;

interface Written {
  width: number;
  height: number;
  strokes: readonly Stroke[];
}

/** The writing, centred and as large as the square allows, with whole numbers and no more points than it needs. */
export const thumbnail = (ink: Written): string => strokePaths(ink).join("");

/** The same, each stroke for itself. */
export function strokePaths(ink: Written): string[] {
  const points = ink.strokes.flat();
  if (points.length === 0) return [];
  const [left, right] = reach(points, 0);
  const [top, bottom] = reach(points, 1);
  const room = SIDE - 2 * MARGIN;
  const scale = Math.min(
    room / Math.max(right - left, bottom - top, 1),
    (MOST_ZOOM * SIDE) / Math.max(ink.width, ink.height),
  );
  const place = ([x, y, t]: Point): Point => [
    Math.round(SIDE / 2 + (x - (left + right) / 2) * scale),
    Math.round(SIDE / 2 + (y - (top + bottom) / 2) * scale),
    t,
  ];
  return ink.strokes.map((stroke) => curve(thin(stroke.map(place))));
}

/** The extremes on one axis; a loop, since 4,096 arguments are many for a phone. */
function reach(points: readonly Point[], axis: 0 | 1): [number, number] {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const point of points) {
    least = Math.min(least, point[axis]);
    most = Math.max(most, point[axis]);
  }
  return [least, most];
}

/** Without the points that lie within two units of the one before; the end stays. */
function thin(stroke: Stroke): Stroke {
  const kept: Point[] = [];
  stroke.forEach((point, i) => {
    const before = kept.at(-1);
    if (!before || i === stroke.length - 1 || Math.hypot(point[0] - before[0], point[1] - before[1]) > 2)
      kept.push(point);
  });
  return kept;
}
