import { expect, test } from "vitest";
import type { Candidate } from "../api";
import { grouped } from "./candidates";

const candidate = (character: string, ...lookalikes: string[]): Candidate => ({
  character,
  confidence: 0.5,
  legibility: 50,
  lookalikes,
  alone: 0.5,
});

test("a candidate that an earlier one lists as its lookalike isn't shown again", () => {
  const shown = grouped([candidate("口", "ロ"), candidate("日"), candidate("ロ", "口")]);
  expect(shown.map(({ character }) => character)).toEqual(["口", "日"]);
});
