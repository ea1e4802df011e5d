import { expect, test } from "vitest";
import { collide, drawReference, SIDE } from "./reference";
import { references } from "./referencesForTests";

test("a stroke is scaled to the square, with its number before its beginning", () => {
  const [stroke] = drawReference({
    side: 1090,
    strokes: [
      [
        [218, 545],
        [872, 545],
      ],
    ],
  });
  expect(stroke).toEqual({ path: "M20 50L80 50", number: [15, 50] });
});

test("where there is no room before the beginning, the number stands beside it, inside the square", () => {
  const [stroke] = drawReference({
    side: 100,
    strokes: [
      [
        [50, 1],
        [50, 90],
      ],
    ],
  });
  const [x = 50, y = 0] = stroke?.number ?? [];
  expect(Math.abs(x - 50)).toBeGreaterThan(3);
  expect(y).toBe(5);
});

test("a dot has a number too", () => {
  const [stroke] = drawReference({ side: 100, strokes: [[[50, 50]]] });
  expect(stroke?.number.every((at) => at >= 0 && at <= SIDE)).toBe(true);
});

test("in no picture of the catalogue do two numbers cover each other", { timeout: 60_000 }, () => {
  expect(references.size).toBe(3175);
  const colliding = [...references].filter(([, reference]) => {
    const numbers = drawReference(reference).map(({ number }) => number);
    return numbers.some((a, i) => numbers.some((b, j) => j < i && collide(a, i, b, j)));
  });
  expect(colliding.map(([character]) => character)).toEqual([]);
});
