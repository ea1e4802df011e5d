import { expect, test } from "vitest";
import { follow, type Line } from "./match";

/** A straight line of 20 points, as a pen draws it. */
const line = (fromX: number, fromY: number, toX: number, toY: number): Line =>
  Array.from({ length: 20 }, (_, i): [number, number] => [
    fromX + ((toX - fromX) * i) / 19,
    fromY + ((toY - fromY) * i) / 19,
  ]);

const TOP = line(0.25, 0.2, 0.75, 0.2);
const MIDDLE = line(0.3, 0.5, 0.7, 0.5);
const BOTTOM = line(0.15, 0.85, 0.85, 0.85);
const THREE = [TOP, MIDDLE, BOTTOM];

test("strokes in order lead through the reference", () => {
  expect(follow([], THREE)).toEqual({ next: 0, missed: [] });
  expect(follow([TOP], THREE)).toEqual({ next: 1, missed: [] });
  expect(follow(THREE, THREE)).toEqual({ next: null, missed: [] });
});

test("a stroke out of order is no miss, and the skipped one stays next", () => {
  expect(follow([BOTTOM], THREE)).toEqual({ next: 0, missed: [] });
  expect(follow([BOTTOM, TOP], THREE)).toEqual({ next: 1, missed: [] });
});

test.each([
  ["a smaller and shifted stroke", line(0.35, 0.3, 0.7, 0.28), []],
  ["a slanted stroke", line(0.22, 0.3, 0.75, 0.15), []],
  ["a stroke in the wrong direction", line(0.75, 0.2, 0.25, 0.2), [0]],
  ["a vertical stroke", line(0.5, 0.05, 0.5, 0.5), [0]],
  ["a dot", line(0.25, 0.2, 0.26, 0.2), [0]],
  ["a stroke elsewhere", line(0.3, 0.97, 0.35, 0.97), [0]],
])("%s", (_, written, missed) => {
  expect(follow([written], [TOP]).missed).toEqual(missed);
});

test("a stroke that is far too long is a miss although its ends are near", () => {
  const short = line(0.4, 0.5, 0.6, 0.5);
  expect(follow([line(0.14, 0.5, 0.86, 0.5)], [short]).missed).toEqual([]);
  expect(follow([line(0.135, 0.5, 0.865, 0.5)], [short]).missed).toEqual([0]);
});

test("a detour is a miss although its ends are right", () => {
  const detour = (depth: number) => [
    ...line(0.25, 0.2, 0.5, 0.2 + depth),
    ...line(0.5, 0.2 + depth, 0.75, 0.2),
  ];
  expect(follow([detour(0.3)], [TOP]).missed).toEqual([]);
  expect(follow([detour(0.55)], [TOP]).missed).toEqual([0]);
});

test("a short stroke in the wrong direction is a miss although its ends are near", () => {
  const short = line(0.4, 0.5, 0.6, 0.5);
  expect(follow([[...short].reverse()], [short]).missed).toEqual([0]);
});

test("a stroke counts as the next one if it matches that, even if another is nearer", () => {
  const [upper, lower] = [line(0.3, 0.3, 0.7, 0.3), line(0.3, 0.4, 0.7, 0.4)];
  expect(follow([line(0.3, 0.38, 0.7, 0.38)], [upper, lower]).next).toBe(1);
});

test("the limits of the distance at a stroke's ends", () => {
  const moved = (by: number) => line(0.25, 0.2, 0.75 - by, 0.2);
  expect(follow([moved(0.26)], [TOP]).missed).toEqual([]);
  expect(follow([moved(0.28)], [TOP]).missed).toEqual([0]);
});

test("the direction of a dot doesn't matter", () => {
  const dot = line(0.5, 0.2, 0.55, 0.28);
  expect(follow([[...dot].reverse()], [dot])).toEqual({ next: null, missed: [] });
});

test("strokes after the last one are no misses", () => {
  expect(follow([TOP, BOTTOM], [TOP])).toEqual({ next: null, missed: [] });
});

test("a tap, which has one point, can be judged", () => {
  expect(follow([[[0.5, 0.5]]], [TOP])).toEqual({ next: 0, missed: [0] });
});
