import type { Point, Stroke } from "./ink";

/** A stroke as SVG path data: quadratic curves from midpoint to midpoint, so that its corners are where the pen turned. */
export function curve(stroke: Stroke): string {
  const [first, ...rest] = stroke;
  if (!first) return "";
  const last = rest.at(-1);
  // A line of no length has no round caps everywhere; one of a hundredth is a dot.
  if (!last) return `M${first[0]} ${first[1]}h.01`;
  let path = `M${first[0]} ${first[1]}`;
  rest.forEach((point, i) => {
    const next = rest[i + 1];
    if (next) path += `Q${point[0]} ${point[1]} ${middle(point, next)}`;
  });
  return `${path}L${last[0]} ${last[1]}`;
}

const middle = (a: Point, b: Point): string =>
  `${hundredth((a[0] + b[0]) / 2)} ${hundredth((a[1] + b[1]) / 2)}`;
const hundredth = (px: number): number => Math.round(px * 100) / 100;
