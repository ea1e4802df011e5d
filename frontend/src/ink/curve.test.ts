import { expect, test } from "vitest";
import { curve, midpoint, settledCurve } from "./curve";
import type { Point, Stroke } from "./ink";

test("a curve drawn in pieces equals the curve drawn at once", () => {
  const stroke: Stroke = [
    [0, 0, 0],
    [10, 0, 1],
    [10, 10, 2],
    [20, 10, 3],
  ];
  const [a, b, c, d] = stroke as unknown as [Point, Point, Point, Point];
  const first = settledCurve(a, [a, b, c]);
  const second = settledCurve(midpoint(b, c), [b, c, d]);
  const end = curve([midpoint(c, d), d]);
  const withoutMove = (path: string) => path.replace(/^M[\d. ]+/, "");
  expect(first + withoutMove(second) + withoutMove(end)).toBe(curve(stroke));
});
