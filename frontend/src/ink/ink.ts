/** Ink as data. Every function returns a new `Ink`, or the same one when nothing changed. */

/** `[x, y, t]`: CSS px in the writing area, ms from the first point. */
export type Point = readonly [x: number, y: number, t: number];
export type Stroke = readonly Point[];

/** What was written, in the size the writing area had at the first point: a later resize scales the picture, not this. */
export interface Ink {
  readonly width: number;
  readonly height: number;
  readonly strokes: readonly Stroke[];
  /** When the first point was made, in ms since 1970; stays here, the server doesn't want it. */
  readonly startedAt: number;
}

/** Where the pen is: fractions of the writing area, and ms since 1970. */
export interface Tip {
  readonly x: number;
  readonly y: number;
  readonly at: number;
}

export const MAX_STROKES = 64;
export const MAX_POINTS = 4096;
/** Points closer to the last one than this add bytes and no shape. CSS px. */
const MIN_DISTANCE = 1;
/** The latest time that the server takes: a drawing may lie in its tab for long. ms */
const DAY = 24 * 60 * 60 * 1000;

export const blank: Ink = { width: 0, height: 0, strokes: [], startedAt: 0 };

export const isBlank = (ink: Ink): boolean => ink.strokes.length === 0;

/** No further stroke can begin. */
export const isFull = (ink: Ink): boolean =>
  ink.strokes.length >= MAX_STROKES || countPoints(ink) >= MAX_POINTS;

/** Start a stroke; the first one fixes the ink's size. */
export function begin(ink: Ink, tip: Tip, area: { width: number; height: number }): Ink {
  if (isFull(ink)) return ink;
  const base: Ink = isBlank(ink)
    ? { width: tenth(area.width), height: tenth(area.height), strokes: [], startedAt: tip.at }
    : ink;
  return { ...base, strokes: [...base.strokes, [pointAt(base, tip, base.strokes.at(-1)?.at(-1))]] };
}

/** Lead the last stroke on. */
export function extend(ink: Ink, tips: readonly Tip[]): Ink {
  const last = ink.strokes.at(-1);
  if (!last) return ink;
  let room = MAX_POINTS - countPoints(ink);
  const stroke = [...last];
  for (const tip of tips) {
    const before = stroke.at(-1);
    const point = pointAt(ink, tip, before);
    if (room > 0 && before && distance(before, point) >= MIN_DISTANCE) {
      stroke.push(point);
      room -= 1;
    }
  }
  return stroke.length > last.length ? { ...ink, strokes: [...ink.strokes.slice(0, -1), stroke] } : ink;
}

/** Where `tips` lie in the ink's px, for a line that is drawn but not kept. */
export function preview(ink: Ink, tips: readonly Tip[]): Stroke {
  const last = ink.strokes.at(-1)?.at(-1);
  return last ? tips.map((tip) => pointAt(ink, tip, last)) : [];
}

/** Without its last stroke. */
export const undo = (ink: Ink): Ink =>
  ink.strokes.length > 1 ? { ...ink, strokes: ink.strokes.slice(0, -1) } : blank;

/** The tip in the ink's px and time; never earlier than the point before it. */
function pointAt(ink: Ink, tip: Tip, before: Point | undefined): Point {
  const t = Math.min(DAY, Math.max(before?.[2] ?? 0, Math.round(tip.at - ink.startedAt)));
  return [tenth(within(tip.x) * ink.width), tenth(within(tip.y) * ink.height), t];
}

const countPoints = (ink: Ink): number => ink.strokes.reduce((sum, stroke) => sum + stroke.length, 0);
const within = (fraction: number): number => Math.min(1, Math.max(0, fraction));
const tenth = (px: number): number => Math.round(px * 10) / 10;
const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
