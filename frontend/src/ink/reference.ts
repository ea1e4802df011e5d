/** Reference strokes as pictures. */

import type { Reference } from "../api";

/** The picture's square. */
export const SIDE = 100;
/** How far a stroke's number stands from where the stroke begins. */
const APART = 5;

export interface DrawnStroke {
  path: string;
  /** Where its number stands: before the beginning, so that the line doesn't run through it. */
  number: [x: number, y: number];
}

export function drawn({ side, strokes }: Reference): DrawnStroke[] {
  const place = (length: number): number => Math.round((length / side) * SIDE * 10) / 10;
  return strokes.map((stroke) => {
    const points = stroke.map(([x, y]): [number, number] => [place(x), place(y)]);
    const [start = [0, 0]] = points;
    const next = points.find(([x, y]) => Math.hypot(x - start[0], y - start[1]) > 1) ?? [
      start[0],
      start[1] + 1,
    ];
    const length = Math.hypot(next[0] - start[0], next[1] - start[1]);
    const before = (axis: 0 | 1): number => {
      const at = start[axis] - ((next[axis] - start[axis]) / length) * APART;
      return Math.round(Math.min(SIDE - APART, Math.max(APART, at)) * 10) / 10;
    };
    return { path: `M${points.map((point) => point.join(" ")).join("L")}`, number: [before(0), before(1)] };
  });
}
