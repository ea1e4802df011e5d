/** The strokes of a character's reference as SVG paths. */

import type { Reference } from "../api";

/** Side of the square that the paths lie in. */
export const SIDE = 100;
/** Distance from a stroke's beginning to its number. */
const NUMBER_DISTANCE = 5;

export interface DrawnStroke {
  path: string;
  /** Position of its number: before its beginning, so that the line doesn't cross it. */
  number: [x: number, y: number];
}

export function drawReference({ side, strokes }: Reference): DrawnStroke[] {
  const scaled = (length: number): number => Math.round((length / side) * SIDE * 10) / 10;
  return strokes.map((stroke) => {
    const points = stroke.map(([x, y]): [number, number] => [scaled(x), scaled(y)]);
    const [start = [0, 0]] = points;
    const next = points.find(([x, y]) => Math.hypot(x - start[0], y - start[1]) > 1) ?? [
      start[0],
      start[1] + 1,
    ];
    const length = Math.hypot(next[0] - start[0], next[1] - start[1]);
    const before = (axis: 0 | 1): number => {
      const at = start[axis] - ((next[axis] - start[axis]) / length) * NUMBER_DISTANCE;
      return Math.round(Math.min(SIDE - NUMBER_DISTANCE, Math.max(NUMBER_DISTANCE, at)) * 10) / 10;
    };
    return { path: `M${points.map((point) => point.join(" ")).join("L")}`, number: [before(0), before(1)] };
  });
}
