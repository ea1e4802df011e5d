import { expect, test } from "vitest";
import { words as en } from "./words/en";
import { words as fr } from "./words/fr";
import { words as ja } from "./words/ja";

test("every language names the undoing of a deletion", () => {
  expect([en, fr, ja].map((words) => words.undoDelete)).toEqual(["Undo", "Annuler", "元に戻す"]);
});
