import { expect, test } from "vitest";
import { attempt, withScore } from "../state/testing";
import { canBeExemplar } from "./exemplars";

test.each([
  [79, 100, false],
  [80, 100, true],
  [79, null, false],
  [80, null, true],
  [100, 79, false],
  [100, 80, true],
])(
  "an attempt with legibility %i and form %s can be offered as an example: %s",
  (legibility, form, isOffered) => {
    const ink = { width: 1, height: 1, strokes: [] };
    const score = { ...(withScore.score as NonNullable<typeof withScore.score>), legibility, form };
    expect(canBeExemplar(attempt({ ink, score }))).toBe(isOffered);
  },
);

test.each([
  ["without a score", { ink: { width: 1, height: 1, strokes: [] }, score: null }, false],
  ["without ink", { ink: null }, false],
  ["that is on offer already", { ink: null, score: null, exemplar: "offered" }, true],
] as const)("whether an attempt %s can be an example", (_, changes, isOffered) => {
  expect(canBeExemplar({ ...withScore, ...changes } as typeof withScore)).toBe(isOffered);
});
