import { expect, it, vi } from "vitest";
import type { Point, Stroke } from "./ink";
import { LivelyRenderer, outline, parts, spots, widthFactors } from "./lively";

const AREA = 300;

/** A straight stroke of 31 points, 5 px and `ms` apart. */
const straight = (ms: number): Stroke =>
  Array.from({ length: 31 }, (_, i): Point => [20 + 5 * i, 100, i * ms]);

const last = (values: readonly number[]): number => values.at(-1) as number;

it("a quick stroke becomes thinner than a slow one", () => {
  const slow = widthFactors(straight(40), AREA);
  const quick = widthFactors(straight(4), AREA);
  expect(slow[0]).toBe(quick[0]);
  expect(last(slow)).toBeGreaterThan(1);
  expect(last(quick)).toBeLessThan(0.8);
});

it("a stroke that stops becomes thick again", () => {
  const quick = straight(4);
  const [x, y, t] = quick.at(-1) as Point;
  const slow = Array.from({ length: 20 }, (_, i): Point => [x + i + 1, y, t + 60 * (i + 1)]);
  expect(last(widthFactors([...quick, ...slow], AREA))).toBeGreaterThan(last(widthFactors(quick, AREA)));
});

it("later points change no earlier width, so that a growing stroke keeps its shape", () => {
  const whole = straight(7);
  for (const length of [1, 2, 3, 17, 30])
    expect(widthFactors(whole.slice(0, length), AREA)).toEqual(widthFactors(whole, AREA).slice(0, length));
});

it("the size of the paper changes nothing", () => {
  const doubled = straight(7).map(([x, y, t]): Point => [2 * x, 2 * y, t]);
  const [own, other] = [widthFactors(straight(7), AREA), widthFactors(doubled, 2 * AREA)];
  own.forEach((factor, i) => {
    expect(other[i]).toBeCloseTo(factor, 9);
  });
});

it("twice as many points along the same path at the same speed change little", () => {
  const dense = Array.from({ length: 61 }, (_, i): Point => [20 + 2.5 * i, 100, i * 3.5]);
  expect(last(widthFactors(dense, AREA))).toBeCloseTo(last(widthFactors(straight(7), AREA)), 1);
});

it("points with the same time don't make a stroke vanish", () => {
  const jumping = straight(7).map(([x, y, t]): Point => [x, y, Math.floor(t / 21) * 21]);
  expect(Math.min(...widthFactors(jumping, AREA))).toBeGreaterThan(0.45);
});

it("pressure multiplies the width", () => {
  const [light, firm] = [0.8, 1.2].map((pressure) => widthFactors(straight(7), AREA, () => pressure));
  expect(last(firm as number[]) / last(light as number[])).toBeCloseTo(1.5);
});

it("a stroke drawn in pieces passes the same spots as one drawn at once", () => {
  const stroke = straight(7);
  const factors = widthFactors(stroke, AREA);
  const first = spots(stroke.slice(0, 11), factors.slice(0, 11), 8);
  const second = spots(stroke, factors, 8, 9);
  expect([...first, ...second.slice(1)]).toEqual(spots(stroke, factors, 8));
});

it("a dot is a disc", () => {
  const [dot] = parts([[10, 20, 0]], AREA, 8);
  expect(dot?.path.match(/a/g)).toHaveLength(4);
  expect(dot?.path).not.toContain("NaN");
});

it("the parts of a stroke appear in the order in which they were written", () => {
  const times = parts(straight(7), AREA, 8).map(({ time }) => time);
  expect(times).toEqual(straight(7).map(([, , t]) => t));
});

it("a stroke that stands still at a point has no band without length", () => {
  expect(
    outline([
      { x: 1, y: 2, radius: 3 },
      { x: 1, y: 2, radius: 3 },
    ]),
  ).not.toContain("NaN");
});

it("a renderer feels the pen until it is stopped", () => {
  const canvas = document.createElement("canvas");
  const stop = new AbortController();
  new LivelyRenderer(canvas, stop.signal);
  const felt = vi.fn(() => "pen");
  const touch = () => {
    for (const type of ["pointerdown", "pointermove"])
      canvas.dispatchEvent(Object.defineProperty(new Event(type), "pointerType", { get: felt }));
  };
  touch();
  expect(felt).toHaveBeenCalledTimes(2);
  stop.abort();
  touch();
  expect(felt).toHaveBeenCalledTimes(2);
});
