import type { Point, Stroke } from "./ink";

/** A stroke as SVG path data: quadratic curves from midpoint to midpoint, so that its corners are where the pen turned. */
export function curve(stroke: Stroke): string {
  const [first, ...rest] = stroke;
  if (!first) return "";
  const last = rest.at(-1);
  // A line of no length has no round caps everywhere; one of a hundredth is a dot.
  if (!last) return `M${first[0]} ${first[1]}h.01`;
  return `${bends(first, stroke)}L${last[0]} ${last[1]}`;
}

/** From `start` through the middles between `points`: the part of their curve that no later point changes. */
export const bends = (start: Point, points: Stroke): string =>
  points.slice(1, -1).reduce((path, point, i) => {
    const [x, y] = middle(point, points[i + 2] as Point);
    return `${path}Q${point[0]} ${point[1]} ${x} ${y}`;
  }, `M${start[0]} ${start[1]}`);

export const middle = (a: Point, b: Point): Point => [
  hundredth((a[0] + b[0]) / 2),
  hundredth((a[1] + b[1]) / 2),
  b[2],
];
const hundredth = (px: number): number => Math.round(px * 100) / 100;
