import { render } from "preact";
import { expect, test } from "vitest";
import { MARK_NAMES, strokesOf } from "../marks";
import { words } from "../words";
import { MarkPicture } from "./MarkPicture";

test.each(MARK_NAMES)("the picture of the %s shows the strokes and the name of the mark", (mark) => {
  const root = document.createElement("div");
  render(<MarkPicture mark={mark} />, root);
  const paths = [...root.querySelectorAll("path")].map((path) => path.getAttribute("d"));
  expect(paths).toEqual(strokesOf(mark));
  expect(root.querySelector("svg")?.getAttribute("aria-label")).toBe(words.marks[mark]);
});
