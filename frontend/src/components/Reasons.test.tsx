import { render } from "preact";
import { expect, test } from "vitest";
import type { Reason } from "../api";
import { attempt } from "../state/testing";
import { Reasons } from "./Reasons";

const reason = (character: string, text: string, hint = ""): Reason => ({
  character,
  text,
  language: "en",
  hint,
  strokes: [],
  reference: [],
  character_reference: [],
});

function shown(reasons: Reason[]): HTMLElement[] {
  const root = document.createElement("div");
  render(<Reasons attempt={attempt({ target: "大" })} reasons={reasons} />, root);
  return [...root.querySelectorAll<HTMLElement>(".reason")];
}

test("a reason is shown with the sentence that names the strokes", () => {
  const [found] = shown([reason("士", "In 土 the lower line is longer.", "Look at stroke 3 of 土.")]);
  expect(found?.textContent).toContain("In 土 the lower line is longer.");
  expect(found?.textContent).toContain("Look at stroke 3 of 土.");
  expect(found?.querySelector("p")?.lang).toBe("en");
});

test("a sentence for several characters is shown once", () => {
  expect(shown([reason("犬", "one"), reason("太", "one"), reason("丈", "two")])).toHaveLength(2);
});

test("without reasons nothing is shown", () => {
  expect(shown([])).toHaveLength(0);
});
