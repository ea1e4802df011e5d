import { render } from "preact";
import { afterEach, expect, test } from "vitest";
import { words as en } from "../words/en";
import { words as fr } from "../words/fr";
import { words as ja } from "../words/ja";
import { DeletedNotice } from "./DeletedNotice";

afterEach(() => render(null, document.body));

test("a deleted attempt can be restored from its notice", () => {
  render(<DeletedNotice />, document.body);
  expect(document.querySelector("button")?.textContent).toBe("Undo");
});

test("every language names the undoing of a deletion", () => {
  expect([en, fr, ja].map((words) => words.undoDelete)).toEqual(["Undo", "Annuler", "元に戻す"]);
});
