import { render } from "preact";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Attempt } from "../api";
import { withScore } from "../state/testing";
import { ChallengeOutcome } from "./ChallengeOutcome";
import { words } from "./words";

const scored = (legibility: number): Attempt => ({
  ...withScore,
  score: withScore.score && { ...withScore.score, legibility },
});

function outcome(attempt: Attempt): string {
  const root = document.createElement("div");
  render(<ChallengeOutcome attempt={attempt} />, root);
  return root.textContent ?? "";
}

beforeEach(() => {
  document.body.innerHTML = '<aside class="challenge" data-character="口" data-score="87"></aside>';
});

afterEach(() => {
  document.body.innerHTML = "";
});

test.each([
  [88, "You beat the challenge"],
  [87, "A draw"],
  [86, "87 is the score to beat"],
])("a score of %i is compared with the challenge", (legibility, sentence) => {
  expect(outcome(scored(legibility))).toContain(sentence);
});

test("an attempt at another character, and one without a challenge, is compared with nothing", () => {
  expect(outcome({ ...scored(88), target: "日" })).toBe("");
  document.body.innerHTML = "";
  expect(outcome(scored(88))).toBe("");
});

test("a challenge without a score only offers to challenge back", () => {
  document.body.innerHTML = '<aside class="challenge" data-character="口"></aside>';
  expect(outcome(scored(88)).trim()).toBe(words.challengeBack);
});
