import { expect, test } from "vitest";
import { begin, blank, extend, type Ink, isFull, MAX_POINTS, MAX_STROKES, type Tip, undo } from "./ink";

const area = { width: 400, height: 400 };
const tip = (x: number, y: number, at = 1000): Tip => ({ x, y, at });
const written = (...strokes: Tip[][]): Ink =>
  strokes.reduce((ink, [first, ...rest]) => extend(begin(ink, first as Tip, area), rest), blank);

test("the first point fixes the size and the beginning of time", () => {
  const ink = written([tip(0.5, 0.25, 5000), tip(0.75, 0.25, 5016)]);
  expect(ink).toMatchObject({ width: 400, height: 400 });
  expect(ink.strokes).toEqual([
    [
      [200, 100, 0],
      [300, 100, 16],
    ],
  ]);
});

test("a later stroke keeps the first one's size though the area has grown", () => {
  const ink = begin(written([tip(0, 0)]), tip(1, 1), { width: 900, height: 900 });
  expect(ink.width).toBe(400);
  expect(ink.strokes[1]).toEqual([[400, 400, 0]]);
});

test("points are rounded to a tenth of a pixel and a whole millisecond", () => {
  const ink = written([tip(0, 0, 0.2)], [tip(1 / 3, 1 / 3, 8.7)]);
  expect(ink.strokes[1]).toEqual([[133.3, 133.3, 9]]);
});

test("a point closer than a pixel to the last one is dropped", () => {
  expect(written([tip(0.5, 0.5), tip(0.501, 0.501), tip(0.6, 0.5)]).strokes[0]).toHaveLength(2);
});

test("a pen that leaves the area draws along its edge, and what is sent is what is seen", () => {
  expect(written([tip(0.5, 0.5), tip(1.2, -0.1)]).strokes[0]?.at(-1)).toEqual([400, 0, 0]);
});

test("time never runs backwards", () => {
  expect(written([tip(0, 0, 100), tip(0.1, 0, 150), tip(0.2, 0, 120)]).strokes[0]?.at(-1)?.[2]).toBe(50);
});

test("undo takes the last stroke, and after the first nothing is left", () => {
  const two = written([tip(0, 0)], [tip(1, 1)]);
  expect(undo(two).strokes).toEqual(two.strokes.slice(0, 1));
  expect(undo(undo(two))).toBe(blank);
});

test("a sheet takes no more than its strokes", () => {
  const full = written(...Array.from({ length: MAX_STROKES }, (_, i) => [tip(i / 100, 0)]));
  expect(isFull(full)).toBe(true);
  expect(begin(full, tip(0, 0), area)).toBe(full);
});

test("a sheet takes no more than its points, in the middle of a stroke too", () => {
  const zigzag = Array.from({ length: MAX_POINTS + 50 }, (_, i) => tip((i % 2) / 2, (i % 300) / 300));
  const full = written(zigzag);
  expect(full.strokes.flat()).toHaveLength(MAX_POINTS);
  expect(extend(full, [tip(1, 1)])).toBe(full);
});
