import { expect, test } from "vitest";
import { drawReference, SIDE } from "./reference";

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

test("a number stays inside the square", () => {
  const [stroke] = drawReference({
    side: 100,
    strokes: [
      [
        [50, 1],
        [50, 90],
      ],
    ],
  });
  expect(stroke?.number).toEqual([50, 5]);
});

test("a dot has a number too", () => {
  const [stroke] = drawReference({ side: 100, strokes: [[[50, 50]]] });
  expect(stroke?.number.every((at) => at >= 0 && at <= SIDE)).toBe(true);
});
