import { expect, test } from "vitest";
import { isOneCharacter, spelling } from "./spelling";

test.each([
  ["か\u3099", "が"],
  ["か゛", "が"],
  ["ｶﾞ", "ガ"],
  ["Ａ", "A"],
  ["１", "1"],
  ["永\ufe0e", "永"],
  ["永\u{e0100}", "永"],
  [" 永　", "永"],
])("%j is another spelling of %s", (typed, character) => {
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
