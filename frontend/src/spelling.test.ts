import { expect, test } from "vitest";
import spellings from "../../tests/spellings.json";
import { isOneCharacter, spelling } from "./spelling";

test.each(spellings as [string, string][])("%j is spelt %s, as on the server", (typed, character) => {
  expect(spelling(typed)).toBe(character);
});

test.each([
  ["あ", true],
  ["𠮟", true],
  ["", false],
  ["しょく", false],
])("whether %j is one character: %s", (text, isOne) => {
  expect(isOneCharacter(text)).toBe(isOne);
});
