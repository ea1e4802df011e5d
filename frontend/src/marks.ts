/** The signs that a Japanese teacher would put under a writing, as paths; scoring/marks.py has the same. */

import { curve } from "./ink/curve";

/** In order of what they are worth. */
export const MARKS = ["flower", "double", "circle", "triangle"] as const;
export type MarkName = (typeof MARKS)[number];

export const markFor = (legibility: number): MarkName =>
  legibility >= 95 ? "flower" : legibility >= 80 ? "double" : legibility >= 60 ? "circle" : "triangle";

/** Rings start at the lower left and close a little past their start, as with a brush in the hand. */
const ring = (radius: number, tilt: number): string =>
  spiral({ from: 2.2 + tilt, turns: 1.06, start: radius, end: radius * 0.955 });

/** In one go: from the middle outwards, then petal after petal around. */
const flower = (): string => {
  const core = { from: 2.6, turns: 2.5, start: 4, end: 33 };
  return `${spiral(core)}${petals(core.from + core.turns * 2 * Math.PI, 36, 8)}`;
};

/** The strokes of each, in a square of 120. */
export const STROKES: Record<MarkName, string[]> = {
  flower: [flower()],
  double: [ring(50, 0), ring(31, 0.3)],
  circle: [ring(48, 0)],
  triangle: ["M61 14C50 36 32 72 14 101C42 97.5 80 97 107 100C94 76 75 41 59 17"],
};

/** A round line whose radius changes on the way. */
function spiral(line: { from: number; turns: number; start: number; end: number }): string {
  const steps = Math.ceil(line.turns * 20);
  return curve(
    Array.from({ length: steps + 1 }, (_, i) => {
      const part = i / steps;
      const [x, y] = at(
        line.from + part * line.turns * 2 * Math.PI,
        line.start + (line.end - line.start) * part,
      );
      return [x, y, 0];
    }),
  );
}

/** Bulges all around, from valley to valley; no two quite alike. */
function petals(from: number, valley: number, count: number): string {
  const step = (2 * Math.PI * 1.02) / count;
  return Array.from({ length: count }, (_, i) => {
    const angle = from + i * step;
    const reach = 63 + ((i * 5) % 3) * 1.5;
    return `C${[at(angle - step * 0.04, reach), at(angle + step * 1.04, reach), at(angle + step, valley)]}`;
  }).join("");
}

function at(angle: number, radius: number): [x: number, y: number] {
  const tenth = (part: number): number => Math.round((60 + part * radius) * 10) / 10;
  return [tenth(Math.cos(angle)), tenth(Math.sin(angle) * 0.97)];
}
