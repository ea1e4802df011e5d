import { render } from "preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

beforeEach(() => vi.resetModules());
afterEach(() => {
  render(null, document.body);
  document.documentElement.lang = "en";
});

test.each([
  ["en", "Undo"],
  ["fr", "Annuler"],
  ["ja", "元に戻す"],
])("in %s the button that undoes a deletion reads %s", async (language, text) => {
  document.documentElement.lang = language;
  const { DeletedNotice } = await import("./DeletedNotice");
  render(<DeletedNotice />, document.body);
  expect(document.querySelector("button")?.textContent).toBe(text);
});
