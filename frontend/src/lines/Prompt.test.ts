import { expect, test } from "vitest";
import type { Word } from "./api";
import { readingOf } from "./Prompt";

test.each([
  ["入口", "いりぐち", "いりぐち"],
  ["カメラ", "かめら", "かめら"],
  ["いる", "いる", ""],
])("the reading of %s, %s, is shown as %j: never the answer itself", (text, reading, shown) => {
  expect(readingOf({ text, reading } as Word)).toBe(shown);
});
