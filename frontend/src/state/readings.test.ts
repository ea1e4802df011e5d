import { expect, test } from "vitest";
import type { Candidate, Reason, Score } from "../api";
import { clearReading, excludedReading, otherReading, plausible } from "./readings";
import { attempt, withScore } from "./testing";

const candidate = (character: string, changes: Partial<Candidate> = {}): Candidate => ({
  character,
  confidence: 0,
  legibility: 0,
  lookalikes: [],
  alone: changes.confidence ?? 0,
  ...changes,
});
const reason = (character: string): Reason => ({
  character,
  text: "",
  language: "en",
  hint: "",
  strokes: [],
  reference: [],
  character_reference: [],
});
const clear = candidate("食", { confidence: 0.97, legibility: 97 });
const characters = (shown: readonly Candidate[]) => shown.map(({ character }) => character).join("");

test("candidates that round to 0 are hidden", () => {
  const shown = plausible([clear, candidate("倉", { legibility: 1 }), candidate("貧")]);
  expect(characters(shown)).toBe("食倉");
});

test("candidates of another script are hidden unless they are likely or have a lookalike of the likeliest's", () => {
  const shown = plausible([
    candidate("永", { confidence: 0.8, legibility: 90 }),
    candidate("か", { confidence: 0.1, legibility: 5 }),
    candidate("カ", { confidence: 0.09, legibility: 5 }),
    candidate("a", { confidence: 0.01, legibility: 5 }),
    candidate("タ", { confidence: 0.01, legibility: 5, lookalikes: ["夕"] }),
    candidate("氷", { confidence: 0.001, legibility: 5 }),
  ]);
  expect(characters(shown)).toBe("永かタ氷");
});

test.each([
  ["a clear candidate", {}, "食"],
  [
    "a rival that is improbable",
    { candidates: [clear, candidate("倉", { confidence: 0.09, legibility: 9 })] },
    "食",
  ],
  ["a likely rival", { candidates: [clear, candidate("倉", { confidence: 0.1, legibility: 10 })] }, ""],
  ["a score just below clear", { candidates: [{ ...clear, legibility: 79 }] }, ""],
  ["a lookalike", { candidates: [{ ...clear, lookalikes: ["飠"] }] }, ""],
  ["another character in another script", { alone_also: ["カ"] }, ""],
  ["an excluded character", { excluded: clear }, ""],
  ["nothing that is known", { known: false }, ""],
  ["a target", { target: "食" }, ""],
  ["no score yet", { status: "queued" }, ""],
  ["no candidates", { candidates: [] }, ""],
] as const)("a reading with %s needs a question, or none", (_name, changes, reading) => {
  expect(clearReading(attempt({ candidates: [clear], ...(changes as object) }))).toBe(reading);
});

/** An attempt at 口 that reads as 食. */
const misread = (score: Partial<Score> & { reasons?: unknown[] }, changes = {}) =>
  attempt({
    target: "口",
    score: { ...(withScore.score as Score), legibility: 0, ...score },
    candidates: [clear],
    ...changes,
  });

test.each([
  ["its strokes don't fit the target", misread({ form: 49 }), "食"],
  ["it has no form", misread({ form: null }), "食"],
  ["its strokes fit the target", misread({ form: 50 }), undefined],
  ["the target is doubtful", misread({ legibility: 40 }), undefined],
  ["the other is clear", misread({}, { candidates: [{ ...clear, legibility: 80 }] }), "食"],
  ["the other isn't clear", misread({}, { candidates: [{ ...clear, legibility: 79 }] }), undefined],
  ["the other is a lookalike", misread({}, { candidates: [{ ...clear, lookalikes: ["口"] }] }), undefined],
  ["the other is excluded", misread({}, { candidates: [], excluded: clear }), "食"],
  ["the misreading is explained", misread({ reasons: [reason("食")] }), undefined],
  ["another misreading is explained", misread({ reasons: [reason("日")] }), "食"],
] as const)("whether something else was written if %s", (_name, written, reading) => {
  expect(otherReading(written)?.character).toBe(reading);
});

test.each([
  [80, "食"],
  [79, undefined],
])("an excluded character that would score %i is offered: %s", (legibility, reading) => {
  expect(excludedReading(attempt({ excluded: { ...clear, legibility } }))?.character).toBe(reading);
});

test("an excluded character isn't offered once there is a target", () => {
  expect(excludedReading({ ...withScore, excluded: clear })).toBeNull();
});
