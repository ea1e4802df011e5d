import { expect, test } from "vitest";
import { fitted } from "./fitted";

/** A square of side 10 in the corner of its paper, and the same as a reference. */
const square = [
  [10, 10],
  [20, 10],
  [20, 20],
  [10, 20],
] as [number, number][];
const reference = { side: 109, strokes: [square.map(([x, y]): [number, number] => [x * 4, y * 4])] };
const inkOf = (points: [number, number][]) => ({
  width: 300,
  height: 300,
  strokes: [points.map(([x, y], t): [number, number, number] => [x, y, t])],
});
const round = (points: readonly (readonly number[])[] | undefined) =>
  points?.map(([x = 0, y = 0]) => [Math.round(x), Math.round(y)]);

test("a reference covers an attempt of its own shape, whatever its size and place", () => {
  const { attempt, strokes } = fitted(inkOf(square), reference);
  expect(round(attempt[0])).toEqual([
    [12, 12],
    [88, 12],
    [88, 88],
    [12, 88],
  ]);
  expect(round(strokes[0])).toEqual(round(attempt[0]));
});

test("a reference keeps its proportions over a squeezed attempt", () => {
  const squeezed = square.map(([x, y]): [number, number] => [x / 2, y]);
  const { attempt, strokes } = fitted(inkOf(squeezed), reference);
  expect(round(attempt[0])?.[0]).toEqual([31, 12]);
  expect(round(strokes[0])?.[0]).toEqual([12, 12]);
});

test("a dot is in the middle", () => {
  const { attempt } = fitted(inkOf([[7, 9]]), reference);
  expect(round(attempt[0])).toEqual([[50, 50]]);
});
