import { expect, test } from "vitest";
import { bends, curve, middle } from "./curve";
import type { Point, Stroke } from "./ink";

test("a curve is the same in pieces as at once", () => {
  const stroke: Stroke = [
    [0, 0, 0],
    [10, 0, 1],
    [10, 10, 2],
    [20, 10, 3],
  ];
  const [a, b, c, d] = stroke as unknown as [Point, Point, Point, Point];
  const first = bends(a, [a, b, c]);
  const second = bends(middle(b, c), [b, c, d]);
  const end = curve([middle(c, d), d]);
  const withoutMove = (path: string) => path.replace(/^M[\d. ]+/, "");
  expect(first + withoutMove(second) + withoutMove(end)).toBe(curve(stroke));
});
