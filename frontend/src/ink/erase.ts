/** The eraser. It is loaded on demand, since few pens have one. */

import { blank, type Ink, type Point, preview, type Stroke, type Tip } from "./ink";

/** The eraser's radius, a fraction of the writing area's width. */
const RADIUS = 0.03;

/** The ink without the strokes that the eraser touches on its way along `path`. */
export function erase(ink: Ink, path: readonly Tip[]): Ink {
  const radius = RADIUS * ink.width;
  const way = preview(ink, path);
  const strokes = ink.strokes.filter((stroke) => !isNear(stroke, way, radius));
  if (strokes.length === ink.strokes.length) return ink;
  return strokes.length > 0 ? { ...ink, strokes } : blank;
}

/** Whether two lines come closer than `radius`: looks from points on `way`, at most half a radius apart. */
const isNear = (stroke: Stroke, way: Stroke, radius: number): boolean =>
  way.some((to, i) => {
    const from = way[i - 1] ?? to;
    const steps = Math.ceil((2 * distance(from, to)) / radius) || 1;
    return Array.from({ length: steps }, (_, step) => between(from, to, (step + 1) / steps)).some((at) =>
      stroke.some((end, j) => distanceToLine(at, stroke[j - 1] ?? end, end) < radius),
    );
  });

/** The distance of `at` from the line between `a` and `b`. */
function distanceToLine(at: Point, a: Point, b: Point): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const along = ((at[0] - a[0]) * dx + (at[1] - a[1]) * dy) / (dx * dx + dy * dy || 1);
  return distance(at, between(a, b, clamp(along)));
}

const between = (a: Point, b: Point, fraction: number): Point => [
  a[0] + (b[0] - a[0]) * fraction,
  a[1] + (b[1] - a[1]) * fraction,
  b[2],
];

const clamp = (fraction: number): number => Math.min(1, Math.max(0, fraction));
const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
