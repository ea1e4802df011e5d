import { expect, test } from "vitest";
import { MAX_MILLISECONDS, MAX_POINTS, MAX_STROKES } from "../limits.generated";
import { begin, blank, extend, type Ink, isFull, type Tip, undo } from "./ink";

const area = { width: 400, height: 400 };
const tip = (x: number, y: number, at = 1000): Tip => ({ x, y, at });
const inkOf = (...strokes: Tip[][]): Ink =>
  strokes.reduce((ink, [first, ...rest]) => extend(begin(ink, first as Tip, area), rest), blank);

test("the first point sets the size and time zero", () => {
  const ink = inkOf([tip(0.5, 0.25, 5000), tip(0.75, 0.25, 5016)]);
  expect(ink).toMatchObject({ width: 400, height: 400 });
  expect(ink.strokes).toEqual([
    [
      [200, 100, 0],
      [300, 100, 16],
    ],
  ]);
});

test("a later stroke keeps the first one's size although the area has grown", () => {
  const ink = begin(inkOf([tip(0, 0)]), tip(1, 1), { width: 900, height: 900 });
  expect(ink.width).toBe(400);
  expect(ink.strokes[1]).toEqual([[400, 400, 0]]);
});

test("points are rounded to a tenth of a pixel and a whole millisecond", () => {
  const ink = inkOf([tip(0, 0, 0.2)], [tip(1 / 3, 1 / 3, 8.7)]);
  expect(ink.strokes[1]).toEqual([[133.3, 133.3, 9]]);
});

test("a point less than a pixel from the last one is dropped", () => {
  expect(inkOf([tip(0.5, 0.5), tip(0.501, 0.501), tip(0.6, 0.5)]).strokes[0]).toHaveLength(2);
});

test("on a wide paper the points lie farther apart", () => {
  const wide = begin(blank, tip(0, 0), { width: 800, height: 800 });
  const xs = [1, 1.9, 2, 3, 4.1].map((px) => tip(px / 800, 0));
  expect(extend(wide, xs).strokes[0]?.map(([x]) => x)).toEqual([0, 2, 4.1]);
});

test.each([280, 390, 808, 1600, 3000])("a paper %d px wide has room for every reference", (side) => {
  const area = { width: side, height: side };
  const longest = 7 * side; // 竃 is 6.7 times as long as the paper is wide
  let ink = begin(blank, tip(0, 0), area);
  for (let px = 0; px < longest; px += 1) {
    const [row, x] = [Math.floor(px / side), px % side];
    ink = extend(ink, [tip((row % 2 ? side - x : x) / side, row / 7)]);
  }
  expect(isFull(ink)).toBe(false);
  expect(ink.strokes[0]?.at(-1)?.[1]).toBeCloseTo((side * 6) / 7, 0);
});

test("a pen outside the area draws along its edge", () => {
  expect(inkOf([tip(0.5, 0.5), tip(1.2, -0.1)]).strokes[0]?.at(-1)).toEqual([400, 0, 0]);
});

test("a point is never earlier than the one before it", () => {
  expect(inkOf([tip(0, 0, 100), tip(0.1, 0, 150), tip(0.2, 0, 120)]).strokes[0]?.at(-1)?.[2]).toBe(50);
});

test("undo removes the last stroke, and the first one leaves blank ink", () => {
  const two = inkOf([tip(0, 0)], [tip(1, 1)]);
  expect(undo(two).strokes).toEqual(two.strokes.slice(0, 1));
  expect(undo(undo(two))).toBe(blank);
});

test("ink holds at most MAX_STROKES strokes", () => {
  const full = inkOf(...Array.from({ length: MAX_STROKES }, (_, i) => [tip(i / 100, 0)]));
  expect(full.strokes).toHaveLength(64);
  expect(isFull(full)).toBe(true);
  expect(begin(full, tip(0, 0), area)).toBe(full);
});

test("ink holds at most MAX_POINTS points, even within a stroke", () => {
  const zigzag = Array.from({ length: MAX_POINTS + 50 }, (_, i) => tip((i % 2) / 2, (i % 300) / 300));
  const full = inkOf(zigzag);
  expect(full.strokes.flat()).toHaveLength(4096);
  expect(extend(full, [tip(1, 1)])).toBe(full);
});

test("a point more than a day after the first one gets the latest time that the server accepts", () => {
  const ink = inkOf([tip(0, 0, 0), tip(1, 1, MAX_MILLISECONDS + 5000)]);
  expect(ink.strokes[0]?.at(-1)?.[2]).toBe(24 * 60 * 60 * 1000);
});
