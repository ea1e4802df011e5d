import { expect, test } from "vitest";
import { lastCharacter } from "./CharacterField";

test.each([
  ["あ", "あ"],
  ["あい", "い"],
  ["永 ", "永"],
  ["𠮟", "𠮟"],
  ["", ""],
])("after typing %j, the field contains %j", (typed, kept) => {
  expect(lastCharacter(typed)).toBe(kept);
});
