import { expect, test } from "vitest";
import { BANDS } from "./limits.generated";
import { MARK_NAMES, type Mark, markOf, scoresOf, strokesOf } from "./marks";

test.each([
  ["textbook", "flower"],
  ["clear", "double"],
  ["readable", "circle"],
  ["doubtful", "triangle"],
  ["misread", "triangle"],
] as const)("a score in the band %s earns the %s", (band, mark) => {
  expect(markOf(band)).toBe(mark);
});

test.each(["textbook", "clear", "readable"] as const)(
  "the lowest legibility of the band %s is that of its mark",
  (band) => {
    expect(scoresOf(markOf(band))[0]).toBe(BANDS[band]);
  },
);

test.each([
  ["flower", [95, 100]],
  ["double", [80, 94]],
  ["circle", [60, 79]],
  ["triangle", [0, 59]],
] as const)("the %s stands for the scores %j", (mark, scores) => {
  expect(scoresOf(mark)).toEqual(scores);
});

/** Points on the curves of a path, each with its distance from the middle of the mark. */
function pointsOn(path: string): { x: number; y: number; radius: number }[] {
  const numbers = (path.match(/-?[\d.]+/g) ?? []).map(Number);
  const onCurve = numbers.flatMap((x, i) => (i % 6 === 0 ? [[x, numbers[i + 1] as number] as const] : []));
  return onCurve.map(([x, y]) => ({ x, y, radius: Math.hypot(x - 60, y - 60) }));
}

/** Greatest minus least radius: small for a ring. */
const spread = (radiusOf: number[]): number => Math.max(...radiusOf) - Math.min(...radiusOf);

const radii = (mark: Mark): number[][] =>
  strokesOf(mark).map((path) => pointsOn(path).map(({ radius }) => radius));

test("the circle is one ring", () => {
  const rings = radii("circle");
  expect(rings).toHaveLength(1);
  for (const ring of rings) expect(spread(ring)).toBeLessThan(4);
});

test("the double circle is two rings, one inside the other", () => {
  const rings = radii("double");
  expect(rings).toHaveLength(2);
  for (const ring of rings) expect(spread(ring)).toBeLessThan(4);
  const [outer = [], inner = []] = rings;
  expect(Math.max(...inner)).toBeLessThan(Math.min(...outer));
});

test("the flower winds out from the middle and ends in petals", () => {
  const [radiusOf = []] = radii("flower");
  expect(radiusOf[0]).toBeLessThan(5);
  for (const valley of radiusOf.slice(-8)) expect(Math.round(valley)).toBeOneOf([35, 36]);
  expect(strokesOf("flower")).toHaveLength(1);
});

test("the triangle has its three corners", () => {
  const [path = ""] = strokesOf("triangle");
  expect(pointsOn(path).map(({ x, y }) => [x, y])).toEqual([
    [61, 14],
    [14, 101],
    [107, 100],
    [59, 17],
  ]);
});

test("no two marks look alike", () => {
  expect(new Set(MARK_NAMES.map((mark) => strokesOf(mark).join())).size).toBe(4);
});
