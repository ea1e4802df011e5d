import { expect, test } from "vitest";
import type { Stroke } from "./ink";
import { thumbnail } from "./thumbnail";

const picture = (...strokes: Stroke[]) => thumbnail({ width: 400, height: 400, strokes });
const numbers = (path: string): number[] => (path.match(/[\d.]+/g) ?? []).map(Number);

test("ink fills the square up to its margin, wherever it lies in the writing area", () => {
  const line: Stroke = [
    [10, 10, 0],
    [210, 210, 9],
  ];
  expect(picture(line)).toBe("M14 14L86 86");
});

test("a dot stays a dot, in the middle of the square", () => {
  expect(picture([[390, 20, 0]])).toBe("M50 50h.01");
});

test("small ink isn't enlarged to the whole square", () => {
  const tick: Stroke = [
    [100, 100, 0],
    [110, 100, 5],
  ];
  expect(Math.max(...numbers(picture(tick)))).toBeLessThan(60);
});

test("a stroke with many points gives a short path", () => {
  const slow: Stroke = Array.from({ length: 1000 }, (_, i) => [i * 0.3, 0, i]);
  expect(picture(slow).length).toBeLessThan(700);
});

test("blank ink gives an empty path", () => {
  expect(picture()).toBe("");
});
