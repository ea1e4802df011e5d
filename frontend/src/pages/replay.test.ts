import { expect, it } from "vitest";
import { pathUntil } from "./replay";

const stroke: [number, number, number][] = [
  [10, 20, 100],
  [30, 40, 150],
  [50, 60, 200],
];

it.each([
  [99, ""],
  [100, "M10 20L10 20"],
  [199, "M10 20L30 40"],
  [200, "M10 20L30 40L50 60"],
])("at %i ms the path has the points written so far", (time, path) => {
  expect(pathUntil(stroke, time)).toBe(path);
});
