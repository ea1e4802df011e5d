import { expect, test } from "vitest";
import { scaledSize, withMargin } from "./scale";

test.each([
  [4000, 3000, { width: 2000, height: 1500 }],
  [1500, 6000, { width: 500, height: 2000 }],
  [2000, 2000, { width: 2000, height: 2000 }],
  [640, 480, { width: 640, height: 480 }],
  [9000, 1, { width: 2000, height: 1 }],
])("a picture of %d × %d px becomes %o", (width, height, expected) => {
  expect(scaledSize(width, height)).toEqual(expected);
});

const rounded = (numbers: readonly number[]) => numbers.map((number) => Math.round(number * 1000) / 1000);

test("a part has the same margin on each side, a fifth of its longer side", () => {
  // In a picture of 200 × 100 px: 20 × 40 px with 8 px around it.
  expect(rounded(withMargin([0.4, 0.3, 0.1, 0.4], 2))).toEqual([0.36, 0.22, 0.18, 0.56]);
});

test("the margin ends at the edges of the picture", () => {
  expect(rounded(withMargin([0, 0.9, 1, 0.1], 1))).toEqual([0, 0.7, 1, 0.3]);
});
