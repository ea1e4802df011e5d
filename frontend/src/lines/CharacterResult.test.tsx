import { render } from "preact";
import { expect, test } from "vitest";
import type { LineCharacter } from "./api";
import { CharacterResult } from "./CharacterResult";
import { words } from "./words";

const one: LineCharacter = {
  position: 1,
  character: "口",
  read_as: "口",
  alone: "口",
  alone_also: [],
  word: "入口",
  decided: "",
  explanation: "",
  box: null,
  legibility: 96,
  attempt: null,
};

test.each([
  ["口", false],
  ["ロ", true],
])("a 口 that alone reads as %s: how it reads alone and here is shown: %s", (alone, isShown) => {
  const root = document.createElement("div");
  render(<CharacterResult one={{ ...one, alone }} />, root);
  expect(root.textContent?.includes(`${words.alone}${alone}${words.here}口`)).toBe(isShown);
});
