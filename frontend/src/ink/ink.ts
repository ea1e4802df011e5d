/** Ink as data. Every function returns a new `Ink`, or the same one if nothing changed. */

import { MAX_MILLISECONDS, MAX_POINTS, MAX_STROKES } from "../limits.generated";

/** `[x, y, t]`: CSS px from the writing area's top left corner, ms since the first point. */
export type Point = readonly [x: number, y: number, t: number];
export type Stroke = readonly Point[];

/** Strokes, and the writing area's size at the first point. A later resize scales the picture, not the ink. */
export interface Ink {
  readonly width: number;
  readonly height: number;
  readonly strokes: readonly Stroke[];
  /** Time of the first point, ms since 1970. It isn't sent to the server. */
  readonly startedAt: number;
}

/** A position of the pen, in fractions of the writing area, and its time in ms since 1970. */
export interface Tip {
  readonly x: number;
  readonly y: number;
  readonly at: number;
}

/**
 * Least distance of a point from the one before it: 1 CSS px, and on papers wider than 400 px this fraction of the width.
 * A closer point adds bytes but no shape. At this distance the longest reference, 7 times as long as the paper is wide,
 * needs 2,800 of the 4,096 points on every screen.
 */
const MIN_DISTANCE = 1 / 400;

const spacing = (ink: Ink): number => Math.max(1, ink.width * MIN_DISTANCE);

export const blank: Ink = { width: 0, height: 0, strokes: [], startedAt: 0 };

export const isBlank = (ink: Ink): boolean => ink.strokes.length === 0;

/** Most strokes and points of some ink. */
export interface Limits {
  readonly strokes: number;
  readonly points: number;
}

const ONE_CHARACTER: Limits = { strokes: MAX_STROKES, points: MAX_POINTS };

/** Whether no further stroke can begin. */
export const isFull = (ink: Ink, { strokes, points } = ONE_CHARACTER): boolean =>
  ink.strokes.length >= strokes || countPoints(ink) >= points;

/** Begin a stroke. The first one sets the ink's size. */
export function begin(
  ink: Ink,
  tip: Tip,
  area: { width: number; height: number },
  limits = ONE_CHARACTER,
): Ink {
  if (isFull(ink, limits)) return ink;
  const base: Ink = isBlank(ink)
    ? { width: tenth(area.width), height: tenth(area.height), strokes: [], startedAt: tip.at }
    : ink;
  return { ...base, strokes: [...base.strokes, [pointAt(base, tip, base.strokes.at(-1)?.at(-1))]] };
}

/** Extend the last stroke. */
export function extend(ink: Ink, tips: readonly Tip[], limits = ONE_CHARACTER): Ink {
  const last = ink.strokes.at(-1);
  if (!last) return ink;
  let room = limits.points - countPoints(ink);
  const stroke = [...last];
  const apart = spacing(ink);
  for (const tip of tips) {
    const before = stroke.at(-1);
    const point = pointAt(ink, tip, before);
    if (room > 0 && before && distance(before, point) >= apart) {
      stroke.push(point);
      room -= 1;
    }
  }
  return stroke.length > last.length ? { ...ink, strokes: [...ink.strokes.slice(0, -1), stroke] } : ink;
}

/** `tips` in the ink's px, for a predicted line that is drawn but not kept. */
export function preview(ink: Ink, tips: readonly Tip[]): Stroke {
  const last = ink.strokes.at(-1)?.at(-1);
  return last ? tips.map((tip) => pointAt(ink, tip, last)) : [];
}

/** The ink without its last stroke. */
export const undo = (ink: Ink): Ink =>
  ink.strokes.length > 1 ? { ...ink, strokes: ink.strokes.slice(0, -1) } : blank;

/** The tip in the ink's px and time. It is never earlier than `before`, and a tab that was open for long stays in the limit. */
function pointAt(ink: Ink, tip: Tip, before: Point | undefined): Point {
  const t = Math.min(MAX_MILLISECONDS, Math.max(before?.[2] ?? 0, Math.round(tip.at - ink.startedAt)));
  return [tenth(clamp(tip.x) * ink.width), tenth(clamp(tip.y) * ink.height), t];
}

const countPoints = (ink: Ink): number => ink.strokes.reduce((sum, stroke) => sum + stroke.length, 0);
const clamp = (fraction: number): number => Math.min(1, Math.max(0, fraction));
const tenth = (px: number): number => Math.round(px * 10) / 10;
const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
