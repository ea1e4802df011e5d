import { expect, test } from "vitest";
import type { Candidate } from "../api";
import { markFor } from "../marks";
import { grouped } from "./Candidates";
import { lastCharacter } from "./CharacterField";

const candidate = (character: string, ...lookalikes: string[]): Candidate => ({
  character,
  confidence: 0.5,
  legibility: 50,
  lookalikes,
});

test("a lookalike that is shown with another isn't shown again", () => {
  const shown = grouped([candidate("口", "ロ"), candidate("日"), candidate("ロ", "口")]);
  expect(shown.map(({ character }) => character)).toEqual(["口", "日"]);
});

test.each([
  ["あ", "あ"],
  ["あい", "い"],
  ["永 ", "永"],
  ["𠮟", "𠮟"],
  ["", ""],
])("of %j the field takes %j", (typed, taken) => {
  expect(lastCharacter(typed)).toBe(taken);
});

test.each([
  [100, "flower"],
  [95, "flower"],
  [94, "double"],
  [80, "double"],
  [79, "circle"],
  [60, "circle"],
  [59, "triangle"],
  [0, "triangle"],
])("%i gets a %s", (legibility, mark) => {
  expect(markFor(legibility)).toBe(mark);
});
