/** The strokes of a character's reference as SVG paths. */

import type { Reference } from "../api";

/** Side of the square that the paths lie in. */
export const SIDE = 100;
/** Size of the numbers: half the width of a digit, and half its height. The font of `.stroke-number` is 8 high. */
const HALF_DIGIT = 2.4;
const HALF_HEIGHT = 3.2;
/** Least space between two numbers side by side, which would otherwise read as one. */
const SPACE = 1.8;
/** Distances from a stroke's beginning to its number, nearest first. */
const NUMBER_DISTANCES = [5, 7, 9, 12, 15];
const FAR = Math.max(...NUMBER_DISTANCES);
/** Directions in which a number may lie, as angles from straight before the beginning. */
const ANGLES = [0, 45, -45, 90, -90, 135, -135].map((degrees) => (degrees * Math.PI) / 180);
/** Ink this close to a number's middle is in its way. */
const NEAR = 4;

type Place = [x: number, y: number];

export interface DrawnStroke {
  path: string;
  /** Position of its number: near its beginning, where it covers no other number and as little ink as possible. */
  number: Place;
}

export function drawReference({ side, strokes }: Reference): DrawnStroke[] {
  const scaled = (length: number): number => tenth((length / side) * SIDE);
  const lines = strokes.map((stroke) => stroke.map(([x, y]): Place => [scaled(x), scaled(y)]));
  const ink = lines.flatMap(dotted);
  const numbers: Place[] = [];
  for (const line of lines) numbers.push(placeOfNumber(line, ink, numbers));
  return lines.map((line, i) => ({
    path: `M${line.map((point) => point.join(" ")).join("L")}`,
    number: numbers[i] as Place,
  }));
}

/** Whether two numbers, counted from 0, cover or nearly touch each other. */
export const collide = (a: Place, i: number, b: Place, j: number): boolean =>
  Math.abs(a[0] - b[0]) < halfWidth(i) + halfWidth(j) + SPACE && Math.abs(a[1] - b[1]) < 2 * HALF_HEIGHT;

const halfWidth = (index: number): number => HALF_DIGIT * (index < 9 ? 1 : 2);

/** The best place for the number of the stroke that follows `taken`. */
function placeOfNumber(line: readonly Place[], ink: readonly Place[], taken: readonly Place[]): Place {
  const [start = [0, 0]] = line;
  const next = line.find((point) => distance(point, start) > 1) ?? [start[0], start[1] + 1];
  const around = ink.filter((point) => distance(point, start) < FAR + NEAR);
  const before = Math.atan2(start[1] - next[1], start[0] - next[0]);
  const places = NUMBER_DISTANCES.flatMap((far) =>
    ANGLES.map((angle): Place => {
      const at = before + angle;
      return [inside(start[0] + far * Math.cos(at)), inside(start[1] + far * Math.sin(at))];
    }),
  );
  const cost = (place: Place, order: number): number =>
    (taken.some((other, i) => collide(place, taken.length, other, i)) ? 1000 : 0) +
    Math.max(0, ...around.map((point) => NEAR - distance(point, place))) * 5 +
    distance(place, start) +
    (order % ANGLES.length) / 2;
  const costs = places.map(cost);
  return places[costs.indexOf(Math.min(...costs))] as Place;
}

/** Points on a line, at most two units apart. */
const dotted = (line: readonly Place[]): Place[] =>
  line.flatMap((to, i) => {
    const from = line[i - 1] ?? to;
    const steps = Math.ceil(distance(from, to) / 2) || 1;
    return Array.from({ length: steps }, (_, step): Place => {
      const part = (step + 1) / steps;
      return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
    });
  });

const inside = (at: number): number => tenth(Math.min(SIDE - 5, Math.max(5, at)));
const tenth = (length: number): number => Math.round(length * 10) / 10;
const distance = (a: Place, b: Place): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
