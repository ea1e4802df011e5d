/** Lays a reference over an attempt. */

import type { Reference, SentInk } from "../api";
import type { Point } from "../ink/ink";
import { SIDE } from "../ink/reference";

/** Space around the two, as a fraction of the picture's side. */
const MARGIN = 0.12;

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * The strokes of the attempt and of the reference in one picture, a square `SIDE` wide. The reference has the middle and
 * the longer side of the attempt, and its own proportions.
 */
export function fitted(
  ink: SentInk,
  reference: Reference,
): { attempt: Point[][]; strokes: [x: number, y: number][][] } {
  const own = boxOf(ink.strokes.flat());
  const theirs = boxOf(reference.strokes.flat());
  const scale = longerSide(own) / longerSide(theirs);
  const [x, y] = middle(own);
  const [theirX, theirY] = middle(theirs);
  const laid = reference.strokes.map((stroke) =>
    stroke.map(([u, v]): [number, number] => [x + (u - theirX) * scale, y + (v - theirY) * scale]),
  );
  // Both have the same middle and the same longer side, which is therefore the longer side of the two together.
  const room = (SIDE * (1 - 2 * MARGIN)) / longerSide(own);
  const place = (u: number, v: number): [number, number] => [
    SIDE / 2 + (u - x) * room,
    SIDE / 2 + (v - y) * room,
  ];
  return {
    attempt: ink.strokes.map((stroke) => stroke.map(([u, v, t]): Point => [...place(u, v), t])),
    strokes: laid.map((stroke) => stroke.map(([u, v]) => place(u, v))),
  };
}

function boxOf(points: readonly (readonly number[])[]): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const [x = 0, y = 0] of points) {
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  return box;
}

/** The longer side of a box; at least 1, so that a dot has a size too. */
const longerSide = ({ left, top, right, bottom }: Box): number => Math.max(right - left, bottom - top, 1);
const middle = ({ left, top, right, bottom }: Box): [number, number] => [
  (left + right) / 2,
  (top + bottom) / 2,
];
