import { expect, test } from "vitest";
import { erase } from "./erase";
import { begin, blank, extend, type Ink, type Tip } from "./ink";

const area = { width: 400, height: 400 };
const tip = (x: number, y: number): Tip => ({ x, y, at: 1000 });
const inkOf = (...strokes: Tip[][]): Ink =>
  strokes.reduce((ink, [first, ...rest]) => extend(begin(ink, first as Tip, area), rest), blank);

const cross = () => inkOf([tip(0.1, 0.5), tip(0.9, 0.5)], [tip(0.5, 0.1), tip(0.5, 0.9)]);

test.each([
  ["touches the first stroke", [tip(0.2, 0.52)], [1]],
  ["passes between two points across the second", [tip(0.3, 0.2), tip(0.7, 0.2)], [0]],
  ["touches both", [tip(0.5, 0.5)], []],
  ["touches none", [tip(0.2, 0.54)], [0, 1]],
])("the eraser, where it %s, removes whole strokes", (_, path, left) => {
  expect(erase(cross(), path).strokes).toEqual(left.map((i) => cross().strokes[i]));
});

test("ink that the eraser doesn't touch stays the same, and none left is blank ink", () => {
  const ink = cross();
  expect(erase(ink, [tip(0.2, 0.2)])).toBe(ink);
  expect(erase(ink, [tip(0.5, 0.5)])).toBe(blank);
  expect(erase(blank, [tip(0.5, 0.5)])).toBe(blank);
});

test("the eraser removes a dot", () => {
  expect(erase(inkOf([tip(0.5, 0.5)]), [tip(0.51, 0.5)])).toBe(blank);
});
