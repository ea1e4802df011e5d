/** Ink as a small SVG path. */

import { curve } from "./curve";
import type { Ink, Point, Stroke } from "./ink";

/** Side of the thumbnail's square. */
export const SIDE = 100;
const MARGIN = 14;
/** Greatest enlargement relative to the writing area, so that a dot stays a dot. */
const MAX_ZOOM = 3;

type Strokes = Pick<Ink, "width" | "height" | "strokes">;

/** One path of all strokes: centred, as large as the square allows, with integers and few points. */
export const thumbnail = (ink: Strokes): string => strokePaths(ink).join("");

/** The same, one path per stroke. */
export function strokePaths(ink: Strokes): string[] {
  const points = ink.strokes.flat();
  if (points.length === 0) return [];
  const [left, right] = range(points, 0);
  const [top, bottom] = range(points, 1);
  const room = SIDE - 2 * MARGIN;
  const scale = Math.min(
    room / Math.max(right - left, bottom - top, 1),
    (MAX_ZOOM * SIDE) / Math.max(ink.width, ink.height),
  );
  const scaled = ([x, y, t]: Point): Point => [
    Math.round(SIDE / 2 + (x - (left + right) / 2) * scale),
    Math.round(SIDE / 2 + (y - (top + bottom) / 2) * scale),
    t,
  ];
  return ink.strokes.map((stroke) => curve(thin(stroke.map(scaled))));
}

/** [min, max] on one axis. A loop, since Math.min of 4,096 arguments is slow on phones. */
function range(points: readonly Point[], axis: 0 | 1): [number, number] {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const point of points) {
    min = Math.min(min, point[axis]);
    max = Math.max(max, point[axis]);
  }
  return [min, max];
}

/** The stroke without points at most two units from the one before; the last point stays. */
function thin(stroke: Stroke): Stroke {
  const kept: Point[] = [];
  stroke.forEach((point, i) => {
    const before = kept.at(-1);
    if (!before || i === stroke.length - 1 || Math.hypot(point[0] - before[0], point[1] - before[1]) > 2)
      kept.push(point);
  });
  return kept;
}
