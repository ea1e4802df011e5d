import type { Point, Stroke } from "./ink";

/** A stroke as SVG path data: quadratic curves from midpoint to midpoint, with the points as control points. */
export function curve(stroke: Stroke): string {
  const [first, ...rest] = stroke;
  if (!first) return "";
  const last = rest.at(-1);
  // Not every browser gives a line of length 0 round caps; one of 0.01 is a dot.
  if (!last) return `M${first[0]} ${first[1]}h.01`;
  return `${settledCurve(first, stroke)}L${last[0]} ${last[1]}`;
}

/** The curve from `start` through the midpoints of `points`: the part of a stroke that no later point changes. */
export const settledCurve = (start: Point, points: Stroke): string =>
  points.slice(1, -1).reduce((path, point, i) => {
    const [x, y] = midpoint(point, points[i + 2] as Point);
    return `${path}Q${point[0]} ${point[1]} ${x} ${y}`;
  }, `M${start[0]} ${start[1]}`);

export const midpoint = (a: Point, b: Point): Point => [
  hundredth((a[0] + b[0]) / 2),
  hundredth((a[1] + b[1]) / 2),
  b[2],
];
const hundredth = (px: number): number => Math.round(px * 100) / 100;
